"""What happens before the first word of an answer, in words (pure)."""

from __future__ import annotations

from llmdesk.datatypes.chat import LoadProgress, PromptProgress, Queued
from llmdesk.datatypes.model import ModelStatus
from llmdesk.services.chats.session import RunningAnswer
from llmdesk.ui.kit.wording import percent_text


def progress_words(answer: RunningAnswer, status: ModelStatus) -> tuple[str, float | None]:
    """(words, fraction 0..1 or None if nobody knows) for an answer without words."""
    progress = answer.progress
    if isinstance(progress, PromptProgress):
        text = f"Reading prompt, {progress.done_tokens:,} of {progress.total_tokens:,} tokens"
        if 0 < answer.reused_tokens < progress.total_tokens:
            text += f", {answer.reused_tokens:,} of them reused"
        return text, progress.done_tokens / max(progress.total_tokens, 1)
    if isinstance(progress, LoadProgress) or status.state == "loading":
        return f"Loading {status.title}, {percent_text(status.fraction)}", status.fraction
    if isinstance(progress, Queued):
        before = progress.position - 1
        return f"Waiting, {before} before this" if before else "Next", None
    return "Waiting for the engine", None
