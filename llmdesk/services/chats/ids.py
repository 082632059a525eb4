"""Names for chats and messages: unique across restarts and machines, and in order of time (UUID version 7)."""

from __future__ import annotations

import os
import threading
import time
from uuid import UUID

_COUNTER_BITS = 12
_RANDOM_BITS = 62
_lock = threading.Lock()
_last_tick = 0  # milliseconds since 1970 and the counter below them


def new_id() -> str:
    """An id that sorts behind all that this process made before, even if the clock was set back. Any thread.

    The standard library has ``uuid7`` from Python 3.14 on only.
    """
    global _last_tick
    now_tick = (time.time_ns() // 1_000_000) << _COUNTER_BITS
    with _lock:
        tick = _last_tick = max(now_tick, _last_tick + 1)
    return _id(tick)


def id_at(created_s: float) -> str:
    """An id as if it had been made then (of a message that another program wrote). Any thread.

    Of several with the same time, later ones may sort before earlier ones: give each its own millisecond.
    """
    return _id(max(0, round(created_s * 1000)) << _COUNTER_BITS)


def time_of(made_id: str) -> float:
    """When an id was made, in seconds since 1970; 0 if it is not one of these."""
    return (number_of(made_id) >> _COUNTER_BITS) / 1000


def number_of(made_id: str) -> int:
    """Its milliseconds and the counter below them as one number (less than 2**60); 0 if it is not one of these."""
    try:
        whole = UUID(made_id)
    except ValueError:
        return 0
    if whole.version != 7:
        return 0
    return whole.int >> 80 << _COUNTER_BITS | (whole.int >> 64) & ((1 << _COUNTER_BITS) - 1)


def _id(tick: int) -> str:
    milliseconds, counter = tick >> _COUNTER_BITS, tick & ((1 << _COUNTER_BITS) - 1)
    random = int.from_bytes(os.urandom(8)) & ((1 << _RANDOM_BITS) - 1)
    return str(UUID(int=milliseconds << 80 | 7 << 76 | counter << 64 | 0b10 << 62 | random))
