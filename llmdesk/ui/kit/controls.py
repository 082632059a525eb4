"""The few controls the window is made of, drawn from the theme: pill, tag, buttons, hairline (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QIcon, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from llmdesk.ui.kit.theme import Theme, icon, ui_font

_FOCUS_WIDTH = 2.0


class Label(QLabel):
    """Text in one of the theme's colours; takes no mouse and shows no markup that came from outside."""

    def __init__(self, theme: Theme, color: str = "text", size_px: float = 14, medium: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._color = color
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(ui_font(size_px, QFont.Weight.Medium if medium else QFont.Weight.Normal))
        theme.changed.connect(self._recolor)
        self._recolor()

    def set_color(self, color: str) -> None:
        """Another colour of the table."""
        if color != self._color:
            self._color = color
            self._recolor()

    @Slot()
    def _recolor(self) -> None:
        palette = self.palette()
        palette.setColor(self.foregroundRole(), self._theme.color(self._color))
        self.setPalette(palette)


class Tag(Label):
    """Small rounded text on the raised colour."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "secondary", 12.5)
        self.setContentsMargins(8, 3, 8, 3)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Background, then the text."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("raised"))
        painter.drawRoundedRect(self.rect(), 6, 6)
        painter.end()
        super().paintEvent(event)


class Hairline(QWidget):
    """One pixel of the line colour."""

    def __init__(self, theme: Theme, vertical: bool = False) -> None:
        super().__init__()
        self._theme = theme
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line."""
        QPainter(self).fillRect(self.rect(), self._theme.color("line"))


class Button(QPushButton):
    """Text and/or icon on a rounded ground that appears on hover; ``primary`` is filled with the accent colour.

    ``bordered`` shows a hairline, ``quiet`` text is in the secondary colour. Icons are names in assets/icons and take
    the theme's colour.
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
    ) -> None:
        super().__init__(text)
        self._theme = theme
        self._icon_name = icon_name
        self._primary = primary
        self._bordered = bordered
        self._ink = "on_accent" if primary else "secondary" if quiet else "text"
        self.setFont(ui_font(13 if text else 14, QFont.Weight.Medium if primary else QFont.Weight.Normal))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard where it was
        self.setIconSize(QSize(18, 18))
        theme.changed.connect(self._recolor)
        self._recolor()

    def sizeHint(self) -> QSize:
        """Square for an icon alone, else the text with 12 px at both sides."""
        if not self.text():
            return QSize(32, 32)
        width = QFontMetricsF(self.font()).horizontalAdvance(self.text()) + 24
        return QSize(round(width) + (24 if self._icon_name else 0), 32)

    def minimumSizeHint(self) -> QSize:
        """Never cut."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses like the space bar; by itself Qt does so in dialogs only."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, icon, text, focus ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(self._theme.color("line")) if self._bordered else Qt.PenStyle.NoPen)
        painter.setBrush(self._ground())
        painter.drawRoundedRect(rect, 8, 8)
        draw_focus_ring(painter, self, self._theme, 8)
        color = self._theme.color(self._ink, 1.0 if self.isEnabled() else 0.5)
        painter.setPen(color)
        painter.setFont(self.font())
        if not self.text():
            self.icon().paint(painter, self.rect().adjusted(7, 7, -7, -7))
            return
        left = 12.0
        if self._icon_name:
            self.icon().paint(painter, 10, (self.height() - 18) // 2, 18, 18)
            left = 34.0
        painter.drawText(rect.adjusted(left, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, self.text())

    def _ground(self) -> QColor:
        hovered = self.underMouse() and self.isEnabled()
        if self._primary:
            return self._theme.color("accent", 0.85 if hovered else 1.0)
        if self.isDown() or self.isChecked():
            return self._theme.color("line")
        return self._theme.color("raised") if hovered else QColor(Qt.GlobalColor.transparent)

    @Slot()
    def _recolor(self) -> None:
        if self._icon_name:
            self.setIcon(tinted_icon(self._theme, self._icon_name, "on_accent" if self._primary else "secondary"))
        self.update()


class Pill(QAbstractButton):
    """The model: state dot, title, precision in small print, chevron; progress runs along its lower edge."""

    _HEIGHT = 36

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._dot = "secondary"
        self._detail = ""
        self._fraction: float | None = None
        self.setFont(ui_font(14, QFont.Weight.Medium))
        self._small_font = ui_font(13)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard where it was
        theme.changed.connect(self.update)

    def show_state(self, title: str, detail: str, dot: str, fraction: float | None = None) -> None:
        """``dot`` is a colour of the theme, ``fraction`` (0..1) shows progress."""
        self._dot, self._detail, self._fraction = dot, detail, fraction
        self.setText(title)
        self.setAccessibleName(f"Model: {title} {detail}".strip())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for all of it."""
        text = QFontMetricsF(self.font()).horizontalAdvance(self.text())
        detail = QFontMetricsF(self._small_font).horizontalAdvance(self._detail)
        return QSize(round(text + detail) + (84 if self._detail else 76), self._HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """The title may be elided."""
        return QSize(140, self._HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See the class."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(self._theme.color("line")))
        painter.setBrush(self._theme.color("raised" if self.underMouse() or self.isDown() else "surface"))
        painter.drawRoundedRect(rect, self._HEIGHT / 2, self._HEIGHT / 2)
        draw_focus_ring(painter, self, self._theme, self._HEIGHT / 2)
        self._draw_progress(painter, rect)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(self._dot))
        painter.drawEllipse(QPointF(22, self.height() / 2), 4, 4)
        self._draw_texts(painter)
        self._draw_chevron(painter)

    def _draw_texts(self, painter: QPainter) -> None:
        small = QFontMetricsF(self._small_font)
        room = self.width() - 76 - (small.horizontalAdvance(self._detail) + 8 if self._detail else 0)
        metrics = QFontMetricsF(self.font())
        title = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room + 1)
        baseline = (self.height() + metrics.capHeight()) / 2
        painter.setFont(self.font())
        painter.setPen(self._theme.color("text"))
        painter.drawText(QPointF(34, baseline), title)
        painter.setFont(self._small_font)
        painter.setPen(self._theme.color("secondary"))
        painter.drawText(QPointF(34 + metrics.horizontalAdvance(title) + 8, baseline), self._detail)

    def _draw_chevron(self, painter: QPainter) -> None:
        pen = QPen(self._theme.color("secondary"), 1.6)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        x, y = self.width() - 22.0, self.height() / 2
        painter.drawPolyline([QPointF(x - 4, y - 2), QPointF(x, y + 2), QPointF(x + 4, y - 2)])

    def _draw_progress(self, painter: QPainter, rect: QRectF) -> None:
        if self._fraction is None:
            return
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("warning"))
        left, right = rect.left() + 18, rect.right() - 18
        width = (right - left) * min(max(self._fraction, 0.02), 1.0)
        painter.drawRoundedRect(QRectF(left, rect.bottom() - 2.5, width, 2), 1, 1)
        painter.restore()


class Panel(QFrame):
    """A bordered surface with rounded corners."""

    def __init__(self, theme: Theme, radius: int = 12, ground: str = "surface") -> None:
        super().__init__()
        self._theme = theme
        self._radius = radius
        self._ground = ground
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground and border."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("line")))
        painter.setBrush(self._theme.color(self._ground))
        rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(rect, self._radius, self._radius)


def draw_focus_ring(painter: QPainter, widget: QWidget, theme: Theme, radius: float) -> None:
    """The accent ring of a control that has the keyboard."""
    if not widget.hasFocus():
        return
    painter.save()
    painter.setPen(QPen(theme.color("accent"), _FOCUS_WIDTH))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(1, 1, -1, -1), radius, radius)
    painter.restore()


def tinted_icon(theme: Theme, name: str, color: str) -> QIcon:
    """An icon of assets/icons in a colour of the theme."""
    return icon(name, theme.color(color))


def row(*widgets: QWidget | int, margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = 8) -> QHBoxLayout:
    """Widgets side by side; a number stands for a stretch of that weight."""
    layout = QHBoxLayout()
    layout.setContentsMargins(*margins)
    layout.setSpacing(spacing)
    for widget in widgets:
        if isinstance(widget, int):
            layout.addStretch(widget)
        else:
            layout.addWidget(widget)
    return layout
