"""Benchmarks as work for the engine: how fast a model runs here, and what its precisions cost.

``measure_speed`` and ``measure_quality`` run on the engine thread and have it for themselves, so that nothing else is
in the figures: ``runner.run(partial(measure_speed, order=order), sink, occupies=BENCHMARK)``. They can be stopped at
each forward pass, and give the memory of the model in use back first; the next request loads that one again.
"""

from __future__ import annotations

import itertools
import os
import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from llmdesk import __version__
from llmdesk.datatypes.model import LocalModel, Precision
from llmdesk.engine.backends.choice import choose_backend_name
from llmdesk.engine.measuring.fidelity import Fidelity, compare
from llmdesk.engine.measuring.speed import FollowUp, SpeedTest, follow_up_of_chat, follow_up_of_network
from llmdesk.engine.measuring.subject import Subject
from llmdesk.engine.measuring.texts import KINDS, sample_sequences
from llmdesk.engine.serving.work import WorkContext
from llmdesk.engine.weights.loading import source_tensors
from llmdesk.services import machine
from llmdesk.services.bench.report import BenchRow, QualityRow
from llmdesk.services.bench.subjects import Steps, load, on_engine, require_room
from llmdesk.services.bench.versions import kernels_version
from llmdesk.services.process_memory import peak_rss_bytes, rss_bytes
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.generation.step import Network
    from llmdesk.models.catalogue import Catalogue

BENCHMARK = "a benchmark"
"""What others read who wait for the engine meanwhile."""
_BUSY_LOAD = 0.5


@dataclass(frozen=True, slots=True)
class SpeedOrder:
    """What is to be measured: a row for each combination of the values.

    Attributes:
        target: a model, or the name of a shape that gets random weights.
        name: what the rows are called; empty: as the model or the shape is.
        engines: of subjects.ENGINES.
        threads: None takes what was found to be best here.
        context_tokens: what the cache holds before each run (llama-bench's depth).
        history_tokens: also a short turn after so much history; 0: none.
    """

    target: LocalModel | str
    precisions: tuple[Precision, ...]
    threads: tuple[int | None, ...] = (None,)
    prompt_tokens: tuple[int, ...] = (512,)
    new_tokens: tuple[int, ...] = (128,)
    context_tokens: tuple[int, ...] = (0,)
    history_tokens: int = 0
    repetitions: int = 5
    engines: tuple[str, ...] = ("",)
    name: str = ""

    @property
    def least_context_tokens(self) -> int:
        """What the subject must have room for."""
        longest = max(*self.prompt_tokens, *self.new_tokens) + max(self.context_tokens)
        return max(longest, 2 * self.history_tokens)

    @property
    def subjects(self) -> list[tuple[str, Precision, int | None]]:
        """Engines, precisions and numbers of threads; the model is loaded anew for each."""
        return list(itertools.product(self.engines, self.precisions, self.threads))

    @property
    def step_count(self) -> int:
        """All loads and repetitions, with a warm-up before these: what progress is counted in."""
        tests = len(self.context_tokens) * (len(self.prompt_tokens) + len(self.new_tokens))
        return len(self.subjects) * (1 + bool(self.history_tokens) + tests * (1 + self.repetitions))


@dataclass(frozen=True, slots=True)
class SpeedResult:
    """A row for each combination, and what all of them depend on (plain values for JSON)."""

    rows: tuple[BenchRow, ...]
    conditions: dict[str, Any]


@dataclass(frozen=True, slots=True)
class QualityResult:
    """A row for each precision, way through the network and kind of text (all of them together last)."""

    rows: tuple[QualityRow, ...]
    conditions: dict[str, Any]


def default_precision(target: LocalModel | str, catalogue: Catalogue) -> Precision:
    """The catalogue's choice, also for the shape of one of its models; else int4."""
    if not isinstance(target, str):
        return target.spec.precision
    return next((spec.precision for spec in catalogue.specs() if target.startswith(spec.id)), "int4")


def measure_speed(context: WorkContext, order: SpeedOrder) -> SpeedResult:
    """Prefill and decode as llama-bench measures them. Engine thread; takes minutes.

    Raises:
        LlmdeskError: the model cannot be run, or takes fewer tokens; WorkStopped.
    """
    context.unload()
    context.report(say("Measuring the memory"))
    conditions = measured_conditions()
    steps = Steps(context, order.step_count)
    rows: list[BenchRow] = []
    for engine, precision, threads in order.subjects:
        with on_engine(engine):
            subject = load(steps, order.target, precision, threads, order.least_context_tokens)
            rows.extend(_rows(steps, order, subject, conditions))
            del subject  # before the next one is loaded
    return SpeedResult(tuple(rows), conditions)


