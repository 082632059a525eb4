"""Which model of the catalogue to choose on this machine (pure)."""

from __future__ import annotations

import math
from collections.abc import Iterable

from llmdesk.memory_need import PROGRAM_BYTES
from llmdesk.models.survey import Entry
from llmdesk.services.bench.speeds import Estimate, SpeedBook
from llmdesk.services.bench.token_bytes import bytes_per_token

ENOUGH_TPS = 8.0
"""About as fast as people read."""


def recommended(entries: Iterable[Entry], book: SpeedBook | None) -> str:
    """The id of the largest chat model of the catalogue that fits into what is free and writes as fast as people read.

    Speeds are as the picker shows them: measured, else the middle of the estimate. Empty where none is known. The size
    of a mixture of experts is, as a rule of thumb, the geometric mean of all its weights and those that a token reads.
    """
    fitting = [entry for entry in entries if _is_candidate(entry) and _tps(entry, book) >= ENOUGH_TPS]
    best = max(fitting, key=_size, default=None)
    return best.spec.id if best is not None else ""


def _is_candidate(entry: Entry) -> bool:
    spec = entry.spec
    is_ours = spec.purpose == "chat" and spec.source.kind != "server" and not spec.added_by_user
    return is_ours and entry.fit.kind == "fits" and spec.memory_bytes > PROGRAM_BYTES


def _size(entry: Entry) -> float:
    spec = entry.spec
    weights = spec.memory_bytes - PROGRAM_BYTES
    return math.sqrt(weights * min(weights, bytes_per_token(spec, spec.precision)))


def _tps(entry: Entry, book: SpeedBook | None) -> float:
    speed = book.speed(entry.spec.id, entry.spec.precision) if book is not None else None
    if speed is None:
        return 0.0
    return (speed.low_tps + speed.high_tps) / 2 if isinstance(speed, Estimate) else speed.decode_tps
