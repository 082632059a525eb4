"""The icons of assets/icons, tinted: drawn as lines at the pixels of the screen they are on (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from llmdesk import paths

ASSETS = paths.shipped("assets")


class Icon:
    """``assets/icons/NAME.svg`` (drawn with ``currentColor``) in a colour.

    No QIcon: one of those resizes a pixmap, which fades at another scale, and an engine for it that is written in
    Python may be freed before it.
    """

    def __init__(self, name: str, color: QColor) -> None:
        svg = (ASSETS / "icons" / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", color.name())
        self._renderer = QSvgRenderer(QByteArray(svg.encode()))

    def paint(self, painter: QPainter, place: QRect) -> None:
        """Draw it, as large as the place."""
        self._renderer.render(painter, QRectF(place))

    def pixmap(self, size_px: int, scale: float) -> QPixmap:
        """A square for a label on a screen with so many pixels to one of ours."""
        side = round(size_px * scale)
        pixmap = QPixmap(QSize(side, side))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self._renderer.render(painter, QRectF(pixmap.rect()))
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        return pixmap
