"""What a command says on stderr besides its result."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from llmdesk.errors import LlmdeskError


def tell_problems(problems: Iterable[LlmdeskError]) -> None:
    """Mistakes that do not keep a command from doing its work: a line each."""
    for problem in problems:
        print(f"llmdesk: {problem.user_message}", file=sys.stderr)


class ProgressLine:
    """One line on a terminal that says what goes on. Nothing is written where stderr is no terminal."""

    def __init__(self) -> None:
        self._width = 0

    def show(self, text: str) -> None:
        """Replace the line."""
        if not sys.stderr.isatty():
            return
        print(f"\r{text:<{self._width}}", end="", file=sys.stderr, flush=True)
        self._width = len(text)

    def clear(self) -> None:
        """Take the line away."""
        if self._width:
            print(f"\r{'':<{self._width}}\r", end="", file=sys.stderr, flush=True)
            self._width = 0
