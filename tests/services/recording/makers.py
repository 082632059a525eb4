"""Recordings for tests."""

from __future__ import annotations

from llmdesk.datatypes.chat import GenerationStats
from llmdesk.services.recording.recording import (
    Conditions,
    Model,
    Piece,
    PromptStep,
    RecordedAnswer,
    Recording,
    Sample,
)

CONDITIONS = Conditions("2026-11-27T06:00:00+00:00", "llmdesk 0.2.0", "Core Ultra 7 155H", 6, 16_000_000_000, "Linux")
MODEL = Model("tiny", "Tiny 1B", "ipex", "int4", "llmdesk AVX-512", 4)


def answer(prompt: str, begin_s: float, tokens: int, tps: float, reason: str = "stop") -> RecordedAnswer:
    """An answer of so many tokens at that speed; the first one comes half a second after the question."""
    first_s = begin_s + 0.5
    pieces = tuple(Piece(first_s + number / tps, f"w{number} ") for number in range(tokens))
    end_s = pieces[-1].t_s + 0.05
    stats = GenerationStats(prompt_tokens=40, new_tokens=tokens, prefill_s=0.4, decode_s=(tokens - 1) / tps, ttft_s=0.5)
    steps = (PromptStep(begin_s + 0.1, 0, 40), PromptStep(begin_s + 0.4, 40, 40))
    return RecordedAnswer(prompt, begin_s, end_s, MODEL, steps, pieces, reason, stats=stats)  # type: ignore[arg-type]


def recording(tokens: int = 40, tps: float = 20.0) -> Recording:
    """Two answers, one after the other, with two samples a second."""
    first = answer("Why is the sky blue?", 0.2, tokens, tps)
    second = answer("And why red?", first.ended_s + 0.5, tokens, tps)
    end_s = second.ended_s + 0.5
    samples = tuple(
        Sample(number / 2, 80.0, 90.0, 1_600_000_000, 6_000_000_000, 16_000_000_000) for number in range(int(2 * end_s))
    )
    return Recording(CONDITIONS, end_s, (first, second), samples, "Sky")
