"""The table of the benchmark page: speed as figure and bar, fidelity beside it (GUI thread only)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from llmdesk.services.bench.board import BoardRow
from llmdesk.ui.benchmark.table_words import lengths_words, row_note
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import MEDIUM, ElidedLabel, Label
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.spacing import column, row, space
from llmdesk.ui.kit.surfaces import Hairline, Panel
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import kl_text, share_text
from llmdesk.ui.kit.words import tr

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_MODEL, _WRITING, _BAR, _READING, _MEMORY, _KL, _EQUAL = range(7)
_LEAST_PX = {_BAR: 740, _MEMORY: 660, _EQUAL: 560, _READING: 460}
"""Columns that a narrower table leaves out."""
_SHARES = ((900, (3, 2)), (_LEAST_PX[_BAR], (6, 1)), (0, (1, 0)))
"""From which width on names and bars take what is left in which shares: lengths and threads tell the rows apart."""
_LEAST_NAME_PX = 185


class Bar(QWidget):
    """A share of the fastest row; ``color`` of the table."""

    def __init__(self, theme: Theme, fraction: float, color: str) -> None:
        super().__init__()
        self._theme, self.fraction, self._color = theme, fraction, color
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Wide enough to compare."""
        return QSize(self._theme.px(140), self._theme.px(20))

    def minimumSizeHint(self) -> QSize:
        """It gives way first."""
        return QSize(self._theme.px(40), self._theme.px(20))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Trough and bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        height = self._theme.px(8)
        whole = QRectF(0, (self.height() - height) / 2, self.width(), height)
        painter.setBrush(self._theme.color("raised"))
        painter.drawRoundedRect(whole, height / 2, height / 2)
        whole.setWidth(max(height, self.width() * self.fraction))
        painter.setBrush(self._theme.color(self._color))
        painter.drawRoundedRect(whole, height / 2, height / 2)


