"""HTML to PDF by Qt, as a process: ``python -m llmdesk.ui.kit.pdf_process``.

It reads one JSON object (title, html, charts: SVG with width and height by name) from stdin and writes the PDF to
stdout.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from PySide6.QtCore import QBuffer, QIODevice, QLocale, QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextCursor,
    QTextDocument,
    QTextFrame,
    QTextFrameFormat,
    QTextTable,
)
from PySide6.QtSvg import QSvgRenderer

from llmdesk import __version__
from llmdesk.ui.kit.fonts import ui_families

_RESOLUTION_DPI = 300
_SCREEN_DPI = 96
_MARGIN_MM = 18.0
_FOOT_PT = 24.0
_NOTE_PT = 8.0
_TEXT_PT = 10.0
_GLYPH_TABLE = re.compile(rb"begincmap.*?endcmap", re.S)
_LETTERS = re.compile(rb"\[[^\]]*\]|(?<=<[0-9A-F]{4}> <[0-9A-F]{4}> )<[0-9A-F]{4}>")
_FEATURES = ("calt", "liga", "clig", "dlig", "case")
_WEIGHT_AXIS = QFont.Tag("wght")
_LINE_PX, _CELL_PX = 1.0, 5.0
_LINES = QColor("#c4c9d0")
_QUIET = QColor("#5a6069")


Charts = dict[str, tuple[str, int, int]]


class _Document(QTextDocument):
    """Loads nothing but the charts that came with it, whatever its HTML names."""

    def __init__(self, charts: Charts) -> None:
        super().__init__()
        self._charts = charts

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        chart = self._charts.get(name.toString() if isinstance(name, QUrl) else name)
        return _drawn(*chart) if chart is not None else None


def _drawn(svg: str, width_px: int, height_px: int) -> QImage:
    """As fine as the page is printed."""
    scale = _RESOLUTION_DPI / _SCREEN_DPI
    image = QImage(round(width_px * scale), round(height_px * scale), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    QSvgRenderer(svg.encode()).render(painter)
    painter.end()
    return image


def pdf_of(title: str, html: str, charts: Charts) -> bytes:
    """Needs Qt's application object."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setCreator(f"llmdesk {__version__}")
    writer.setResolution(_RESOLUTION_DPI)
    is_metric = QLocale.system().measurementSystem() == QLocale.MeasurementSystem.MetricSystem
    size = QPageSize(QPageSize.PageSizeId.A4 if is_metric else QPageSize.PageSizeId.Letter)
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter))
    document = _Document(charts)
    document.setDefaultFont(_font(_TEXT_PT))
    document.documentLayout().setPaintDevice(writer)
    document.setDocumentMargin(0)
    document.setHtml(html)
    _use_plain_letters(document)
    _rule_tables(document.rootFrame())
    _draw(document, writer, title)
    return _with_spaces(bytes(buffer.data().data()))


def _with_spaces(pdf: bytes) -> bytes:
    """Typefaces draw tabs and spaces alike, and Qt writes down the first of them: who copied words would get tabs.

    Only the tables are touched that lead from glyphs back to text; their length stays.
    """
    return _GLYPH_TABLE.sub(lambda table: _LETTERS.sub(_tabs_to_spaces, table[0]), pdf)


def _tabs_to_spaces(letters: re.Match[bytes]) -> bytes:
    return letters[0].replace(b"<0009>", b"<0020>")


def _font(size_pt: float) -> QFont:
    font = QFont(list(ui_families()))
    font.setPointSizeF(size_pt)
    return _plain(font)


def _use_plain_letters(document: QTextDocument) -> None:
    """So that what is selected in the PDF is what was written.

    Letters that the typefaces draw otherwise beside others (``->`` as an arrow) have no text of their own. Bold letters
    of variable typefaces would be drawn twice, and be there twice.
    """
    cursor = QTextCursor(document)
    block = document.begin()
    while block.isValid():
        fragments = []
        each = block.begin()
        while not each.atEnd():
            fragments.append(each.fragment())
            each += 1
        for fragment in fragments:
            written = fragment.charFormat()
            written.setFont(_plain(written.font()))
            cursor.setPosition(fragment.position())
            cursor.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(written)
        block = block.next()


def _rule_tables(frame: QTextFrame) -> None:
    """Lines between cells, which CSS cannot ask Qt for."""
    for child in frame.childFrames():
        if isinstance(child, QTextTable):
            lines = child.format()
            lines.setBorder(_LINE_PX)
            lines.setBorderBrush(_LINES)
            lines.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            lines.setBorderCollapse(True)
            lines.setCellSpacing(0)
            lines.setCellPadding(_CELL_PX)
            lines.setTopMargin(2 * _CELL_PX)
            lines.setBottomMargin(_CELL_PX)
            child.setFormat(lines)
        _rule_tables(child)


def _plain(font: QFont) -> QFont:
    for name in _FEATURES:
        font.setFeature(QFont.Tag(name), 0)
    if (weight := font.weight()) > QFont.Weight.Normal:
        font.setWeight(QFont.Weight.Normal)  # with any other Qt would thicken what the typeface draws bold already
        font.setVariableAxis(_WEIGHT_AXIS, float(weight.value))
    return font


def _draw(document: QTextDocument, writer: QPdfWriter, title: str) -> None:
    """Page by page: the part of the document, below it title and number."""
    page = QRectF(0, 0, writer.width(), writer.height())
    foot_px = _FOOT_PT * _RESOLUTION_DPI / 72
    body = QSizeF(page.width(), page.height() - foot_px)
    document.setPageSize(body)
    painter = QPainter(writer)
    note = _font(_NOTE_PT)
    foot = QRectF(0, body.height(), page.width(), foot_px)
    for number in range(document.pageCount()):
        if number:
            writer.newPage()
        painter.save()
        painter.translate(0, -number * body.height())
        document.drawContents(painter, QRectF(0, number * body.height(), body.width(), body.height()))
        painter.restore()
        painter.setFont(note)
        painter.setPen(_QUIET)
        count = f"{number + 1} / {document.pageCount()}"
        metrics = QFontMetricsF(note, writer)
        room_px = page.width() - 2 * metrics.horizontalAdvance(count)
        bottom = Qt.AlignmentFlag.AlignBottom
        painter.drawText(foot, bottom | Qt.AlignmentFlag.AlignRight, count)
        short = metrics.elidedText(" ".join(title.split()), Qt.TextElideMode.ElideRight, room_px)
        painter.drawText(foot, bottom | Qt.AlignmentFlag.AlignLeft, short)
    painter.end()


def main() -> int:
    """See the module."""
    order = json.loads(sys.stdin.buffer.read())
    app = QGuiApplication(sys.argv[:1])
    sys.stdout.buffer.write(pdf_of(order["title"], order["html"], order["charts"]))
    sys.stdout.buffer.flush()
    del app
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
