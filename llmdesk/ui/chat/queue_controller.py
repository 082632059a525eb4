"""Brings the prompts that wait in the chat shown and their rows above the composer together (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from llmdesk.services.chats.prompt_queue import PromptQueue
from llmdesk.services.chats.session import AnswerEnded, AnswerStarted, QueueChanged
from llmdesk.services.chats.sessions import Change, Sessions, SessionShown
from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.kit.words import tr


class QueueController(QObject):
    """See the module. The session sends them; here is only what the user does with them."""

    def __init__(self, pane: ChatPane, sessions: Sessions) -> None:
        super().__init__(pane)
        self._pane, self._sessions = pane, sessions
        view = pane.queue
        view.edit_requested.connect(self._on_edit)
        view.written.connect(self._on_written)
        view.changed.connect(self._on_changed)
        view.kept.connect(self._on_kept)
        view.remove_requested.connect(self._on_remove)
        view.send_requested.connect(self._on_send)
        sessions.subscribe(self._on_change)

    @property
    def _queue(self) -> PromptQueue:
        return self._sessions.current.queue

    @Slot(str)
    def _on_edit(self, prompt_id: str) -> None:
        self._queue.hold(prompt_id)

    @Slot(str, str)
    def _on_written(self, prompt_id: str, text: str) -> None:
        self._queue.write(prompt_id, text)

    @Slot(str, str)
    def _on_changed(self, prompt_id: str, text: str) -> None:
        self._pane.setFocus()
        self._queue.release(prompt_id, text)

    @Slot(str)
    def _on_kept(self, prompt_id: str) -> None:
        self._pane.setFocus()
        self._queue.release(prompt_id)

    @Slot(str)
    def _on_remove(self, prompt_id: str) -> None:
        self._pane.setFocus()
        self._queue.remove(prompt_id)

    @Slot()
    def _on_send(self) -> None:
        self._pane.setFocus()
        self._sessions.current.send_next()

    def _on_change(self, change: Change) -> None:
        if change.session is not self._sessions.current:
            return
        if isinstance(change, QueueChanged) and change.is_typing:
            return  # the row's own field has it
        if isinstance(change, SessionShown | QueueChanged | AnswerStarted | AnswerEnded):
            self._show()

    def _show(self) -> None:
        session = self._sessions.current
        prompts = session.queue.prompts
        can_send = bool(prompts) and not prompts[0].is_held and not session.is_generating
        self._pane.queue.show_prompts(prompts, self._words(), can_send)

    def _words(self) -> str:
        """Why they wait."""
        session, path = self._sessions.current, self._sessions.current.conversation.path
        if session.is_generating:
            return tr("Sent when this answer is complete")
        if session.queue.prompts and session.queue.prompts[0].is_held:
            return tr("Not sent while the first one is being edited")
        state = path[-1].state if path else ""
        if state == "cancelled":
            return tr("Not sent, for the answer was stopped")
        if state == "failed":
            return tr("Not sent, for the answer failed")
        if state == "done":
            return tr("Not sent yet")
        return tr("Not sent, for the answer did not come to its end")
