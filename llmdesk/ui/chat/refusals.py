"""What cannot be sent, and what to do about it, in words (pure)."""

from __future__ import annotations

from llmdesk.datatypes.model import ModelInfo
from llmdesk.ui.chat.prompt_edit import MAX_PROMPT_CHARS

# No tokenizer makes fewer tokens of real text; what is longer cannot fit and is not worth a minute of tokenizing.
_MAX_CHARS_PER_TOKEN = 16


def refusal_of(text: str, is_generating: bool, has_model: bool, info: ModelInfo | None) -> tuple[str, str] | None:
    """(what is wrong, what to do) with sending this text now; None if it can be sent."""
    limit = min(MAX_PROMPT_CHARS, info.context_tokens * _MAX_CHARS_PER_TOKEN if info else MAX_PROMPT_CHARS)
    if is_generating:
        return "An answer is being written.", "Stop it with Esc or wait for its end, then send."
    if len(text) > limit:
        return (
            f"The prompt is too long: {len(text):,} characters; at most {limit:,} can be read at once.",
            "Shorten it. Your text is still in the composer.",
        )
    if not has_model:
        return "There is no model yet.", "Choose one in the model list (Ctrl+M)."
    return None


def paste_refusal(chars: int) -> tuple[str, str]:
    """The same for a text that was not even pasted."""
    return (
        f"The text is too long to paste: {chars:,} characters; at most {MAX_PROMPT_CHARS:,} in words can be sent.",
        "It is still on the clipboard. Paste a part of it.",
    )
