"""The choice of what happens when a chat outgrows the context (GUI thread only)."""

from __future__ import annotations

from llmdesk.datatypes.chat import ContextPolicy
from llmdesk.ui.kit.choice_button import ChoiceButton
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr


def policies() -> dict[ContextPolicy, tuple[str, str, str]]:
    """What the button says, what the menu says, and what the tool tip says, for each policy."""
    return {
        "drop_oldest": (
            tr("When full: drop oldest"),
            tr("Leave out the oldest turns; the system prompt stays"),
            tr("When the context is full, the oldest turns are left out; the system prompt stays."),
        ),
        "stop": (
            tr("When full: stop"),
            tr("End the answer where the context ends, then refuse"),
            tr("When the context is full, the answer ends there; then questions are refused."),
        ),
        "refuse": (
            tr("When full: refuse"),
            tr("Refuse a question that leaves no room for a whole answer"),
            tr("A question that leaves no room for a whole answer is refused."),
        ),
    }


class PolicyButton(ChoiceButton):
    """Shows the policy in force; a click opens the others. What ``chosen`` tells is a ContextPolicy."""

    def __init__(self, theme: Theme) -> None:
        self._words = policies()
        super().__init__(theme, self._words["drop_oldest"][0])
        self.actions_by_policy = {
            policy: self.add_choice(policy, words) for policy, (_, words, _) in self._words.items()
        }

    def show_policy(self, policy: ContextPolicy) -> None:
        """Which one is in force."""
        text, _, tip = self._words[policy]
        self.show_choice(self.actions_by_policy[policy], text, tip, text)
