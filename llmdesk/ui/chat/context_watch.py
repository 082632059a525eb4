"""Says before the next question how full the context is and what that will do, and lets the user choose (GUI thread).

While an answer runs, and while no model is there to count, the figures are guesses and say so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from llmdesk.datatypes.chat import ContextPolicy
from llmdesk.datatypes.model import ModelStatus
from llmdesk.services.chats.context_count import ContextCount, guess_count
from llmdesk.services.chats.session import Session
from llmdesk.services.chats.sessions import Sessions
from llmdesk.ui.chat.attachments.draft import Draft, Drafts
from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.chat.token_counter import TokenCounter
from llmdesk.ui.kit.words import tr

_TYPING_PAUSE_MS = 200
_A_TURN = 2
"""Messages."""


def warning_text(count: ContextCount, dropped_before: int = 0) -> str:
    """What will happen to the next question; empty if nothing, or what the user was told before.

    While the context stays full, each turn pushes out about as much as it brings: that is no news. More than that is.
    """
    is_told = dropped_before > 0 and count.dropped_messages <= dropped_before + _A_TURN
    if count.outlook == "drops_oldest" and is_told:
        return ""
    if count.outlook == "drops_oldest" and count.dropped_messages:
        return tr(
            "The context is nearly full: the oldest turns will be left out of the next question (%n message(s)).",
            n=count.dropped_messages,
        )
    if count.outlook == "drops_oldest" and 0 < count.context < count.total:  # so far by a guess
        return tr("This chat is longer than the context: the oldest turns will be left out of the next question.")
    return {
        "fits": "",
        "drops_oldest": tr("The context is nearly full: the oldest turns will be left out of the next question."),
        "answer_may_be_cut": tr("The context is nearly full: the next answer may end before it is complete."),
        "refused": tr("The context is full: the next question will be refused."),
    }[count.outlook]


class ContextWatch(QObject):
    """Meter, warning and policy of the chat shown.

    Signals:
        policy_chosen(str): by the user.
        counted(ContextCount): there are other figures.

    Attributes:
        count: what is shown.
        is_counting: the model has been asked, and has not answered yet.
        most_source_tokens: what passages of files may take.
        has_collections: True if the chat shown has some that are still there.
    """

    policy_chosen = Signal(str)
    counted = Signal(object)

    def __init__(self, pane: ChatPane, sessions: Sessions, counter: TokenCounter, drafts: Drafts) -> None:
        super().__init__(pane)
        self._pane, self._sessions, self._counter, self._drafts = pane, sessions, counter, drafts
        self._status = ModelStatus("none")
        self._question = 0
        self.is_counting = False
        self.most_source_tokens = 0
        self.has_collections: Callable[[], bool] = lambda: False
        self.count = ContextCount()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING_PAUSE_MS)
        self._timer.timeout.connect(self.look)
        pane.prompt_edited.connect(self._timer.start)
        pane.context_policy_chosen.connect(self._on_chosen)
        drafts.subscribe(self._on_files)

    def on_model_status(self, status: ModelStatus) -> None:
        """Of the chat's model; it may be there now to count."""
        was_ready, self._status = self._is_ready, status
        if self._is_ready or was_ready:
            self.refresh()

    def refresh(self) -> None:
        """Something else than the text being typed changed: guess at once, then count."""
        self._pane.set_context_policy(self._sessions.options.context_policy)
        self._show_guess()
        self.look()

    def show_running(self) -> None:
        """More of the answer is there."""
        self._show_guess()

    @Slot()
    def look(self) -> None:
        """Have the next prompt counted; what was asked before is of no use any more."""
        self._timer.stop()
        self._question += 1
        if not self._is_ready or self._sessions.current.is_generating:
            self.is_counting = False
            self._show_guess()
            return
        typed, most = self._pane.prompt(), self._most_source_tokens
        request = self._sessions.current.preview(typed, self._draft.to_send)
        self.is_counting = True
        self._counter.count(request, partial(self._on_count, self._question), typed=typed, most_source_tokens=most)

    @property
    def _is_ready(self) -> bool:
        info = self._status.info
        is_its = info is not None and info.model_id == self._sessions.options.model_id
        return is_its and self._status.state in ("ready", "failed")  # failed: another one, beside it

    @property
    def context_tokens(self) -> int:
        """What the chat's model can take; 0 if it is not known."""
        info = self._status.info
        return info.context_tokens if info is not None and info.model_id == self._sessions.options.model_id else 0

    @property
    def _draft(self) -> Draft:
        return self._drafts.of(self._sessions.current)

    @property
    def _most_source_tokens(self) -> int:
        """What passages that go with the next question may take; 0: none will."""
        searches = self._draft.searches or self.has_collections()
        return self.most_source_tokens if searches else 0

    def _on_files(self, session: Session) -> None:
        if session is self._sessions.current:
            self._timer.start()

    def _on_count(self, question: int, count: ContextCount | None) -> None:
        if question != self._question:
            return
        self.is_counting = False
        if self._sessions.current.is_generating:
            return
        if count is None:
            self._show_guess()
        else:
            self._show(count)

    def _show_guess(self) -> None:
        session, context = self._sessions.current, self.context_tokens
        used, typed = session.context_used_tokens, self._pane.prompt()
        # While an answer streams: once a second.
        request = session.preview(typed, self._draft.to_send, has_history=not used)
        if session.is_generating:  # its passages are there now; they do not go with the next question
            count = guess_count(request, used, context, typed=typed)
            sources = min(session.source_tokens, count.history)
            self._show(replace(count, history=count.history - sources, sources=sources))
        else:
            used = max(0, used - session.source_tokens)
            most = self._most_source_tokens
            self._show(guess_count(request, used, context, typed=typed, most_source_tokens=most))

    def _show(self, count: ContextCount) -> None:
        if count != self.count:
            self.count = count
            self._pane.set_context(count.total, count.context, is_exact=count.is_exact)
            self.counted.emit(count)
        self._pane.set_context_warning(warning_text(count, self._dropped_before()))

    def _dropped_before(self) -> int:
        """Messages that were left out of the last question."""
        path = self._sessions.current.conversation.path
        stats = path[-1].stats if path else None
        return stats.dropped_messages if stats is not None else 0

    @Slot(str)
    def _on_chosen(self, policy: ContextPolicy) -> None:
        self.policy_chosen.emit(policy)
