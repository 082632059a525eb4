"""The chat that is shown: brings the pane and its session together (GUI thread only)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from llmdesk.datatypes.model import ModelStatus
from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.session import (
    AnswerEnded,
    AnswerStarted,
    OptionsChanged,
    Progressed,
    Session,
    TokensCame,
)
from llmdesk.services.chats.sessions import Change, Sessions, SessionShown
from llmdesk.ui.chat.announcer import Announcer
from llmdesk.ui.chat.answer_trace import trace_answer
from llmdesk.ui.chat.attachments.draft import Drafts
from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.chat.context_watch import ContextWatch
from llmdesk.ui.chat.continuing import continuable, show_continuable
from llmdesk.ui.chat.draft_keeper import DraftKeeper
from llmdesk.ui.chat.progress_words import progress_words
from llmdesk.ui.chat.queue_controller import QueueController
from llmdesk.ui.chat.refusals import files_refusal, paste_refusal, refusal_of
from llmdesk.ui.chat.thinking_switch import ThinkingSwitch
from llmdesk.ui.chat.token_counter import TokenCounter
from llmdesk.ui.kit.words import tr

log = logging.getLogger(__name__)

_CONTEXT_EVERY_S = 1.0  # a line of the layout moves with it


class ChatController(QObject):
    """See the module. Chats that are not shown go on by themselves; ``sessions`` has them.

    Signals:
        answer_ended(): in the chat shown.
        policy_chosen(str): the user wants another context policy; it is in force already.
        refused(str, str): a prompt was not sent, and what to do; its text stays where it was written.
        log_requested(), models_requested(), collections_requested(): an error card's button.
    """

    answer_ended = Signal()
    policy_chosen = Signal(str)
    refused = Signal(str, str)
    log_requested = Signal()
    models_requested = Signal()
    collections_requested = Signal()

    def __init__(self, pane: ChatPane, sessions: Sessions, counter: TokenCounter) -> None:
        super().__init__(pane)
        self._pane = pane
        self.sessions = sessions
        self.drafts = Drafts()
        self._status = ModelStatus("none")
        self._unsent: str | None = None
        self._context_shown_s = 0.0
        self.context = ContextWatch(pane, sessions, counter, self.drafts)
        self.draft_keeper = DraftKeeper(pane, sessions, self.drafts)
        self.thinking = ThinkingSwitch(pane.composer.thinking, sessions, pane.composer.set_thinking)
        QueueController(pane, sessions)
        Announcer(pane, sessions)
        self._connect()
        self._show_session()

    @property
    def is_generating(self) -> bool:
        """True from submission to the end of an answer in the chat shown."""
        return self._session.is_generating

    @property
    def conversation(self) -> Conversation:
        """The chat shown."""
        return self._session.conversation

    # -- what the user does -------------------------------------------------------------------------------------------

    @Slot(str)
    def submit(self, text: str) -> None:
        """Send a prompt, or have it wait for the running answer. What cannot be sent stays in the composer."""
        draft = self.drafts.of(self._session)
        if self._waits_for_models(text) or not (text.strip() or draft.files):
            return
        if self._refuse(text, may_wait=True) or self._refuse_files():
            return
        attachments = draft.to_send
        if self._session.is_generating:
            self._session.queue.add(text, attachments)
        else:
            self._session.submit(text, attachments)
        self.drafts.clear(self._session)
        self._pane.accept_prompt(text)
        self.draft_keeper.keep()

    @Slot()
    def stop(self) -> None:
        """End the running answer; what was written stays."""
        self._session.stop()

    @Slot()
    def new_chat(self) -> None:
        """Leave this chat, with what runs in it going on, for an empty one."""
        self.sessions.new()
        self._pane.setFocus()

    @Slot(str)
    def regenerate(self, answer_id: str, choose_model: Callable[[], None] = lambda: None) -> None:
        """Another version of an answer; ``choose_model`` is called before, if it is made."""
        if self.conversation.holds(answer_id) and not self._refuse(""):
            choose_model()
            self._session.answer_again(answer_id)
            self._pane.setFocus()  # the control that asked for it is gone with the old version

    @Slot(str)
    def go_on(self, answer_id: str) -> None:
        """The rest of an answer that was cut."""
        answer = continuable(self._session, self._status)
        if answer is not None and answer.id == answer_id and not self._refuse(""):
            self._session.go_on(answer_id)
            self._pane.setFocus()

    @Slot(str, str)
    def edit(self, prompt_id: str, text: str) -> None:
        """Another version of a prompt. What cannot be sent stays in its field."""
        if not self.conversation.holds(prompt_id) or self._refuse(text):
            return
        if text.strip() or self.conversation.message(prompt_id).attachments:
            self._pane.accept_edit(prompt_id)
            self._session.ask_again(prompt_id, text)
            self._pane.setFocus()

    @Slot(str)
    def choose_version(self, message_id: str) -> None:
        """Show another version; an answer that runs goes on."""
        if self.conversation.holds(message_id):
            self.conversation.choose(message_id)
            self.refresh()

    def refresh(self) -> None:
        """The chat reads otherwise than before: say what it takes of the context, and whether it can go on."""
        self.context.refresh()
        self._show_can_go_on()

    @property
    def can_go_on(self) -> bool:
        """The last answer can be continued now."""
        return continuable(self._session, self._status) is not None

    @Slot(str, str)
    def on_error_action(self, answer_id: str, action: str) -> None:
        """A button of an error card."""
        match action:
            case "retry":
                self.regenerate(answer_id)
            case "new_chat":
                self.new_chat()
            case "open_log":
                self.log_requested.emit()
            case "open_models":
                self.models_requested.emit()
            case "send_without":
                self._answer_without_sources(answer_id)
            case "open_collections":
                self.collections_requested.emit()
            case _:
                log.error("unknown action of an error card: %s", action)

    def _answer_without_sources(self, answer_id: str) -> None:
        if self.conversation.holds(answer_id) and not self._refuse(""):
            self._session.answer_without_sources(answer_id)
            self._pane.setFocus()

    @Slot(int)
    def _on_paste_refused(self, chars: int) -> None:
        self.refused.emit(*paste_refusal(chars))

    @Slot(str)
    def _on_policy_chosen(self, policy: str) -> None:
        options = replace(self.sessions.options, context_policy=policy)  # type: ignore[arg-type]  # out of a table
        self.sessions.configure(options)
        self.policy_chosen.emit(policy)

    # -- what the engine says -----------------------------------------------------------------------------------------

    @Slot(object)
    def on_model_status(self, status: ModelStatus) -> None:
        """Keep title, context and the waiting line up to date."""
        self._status = status
        self.thinking.on_model_status(status)
        if status.title:
            title, host = (status.info.title, status.info.server) if status.info else (status.title, "")
            is_told = not host or title.endswith(f" on {host}")
            self._pane.set_model_title(title if is_told else tr("{title} on {host}", title=title, host=host))
        if status.state == "loading":
            self._show_progress()
        self.context.on_model_status(status)
        if status.state == "ready":
            self._show_can_go_on()

    def _on_change(self, change: Change) -> None:
        trace_answer(change)
        if change.session is not self._session:
            return
        match change:
            case SessionShown():
                self.draft_keeper.change(change)
                self._show_session()
            case OptionsChanged():
                self._show_options()
                if self._unsent is not None and self.sessions.options.model_id:
                    QTimer.singleShot(0, self, self._send_unsent)
            case AnswerStarted():
                self._pane.set_generating(True)
                self._show_can_go_on()
                self._show_progress()
            case Progressed():
                self._show_progress()
            case TokensCame():
                self._on_tokens(change)
            case AnswerEnded():
                self._pane.set_generating(False)
                self.context.refresh()
                self._show_can_go_on()
                self.answer_ended.emit()

    def _on_tokens(self, change: TokensCame) -> None:
        if change.events[-1].t_s - self._context_shown_s > _CONTEXT_EVERY_S:
            self._context_shown_s = change.events[-1].t_s
            self.context.show_running()

    def _waits_for_models(self, text: str) -> bool:
        """Enter in the first moment: it is sent once it is known which models there are, if it still stands there."""
        waits = not self.sessions.options.model_id and self._status.state == "loading"
        self._unsent = text if waits else None
        return waits

    @Slot()
    def _send_unsent(self) -> None:
        text, self._unsent = self._unsent, None
        if text is not None and self._pane.prompt() == text:
            self.submit(text)

    # -- helpers ------------------------------------------------------------------------------------------------------

    @property
    def _session(self) -> Session:
        return self.sessions.current

    def _refuse(self, text: str, *, may_wait: bool = False) -> bool:
        """Tell why this text cannot be sent now, if it cannot (``may_wait``: nor later)."""
        is_busy = self.is_generating and not may_wait
        refusal = refusal_of(text, is_busy, bool(self.sessions.options.model_id))
        if refusal is not None:
            self.refused.emit(*refusal)
        return refusal is not None

    def _refuse_files(self) -> bool:
        refusal = files_refusal(self.drafts.of(self._session))
        if refusal is not None:
            self.refused.emit(*refusal)
        return refusal is not None

    def _show_session(self) -> None:
        self._pane.show_conversation(self.conversation)
        self._pane.set_generating(self.is_generating)
        self._show_options()
        self._show_progress()

    def _show_options(self) -> None:
        self.context.refresh()
        self._show_can_go_on()

    def _show_can_go_on(self) -> None:
        show_continuable(self._pane, self._session, self._status)

    def _show_progress(self) -> None:
        answer = self._session.answer
        if answer is not None and not answer.new_tokens:
            self._pane.set_progress(answer.message.id, *progress_words(answer, self._status))

    def _connect(self) -> None:
        pane = self._pane
        pane.prompt_submitted.connect(self.submit)
        pane.paste_refused.connect(self._on_paste_refused)
        pane.stop_requested.connect(self.stop)
        pane.regenerate_requested.connect(self.regenerate)
        pane.continue_requested.connect(self.go_on)
        pane.edit_requested.connect(self.edit)
        pane.version_requested.connect(self.choose_version)
        pane.error_action_requested.connect(self.on_error_action)
        self.context.policy_chosen.connect(self._on_policy_chosen)
        self.sessions.subscribe(self._on_change)
