"""A race as plain, frozen data (standard library only): what is run, and what came of it. ``files.py`` keeps it.

Lanes are runs of one prompt. Each is made alone, one after the other, and is an answer in the form of a recording
whose clock begins when that lane's prompt is sent; so all can be played on one clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from llmdesk.datatypes.model import Precision
from llmdesk.services.recording.recording import Conditions, RecordedAnswer

FORMAT = "llmdesk-race"
VERSION = 1
LEAST_LANES, MOST_LANES = 2, 4

Kernels = Literal["auto", "ipex", "native", "amx", "avx512-vnni", "avx-vnni", "avx2"]
"""What multiplies: the fastest here, a backend's operators (on AMX, where it has them), or llmdesk's own kernels for an
instruction set."""

Standing = Literal["reference", "compared", "other_vocabulary", "server", "alone", "not_measured"]
"""How a lane's quality came about: what others are compared with, compared with that, or why it cannot be compared
(alone: all others run on servers)."""


@dataclass(frozen=True, slots=True)
class Lane:
    """What one run is made with. ``precision`` None: a server decides.

    ``server`` is its host and port. Empty in files of earlier versions, whose titles end with it: " on box:8000".
    """

    model_id: str
    title: str
    precision: Precision | None
    kernels: Kernels = "auto"
    is_remote: bool = False
    server: str = ""

    @property
    def form(self) -> str:
        """Precision and kernels, as far as they were chosen; the same in all languages."""
        return ", ".join(filter(None, (self.precision, "" if self.kernels == "auto" else self.kernels)))

    @property
    def model(self) -> str:
        """Its title, and the server if there is one; the same in all languages."""
        return f"{self.title} on {self.server}" if self.server else self.title

    @property
    def name(self) -> str:
        """Model and form."""
        return f"{self.model} {self.form}".strip()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is run.

    Attributes:
        max_tokens: of each answer.
        seed: None: greedy, the likeliest token always.
    """

    prompt: str
    lanes: tuple[Lane, ...]
    max_tokens: int = 128
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Quality:
    """A lane beside the reference's answer.

    Attributes:
        reference: number of that lane.
        positions: tokens of the reference's answer that were compared.
        mean_kl: divergence of this lane's probabilities from the reference's, in nats.
        equal_first: share of the positions at which both hold the same token for the likeliest (comparing.equal_share).
        differs_at: the first token (from 1) of its own answer that is another than the reference's; None: none is.
    """

    reference: int
    positions: int
    mean_kl: float
    equal_first: float
    differs_at: int | None = None


@dataclass(frozen=True, slots=True)
class LaneRun:
    """What came of a lane.

    Attributes:
        order: the how-manieth it was run, from 1.
        answer: with ``reason`` "failed" where something went wrong; ``error`` says what.
        memory_bytes: resident memory of the whole program right after the answer; 0: the model is not here.
        quality: of those that were compared.
    """

    lane: Lane
    order: int
    answer: RecordedAnswer
    load_s: float = 0.0
    memory_bytes: int = 0
    standing: Standing = "not_measured"
    quality: Quality | None = None

    @property
    def has_failed(self) -> bool:
        """Nothing of it counts."""
        return self.answer.reason == "failed"

    @property
    def decode_tps(self) -> float:
        """The one definition of tokens per second (GenerationStats.decode_tps); 0: not measured."""
        return self.answer.stats.decode_tps if self.answer.stats is not None and not self.has_failed else 0.0

    @property
    def ttft_s(self) -> float:
        """From sending the prompt to the first token, the model loaded and warm; 0: there was none."""
        return self.answer.stats.ttft_s if self.answer.stats is not None and not self.has_failed else 0.0

    @property
    def tokens(self) -> int:
        """Of the answer. A server may put several into a piece, and tells their number; else pieces are counted."""
        stats, pieces = self.answer.stats, len(self.answer.pieces)
        return stats.new_tokens if self.lane.is_remote and stats is not None and stats.new_tokens else pieces

    @property
    def tokens_per_piece(self) -> float:
        """1 for what was computed here."""
        return self.tokens / len(self.answer.pieces) if self.answer.pieces else 1.0

    @property
    def is_count_known(self) -> bool:
        """False where a server did not tell how many tokens its answer has: its pieces are counted then."""
        return self.answer.stats is None or not self.answer.stats.counts_estimated

    @property
    def known_before(self) -> tuple[int, int]:
        """(tokens of the prompt that a server had in its cache, all of the prompt); zeros: none, or it did not tell."""
        stats = self.answer.stats
        if not self.lane.is_remote or stats is None or not stats.cached_tokens:
            return 0, 0
        return stats.cached_tokens, stats.prompt_tokens

    @property
    def finish_s(self) -> float:
        """From sending the prompt to the last token; 0: there was none."""
        return self.answer.pieces[-1].t_s if self.answer.pieces and not self.has_failed else 0.0


@dataclass(frozen=True, slots=True)
class Race:
    """All lanes in the plan's order, and what they were run on.

    ``load_average``: how busy the machine was before, as far as its system tells.
    """

    plan: Plan
    runs: tuple[LaneRun, ...]
    conditions: Conditions
    load_average: float | None = None
    format: Literal["llmdesk-race"] = field(default="llmdesk-race", kw_only=True)
    version: Literal[1] = field(default=1, kw_only=True)

    @property
    def duration_s(self) -> float:
        """Until the last lane is done."""
        return max(run.answer.ended_s for run in self.runs)
