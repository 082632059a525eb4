"""Texts of the window in the theme's colours and sizes (GUI thread only)."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.type_scale import Step

NORMAL, MEDIUM, SEMIBOLD = QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold


class Label(QLabel):
    """Text in one of the theme's colours; shows no markup that came from outside.

    Args:
        wraps: break lines where the width asks for it.
        selectable: the mouse can select and copy it.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        color: str = "text",
        step: Step = "ui",
        weight: QFont.Weight = NORMAL,
        *,
        wraps: bool = False,
        selectable: bool = False,
    ) -> None:
        super().__init__(text)
        self._theme = theme
        self._color, self._step, self._weight = color, step, weight
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wraps)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        theme.changed.connect(self.restyle)
        self.restyle()

    def set_color(self, color: str) -> None:
        """Another colour of the table."""
        if color != self._color:
            self._color = color
            set_text_color(self, self._theme.color(color))

    def set_step(self, step: Step, weight: QFont.Weight) -> None:
        """Another size."""
        if (step, weight) != (self._step, self._weight):
            self._step, self._weight = step, weight
            self.restyle()

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed. (Not overridden: PySide forgets to disconnect a slot that is.)"""
        self.take_style()

    def take_style(self) -> None:
        """Take colours and sizes anew; subclasses add theirs."""
        self.setFont(self._font())
        set_text_color(self, self._theme.color(self._color))

    def _font(self) -> QFont:
        return self._theme.font(self._step, self._weight)


class Tag(Label):
    """Small rounded text on the raised colour."""

    def __init__(self, theme: Theme, text: str = "") -> None:
        super().__init__(theme, text, "secondary", "small")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Background, then the text."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("raised"))
        radius = self._theme.px(6)
        painter.drawRoundedRect(self.rect(), radius, radius)
        painter.end()
        super().paintEvent(event)

    def take_style(self) -> None:
        """See Label."""
        super().take_style()
        side, top = self._theme.px(8), self._theme.px(3)
        self.setContentsMargins(side, top, side, top)


class ElidedLabel(Label):
    """One line that may be shorter than its text: then it ends with three dots, and the tool tip has all of it."""

    def __init__(
        self, theme: Theme, color: str = "text", step: Step = "ui", weight: QFont.Weight = NORMAL, least: float = 40
    ) -> None:
        self._least = least
        self._explanation = ""
        super().__init__(theme, "", color, step, weight)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def explain(self, text: str) -> None:
        """What the tool tip says besides."""
        self._explanation = text

    def minimumSizeHint(self) -> QSize:
        """A word or two."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self._theme.px(self._least)), hint.height())

    @property
    def is_cut(self) -> bool:
        """True while not all of the text can be seen."""
        return self.sizeHint().width() > self.width()

    def event(self, event: QEvent) -> bool:
        """The tool tip: what cannot be seen, then the explanation."""
        if event.type() == QEvent.Type.ToolTip:
            self.setToolTip("\n".join(filter(None, (self.text() if self.is_cut else "", self._explanation))))
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """As much of the text as fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        rect = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, self.alignment(), text)


class SteadyLabel(Label):
    """One line that changes several times a second without moving anything.

    ``room_for`` fixes the width; without it the layout does. A text that needs more room than was kept takes it once
    and for all. With a fixed size, Qt does not lay the window out again at each change.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        color: str = "text",
        step: Step = "small",
        weight: QFont.Weight = NORMAL,
        *,
        room_for: str | None = None,
    ) -> None:
        self._room_for = room_for
        super().__init__(theme, text, color, step, weight)

    def show_text(self, text: str) -> None:
        """Like setText, but free when nothing changed."""
        if text == self.text():
            return
        if self._room_for is not None and (needed_px := self._needed_px(text)) > self.width():
            self._room_for = text
            self.setFixedWidth(needed_px)
        self.setText(text)

    def _needed_px(self, text: str) -> int:
        return math.ceil(self._metrics.horizontalAdvance(text)) + 1

    def take_style(self) -> None:
        """See Label."""
        super().take_style()
        self._metrics = QFontMetricsF(self.font())
        self.setFixedHeight(math.ceil(self._metrics.height()))
        if self._room_for is not None:
            self.setFixedWidth(max(self._needed_px(self._room_for), self._needed_px(self.text())))


def set_text_color(widget: QWidget, color: QColor) -> None:
    """The colour of a label or of plain text."""
    palette = widget.palette()
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(role, color)
    widget.setPalette(palette)
