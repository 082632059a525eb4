"""What happens before the first word: waiting, loading, reading the prompt (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from llmdesk.ui.chat.style import ChatStyle, set_text_color

STEPS = 1_000


class ThinBar(QProgressBar):
    """A rounded bar of 6 px without text."""

    def __init__(self, style: ChatStyle, name: str) -> None:
        super().__init__()
        self._style = style
        self.setRange(0, STEPS)
        self.setTextVisible(False)
        self.setFixedHeight(6)
        self.setAccessibleName(name)
        style.changed.connect(self._retint)
        self._retint()

    def set_fraction(self, fraction: float) -> None:
        """0..1."""
        self.setValue(round(min(1.0, max(0.0, fraction)) * STEPS))

    @Slot()
    def _retint(self) -> None:
        css = self._style.css
        self.setStyleSheet(
            f"QProgressBar {{ background: {css('raised')}; border: none; border-radius: 3px; }}"
            f"QProgressBar::chunk {{ background: {css('accent')}; border-radius: 3px; }}"
        )


class ProgressLine(QWidget):
    """A short sentence, with a bar beside it where a fraction is known."""

    def __init__(self, style: ChatStyle) -> None:
        super().__init__()
        self._style = style
        self._label = QLabel("Waiting for the engine")
        self._label.setFont(style.text_font)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._bar = ThinBar(style, "Progress")
        self._bar.setFixedWidth(120)
        self._bar.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        layout.addWidget(self._label)
        layout.addWidget(self._bar)
        layout.addStretch(1)
        style.changed.connect(self._retint)
        self._retint()

    @property
    def text(self) -> str:
        """The sentence."""
        return self._label.text()

    def show_progress(self, text: str, fraction: float | None) -> None:
        """``fraction`` is 0..1, None if nobody knows."""
        self._label.setText(text)
        self._bar.setVisible(fraction is not None)
        if fraction is not None:
            self._bar.set_fraction(fraction)

    @Slot()
    def _retint(self) -> None:
        set_text_color(self._label, self._style.color("secondary"))
