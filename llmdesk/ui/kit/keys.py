"""What several parts of the window do with a key (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QScrollArea, QWidget

_Move = QAbstractSlider.SliderAction
_SCROLLS: dict[int, QAbstractSlider.SliderAction] = {
    Qt.Key.Key_Up: _Move.SliderSingleStepSub,
    Qt.Key.Key_Down: _Move.SliderSingleStepAdd,
    Qt.Key.Key_PageUp: _Move.SliderPageStepSub,
    Qt.Key.Key_PageDown: _Move.SliderPageStepAdd,
    Qt.Key.Key_Home: _Move.SliderToMinimum,
    Qt.Key.Key_End: _Move.SliderToMaximum,
}


def claims_escape(event: QEvent) -> bool:
    """True for Esc on its way to the window's shortcuts: it is kept from them and comes to this widget as a key."""
    is_override = event.type() == QEvent.Type.ShortcutOverride
    if is_override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
        event.accept()
        return True
    return False


def presses(button: QAbstractButton, event: QKeyEvent) -> bool:
    """True for Enter, which presses the button like the space bar; by itself Qt does so in dialogs only."""
    if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return False
    button.click()
    return True


def tab_stops(room: QWidget) -> list[QWidget]:
    """What in it takes the keyboard by Tab now, in that order."""
    found: list[QWidget] = []
    widget = room.nextInFocusChain()
    while widget is not None and widget is not room:
        takes_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
        if takes_tab and room.isAncestorOf(widget) and widget.isVisible() and widget.isEnabled():
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def scrolls(area: QScrollArea, event: QKeyEvent) -> bool:
    """True for a key that moves, which scrolls the area, though the keyboard is somewhere else in it."""
    move = _SCROLLS.get(event.key())
    bar = area.verticalScrollBar()
    if move is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or bar.maximum() == 0:
        return False
    bar.triggerAction(move)
    return True
