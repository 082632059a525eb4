"""What exports say beside the messages (pure)."""

from __future__ import annotations

from datetime import datetime

from llmdesk.datatypes.chat import GenerationStats
from llmdesk.services.chats.message import Message
from llmdesk.services.figure_text import counted, tps_text

_REASONS = {"length": "Ended at the length limit.", "context_full": "Ended because the context is full."}


def moment(time_s: float) -> str:
    """Day and minute in local time, as 2026-11-27 09:05."""
    return datetime.fromtimestamp(time_s).strftime("%Y-%m-%d %H:%M")


def attached_words(prompt: Message) -> str:
    """What was attached to a prompt, by name; empty if nothing was."""
    names = ", ".join(" ".join(attachment.name.split()) for attachment in prompt.attachments)
    return f"Attached: {names}" if names else ""


def source_words(prompt: Message) -> list[str]:
    """What its answer was given to read, by number, file and place."""
    return [f"[{each.number}] {', '.join(filter(None, (each.name, each.place)))}" for each in prompt.sources]


def end_words(answer: Message) -> str:
    """How an answer ended, if it did not come to an end of its own."""
    match answer.state:
        case "failed" if answer.error is not None:
            return f"Failed: {answer.error.user_message}"
        case "cancelled":
            return "Stopped."
        case "interrupted":
            return "Interrupted."
        case "running":
            return "Still being written when this was exported."
        case _:
            return _REASONS.get(answer.finish_reason or "", "")


def figures(stats: GenerationStats | None) -> str:
    """The figures of an answer in a line; empty if none were measured."""
    if stats is None or not stats.new_tokens:
        return ""
    parts = [counted(stats.new_tokens, "token")]
    if stats.decode_tps > 0:
        parts.append(f"{tps_text(stats.decode_tps)} tok/s")
    if stats.ttft_s > 0:
        parts.append(f"first token after {stats.ttft_s:.2f} s")
    return ", ".join(parts)
