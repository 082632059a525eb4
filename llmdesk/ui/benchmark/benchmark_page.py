"""The benchmark page: what to measure, its progress, and what this machine did (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from llmdesk.datatypes.model import ModelSpec, Precision
from llmdesk.services.bench.board import Board, BoardRow
from llmdesk.ui.benchmark.past_chart import PastChart
from llmdesk.ui.benchmark.pick_button import PickButton
from llmdesk.ui.benchmark.table import BenchTable
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import SEMIBOLD, Label
from llmdesk.ui.kit.spacing import FlowLayout, column, row, space
from llmdesk.ui.kit.styled import Menu, ScrollStyle
from llmdesk.ui.kit.surfaces import Panel, ThinBar
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

PRECISIONS: tuple[Precision, ...] = ("int4", "int8", "bf16")
_PROMPTS, _ANSWERS, _DEPTHS = (16, 128, 512, 2048), (8, 32, 128, 512), (0, 1024, 4096, 8192)
FORMATS = ("Markdown", "CSV", "JSON", "HTML")


class BenchmarkPage(QWidget):
    """See the module. It decides nothing; ``controller.py`` does.

    Signals:
        run_requested(), stop_requested(): the primary button.
        plan_changed(): something else is to be measured.
        export_requested(str): one of FORMATS.
    """

    run_requested = Signal()
    stop_requested = Signal()
    plan_changed = Signal()
    export_requested = Signal(str)

    def __init__(self, theme: Theme, cores: int) -> None:
        super().__init__()
        self._theme = theme
        self.board = Board()
        self._chosen = 0
        self.is_running = False
        self.setAccessibleName(tr("Benchmark"))
        self._scroll = QScrollArea()
        ScrollStyle(theme, self._scroll)  # before all that stands in it: a new style sheet takes their colours
        self.run, self.export = Button(theme, tr("Run"), primary=True), Button(theme, tr("Export…"), bordered=True)
        self._formats = Menu(theme, self)
        for name in FORMATS:
            self._formats.addAction(name).setData(name)
        self.models = PickButton[ModelSpec](theme, tr("Models"), _model_words)
        self.precisions = PickButton[Precision](theme, tr("Precisions"), lambda found: ", ".join(found))
        self.threads = PickButton[int](theme, tr("Threads"), _thread_words)
        self.prompts = PickButton[int](
            theme, tr("Prompt"), lambda found: tr("prompt {lengths}", lengths=_joined(found))
        )
        self.answers = PickButton[int](
            theme, tr("Answer"), lambda found: tr("answer {lengths}", lengths=_joined(found))
        )
        self.depths = PickButton[int](theme, tr("Depth"), lambda found: tr("depth {lengths}", lengths=_joined(found)))
        self.fidelity = Button(theme, tr("Fidelity, too"), bordered=True)
        self.fidelity.setCheckable(True)
        self.fidelity.setToolTip(tr("Also compares with the same model in float32; takes minutes and its memory."))
        self.progress, self.bar = Label(theme, "", "secondary", wraps=True), ThinBar(theme, tr("Benchmark"))
        self.told = Label(theme, "", "bad", wraps=True)
        self.table, self.chart = BenchTable(theme), PastChart(theme)
        self._past = Label(theme, "", "secondary", "small", wraps=True)
        self._conditions = Label(theme, "", "secondary", "small", wraps=True)
        self._empty = Label(theme, tr("Nothing was measured on this machine yet."), "secondary", wraps=True)
        self._fill(cores)
        self._build()
        self._connect()
        self.show_board(Board())
        self.show_progress("", None, is_running=False)
        self.show_told("")

    @property
    def picks(self) -> tuple[QWidget, ...]:
        """What cannot be changed while a benchmark runs."""
        numbers = (self.threads, self.prompts, self.answers, self.depths)
        return (self.models, self.precisions, *numbers, self.fidelity)

    def show_plan(self, words: str, can_run: bool) -> None:
        """What the primary button says while nothing runs."""
        self.run.set_text(tr("Stop") if self.is_running else words)
        self.run.setEnabled(self.is_running or can_run)

    def show_progress(self, words: str, fraction: float | None, *, is_running: bool) -> None:
        """What goes on; ``fraction`` 0..1."""
        self.is_running = is_running
        for part in self.picks:
            part.setEnabled(not is_running)
        self.progress.setText(words)
        self.progress.setVisible(bool(words))
        self.bar.setVisible(is_running)
        self.bar.set_fraction(fraction)

    def show_told(self, words: str) -> None:
        """What went wrong, or could not be read; empty: nothing."""
        self.told.setText(words)
        self.told.setVisible(bool(words))

    def show_board(self, board: Board) -> None:
        """All that was measured here."""
        self.board = board
        self.export.setEnabled(bool(board.rows))
        self._empty.setVisible(not board.rows)
        for part in (self.table, self._cards):
            part.setVisible(bool(board.rows))
        self.table.show_rows(board.rows)
        newest = max(range(len(board.rows)), key=lambda number: board.rows[number].past[-1][0], default=0)
        self.choose_row(newest)

    @Slot(int)
    def choose_row(self, number: int) -> None:
        """Show one test's past and conditions."""
        if number >= len(self.board.rows):
            return
        line = self.board.rows[number]
        self.chart.show_speeds([speed for _, speed in line.past])
        name = f"{line.row.model} {line.row.precision}"
        self._past.setText(tr("{name}, %n run(s) since {day}.", n=len(line.past), name=name, day=line.past[0][0][:10]))
        self._conditions.setText(_condition_words(line))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground."""
        QPainter(self).fillRect(self.rect(), self._theme.color("window"))

    def _fill(self, cores: int) -> None:
        self.precisions.set_values([(each, each) for each in PRECISIONS], ["int4"])
        counts = sorted({1, 2, 4, 8, 16, cores} & set(range(1, cores + 1)))
        threads = [(0, tr("as many as are best")), *((count, str(count)) for count in counts)]
        self.threads.set_values(threads, [0])
        for button, values, usual in (
            (self.prompts, _PROMPTS, 512), (self.answers, _ANSWERS, 128), (self.depths, _DEPTHS, 0),
        ):  # fmt: skip
            button.set_values([(value, f"{value:,}") for value in values], [usual])

    def _build(self) -> None:
        theme = self._theme
        head = row(theme, Label(theme, tr("Benchmark"), "text", "greeting", SEMIBOLD), 1, self.export, self.run)
        pills = FlowLayout(theme, spacing=8)
        for part in self.picks:
            pills.addWidget(part)
        sentence = Label(theme, tr("As llama-bench measures: token ids in, logits out."), "secondary", wraps=True)
        body = QWidget()
        inside = QVBoxLayout(body)
        space(theme, inside, (24, 24, 24, 24), spacing=14)
        inside.addLayout(head)
        inside.addWidget(sentence)
        inside.addLayout(pills)
        self._cards = QWidget()
        past = self._card(tr("This machine over time"), self.chart, self._past)
        conditions = self._card(tr("Conditions"), self._conditions)
        self._cards.setLayout(row(theme, past, conditions, spacing=16))
        for part in (self.progress, self.bar, self.told, self._empty, self.table, self._cards):
            inside.addWidget(part)
        inside.addStretch(1)
        scroll = self._scroll
        scroll.setWidget(body)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)

    def _card(self, title: str, *parts: QWidget) -> Panel:
        panel = Panel(self._theme, radius=10)
        heading = Label(self._theme, title, weight=SEMIBOLD)
        panel.setLayout(column(self._theme, heading, *parts, 1, margins=(20, 16, 20, 16), spacing=8))
        return panel

    def _connect(self) -> None:
        self.run.clicked.connect(self._on_run)
        self.export.clicked.connect(lambda: self._formats.open_under(self.export))
        self._formats.triggered.connect(lambda action: self.export_requested.emit(action.data()))
        self.table.row_chosen.connect(self.choose_row)
        for button in (self.models, self.precisions, self.threads, self.prompts, self.answers, self.depths):
            button.picked.connect(self.plan_changed)
        self.fidelity.toggled.connect(lambda _: self.plan_changed.emit())
        self._theme.changed.connect(self.update)

    @Slot()
    def _on_run(self) -> None:
        (self.stop_requested if self.is_running else self.run_requested).emit()


def _model_words(models: Sequence[ModelSpec]) -> str:
    return models[0].title if len(models) == 1 else tr("%n model(s)", n=len(models))


def _thread_words(threads: Sequence[int]) -> str:
    words = [tr("best") if count == 0 else str(count) for count in threads]
    return tr("threads: {counts}", counts=", ".join(words))


def _joined(values: Sequence[int]) -> str:
    return ", ".join(str(value) for value in values)


def _condition_words(line: BoardRow) -> str:
    found, processor = line.conditions, line.conditions.get("processor", {})
    lines = [
        f"{processor.get('name', '–')}, {', '.join(processor.get('features', []))}",
        tr("Memory read at {speed} GB/s", speed=found.get("read_bandwidth_gbps", "–")),
        tr("Load average {load}", load=found.get("load_average", "–")),
        tr("%n repetition(s), after a warm-up", n=line.row.repetitions),
        f"llmdesk {found.get('llmdesk', '–')}, {line.row.engine}",
        str(found.get("date", "")).replace("T", " ")[:16],
        *map(str, found.get("warnings", [])),
    ]
    return "\n".join(lines)
