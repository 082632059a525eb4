"""How much was written here, day by day and model by model (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from llmdesk.services.usage.usage import UsageRow
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import MEDIUM, SEMIBOLD, Label
from llmdesk.ui.kit.spacing import row, space
from llmdesk.ui.kit.styled import ScrollStyle
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import duration_text
from llmdesk.ui.kit.words import tr

_DAYS_SHOWN = 400


class UsagePage(QWidget):
    """Title, where the numbers come from, a table, and a button that erases.

    Signals:
        erase_requested(): count anew from now on.
    """

    erase_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(tr("Usage over time"))
        self._sentence = Label(theme, "", "secondary", "ui", wraps=True)
        self.erase = Button(theme, tr("Erase and count anew"), bordered=True)
        self.erase.clicked.connect(self.erase_requested)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        ScrollStyle(theme, self._scroll)
        layout = QVBoxLayout(self)
        space(theme, layout, (32, 24, 32, 24), spacing=12)
        head = row(theme, Label(theme, tr("Usage over time"), "text", "greeting", SEMIBOLD), 1, self.erase)
        layout.addLayout(head)
        layout.addWidget(self._sentence)
        layout.addWidget(self._scroll, 1)
        theme.changed.connect(self.update)

    def show_message(self, text: str) -> None:
        """Instead of figures."""
        self._sentence.setText(text)
        self._scroll.setWidget(QWidget())
        self.erase.setEnabled(False)

    def show_rows(self, rows: Sequence[UsageRow]) -> None:
        """The table; the newest day first."""
        tokens, answers = sum(each.new_tokens for each in rows), sum(each.answers for each in rows)
        self._sentence.setText(
            tr(
                "{tokens} tokens in {answers} answers, from the figures that the kept chats hold. "
                "Nothing is sent anywhere.",
                tokens=f"{tokens:,}",
                answers=f"{answers:,}",
            )
            if rows
            else tr("Nothing was answered yet, or it was erased. Counted are the answers of kept chats.")
        )
        self.erase.setEnabled(bool(rows))
        table = QWidget()
        grid = QGridLayout(table)
        space(self._theme, grid, (0, 8, 12, 8), spacing=10)
        names = (tr("Day"), tr("Model"), tr("Answers"), tr("Prompt tokens"), tr("Tokens"), tr("Time"), tr("tok/s"))
        for number, name in enumerate(names):
            grid.addWidget(Label(self._theme, name, "secondary", "small", MEDIUM), 0, number, _side(number))
        for line, each in enumerate(rows[:_DAYS_SHOWN], start=1):
            for number, text in enumerate(_cells(each)):
                grid.addWidget(Label(self._theme, text), line, number, _side(number))
        grid.setRowStretch(grid.rowCount(), 1)
        grid.setColumnStretch(1, 1)
        self._scroll.setWidget(table)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground."""
        QPainter(self).fillRect(self.rect(), self._theme.color("window"))


def _side(number: int) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignLeft if number < 2 else Qt.AlignmentFlag.AlignRight


def _cells(each: UsageRow) -> tuple[str, ...]:
    return (
        each.day,
        each.model,
        f"{each.answers:,}",
        f"{each.prompt_tokens:,}",
        f"{each.new_tokens:,}",
        duration_text(each.work_s),
        "–" if each.decode_tps is None else f"{each.decode_tps:.1f}",
    )
