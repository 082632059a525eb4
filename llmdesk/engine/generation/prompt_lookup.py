"""Drafts without a second model: what was said after the same words before is proposed again."""

from __future__ import annotations

from llmdesk.engine.generation.draft_lengths import DraftLengths, StepTimes
from llmdesk.engine_choices import is_wanted

_NGRAM_TOKENS = 3
_LONGEST_MATCH_TOKENS = 16
_MATCHES_COMPARED = 8


def is_enabled() -> bool:
    """False if the user does not want it (``LLMDESK_PROMPT_LOOKUP=0``, else the settings)."""
    return is_wanted("LLMDESK_PROMPT_LOOKUP")


class PromptLookup:
    """Drafts for one answer. Proposes nothing for a while when drafts do not pay, then tries again."""

    def __init__(self, times: StepTimes) -> None:
        self.drafted_tokens = 0
        self.accepted_tokens = 0
        self._lengths = DraftLengths(times)
        self._ends: dict[tuple[int, ...], list[int]] = {}  # where each n-gram ends
        self._indexed = _NGRAM_TOKENS

    def propose(self, ids: list[int], room_tokens: int) -> list[int]:
        """What may come after these tokens (prompt and answer so far), at most so many; often nothing."""
        self._index(ids)
        start = self._latest_longest_match(ids)
        if start is None or not (length := self._lengths.choose(room_tokens)):
            return []
        known = ids[start:]
        return [known[i % len(known)] for i in range(length)]  # beyond the end, a repetition goes on

    def note(self, drafted: int, accepted: int, seconds: float | None) -> None:
        """One step and what came of its draft (0 drafted: a plain step); no time if others shared the step."""
        self.drafted_tokens += drafted
        self.accepted_tokens += accepted
        self._lengths.note(drafted, accepted, seconds)

    def _index(self, ids: list[int]) -> None:
        """Note the n-grams that something follows."""
        for end in range(self._indexed, len(ids)):
            self._ends.setdefault(tuple(ids[end - _NGRAM_TOKENS : end]), []).append(end)
        self._indexed = max(self._indexed, len(ids))

    def _latest_longest_match(self, ids: list[int]) -> int | None:
        ends = self._ends.get(tuple(ids[-_NGRAM_TOKENS:]), [])[-_MATCHES_COMPARED:]
        return max(ends, key=lambda end: (_match_length(ids, end), end), default=None)


def _match_length(ids: list[int], end: int) -> int:
    """How many tokens before ``end`` are the last ones of ``ids``."""
    length = _NGRAM_TOKENS
    while length < min(end, _LONGEST_MATCH_TOKENS) and ids[end - 1 - length] == ids[-1 - length]:
        length += 1
    return length
