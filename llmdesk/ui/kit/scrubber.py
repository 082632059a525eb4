"""Where in something that is played one is, to be moved (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider

from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

STEPS_PER_S = 20


class Scrubber(QSlider):
    """A line with a knob; a press goes there, and from there the knob is dragged. Left and Right move by a second."""

    def __init__(self, theme: Theme, steps: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._theme = theme
        self.setRange(0, max(1, steps))
        self.setSingleStep(STEPS_PER_S)
        self.setPageStep(5 * STEPS_PER_S)
        self.setAccessibleName(tr("Place in the recording"))
        theme.changed.connect(self.restyle)
        self.restyle()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring the knob below the mouse first: styles move it by a page, which cannot be dragged on."""
        if event.button() == Qt.MouseButton.LeftButton:
            option = QStyleOptionSlider()
            self.initStyleOption(option)
            groove, knob = (
                self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self)
                for part in (QStyle.SubControl.SC_SliderGroove, QStyle.SubControl.SC_SliderHandle)
            )
            place = event.position().toPoint()
            if not knob.contains(place):
                x_px, span_px = place.x() - groove.x() - knob.width() // 2, groove.width() - knob.width()
                self.setValue(
                    QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), x_px, span_px, option.upsideDown)
                )
        super().mousePressEvent(event)

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        css, px = self._theme.css, self._theme.px
        groove, above = px(6), px(5)
        knob = groove + 2 * above
        self.setMinimumHeight(px(24))
        self.setStyleSheet(
            f"QSlider::groove:horizontal {{ height: {groove}px; border-radius: {groove // 2}px;"
            f" background: {css('line')}; }}"
            f"QSlider::sub-page:horizontal {{ background: {css('accent')}; border-radius: {groove // 2}px; }}"
            f"QSlider::handle:horizontal {{ width: {knob}px; margin: -{above}px 0;"
            f" border-radius: {knob // 2}px; background: {css('text')}; }}"
            f"QSlider:focus {{ border: 1px solid {css('accent')}; border-radius: {px(6)}px; }}"
        )
