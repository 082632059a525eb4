"""A quiet button that shows the choice in force and opens a menu of all choices (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup

from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.styled import Menu
from llmdesk.ui.kit.theme import Theme


class ChoiceButton(Button):
    """Base of buttons that show a choice; the menu opens upwards, or ``opens_below``.

    Signals:
        chosen(str): the value of a choice that was picked in the menu.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, text: str, *, opens_below: bool = False, bordered: bool = False) -> None:
        super().__init__(theme, text, quiet=True, bordered=bordered)
        self._opens_below = opens_below
        self._menu = Menu(theme, self)
        self._group = QActionGroup(self)
        self._group.triggered.connect(self._on_triggered)
        self.clicked.connect(self._open)

    def add_choice(self, value: str, words: str = "") -> QAction:
        """One more line of the menu, at its end."""
        action = QAction(words, self._group)
        action.setCheckable(True)
        action.setData(value)
        self._menu.addAction(action)
        return action

    def show_choice(self, action: QAction, text: str, tip: str, accessible_name: str) -> None:
        """Which choice is in force, and how the button says so; does not emit."""
        self.set_text(text)
        self.setToolTip(tip)
        self.setAccessibleName(accessible_name)
        action.setChecked(True)

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())

    @Slot()
    def _open(self) -> None:
        gap_px = self._theme.px(4)
        top = self.height() + gap_px if self._opens_below else -self._menu.sizeHint().height() - gap_px
        self._menu.popup(self.mapToGlobal(QPoint(0, top)))
