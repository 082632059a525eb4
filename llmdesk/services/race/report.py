"""A race in plain text: Markdown for others, a table for the terminal, JSON (pure; in English, as exports are)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from llmdesk.services.bench.report import KL_DECIMALS, markdown
from llmdesk.services.figure_text import counted, share_text, tps_text
from llmdesk.services.kl_text import kl_text
from llmdesk.services.race.race import LaneRun, Race
from llmdesk.services.race.result import running_order, verdict

_HEAD = ["", "order", "first token", "tok/s", "tokens", "finish", "memory", "KL", "equal first", "first difference"]
_STANDING = {
    "reference": "reference",
    "other_vocabulary": "not comparable: another vocabulary",
    "server": "not comparable: on a server",
    "alone": "nothing to compare with",
    "not_measured": "not measured",
}
_NO_SHARE = {"other_vocabulary": "not comparable", "server": "not comparable"}


def as_markdown(race: Race) -> str:
    """A heading with the verdict, a row per lane, how it was run, the conditions."""
    prompt = " ".join(race.plan.prompt.split())
    lines = [f"**{verdict_text(race)}**", "", f"Prompt: {prompt}", "", as_table(race), "", *notes(race)]
    return "\n".join(lines) + "\n"


def as_table(race: Race) -> str:
    """A row per lane, in Markdown."""
    return markdown(as_cells(race))


def as_cells(race: Race) -> list[list[str]]:
    """The head, then a row per lane."""
    return [_HEAD, *(_cells(race, run) for run in race.runs)]


def as_json(race: Race) -> str:
    """One object for programs, without the single tokens."""
    return json.dumps(as_values(race), indent=2, ensure_ascii=False)


def as_values(race: Race) -> dict[str, Any]:
    """What ``as_json`` writes."""
    runs = [_values(race, number) for number in range(len(race.runs))]
    plan = {"prompt": race.plan.prompt, "max_tokens": race.plan.max_tokens, "seed": race.plan.seed}
    whole = {**plan, "verdict": verdict_text(race), "lanes": runs, "conditions": asdict(race.conditions)}
    return {**whole, "load_average": race.load_average}


def verdict_text(race: Race) -> str:
    """Who wrote fastest, in a sentence."""
    found = verdict(race)
    if found.winner is None or found.slowest is None:
        return "No verdict: fewer than two lanes have a speed."
    winner, slowest = race.runs[found.winner].lane.name, race.runs[found.slowest].lane.name
    if found.is_draw:
        return f"A draw: {winner} and {slowest} write equally fast."
    return f"{winner} writes {found.factor:.1f} times as fast as {slowest}."


def notes(race: Race) -> list[str]:
    """What the figures mean and what they hang on."""
    found, plan = race.conditions, race.plan
    order = ", then ".join(run.lane.name for run in running_order(race))
    how = "greedy" if plan.seed is None else f"sampled with seed {plan.seed}"
    busy = f", load average {race.load_average} before" if race.load_average is not None else ""
    threads = "; ".join(f"{run.lane.name}: {_engine(run)}" for run in race.runs if _engine(run))
    lines = [
        f"Each lane ran alone, one after the other ({order}), loaded and warmed up; what runs here did not know the "
        f"prompt before; {how}, {counted(plan.max_tokens, 'token')} at most.",
        "tok/s: tokens after the first by their time. KL: divergence from the reference's probabilities over its "
        "answer, in nats.",
        f"{found.processor}, {found.physical_cores} cores, {found.memory_bytes / 1e9:.1f} GB of memory, "
        f"{found.system}, {found.program}, {found.recorded_at}{busy}.",
    ]
    return [*lines, *([f"{threads}."] if threads else []), *(note for run in race.runs for note in _server_notes(run))]


def _server_notes(run: LaneRun) -> list[str]:
    """What figures of a server must be read with."""
    if not run.lane.is_remote or run.has_failed:
        return []
    known, of = run.known_before
    return [
        f"{run.lane.name}: timed as its pieces arrived here, the way over the network included.",
        *([] if run.is_count_known else [f"{run.lane.name}: the server told no tokens; its pieces are counted."]),
        *([f"{run.lane.name}: the server knew {known} of the prompt's {of} tokens before."] if known else []),
    ]


def _engine(run: LaneRun) -> str:
    model = run.answer.model
    if model is None or model.is_remote or not model.threads:
        return ""
    return f"{counted(model.threads, 'thread')}, {model.kernels}"


def _cells(race: Race, run: LaneRun) -> list[str]:
    if run.has_failed:
        return [run.lane.name, str(run.order), f"failed: {run.answer.error}", *[""] * (len(_HEAD) - 3)]
    return [
        run.lane.name,
        str(run.order),
        f"{1000 * run.ttft_s:.0f} ms" if run.ttft_s else "–",
        tps_text(run.decode_tps) if run.decode_tps else "–",
        str(run.tokens) if run.is_count_known else f"{run.tokens} pieces",
        f"{run.finish_s:.1f} s" if run.finish_s else "–",
        f"{run.memory_bytes / 1e9:.2f} GB" if run.memory_bytes else "–",
        *_quality(race, run),
    ]


def _quality(race: Race, run: LaneRun) -> Sequence[str]:
    if run.quality is None:
        return [_STANDING[run.standing], _NO_SHARE.get(run.standing, ""), ""]
    differs = "none" if run.quality.differs_at is None else f"token {run.quality.differs_at}"
    if race.plan.seed is not None:
        differs = "–"
    return [kl_text(run.quality.mean_kl, KL_DECIMALS), f"{share_text(run.quality.equal_first)} %", differs]


def _values(race: Race, number: int) -> dict[str, Any]:
    run = race.runs[number]
    stats = run.answer.stats.as_dict() if run.answer.stats is not None else None
    model = asdict(run.answer.model) if run.answer.model is not None else None
    return {
        "lane": asdict(run.lane),
        "order": run.order,
        "error": run.answer.error or None,
        "model": model,
        "stats": stats,
        "load_s": run.load_s,
        "memory_bytes": run.memory_bytes or None,
        "standing": run.standing,
        "quality": asdict(run.quality) if run.quality is not None else None,
        "text": run.answer.text,
    }
