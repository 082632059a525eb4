"""The window with all that makes it live: built in one order, ended in another (GUI thread only)."""

from __future__ import annotations

import logging
import os
import time
from functools import partial
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from llmdesk import paths
from llmdesk.core import Core
from llmdesk.datatypes.model import ModelStatus
from llmdesk.services.chats.chat_options import ChatOptions
from llmdesk.services.chats.sessions import Sessions
from llmdesk.services.local_server import LocalServer
from llmdesk.services.trace import trace
from llmdesk.ui.chat.chat_controller import ChatController
from llmdesk.ui.chat.kept_chats import KeptChats
from llmdesk.ui.chat.message_controller import MessageController
from llmdesk.ui.chat.token_counter import TokenCounter
from llmdesk.ui.dashboard.controller import DashboardController
from llmdesk.ui.dashboard.machine_controller import MachineController
from llmdesk.ui.kit import files
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr
from llmdesk.ui.models.load_ahead import Ahead, load_ahead
from llmdesk.ui.server.server_controller import ServerController
from llmdesk.ui.settings.appearance import AppearanceController
from llmdesk.ui.shell.chat_list_room import ChatListRoom
from llmdesk.ui.shell.chat_tools import ChatTools
from llmdesk.ui.shell.error_reporting import ErrorReporter
from llmdesk.ui.shell.machine_words import machine_summary
from llmdesk.ui.shell.main_window import MainWindow
from llmdesk.ui.shell.message_actions import MessageActions
from llmdesk.ui.shell.no_catalogue import NoCatalogue
from llmdesk.ui.shell.opened import Opened
from llmdesk.ui.shell.settings_room import SettingsRoom
from llmdesk.ui.shell.start import Start, import_graphs, import_turns
from llmdesk.ui.shell.transfers import connect_transfers
from llmdesk.ui.shell.window_state import WindowState
from llmdesk.ui.threads.background import Background
from llmdesk.ui.threads.engine_thread import EngineThread
from llmdesk.ui.threads.event_bridge import EventBridge

if TYPE_CHECKING:
    from llmdesk.models.catalogue import Catalogue
    from llmdesk.models.downloads import Downloader
    from llmdesk.ui.chat.sources.sources_controller import SourcesController
    from llmdesk.ui.chat.transfer.transfer_controller import TransferController
    from llmdesk.ui.models.model_controller import ModelController

log = logging.getLogger(__name__)


