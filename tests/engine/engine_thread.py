"""A runner on a real thread, and a sink that collects what a request hears."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from llmdesk.datatypes.chat import ChatMessage, Event, Failed, Finished, GenerationRequest, SamplingParams, TokenEvent
from llmdesk.datatypes.model import LocalModel, ModelSource, ModelSpec, ModelStatus
from llmdesk.datatypes.work import WorkEvent, WorkProgress
from llmdesk.engine.serving.runner import EngineRunner


def resolve_any(model_id: str) -> LocalModel:
    """Every id is a model (for the scripted backend)."""
    return LocalModel(ModelSpec(model_id, model_id.title(), ModelSource("folder", "nowhere")), Path("nowhere"))


class Collector:
    """Event sink; remembers events and lets a test wait for them."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait_for(self, wanted: Callable[[list[Event]], bool], timeout_s: float = 60) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: wanted(self.events), timeout_s), self.events[-5:]

    def result(self, timeout_s: float = 60) -> Finished | Failed:
        self.wait_for(lambda events: any(isinstance(e, Finished | Failed) for e in events), timeout_s)
        terminal = [e for e in self.events if isinstance(e, Finished | Failed)]
        assert len(terminal) == 1
        assert self.events[-1] is terminal[0]
        return terminal[0]

    def wait_for_tokens(self, count: int) -> None:
        self.wait_for(lambda events: sum(isinstance(e, TokenEvent) for e in events) >= count)

    @property
    def text(self) -> str:
        return "".join(e.text for e in self.events if isinstance(e, TokenEvent))


class Statuses:
    """Model status listener."""

    def __init__(self) -> None:
        self.seen: list[ModelStatus] = []
        self._changed = threading.Condition()

    def __call__(self, status: ModelStatus) -> None:
        with self._changed:
            self.seen.append(status)
            self._changed.notify_all()

    def wait_for(self, wanted: Callable[[ModelStatus], bool], timeout_s: float = 60) -> ModelStatus:
        with self._changed:
            assert self._changed.wait_for(lambda: any(wanted(s) for s in self.seen), timeout_s), self.seen[-3:]
            return next(s for s in reversed(self.seen) if wanted(s))


class Heard:
    """Sink of work; remembers events, when and on which threads they came, and lets a test wait.

    ``first`` is called with the first one, on its thread: the work cannot be over yet, as it may be for who waits.
    """

    def __init__(self) -> None:
        self.first: Callable[[], object] = lambda: None
        self.events: list[WorkEvent[Any]] = []
        self.times_s: list[float] = []
        self.threads: set[str] = set()
        self._changed = threading.Condition()

    def __call__(self, event: WorkEvent[Any]) -> None:
        if not self.events:
            self.first()
        with self._changed:
            self.events.append(event)
            self.times_s.append(time.perf_counter())
            self.threads.add(threading.current_thread().name)
            self._changed.notify_all()

    def wait_for(self, wanted: Callable[[list[WorkEvent[Any]]], bool], timeout_s: float = 30) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: wanted(self.events), timeout_s), self.events[-5:]

    def started(self) -> None:
        self.wait_for(lambda events: bool(events))

    def end(self, timeout_s: float = 30) -> WorkEvent[Any]:
        self.wait_for(lambda events: any(not isinstance(e, WorkProgress) for e in events), timeout_s)
        ends = [event for event in self.events if not isinstance(event, WorkProgress)]
        assert len(ends) == 1
        assert self.events[-1] is ends[0]
        return ends[0]


@contextmanager
def running(make_backend: Any, resolve: Any = resolve_any, installed: Any = tuple) -> Iterator[EngineRunner]:
    """An engine with its thread; ended at the end of the block."""
    runner = EngineRunner(make_backend, resolve, installed=installed)
    thread = threading.Thread(target=runner.run_forever, name="engine")
    thread.start()
    try:
        yield runner
    finally:
        runner.stop()
        thread.join(timeout=30)
        assert not thread.is_alive()


def request(
    runner: EngineRunner, prompt: str = "hello", model_id: str = "tiny", origin: Any = "cli", **sampling: Any
) -> GenerationRequest:
    """A request of one user message."""
    messages = (ChatMessage("user", prompt),)
    return GenerationRequest(runner.new_request_id(), model_id, messages, SamplingParams(**sampling), origin)
