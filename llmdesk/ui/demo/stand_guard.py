"""What a visitor's hands may do in stand mode: a list of what is allowed; all else does nothing (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QCursor, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

_Type = QEvent.Type
_PRESSES = frozenset((_Type.MouseButtonPress, _Type.MouseButtonRelease, _Type.MouseButtonDblClick))
_KEYS = frozenset((_Type.KeyPress, _Type.KeyRelease, _Type.ShortcutOverride))
_NEVER = frozenset((_Type.ContextMenu, _Type.DragEnter, _Type.DragMove, _Type.Drop))
_HANDS = frozenset((*_PRESSES, *_KEYS, *_NEVER, _Type.MouseMove, _Type.Wheel, _Type.TouchBegin, _Type.Enter))
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_K = Qt.Key
_WITH_CONTROL = frozenset(
    (_K.Key_A, _K.Key_Z, _K.Key_Y, _K.Key_Left, _K.Key_Right, _K.Key_Home, _K.Key_End, _K.Key_Backspace, _K.Key_Delete)
)
"""In a text field. Nothing comes from the clipboard, where the owner's things may be, and nothing goes there."""
_NEVER_KEYS = frozenset((Qt.Key.Key_Insert, Qt.Key.Key_Menu, *(Qt.Key(Qt.Key.Key_F1 + n) for n in range(24))))


class StandGuard(QObject):
    """Filters the application's events while it is on.

    Args:
        is_allowed: whether this widget may be pressed.
        is_quiet: whether this one is not told that the pointer is over it (it would show what can be done).

    Signals:
        touched(): somebody is there.
        escaped(): Esc.
        moved(int): Tab: the next thing that can be pressed, or (-1) the one before.
    """

    touched = Signal()
    escaped = Signal()
    moved = Signal(int)

    def __init__(
        self, window: QWidget, is_allowed: Callable[[QWidget], bool], is_quiet: Callable[[QWidget], bool]
    ) -> None:
        super().__init__(window)
        self._is_allowed, self._is_quiet = is_allowed, is_quiet
        self._pointer = QPoint()
        self._is_waking = False
        self.is_asleep = False
        """What comes now only wakes."""

    def begin(self) -> None:
        """From now on."""
        self._pointer, self._is_waking, self.is_asleep = QCursor.pos(), False, False
        _application().installEventFilter(self)

    def end(self) -> None:
        """Everything can be done again."""
        _application().removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """True takes an event away."""
        kind = event.type()
        if kind not in _HANDS or not isinstance(watched, QWidget):
            return False
        if kind in _NEVER:
            event.ignore()
            return True
        if kind == _Type.Enter:
            return self._is_quiet(watched)
        if isinstance(event, QKeyEvent):
            return self._take_key(watched, event)
        if isinstance(event, QWheelEvent):
            return self._take_wheel(watched, event)
        if isinstance(event, QMouseEvent):
            return self._take_mouse(watched, event)
        return self._wake()  # a finger; Qt makes a press of it

    def _wake(self) -> bool:
        """True if this was only to wake."""
        was_asleep = self.is_asleep
        self.touched.emit()
        return was_asleep

    def _take_mouse(self, watched: QWidget, event: QMouseEvent) -> bool:
        kind = event.type()
        if kind == _Type.MouseMove:
            place = event.globalPosition().toPoint()
            if place != self._pointer:  # Qt also makes some up, when something comes under the pointer
                self._pointer = place
                if not self.is_asleep:
                    self.touched.emit()
            return False
        if kind == _Type.MouseButtonRelease and self._is_waking:
            self._is_waking = False
            return True
        if kind != _Type.MouseButtonRelease and self._wake():
            self._is_waking = True
            return True
        return event.button() != Qt.MouseButton.LeftButton or not self._is_allowed(watched)

    def _take_wheel(self, watched: QWidget, event: QWheelEvent) -> bool:
        if self._wake() or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return True
        return not self._is_allowed(watched) and not self._is_quiet(watched)

    def _take_key(self, watched: QWidget, event: QKeyEvent) -> bool:
        """Of a key there are three events; what is not allowed is taken before any shortcut hears of it."""
        key, kind = Qt.Key(event.key()) if event.key() in _KNOWN_KEYS else None, event.type()
        if kind == _Type.KeyPress and self._wake():
            return True
        is_taken = self.is_asleep or not self._may_type(watched, key, event)
        step = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}.get(key, 0) if key is not None else 0
        if kind == _Type.KeyPress and not self.is_asleep and not is_taken and step:
            self.moved.emit(step)
            is_taken = True
        if key == Qt.Key.Key_Escape and not is_taken:
            if kind == _Type.KeyPress:
                self.escaped.emit()
            is_taken = True
        if is_taken and kind == _Type.ShortcutOverride:
            event.accept()
        return is_taken

    def _may_type(self, watched: QWidget, key: Qt.Key | None, event: QKeyEvent) -> bool:
        commands, text = event.modifiers() & _COMMANDS, event.text()
        if key in _NEVER_KEYS:
            return False
        is_letter = bool(text) and text.isprintable()
        is_field = isinstance(watched, QPlainTextEdit | QLineEdit)
        if commands == Qt.KeyboardModifier.ControlModifier:
            return is_field and key in _WITH_CONTROL
        if commands:
            return is_letter and not commands & Qt.KeyboardModifier.MetaModifier and _is_alt_gr(event)
        if key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return is_field or self._is_allowed(watched)
        return True


def _is_alt_gr(event: QKeyEvent) -> bool:
    """A letter of the third level, as Windows tells it; elsewhere it comes without modifiers."""
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    return event.modifiers() & both == both


def _application() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


_KNOWN_KEYS = frozenset(key.value for key in Qt.Key)
