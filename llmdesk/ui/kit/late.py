"""Parts of the window that are made when they are needed for the first time (GUI thread only).

The first painting waits for nothing that is not in the picture: neither for its widgets nor for its imports.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Late(Generic[T]):
    """Call it for the part, which is made at the first call, by ``make``.

    ``make`` does its imports itself: those at the head of its module would be made at the start.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: T | None = None
        self._then: list[Callable[[T], object]] = []

    def __call__(self) -> T:
        if self._made is None:
            self._made = made = self._make()
            for do in self._then:
                do(made)
            self._then.clear()
        return self._made

    @property
    def made(self) -> T | None:
        """The part, if anybody has needed it."""
        return self._made

    def then(self, do: Callable[[T], object]) -> None:
        """Have this done with the part as soon as it is there."""
        if self._made is None:
            self._then.append(do)
        else:
            do(self._made)
