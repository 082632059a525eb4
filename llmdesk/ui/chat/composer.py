"""The card at the bottom: prompt, context bar, Send and Stop (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from llmdesk.ui.chat.buttons import TextButton
from llmdesk.ui.chat.policy_button import PolicyButton
from llmdesk.ui.chat.progress_line import ThinBar
from llmdesk.ui.chat.prompt_edit import PromptEdit
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit.controls import Label
from llmdesk.ui.kit.steady_text import Text


class Composer(QFrame):
    """Signals: submitted(text), the text stays until ``clear``; stop_requested(); paste_refused(characters);
    policy_chosen(policy), what happens when the context is full.
    """

    submitted = Signal(str)
    stop_requested = Signal()
    paste_refused = Signal(int)
    policy_chosen = Signal(str)

    def __init__(self, style: ChatStyle) -> None:
        super().__init__()
        self._style = style
        self.setObjectName("composer")
        self.edit = PromptEdit(style)
        self.edit.setAccessibleName("Prompt")
        self.edit.installEventFilter(self)
        self.edit.submitted.connect(self._on_submit)
        self.edit.paste_refused.connect(self.paste_refused)
        self.edit.textChanged.connect(self._update_send)
        self._bar = ThinBar(style, "Context used")
        self._bar.setFixedWidth(120)
        self._context = Text(style.theme, "secondary", style.small_font, "8,888 of 8,888 tokens")
        self._context.setToolTip("Tokens of the model's context that this chat uses")
        self._warning = Label(style.theme, "warning", 13)
        self._warning.setObjectName("warning")
        self._warning.setWordWrap(True)
        self._warning.hide()
        self.policy = PolicyButton(style.theme)
        self.policy.chosen.connect(self.policy_chosen)
        self._send = TextButton(style, "Send", "send", primary=True)
        self._send.setToolTip("Enter")
        self._send.clicked.connect(self._on_submit)
        self._stop = TextButton(style, "Stop", "stop", key="Esc")
        self._stop.setToolTip("Esc")
        self._stop.clicked.connect(self.stop_requested)
        self._stop.hide()
        self._build()
        style.changed.connect(self._retint)
        self._retint()
        self._update_send()
        self.set_context(0, 0)
        self.set_model_title("")

    def text(self) -> str:
        """What is typed."""
        return self.edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Replace what is typed; the cursor goes to the end."""
        self.edit.setPlainText(text)
        self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)

    def set_generating(self, generating: bool) -> None:
        """Send becomes Stop, or Stop becomes Send; the focus does not get lost."""
        had_focus = self._send.hasFocus() or self._stop.hasFocus()
        self._stop.setVisible(generating)
        self._send.setVisible(not generating)
        if had_focus:
            self.edit.setFocus()

    def set_model_title(self, title: str) -> None:
        """Whom the message goes to."""
        self.edit.setPlaceholderText(f"Message {title}" if title else "Message")
        self.edit.viewport().update()  # Qt repaints only when a placeholder comes or goes, not when it changes

    def set_context(self, used_tokens: int, available_tokens: int) -> None:
        """How full the context is; nothing is shown while its size is unknown."""
        is_known = available_tokens > 0
        self._bar.setVisible(is_known)
        self._context.setVisible(is_known)
        self.policy.setVisible(is_known)
        if is_known:
            self._bar.set_fraction(used_tokens / available_tokens)
            self._context.show_text(f"{used_tokens:,} of {available_tokens:,} tokens")

    def set_warning(self, text: str) -> None:
        """What will happen to the next question; empty takes the line away."""
        if text != self._warning.text():
            self._warning.setText(text)
            self._warning.setVisible(bool(text))

    @property
    def warning(self) -> str:
        """The warning shown, empty if none."""
        return self._warning.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The card's border shows the focus of the field in it."""
        if watched is self.edit and event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._set_border(event.type() == QEvent.Type.FocusIn)
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The whole card is the field: a click beside the text goes to it, too."""
        self.edit.setFocus()

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._bar)
        row.addWidget(self._context)
        row.addWidget(self.policy)
        row.addStretch(1)
        row.addWidget(self._send)
        row.addWidget(self._stop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 14, 12)
        layout.setSpacing(10)
        layout.addWidget(self.edit)
        layout.addWidget(self._warning)
        layout.addLayout(row)

    def _set_border(self, has_focus: bool) -> None:
        edge = self._style.css("accent", 0.6) if has_focus else self._style.css("line")
        self.setStyleSheet(
            f"#composer {{ background: {self._style.css('surface')}; border: 1px solid {edge}; border-radius: 16px; }}"
            # Not as palettes: a parent's style sheet gives children their former palette back.
            f"#composer QLabel {{ color: {self._style.css('secondary')}; }}"
            f"#composer QLabel#warning {{ color: {self._style.css('warning')}; }}"
        )

    @Slot()
    def _on_submit(self) -> None:
        if self.text().strip():
            self.submitted.emit(self.text())

    @Slot()
    def _update_send(self) -> None:
        self._send.setEnabled(bool(self.edit.toPlainText().strip()))

    @Slot()
    def _retint(self) -> None:
        self._set_border(self.edit.hasFocus())
