"""The buttons of the window, drawn from the theme (GUI thread only)."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton

from llmdesk.ui.kit.colors import HOVER_ALPHA
from llmdesk.ui.kit.keys import presses
from llmdesk.ui.kit.labels import MEDIUM, NORMAL
from llmdesk.ui.kit.surfaces import draw_focus_ring
from llmdesk.ui.kit.theme import Theme

COPIED_MS = 1_500
HEIGHT_PX = 32
GUARD_S = 0.5
_SIDE_PX = 12
_ICON_PX = 18
_ICON_GAP_PX = 6
_LEAST_PX = 80


class Button(QPushButton):
    """Text and/or icon on a rounded ground that appears on hover; ``primary`` is filled with the accent colour.

    ``bordered`` shows a hairline, ``quiet`` text is small and in the secondary colour. Icons are names in assets/icons
    and take the theme's colour. ``key`` is named at the right end in a quieter colour. ``name`` is for screen readers
    and the tool tip, where the text does not say enough. One that ``elides`` may be narrower than its text.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        icon_name: str = "",
        *,
        primary: bool = False,
        bordered: bool = False,
        quiet: bool = False,
        key: str = "",
        name: str = "",
        elides: bool = False,
    ) -> None:
        super().__init__(text)
        self._theme = theme
        self._icon_name = icon_name
        self._primary, self._bordered, self._quiet = primary, bordered, quiet
        self._key = key
        self._elides = elides
        self._behind_px = 0.0  # kept free at the right end, where another draws something, too
        self._guarded_until_s = 0.0
        self._is_lit = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard where it was
        self.setAccessibleName(name or text)
        self.setToolTip(name)
        theme.changed.connect(self.restyle)
        self.restyle()

    def sizeHint(self) -> QSize:
        """Square for an icon alone, else icon, text and key with room at both sides."""
        px = self._theme.px
        if not self.text():
            return QSize(self._height(), self._height())
        metrics = QFontMetricsF(self.font())
        width = metrics.horizontalAdvance(self.text()) + 2 * px(_SIDE_PX)
        if self._key:
            width += metrics.horizontalAdvance(f" {self._key}")
        if self._icon_name:
            width += px(_ICON_PX) + px(_ICON_GAP_PX)
        return QSize(math.ceil(width), self._height())

    def minimumSizeHint(self) -> QSize:
        """Never cut, unless it may be."""
        hint = self.sizeHint()
        return QSize(min(hint.width(), self._theme.px(_LEAST_PX)), hint.height()) if self._elides else hint

    def set_text(self, text: str) -> None:
        """Other words, with room for them."""
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)
            self.updateGeometry()

    def set_lit(self, is_lit: bool) -> None:
        """Its icon in the accent colour: what it opens is in use."""
        self._is_lit = is_lit
        self.update()

    def guard(self) -> None:
        """It takes another button's place: for a moment no mouse presses it, for that may be meant for the other one.

        The second click of a double click comes so, and one that was on its way when the place changed hands.
        """
        self._guarded_until_s = time.monotonic() + GUARD_S

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See ``guard``."""
        if time.monotonic() >= self._guarded_until_s:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses like the space bar; by itself Qt does so in dialogs only."""
        if not presses(self, event):
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, icon, text, key, focus ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        radius = self._theme.px(8)
        painter.setPen(QPen(self._theme.color("line")) if self._bordered else Qt.PenStyle.NoPen)
        painter.setBrush(self._ground())
        painter.drawRoundedRect(rect, radius, radius)
        draw_focus_ring(painter, self, self._theme, radius, "text" if self._primary else "accent")
        self._draw_content(painter)

    def _draw_content(self, painter: QPainter) -> None:
        px = self._theme.px
        icon_px = px(_ICON_PX)
        place = QRect((self.width() - icon_px) // 2, (self.height() - icon_px) // 2, icon_px, icon_px)
        if not self.text():
            self._draw_icon(painter, place)
            return
        left = px(_SIDE_PX)
        if self._icon_name:
            place.moveLeft(left - px(2))
            self._draw_icon(painter, place)
            left += icon_px + px(_ICON_GAP_PX) - px(2)
        painter.setFont(self.font())
        painter.setPen(self._ink_color())
        rect = QRectF(left, 0, self.width() - left, self.height())
        text = self.text()
        if self._elides:
            room = rect.width() - px(_SIDE_PX + self._behind_px) + 1
            text = QFontMetricsF(self.font()).elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, text)
        if self._key:
            painter.setPen(self._theme.color("secondary"))
            rect.setLeft(left + QFontMetricsF(self.font()).horizontalAdvance(f"{self.text()} "))
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, self._key)

    def _draw_icon(self, painter: QPainter, place: QRect) -> None:
        if not self._icon_name:
            return
        ink = self._ink() if self._primary else "accent" if self._is_lit else "secondary"
        painter.save()
        painter.setOpacity(1.0 if self.isEnabled() or self._primary else 0.4)
        self._theme.icon(self._icon_name, ink).paint(painter, place)
        painter.restore()

    def _height(self) -> int:
        return self._theme.px(HEIGHT_PX)

    def _ink(self) -> str:
        if self._primary:
            return "on_accent" if self.isEnabled() else "secondary"
        return "secondary" if self._quiet else "text"

    def _ink_color(self) -> QColor:
        return self._theme.color(self._ink(), 1.0 if self.isEnabled() or self._primary else 0.5)

    def _ground(self) -> QColor:
        hovered = self.underMouse() and self.isEnabled()
        if self._primary and not self.isEnabled():
            return self._theme.color("raised")
        if self._primary:
            return self._theme.color("accent", HOVER_ALPHA if hovered else 1.0)
        if self.isDown() or self.isChecked():
            return self._theme.color("line")
        return self._theme.color("raised") if hovered else QColor(Qt.GlobalColor.transparent)

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        weight = MEDIUM if self._primary or self._bordered else NORMAL
        self.setFont(self._theme.font("small" if self._quiet else "ui", weight))
        self.updateGeometry()
        self.update()


