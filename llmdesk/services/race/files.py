"""Races as files: JSON. What is read was written by anybody and is checked before anything is played (any thread)."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from llmdesk.errors import RecordingError
from llmdesk.file_errors import in_words
from llmdesk.services.plain_json import is_negative, longest_text, read_json
from llmdesk.services.race.race import FORMAT, LEAST_LANES, MOST_LANES, VERSION, LaneRun, Race
from llmdesk.services.recording.files import MOST_CHARS, MOST_NAME_CHARS, mistake_of
from llmdesk.toml_file import expectation
from llmdesk.whole_files import writing
from llmdesk.words import say

SUFFIX = ".llmdesk-race.json"
MOST_BYTES = 32 << 20
LONGEST_S = 3600.0
MOST_PIECES = 100_000


def write_race(race: Race, path: Path) -> None:
    """Write it whole or not at all. Raises RecordingError."""
    content = json.dumps(asdict(race), ensure_ascii=False, indent=1, allow_nan=False).encode()
    try:
        with writing(path) as file:
            file.write(content)
    except OSError as error:
        text = say("The race cannot be written to {name}: {reason}.", name=path.name, reason=error.strerror)
        raise RecordingError(text, say("Choose another folder.")) from error


def read_race(path: Path) -> Race:
    """Read and check all of it.

    Raises:
        RecordingError: it cannot be read, is none, is damaged, or of a newer version.
    """
    content = _content(path)
    _check_kind(content, path.name)
    try:
        race = _adapter().validate_json(content, strict=True)
    except ValidationError as error:
        item = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in item["loc"]) or "the file"
        raise _damaged(path.name, f"{place}: expected {expectation(dict(item))}") from error
    if mistake := next(_mistakes(race), ""):
        raise _damaged(path.name, mistake)
    return race


def _content(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise RecordingError(say("{name} is not there, or no file.", name=path.name))
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or in_words(error)
        raise RecordingError(say("{name} cannot be read: {reason}.", name=path.name, reason=reason)) from error
    if len(content) > MOST_BYTES:
        raise RecordingError(
            say("{name} is too large for a race (more than {size} MB).", name=path.name, size=MOST_BYTES >> 20)
        )
    return content


def _check_kind(content: bytes, name: str) -> None:
    """A file of another kind or of a later version is not called damaged."""
    try:
        head = read_json(content)
    except (ValueError, RecursionError) as error:
        raise _damaged(name, in_words(error)) from error
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise RecordingError(say("{name} is no race of llmdesk.", name=name))
    version = head.get("version")
    if isinstance(version, int) and version > VERSION:
        raise RecordingError(say("{name} was saved by a newer llmdesk.", name=name), say("Update llmdesk to open it."))


@functools.cache
def _adapter() -> TypeAdapter[Race]:
    return TypeAdapter(Race)


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
    if mistake := mistake_of(answer):
        yield f"answer.{mistake}"
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


def _damaged(name: str, reason: str) -> RecordingError:
    return RecordingError(
        say("The race {name} is damaged: {reason}.", name=name, reason=reason),
        say("Get the file again from where it came from, or run the race anew."),
    )
