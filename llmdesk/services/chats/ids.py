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
    milliseconds, counter = tick >> _COUNTER_BITS, tick & ((1 << _COUNTER_BITS) - 1)
    random = int.from_bytes(os.urandom(8)) & ((1 << _RANDOM_BITS) - 1)
    return str(UUID(int=milliseconds << 80 | 7 << 76 | counter << 64 | 0b10 << 62 | random))
