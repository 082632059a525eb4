"""Ties engine and machine to the dashboard: what is loaded, what memory and processor can do (GUI thread only)."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from llmdesk.core import Core
from llmdesk.datatypes.model import ModelInMemory, ModelStatus
from llmdesk.datatypes.work import WorkDone, WorkEvent, WorkProgress
from llmdesk.engine.processor.hardware import last_level_cache_bytes
from llmdesk.engine.serving.work import WorkContext
from llmdesk.services.chats.session import AnswerEnded
from llmdesk.services.chats.sessions import Change, Sessions
from llmdesk.services.live.ceiling_watch import Ceilings, CeilingWatch
from llmdesk.ui.dashboard.dashboard import Dashboard
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.threads.event_bridge import EventBridge

if TYPE_CHECKING:
    from llmdesk.ui.dashboard.live_screen import LiveScreen


class MachineController(QObject):
    """See the module. It starts to look once the window's model is known."""

    def __init__(self, theme: Theme, dashboard: Dashboard, sessions: Sessions, core: Core, bridge: EventBridge) -> None:
        super().__init__(dashboard)
        self._theme, self._dashboard, self._sessions = theme, dashboard, sessions
        self._core, self._bridge = core, bridge
        self._screen: LiveScreen | None = None
        self._model_id = ""
        self._is_asking = False
        self.watch = CeilingWatch(core.runner, lambda found: bridge.call(partial(self.on_measured, found)))
        self._has_begun = False
        dashboard.ticked.connect(self._on_tick)
        dashboard.data.roofline.cache_bytes = last_level_cache_bytes()
        dashboard.cores_wanted.connect(self._read_cores)
        dashboard.window_wanted.connect(self.open_screen)
        bridge.model_status.connect(self._on_status)
        core.runner.subscribe_models(lambda found: bridge.run(partial(self._on_models, found)))
        sessions.subscribe(self._on_change)

    @property
    def screen(self) -> LiveScreen | None:
        """The window of its own, once it was asked for."""
        return self._screen

    @Slot()
    def open_screen(self) -> None:
        """Show the figures in a window of their own."""
        if self._screen is None:
            from llmdesk.ui.dashboard.live_screen import LiveScreen

            self._screen = LiveScreen(self._theme, self._dashboard)
        self._screen.open()

    @Slot(bool)
    def _read_cores(self, is_wanted: bool) -> None:
        self._core.monitor.reads_cores = is_wanted

    @Slot(object)
    def _on_status(self, status: ModelStatus) -> None:
        info = status.info
        self._model_id = info.model_id if info is not None else ""
        self._dashboard.data.roofline.use_model(info.work if info is not None else None)
        self._dashboard.data.model_bytes = info.weights_bytes or None if info is not None else None
        self.watch.use_model(info, time.perf_counter())
        self._has_begun = True

    def _on_models(self, found: tuple[ModelInMemory, ...]) -> None:
        for model in found:
            if model.model_id == self._model_id and model.info is not None:
                self._dashboard.data.cache_bytes = max(0, model.memory_bytes - model.info.weights_bytes)

    def _on_change(self, change: Change) -> None:
        if isinstance(change, AnswerEnded):
            self.watch.answer_ended(time.perf_counter())

    @Slot(int)
    def _on_tick(self, turn: int) -> None:
        """Once a second."""
        if turn or not self._has_begun:
            return
        is_answering = self._sessions.is_generating
        self.watch.consider(time.perf_counter(), is_answering)
        is_seen = self._dashboard.isVisible() or (self._screen is not None and self._screen.isVisible())
        if is_answering and is_seen and not self._is_asking:
            self._is_asking = True
            self._core.runner.run(partial(_cache_bytes, model_id=self._model_id), self._on_cache_event)

    def _on_cache_event(self, event: WorkEvent[int]) -> None:
        """On the engine thread."""
        if not isinstance(event, WorkProgress):
            self._bridge.call(partial(self._take_cache, event), can_wait=True)

    def _take_cache(self, event: WorkEvent[int]) -> None:
        self._is_asking = False
        if isinstance(event, WorkDone):
            self._dashboard.data.cache_bytes = event.value

    def on_measured(self, found: Ceilings) -> None:
        """What this machine can do at most."""
        roofline = self._dashboard.data.roofline
        roofline.memory.note(found.read_bytes_per_s, found.t_s)
        roofline.compute.note(found.flops, found.t_s)


def _cache_bytes(context: WorkContext, model_id: str) -> int:
    """What the model keeps of texts now. Engine thread, between two steps; microseconds."""
    model = context.model_named(model_id)
    return model.cache_bytes if model is not None else 0
