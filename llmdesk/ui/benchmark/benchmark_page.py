"""The benchmark page: what to measure, its progress, and what this machine did (GUI thread only)."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from llmdesk.services.bench.board import Board
from llmdesk.ui.benchmark.charts import Line, LineChart
from llmdesk.ui.benchmark.plan_bar import PlanBar
from llmdesk.ui.benchmark.table import BenchTable
from llmdesk.ui.benchmark.table_words import condition_words, day_words, moments_words, other_ways_words
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import SEMIBOLD, Label
from llmdesk.ui.kit.spacing import column, row, space
from llmdesk.ui.kit.styled import Menu, ScrollArea
from llmdesk.ui.kit.surfaces import Panel, ThinBar
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

FORMATS = ("Markdown", "CSV", "JSON", "HTML", "PDF")
_NARROW_PX = 640
_MOST_PX = 1280  # a wider page leaves the rest empty: figures far apart are hard to compare


class BenchmarkPage(QWidget):
    """See the module. It decides nothing; ``controller.py`` does.

    Signals:
        run_requested(), stop_requested(): the primary button.
        plan_changed(): something else is to be measured.
        export_requested(str): one of FORMATS.
        fidelity_requested(int): number of the board's row whose fidelity is to be measured.
    """

    run_requested = Signal()
    stop_requested = Signal()
    plan_changed = Signal()
    export_requested = Signal(str)
    fidelity_requested = Signal(int)

    def __init__(self, theme: Theme, cores: int) -> None:
        super().__init__()
        self._theme = theme
        self.board = Board()
        self._titles: Mapping[str, str] = {}
        self._installed: frozenset[str] = frozenset()
        self.is_running = False
        self.setAccessibleName(tr("Benchmark"))
        self._scroll = ScrollArea(theme)
        self.run, self.export = Button(theme, tr("Run"), primary=True), Button(theme, tr("Export…"), bordered=True)
        self._formats = Menu(theme, self)
        for name in FORMATS:
            self._formats.addAction(name).setData(name)
        self.plan = PlanBar(theme, cores)
        self.progress, self.bar = Label(theme, "", "secondary", wraps=True), ThinBar(theme, tr("Benchmark"))
        self.told = Label(theme, "", "bad", wraps=True)
        self.table = BenchTable(theme)
        self.depths, self.past = LineChart(theme), LineChart(theme, has_area=True)
        self._depths_words = Label(theme, "", "secondary", "small", wraps=True)
        self._past_words = Label(theme, "", "secondary", "small", wraps=True)
        self._conditions = Label(theme, "", "secondary", "small", wraps=True)
        words = tr("Nothing was measured on this machine yet. Run measures what is picked above.")
        self._empty = Panel(theme, radius=10)
        self._empty.setLayout(row(theme, Label(theme, words, "secondary", wraps=True), margins=(20, 24, 20, 24)))
        self._build()
        self._connect()
        self.show_board(Board())
        self.show_progress("", None, is_running=False)
        self.show_plan(tr("Run"), False)  # until it is known what can be measured
        self.show_told("")

    def show_plan(self, words: str, can_run: bool) -> None:
        """What the primary button says while nothing runs."""
        self.run.set_text(tr("Stop") if self.is_running else words)
        self.run.setEnabled(self.is_running or can_run)

    def show_progress(self, words: str, fraction: float | None, *, is_running: bool) -> None:
        """What goes on; ``fraction`` 0..1."""
        self.is_running = is_running
        self.plan.setEnabled(not is_running)
        self.progress.setText(words)
        self.progress.setVisible(bool(words))
        self.bar.setVisible(is_running)
        self.bar.set_fraction(fraction)

    def show_told(self, words: str) -> None:
        """What went wrong, or could not be read; empty: nothing."""
        self.told.setText(words)
        self.told.setVisible(bool(words))

    def use_models(self, titles: Mapping[str, str], installed: frozenset[str]) -> None:
        """How models are called, and which of them are on this machine."""
        if (titles, installed) != (self._titles, self._installed):
            self._titles, self._installed = titles, installed
            self.show_board(self.board)

    def show_board(self, board: Board) -> None:
        """All that was measured."""
        self.board = board
        self.export.setEnabled(bool(board.rows))
        self._empty.setVisible(not board.rows)
        for part in (self.table, self._cards):
            part.setVisible(bool(board.rows))
        self.table.show_rows(board.rows, self._titles, self._installed)
        here = [number for number, line in enumerate(board.rows) if not line.machine] or range(len(board.rows))
        self.choose_row(max(here, key=lambda number: board.rows[number].past[-1][0], default=0))

    @Slot(int)
    def choose_row(self, number: int) -> None:
        """Show one test's past, depths and conditions."""
        if number >= len(self.board.rows):
            return
        line = self.board.rows[number]
        title = self._titles.get(line.row.model, line.row.model)
        self.table.mark(number)
        name = f"{title} {line.row.precision}"
        dates = [date for date, _ in line.past]
        self.past.show_lines(moments_words(dates), [Line(name, tuple(speed for _, speed in line.past))])
        since = day_words(dates[0])
        self._past_words.setText(tr("{name}, %n run(s) since {day}.", n=len(line.past), name=name, day=since))
        self._show_depths(number, title)
        self._conditions.setText(condition_words(line))

    def _show_depths(self, number: int, title: str) -> None:
        lines = self.board.depths(number)
        places = sorted({depth for line in lines for depth, _ in line.points})
        self.depths.setVisible(len(places) > 1)
        if len(places) > 1:
            shown = [Line(each.precision, tuple(dict(each.points).get(place) for place in places)) for each in lines]
            self.depths.show_lines([f"{place:,}" for place in places], shown)
            words = tr("{model}, after so many tokens.", model=title)
            self._depths_words.setText(" ".join([words, *other_ways_words(lines)]))
        else:
            self._depths_words.setText(tr("Pick several depths to see how a long chat slows the model down."))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow page has everything below each other."""
        super().resizeEvent(event)
        is_narrow = self.width() < self._theme.px(_NARROW_PX)
        way = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        for layout in (self._head, self._card_row):
            layout.setDirection(way)
        side = max(self._theme.px(24), (self.width() - self._theme.px(_MOST_PX)) // 2)
        self._inside.setContentsMargins(side, self._theme.px(24), side, self._theme.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground."""
        QPainter(self).fillRect(self.rect(), self._theme.color("window"))

    def _build(self) -> None:
        theme = self._theme
        sentence = Label(theme, tr("As llama-bench measures: token ids in, logits out."), "secondary", wraps=True)
        title = column(theme, Label(theme, tr("Benchmark"), "text", "greeting", SEMIBOLD), sentence, spacing=4)
        self._head = row(theme, spacing=12)
        self._head.addLayout(title, 1)
        self._head.addLayout(row(theme, self.export, self.run))
        self._card_row = row(theme, spacing=16)
        for card, stretch in (
            (self._card(tr("Writing after a long context"), self.depths, self._depths_words), 4),
            (self._card(tr("This machine over time"), self.past, self._past_words), 4),
            (self._card(tr("Conditions"), self._conditions), 3),
        ):
            self._card_row.addWidget(card, stretch)
        self._cards = QWidget()
        self._cards.setLayout(self._card_row)
        body = QWidget()
        self._inside = QVBoxLayout(body)
        space(theme, self._inside, (24, 24, 24, 24), spacing=14)
        self._inside.addLayout(self._head)
        for part in (self.plan, self.progress, self.bar, self.told, self._empty, self.table, self._cards):
            self._inside.addWidget(part)
        self._inside.addStretch(1)
        scroll = self._scroll
        scroll.setWidget(body)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)

    def _card(self, title: str, *parts: QWidget) -> Panel:
        panel = Panel(self._theme, radius=10)
        heading = Label(self._theme, title, weight=SEMIBOLD, wraps=True)
        panel.setLayout(column(self._theme, heading, *parts, 1, margins=(20, 16, 20, 16), spacing=8))
        return panel

    def _connect(self) -> None:
        self.run.clicked.connect(self._on_run)
        self.export.clicked.connect(lambda: self._formats.open_under(self.export))
        self._formats.triggered.connect(lambda action: self.export_requested.emit(action.data()))
        self.table.row_chosen.connect(self.choose_row)
        self.table.fidelity_requested.connect(self.fidelity_requested)
        self.plan.changed.connect(self.plan_changed)
        self._theme.changed.connect(self.update)

    @Slot()
    def _on_run(self) -> None:
        (self.stop_requested if self.is_running else self.run_requested).emit()
