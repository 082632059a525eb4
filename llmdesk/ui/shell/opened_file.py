"""A model's file that was opened outside the window, by a double click for example (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


class OpenedFile:
    """Keeps the last one until the list of models can take it."""

    def __init__(self) -> None:
        self._add: Callable[[Path], None] | None = None
        self._waiting: Path | None = None

    def open(self, path: Path) -> None:
        """Take it into the list and use it, now or as soon as there is a list."""
        if self._add is None:
            self._waiting = path
        else:
            self._add(path)

    def bind(self, add: Callable[[Path], None]) -> None:
        """There is a list now."""
        self._add = add
        if self._waiting is not None:
            add(self._waiting)
            self._waiting = None
