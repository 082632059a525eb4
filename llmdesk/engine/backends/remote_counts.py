"""How many tokens an answer of a server has: out of what the server tells and the pieces that came (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict, TypeGuard

_MAX_COUNT = 1 << 40


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the server counted them; ``reasoning_tokens`` of the new ones, None: it did not tell."""

    prompt_tokens: int
    cached_tokens: int
    new_tokens: int
    reasoning_tokens: int | None = None


class Counts(TypedDict):
    """Fields of GenerationStats."""

    prompt_tokens: int
    cached_tokens: int
    new_tokens: int
    reasoning_tokens: int
    untimed_tokens: int
    counts_estimated: bool


def is_count(value: object) -> TypeGuard[int]:
    """Whether it can be a number of tokens."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MAX_COUNT


def parse_usage(value: object) -> Usage | None:
    """What stands in ``usage``; None if that is no sensible one."""
    if not isinstance(value, dict):
        return None
    prompt, new = value.get("prompt_tokens"), value.get("completion_tokens")
    if not (is_count(prompt) and is_count(new)):
        return None
    cached = _detail(value, "prompt_tokens_details", "cached_tokens", prompt)
    return Usage(prompt, cached or 0, new, _detail(value, "completion_tokens_details", "reasoning_tokens", new))


def _detail(usage: dict[str, object], part: str, name: str, most: int) -> int | None:
    details = usage.get(part)
    count = details.get(name) if isinstance(details, dict) else None
    return min(count, most) if is_count(count) else None


def counts(usage: Usage | None, pieces: int, thoughts: int) -> Counts:
    """Of an answer that came in so many pieces, the first ``thoughts`` of them reasoning.

    What came with the first piece is timed by nobody. Where the server does not tell how much of the answer was
    reasoning, it is as large a share of the tokens as of the pieces.
    """
    if usage is not None and pieces and not usage.new_tokens:
        usage = None  # some send zeros
    new_tokens = usage.new_tokens if usage else pieces
    per_piece = new_tokens / pieces if pieces else 1.0
    told = (usage.reasoning_tokens if usage else None) or round(thoughts * per_piece)
    return Counts(
        prompt_tokens=usage.prompt_tokens if usage else 0,
        cached_tokens=usage.cached_tokens if usage else 0,
        new_tokens=new_tokens,
        reasoning_tokens=told if thoughts else 0,
        untimed_tokens=max(1, round(per_piece)),
        counts_estimated=usage is None,
    )
