"""Races as files: JSON. What is read was written by anybody and is checked before anything is played (any thread)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from llmdesk.services.checked_json import Kind, KindWords
from llmdesk.services.plain_json import is_negative, longest_text
from llmdesk.services.race.race import FORMAT, LEAST_LANES, MOST_LANES, VERSION, LaneRun, Race
from llmdesk.services.recording.files import MOST_CHARS, MOST_NAME_CHARS, mistakes_of
from llmdesk.whole_files import FOR_OTHERS
from llmdesk.words import say

SUFFIX = ".llmdesk-race.json"
MOST_BYTES = 32 << 20
LONGEST_S = 3600.0
MOST_PIECES = 100_000


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
    if race.plan.max_tokens < 1 or len(race.plan.prompt) > MOST_CHARS:
        yield "plan: expected a prompt of a sensible length"
    if any(longest_text(lane) > MOST_NAME_CHARS for lane in lanes):
        yield "plan.lanes: expected names of a sensible length"
    if is_negative(race.conditions) or longest_text(race.conditions) > MOST_NAME_CHARS:
        yield "conditions: expected no negative figures, and texts of a sensible length"
    if race.load_average is not None and race.load_average < 0:
        yield "load_average: expected 0 or more"
    for number, run in enumerate(runs):
        yield from (f"runs.{number}: {mistake}" for mistake in _mistakes_of(run, len(runs)))


def _mistakes_of(run: LaneRun, lanes: int) -> Iterator[str]:
    answer, quality = run.answer, run.quality
    for moments in ([step.t_s for step in answer.prompt_steps], [piece.t_s for piece in answer.pieces]):
        times = [0.0, answer.asked_s, *moments, answer.ended_s]
        if times != sorted(times) or answer.ended_s > LONGEST_S:
            yield "expected times in order, within an hour"
    yield from (f"answer.{mistake}" for mistake in mistakes_of(answer))
    if run.load_s < 0 or run.memory_bytes < 0:
        yield "load_s, memory_bytes: expected no negative figures"
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


_WORDS = KindWords(
    unwritten=say("The race cannot be written to {name}: {reason}."),
    too_large=say("{name} is too large for a race (more than {size} MB)."),
    other=say("{name} is no race of llmdesk."),
    newer=say("{name} was saved by a newer llmdesk."),
    newer_hint=say("Update llmdesk to open it."),
    damaged=say("The race {name} is damaged: {reason}."),
    damaged_hint=say("Get the file again from where it came from, or run the race anew."),
)
_KIND = Kind(Race, FORMAT, VERSION, MOST_BYTES, _WORDS, _mistakes, indent=1, mode=FOR_OTHERS)
