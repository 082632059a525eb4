"""Shortcuts and the about text, as a panel over the window (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from llmdesk import __version__
from llmdesk.ui.kit.labels import Label, Tag
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.spacing import space
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr


def about() -> list[tuple[str, str]]:
    """What the panel "About" says."""
    return [
        (tr("Version"), __version__),
        (tr("Licence"), "Apache-2.0"),
        (
            tr("Privacy"),
            tr(
                "Models run on this machine and nothing you type leaves it, unless you choose a model on a server: "
                "then your chat goes to that server, which the window names. llmdesk reports nothing to anybody."
            ),
        ),
    ]


class InfoPanel(Popover):
    """A title and rows of two columns; the first column as keys (tags) or as plain words."""

    def __init__(
        self, theme: Theme, window: QWidget, title: str, rows: Sequence[tuple[str, str]], *, keys: bool
    ) -> None:
        super().__init__(theme, window, 420, title=title)
        grid = QGridLayout()
        space(theme, grid, (20, 4, 20, 20), spacing=16, down=8)
        grid.setColumnStretch(1, 1)
        for index, (name, text) in enumerate(rows):
            first = Tag(theme, name) if keys else Label(theme, name, "secondary")
            grid.addWidget(first, index, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Label(theme, text, wraps=True), index, 1)
        self.panel_layout.addLayout(grid)
        self.panel_layout.addStretch(1)
