"""The random numbers that seeds stand for (engine thread only)."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np


class RandomNumbers:
    """The random numbers that a seed stands for: as torch.Generator on a processor draws them.

    So an answer that was given with a seed before torch was left out of this can be given again. It is a Mersenne
    Twister that is seeded with the lower 32 bits, and each number has the lower 53 bits of two draws.
    """

    def __init__(self, seed: int) -> None:
        self._twister = np.random.MT19937(0)
        state: Any = np.random.RandomState(seed % 2**32).get_state(legacy=False)
        self._twister.state = state
        self._foreseen: deque[float] = deque()

    def next(self) -> float:
        """From 0 to below 1."""
        return self._foreseen.popleft() if self._foreseen else self._drawn()

    def foresee(self, index: int) -> float:
        """What the next one will be (0), or one after that."""
        while len(self._foreseen) <= index:
            self._foreseen.append(self._drawn())
        return self._foreseen[index]

    def ahead(self) -> NumbersAhead:
        """The next ones, which come here all the same."""
        return NumbersAhead(self)

    def _drawn(self) -> float:
        high, low = self._twister.random_raw(2).tolist()
        return float((high << 32 | low) % 2**53) / 2**53


class NumbersAhead:
    """What another one's next numbers will be, until it gives one."""

    def __init__(self, numbers: RandomNumbers) -> None:
        self._numbers, self._given = numbers, 0

    def next(self) -> float:
        """See RandomNumbers."""
        self._given += 1
        return self._numbers.foresee(self._given - 1)