class IconButton(Button):
    """A small icon with a name for screen readers and a tool tip.

    With ``hides``, the icon shows only while ``set_revealed(True)`` or while the button has the focus; the place it
    takes stays the same. With ``round``, it stands on a round ground of its own.
    """

    def __init__(
        self, theme: Theme, icon_name: str, name: str, *, hides: bool = False, round: bool = False, text: str = ""
    ) -> None:
        self._is_shown = not hides
        self._hides, self._round = hides, round
        super().__init__(theme, text, icon_name, quiet=True, name=name)

    def set_icon_name(self, icon_name: str) -> None:
        """Show another icon."""
        self._icon_name = icon_name
        self.update()

    def set_revealed(self, revealed: bool) -> None:
        """Show or hide the icon of a button that hides."""
        self._is_shown = revealed or not self._hides
        self.update()

    @property
    def is_revealed(self) -> bool:
        """True while the icon can be seen."""
        return self._is_shown or self.hasFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Button."""
        if self._round:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.color("line")))
            painter.setBrush(self._theme.color("raised" if self.underMouse() else "surface"))
            painter.drawEllipse(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
            draw_focus_ring(painter, self, self._theme, self.width() / 2)
            self._draw_content(painter)
        elif self.is_revealed:
            super().paintEvent(event)

    def _height(self) -> int:
        return self._theme.px(36 if self._round else 28)


class CopyButton(IconButton):
    """Says with a check mark for a moment that it copied something."""

    def __init__(self, theme: Theme, name: str, *, hides: bool = False, text: str = "") -> None:
        super().__init__(theme, "copy", name, hides=hides, text=text)
        self._back = QTimer(self)
        self._back.setSingleShot(True)
        self._back.timeout.connect(self._show_copy)

    def copy(self, text: str) -> None:
        """Put a text on the clipboard."""
        QGuiApplication.clipboard().setText(text)
        self.set_icon_name("check")
        self._back.start(COPIED_MS)

    @Slot()
    def _show_copy(self) -> None:
        self.set_icon_name("copy")
