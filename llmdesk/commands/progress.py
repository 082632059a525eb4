"""What a command says on stderr besides its result."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

from llmdesk.error_values import from_info
from llmdesk.errors import LlmdeskError, WorkStopped

if TYPE_CHECKING:
    from llmdesk.core import Core
    from llmdesk.datatypes.work import WorkEvent
    from llmdesk.engine.serving.work import Work

_T = TypeVar("_T")


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


def wait_for(core: Core, work: Work[_T], *, occupies: str, when_stopped: str) -> _T:
    """Run it on the engine thread with its progress on stderr. Raises LlmdeskError, or KeyboardInterrupt at Ctrl+C."""
    import queue

    from llmdesk.datatypes.work import WorkCancelled, WorkFailed, WorkProgress

    events: queue.SimpleQueue[WorkEvent[_T]] = queue.SimpleQueue()
    core.runner.run(work, events.put, occupies=occupies)
    line = ProgressLine()
    try:
        while isinstance(event := events.get(), WorkProgress):
            line.show(event.text if event.fraction is None else f"{event.fraction:4.0%}  {event.text}")
    finally:
        line.clear()
    if isinstance(event, WorkFailed):
        raise from_info(event.error)
    if isinstance(event, WorkCancelled):
        raise WorkStopped(when_stopped)
    return event.value
