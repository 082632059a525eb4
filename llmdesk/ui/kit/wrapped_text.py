"""Text of several lines that no width cuts: a path or an address without a space is broken, too (GUI thread only).

QLabel breaks lines at spaces only, and asks for as much room as the longest word takes: a long file name pushes what
stands beside it out of the window.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextOption

_HINT_CHARS = 44
_LONGEST_WORD_CHARS = 16
"""A word of everyday length is kept whole where there is room; longer ones may be broken."""


class WrappedText:
    """Measures and draws a text in a font. Widths and heights are in pixels."""

    def __init__(self) -> None:
        self._layout = QTextLayout()
        self._laid_out: tuple[object, ...] = ()
        self._height = 0.0

    def height(self, text: str, font: QFont, width: float, alignment: Qt.AlignmentFlag) -> float:
        """How high it is in this width; what follows (``draw``, ``position_at``) is about the same."""
        key = (text, font.key(), width, alignment)
        if key == self._laid_out:
            return self._height
        option = QTextOption(alignment & Qt.AlignmentFlag.AlignHorizontal_Mask)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        self._layout = QTextLayout(text.replace("\n", "\N{LINE SEPARATOR}"), font)
        self._layout.setTextOption(option)
        spacing, top = QFontMetricsF(font).lineSpacing(), 0.0
        self._layout.beginLayout()
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(max(1.0, width))
            line.setPosition(QPointF(0, top))
            top += max(line.height(), spacing)
        self._layout.endLayout()
        self._laid_out, self._height = key, max(top, spacing)
        return self._height

    def hint(self, text: str, font: QFont, alignment: Qt.AlignmentFlag) -> QSize:
        """A comfortable size: one line, or lines of some forty characters."""
        metrics = QFontMetricsF(font)
        longest = max((metrics.horizontalAdvance(line) for line in text.split("\n")), default=0.0)
        width = math.ceil(min(longest, _HINT_CHARS * metrics.averageCharWidth())) + 1
        return QSize(width, math.ceil(self.height(text, font, width, alignment)))

    @staticmethod
    def least(text: str, font: QFont) -> QSize:
        """The longest word, unless it is none of everyday."""
        metrics = QFontMetricsF(font)
        words = (word[:_LONGEST_WORD_CHARS] for word in text.split())
        width = max((metrics.horizontalAdvance(word) for word in words), default=0.0)
        return QSize(math.ceil(width) + 1, math.ceil(metrics.lineSpacing()))

    def draw(self, painter: QPainter, place: QRectF, selected: tuple[int, int], colors: tuple[QColor, QColor]) -> None:
        """At the place; ``selected`` characters (from, to) in ``colors`` (ground, letters)."""
        ranges = []
        if selected[0] < selected[1]:
            marked = QTextLayout.FormatRange()
            marked.start, marked.length = selected[0], selected[1] - selected[0]
            letters = QTextCharFormat()
            letters.setBackground(colors[0])
            letters.setForeground(colors[1])
            marked.format = letters
            ranges.append(marked)
        self._layout.draw(painter, place.topLeft(), ranges, QRectF(place.topLeft(), QSizeF(place.width(), 1 << 20)))

    def position_at(self, point: QPointF) -> int:
        """The character nearest to a point, counted from the text's upper left corner."""
        lines = [self._layout.lineAt(number) for number in range(self._layout.lineCount())]
        below = [line for line in lines if line.y() <= point.y()]
        line = below[-1] if below else lines[0]
        found = line.xToCursor(point.x())
        return int(found[0] if isinstance(found, tuple) else found)
