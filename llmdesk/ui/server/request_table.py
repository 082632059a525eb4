"""The last requests to the local server as a table, the newest on top (GUI thread only)."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from llmdesk.datatypes.serving import ServedRequest
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.styled import scroll_bar_css
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import short_duration_text, tps_text
from llmdesk.ui.kit.words import tr

KEPT = 200
_HEIGHT_PX, _ROW_PX, _SIDE_PX = 220, 26, 6
_CELL_PX = 3  # Qt's own, beside the text of each cell
_LEAST_REQUEST = "POST /v1/chat/completions"
_SAMPLES = ("00:00:00", "192.168.1.100", _LEAST_REQUEST, "000", "smollm2-135m", "00,000", "000.0", "000.0 s")
_STATUS, _FIRST_FIGURE = 3, 5
_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


class RequestModel(QAbstractTableModel):
    """The last 200. Rows come in at the top and leave at the bottom, so what is selected stays."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._requests: list[ServedRequest] = []
        self._headers = (
            tr("Time"),
            tr("Client"),
            tr("Request"),
            tr("Status"),
            tr("Model"),
            tr("Tokens"),
            tr("tok/s"),
            tr("Took"),
        )

    def add(self, requests: Sequence[ServedRequest]) -> None:
        """Newer ones, oldest first."""
        new = list(reversed(requests))[:KEPT]
        if not new:
            return
        too_many = len(self._requests) + len(new) - KEPT
        if too_many > 0:
            first = len(self._requests) - too_many
            self.beginRemoveRows(QModelIndex(), first, len(self._requests) - 1)
            del self._requests[first:]
            self.endRemoveRows()
        self.beginInsertRows(QModelIndex(), 0, len(new) - 1)
        self._requests[:0] = new
        self.endInsertRows()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        """See Qt."""
        return 0 if parent.isValid() else len(self._requests)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """See Qt."""
        return 0 if parent.isValid() else len(self._headers)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        """See Qt."""
        if orientation == Qt.Orientation.Horizontal and role == _Role.DisplayRole:
            return self._headers[section]
        return int(_alignment(section)) if role == _Role.TextAlignmentRole else None

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        """See Qt."""
        request, column = self._requests[index.row()], index.column()
        match role:
            case _Role.DisplayRole:
                return cells(request)[column]
            case _Role.ToolTipRole:
                return tip(request)
            case _Role.TextAlignmentRole:
                return int(_alignment(column))
            case _Role.ForegroundRole if column == _STATUS:
                return self._theme.color(_status_color(request.status))
            case _:
                return None


class RequestTable(QTableView):
    """See the module."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.requests = RequestModel(theme)
        self.requests.setParent(self)
        self.setModel(self.requests)
        self.setAccessibleName(tr("Requests"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)  # Tab leads on
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        theme.changed.connect(self.restyle)
        self.restyle()

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        theme, c, px = self._theme, self._theme.colors, self._theme.px
        font = theme.font("small")
        self.setFont(font)
        self.horizontalHeader().setFont(font)
        self.verticalHeader().setMinimumSectionSize(px(_ROW_PX))
        self.verticalHeader().setDefaultSectionSize(px(_ROW_PX))
        self.setFixedHeight(px(_HEIGHT_PX))
        self.setStyleSheet(
            f"QTableView {{ background: {c.window}; color: {c.text}; border: 1px solid {c.line};"
            f" border-radius: {px(8)}px; padding: {px(4)}px 0;"  # lines stay clear of the corners
            f" selection-background-color: {c.raised}; selection-color: {c.text}; outline: none; }}"
            f"QTableView:focus {{ border: 1px solid {c.accent}; }}"
            f"QTableView::item {{ padding: 0 {px(_SIDE_PX)}px; border: none; }}"
            f"QHeaderView {{ background: {c.window}; border: none; }}"
            f"QHeaderView::section {{ background: {c.window}; color: {c.secondary}; border: none;"
            f" border-bottom: 1px solid {c.line}; padding: {px(5)}px {px(_SIDE_PX) + _CELL_PX}px; }}"
            + scroll_bar_css(theme)
        )
        metrics = QFontMetricsF(font)
        for column, sample in enumerate(_SAMPLES):
            text = max(sample, str(self.requests.headerData(column, Qt.Orientation.Horizontal)), key=len)
            self.setColumnWidth(column, math.ceil(metrics.horizontalAdvance(text)) + 2 * (px(_SIDE_PX) + _CELL_PX) + 1)
        self.viewport().update()


def cells(request: ServedRequest) -> tuple[str, ...]:
    """A line of the table."""
    has_answer = bool(request.model)
    return (
        time.strftime("%H:%M:%S", time.localtime(request.ended_s)),
        request.client,
        f"{request.method} {request.path}",
        str(request.status or "–"),
        request.model,
        digits(request.new_tokens) if has_answer else "",
        tps_text(request.decode_tps) if request.decode_tps else "",
        short_duration_text(request.duration_s),
    )


def tip(request: ServedRequest) -> str:
    """What has no column, and what may be cut."""
    lines = [f"{request.method} {request.path}", request.model]
    if request.key:
        lines.append(tr("Key: {name}", name=request.key))
    if request.end:
        lines.append(tr("End: {reason}", reason=request.end))
    return "\n".join(filter(None, lines))


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column >= _FIRST_FIGURE else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _status_color(status: int) -> str:
    if status >= 500:
        return "bad"
    return "warning" if status >= 400 else "text"
