"""Parts of the window that are made when they are needed for the first time (GUI thread only).

The first painting waits for nothing that is not in the picture: neither for its widgets nor for its imports.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Late(Generic[T_co]):
    """Call it for the part, which is made at the first call, by ``make``.

    ``make`` does its imports itself: those at the head of its module would be made at the start.
    """

    def __init__(self, make: Callable[[], T_co]) -> None:
        self._make = make
        self._made: T_co | None = None
        self._then: list[Callable[[T_co], object]] = []

    def __call__(self) -> T_co:
        if self._made is None:
            self._made = made = self._make()
            for do in self._then:
                do(made)
            self._then.clear()
        return self._made

    @property
    def made(self) -> T_co | None:
        """The part, if anybody has needed it."""
        return self._made

    def then(self, do: Callable[[T_co], object]) -> None:
        """Have this done with the part as soon as it is there."""
        if self._made is None:
            self._then.append(do)
        else:
            do(self._made)
