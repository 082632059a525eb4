"""The icons of assets/icons, tinted: drawn as lines at the pixels of the screen they are on (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from llmdesk import paths

ASSETS = paths.shipped("assets")


def icon(name: str, color: QColor) -> QIcon:
    """``assets/icons/NAME.svg`` (drawn with ``currentColor``) in a colour."""
    svg = (ASSETS / "icons" / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", color.name())
    return QIcon(_SvgEngine(QSvgRenderer(QByteArray(svg.encode()))))


class _SvgEngine(QIconEngine):
    """Draws anew for every size and scale of screens: a pixmap of another scale fades when Qt resizes it."""

    def __init__(self, renderer: QSvgRenderer) -> None:
        super().__init__()
        self._renderer = renderer

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """See QIconEngine."""
        self._renderer.render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """``size`` counts pixels of the screen."""
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """``scale``: so many pixels of the screen are one of ``size``."""
        pixmap = QPixmap(size * scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self._renderer.render(painter, QRectF(pixmap.rect()))
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        return pixmap

    def clone(self) -> QIconEngine:
        """See QIconEngine."""
        return _SvgEngine(self._renderer)
