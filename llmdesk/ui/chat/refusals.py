"""What cannot be sent, and what to do about it, in words (GUI thread only)."""

from __future__ import annotations

from llmdesk.ui.chat.attachments.draft import Draft
from llmdesk.ui.chat.prompt_edit import MAX_PROMPT_CHARS
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.words import key_text, tr


def refusal_of(text: str, is_generating: bool, has_model: bool) -> tuple[str, str] | None:
    """(what is wrong, what to do) with sending this text now; None if it can be sent.

    How many tokens a text has only the engine can tell; it refuses by that number.
    """
    if is_generating:
        return tr("An answer is being written."), tr("Stop it with Esc or wait for its end.")
    if len(text) > MAX_PROMPT_CHARS:
        words = tr("The prompt is too long: {count} characters; at most {limit} can be sent.")
        message = words.format(count=digits(len(text)), limit=digits(MAX_PROMPT_CHARS))
        return message, tr("Shorten it. It is still where you wrote it.")
    if not has_model:
        return tr("There is no model yet."), tr("Choose one in the model list ({key}).", key=key_text("Ctrl+M"))
    return None


def paste_refusal(chars: int) -> tuple[str, str]:
    """The same for a text that was not even pasted."""
    words = tr("The text is too long to paste: {count} characters; at most {limit} can be sent.")
    message = words.format(count=digits(chars), limit=digits(MAX_PROMPT_CHARS))
    return message, tr("It is still on the clipboard. Paste a part of it.")


def files_refusal(draft: Draft) -> tuple[str, str] | None:
    """The same for what is attached."""
    if draft.is_reading:
        return tr("A file is still being read."), tr("Send again in a moment, or remove the file.")
    if (failed := draft.failed) is not None:
        return tr("{name} cannot be sent.", name=failed.name), tr("Remove it above the prompt, then send again.")
    return None
