"""Recordings as files: JSON, packed where the name ends in .gz. What is read was written by anybody (any thread)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from llmdesk.services.checked_json import Kind, KindWords
from llmdesk.services.plain_json import is_negative, longest_text
from llmdesk.services.recording.recording import FORMAT, VERSION, RecordedAnswer, Recording
from llmdesk.words import say

SUFFIX = ".llmdesk.json.gz"
MOST_BYTES = 128 << 20
"""Unpacked: twenty hours of answers. A file that claims more is not unpacked any further."""
LONGEST_S = 24 * 3600.0
MOST_PIECES = 250_000
"""A day of demos. A jump to the end leaves the window free, but takes longer the more there are."""
MOST_CHARS, MOST_NAME_CHARS = 1_000_000, 1_000
"""Of a prompt or an answer, and of a name or a version."""
MOST_TPS = 1_000_000.0


def write_recording(recording: Recording, path: Path) -> None:
    """Write it whole or not at all. Raises RecordingError."""
    KIND.write(recording, path)


def read_recording(path: Path) -> Recording:
    """Read and check all of it. Raises RecordingError, see Kind.read."""
    return KIND.read(path)


def _mistakes(recording: Recording) -> Iterator[str]:
    """What no session can have been, in words."""
    end_s = recording.duration_s
    if not 0 <= end_s <= LONGEST_S:
        yield "duration_s: expected seconds of one day at most"
    if sum(len(answer.pieces) for answer in recording.answers) > MOST_PIECES:
        yield f"answers: expected {MOST_PIECES} tokens at most"
    before_s = 0.0
    for number, answer in enumerate(recording.answers):
        own = [piece.t_s for piece in answer.pieces]
        moments = sorted([*(step.t_s for step in answer.prompt_steps), *own])
        times = [before_s, answer.asked_s, *moments, answer.ended_s]
        if times != sorted(times) or own != sorted(own) or answer.ended_s > end_s:
            yield f"answers.{number}: expected times in order, within the recording"
        before_s = answer.ended_s
    if any(not 0 <= sample.t_s <= end_s for sample in recording.samples):
        yield "samples: expected times within the recording"
    for number, sample in enumerate(recording.samples):
        if is_negative(sample):
            yield f"samples.{number}: expected no negative figures"
    if is_negative(recording.conditions) or longest_text(recording.conditions) > MOST_NAME_CHARS:
        yield f"conditions: expected no negative figures, and texts of at most {MOST_NAME_CHARS:,} characters"
    if len(recording.title) > MOST_NAME_CHARS:
        yield f"title: expected at most {MOST_NAME_CHARS:,} characters"
    for number, answer in enumerate(recording.answers):
        yield from (f"answers.{number}.{mistake}" for mistake in mistakes_of(answer))


def mistakes_of(answer: RecordedAnswer) -> Iterator[str]:
    """What no answer can be, apart from its times."""
    thoughts = sum(len(piece.reasoning) for piece in answer.pieces)
    if max(len(answer.prompt), len(answer.text), len(answer.error), thoughts) > MOST_CHARS:
        yield f"prompt, pieces, error: expected texts of at most {MOST_CHARS:,} characters"
    if any(is_negative(step) or step.done_tokens > step.total_tokens for step in answer.prompt_steps):
        yield "prompt_steps: expected no more tokens than all, and no negative ones"
    if answer.model is not None and longest_text(answer.model) > MOST_NAME_CHARS:
        yield f"model: expected names of at most {MOST_NAME_CHARS:,} characters"
    stats = answer.stats
    if stats is not None and (is_negative(stats) or max(stats.decode_tps, stats.prompt_tps) > MOST_TPS):
        yield "stats: expected no negative figures, and speeds that can be"


_WORDS = KindWords(
    unwritten=say("The recording cannot be written to {name}: {reason}."),
    too_large=say("{name} is too large for a recording (more than {size} MB)."),
    other=say("{name} is no recording of llmdesk."),
    newer=say("{name} was recorded by a newer llmdesk."),
    newer_hint=say("Update llmdesk to play it."),
    damaged=say("The recording {name} is damaged: {reason}."),
    damaged_hint=say("Get the file again from where it came from, or record anew."),
)
KIND = Kind(Recording, FORMAT, VERSION, MOST_BYTES, _WORDS, _mistakes)
