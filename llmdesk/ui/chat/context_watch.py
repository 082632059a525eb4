"""Says before the next question what a full context will do to it, and lets the user choose (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from llmdesk.datatypes.chat import ContextPolicy
from llmdesk.engine.generation.context import ContextOutlook, context_outlook
from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.kit.words import tr

BYTES_PER_TOKEN = 4  # of UTF-8: a character of Chinese is most of a token, one of English a quarter
_TYPING_PAUSE_MS = 300


def warning_text(outlook: ContextOutlook) -> str:
    """What will happen to the next question; empty if nothing."""
    return {
        "fits": "",
        "drops_oldest": tr("The context is nearly full: the oldest turns will be left out of the next question."),
        "answer_may_be_cut": tr("The context is nearly full: the next answer may end before it is complete."),
        "refused": tr("The context is full: the next question will be refused."),
    }[outlook]


class ContextWatch(QObject):
    """The policy of this chat, and the warning above the composer's buttons.

    Signals:
        policy_chosen(str): by the user.
    """

    policy_chosen = Signal(str)

    def __init__(self, pane: ChatPane) -> None:
        super().__init__(pane)
        self._pane = pane
        self.policy: ContextPolicy = "drop_oldest"
        self._used_tokens = self._available_tokens = self._answer_tokens = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TYPING_PAUSE_MS)
        self._timer.timeout.connect(self._show)
        pane.prompt_edited.connect(self._timer.start)
        pane.context_policy_chosen.connect(self._on_chosen)
        self.choose(self.policy)

    def choose(self, policy: ContextPolicy) -> None:
        """Take a policy for this chat."""
        self.policy = policy
        self._pane.set_context_policy(policy)
        self._show()

    def update(self, used_tokens: int, available_tokens: int, answer_tokens: int) -> None:
        """What this chat takes of the context, and how long an answer may become."""
        figures = (used_tokens, available_tokens, answer_tokens)
        if figures != (self._used_tokens, self._available_tokens, self._answer_tokens):
            self._used_tokens, self._available_tokens, self._answer_tokens = figures
            self._show()

    @property
    def outlook(self) -> ContextOutlook:
        """What the policy will do with the text in the composer (its length in tokens is a guess)."""
        question_tokens = len(self._pane.prompt().encode(errors="replace")) // BYTES_PER_TOKEN
        if not self._available_tokens or not (self._used_tokens or question_tokens):
            return "fits"
        tokens = self._used_tokens + question_tokens
        return context_outlook(self.policy, tokens, self._answer_tokens, self._available_tokens)

    @Slot(str)
    def _on_chosen(self, policy: ContextPolicy) -> None:
        self.choose(policy)
        self.policy_chosen.emit(policy)

    @Slot()
    def _show(self) -> None:
        self._pane.set_context_warning(warning_text(self.outlook))
