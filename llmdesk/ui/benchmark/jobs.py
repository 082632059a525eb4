"""One piece of a benchmark: a model's speeds, or its fidelity (no Qt; each function says its thread)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmdesk.core import Core
from llmdesk.datatypes.model import ModelSpec, Precision
from llmdesk.services.bench import history
from llmdesk.services.bench.board import Board, board_of, expected_s
from llmdesk.ui.kit.words import tr

if TYPE_CHECKING:
    from llmdesk.engine.serving.work import WorkContext
    from llmdesk.services.bench.runs import QualityResult, SpeedResult

REPETITIONS = 5


@dataclass(frozen=True, slots=True)
class Lengths:
    """How much is read and written, after how much; in tokens."""

    prompt_tokens: tuple[int, ...] = (512,)
    new_tokens: tuple[int, ...] = (128,)
    context_tokens: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Job:
    """What is measured of one model in one precision.

    Attributes:
        engines: see subjects.ENGINES.
        shape: random weights of this shape are measured, since the model is not on this machine; else empty.
        is_fidelity: how close it comes to float32, instead of its speeds.
    """

    core: Core
    spec: ModelSpec
    precision: Precision
    threads: tuple[int | None, ...] = (None,)
    lengths: Lengths = Lengths()
    engines: tuple[str, ...] = ("",)
    shape: str = ""
    is_fidelity: bool = False

    @property
    def words(self) -> str:
        """What it does, for the progress."""
        name = f"{self.spec.title} {self.precision}"
        if self.shape:
            return tr("{model}, random weights", model=name)
        return tr("{model}, fidelity", model=name) if self.is_fidelity else name

    @property
    def test_count(self) -> int:
        """Rows that come of it."""
        if self.is_fidelity:
            return 1
        lengths = len(self.lengths.prompt_tokens) * len(self.lengths.new_tokens) * len(self.lengths.context_tokens)
        return len(self.engines) * len(self.threads) * lengths

    def expected_s(self, board: Board) -> float | None:
        """How long it takes, if that is known."""
        if self.is_fidelity:
            return None
        lengths = self.lengths
        runs = (1 + REPETITIONS) * len(lengths.context_tokens)
        once = expected_s(board, self.spec.id, self.precision, lengths.prompt_tokens, lengths.new_tokens, runs)
        return None if once is None else len(self.engines) * len(self.threads) * once


@dataclass(frozen=True, slots=True)
class Measured:
    """A job with what it found."""

    model: str
    speed: SpeedResult | None = None
    quality: QualityResult | None = None


def measure(context: WorkContext, job: Job) -> Measured:
    """Do it. Engine thread; takes minutes. Raises LlmdeskError, WorkStopped."""
    from llmdesk.services.bench import runs

    target = job.shape or job.core.catalogue.resolve(job.spec.id)
    if job.is_fidelity and not isinstance(target, str):
        found = runs.measure_quality(context, target, (job.precision,), job.threads[0])
        return Measured(job.spec.id, quality=found)
    order = runs.SpeedOrder(
        target,
        (job.precision,),
        job.threads,
        job.lengths.prompt_tokens,
        job.lengths.new_tokens,
        job.lengths.context_tokens,
        repetitions=REPETITIONS,
        engines=job.engines,
        name=job.spec.id,
    )
    return Measured(job.spec.id, speed=runs.measure_speed(context, order))


def keep(found: Measured) -> None:
    """Add it to the history. A thread for files. Raises OSError."""
    if found.speed is not None:
        history.add_run(found.speed.rows, found.speed.conditions)
    if found.quality is not None:
        history.add_quality(found.model, found.quality.rows, found.quality.conditions)


def read_board() -> Board:
    """All that was measured. A thread for files. Raises OSError."""
    found = history.read_history()
    return board_of(found.runs, history.here(), found.notice)
