"""A pill that says which of several values are picked, and opens a menu of all (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen

from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.styled import Menu
from llmdesk.ui.kit.surfaces import draw_focus_ring
from llmdesk.ui.kit.theme import Theme

T = TypeVar("T")


class PillButton(Button):
    """A button with round ends on a surface of its own."""

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(theme, text, bordered=True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, words, focus ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(self._theme.color("accent" if self.isChecked() else "line")))
        is_raised = self.isDown() or self.isChecked() or (self.underMouse() and self.isEnabled())
        painter.setBrush(self._theme.color("raised" if is_raised else "surface"))
        painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
        draw_focus_ring(painter, self, self._theme, rect.height() / 2)
        self._draw_content(painter)


class PickButton(PillButton, Generic[T]):
    """See the module. At least one stays picked, where there is one.

    Args:
        words: what the button says of the values picked.

    Signals:
        picked(): others than before.
    """

    picked = Signal()

    def __init__(self, theme: Theme, name: str, words: Callable[[Sequence[T]], str]) -> None:
        super().__init__(theme, name)
        self._name, self._words = name, words
        self._values: list[tuple[T, QAction]] = []
        self._is_touched = False
        self._menu = _OpenMenu(theme, self)
        self.clicked.connect(self._open)

    @property
    def values(self) -> tuple[T, ...]:
        """Those picked, in the menu's order."""
        return tuple(value for value, action in self._values if action.isChecked())

    @property
    def offered(self) -> tuple[T, ...]:
        """All of the menu."""
        return tuple(value for value, _ in self._values)

    def set_values(self, values: Sequence[tuple[T, str]], picked: Sequence[T]) -> None:
        """What there is to pick from, with its words; what the user picked and still is there stays so."""
        before = self.values if self._is_touched else ()
        kept = [value for value, _ in values if value in before] or list(picked)
        for _, action in self._values:
            self._menu.removeAction(action)
            action.deleteLater()
        self._values = []
        for value, words in values:
            action = QAction(words.replace("&", "&&"), self)
            action.setCheckable(True)
            action.setChecked(value in kept)
            action.toggled.connect(self._on_toggled)
            self._menu.addAction(action)
            self._values.append((value, action))
        self._tell()

    def pick(self, *values: T) -> None:
        """Exactly these."""
        for value, action in sorted(self._values, key=lambda each: each[0] not in values):
            action.setChecked(value in values)

    @Slot(bool)
    def _on_toggled(self, is_on: bool) -> None:
        action = self.sender()
        if not is_on and not self.values and isinstance(action, QAction):
            action.setChecked(True)
            return
        self._is_touched = True
        self._tell()
        self.picked.emit()

    def _tell(self) -> None:
        self.set_text(self._words(self.values))
        self.setAccessibleName(f"{self._name}: {self.text()}")

    @Slot()
    def _open(self) -> None:
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + self._theme.px(4))))


class _OpenMenu(Menu):
    """Stays open while one thing after the other is picked."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """See the class."""
        action = self.actionAt(event.position().toPoint())
        if action is not None and action.isEnabled():
            action.toggle()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See the class."""
        action = self.activeAction()
        if action is not None and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            action.toggle()
        else:
            super().keyPressEvent(event)
