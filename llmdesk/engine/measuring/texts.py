"""The fixed texts on which networks are compared, about 3,000 tokens of each kind (engine thread; reads small files).

All were written for llmdesk, so that no model has learned them by heart.
"""

from __future__ import annotations

import json
from typing import Any

from llmdesk import paths
from llmdesk.datatypes.chat import ChatMessage
from llmdesk.engine.generation.chat_template import ChatEncoder
from llmdesk.errors import PromptError

KINDS = ("prose", "code", "chats")


def sample_text(kind: str = "prose") -> str:
    """English prose, or code in six languages."""
    return (paths.shipped("assets") / "bench" / f"{kind}.txt").read_text(encoding="utf-8")


def sample_sequences(tokenizer: Any, kind: str, most_tokens: int) -> list[list[int]]:
    """A kind as token ids: prose and code are one sequence, each chat is one of its own, in the model's own template.

    Args:
        tokenizer: transformers'.
        kind: one of KINDS.
        most_tokens: sequences are cut there.
    """
    if kind != "chats":
        return [tokenizer.encode(sample_text(kind))[:most_tokens]]
    encoder = ChatEncoder(tokenizer)
    return [_chat_ids(encoder, chat)[:most_tokens] for chat in sample_chats()]


def sample_chats() -> list[tuple[ChatMessage, ...]]:
    """Short chats, each of which ends with an answer."""
    text = (paths.shipped("assets") / "bench" / "chats.json").read_text(encoding="utf-8")
    return [tuple(ChatMessage(turn["role"], turn["content"]) for turn in chat) for chat in json.loads(text)]


def _chat_ids(encoder: ChatEncoder, chat: tuple[ChatMessage, ...]) -> list[int]:
    try:
        return encoder.encode(chat).ids
    except PromptError:  # some templates have no place for a system prompt
        return encoder.encode(tuple(turn for turn in chat if turn.role != "system")).ids
