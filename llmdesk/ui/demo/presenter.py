"""Presenter mode: large type, conversation and figures only, a clicker's keys (GUI thread only)."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from llmdesk.ui.demo.whole_screen import WholeScreen
from llmdesk.ui.shell.desktop import Desktop

_NEXT = (Qt.Key.Key_PageDown, Qt.Key.Key_Right, Qt.Key.Key_Space)
_BACK = (Qt.Key.Key_PageUp, Qt.Key.Key_Left)
_BLANK = (Qt.Key.Key_B, Qt.Key.Key_Period)


class Led(Protocol):
    """What a clicker leads through."""

    def go_on(self) -> None:
        """The next step."""

    def go_back(self) -> None:
        """The one before."""


class Presenter(QObject):
    """While a script is led, PageDown and PageUp go through it; B and the full stop blank the screen; Esc ends."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop.window)
        self._window = desktop.window
        self._screen = WholeScreen(desktop)
        self._led: Led | None = None
        self._cover: Cover | None = None
        self.is_on = False

    @Slot()
    def toggle(self) -> None:
        """Begin or end."""
        if self.is_on:
            self.end()
        else:
            self.begin()

    def lead(self, led: Led | None) -> None:
        """What the clicker's keys lead through from now on."""
        self._led = led

    def begin(self, *, whole_screen: bool = True) -> None:
        """The whole screen, large. Idempotent."""
        if self.is_on:
            return
        self.is_on = True
        self._screen.begin(whole_screen=whole_screen)
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)

    def end(self) -> None:
        """As it was. Idempotent."""
        if not self.is_on:
            return
        self.is_on = False
        app = QApplication.instance()
        assert app is not None
        app.removeEventFilter(self)
        self._uncover()
        self._screen.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The clicker's keys, before anybody else has them."""
        is_key = event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
        if not is_key or not isinstance(event, QKeyEvent) or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if not isinstance(watched, QWidget) or watched.window() is not self._window:
            return False
        taken = self._takes(Qt.Key(event.key()))
        if taken and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return taken and self._press(Qt.Key(event.key()))

    def _takes(self, key: Qt.Key) -> bool:
        if self._cover is not None or key == Qt.Key.Key_Escape:
            return key != Qt.Key.Key_F5
        if self._led is not None:
            return key in (*_NEXT, *_BACK, *_BLANK)
        return key in _BLANK and not _is_writing(key)

    def _press(self, key: Qt.Key) -> bool:
        if self._cover is not None:
            self._uncover()
        elif key == Qt.Key.Key_Escape:
            self.end()
        elif key in _BLANK:
            self._cover = Cover(self._window)
        elif self._led is not None and key in _NEXT:
            self._led.go_on()
        elif self._led is not None:
            self._led.go_back()
        return True

    def _uncover(self) -> None:
        if self._cover is not None:
            self._cover.hide()
            self._cover.deleteLater()
            self._cover = None


class Cover(QWidget):
    """A black screen."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setGeometry(window.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Nothing to be seen."""
        QPainter(self).fillRect(self.rect(), Qt.GlobalColor.black)


def _is_writing(key: Qt.Key) -> bool:
    """It belongs to a text: a field has the keyboard. No prompt begins with a full stop, so that one is a clicker's."""
    focus = QApplication.focusWidget()
    if isinstance(focus, QPlainTextEdit) and key == Qt.Key.Key_Period:
        return bool(focus.toPlainText())
    return isinstance(focus, QLineEdit | QTextEdit | QPlainTextEdit)
