"""The rows below the chats that lead to the pages (GUI thread only)."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.spacing import space
from llmdesk.ui.kit.theme import Theme


class PageRows(QWidget):
    """A row for each page; that of the page shown is down.

    Signals:
        chosen(str): a page's id.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.rows: dict[str, Button] = {}
        layout = QVBoxLayout(self)
        space(theme, layout, spacing=2)

    def add_row(self, page_id: str, title: str, icon: str) -> None:
        """One more, at the end."""
        button = Button(self._theme, title, icon, elides=True)
        button.setCheckable(True)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(partial(self._choose, page_id))
        self.rows[page_id] = button
        layout = self.layout()
        assert layout is not None
        layout.addWidget(button)

    @Slot(str)
    def show_current(self, page_id: str) -> None:
        """Which page is shown; empty: none."""
        for other_id, button in self.rows.items():
            button.setChecked(other_id == page_id)

    def _choose(self, page_id: str) -> None:
        self.rows[page_id].setChecked(True)  # also if it was down already
        self.chosen.emit(page_id)
