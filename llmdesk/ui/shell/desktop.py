"""The window with all that makes it live: built in one order, ended in another (GUI thread only)."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import psutil
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QGuiApplication

from llmdesk.datatypes.chat import GenerationStats, TokenEvent
from llmdesk.datatypes.model import ErrorInfo, ModelStatus
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.services.live.paint_meter import PaintMeter
from llmdesk.services.live.resource_monitor import ResourceMonitor
from llmdesk.services.settings.definition import Values
from llmdesk.services.settings.settings import Settings
from llmdesk.services.trace import trace
from llmdesk.ui.chat.chat_controller import ChatController
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.settings.appearance import AppearanceController
from llmdesk.ui.settings.sampling_controller import SamplingController
from llmdesk.ui.settings.settings_controller import SettingsController
from llmdesk.ui.shell.error_reporting import ErrorReporter
from llmdesk.ui.shell.main_window import MainWindow
from llmdesk.ui.shell.window_state import WindowState
from llmdesk.ui.threads.background import Background
from llmdesk.ui.threads.engine_thread import EngineThread
from llmdesk.ui.threads.event_bridge import EventBridge

if TYPE_CHECKING:
    from llmdesk.models.catalogue import Catalogue
    from llmdesk.models.downloads import Downloader
    from llmdesk.ui.models.model_controller import ModelController

log = logging.getLogger(__name__)
_PAINT_READING_MS = 500
_STARTING = ModelStatus("loading", "", "Starting", "looking for models", 0.0)


class Desktop(QObject):
    """One window, one engine thread, one monitor. ``show``, then ``close`` exactly once.

    Start: the window is painted first; then the catalogue is read on a thread of its own, and the engine thread loads
    the model. End: nothing new is taken, downloads and monitor end, the engine ends, the window is destroyed.

    Args:
        load_catalogue: called on a file thread after the first painting.
        model_id: load this model instead of the one used last.
    """

    def __init__(
        self,
        runner: EngineRunner,
        load_catalogue: Callable[[], Catalogue],
        state: WindowState,
        settings: Settings,
        model_id: str = "",
    ) -> None:
        super().__init__()
        self._runner, self._load_catalogue = runner, load_catalogue
        self._state, self._model_id = state, model_id
        self.settings = settings
        self.theme = Theme(self)
        self.bridge = EventBridge(self)
        self._appearance = AppearanceController(self.theme, settings, self.bridge)
        self.window = MainWindow(self.theme, state)
        self.reporter = ErrorReporter(self.theme, self.window, self.bridge)
        self.chat = ChatController(self.window.chat, runner, self.bridge)
        self.engine = EngineThread(runner, self)
        self.monitor = ResourceMonitor()
        self._background = Background(self.bridge)
        top_bar = self.window.top_bar
        self._sampling = SamplingController(self.window.sampling_panel, top_bar.sampling, settings, self.bridge)
        self._settings = SettingsController(
            self.window.settings_panel, top_bar.more, self.window.notice, runner, self.bridge, settings
        )
        self.models: ModelController | None = None
        self._downloader: Downloader | None = None
        self._is_open = True
        self._paint_meter = PaintMeter()
        self._paint_timer = QTimer(self)
        self._paint_timer.setInterval(_PAINT_READING_MS)
        self._paint_timer.timeout.connect(self._read_painted)
        self._connect()
        self._connect_settings()

    def show(self) -> None:
        """Show the window; everything slow follows its first painting."""
        self._show_status(_STARTING)
        self.window.show()
        self.window.chat.setFocus()

    @property
    def is_open(self) -> bool:
        """False after ``close``."""
        return self._is_open

    @Slot(str)
    def come_forward(self, activation_token: str = "") -> None:
        """A second start asked for the window."""
        if activation_token:
            os.environ["XDG_ACTIVATION_TOKEN"] = activation_token  # Qt's Wayland plugin reads it when activating
        self.window.come_forward()

    def close(self) -> bool:
        """End all threads and destroy the window. False if the engine hangs."""
        started_s = time.perf_counter()
        self._is_open = False
        self.window.hide()
        self._runner.stop()
        if self._downloader is not None:
            self._downloader.close()
        self.monitor.stop()
        ended = self.engine.stop()
        self._background.close()
        self.bridge.close()
        self._state.save()
        self.settings.flush()
        trace("closed", {"shutdown_s": time.perf_counter() - started_s})
        if ended:
            shiboken6.delete(self.window)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return ended

    @Slot()
    def _on_painted(self) -> None:
        trace("window_painted")
        self.monitor.subscribe(self.bridge.post)
        self.monitor.start()
        self.engine.start()
        self._background.run(self._load_catalogue, self._on_catalogue, self._on_no_catalogue)
        self._background.run(_machine_summary, self.window.chat.set_machine_summary, lambda _: None)

    def _on_catalogue(self, catalogue: Catalogue) -> None:
        # Imported here: they bring what the catalogue needs, which the first painting must not wait for.
        from llmdesk.models.downloads import Downloader
        from llmdesk.ui.models.download_controller import DownloadController
        from llmdesk.ui.models.model_controller import ModelController

        self.models = ModelController(self.window, self.chat, self._runner, self._background, self.settings)
        self._downloader = Downloader()
        DownloadController(self.window, self.models, self._downloader, self.bridge)
        self.bridge.model_status.connect(self.models.on_model_status)
        self.window.log_requested.connect(self.models.open_log)
        self._runner.subscribe(self.bridge.post)
        self.models.start(catalogue, self._model_id)

    def _on_no_catalogue(self, error: ErrorInfo) -> None:
        self._show_status(ModelStatus("failed", title="No model", error=error))
        self.window.notice.show_notice("catalogue", error.user_message, error.hint, tone="bad")

    def _show_status(self, status: ModelStatus) -> None:
        self.window.top_bar.show_status(status)
        self.window.status_line.show_status(status)
        self.chat.on_model_status(status)

    @Slot(str, str)
    def _on_refused(self, message: str, hint: str) -> None:
        self.window.notice.show_notice("refused", message, hint, tone="warning", duration_s=8)

    @Slot(str)
    def _on_answer_started(self, request_id: str) -> None:
        self.window.dashboard.answer_started(request_id)
        self._paint_meter = PaintMeter(self.window.chat.painted_chars)

    @Slot(object)
    def _on_tokens(self, events: list[TokenEvent]) -> None:
        self.window.dashboard.tokens(events)
        self._paint_meter.came(events)
        if not self._paint_timer.isActive():
            self._read_painted()
            self._paint_timer.start()

    @Slot()
    def _read_painted(self) -> None:
        meter = self._paint_meter
        meter.read(self.window.chat.painted_chars, time.perf_counter())
        if meter.painted_tps:
            self.window.dashboard.set_painted(meter.painted_tps, meter.came_tps, meter.behind_ms)

    @Slot()
    def _on_stopped(self) -> None:
        self.window.dashboard.mark("answer stopped")

    @Slot(object)
    def _on_answer_ended(self, stats: GenerationStats | None) -> None:
        self._paint_timer.stop()
        self.window.dashboard.answer_ended(stats)
        self.window.notice.dismiss("refused")

    @Slot()
    def _copy_conversation(self) -> None:
        QGuiApplication.clipboard().setText(self.window.chat.conversation_markdown())
        self.window.notice.show_notice("copied", "The conversation is on the clipboard.", tone="good", duration_s=3)

    @Slot()
    def _on_closed(self) -> None:
        # Queued, so that the close event is over before the loop ends.
        QTimer.singleShot(0, self, QCoreApplication.quit)

    def _use_for_chat(self, values: Values) -> None:
        self.chat.sampling = values.sampling.params()
        self.chat.uses_response_cache = values.chat.answer_cache
        self.chat.context.choose(values.chat.context_policy)

    @Slot(Qt.ApplicationState)
    def _on_application_state(self, state: Qt.ApplicationState) -> None:
        """Somebody may have edited the settings meanwhile."""
        if state == Qt.ApplicationState.ApplicationActive and self._is_open:
            self._background.run(self.settings.reload_if_changed, lambda _: None, lambda _: None)

    def _connect_settings(self) -> None:
        window, top_bar, settings = self.window, self.window.top_bar, self.settings
        window.settings_requested.connect(self._settings.open)
        window.theme_chosen.connect(self._appearance.choose_theme)
        self._appearance.theme_changed.connect(window.show_theme)
        top_bar.sampling_chosen.connect(self._sampling.choose)
        self._sampling.changed.connect(top_bar.show_sampling)
        self.chat.context.policy_chosen.connect(self._settings.keep_context_policy)
        window.show_theme(self._appearance.theme_name)
        top_bar.show_sampling(self._sampling.sampling)
        self._use_for_chat(settings.values)
        settings.subscribe(self._use_for_chat, "sampling", self.bridge.run)
        settings.subscribe(self._use_for_chat, "chat", self.bridge.run)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.applicationStateChanged.connect(self._on_application_state)

    def _connect(self) -> None:
        window, chat, dashboard = self.window, self.chat, self.window.dashboard
        window.painted.connect(self._on_painted)
        window.closed.connect(self._on_closed)
        window.new_chat_requested.connect(chat.new_chat)
        window.copy_requested.connect(self._copy_conversation)
        self.bridge.sample.connect(dashboard.add_sample)
        chat.answer_started.connect(self._on_answer_started)
        chat.prompt_progress.connect(dashboard.prompt_progress)
        chat.tokens.connect(self._on_tokens)
        chat.answer_ended.connect(self._on_answer_ended)
        chat.stopped.connect(self._on_stopped)
        chat.context_changed.connect(window.status_line.show_context)
        chat.refused.connect(self._on_refused)


def _machine_summary() -> str:
    """What this machine can do, in one line (reads a few system files: file thread)."""
    from llmdesk.memory_need import GB, limit_bytes
    from llmdesk.services import machine

    processor = machine.processor()
    total_bytes = psutil.virtual_memory().total
    name = processor.name.replace("(R)", "").replace("(TM)", "")
    cores = "1 core" if processor.physical_cores == 1 else f"{processor.physical_cores} cores"
    return (
        f"{name}, {cores}, {total_bytes / GB:.0f} GB of memory. "
        f"Models of up to {limit_bytes(total_bytes) / GB:.0f} GB fit."
    )
