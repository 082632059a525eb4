"""What screen readers are told of widgets that Qt knows nothing of, and of news (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

_ROLES: dict[str, QAccessible.Role] = {"Graph": QAccessible.Role.Chart}
"""By the name of a class: painted as one thing, whatever widgets it is made of."""
_kept: dict[int, QAccessibleInterface] = {}


class PaintedAccess(QAccessibleWidget):
    """A painted widget: its role, the name and description that were set, and no parts."""

    def __init__(self, widget: QWidget, role: QAccessible.Role) -> None:
        super().__init__(widget, role)

    def childCount(self) -> int:
        """None: the parts say nothing."""
        return 0


def install() -> None:
    """Once, with the application."""
    QAccessible.installFactory(_make)


def _make(_class_name: str, made: QObject) -> QAccessibleInterface | None:
    role = _ROLES.get(type(made).__name__)
    if role is None or not isinstance(made, QWidget):
        return None
    access = PaintedAccess(made, role)
    key = id(made)
    _kept[key] = access  # Qt has it for as long as the widget lives; so must Python
    made.destroyed.connect(lambda: _kept.pop(key, None))
    return access


def announce(widget: QWidget, words: str) -> None:
    """Have a screen reader say something, once it has nothing else to say."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))
