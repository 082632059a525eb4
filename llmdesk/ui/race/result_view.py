"""The result card of a race, and what can be done with it (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from llmdesk.services.race.race import Lane, LaneRun, Race
from llmdesk.services.race.report import as_markdown
from llmdesk.services.race.result import verdict
from llmdesk.ui.kit.buttons import Button, CopyButton
from llmdesk.ui.kit.labels import MEDIUM, SEMIBOLD, ElidedLabel, Label
from llmdesk.ui.kit.spacing import column, gap, row, space
from llmdesk.ui.kit.surfaces import Hairline, Panel
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import told, tr
from llmdesk.ui.race import wording
from llmdesk.ui.race.lane_parts import Dot, LaneBar

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MARGIN_PX = 24
_COLUMNS = 9


class ResultView(QWidget):
    """The card in the middle, buttons below it.

    Signals:
        save_wanted(), picture_wanted(): buttons.
    """

    save_wanted = Signal()
    picture_wanted = Signal()

    def __init__(self, theme: Theme, race: Race) -> None:
        super().__init__()
        self._theme, self._race = theme, race
        self.card = ResultCard(theme, race)
        self.copy = CopyButton(theme, tr("Copy as Markdown"), text=tr("Copy as Markdown"))
        self.save = Button(theme, tr("Save the race…"), bordered=True)
        self.picture = Button(theme, tr("Save the picture…"), bordered=True)
        self.copy.clicked.connect(self._on_copy)
        self.save.clicked.connect(self.save_wanted)
        self.picture.clicked.connect(self.picture_wanted)
        buttons = row(theme, 1, self.copy, self.save, self.picture, 1)
        layout = column(theme, 1, self.card, margins=(0, 0, 0, 8), spacing=16)
        self._told = Label(theme, "", "bad", "ui", wraps=True)
        self._told.hide()
        layout.addLayout(buttons)
        layout.addWidget(self._told)
        layout.addStretch(1)
        self.setLayout(layout)

    def show_told(self, words: str) -> None:
        """What could not be written."""
        self._told.setText(words)
        self._told.show()

    def image(self) -> QImage:
        """The card on the window's ground, twice as sharp as the screen."""
        margin = self._theme.px(_MARGIN_PX)
        size = self.card.size() + QSize(2 * margin, 2 * margin)
        image = QImage(size * 2, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(2.0)
        image.fill(self._theme.color("window"))
        painter = QPainter(image)
        painter.translate(margin, margin)
        self.card.render(painter, QPoint())
        painter.end()
        return image

    def _on_copy(self) -> None:
        self.copy.copy(as_markdown(self._race))


class ResultCard(Panel):
    """The verdict, a row for each lane, how it was run."""

    def __init__(self, theme: Theme, race: Race) -> None:
        super().__init__(theme, radius=14)
        self._race = race
        self.verdict = Label(theme, wording.verdict_words(race), "text", "greeting", SEMIBOLD, wraps=True)
        prompt = " ".join(race.plan.prompt.split())
        quality = wording.quality_words(race)
        layout = column(theme, self.verdict, margins=(30, 24, 30, 24), spacing=6)
        if quality:
            layout.addWidget(Label(theme, quality, "secondary", "body", wraps=True))
        asked = ElidedLabel(theme, "secondary", "ui")
        asked.setText(tr("Prompt: {prompt}", prompt=prompt))
        layout.addWidget(asked)
        gap(theme, layout, 10)
        layout.addLayout(self._table(theme))
        gap(theme, layout, 10)
        for words in (wording.order_words(race), f"{wording.condition_words(race)}.", *wording.server_lines(race)):
            layout.addWidget(Label(theme, words, "secondary", "small", wraps=True))
        self.setLayout(layout)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(self.verdict.text())

    def _table(self, theme: Theme) -> QGridLayout:
        grid = QGridLayout()
        space(theme, grid, spacing=18, down=10)
        names = (
            "", tr("tokens / s"), "", tr("first token"), tr("finish"), tr("memory"), "KL", tr("equal choices"),
            tr("first difference"),
        )  # fmt: skip
        for number, name in enumerate(names):
            label = Label(theme, name, "secondary", "small", MEDIUM)
            grid.addWidget(label, 0, number, Qt.AlignmentFlag.AlignLeft if number < 1 else _RIGHT)
        most = max((run.decode_tps for run in self._race.runs), default=0.0) or 1.0
        winner = verdict(self._race)
        for number, run in enumerate(self._race.runs):
            grid.addWidget(Hairline(theme), 2 * number + 1, 0, 1, _COLUMNS)
            is_first = number == winner.winner and not winner.is_draw
            self._add(theme, grid, 2 * number + 2, number, run, run.decode_tps / most, is_first)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(2, 2)
        return grid

    def _add(
        self, theme: Theme, grid: QGridLayout, line: int, number: int, run: LaneRun, share: float, is_first: bool
    ) -> None:
        color = wording.COLORS[number]
        weight = SEMIBOLD if is_first else MEDIUM
        grid.addWidget(_LaneName(theme, color, run.lane, weight), line, 0)
        if run.has_failed:
            grid.addWidget(Label(theme, tr("failed"), "bad", "body"), line, 1, _RIGHT)
            why = Label(theme, told(run.answer.error), "secondary", "ui", wraps=True)
            grid.addWidget(why, line, 2, 1, _COLUMNS - 2)
            return
        grid.addWidget(Label(theme, wording.tps_words(run.decode_tps), "text", "figure", weight), line, 1, _RIGHT)
        bar = LaneBar(theme, color, height=8)
        bar.show_fraction(share)
        grid.addWidget(bar, line, 2)
        figures = (
            wording.first_token_words(run), wording.finish_words(run), wording.memory_words(run),
            wording.kl_words(run), wording.equal_or_why_words(run), wording.difference_words(self._race, run),
        )  # fmt: skip
        for place, words in enumerate(figures, start=3):
            grid.addWidget(Label(theme, words, "text", "ui"), line, place, _RIGHT)


class _LaneName(QWidget):
    """Model and form beside each other; a server below its model, where both have room."""

    def __init__(self, theme: Theme, color: str, lane: Lane, weight: QFont.Weight) -> None:
        super().__init__()
        title, form = ElidedLabel(theme, "text", "body", weight), ElidedLabel(theme, "secondary")
        name, place = wording.name_and_form(lane)
        title.setText(name)
        form.setText(place)
        if not lane.is_remote or not place:
            self.setLayout(row(theme, Dot(theme, color), title, form, 1, spacing=9))
            return
        grid = QGridLayout(self)
        space(theme, grid, spacing=9, down=2)
        grid.addWidget(Dot(theme, color), 0, 0)
        left = Qt.AlignmentFlag.AlignLeft
        grid.addWidget(title, 0, 1, left)
        grid.addWidget(form, 1, 1, left)
        grid.setColumnStretch(2, 1)
