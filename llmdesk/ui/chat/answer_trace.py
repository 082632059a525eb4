"""Marks of answers for measurements (services/trace.py)."""

from __future__ import annotations

from llmdesk.datatypes.chat import Failed, Finished
from llmdesk.services.chats.session import AnswerEnded, TokensCame
from llmdesk.services.chats.sessions import Change
from llmdesk.services.trace import trace


def trace_answer(change: Change) -> None:
    """The first token and the end of each answer."""
    match change:
        case TokensCame() if change.events[0].new_tokens == 1:
            trace("first_token")
        case AnswerEnded(event=Failed() as event):
            trace("failed", {"kind": event.error.kind})
        case AnswerEnded(event=Finished() as event):
            stats = event.stats
            figures = {"reason": event.reason, "new_tokens": stats.new_tokens, "ttft_s": stats.ttft_s}
            trace("finished", figures | {"decode_tps": stats.decode_tps, "prompt_tps": stats.prompt_tps})
