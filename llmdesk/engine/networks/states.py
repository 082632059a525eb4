"""States of recurrent layers, kept at some lengths of a sequence, so that it can go back there (engine thread only).

A state cannot be cut: going back means to take the nearest one that was kept and to compute on from there.
"""

from __future__ import annotations

import weakref
from collections import Counter
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Kept(Generic[State]):
    """A state of a sequence of ``length`` tokens, which can be taken back to any length from ``base`` on."""

    base: int
    length: int
    state: State


class Snapshots(Generic[State]):
    """States at ends of turns and of a prompt's chunks, the more of them the nearer to the end.

    Args:
        most: how many are kept; at least two.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: list[Kept[State]] = []
        self._sharers = weakref.WeakSet([self])  # it and its copies, which may hold the same states

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def held(self) -> float:
        """How many states that is; of one that copies hold, too, its part, so that all together come out right."""
        holders = Counter(id(kept.state) for each in self._sharers for kept in each._kept)
        return sum(1 / holders[id(kept.state)] for kept in self._kept)

    def lengths(self) -> list[int]:
        """Of the sequence where they were kept, ascending."""
        return [kept.length for kept in self._kept]

    def put(self, length: int, state: State, base: int | None = None) -> None:
        """Keep a state; what is kept of a sequence as long or longer is forgotten."""
        self.make_room(length)
        self._kept.append(Kept(length if base is None else base, length, state))

    def make_room(self, length: int) -> None:
        """Forget what goes when one of that length is kept; whoever copies a state does so before."""
        self._kept = [kept for kept in self._kept if kept.length < length]
        if len(self._kept) >= self._most:
            del self._kept[self._least_missed(length)]

    def reach(self, length: int) -> int:
        """The longest beginning of at most that length to which a kept state goes back; 0: none, or the empty one."""
        return max((min(kept.length, length) for kept in self._kept if kept.base <= length), default=0)

    def at(self, length: int) -> Kept[State] | None:
        """What goes back to exactly that length."""
        return next((kept for kept in self._kept if kept.base <= length <= kept.length), None)

    def go_back(self, length: int) -> None:
        """The sequence is shorter now: what is behind that is forgotten."""
        self._kept = [replace(kept, length=min(kept.length, length)) for kept in self._kept if kept.base <= length]

    def copy(self, length: int) -> Snapshots[State]:
        """Another one that holds the same states of sequences up to that length."""
        other = Snapshots[State](self._most)
        other._kept, other._sharers = list(self._kept), self._sharers
        self._sharers.add(other)
        other.go_back(length)
        return other

    def _least_missed(self, newest: int) -> int:
        """The one without which, beside the newest, the fewest tokens more would be computed again, measured by how far
        back they lie."""
        ends = [0, *self.lengths(), newest]
        costs = [(ends[i + 1] - ends[i - 1]) / (ends[-1] - ends[i - 1]) for i in range(1, len(ends) - 1)]
        return min(range(len(costs)), key=costs.__getitem__)
