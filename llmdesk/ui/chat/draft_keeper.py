"""What is typed becomes the draft of the chat shown, and comes back when that is shown again (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from llmdesk.services.chats.sessions import Sessions, SessionShown
from llmdesk.ui.chat.attachments.draft import Drafts
from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.kit.timers import make_timer

_DRAFT_MS = 300


class DraftKeeper(QObject):
    """See the module; ``drafts`` has the files that are attached to it."""

    def __init__(self, pane: ChatPane, sessions: Sessions, drafts: Drafts) -> None:
        super().__init__(pane)
        self._pane, self._sessions, self._drafts = pane, sessions, drafts
        self._timer = make_timer(self, self.keep, _DRAFT_MS, once=True)
        pane.prompt_edited.connect(self._on_prompt_edited)

    @Slot()
    def keep(self) -> None:
        """Now, not a moment after the last key."""
        self._timer.stop()
        self._sessions.current.draft = self._pane.prompt()

    def change(self, change: SessionShown) -> None:
        """A draft belongs to its chat; that of a chat which is gone stays, unless the other one has its own.

        What was typed for a private chat never gets into another one, which would write it down.
        """
        left, wanted, typed = change.left, change.session.draft, self._pane.prompt()
        self._timer.stop()
        left.draft = typed
        stays = self._sessions.is_open(left) or (left.is_private and not change.session.is_private)
        if not stays:
            self._drafts.move(left, change.session)
        if (wanted or stays) and wanted != typed:
            self._pane.set_prompt(wanted)
        self.keep()

    @Slot()
    def _on_prompt_edited(self) -> None:
        if not self._timer.isActive():  # who types without a pause is kept up with, too
            self._timer.start()
