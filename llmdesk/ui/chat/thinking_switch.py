"""Whether the model thinks before it answers, where it can be told (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from llmdesk.datatypes.model import ModelStatus
from llmdesk.services.chats.session import OptionsChanged
from llmdesk.services.chats.sessions import Change, Sessions, SessionShown
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr


class ThinkingButton(Button):
    """Says whether it is on; hidden where the model has no such switch.

    Signals:
        switched(bool): by the user.
    """

    switched = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, tr("Thinking: on"), quiet=True)
        self.is_on: bool | None = None
        self.clicked.connect(self._on_clicked)
        self.hide()

    def show_state(self, is_on: bool | None) -> None:
        """None: there is nothing to switch. (Whether there is room for it, the composer sees.)"""
        self.is_on = is_on
        if is_on is not None:
            self.set_text(tr("Thinking: on") if is_on else tr("Thinking: off"))
            self.setToolTip(tr("Whether the model thinks before it answers; a click changes it for this chat"))

    @Slot()
    def _on_clicked(self) -> None:
        self.switched.emit(not self.is_on)


class ThinkingSwitch(QObject):
    """Keeps the button true, and puts what is chosen into the chat's options.

    Args:
        show: tells the composer, which sees where there is room for the button.
    """

    def __init__(self, button: ThinkingButton, sessions: Sessions, show: Callable[[bool | None], None]) -> None:
        super().__init__(button)
        self._button, self._sessions, self._tell = button, sessions, show
        self._status = ModelStatus("none")
        button.switched.connect(self._on_switched)
        sessions.subscribe(self._on_change)

    def on_model_status(self, status: ModelStatus) -> None:
        """Another model, maybe."""
        self._status = status
        self._show()

    @Slot()
    def toggle(self) -> None:
        """On or off, by key."""
        if self.can_switch:
            self._on_switched(not self._button.is_on)

    @property
    def can_switch(self) -> bool:
        """The model in use can be told."""
        return self._button.is_on is not None

    @Slot(bool)
    def _on_switched(self, is_on: bool) -> None:
        self._sessions.configure(replace(self._sessions.options, thinks=is_on))

    def _on_change(self, change: Change) -> None:
        if isinstance(change, OptionsChanged | SessionShown) and change.session is self._sessions.current:
            self._show()

    def _show(self) -> None:
        info, thinks = self._status.info, self._sessions.options.thinks
        if info is None or info.thinking not in ("on", "off"):
            self._tell(None)
        else:
            self._tell(info.thinking == "on" if thinks is None else thinks)
