"""Keeps the icon beside the clock in step with settings, model and server (GUI thread only)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication

from llmdesk.listeners import Unsubscribe
from llmdesk.services.settings.definition import Values
from llmdesk.ui.kit.words import tr

if TYPE_CHECKING:
    from llmdesk.ui.shell.desktop import Desktop
    from llmdesk.ui.shell.tray import Tray

_LOOKS, _LOOK_MS = 20, 1000
"""So often, right after a login: the desktop's place for icons may come later than we do."""


class TrayController(QObject):
    """While there is the icon, closing the window hides it: what serves or fetches goes on.

    Attributes:
        tray: None while it is not wanted.
    """

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self._desktop = desktop
        self.tray: Tray | None = None
        self._ends: list[Unsubscribe] = []
        self._has_begun = self._was_told = False
        self._looks_left = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)
        desktop.window.stays_hidden = self.stays_hidden
        desktop.settings.subscribe(self._on_settings, "desktop.tray", desktop.bridge.run)

    @Slot()
    def begin(self) -> None:
        """There is time for it now."""
        if not self._has_begun:
            self._has_begun = True
            self._on_settings(self._desktop.settings.values)

    def begin_alone(self) -> None:
        """Without the window; that is shown after all, minimized, where no place for the icon comes up."""
        self.begin()
        self._looks_left = _LOOKS
        self._timer.start()

    def stays_hidden(self) -> bool:
        """Whether the window, if it is closed now, only hides; not where nobody could bring it back."""
        app = QGuiApplication.instance()
        is_session_ending = isinstance(app, QGuiApplication) and app.isSavingSession()
        if self.tray is None or not self.tray.can_be_seen or self._is_locked or is_session_ending:
            return False
        if not self._was_told:
            self._was_told = True
            self.tray.tell(tr("llmdesk goes on"), tr("This icon brings its window back, or quits it."))
        return True

    def close(self) -> None:
        """Take it away. Idempotent."""
        self._timer.stop()
        for end in self._ends:
            end()
        self._ends.clear()
        if self.tray is not None:
            self.tray.close()
            self.tray.deleteLater()
            self.tray = None

    def _on_settings(self, values: Values) -> None:
        wanted = values.desktop.tray and self._has_begun and self._desktop.keeps_chats
        if wanted and self.tray is None:
            self._make()
        elif not wanted:
            self.close()
            if self._has_begun and not self._desktop.window.isVisible() and self._desktop.is_open:
                self._desktop.window.come_forward()  # nobody could bring it back
        QGuiApplication.setQuitOnLastWindowClosed(self.tray is None)

    def _make(self) -> None:
        from llmdesk.ui.shell.tray import Tray

        desktop, runner, run = self._desktop, self._desktop.core.runner, self._desktop.bridge.run
        tray = self.tray = Tray(self)
        tray.show_requested.connect(desktop.window.come_forward)
        tray.unload_requested.connect(self._unload)
        tray.server_switched.connect(self._switch_server)
        tray.quit_requested.connect(desktop.window.quit)
        desktop.serving.told.connect(tray.show_server)
        tray.show_server(desktop.server.status)
        self._ends = [
            runner.subscribe(lambda _: run(self._show_model)),
            runner.subscribe_models(lambda _: run(self._show_model)),
        ]
        tray.show()

    def _show_model(self) -> None:
        if self.tray is not None:
            runner = self._desktop.core.runner
            self.tray.show_model(runner.status, runner.models_in_memory)

    @Slot()
    def _unload(self) -> None:
        """All of them, each after the answers that it gives; the next question loads its model again."""
        runner = self._desktop.core.runner
        for model in () if self._is_locked else runner.models_in_memory:
            runner.unload(model.model_id)

    @Slot(bool)
    def _switch_server(self, on: bool) -> None:
        if not self._is_locked:
            self._desktop.serving.switch(on)

    @property
    def _is_locked(self) -> bool:
        """True for a stand's visitors."""
        return self._desktop.window.action_table.is_locked

    @Slot()
    def _look(self) -> None:
        self._looks_left -= 1
        is_there = self.tray is not None and self.tray.can_be_seen
        if is_there or self._looks_left <= 0:
            self._timer.stop()
        if not is_there and self._looks_left <= 0 and not self._desktop.window.isVisible():
            self._desktop.window.showMinimized()
