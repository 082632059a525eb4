"""How much was written here, day by day and model by model (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from llmdesk.services.usage.usage import UsageRow, by_model
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import SEMIBOLD, Label
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.spacing import column, row, space
from llmdesk.ui.kit.styled import ScrollArea
from llmdesk.ui.kit.switch import Switch
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import duration_text
from llmdesk.ui.kit.words import tr
from llmdesk.ui.usage.day_chart import DAYS, DayChart
from llmdesk.ui.usage.tables import energy_text, make_table

_ROWS_SHOWN = 400


class UsagePage(QWidget):
    """Title, where the numbers come from, a chart, tables, a switch, and a button that erases.

    Signals:
        erase_requested(): count anew from now on.
        undo_requested(): count again what was erased; its button is shown after that.
        show_chosen(bool): whether anything is counted.
    """

    erase_requested = Signal()
    undo_requested = Signal()
    show_chosen = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(tr("Usage over time"))
        self.sentence = Label(theme, "", "secondary", "ui", wraps=True)
        self.energy = Label(theme, "", "secondary", "note", wraps=True)
        self.switch = Switch(theme, tr("Count tokens and answers"))
        self.switch.toggled.connect(self.show_chosen)
        self.erase = Button(theme, tr("Erase and count anew"), bordered=True)
        self.erase.clicked.connect(self.erase_requested)
        self.undo = Button(theme, tr("Undo"), bordered=True)
        self.undo.clicked.connect(self.undo_requested)
        self.undo.hide()
        self.chart = DayChart(theme)
        self._scroll = ScrollArea(theme)
        layout = QVBoxLayout(self)
        space(theme, layout, (32, 24, 32, 24), spacing=12)
        title = Label(theme, tr("Usage over time"), "text", "greeting", SEMIBOLD)
        deeds = (Label(theme, tr("Count")), self.switch, self.undo, self.erase)
        layout.addLayout(row(theme, title, 1, *deeds, spacing=12))
        layout.addWidget(self.sentence)
        layout.addWidget(self.chart)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self.energy)
        theme.changed.connect(self.update)

    def show_message(self, text: str, *, is_on: bool = True) -> None:
        """Instead of figures. ``is_on``: it is counted."""
        self._show_switch(is_on)
        self.sentence.setText(text)
        self._scroll.setWidget(QWidget())
        self.chart.hide()
        self.energy.hide()
        self.erase.setEnabled(False)

    def show_rows(self, rows: Sequence[UsageRow], today: date | None = None) -> None:
        """All of it; the newest day first. ``today``: the chart's last day."""
        self._show_switch(True)
        models = by_model(rows)
        names = [each.model for each in models]
        self.sentence.setText(_sentence(models))
        self.energy.setText(_energy(models))
        self.chart.show_rows(rows, names, today or date.today())
        self.chart.setVisible(bool(rows))
        self.energy.setVisible(bool(rows))
        self.erase.setEnabled(bool(rows))
        tables = QWidget()
        if rows:
            heads = [Label(self._theme, words, weight=SEMIBOLD) for words in (tr("By model"), tr("By day"))]
            parts = (
                heads[0],
                make_table(self._theme, models, names, has_days=False),
                heads[1],
                make_table(self._theme, rows[:_ROWS_SHOWN], names, has_days=True),
            )
            tables.setLayout(column(self._theme, *parts, 1))
        self._scroll.setWidget(tables)

    def _show_switch(self, is_on: bool) -> None:
        self.switch.blockSignals(True)
        self.switch.setChecked(is_on)
        self.switch.blockSignals(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground."""
        QPainter(self).fillRect(self.rect(), self._theme.color("window"))


def _sentence(models: Sequence[UsageRow]) -> str:
    if not models:
        return tr("Nothing was answered yet, or it was erased. Counted are the answers of kept chats.")
    return tr(
        "{tokens} tokens in %n answer(s), {time} of work, from the figures that the kept chats hold. "
        "The chart shows the last {days} days. Nothing is sent anywhere.",
        tokens=digits(sum(each.new_tokens for each in models)),
        n=sum(each.answers for each in models),
        time=duration_text(sum(each.work_s for each in models)),
        days=DAYS,
    )


def _energy(models: Sequence[UsageRow]) -> str:
    known = [each for each in models if each.energy_j is not None]
    if not known:
        return tr("Energy: not measurable on this machine, or not measured yet.")
    tokens, joules = sum(each.energy_tokens for each in known), sum(each.energy_j or 0.0 for each in known)
    return tr(
        "Energy: {energy} for {tokens} tokens, whoever used the processor meanwhile; other answers were not measured.",
        energy=energy_text(joules),
        tokens=digits(tokens),
    )