class Desktop(QObject):
    """One window, one engine thread, one monitor. ``show``, then ``close`` exactly once.

    Start: the window is painted first; then one thread reads the catalogue and has the engine thread load the model,
    another one reads the chat that was open last. End: the local server tells its clients and ends, nothing new is
    taken, downloads and monitor end, the engine ends, the window is destroyed.

    Args:
        core: engine, catalogue, settings and monitor; the window starts them and closes them.
        server: the local server over the same engine; the window switches it and closes it.
        model_id: load this model instead of the one used last.
        keeps_chats: False: the user's chats are neither shown nor written, and what is said here is not kept.
        loads_model: False: only recordings are played here, so neither catalogue nor model is read.

    Signals:
        started(): there is time now for what nobody misses in the first second.
    """

    started = Signal()

    def __init__(
        self,
        core: Core,
        server: LocalServer,
        state: WindowState,
        model_id: str = "",
        *,
        keeps_chats: bool = True,
        loads_model: bool = True,
    ) -> None:
        super().__init__()
        runner = core.runner
        self.settings = settings = core.settings
        self.core, self.server, self.state, self._model_id = core, server, state, model_id
        self.keeps_chats, self._loads_model = keeps_chats, loads_model
        self.theme = Theme(self)
        self.bridge = EventBridge(self)
        self._appearance = AppearanceController(self.theme, settings, self.bridge)
        self.window = MainWindow(self.theme, state)
        self.reporter = ErrorReporter(self.theme, self.window, self.bridge)
        self.sessions = Sessions(runner, self.bridge.post, self._first_options())
        counter = self.counter = TokenCounter(runner, self.bridge)
        self.chat = ChatController(self.window.chat, self.sessions, counter)
        self.messages = MessageController(self.theme, self.window.chat, self.window.notice, self.chat)
        self._message_actions = MessageActions(self.window.action_table, self.window.chat, self.chat, self.messages)
        self.engine = EngineThread(runner, self)
        self.background = self._background = Background(self.bridge)
        self.kept = KeptChats(self.window.chat, self.window.notice, self.sessions, core, self._background, self.bridge)
        self._transfers = connect_transfers(self.window, self.sessions, core, self._background, keeps_chats)
        self.tools = ChatTools(self.theme, self.window, self.chat, counter, settings, self._background, self.bridge)
        self.chat_list = ChatListRoom(
            self.theme, self.window, state, self.chat, self.kept, self._background, self.bridge
        )
        DashboardController(self.window.dashboard, self.sessions, self.window.chat.painted_chars)
        self.machine = MachineController(self.theme, self.window.dashboard, self.sessions, core, self.bridge)
        self._settings_room = SettingsRoom(self.window, self._appearance, settings, runner, self.bridge)
        self.serving = ServerController(
            self.window.panels.server, self.window.top_bar.more, server, settings, self.bridge, self._background
        )
        self.models: ModelController | None = None
        self.sources: SourcesController | None = None  # with the collections
        self.downloader: Downloader | None = None
        self.opened, self._no_catalogue = Opened(self), NoCatalogue(self)
        self._is_open, self._wants_restart, self._start = True, False, Start(self.sessions, self.window)
        self._connect()

    def _first_options(self) -> ChatOptions:
        """A question that is asked at once goes to the model that was used last: the engine loads it for that."""
        return ChatOptions(model_id=self._model_id or self.settings.values.model.id if self._loads_model else "")

    def show(self, *, is_hidden: bool = False) -> None:
        """Show the window; everything slow follows its first painting. ``is_hidden``: only serve, until it is shown."""
        if self._loads_model:
            self.show_status(ModelStatus("loading", "", tr("Starting"), tr("looking for models"), 0.0))
        if is_hidden:
            self.engine.start()
            self.serving.start_with_window()
        else:
            self.window.show()
        self.window.chat.setFocus()

    @property
    def transfers(self) -> TransferController:
        """Takes chats out and brings them in."""
        return self._transfers()

    @property
    def is_open(self) -> bool:
        """False after ``close``."""
        return self._is_open

    @property
    def wants_restart(self) -> bool:
        """True if the window was closed to be opened anew."""
        return self._wants_restart or (self._is_open and self._settings_room.wants_restart)

    @Slot(str, object)
    def come_forward(self, activation_token: str = "", file: str = "") -> None:
        """A second start asked for the window, and perhaps for a file or link in it."""
        if activation_token:
            os.environ["XDG_ACTIVATION_TOKEN"] = activation_token  # Qt's Wayland plugin reads it when activating
        self.window.come_forward()
        if file and not self.window.action_table.is_locked:  # a stand's visitors choose no model
            self.opened.open(file)

    def close(self) -> bool:
        """End all threads and destroy the window. False if the engine hangs."""
        started_s = time.perf_counter()
        self._wants_restart = self.wants_restart
        self._is_open = False
        self.window.hide()
        self.chat.draft_keeper.keep()
        self.kept.close()
        if (transfers := self._transfers.made) is not None:
            transfers.stop()
        self.server.close()
        self.core.runner.stop()
        if self.downloader is not None:
            self.downloader.close()
        for timer in self.window.findChildren(QTimer):
            timer.stop()  # nothing is drawn any more, also if the engine hangs and the window is not destroyed
        ended = self.engine.stop()
        self._background.close()
        self.core.close()
        self.bridge.close()
        self.state.save()
        trace("closed", {"shutdown_s": time.perf_counter() - started_s})
        if ended:
            shiboken6.delete(self.window)
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return ended

    @Slot()
    def _on_painted(self) -> None:
        trace("window_painted")
        self._start.begin(loads_model=self._loads_model)
        self.engine.start()
        if self.keeps_chats:
            self.kept.open()
        if self._loads_model:
            self.read_catalogue()
        self._background.run(import_turns, lambda _: None, lambda _: None)
        self.core.monitor.subscribe(self.bridge.post)
        self.core.monitor.start()
        self._background.run(machine_summary, self.window.chat.set_machine_summary, lambda _: None)
        self.serving.start_with_window()

    @Slot()
    def _on_start_over(self) -> None:
        trace("started")
        self.theme.motion.ask_portal()
        self.tools.prepare()
        self.started.emit()
        self._background.run(import_graphs, lambda _: self.window.dashboard.release_graphs(), lambda _: None)

    @Slot()
    def read_catalogue(self) -> None:
        """Learn which models there are, and load one; once more if it failed."""
        if self.models is None:
            read = partial(load_ahead, self.core, self._model_id)
            self._background.run(read, self._on_catalogue, self._no_catalogue.tell, kind="catalogue")

    @Slot()
    def open_picker(self) -> None:
        """The list of models, or why there is none."""
        picker = self.window.picker
        if self._no_catalogue.error is not None:
            picker.show_failure(self._no_catalogue.error)
        picker.open_under(self.window.top_bar.pill)
        if self.models is not None:
            # Once it is painted: what reads the catalogue takes Python away from the window.
            QTimer.singleShot(0, self.models, self.models.refresh)

    @Slot()
    def open_log(self) -> None:
        """Show the log file in the system's editor."""
        files.open_text_file(paths.log_file(), self.window.notice)

    def _on_catalogue(self, found: tuple[Catalogue, Ahead]) -> None:
        # Imported here: it brings what the catalogue needs, which the first painting must not wait for.
        from llmdesk.ui.shell.model_room import ModelRoom

        catalogue, ahead = found
        room = ModelRoom(self, self._background, catalogue)
        self.models, self.downloader = room.models, room.downloader
        self._message_actions.bind_models(room.regenerate)
        self._no_catalogue.is_over()
        self.models.status_shown.connect(self._start.on_model_status)
        self.models.start(catalogue, self._model_id, ahead)
        self.opened.bind(room.library.add)
        if self.window.picker.isVisible():
            self.models.refresh()

    def show_status(self, status: ModelStatus) -> None:
        """What the window says of its model, while nobody else does."""
        self.window.top_bar.show_status(status)
        self.window.status_line.show_status(status)
        self.chat.on_model_status(status)
        self._start.on_model_status(status)

    @Slot(str, str)
    def _on_refused(self, message: str, hint: str) -> None:
        self.window.notice.show_notice("refused", message, hint, tone="warning", duration_s=8)

    @Slot()
    def _on_closed(self) -> None:
        # Queued, so that the close event is over before the loop ends.
        QTimer.singleShot(0, self, QCoreApplication.quit)

    @Slot(Qt.ApplicationState)
    def _on_application_state(self, state: Qt.ApplicationState) -> None:
        """Somebody may have edited the settings meanwhile."""
        if state == Qt.ApplicationState.ApplicationActive and self._is_open:
            self._background.run(self.settings.reload_if_changed, lambda _: None, lambda _: None)

    def _connect(self) -> None:
        window, chat, bridge, sessions = self.window, self.chat, self.bridge, self.sessions
        window.painted.connect(self._on_painted)
        window.dashboard.hold_graphs()
        window.closed.connect(self._on_closed)
        window.new_chat_requested.connect(chat.new_chat)
        window.log_requested.connect(self.open_log)
        window.top_bar.models_requested.connect(self.open_picker)
        window.panels.picker.then(lambda picker: picker.retry_requested.connect(self.read_catalogue))
        self._start.over.connect(self._on_start_over)
        bridge.sample.connect(window.dashboard.add_sample)
        for signal in (bridge.queued, bridge.loading, bridge.prompt_progress, bridge.finished, bridge.failed):
            signal.connect(sessions.receive)
        bridge.tokens.connect(sessions.receive_tokens)
        window.server_requested.connect(self.serving.open)
        self.serving.told.connect(window.top_bar.show_server)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.applicationStateChanged.connect(self._on_application_state)
        self.chat_list.menu.export_requested.connect(lambda chat_ids: self.transfers.export(chat_ids))
        chat.answer_ended.connect(lambda: window.notice.dismiss("refused"))
        chat.refused.connect(self._on_refused)
        chat.log_requested.connect(self.open_log)
        chat.models_requested.connect(self.open_picker)
