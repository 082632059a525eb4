"""What a demo saw and measured, for the terminal and the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from llmdesk.ui.demo.demo_result import DemoAnswer, DemoResult


def figures(result: DemoResult) -> list[str]:
    """A sentence for each that was measured."""
    from llmdesk.services.figure_text import tps_text

    tps, is_best = result.speed
    of_all = ", at best" if is_best else ", over all answers" if len(result.answers) > 1 else ""
    visible = f"Window visible after {result.window_visible_s:.2f} s"
    if not result.first_token_s:
        return [f"{visible}."]
    return [
        f"{visible}, first token after {result.first_token_s:.2f} s.",
        *([f"{tps_text(tps)} tokens per second with the window painting{of_all}."] if tps else []),
        f"Longest stutter of the window while answering: {result.gui_gap_max_ms:.0f} ms "
        f"(99 % under {result.gui_gap_p99_ms:.0f} ms).",
        f"The window computed {result.cpu_ms_per_s.get('MainThread', 0.0):.0f} ms in a second of answering.",
    ]


def in_words(result: DemoResult, picture: Path | None) -> str:
    """All of it but the answers; ``picture``: where it is, if there is one."""
    from llmdesk.services.race.report import verdict_text

    lines = [
        *_who_answered(result),
        *(f"  {sentence}" for sentence in figures(result)),
        *(f"  Race: {verdict_text(race)}" for race in result.races),
        *([f"  Picture: {picture.absolute()}"] if picture is not None else []),
    ]
    return "\n".join(lines) + "\n"


def _who_answered(result: DemoResult) -> list[str]:
    """Of several models or precisions each answer by itself."""
    from llmdesk.services.figure_text import counted
    from llmdesk.ui.models.engine_words import engine_title  # Qt

    info, answers = result.info, result.answers
    assert info is not None
    if not answers:
        return ["No question was asked."]
    new_tokens = sum(answer.stats.new_tokens for answer in answers if not answer.stats.from_response_cache)
    written = counted(new_tokens, "token")
    if len({answer.form for answer in answers}) > 1:
        return [
            f"{len(answers)} questions were answered with {written}.",
            *(f"  {number}. {_of_one(answer)}." for number, answer in enumerate(answers, start=1)),
        ]
    who = f"{info.title} ({info.precision}, {engine_title(info)}, {counted(info.threads, 'thread')})"
    return [f"{who} answered {counted(len(answers), 'question')} with {written}."]


def _of_one(answer: DemoAnswer) -> str:
    from llmdesk.services.figure_text import counted, tps_text

    stats = answer.stats
    if stats.from_response_cache:
        return f"{answer.form_words}: out of the answer cache"
    speed = f"{tps_text(stats.decode_tps)} tokens per second"
    return f"{answer.form_words}: {speed if stats.decode_tps else counted(stats.new_tokens, 'token')}"
