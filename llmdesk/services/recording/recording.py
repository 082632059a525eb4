"""A recorded session as plain, frozen data (standard library only). ``files.py`` reads and writes it.

All times named ``t_s`` or ``*_s`` are seconds since the recording began, unless a field says otherwise. Nothing here
says who used the machine or where: no paths, no host names, no keys, no system prompt.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from llmdesk.datatypes.chat import FinishReason, GenerationStats
from llmdesk.datatypes.model import Precision

FORMAT = "llmdesk-recording"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Piece:
    """A token as it came. ``text`` may be empty (a token of the reasoning, or half a character)."""

    t_s: float
    text: str
    reasoning: str = ""


@dataclass(frozen=True, slots=True)
class PromptStep:
    """So much of the prompt was read."""

    t_s: float
    done_tokens: int
    total_tokens: int


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading of the machine; percentages are of all cores together. ``watts`` None: not measured."""

    t_s: float
    process_cpu_percent: float
    system_cpu_percent: float
    process_rss_bytes: int
    system_used_bytes: int
    system_total_bytes: int
    watts: float | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """What gave an answer. ``is_remote``: a server did, and the rest is not known. ``threads`` 0: not known."""

    id: str
    title: str
    backend: str = ""
    precision: Precision | None = None
    kernels: str = ""
    threads: int = 0
    is_remote: bool = False


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """A prompt and what came of it.

    Attributes:
        asked_s, ended_s: when it was submitted, and when its one terminal event came.
        pieces: its tokens in order; each is one token.
        reason: how it ended; "failed" with what happened in ``error``.
        stats: as the engine told them, with a wait for the model that the times of a recording leave out.
    """

    prompt: str
    asked_s: float
    ended_s: float
    model: Model | None
    prompt_steps: tuple[PromptStep, ...] = ()
    pieces: tuple[Piece, ...] = ()
    reason: FinishReason | Literal["failed"] = "stop"
    error: str = ""
    stats: GenerationStats | None = None

    @property
    def text(self) -> str:
        """All words, without the reasoning."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What it was recorded on.

    Attributes:
        recorded_at: ISO 8601 with its offset from UTC.
        program: name and version that made the file.
    """

    recorded_at: str
    program: str
    processor: str
    physical_cores: int
    memory_bytes: int
    system: str


@dataclass(frozen=True, slots=True)
class Recording:
    """A session: answers one after the other (none begins before the one before it has ended), and the samples."""

    conditions: Conditions
    duration_s: float
    answers: tuple[RecordedAnswer, ...]
    samples: tuple[Sample, ...] = ()
    title: str = ""
    format: Literal["llmdesk-recording"] = field(default="llmdesk-recording", kw_only=True)
    version: Literal[1] = field(default=1, kw_only=True)
