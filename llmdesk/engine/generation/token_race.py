"""Draws tokens in such a way that another model, which holds nearly the same for likely, draws the same one nearly as
often as any way of drawing allows (engine thread only).

Each token of each place of an answer gets a random time, the shorter the likelier it is; the first one is drawn. These
numbers depend on place and token alone, so whoever knows the key can race on them with probabilities of its own. For
probabilities p, the first one is any token with just its probability (a race of exponential clocks).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float32]
Ids: TypeAlias = npt.NDArray[np.int64]

_MASK = 2**64 - 1
_GOLDEN, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB  # of SplitMix64


class TokenRace:
    """The races of one answer, place after place. ``key``: 64 random bits."""

    def __init__(self, key: int, place: int = 0) -> None:
        self._key, self._place = key, place

    def ahead(self) -> TokenRace:
        """The next ones, which come here all the same."""
        return TokenRace(self._key, self._place)

    def first(self, probabilities: Floats, ids: Ids | None) -> int:
        """The index of the next token. ``ids``: whose probabilities these are; None: all, in their order."""
        place = np.array([(self._key + self._place * _GOLDEN) & _MASK], dtype=np.uint64)
        self._place += 1
        running = np.flatnonzero(probabilities > 0)
        tokens = running if ids is None else ids[running]
        bits = _mixed(_mixed(place) + tokens.astype(np.uint64) * np.uint64(_GOLDEN))
        uniform = ((bits >> np.uint64(11)).astype(np.float64) + 0.5) / 2**53
        return int(running[np.argmin(-np.log(uniform) / probabilities[running])])


def _mixed(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """SplitMix64's output function: every bit of each value depends on all of its bits."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(_FIRST)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(_SECOND)
    return values ^ (values >> np.uint64(31))
