"""Races as files: JSON. What is read was written by anybody and is checked before anything is played (any thread)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from llmdesk.services.checked_json import Kind, KindWords, negative_in
from llmdesk.services.race.race import FORMAT, LEAST_LANES, MOST_LANES, VERSION, LaneRun, Race
from llmdesk.words import say

SUFFIX = ".llmdesk-race.json"
MOST_BYTES = 32 << 20
LONGEST_S = 3600.0
MOST_PIECES = 100_000
_MOST_CHARS = 1_000_000


def write_race(race: Race, path: Path) -> None:
    """Write it whole or not at all. Raises RecordingError."""
    _KIND.write(race, path)


def read_race(path: Path) -> Race:
    """Read and check all of it. Raises RecordingError, see Kind.read."""
    return _KIND.read(path)


def _mistakes(race: Race) -> Iterator[str]:
    """What no race can have been, in words."""
    lanes, runs = race.plan.lanes, race.runs
    if not LEAST_LANES <= len(lanes) <= MOST_LANES or [run.lane for run in runs] != list(lanes):
        yield f"runs: expected one for each of {LEAST_LANES} to {MOST_LANES} lanes"
    if sorted(run.order for run in runs) != list(range(1, len(runs) + 1)):
        yield "runs: expected each to have a place in the order"
    if sum(len(run.answer.pieces) for run in runs) > MOST_PIECES:
        yield f"runs: expected {MOST_PIECES} tokens at most"
    if race.plan.max_tokens < 1 or any(len(text) > _MOST_CHARS for text in _texts(race)):
        yield "plan: expected a prompt and names of a sensible length"
    for number, run in enumerate(runs):
        yield from (f"runs.{number}: {mistake}" for mistake in _mistakes_of(run, len(runs)))


def _mistakes_of(run: LaneRun, lanes: int) -> Iterator[str]:
    answer, quality = run.answer, run.quality
    for moments in ([step.t_s for step in answer.prompt_steps], [piece.t_s for piece in answer.pieces]):
        times = [0.0, answer.asked_s, *moments, answer.ended_s]
        if times != sorted(times) or answer.ended_s > LONGEST_S:
            yield "expected times in order, within an hour"
    values: list[Any] = [*asdict(answer.stats).values()] if answer.stats is not None else []
    values += [
        run.load_s,
        run.memory_bytes,
        *(value for step in answer.prompt_steps for value in asdict(step).values()),
    ]
    if negative_in(values):
        yield "expected no negative figures"
    if not run.has_failed and answer.pieces and answer.stats is None:
        yield "stats: expected the figures of its answer"
    if (run.standing == "compared") != (quality is not None):
        yield "quality: expected figures where it was compared, and only there"
    if quality is not None and not (
        0 <= quality.reference < lanes
        and 0 <= quality.equal_first <= 1
        and quality.positions > 0
        and quality.mean_kl > -1e-6
        and (quality.differs_at is None or quality.differs_at > 0)
    ):
        yield "quality: expected figures that can be"


def _texts(race: Race) -> Iterator[str]:
    yield race.plan.prompt
    for lane in race.plan.lanes:
        yield from (lane.title, lane.model_id)


_WORDS = KindWords(
    unwritten=say("The race cannot be written to {name}: {reason}."),
    too_large=say("{name} is too large for a race (more than {size} MB)."),
    other=say("{name} is no race of llmdesk."),
    newer=say("{name} was saved by a newer llmdesk."),
    newer_hint=say("Update llmdesk to open it."),
    damaged=say("The race {name} is damaged: {reason}."),
    damaged_hint=say("Get the file again from where it came from, or run the race anew."),
)
_KIND = Kind(Race, FORMAT, VERSION, MOST_BYTES, _WORDS, _mistakes, indent=1)
