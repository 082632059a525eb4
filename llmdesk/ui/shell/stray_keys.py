"""Keys that nothing under the keyboard takes: letters go to the composer, page keys move the conversation (GUI thread).

Who has read or copied something in an answer goes on typing, and means the prompt. The widget with the keyboard is
watched, and only that one: a filter on the whole application would be called for every painting.
"""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.dashboard.time_widget import TimeWidget
from llmdesk.ui.kit.popover import Popover

_ALT_GR = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier  # as Windows tells it
_COMMANDS = _ALT_GR | Qt.KeyboardModifier.MetaModifier


class StrayKeys(QObject):
    """See the module. Panels that are open, menus and text fields keep their keys; so do all shortcuts.

    Lists keep those that move in them, graphs those that move and zoom the time.

    Input methods and dead keys write into the composer too, where the keyboard is on text: on buttons they would take
    the keys that press them.
    """

    def __init__(self, window: QWidget, chat: ChatPane) -> None:
        super().__init__(window)
        self._window, self._chat = window, chat
        self._edit = chat.composer.edit
        self._watched: QWidget | None = None
        self._was_asked_for_input = False
        app = QGuiApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus_changed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Of the widget that has the keyboard."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._take(watched, event)
        if event.type() == QEvent.Type.InputMethodQuery and self._takes_input(watched):
            return QApplication.sendEvent(self._edit, event)
        if isinstance(event, QInputMethodEvent) and self._takes_input(watched):
            QApplication.sendEvent(self._edit, event)
            if event.commitString():
                self._edit.setFocus()
            return True
        return False

    def _take(self, watched: QObject, event: QKeyEvent) -> bool:
        """True if the key was one for the chat."""
        if not self._chat.isVisible():  # a page stands in its place
            return False
        has_prompt = self._edit.isVisible()  # else something stands in its place: a replay's bar
        if has_prompt and event.matches(QKeySequence.StandardKey.Paste):
            self._edit.setFocus()
            self._edit.paste()
            return True
        if isinstance(watched, TimeWidget) and watched.takes(event):
            return False
        is_list = isinstance(watched, QAbstractItemView)
        if not is_list and self._chat.move_by_key(event):
            return True
        text, commands = event.text(), event.modifiers() & _COMMANDS
        is_typed = bool(text) and text.isprintable() and commands in (Qt.KeyboardModifier.NoModifier, _ALT_GR)
        if not (has_prompt and is_typed) or (text == " " and (is_list or isinstance(watched, QAbstractButton))):
            return False
        self._edit.setFocus()
        QApplication.sendEvent(self._edit, event)
        return True

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if not shiboken6.isValid(self._window):  # a widget loses the keyboard because its window goes
            return
        if self._watched is not None:
            self._watched.removeEventFilter(self)
            self._watched.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, self._was_asked_for_input)
            self._watched.destroyed.disconnect(self._forget)
            self._watched = None
        target = self._window if now is None else now
        if target.window() is not self._window or is_text_field(target) or _is_in_panel(target):
            return
        self._watched = target
        target.installEventFilter(self)
        target.destroyed.connect(self._forget)
        self._was_asked_for_input = target.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        if self._takes_input(target):
            target.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
            QGuiApplication.inputMethod().update(Qt.InputMethodQuery.ImEnabled)

    @Slot()
    def _forget(self) -> None:
        self._watched = None

    def _takes_input(self, watched: QObject) -> bool:
        return self._edit.isVisible() and not isinstance(watched, QAbstractButton)


def is_text_field(widget: QWidget) -> bool:
    """Somebody can type there."""
    if isinstance(widget, QTextEdit | QPlainTextEdit):
        return not widget.isReadOnly()
    return isinstance(widget, QLineEdit | QAbstractSpinBox | QComboBox)


def _is_in_panel(widget: QWidget) -> bool:
    parent: QWidget | None = widget
    while parent is not None and not isinstance(parent, Popover):
        parent = parent.parentWidget()
    return parent is not None
