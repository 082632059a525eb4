"""Which answer can be continued now (GUI thread only)."""

from __future__ import annotations

from llmdesk.datatypes.model import ModelStatus
from llmdesk.services.chats.message import Message
from llmdesk.services.chats.session import Session
from llmdesk.ui.chat.chat_pane import ChatPane


def continuable(session: Session, status: ModelStatus) -> Message | None:
    """The last answer, if the chat's model can continue it; servers are sent words, no reasoning."""
    path, info = session.conversation.path, status.info
    if not path or session.is_generating or info is None or info.model_id != session.options.model_id:
        return None
    last = path[-1]
    return last if last.can_go_on and (last.text.strip() or not info.server) else None


def show_continuable(pane: ChatPane, session: Session, status: ModelStatus) -> None:
    """Put the button under it; another model than that of the beginning is named there."""
    answer, info = continuable(session, status), status.info
    is_another = answer is not None and info is not None and answer.model_id != info.model_id
    title = info.title if info is not None and is_another else ""
    pane.conversation_view.set_can_go_on(answer.id if answer is not None else "", title)
