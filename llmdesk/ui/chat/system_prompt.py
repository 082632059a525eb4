"""The system prompt of the chat shown: what the model is told before all else (GUI thread only)."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from llmdesk.services.chats.context_count import guess_tokens
from llmdesk.services.chats.session import OptionsChanged
from llmdesk.services.chats.sessions import Change, Sessions, SessionShown
from llmdesk.ui.chat.token_counter import TokenCounter
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.spacing import FlowLayout, row
from llmdesk.ui.kit.text_area import TextArea
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_PAUSE_MS = 250
_LINES = 9


class SystemPromptPanel(Popover):
    """What is written counts from the next question on, and is the chat's own.

    Signals:
        save_requested(str): it is to become a prompt of the library.
        prompts_requested(): one of the library is to be put in.
        default_chosen(str): new chats are to begin with it.
    """

    save_requested = Signal(str)
    prompts_requested = Signal()
    default_chosen = Signal(str)

    def __init__(self, theme: Theme, window: QWidget, sessions: Sessions, counter: TokenCounter) -> None:
        super().__init__(theme, window, 520, title=tr("System prompt"))
        self._sessions, self._counter = sessions, counter
        self._session = sessions.current
        self._question = 0
        placeholder = tr("Who the model is to be, and how it is to answer. For example: Answer in short sentences.")
        self.edit = TextArea(theme, tr("System prompt of this chat"), _LINES, placeholder)
        self.count = Label(theme, "", "secondary", "note")
        self.save = Button(theme, tr("Save as prompt"), bordered=True)
        self.library = Button(theme, tr("From the library…"), bordered=True)
        self.default = Button(theme, tr("Use for new chats"), bordered=True)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._build()
        sessions.subscribe(self._on_change)
        self._show()

    @Slot()
    def close_panel(self) -> None:
        """What was written counts, however it is closed."""
        self.apply()
        super().close_panel()

    @Slot()
    def apply(self) -> None:
        """What is written is the chat's from now on."""
        self._timer.stop()
        text = self.edit.toPlainText()
        self._session.configure(replace(self._session.options, system_prompt=text if text.strip() else ""))
        self._look()

    def insert(self, text: str) -> None:
        """A prompt of the library, where the cursor is."""
        self.edit.insertPlainText(text)
        self.edit.setFocus()

    def _on_change(self, change: Change) -> None:
        if isinstance(change, SessionShown):
            if self._timer.isActive():
                self.apply()  # of the chat that was left
            self._show()
        elif isinstance(change, OptionsChanged) and change.session is self._session and not self._timer.isActive():
            self._show()

    def _show(self) -> None:
        self._session = self._sessions.current
        text = self._session.options.system_prompt
        if text != self.edit.toPlainText():
            self.edit.blockSignals(True)
            self.edit.setPlainText(text)
            self.edit.blockSignals(False)
        self._update_buttons()
        if self.isVisible():
            self._look()

    def showEvent(self, event: object) -> None:
        """Count when it is opened."""
        super().showEvent(event)  # type: ignore[arg-type]  # PySide's event
        self.edit.setFocus()
        self._look()

    def _look(self) -> None:
        self._question += 1
        question, text = self._question, self.edit.toPlainText()
        if not text.strip():
            self.count.setText(tr("No system prompt"))
            return

        def on_count(tokens: int | None) -> None:
            if question != self._question:
                return
            if tokens is None:
                self.count.setText(tr("about %n token(s)", n=guess_tokens(text)))
            else:
                self.count.setText(tr("%n token(s)", n=tokens))

        self._counter.count_text(self._session.options.model_id, text, on_count)

    @Slot()
    def _on_edited(self) -> None:
        self._timer.start()
        self._update_buttons()

    def _update_buttons(self) -> None:
        has_text = bool(self.edit.toPlainText().strip())
        self.save.setEnabled(has_text)

    @Slot()
    def _on_save(self) -> None:
        self.save_requested.emit(self.edit.toPlainText())

    @Slot()
    def _on_default(self) -> None:
        self.default_chosen.emit(self.edit.toPlainText().strip())

    def _build(self) -> None:
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(self._on_edited)
        self.edit.submitted.connect(self.close_panel)
        self._timer.timeout.connect(self.apply)
        self.save.clicked.connect(self._on_save)
        self.library.clicked.connect(self.prompts_requested)
        self.default.clicked.connect(self._on_default)
        note = tr("The model is told this before the chat. It counts from the next question on, in this chat.")
        label = Label(self._theme, note, "secondary", "note", wraps=True)
        self.panel_layout.addLayout(row(self._theme, label, margins=(20, 0, 20, 8)))
        self.panel_layout.addLayout(row(self._theme, self.edit, margins=(20, 0, 20, 8)))
        self.panel_layout.addLayout(row(self._theme, self.count, 1, margins=(20, 0, 20, 8)))
        buttons = FlowLayout(self._theme, margins=(20, 0, 20, 20))
        for button in (self.save, self.library, self.default):
            buttons.addWidget(button)
        self.panel_layout.addLayout(buttons)
