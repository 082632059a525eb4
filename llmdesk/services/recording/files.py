"""Recordings as files: JSON, packed where the name ends in .gz. What is read was written by anybody (any thread)."""

from __future__ import annotations

import functools
import gzip
import json
import zlib
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from llmdesk.errors import RecordingError
from llmdesk.file_errors import in_words
from llmdesk.services.plain_json import is_negative, longest_text, read_json
from llmdesk.services.recording.recording import FORMAT, VERSION, RecordedAnswer, Recording
from llmdesk.toml_file import expectation
from llmdesk.whole_files import writing
from llmdesk.words import say

SUFFIX = ".llmdesk.json.gz"
MOST_BYTES = 128 << 20
"""Unpacked: twenty hours of answers. A file that claims more is not unpacked any further."""
LONGEST_S = 24 * 3600.0
MOST_PIECES = 1_000_000
MOST_CHARS, MOST_NAME_CHARS = 1_000_000, 1_000
"""Of a prompt or an answer, and of a name or a version."""
MOST_TPS = 1_000_000.0
_GZIP = b"\x1f\x8b"


def write_recording(recording: Recording, path: Path) -> None:
    """Write it whole or not at all. Raises RecordingError."""
    content = json.dumps(asdict(recording), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    if path.suffix == ".gz":
        content = gzip.compress(content, mtime=0)
    try:
        with writing(path) as file:
            file.write(content)
    except OSError as error:
        text = say("The recording cannot be written to {name}: {reason}.", name=path.name, reason=error.strerror)
        raise RecordingError(text, say("Choose another folder.")) from error


def read_recording(path: Path) -> Recording:
    """Read and check all of it.

    Raises:
        RecordingError: it cannot be read, is none, is damaged, or of a newer version.
    """
    content = _unpacked(path)
    _check_kind(content, path.name)
    try:
        recording = _adapter().validate_json(content, strict=True)
    except ValidationError as error:
        item = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in item["loc"]) or "the file"
        raise _damaged(path.name, f"{place}: expected {expectation(dict(item))}") from error
    if mistake := _mistake(recording):
        raise _damaged(path.name, mistake)
    return recording


def _unpacked(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise RecordingError(say("{name} is not there, or no file.", name=path.name))
        with path.open("rb") as file:
            is_packed = file.read(2) == _GZIP
            file.seek(0)
            content = gzip.GzipFile(fileobj=file).read(MOST_BYTES + 1) if is_packed else file.read(MOST_BYTES + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(path.name, in_words(error)) from error
    except OSError as error:
        raise RecordingError(
            say("{name} cannot be read: {reason}.", name=path.name, reason=error.strerror or in_words(error))
        ) from error
    if len(content) > MOST_BYTES:
        raise RecordingError(
            say("{name} is too large for a recording (more than {size} MB).", name=path.name, size=MOST_BYTES >> 20)
        )
    return content


def _check_kind(content: bytes, name: str) -> None:
    """A file of another kind or of a later version is not called damaged."""
    try:
        head = read_json(content)
    except (ValueError, RecursionError) as error:
        raise _damaged(name, in_words(error)) from error
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise RecordingError(say("{name} is no recording of llmdesk.", name=name))
    version = head.get("version")
    if isinstance(version, int) and version > VERSION:
        raise RecordingError(
            say("{name} was recorded by a newer llmdesk.", name=name), say("Update llmdesk to play it.")
        )


@functools.cache
def _adapter() -> TypeAdapter[Recording]:
    return TypeAdapter(Recording)


def _mistake(recording: Recording) -> str:
    """What no session can have been, in words; empty if all is well."""
    end_s = recording.duration_s
    if not 0 <= end_s <= LONGEST_S:
        return "duration_s: expected seconds of one day at most"
    if sum(len(answer.pieces) for answer in recording.answers) > MOST_PIECES:
        return f"answers: expected {MOST_PIECES} tokens at most"
    before_s = 0.0
    for number, answer in enumerate(recording.answers):
        times = [
            before_s,
            answer.asked_s,
            *sorted([*(step.t_s for step in answer.prompt_steps), *(piece.t_s for piece in answer.pieces)]),
            answer.ended_s,
        ]
        own = [piece.t_s for piece in answer.pieces]
        if times != sorted(times) or own != sorted(own) or answer.ended_s > end_s:
            return f"answers.{number}: expected times in order, within the recording"
        before_s = answer.ended_s
    if any(not 0 <= sample.t_s <= end_s for sample in recording.samples):
        return "samples: expected times within the recording"
    for number, sample in enumerate(recording.samples):
        if is_negative(sample):
            return f"samples.{number}: expected no negative figures"
    if is_negative(recording.conditions) or longest_text(recording.conditions) > MOST_NAME_CHARS:
        return f"conditions: expected no negative figures, and texts of at most {MOST_NAME_CHARS:,} characters"
    if len(recording.title) > MOST_NAME_CHARS:
        return f"title: expected at most {MOST_NAME_CHARS:,} characters"
    found = ((number, mistake_of(answer)) for number, answer in enumerate(recording.answers))
    return next((f"answers.{number}.{mistake}" for number, mistake in found if mistake), "")


def mistake_of(answer: RecordedAnswer) -> str:
    """What no answer can be, apart from its times; empty if all is well."""
    if any(len(text) > MOST_CHARS for text in (answer.prompt, answer.text, answer.error)) or (
        sum(len(piece.reasoning) for piece in answer.pieces) > MOST_CHARS
    ):
        return f"prompt, pieces, error: expected texts of at most {MOST_CHARS:,} characters"
    if any(is_negative(step) or step.done_tokens > step.total_tokens for step in answer.prompt_steps):
        return "prompt_steps: expected no more tokens than all, and no negative ones"
    if answer.model is not None and longest_text(answer.model) > MOST_NAME_CHARS:
        return f"model: expected names of at most {MOST_NAME_CHARS:,} characters"
    stats = answer.stats
    if stats is None:
        return ""
    if is_negative(stats) or max(stats.decode_tps, stats.prompt_tps) > MOST_TPS:
        return "stats: expected no negative figures, and speeds that can be"
    return ""


def _damaged(name: str, reason: str) -> RecordingError:
    return RecordingError(
        say("The recording {name} is damaged: {reason}.", name=name, reason=reason),
        say("Get the file again from where it came from, or record anew."),
    )
