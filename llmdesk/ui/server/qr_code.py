"""A QR code for phones: dark on light with a quiet zone, whatever the theme is (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Slot
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from llmdesk.ui.kit.colors import LIGHT
from llmdesk.ui.kit.theme import Theme

QUIET_MODULES = 4
_SIDE_PX = 240
_LEAST_MODULE_PX = 2


class QrCode(QWidget):
    """Shows a text as a QR code, each module the same number of pixels; nothing without a text."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._image = QImage()
        self.text = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.restyle)
        self.hide()

    def show_text(self, text: str, name: str) -> None:
        """Encode it; ``name`` is for screen readers. Empty: nothing is shown."""
        self.setAccessibleName(name)
        if text != self.text:
            self.text = text
            self._image = _encoded(text) if text else QImage()
            self.updateGeometry()
            self.update()
        self.setVisible(bool(text))

    @property
    def module_px(self) -> int:
        """Pixels of one module at the zoom in force."""
        modules = self._image.width() + 2 * QUIET_MODULES
        return max(_LEAST_MODULE_PX, self._theme.px(_SIDE_PX) // modules)

    def sizeHint(self) -> QSize:
        """With the quiet zone."""
        side = self.module_px * (self._image.width() + 2 * QUIET_MODULES) if self.text else 0
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """A code that is cut cannot be read."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A light ground, and the modules without any smoothing."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(LIGHT.surface))
        edge, side = QUIET_MODULES * self.module_px, self._image.width() * self.module_px
        painter.drawImage(QRect(edge, edge, side, side), self._image)

    @Slot()
    def restyle(self) -> None:
        """Sizes changed."""
        self.updateGeometry()
        self.update()


def _encoded(text: str) -> QImage:
    """One pixel per module, without a quiet zone."""
    import segno  # not before it is needed: the window opens without it

    rows = segno.make(text, error="m", micro=False).matrix
    image = QImage(len(rows), len(rows), QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.surface))
    dark = QColor(LIGHT.text)
    for y, line in enumerate(rows):
        for x, module in enumerate(line):
            if module:
                image.setPixelColor(x, y, dark)
    return image
