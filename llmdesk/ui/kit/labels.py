"""Texts of the window in the theme's colours and sizes (GUI thread only)."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from llmdesk.ui.kit.surfaces import paint_raised
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.type_scale import Step
from llmdesk.ui.kit.wrapped_text import WrappedText

NORMAL, MEDIUM, SEMIBOLD = QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold


class Label(QLabel):
    """Text in one of the theme's colours; shows no markup that came from outside.

    Args:
        wraps: break lines where the width asks for it, inside of a long word if need be.
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
    ) -> None:
        super().__init__(text)
        self._theme = theme
        self._wrapped = WrappedText() if wraps else None
        self._color, self._step, self._weight = color, step, weight
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wraps)
        theme.changed.connect(self.restyle)
        self.restyle()

    def heightForWidth(self, width: int) -> int:
        """Narrower is higher."""
        if self._wrapped is None:
            return super().heightForWidth(width)
        margins = self.contentsMargins()
        inside = width - margins.left() - margins.right()
        height = self._wrapped.height(self.text(), self.font(), inside, self.alignment())
        return math.ceil(height) + margins.top() + margins.bottom()

    def sizeHint(self) -> QSize:
        """A comfortable size."""
        if self._wrapped is None:
            return super().sizeHint()
        return self._wrapped.hint(self.text(), self.font(), self.alignment()).grownBy(self.contentsMargins())

    def minimumSizeHint(self) -> QSize:
        """The longest word of everyday length."""
        if self._wrapped is None:
            return super().minimumSizeHint()
        return self._wrapped.least(self.text(), self.font()).grownBy(self.contentsMargins())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The words."""
        if self._wrapped is None:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        self._wrapped.draw(painter, self._text_place(self._wrapped), self.selected, self._selection_colors())

    @property
    def selected(self) -> tuple[int, int]:
        """Which characters are selected (from, to)."""
        return (0, 0)

    def _text_place(self, wrapped: WrappedText) -> QRectF:
        """Where the lines stand, which are laid out for it."""
        inside = QRectF(self.contentsRect())
        height = wrapped.height(self.text(), self.font(), inside.width(), self.alignment())
        if self.alignment() & Qt.AlignmentFlag.AlignVCenter:
            inside.setTop(inside.top() + max(0, math.floor((inside.height() - height) / 2)))
        return inside

    def _selection_colors(self) -> tuple[QColor, QColor]:
        return self._theme.color("accent"), self._theme.color("on_accent")

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
        return self._theme.font(self._step, self._weight, has_figures=self._wrapped is None)


class Tag(Label):
    """Small rounded text on the raised colour."""

    def __init__(self, theme: Theme, text: str = "") -> None:
        super().__init__(theme, text, "secondary", "small")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Background, then the text."""
        paint_raised(self, self._theme, 6)
        super().paintEvent(event)

    def _font(self) -> QFont:
        return self._theme.font(self._step, self._weight, has_figures=False)

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