class _Body(QWidget):
    """All rows; the ground of the chosen one."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.grid = QGridLayout(self)
        space(theme, self.grid, (8, 0, 8, 0), spacing=12, down=8)
        self.chosen = -1

    def rect_of(self, number: int) -> QRectF:
        """Of a line of the table."""
        rect = self.grid.cellRect(2 * number + 2, 0)
        px = self._theme.px
        return QRectF(0, rect.top() - px(4), self.width(), rect.height() + px(8))

    def paintEvent(self, event: QPaintEvent) -> None:
        """See the class."""
        if self.chosen >= 0:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("raised", 0.6))
            radius = self._theme.px(6)
            painter.drawRoundedRect(self.rect_of(self.chosen), radius, radius)


class BenchTable(Panel):
    """A row for each test. A click, or the arrows while the keyboard is here, choose one.

    Signals:
        row_chosen(int): other details are wanted.
        fidelity_requested(int): it was not measured, and shall be.
    """

    row_chosen = Signal(int)
    fidelity_requested = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, radius=10)
        self._body: _Body | None = None
        self._columns: dict[int, list[QWidget]] = defaultdict(list)
        self._count = 0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("Benchmark"))
        self._layout = QVBoxLayout(self)
        space(theme, self._layout, (12, 10, 12, 10))

    def show_rows(self, rows: Sequence[BoardRow], titles: Mapping[str, str], installed: frozenset[str]) -> None:
        """All rows, in this order.

        Args:
            titles: of models, by their ids.
            installed: ids of those whose fidelity can be measured here.
        """
        if self._body is not None:
            self._layout.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
        self._columns.clear()
        self._count = len(rows)
        self._body = body = _Body(self._theme)
        self._layout.addWidget(body)
        names = (tr("Model"), tr("Writing, tok/s"), "", tr("Reading, tok/s"), tr("Of memory"), tr("KL"))
        for number, name in enumerate((*names, tr("Equal choices"))):
            side = _LEFT if number == _MODEL else _RIGHT
            self._put(Label(self._theme, name, "secondary", "small", MEDIUM), 0, number, side)
        most = max((line.row.decode_tps.mean for line in rows), default=1.0) or 1.0
        for place, line in enumerate(rows):
            body.grid.addWidget(Hairline(self._theme), 2 * place + 1, 0, 1, 7)
            self._add(2 * place + 2, line, line.row.decode_tps.mean / most, titles.get(line.row.model, line.row.model))
            self._add_fidelity(place, line, line.row.model in installed)
        body.show()
        self._fit()

    def mark(self, number: int) -> None:
        """Show which row's details stand below."""
        if self._body is not None:
            self._body.chosen = number
            self._body.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Which row."""
        if self._body is None:
            return
        place = self._body.mapFrom(self, event.position().toPoint())
        for number in range(self._count):
            if self._body.rect_of(number).contains(place):
                self.row_chosen.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The row above, the row below."""
        match event.key():
            case Qt.Key.Key_Up:
                self._step(-1)
            case Qt.Key.Key_Down:
                self._step(1)
            case _:
                super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow table has fewer columns."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """The columns that are never left out."""
        return QSize(self._theme.px(300), super().minimumSizeHint().height())

    def _step(self, step: int) -> None:
        if self._body is not None and 0 <= self._body.chosen + step < self._count:
            self.row_chosen.emit(self._body.chosen + step)

    def _fit(self) -> None:
        for number, least in _LEAST_PX.items():
            is_shown = self.width() >= self._theme.px(least)
            for part in self._columns[number]:
                part.setVisible(is_shown)
        if self._body is not None:
            name_share, bar_share = next(shares for least, shares in _SHARES if self.width() >= self._theme.px(least))
            self._body.grid.setColumnStretch(_MODEL, name_share)
            self._body.grid.setColumnStretch(_BAR, bar_share)

    def _put(self, part: QWidget, line: int, number: int, side: Qt.AlignmentFlag | None = None) -> None:
        assert self._body is not None
        self._columns[number].append(part)
        if side is None:
            self._body.grid.addWidget(part, line, number)
        else:
            self._body.grid.addWidget(part, line, number, side)

    def _add(self, number: int, line: BoardRow, fraction: float, title: str) -> None:
        found, theme = line.row, self._theme
        name = ElidedLabel(theme, weight=MEDIUM, least=100)
        name.setText(title)
        test = ElidedLabel(theme, "secondary", "small", least=_LEAST_NAME_PX)
        test.setText(lengths_words(line))
        words = QWidget()
        lines = column(theme, spacing=1)
        lines.addLayout(row(theme, name, Label(theme, found.precision, "secondary"), 1, spacing=6))
        lines.addWidget(test)
        if note := row_note(line):
            told = ElidedLabel(theme, "warning" if line.is_stale else "secondary", "small", least=_LEAST_NAME_PX)
            told.setText(note)
            lines.addWidget(told)
        words.setLayout(lines)
        self._put(words, number, _MODEL)
        speed = QWidget()
        deviation = Label(theme, f"± {digits(found.decode_tps.sd, '.1f')}", "secondary")
        speed.setLayout(row(theme, 1, Label(theme, digits(found.decode_tps.mean, ".1f")), deviation, spacing=5))
        self._put(speed, number, _WRITING, _RIGHT)
        self._put(Bar(theme, fraction, "secondary" if line.machine else "tokens"), number, _BAR)
        self._put(Label(theme, digits(found.prefill_tps.mean, ".0f")), number, _READING, _RIGHT)
        self._put(Label(theme, f"{digits(100 * found.bandwidth_share, '.0f')} %"), number, _MEMORY, _RIGHT)

    def _add_fidelity(self, place: int, line: BoardRow, is_installed: bool) -> None:
        theme, number, found = self._theme, 2 * place + 2, line.fidelity
        if found is not None:
            kl = Label(theme, kl_text(found.mean_kl))
            equal = tr("{share} % equal first choices", share=share_text(found.equal_first))
            kl.setToolTip(f"{tr('Mean divergence from the same model in float32, in nats.')}\n{equal}")
            self._put(kl, number, _KL, _RIGHT)
            self._put(Label(theme, f"{share_text(found.equal_first)} %"), number, _EQUAL, _RIGHT)
            return
        assert self._body is not None
        words = tr("random weights") if line.row.is_synthetic else tr("not measured")
        cell = row(theme, 1, Label(theme, words, "secondary", "small"), spacing=4)
        if is_installed and not line.row.is_synthetic:
            measure = Button(theme, tr("Measure"), quiet=True, bordered=True)
            measure.setToolTip(tr("Compares with the same model in float32; takes minutes and its memory."))
            measure.clicked.connect(partial(self.fidelity_requested.emit, place))
            cell.addWidget(measure)
        holder = QWidget()
        holder.setLayout(cell)
        self._body.grid.addWidget(holder, number, _KL, 1, 2, _RIGHT)
