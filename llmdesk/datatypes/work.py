"""What is heard of work that runs on the engine thread, as plain, frozen data (standard library only).

A piece of work lives as a series of events: ``WorkProgress*`` and then exactly one of
``WorkDone | WorkFailed | WorkCancelled``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from llmdesk.datatypes.model import ErrorInfo

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WorkProgress:
    """What goes on, in words for the user; ``fraction`` (0..1) is None where nobody knows how much is left."""

    text: str
    fraction: float | None = None


@dataclass(frozen=True, slots=True)
class WorkDone(Generic[T]):
    """Terminal: what the work returned."""

    value: T


@dataclass(frozen=True, slots=True)
class WorkFailed:
    """Terminal: what happened and what to do; also for work that the engine does not take any more."""

    error: ErrorInfo


@dataclass(frozen=True, slots=True)
class WorkCancelled:
    """Terminal: stopped on request, or by the end of the program."""


WorkEvent = WorkProgress | WorkDone[T] | WorkFailed | WorkCancelled

WorkSink = Callable[[WorkEvent[T]], None]
"""Called on the engine thread (for work that is refused: on the caller's); must neither block nor raise."""
