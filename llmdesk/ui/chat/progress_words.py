"""What happens before the first word of an answer, in words (GUI thread only)."""

from __future__ import annotations

from llmdesk.datatypes.chat import LoadProgress, PromptProgress, Queued
from llmdesk.datatypes.model import ModelStatus
from llmdesk.services.chats.running_answer import RunningAnswer
from llmdesk.services.chats.source_search import Searching
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.wording import percent_text
from llmdesk.ui.kit.words import tr


def progress_words(answer: RunningAnswer, status: ModelStatus) -> tuple[str, float | None]:
    """(words, fraction 0..1 or None if nobody knows) for an answer without words."""
    progress = answer.progress
    if isinstance(progress, Searching):
        return tr("Searching %n passage(s)", n=progress.passages) if progress.passages else tr("Searching"), None
    if isinstance(progress, PromptProgress) and progress.looked is not None and progress.looked < 1:
        return tr("Looking at the image, {percent}", percent=percent_text(progress.looked)), progress.looked
    if isinstance(progress, PromptProgress):
        words = tr("Reading prompt, {done} of {total} tokens")
        if 0 < answer.reused_tokens < progress.total_tokens:
            words = tr("Reading prompt, {done} of {total} tokens, {reused} of them reused")
        done, total, reused = (
            digits(tokens) for tokens in (progress.done_tokens, progress.total_tokens, answer.reused_tokens)
        )
        text = words.format(done=done, total=total, reused=reused)
        return text, progress.done_tokens / max(progress.total_tokens, 1)
    if isinstance(progress, LoadProgress) or status.state == "loading":
        loading = tr("Loading {title}, {percent}", title=status.title, percent=percent_text(status.fraction))
        return loading, status.fraction
    if isinstance(progress, Queued):
        before = progress.position - 1
        return tr("Waiting, {count} before this", count=before) if before else tr("Next"), None
    return tr("Waiting for the engine"), None
