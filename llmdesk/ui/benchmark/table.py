"""The table of the benchmark page: speed as figure and bar, fidelity beside it (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from llmdesk.services.bench.board import BoardRow
from llmdesk.ui.kit.labels import MEDIUM, ElidedLabel, Label
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.spacing import space
from llmdesk.ui.kit.surfaces import Hairline, Panel
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Bar(QWidget):
    """A share of the fastest row."""

    def __init__(self, theme: Theme, fraction: float) -> None:
        super().__init__()
        self._theme, self.fraction = theme, fraction
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Wide enough to compare."""
        return QSize(self._theme.px(140), self._theme.px(20))

    def minimumSizeHint(self) -> QSize:
        """It gives way first."""
        return QSize(self._theme.px(70), self._theme.px(20))

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
        painter.setBrush(self._theme.color("tokens"))
        painter.drawRoundedRect(whole, height / 2, height / 2)


class BenchTable(Panel):
    """A row for each test.

    Signals:
        row_chosen(int): clicked.
    """

    row_chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, radius=10)
        self._body: QWidget | None = None
        layout = QGridLayout(self)
        space(theme, layout, (20, 12, 20, 12))

    def show_rows(self, rows: Sequence[BoardRow]) -> None:
        """All rows, in this order."""
        if self._body is not None:
            self._body.hide()
            self._body.deleteLater()
        self._body = body = QWidget()
        grid = QGridLayout(body)
        space(self._theme, grid, spacing=14, down=9)
        names = (tr("Model"), tr("Writing, tok/s"), "", tr("Reading, tok/s"), tr("Of memory's speed"), tr("KL"))
        for number, name in enumerate((*names, tr("Equal choices"))):
            grid.addWidget(Label(self._theme, name, "secondary", "small", MEDIUM), 0, number, _side(number))
        most = max((line.row.decode_tps.mean for line in rows), default=1.0) or 1.0
        for place, line in enumerate(rows):
            grid.addWidget(Hairline(self._theme), 2 * place + 1, 0, 1, 7)
            self._add(grid, 2 * place + 2, line, line.row.decode_tps.mean / most)
        grid.setColumnStretch(2, 1)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(body)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Which row."""
        grid = self._body.layout() if self._body is not None else None
        if isinstance(grid, QGridLayout) and self._body is not None:
            y = self._body.mapFrom(self, event.position().toPoint()).y()
            for number in range(2, grid.rowCount(), 2):
                rect = grid.cellRect(number, 0)
                if rect.top() <= y <= rect.bottom():
                    self.row_chosen.emit(number // 2 - 1)

    def _add(self, grid: QGridLayout, number: int, line: BoardRow, fraction: float) -> None:
        row, found, theme = line.row, line.fidelity, self._theme
        name = QWidget()
        words = QGridLayout(name)
        space(theme, words, spacing=6, down=0)
        words.addWidget(Label(theme, row.model, weight=MEDIUM), 0, 0)
        words.addWidget(Label(theme, row.precision, "secondary"), 0, 1)
        test = ElidedLabel(theme, "secondary", "small")
        test.setText(_test_words(line))
        words.addWidget(test, 1, 0, 1, 3)
        words.setColumnStretch(2, 1)
        grid.addWidget(name, number, 0)
        speed = f"{digits(row.decode_tps.mean, '.1f')} ± {digits(row.decode_tps.sd, '.1f')}"
        grid.addWidget(Label(theme, speed), number, 1, _RIGHT)
        grid.addWidget(Bar(theme, fraction), number, 2)
        grid.addWidget(Label(theme, digits(row.prefill_tps.mean, ".0f")), number, 3, _RIGHT)
        grid.addWidget(Label(theme, f"{digits(100 * row.bandwidth_share, '.0f')} %"), number, 4, _RIGHT)
        if found is None:
            grid.addWidget(Label(theme, tr("not measured"), "secondary", "small"), number, 5, 1, 2, _RIGHT)
        else:
            grid.addWidget(Label(theme, digits(found.mean_kl, ".4f")), number, 5, _RIGHT)
            grid.addWidget(Label(theme, f"{digits(100 * found.equal_first, '.1f')} %"), number, 6, _RIGHT)


def _test_words(line: BoardRow) -> str:
    row = line.row
    words = tr("prompt {prompt:,}, answer {answer:,}", prompt=row.prompt_tokens, answer=row.new_tokens)
    depth = tr("after {tokens:,} tokens", tokens=row.context_tokens) if row.context_tokens else ""
    return " · ".join(filter(None, (words, depth, tr("%n thread(s)", n=row.threads))))


def _side(number: int) -> Qt.AlignmentFlag:
    return _LEFT if number == 0 else _RIGHT
