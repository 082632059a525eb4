"""The tables of the page about usage (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from llmdesk.services.usage.usage import UsageRow
from llmdesk.ui.kit.labels import MEDIUM, ElidedLabel, Label
from llmdesk.ui.kit.numbers import day, digits
from llmdesk.ui.kit.spacing import fix, row, space
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import NOTHING, duration_text, tps_text
from llmdesk.ui.kit.words import tr
from llmdesk.ui.usage.day_chart import color_of


class Dot(QWidget):
    """A model's colour."""

    def __init__(self, theme: Theme, color: str) -> None:
        super().__init__()
        self._theme, self._color = theme, color
        fix(theme, self, width=10, height=10)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A square with round corners."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(self._color))
        painter.drawRoundedRect(self.rect(), self._theme.px(3), self._theme.px(3))


def make_table(theme: Theme, rows: Sequence[UsageRow], models: Sequence[str], *, has_days: bool) -> QWidget:
    """One line for each row, with the models' colours; without days, a line for each model."""
    table = QWidget()
    grid = QGridLayout(table)
    space(theme, grid, (0, 4, 12, 8), spacing=16, down=8)
    has_energy = any(each.energy_j is not None for each in rows)
    names = [*([tr("Day")] if has_days else []), tr("Model"), *_names(has_energy)]
    model_place = 1 if has_days else 0
    for number, name in enumerate(names):
        grid.addWidget(Label(theme, name, "secondary", "small", MEDIUM), 0, number, _side(number, model_place))
    for line, each in enumerate(rows, start=1):
        if has_days:
            grid.addWidget(Label(theme, day(date.fromisoformat(each.day))), line, 0)
        model = QWidget()
        words = ElidedLabel(theme)
        words.setText(each.model)
        model.setLayout(row(theme, Dot(theme, color_of(each.model, models)), words, 1))
        grid.addWidget(model, line, model_place)
        for number, text in enumerate(_cells(each, has_energy), start=model_place + 1):
            grid.addWidget(Label(theme, text), line, number, _side(number, model_place))
    grid.setColumnStretch(model_place, 1)
    return table


def energy_text(joules: float) -> str:
    """Joules, or watt-hours where they are many."""
    if joules < 3600:
        return tr("{joules} J", joules=digits(joules, ",.0f"))
    return tr("{hours} Wh", hours=digits(joules / 3600, ",.1f"))


def _names(has_energy: bool) -> list[str]:
    names = [tr("Answers"), tr("Prompt tokens"), tr("Tokens"), tr("Time"), tr("tok/s")]
    return [*names, tr("Energy"), tr("J per token")] if has_energy else names


def _cells(each: UsageRow, has_energy: bool) -> list[str]:
    cells = [
        digits(each.answers),
        digits(each.prompt_tokens),
        digits(each.new_tokens),
        duration_text(each.work_s),
        NOTHING if each.decode_tps is None else tps_text(each.decode_tps),
    ]
    if not has_energy:
        return cells
    if each.energy_j is None or not each.energy_tokens:
        return [*cells, NOTHING, NOTHING]
    return [*cells, energy_text(each.energy_j), digits(each.energy_j / each.energy_tokens, ".2f")]


def _side(number: int, model_place: int) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignLeft if number <= model_place else Qt.AlignmentFlag.AlignRight
