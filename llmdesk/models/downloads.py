"""Fetching models in the background: one worker thread, one model after the other."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from llmdesk.datatypes.model import ErrorInfo, ModelSpec
from llmdesk.error_values import error_info
from llmdesk.models.fetch_control import FetchCancelled, FetchControl

_SPEED_WINDOW_S = 3.0


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """Bytes so far, those of an earlier, interrupted fetch included. ``done_bytes`` never goes back."""

    model_id: str
    done_bytes: int
    total_bytes: int
    bytes_per_s: float

    @property
    def left_s(self) -> float | None:
        """How long the rest takes at this speed; None if nothing comes at the moment, or all has come."""
        left_bytes = self.total_bytes - self.done_bytes
        return left_bytes / self.bytes_per_s if self.bytes_per_s > 0 and left_bytes > 0 else None


@dataclass(frozen=True, slots=True)
class DownloadFinished:
    """Terminal: the model is whole, checked and in place."""

    model_id: str


@dataclass(frozen=True, slots=True)
class DownloadFailed:
    """Terminal: what happened and what to do."""

    model_id: str
    error: ErrorInfo


@dataclass(frozen=True, slots=True)
class DownloadCancelled:
    """Terminal: stopped on request. What had arrived is kept, and the next fetch goes on from there."""

    model_id: str


DownloadEvent = DownloadProgress | DownloadFinished | DownloadFailed | DownloadCancelled
DownloadSink = Callable[[DownloadEvent], None]
"""Called on the worker thread (for a fetch cancelled while it waited: on the caller's); neither blocks nor raises."""


class SpeedMeter:
    """Bytes per second over the last three seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._readings: deque[tuple[float, int]] = deque()

    def add(self, done_bytes: int) -> float:
        """Take a reading and return the speed; 0 for the first one."""
        now_s = self._clock()
        self._readings.append((now_s, done_bytes))
        while len(self._readings) > 2 and now_s - self._readings[0][0] > _SPEED_WINDOW_S:
            self._readings.popleft()
        first_s, first_bytes = self._readings[0]
        return (done_bytes - first_bytes) / (now_s - first_s) if now_s > first_s else 0.0


@dataclass(slots=True)
class _Job:
    spec: ModelSpec
    sink: DownloadSink
    anew: bool = False
    control: FetchControl = field(default_factory=FetchControl)


class Downloader:
    """Runs fetches one after the other on a thread that exists only while there is one. Any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[_Job] = deque()
        self._current: _Job | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def start(self, spec: ModelSpec, sink: DownloadSink, *, anew: bool = False) -> None:
        """Fetch a model; ``sink`` gets DownloadProgress any number of times, then exactly one terminal event.

        ``anew``: also if it is here, as the hub has it now. Does nothing if this model is being fetched, or waits for
        it, already.
        """
        with self._lock:
            if self._closed or self._find(spec.id) is not None:
                return
            self._waiting.append(_Job(spec, sink, anew))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="llmdesk-downloads", daemon=True)
                self._thread.start()

    def is_active(self, model_id: str) -> bool:
        """True while this model is being fetched or waits for it."""
        with self._lock:
            return self._find(model_id) is not None

    def waits_for(self, model_id: str) -> ModelSpec | None:
        """The model that is fetched now, or will be in a moment, if this one waits for it to be over."""
        with self._lock:
            first = self._current or next(iter(self._waiting), None)
            is_waiting = any(job.spec.id == model_id for job in self._waiting)
            return first.spec if is_waiting and first is not None and first.spec.id != model_id else None

    def cancel(self, model_id: str) -> None:
        """Stop fetching a model. Idempotent, does not wait."""
        with self._lock:
            job = self._find(model_id)
            if job is None:
                return
            job.control.cancel()
            if job is self._current:
                return
            self._waiting.remove(job)
        job.sink(DownloadCancelled(model_id))

    def close(self) -> None:
        """Stop everything and wait for the thread (well under a second). Idempotent."""
        with self._lock:
            self._closed = True
            waiting = [job.spec.id for job in self._waiting]
            current, thread = self._current, self._thread
        for model_id in waiting:
            self.cancel(model_id)
        if current is not None:
            current.control.cancel()
        if thread is not None:
            thread.join(5)

    def _find(self, model_id: str) -> _Job | None:
        jobs = [*self._waiting, *([self._current] if self._current else [])]
        return next((job for job in jobs if job.spec.id == model_id), None)

    def _work(self) -> None:
        while (job := self._next()) is not None:
            end = _run(job)
            with self._lock:
                self._current = None  # before the event, so that its receiver may start the same model again
            job.sink(end)

    def _next(self) -> _Job | None:
        with self._lock:
            self._current = self._waiting.popleft() if self._waiting else None
            if self._current is None:
                self._thread = None
            return self._current


def _run(job: _Job) -> DownloadEvent:
    """Fetch one model on the worker thread; returns its terminal event."""
    model_id = job.spec.id
    speed = SpeedMeter()

    def report(done_bytes: int, total_bytes: int) -> None:
        job.sink(DownloadProgress(model_id, done_bytes, total_bytes, speed.add(done_bytes)))

    from llmdesk.models.fetching import fetch  # brings what talks to the network

    try:
        fetch(job.spec, report, job.control, anew=job.anew)
    except FetchCancelled:
        return DownloadCancelled(model_id)
    except Exception as error:
        return DownloadFailed(model_id, error_info(error))
    return DownloadFinished(model_id)
