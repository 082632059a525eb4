"""The one way from other threads into the window: a list under a lock and one signal without arguments."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from llmdesk.datatypes.chat import Embedded, Event, Failed, Finished, LoadProgress, PromptProgress, Queued, TokenEvent
from llmdesk.datatypes.model import ModelStatus
from llmdesk.datatypes.resources import ResourceSample
from llmdesk.ui.kit.pace import frame_ms


@dataclass(frozen=True, slots=True)
class Call:
    """Something to be done on the GUI thread (results of file workers and downloads)."""

    function: Callable[[], None]
    can_wait: bool = False
    """Until the next frame, while an answer grows."""


_NoToken = Queued | LoadProgress | PromptProgress | Embedded | Finished | Failed | ModelStatus | ResourceSample | Call
Item = Event | ModelStatus | ResourceSample | Call


def _can_wait(item: Item) -> bool:
    return isinstance(item, TokenEvent | ResourceSample) or (isinstance(item, Call) and item.can_wait)


class EventBridge(QObject):
    """``post`` from any thread; the signals come on the GUI thread, in the same order, tokens in batches.

    The first token arrives at once. From then on the GUI thread looks for more by itself, once a frame, until none
    came: a signal for each token would wake it, and make it fight for the interpreter, a hundred times a second.

    Signals:
        queued(Queued), loading(LoadProgress), prompt_progress(PromptProgress), finished(Finished), failed(Failed),
        model_status(ModelStatus), sample(ResourceSample): the item itself.
        tokens(str, list): request id and the TokenEvents that came since the last drain.
    """

    queued = Signal(object)
    loading = Signal(object)
    prompt_progress = Signal(object)
    tokens = Signal(str, object)
    finished = Signal(object)
    failed = Signal(object)
    model_status = Signal(object)
    sample = Signal(object)
    _wake = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._gui_thread = threading.get_ident()
        self._items: list[Item] = []
        self._closed = False
        self._is_woken = False
        self._is_looking = False  # the timer runs: what can wait needs no signal
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._drain)
        self._wake.connect(self._drain, Qt.ConnectionType.QueuedConnection)

    def post(self, item: Item) -> None:
        """Hand an item to the window. Any thread; neither blocks nor raises; after ``close`` it does nothing."""
        with self._lock:
            if self._closed:
                return
            self._items.append(item)
            if self._is_woken or (self._is_looking and _can_wait(item)):
                return
            self._is_woken = True
            # Under the lock, which ``close`` takes too: Qt reads the sender, which may be deleted right after that.
            self._wake.emit()

    def call(self, function: Callable[[], None], *, can_wait: bool = False) -> None:
        """Run a function on the GUI thread. Any thread."""
        self.post(Call(function, can_wait))

    def run(self, function: Callable[[], None]) -> None:
        """Run a function on the GUI thread: at once, if this is it, else as ``call`` does. Any thread."""
        if threading.get_ident() == self._gui_thread:
            function()
        else:
            self.call(function)

    def close(self) -> None:
        """Drop what is still under way: the window goes. GUI thread."""
        with self._lock:
            self._closed = True
            self._items.clear()
        self._timer.stop()  # whoever frees this object later may be on another thread, which cannot stop timers

    @Slot()
    def _drain(self) -> None:
        with self._lock:
            items, self._items = self._items, []
            self._is_woken = False
            self._is_looking = any(isinstance(item, TokenEvent) for item in items) and not self._closed
        if self._is_looking:
            self._timer.start(frame_ms())
        batches: dict[str, list[TokenEvent]] = {}
        for item in items:
            if isinstance(item, TokenEvent):
                batches.setdefault(item.request_id, []).append(item)
                continue
            self._flush(batches)
            self._dispatch(item)
        self._flush(batches)

    def _flush(self, batches: dict[str, list[TokenEvent]]) -> None:
        for request_id, events in batches.items():
            self.tokens.emit(request_id, events)
        batches.clear()

    def _dispatch(self, item: _NoToken) -> None:
        match item:
            case Queued():
                self.queued.emit(item)
            case LoadProgress():
                self.loading.emit(item)
            case PromptProgress():
                self.prompt_progress.emit(item)
            case Finished():
                self.finished.emit(item)
            case Failed():
                self.failed.emit(item)
            case ModelStatus():
                self.model_status.emit(item)
            case ResourceSample():
                self.sample.emit(item)
            case Embedded():
                pass  # the window asks for none
            case Call():
                item.function()
            case _:
                assert_never(item)
