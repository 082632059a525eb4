"""What cannot be sent, and what to do about it, in words (GUI thread only)."""

from __future__ import annotations

from llmdesk.datatypes.model import ModelInfo
from llmdesk.ui.chat.prompt_edit import MAX_PROMPT_CHARS
from llmdesk.ui.kit.words import tr

# No tokenizer makes fewer tokens of real text; what is longer cannot fit and is not worth a minute of tokenizing.
_MAX_CHARS_PER_TOKEN = 16


def refusal_of(text: str, is_generating: bool, has_model: bool, info: ModelInfo | None) -> tuple[str, str] | None:
    """(what is wrong, what to do) with sending this text now; None if it can be sent."""
    limit = min(MAX_PROMPT_CHARS, info.context_tokens * _MAX_CHARS_PER_TOKEN if info else MAX_PROMPT_CHARS)
    if is_generating:
        return tr("An answer is being written."), tr("Stop it with Esc or wait for its end, then send.")
    if len(text) > limit:
        words = tr("The prompt is too long: {count} characters; at most {limit} can be read at once.")
        message = words.format(count=f"{len(text):,}", limit=f"{limit:,}")
        return message, tr("Shorten it. Your text is still in the composer.")
    if not has_model:
        return tr("There is no model yet."), tr("Choose one in the model list (Ctrl+M).")
    return None


def paste_refusal(chars: int) -> tuple[str, str]:
    """The same for a text that was not even pasted."""
    words = tr("The text is too long to paste: {count} characters; at most {limit} in words can be sent.")
    message = words.format(count=f"{chars:,}", limit=f"{MAX_PROMPT_CHARS:,}")
    return message, tr("It is still on the clipboard. Paste a part of it.")
