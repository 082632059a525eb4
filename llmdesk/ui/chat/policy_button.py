"""The choice of what happens when a chat outgrows the context (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup

from llmdesk.datatypes import ContextPolicy
from llmdesk.ui.controls import Button
from llmdesk.ui.styled import Menu
from llmdesk.ui.theme import Theme, ui_font

POLICIES: dict[ContextPolicy, tuple[str, str]] = {
    "drop_oldest": ("drop oldest", "Leave out the oldest turns; the system prompt stays"),
    "stop": ("stop", "End the answer where the context ends, then refuse"),
    "refuse": ("refuse", "Refuse a question that leaves no room for a whole answer"),
}


class PolicyButton(Button):
    """Shows the policy in force; a click opens the others.

    Signals:
        chosen(str): a ContextPolicy.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "When full: drop oldest", quiet=True)
        self.setFont(ui_font(12.5))
        self.menu_of_policies = Menu(theme, self)
        group = QActionGroup(self)
        self.actions_by_policy: dict[ContextPolicy, QAction] = {}
        for policy, (_, explanation) in POLICIES.items():
            action = QAction(explanation, group)
            action.setCheckable(True)
            action.setData(policy)
            self.menu_of_policies.addAction(action)
            self.actions_by_policy[policy] = action
        group.triggered.connect(self._on_triggered)
        self.clicked.connect(self._open)

    def show_policy(self, policy: ContextPolicy) -> None:
        """Which one is in force."""
        short, explanation = POLICIES[policy]
        self.setText(f"When full: {short}")
        self.setToolTip(f"What happens when the context is full. Now: {explanation[0].lower()}{explanation[1:]}")
        self.setAccessibleName(f"When the context is full: {short}")
        self.actions_by_policy[policy].setChecked(True)
        self.updateGeometry()

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        self.chosen.emit(action.data())

    @Slot()
    def _open(self) -> None:
        self.menu_of_policies.popup(self.mapToGlobal(QPoint(0, -self.menu_of_policies.sizeHint().height() - 4)))
