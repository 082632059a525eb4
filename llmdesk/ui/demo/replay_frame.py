"""Says over the whole window that what it shows is a replay (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from llmdesk.ui.kit.spacing import fix
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_EDGE_PX = 5
_BADGE_HEIGHT_PX, _BADGE_SIDE_PX, _BADGE_RADIUS_PX, _SPACING_PX = 38, 18, 8, 2.0
_ABOVE_PX = 8


class ReplayFrame(QWidget):
    """A frame around the window in the warning colour. It lies over everything and lets the mouse through."""

    def __init__(self, theme: Theme, ground: QWidget) -> None:
        super().__init__(ground)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(tr("REPLAY"))
        theme.changed.connect(self.update)
        ground.installEventFilter(self)
        self.setGeometry(ground.rect())
        self.raise_()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window, and above what comes into it."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.ChildAdded, QEvent.Type.LayoutRequest):
            ground = self.parentWidget()
            if ground is not None:
                self.setGeometry(ground.rect())
                self.raise_()
                self.update()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """The frame."""
        px = self._theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = px(_EDGE_PX)
        painter.setPen(QPen(self._theme.color("warning"), edge))
        painter.drawRect(QRectF(self.rect()).adjusted(edge / 2, edge / 2, -edge / 2, -edge / 2))


class ReplayBadge(QWidget):
    """The word, at the right end of a line of its own above the conversation: it hides no words."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
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
        badge = QRectF(self.width() - width - px(20), px(_ABOVE_PX), width, px(_BADGE_HEIGHT_PX))
        painter.setPen(QPen(self._theme.color("warning"), px(2)))
        painter.drawRoundedRect(badge, px(_BADGE_RADIUS_PX), px(_BADGE_RADIUS_PX))
        painter.setFont(font)
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, words)
