"""The choice of what happens when a chat outgrows the context (GUI thread only)."""

from __future__ import annotations

from llmdesk.datatypes.chat import ContextPolicy
from llmdesk.ui.kit.choice_button import ChoiceButton
from llmdesk.ui.kit.theme import Theme

POLICIES: dict[ContextPolicy, tuple[str, str]] = {
    "drop_oldest": ("drop oldest", "Leave out the oldest turns; the system prompt stays"),
    "stop": ("stop", "End the answer where the context ends, then refuse"),
    "refuse": ("refuse", "Refuse a question that leaves no room for a whole answer"),
}


class PolicyButton(ChoiceButton):
    """Shows the policy in force; a click opens the others. What ``chosen`` tells is a ContextPolicy."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "When full: drop oldest")
        self.actions_by_policy = {policy: self.add_choice(policy, words) for policy, (_, words) in POLICIES.items()}

    def show_policy(self, policy: ContextPolicy) -> None:
        """Which one is in force."""
        short, explanation = POLICIES[policy]
        self.show_choice(
            self.actions_by_policy[policy],
            f"When full: {short}",
            f"What happens when the context is full. Now: {explanation[0].lower()}{explanation[1:]}",
            f"When the context is full: {short}",
        )
