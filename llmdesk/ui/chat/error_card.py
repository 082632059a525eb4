"""An error in the conversation: what happened, what to do, and a button that does it (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.ui.chat.buttons import TextButton
from llmdesk.ui.chat.style import ChatStyle, set_text_color
from llmdesk.ui.kit.fonts import weigh

_LABELS = {
    "retry": ("Try again", "refresh"),
    "open_log": ("Open the log", "file"),
    "open_models": ("Choose a model", "folder"),
    "new_chat": ("New chat", "new-chat"),
    "edit": ("Edit the prompt", "edit"),
}
_ACTIONS = {
    "ModelNotFound": ("open_models",),
    "ModelNotInstalled": ("open_models",),
    "ModelDamaged": ("open_models", "open_log"),
    "UnsupportedModel": ("open_models",),
    "LoadCancelled": ("retry", "open_models"),
    "CatalogueError": ("open_models", "open_log"),
    "NotEnoughMemory": ("open_models", "retry"),
    "PromptError": ("edit", "new_chat"),
    "EngineBusy": ("retry",),
    "EngineStopped": ("open_log",),
    "SetupError": ("open_log",),
}


def actions_for(error: ErrorInfo) -> tuple[str, ...]:
    """What helps against an error, the best first."""
    return _ACTIONS.get(error.kind, ("retry", "open_log"))


class ErrorCard(QFrame):
    """Signals: action_requested(action), one of "edit", "retry", "open_log", "open_models", "new_chat"."""

    action_requested = Signal(str)

    def __init__(self, style: ChatStyle, error: ErrorInfo) -> None:
        super().__init__()
        self._style = style
        self.setObjectName("errorCard")
        self.setAccessibleName(f"Error: {error.user_message}")
        self._icon = QLabel()
        self._title = self._label(error.user_message)
        title_font = self._title.font()
        weigh(title_font, title_font.Weight.Medium)
        self._title.setFont(title_font)
        self._hint = self._label(error.hint)
        self._hint.setVisible(bool(error.hint))
        self._build(actions_for(error))
        style.changed.connect(self._retint)
        self._retint()

    def _label(self, text: str) -> QLabel:
        label = QLabel(text[:2_000])
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setFont(self._style.text_font)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _build(self, actions: tuple[str, ...]) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for action in actions:
            text, icon_name = _LABELS[action]
            button = TextButton(self._style, text, icon_name)
            button.setObjectName(action)
            button.clicked.connect(self._on_clicked)
            buttons.addWidget(button)
        buttons.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._title)
        words.addWidget(self._hint)
        words.addSpacing(8)
        words.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)

    @Slot()
    def _on_clicked(self) -> None:
        self.action_requested.emit(self.sender().objectName())

    @Slot()
    def _retint(self) -> None:
        css = self._style.css
        self.setStyleSheet(
            f"#errorCard {{ background: {css('bad', 0.07)}; border: 1px solid {css('bad', 0.35)};"
            " border-radius: 12px; }"
        )
        self._icon.setPixmap(self._style.icon("alert", "bad", 20).pixmap(20, 20))
        set_text_color(self._title, self._style.color("text"))
        set_text_color(self._hint, self._style.color("secondary"))
