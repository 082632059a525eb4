"""The word that stands on everything that is not live (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from llmdesk.ui.kit.spacing import fix
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_BADGE_HEIGHT_PX, _BADGE_SIDE_PX, _BADGE_RADIUS_PX, _SPACING_PX = 38, 18, 8, 2.0
_ABOVE_PX = 8


class ReplayBadge(QWidget):
    """The word, at the right end of a line of its own above the conversation: it hides no words.

    ``side_px``: room at its right.
    """

    def __init__(self, theme: Theme, side_px: float = 20) -> None:
        super().__init__()
        self._theme, self._side_px = theme, side_px
        self.setAccessibleName(tr("REPLAY"))
        fix(theme, self, height=_BADGE_HEIGHT_PX + 2 * _ABOVE_PX)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The badge."""
        px = self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self._theme.font("unit", QFont.Weight.DemiBold)
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, px(_SPACING_PX))
        words = tr("REPLAY")
        width = QFontMetricsF(font).horizontalAdvance(words) + 2 * px(_BADGE_SIDE_PX)
        badge = QRectF(self.width() - width - px(self._side_px), px(_ABOVE_PX), width, px(_BADGE_HEIGHT_PX))
        painter.setPen(QPen(self._theme.color("warning"), px(2)))
        painter.drawRoundedRect(badge, px(_BADGE_RADIUS_PX), px(_BADGE_RADIUS_PX))
        painter.setFont(font)
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, words)
