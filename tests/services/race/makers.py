"""Races with figures that are known."""

from __future__ import annotations

from dataclasses import replace

from llmdesk.datatypes.chat import GenerationStats
from llmdesk.services.race.race import Lane, LaneRun, Plan, Quality, Race
from llmdesk.services.recording.recording import Conditions, Model, Piece, PromptStep, RecordedAnswer

TEXT = (
    "A heat pump moves heat instead of making it. Inside, a liquid boils at a low temperature and takes heat from the "
    "air outside; a compressor squeezes the vapour, which makes it hot; and in the house it gives that heat to the "
    "water of the radiators and becomes a liquid again."
)
CONDITIONS = Conditions("2026-11-27T09:00:00+00:00", "llmdesk 0.1.0", "Some processor", 6, 32_000_000_000, "Linux")


def answer_of(
    tps: float, ttft_s: float, words: int = 60, title: str = "Alpha", precision: str = "int4"
) -> RecordedAnswer:
    """Each word a token, evenly spaced."""
    pieces = tuple(
        Piece(ttft_s + number / tps, (" " if number else "") + word)
        for number, word in enumerate((TEXT.split() * (words // 46 + 1))[:words])
    )
    stats = GenerationStats(
        prompt_tokens=20, new_tokens=words, prefill_s=ttft_s, decode_s=(words - 1) / tps, ttft_s=ttft_s
    )
    model = Model(title.lower(), title, "native", precision, "llmdesk avx512-vnni", 6)  # type: ignore[arg-type]
    steps = (PromptStep(0.0, 0, 20), PromptStep(ttft_s, 20, 20))
    ended_s = pieces[-1].t_s if pieces else ttft_s
    return RecordedAnswer("Explain a heat pump to a child.", 0.0, ended_s, model, steps, pieces, "length", "", stats)


def race_of(fast: float = 31.4, slow: float = 9.2, server: float = 24.7) -> Race:
    """int4 against bf16 against a server."""
    lanes = (
        Lane("alpha", "Alpha 2B", "int4"),
        Lane("alpha", "Alpha 2B", "bf16"),
        Lane("other", "Other 8B", None, is_remote=True, server="box:8000"),
    )
    plan = Plan("Explain a heat pump to a child.", lanes)
    remote = replace(answer_of(server, 0.18, 52), model=Model("other", "Other 8B", "remote", is_remote=True))
    runs = (
        LaneRun(lanes[0], 2, answer_of(fast, 0.412), 1.2, 2_100_000_000, "compared", Quality(1, 60, 0.0021, 0.986, 31)),
        LaneRun(lanes[1], 1, answer_of(slow, 0.655, precision="bf16"), 3.4, 4_900_000_000, "reference"),
        LaneRun(lanes[2], 3, remote, 0.1, 0, "server"),
    )
    return Race(plan, runs, CONDITIONS, 0.3)
