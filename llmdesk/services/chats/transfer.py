"""A chat as text for other programs (pure)."""

from __future__ import annotations

from llmdesk.services.chats.conversation import Conversation


def conversation_markdown(conversation: Conversation) -> str:
    """The turns shown, as markdown, from the source text."""
    parts = [f"**You**\n\n{turn.prompt.text}\n\n**Answer**\n\n{turn.answer.text}" for turn in conversation.turns]
    return "\n\n---\n\n".join(parts)
