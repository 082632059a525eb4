"""The side bar's own button and field (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt, Signal, Slot
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.keys import claims_escape
from llmdesk.ui.kit.search_field import SearchField
from llmdesk.ui.kit.surfaces import draw_focus_ring
from llmdesk.ui.kit.theme import Theme

_HEIGHT_PX, _ICON_PX, _SIDE_PX = 40, 18, 12


class NewChatButton(Button):
    """Words at the left, a plus at the right, on a raised ground."""

    def __init__(self, theme: Theme, text: str, tip: str) -> None:
        super().__init__(theme, text, bordered=False)
        self.setToolTip(tip)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See the class."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, px = self._theme, self._theme.px
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("line" if self.underMouse() or self.isDown() else "raised"))
        painter.drawRoundedRect(self.rect(), px(8), px(8))
        draw_focus_ring(painter, self, theme, px(8))
        size = px(_ICON_PX)
        icon = QRect(self.width() - px(_SIDE_PX) - size, (self.height() - size) // 2, size, size)
        theme.icon("plus", "text").paint(painter, icon)
        painter.setFont(self.font())
        painter.setPen(theme.color("text"))
        place = self.rect().adjusted(px(_SIDE_PX), 0, -px(_SIDE_PX) - size, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self.text())

    def _height(self) -> int:
        return self._theme.px(_HEIGHT_PX)


class SearchLine(SearchField):
    """A quiet field that names its key while it is empty; Up and Down move in the results, Esc leaves.

    Signals:
        moved(int): one result down (1) or up (-1).
        left(): Esc.
    """

    moved = Signal(int)
    left = Signal()

    def __init__(self, theme: Theme, name: str, key: str) -> None:
        self._key = key
        super().__init__(theme, name)
        self.setToolTip(f"{name} ({key})")
        self._quieten()
        theme.changed.connect(self._quieten)

    def event(self, event: QEvent) -> bool:
        """Esc is the field's before any shortcut of the window takes it."""
        return claims_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See the class."""
        match event.key():
            case Qt.Key.Key_Escape:
                self.left.emit()
            case Qt.Key.Key_Down:
                self.moved.emit(1)
            case Qt.Key.Key_Up:
                self.moved.emit(-1)
            case _:
                super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, and the key where there is room for it."""
        super().paintEvent(event)
        if self.text() or self.hasFocus():
            return
        painter = QPainter(self)
        font = self._theme.font("small")
        painter.setFont(font)
        painter.setPen(self._theme.color("secondary"))
        place = self.rect().adjusted(0, 0, -self._theme.px(10), 0)
        name_px = QFontMetricsF(self.font()).horizontalAdvance(self.placeholderText())
        key_px = QFontMetricsF(font).horizontalAdvance(self._key)
        if self.textMargins().left() + name_px + key_px + self._theme.px(36) < self.width():
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._key)

    @Slot()
    def _quieten(self) -> None:
        """No border but the focus's; the field says what it is by its words."""
        quiet = "QLineEdit:!focus { background: transparent; border-color: transparent; }"
        self.setStyleSheet(self.styleSheet() + quiet)
