"""What a race says: who wrote fastest, by how much, and how each lane stands (pure)."""

from __future__ import annotations

from dataclasses import dataclass

from llmdesk.services.race.race import LaneRun, Race

SAME_SHARE = 0.03
"""Speeds that are closer than that are the same: no two runs of one model are closer."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who wrote fastest.

    Attributes:
        winner, slowest: numbers of lanes with a speed; None: fewer than two have one.
        factor: the winner's tokens per second by the slowest's, 1 or more.
        is_draw: all of them were as fast as each other, as far as can be told.
    """

    winner: int | None = None
    slowest: int | None = None
    factor: float = 1.0
    is_draw: bool = False


def verdict(race: Race) -> Verdict:
    """By tokens per second: a lane that says less is done earlier without being faster."""
    speeds = {number: run.decode_tps for number, run in enumerate(race.runs) if run.decode_tps > 0}
    if len(speeds) < 2:
        return Verdict()
    winner, slowest = max(speeds, key=lambda each: speeds[each]), min(speeds, key=lambda each: speeds[each])
    factor = speeds[winner] / speeds[slowest]
    return Verdict(winner, slowest, factor, factor < 1 + SAME_SHARE)


def first_answering(race: Race) -> int | None:
    """The lane whose first token came first; None: there was none."""
    times = {number: run.ttft_s for number, run in enumerate(race.runs) if run.ttft_s > 0}
    return min(times, key=lambda each: times[each]) if times else None


def running_order(race: Race) -> list[LaneRun]:
    """As they were run."""
    return sorted(race.runs, key=lambda run: run.order)
