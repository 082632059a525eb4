"""The way out of stand mode: by the PIN, or because the session ends (GUI thread only; the PIN on another thread)."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.services.stand.pin import FEWEST_DIGITS, MOST_DIGITS, Pin, PinAnswer
from llmdesk.ui.demo.pin_panel import PinPanel
from llmdesk.ui.kit.timers import make_timer
from llmdesk.ui.kit.words import error_text, tr
from llmdesk.ui.shell.desktop import Desktop
from llmdesk.ui.threads.background import Background

_ENDING_MS = 60_000  # so long the session may take to end; else its end was called off


class StandLock(QObject):
    """See the module.

    Args:
        leave: called when the PIN was right, or is not there any more.
    """

    def __init__(self, desktop: Desktop, background: Background, leave: Callable[[], None]) -> None:
        super().__init__(desktop.window)
        self.pin = Pin()
        self._background, self._leave = background, leave
        self._anchor: QWidget = desktop.window
        self._chosen, self._then = "", leave
        self._is_choosing = False
        self._theme, self._window = desktop.theme, desktop.window
        self._panel: PinPanel | None = None
        self._wait = make_timer(self, self._show_wait, 500)
        self._ending = QTimer(self)
        self._ending.setSingleShot(True)
        self._ending.setInterval(_ENDING_MS)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.commitDataRequest.connect(self.let_close)

    @property
    def panel(self) -> PinPanel:
        """Made when it is needed first."""
        if self._panel is None:
            self._panel = PinPanel(self._theme, self._window)
            self._panel.given.connect(self._on_given)
        return self._panel

    def begin(self, anchor: QWidget) -> None:
        """Ask below this from now on."""
        self._anchor = anchor

    def choose(self, anchor: QWidget, then: Callable[[], None]) -> None:
        """A new PIN, twice the same, then go on."""
        self._is_choosing, self._chosen, self._then = True, "", then
        self.panel.set_busy(False)
        words = tr(
            "Choose a PIN of {least} to {most} digits. It ends stand mode.", least=FEWEST_DIGITS, most=MOST_DIGITS
        )
        self.panel.ask(anchor, words)

    @Slot()
    def ask(self) -> None:
        """For the PIN."""
        self._is_choosing = False
        if not self.pin.is_chosen:
            self._leave()
        elif not self.panel.isVisible():
            self.panel.set_busy(False)
            self.panel.ask(self._anchor, tr("The PIN ends stand mode."))
            self._show_wait()

    def may_close(self) -> bool:
        """Somebody closes the window: only as the session ends; else ask for the PIN."""
        if self._ending.isActive():
            return True
        QTimer.singleShot(0, self, self.ask)  # once the close event is over
        return False

    @Slot()
    def let_close(self) -> None:
        """The session ends: the window may close."""
        self._ending.start()

    @Slot(str)
    def _on_given(self, digits: str) -> None:
        if self._is_choosing and not self._chosen:
            self._chosen = digits
            self.panel.field.clear()
            self.panel.show_words(tr("The same PIN once more."))
        elif self._is_choosing and digits != self._chosen:
            self._chosen = ""
            self.panel.field.clear()
            self.panel.show_words(tr("These were two different PINs. Choose one."), is_bad=True)
        elif self._is_choosing:
            self.panel.set_busy(True)
            self._background.run(lambda: self.pin.choose(digits), self._on_chosen, self._tell)
        else:
            self.panel.set_busy(True)
            self._background.run(lambda: self.pin.check(digits), self._on_answer, self._tell)

    def _on_chosen(self, _: None) -> None:
        self._is_choosing = False
        self.panel.close_panel()
        self._then()

    def _on_answer(self, answer: PinAnswer) -> None:
        if answer.is_right:
            self.panel.close_panel()
            self._leave()
            return
        self.panel.set_busy(False)
        self.panel.show_words(tr("This is not the PIN."), is_bad=True)
        self._show_wait()

    def _tell(self, error: ErrorInfo) -> None:
        self._chosen = ""
        self.panel.set_busy(False)
        self.panel.show_words(error_text(error), is_bad=True)

    @Slot()
    def _show_wait(self) -> None:
        """After wrong tries the next one has to wait."""
        wait_s = self.pin.wait_s()
        if wait_s > 0 and self.panel.isVisible():
            if not self._wait.isActive():
                self.panel.set_busy(True)
                self._wait.start()
            words = tr("This is not the PIN. The next try in {seconds} s.", seconds=math.ceil(wait_s))
            self.panel.show_words(words, is_bad=True)
        elif self._wait.isActive():
            self._wait.stop()
            self.panel.set_busy(False)
            self.panel.show_words(tr("The PIN ends stand mode."))
