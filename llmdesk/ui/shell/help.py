"""Shortcuts and the about text, as a panel over the window (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from llmdesk import __version__
from llmdesk.ui.kit.controls import Button, Label, Tag, row
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.theme import Theme

SHORTCUTS = (
    ("Enter", "Send the prompt"),
    ("Shift+Enter", "Break the line"),
    ("Esc", "Stop the answer, or close what is open"),
    ("Ctrl+L", "Go to the prompt"),
    ("Ctrl+N", "New chat"),
    ("Ctrl+M", "Models"),
    ("Ctrl+D", "Show or hide the dashboard"),
    ("F1", "This list"),
    ("Ctrl+Q", "Quit"),
)
ABOUT = (
    ("Version", __version__),
    ("Licence", "Apache-2.0"),
    ("Privacy", "Models run on this machine; nothing you type leaves it."),
)


class InfoPanel(Popover):
    """A title and rows of two columns; the first column as keys (tags) or as plain words."""

    def __init__(
        self, theme: Theme, window: QWidget, title: str, rows: Sequence[tuple[str, str]], *, keys: bool
    ) -> None:
        super().__init__(theme, window, 420)
        heading = Label(theme, size_px=15, medium=True)
        heading.setText(title)
        close = Button(theme, "", "x")
        close.setAccessibleName("Close")
        close.clicked.connect(self.close_panel)
        self.panel_layout.addLayout(row(heading, 1, close, margins=(20, 12, 12, 4)))
        grid = QGridLayout()
        grid.setContentsMargins(20, 4, 20, 20)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for index, (name, text) in enumerate(rows):
            first = Tag(theme) if keys else Label(theme, "secondary")
            first.setText(name)
            second = Label(theme)
            second.setText(text)
            second.setWordWrap(True)
            grid.addWidget(first, index, 0)
            grid.addWidget(second, index, 1)
        self.panel_layout.addLayout(grid)
        self.panel_layout.addStretch(1)
