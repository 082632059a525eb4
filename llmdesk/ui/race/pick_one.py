"""A pill that shows the one value picked, and opens a menu of all (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QPoint, QRect, QSize, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.styled import Menu
from llmdesk.ui.kit.theme import Theme

T = TypeVar("T")
_ARROW_PX = 16


class PickOne(Button, Generic[T]):
    """See the module.

    Signals:
        picked(): another value than before, by the user.
    """

    picked = Signal()

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(theme, name, bordered=True, elides=True)
        self._name = name
        self._behind_px = _ARROW_PX + 4
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)  # it may be narrower than its text
        self._values: list[tuple[T, QAction]] = []
        self._menu = Menu(theme, self)
        self._group = QActionGroup(self)
        self._group.triggered.connect(self._on_triggered)
        self.clicked.connect(self._open)

    def sizeHint(self) -> QSize:
        """With room for the arrow."""
        hint = super().sizeHint()
        return QSize(hint.width() + self._theme.px(self._behind_px), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The button, and an arrow at its right end."""
        super().paintEvent(event)
        side, px = self._theme.px(_ARROW_PX), self._theme.px
        place = QRect(self.width() - side - px(8), (self.height() - side) // 2, side, side)
        self._theme.icon("chevron-down").paint(QPainter(self), place)

    @property
    def value(self) -> T | None:
        """The one picked; None: there is nothing to pick."""
        return next((value for value, action in self._values if action.isChecked()), None)

    @property
    def offered(self) -> tuple[T, ...]:
        """All of the menu."""
        return tuple(value for value, _ in self._values)

    def set_values(self, values: Sequence[tuple[T, str]], picked: T | None = None) -> None:
        """What there is to pick from, with its words; without ``picked`` the first one."""
        for _, action in self._values:
            self._group.removeAction(action)
            self._menu.removeAction(action)
            action.deleteLater()
        self._values = []
        for value, words in values:
            action = QAction(words.replace("&", "&&"), self._group)
            action.setCheckable(True)
            self._menu.addAction(action)
            self._values.append((value, action))
        self.pick(picked if picked in self.offered else next(iter(self.offered), None))

    def pick(self, value: T | None) -> None:
        """This one; does not emit."""
        for other, action in self._values:
            action.setChecked(other == value)
        self._tell()

    @Slot(QAction)
    def _on_triggered(self, _action: QAction) -> None:
        self._tell()
        self.picked.emit()

    def _tell(self) -> None:
        words = next((action.text().replace("&&", "&") for _, action in self._values if action.isChecked()), self._name)
        self.set_text(words)
        self.setAccessibleName(f"{self._name}: {words}")
        self.setToolTip(self.accessibleName())

    @Slot()
    def _open(self) -> None:
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height() + self._theme.px(4))))