def measure_quality(
    context: WorkContext, target: LocalModel, precisions: tuple[Precision, ...], threads: int | None = None
) -> QualityResult:
    """Each precision beside the same model in float32 (engine/measuring/fidelity.py). Engine thread; takes minutes.

    Raises:
        LlmdeskError: the model cannot be run; WorkStopped.
    """
    from llmdesk.engine.measuring.reference import float_reference

    context.unload()
    context.report(say("Measuring the memory"))
    conditions = measured_conditions()
    wanted = list(dict.fromkeys(precisions))
    for precision in wanted:
        require_room(target, precision, 0, has_reference=True)
    steps = Steps(context, 2 * len(wanted))
    rows: list[QualityRow] = []
    reference: Network | None = None
    for precision in wanted:
        subject = load(steps, target, precision, threads, 0)
        if reference is None:
            tensors = source_tensors(target, subject.config)
            reference = float_reference(tensors, subject.config, subject.context_tokens)
        found = _fidelity(steps, subject, reference)
        del subject
        is_default = precision == target.spec.precision
        rows += [QualityRow.of(precision, path, text, values, is_default) for (text, path), values in found.items()]
    return QualityResult(tuple(rows), conditions)


def measured_conditions() -> dict[str, Any]:
    """All that the figures depend on; measures the memory, which takes a second."""
    backend, reason = choose_backend_name()
    load = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
    processor = machine.processor()
    busy = say("The machine is busy (load average {load}): these figures are too low.", load=load)
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "load_average": load,
        "warnings": [busy] if load is not None and load > _BUSY_LOAD else [],
        "processor": asdict(processor),
        "system": platform.platform(),
        "python": platform.python_version(),
        "llmdesk": __version__,
        "packages": machine.package_versions(),
        "backend": backend,
        "backend_reason": reason,
        "read_bandwidth_gbps": round(machine.read_bandwidth_gbps(processor.physical_cores), 1),
    }


def _rows(steps: Steps, order: SpeedOrder, subject: Subject, conditions: dict[str, Any]) -> Iterator[BenchRow]:
    loaded_bytes = rss_bytes()
    follow_up = _follow_up(steps, order, subject) if order.history_tokens else None
    for depth in order.context_tokens:
        test = SpeedTest(
            subject.network,
            subject.config.vocab_size,
            depth,
            steps.begin,
            steps.check,
        )
        prefill = {n: test.prefill(n, order.repetitions) for n in order.prompt_tokens}
        decode = {n: test.decode(n, order.repetitions) for n in order.new_tokens}
        bytes_per_token = subject.weights_read_bytes + subject.cache_read_bytes(depth)
        for prompt_tokens, new_tokens in itertools.product(prefill, decode):
            used_gbps = bytes_per_token * decode[new_tokens].mean / 1e9
            yield BenchRow(
                model=order.name or subject.name,
                backend=choose_backend_name()[0],
                engine=subject.engine,
                precision=subject.precision,
                threads=subject.threads,
                prompt_tokens=prompt_tokens,
                new_tokens=new_tokens,
                context_tokens=depth,
                repetitions=order.repetitions,
                prefill_tps=prefill[prompt_tokens],
                decode_tps=decode[new_tokens],
                load_s=subject.load_s,
                rss_bytes=loaded_bytes,
                peak_rss_bytes=peak_rss_bytes(),
                bytes_per_token=bytes_per_token,
                # What reads faster than the probe has measured the memory better.
                bandwidth_share=min(1.0, used_gbps / conditions["read_bandwidth_gbps"]),
                follow_up=follow_up,
                kernels_version=kernels_version(subject.engine),
                is_synthetic=isinstance(order.target, str),
            )


def _follow_up(steps: Steps, order: SpeedOrder, subject: Subject) -> FollowUp:
    history, repetitions = order.history_tokens, order.repetitions
    steps.begin(say("A short turn after {history:,} tokens", history=history))
    if subject.text_model is not None:
        return follow_up_of_chat(subject.text_model, history, repetitions, steps.check)
    return follow_up_of_network(subject.network, subject.config.vocab_size, history, repetitions, steps.check)


def _fidelity(steps: Steps, subject: Subject, reference: Network) -> dict[tuple[str, str], Fidelity]:
    """By (text, path)."""
    assert subject.text_model is not None
    tokenizer, most = subject.text_model.tokenizer, subject.context_tokens
    texts = {kind: sample_sequences(tokenizer, kind, most) for kind in KINDS}

    def report(done: int, total: int) -> None:
        words = say("Comparing with float32: {done:,} of {total:,} tokens", done=done, total=total)
        steps.within(words, done / total)

    steps.begin(say("Comparing {precision} with float32", precision=subject.precision))
    return compare(reference, subject.network, texts, report=report)
