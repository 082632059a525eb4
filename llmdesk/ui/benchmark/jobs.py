"""One piece of a benchmark: a model's speeds, or its fidelity (no Qt; each function says its thread)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmdesk.core import Core
from llmdesk.datatypes.model import ModelSpec, Precision
from llmdesk.services import machine
from llmdesk.services.bench import history
from llmdesk.services.bench.board import Board, board_of, expected_s
from llmdesk.ui.kit.words import tr

if TYPE_CHECKING:
    from llmdesk.engine.serving.work import WorkContext
    from llmdesk.services.bench.runs import QualityResult, SpeedResult

REPETITIONS = 5


@dataclass(frozen=True, slots=True)
class Job:
    """What is measured of one model; see SpeedOrder."""

    core: Core
    spec: ModelSpec
    precisions: tuple[Precision, ...]
    threads: tuple[int | None, ...]
    prompt_tokens: tuple[int, ...]
    new_tokens: tuple[int, ...]
    context_tokens: tuple[int, ...]
    is_fidelity: bool = False

    @property
    def words(self) -> str:
        """What it does, for the progress."""
        return tr("{model}, fidelity", model=self.spec.title) if self.is_fidelity else self.spec.title

    @property
    def test_count(self) -> int:
        """Rows that come of it."""
        if self.is_fidelity:
            return len(self.precisions)
        lengths = len(self.prompt_tokens) * len(self.new_tokens)
        return len(self.precisions) * len(self.threads) * len(self.context_tokens) * lengths

    def expected_s(self, board: Board) -> float | None:
        """How long it takes, if that is known."""
        if self.is_fidelity:
            return None
        runs = (1 + REPETITIONS) * len(self.context_tokens)
        found = [
            expected_s(board, self.spec.id, precision, self.prompt_tokens, self.new_tokens, runs)
            for precision in self.precisions
        ]
        known = [seconds for seconds in found if seconds is not None]
        return len(self.threads) * sum(known) if len(known) == len(found) else None


@dataclass(frozen=True, slots=True)
class Measured:
    """A job with what it found."""

    model: str
    speed: SpeedResult | None = None
    quality: QualityResult | None = None


def measure(context: WorkContext, job: Job) -> Measured:
    """Do it. Engine thread; takes minutes. Raises LlmdeskError, WorkStopped."""
    from llmdesk.services.bench import runs

    target = job.core.catalogue.resolve(job.spec.id)
    if job.is_fidelity:
        return Measured(job.spec.id, quality=runs.measure_quality(context, target, job.precisions, job.threads[0]))
    order = runs.SpeedOrder(
        target,
        job.precisions,
        job.threads,
        job.prompt_tokens,
        job.new_tokens,
        job.context_tokens,
        repetitions=REPETITIONS,
    )
    return Measured(job.spec.id, speed=runs.measure_speed(context, order))


def keep(found: Measured) -> None:
    """Add it to this machine's history. A thread for files. Raises OSError."""
    if found.speed is not None:
        history.add_run(found.speed.rows, found.speed.conditions)
    if found.quality is not None:
        history.add_quality(found.model, found.quality.rows, found.quality.conditions)


def read_board() -> Board:
    """All that was measured on this machine. A thread for files. Raises OSError."""
    from dataclasses import asdict

    found = history.read_history()
    return board_of(history.of_this_machine(found.runs, asdict(machine.processor())), found.notice)
