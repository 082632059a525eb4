"""An error in the conversation: what happened, what to do, and a button that does it (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import MEDIUM
from llmdesk.ui.kit.selectable_label import SelectableLabel
from llmdesk.ui.kit.spacing import FlowLayout, column, gap, row
from llmdesk.ui.kit.surfaces import Panel
from llmdesk.ui.kit.words import told, tr

_MAX_CHARS = 2_000
_ICON_PX = 20
_ACTIONS = {
    "ModelNotFound": ("open_models",),
    "ModelNotInstalled": ("open_models",),
    "ModelDamaged": ("open_models", "open_log"),
    "UnsupportedModel": ("open_models",),
    "LoadCancelled": ("retry", "open_models"),
    "CollectionError": ("retry", "send_without", "open_collections"),
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


def _label_of(action: str) -> tuple[str, str]:
    """Words and icon of a button."""
    return {
        "retry": (tr("Try again"), "refresh"),
        "open_log": (tr("Open the log"), "file"),
        "open_models": (tr("Choose a model"), "folder"),
        "new_chat": (tr("New chat"), "new-chat"),
        "send_without": (tr("Send without passages"), "send"),
        "open_collections": (tr("Collections"), "collection"),
        "edit": (tr("Edit the prompt"), "edit"),
    }[action]


class ErrorCard(Panel):
    """Signals: action_requested(action), one of "edit", "retry", "open_log", "open_models", "new_chat",
    "send_without", "open_collections"."""

    action_requested = Signal(str)

    def __init__(self, style: ChatStyle, error: ErrorInfo) -> None:
        super().__init__(style.theme, 12, ("bad", 0.07), ("bad", 0.35))
        self._style = style
        message, hint = told(error.user_message)[:_MAX_CHARS], told(error.hint)[:_MAX_CHARS]
        self.setAccessibleName(tr("Error: {message}", message=message))
        self._icon = QLabel()
        self._title = SelectableLabel(style.theme, message, step="body", weight=MEDIUM)
        self._hint = SelectableLabel(style.theme, hint, "secondary", "body")
        self._hint.setVisible(bool(hint))
        self._build(actions_for(error))
        style.changed.connect(self.restyle)
        self.restyle()

    def _build(self, actions: tuple[str, ...]) -> None:
        theme = self._style.theme
        buttons = FlowLayout(theme)
        for action in actions:
            button = Button(theme, *_label_of(action), bordered=True)
            button.setObjectName(action)
            button.clicked.connect(self._on_clicked)
            buttons.addWidget(button)
        words = column(theme, self._title, self._hint, spacing=4)
        gap(theme, words, 8)
        words.addLayout(buttons)
        layout = row(theme, margins=(16, 14, 16, 16), spacing=12)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        self.setLayout(layout)

    @Slot()
    def _on_clicked(self) -> None:
        self.action_requested.emit(self.sender().objectName())

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        size_px = self._style.px(_ICON_PX)
        self._icon.setPixmap(self._style.theme.icon("alert", "bad").pixmap(size_px, self.devicePixelRatioF()))
