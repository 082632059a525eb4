"""An empty chat: a greeting, sample prompts, what this machine can do (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from llmdesk.ui.chat.style import ChatStyle, set_text_color
from llmdesk.ui.kit.theme import ui_font

SAMPLES = (
    ("Explain simply", "Explain in three sentences why the sky is blue."),
    ("Write code", "Write a Python function that returns the moving average of a list."),
    ("Make a list", "List five things to check before buying a used laptop."),
    ("Rewrite", "Rewrite this politely: I need the report today, why is it late?"),
)


class SampleCard(QPushButton):
    """A title and the prompt that a click sends."""

    def __init__(self, style: ChatStyle, title: str, prompt: str) -> None:
        super().__init__()
        self._style = style
        self.prompt = prompt
        self.setObjectName("sample")
        self.setAccessibleName(f"{title}: {prompt}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._title = QLabel(title)
        self._title.setObjectName("title")
        self._title.setFont(ui_font(14, QFont.Weight.Medium))
        self._text = QLabel(prompt)
        self._text.setFont(ui_font(13))
        self._text.setWordWrap(True)
        layout = self._layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 14)
        layout.setSpacing(4)
        for label in (self._title, self._text):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(label)
        layout.addStretch(1)
        style.changed.connect(self._retint)
        self._retint()

    def sizeHint(self) -> QSize:
        """Room for the labels, not for the button's own (empty) text."""
        return self._layout.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Two or three lines of text, in any width."""
        return QSize(160, 84)

    @Slot()
    def _retint(self) -> None:
        css = self._style.css
        self.setStyleSheet(
            f"#sample {{ background: {css('surface')}; border: 1px solid {css('line')}; border-radius: 12px; }}"
            f"#sample:hover {{ background: {css('raised')}; }}"
            f"#sample:focus {{ border: 2px solid {css('accent')}; }}"
            # Not as palettes: a parent's style sheet gives children their former palette back.
            f"#sample QLabel {{ color: {css('secondary')}; }}"
            f"#sample #title {{ color: {css('text')}; }}"
        )


class EmptyState(QWidget):
    """Signals: sample_chosen(prompt)."""

    sample_chosen = Signal(str)

    def __init__(self, style: ChatStyle) -> None:
        super().__init__()
        self._style = style
        self._greeting = QLabel("What would you like to try?")
        self._greeting.setFont(ui_font(26, QFont.Weight.DemiBold))
        self._machine = QLabel()
        self._machine.setFont(ui_font(13))
        self._machine.setWordWrap(True)
        self._machine.setTextFormat(Qt.TextFormat.PlainText)
        self._machine.hide()
        self.cards = [SampleCard(style, title, prompt) for title, prompt in SAMPLES]
        self._build()
        style.changed.connect(self._retint)
        self._retint()

    def set_machine_summary(self, text: str) -> None:
        """The line below the samples."""
        self._machine.setText(text)
        self._leave_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what does not fit."""
        super().resizeEvent(event)
        self._leave_out()

    def _leave_out(self) -> None:
        """In a low window fewer samples are shown, rather than parts of all."""
        groups = ([self._machine], self.cards[2:], self.cards[:2])
        for group in groups:
            for part in group:
                part.setVisible(part is not self._machine or bool(self._machine.text()))
        self._grid.invalidate()
        for group in groups:
            if self._column.totalMinimumHeightForWidth(self.width()) <= self.height():
                break
            for part in group:
                part.hide()
            self._grid.invalidate()  # Qt would do that later

    def _build(self) -> None:
        grid = self._grid = QGridLayout()
        grid.setSpacing(12)
        for i, card in enumerate(self.cards):
            card.clicked.connect(self._on_clicked)
            grid.addWidget(card, i // 2, i % 2)
            grid.setColumnStretch(i % 2, 1)
        layout = self._column = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addStretch(2)
        layout.addWidget(self._greeting, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(28)
        layout.addLayout(grid)
        layout.addSpacing(20)
        self._machine.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._machine)
        layout.addStretch(3)

    @Slot()
    def _on_clicked(self) -> None:
        card = self.sender()
        assert isinstance(card, SampleCard)
        self.sample_chosen.emit(card.prompt)

    @Slot()
    def _retint(self) -> None:
        set_text_color(self._greeting, self._style.color("text"))
        set_text_color(self._machine, self._style.color("secondary"))
