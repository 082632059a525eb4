"""A bounded history of numbers whose newest stretch can be read as one contiguous block."""

from __future__ import annotations

from array import array

GAP = float("nan")
"""In a history: nothing was measured here, and no line leads over it."""


class RingBuffer:
    """The last ``capacity`` floats. One thread only.

    Each value is written twice, at ``i`` and ``i + capacity``, so that every window is one slice without a copy.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._values = array("d", bytes(2 * capacity * 8))
        self._view = memoryview(self._values)
        self._written = 0

    def __len__(self) -> int:
        return min(self._written, self._capacity)

    @property
    def written(self) -> int:
        """How many values were ever added: the newest one has this number, counted from 1."""
        return self._written

    def append(self, value: float) -> None:
        """Add a value; the oldest one goes when the buffer is full."""
        index = self._written % self._capacity
        self._values[index] = self._values[index + self._capacity] = value
        self._written += 1

    def window(self, count: int | None = None) -> memoryview:
        """The newest ``count`` values (all by default, fewer if there are fewer), oldest first.

        This is a view of 64-bit floats (numpy reads it without a copy), good until the next ``append``.
        """
        size = len(self) if count is None else min(count, len(self))
        end = (self._written - 1) % self._capacity + 1 + self._capacity
        return self._view[end - size : end]

    def clear(self) -> None:
        """Forget everything."""
        self._written = 0
