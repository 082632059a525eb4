"""Which words of a tokenizer are no text but control, and texts in pieces around them (pure)."""

from __future__ import annotations

import re
from typing import Any

from llmdesk.engine.generation.end_names import is_end_by_name


def is_turn_mark(word: str) -> bool:
    """It looks like what begins or ends a turn, or is known to end one."""
    return is_end_by_name(word) or re.fullmatch(r"<[|\uff5c].+[|\uff5c]>", word) is not None


def control_words(tokenizer: Any) -> set[str]:
    """Added tokens that nobody may write: special ones, and those that the template writes or that mark turns.

    Many tokenizers do not call the latter special. Other added tokens (runs of spaces, HTML) are just text.
    """
    template = tokenizer.chat_template if isinstance(tokenizer.chat_template, str) else ""
    words = set()
    for token in tokenizer.added_tokens_decoder.values():
        word = token.content.strip()
        is_written = len(word) > 2 and word in template and not word.isalnum()
        if token.special or is_written or is_turn_mark(word):
            words.add(token.content)
    return words - {""}


def cut(word: str, is_control: bool) -> list[str]:
    """A control word in two, neither of which is one."""
    return [word[:1], word[1:]] if is_control else [word]


def replaced(text: str, by: dict[str, str]) -> str:
    """The text with other words for these."""
    return "".join(by.get(piece, piece) for piece in split(text, by))


def split(text: str, words: dict[str, str]) -> list[str]:
    """The text in pieces, each of these words a piece of its own."""
    present = [re.escape(word) for word in words if word in text]
    return re.split(f"({'|'.join(present)})", text) if present else [text]
