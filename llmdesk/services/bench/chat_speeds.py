"""How fast answers were written in chats: the newest of each model, in a small file (any thread; no texts in it)."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from llmdesk import paths
from llmdesk.services.plain_json import is_negative, read_json
from llmdesk.whole_files import writing

LEAST_TOKENS = 32
"""Shorter answers say little about speed."""
_MOST = 9
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class AnswerSpeed:
    """One answer.

    Attributes:
        engine, version: whose kernels wrote it, and which (versions.py).
        machine: see history.machine_of.
        date: ISO 8601.
        bytes_per_token: weights, and keys and values in the middle of the answer; 0: not known.
    """

    model: str
    precision: str
    threads: int
    engine: str
    version: str
    machine: str
    date: str
    decode_tps: float
    bytes_per_token: int

    @property
    def key(self) -> tuple[str, str, int, str, str]:
        """What makes answers comparable."""
        return (self.model, self.precision, self.threads, self.engine, self.machine)


def speeds_file() -> Path:
    """Where they are; may not exist."""
    return paths.data_dir() / "chat-speeds.json"


def read_answers() -> tuple[AnswerSpeed, ...]:
    """Oldest first; a damaged file counts as empty, since every answer brings its figure again."""
    try:
        found = _adapter().validate_python(read_json(speeds_file().read_bytes()))
    except (OSError, ValueError, RecursionError):
        return ()
    return tuple(each for each in found if not is_negative(each))


def note_answer(speed: AnswerSpeed) -> None:
    """Keep it, and of its kind only the newest. Raises OSError; then what was there is still there."""
    with _lock:
        known = read_answers()
        alike = [each for each in known if each.key == speed.key]
        gone = alike[: max(0, len(alike) + 1 - _MOST)]
        kept = (*(each for each in known if each not in gone), speed)
        paths.made(paths.data_dir())
        with writing(speeds_file()) as file:
            file.write(_adapter().dump_json(kept))


@cache
def _adapter() -> TypeAdapter[tuple[AnswerSpeed, ...]]:
    return TypeAdapter(tuple[AnswerSpeed, ...])
