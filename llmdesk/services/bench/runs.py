"""Benchmarks as work for the engine: how fast a model runs here, and what its precisions cost.

``measure_speed`` and ``measure_quality`` run on the engine thread and have it for themselves, so that nothing else is
in the figures: ``runner.run(partial(measure_speed, order=order), sink, occupies=BENCHMARK)``. They can be stopped at
each forward pass, and give the memory of the model in use back first; the next request loads that one again.
"""

from __future__ import annotations

import gc
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
from llmdesk.engine.measuring.subject import Subject, load_subject
from llmdesk.engine.measuring.texts import KINDS, sample_sequences
from llmdesk.engine.serving.work import WorkContext
from llmdesk.engine.weights.loading import source_tensors
from llmdesk.services import machine
from llmdesk.services.bench.report import BenchRow, QualityRow
from llmdesk.services.process_memory import peak_rss_bytes, restart_peak, rss_bytes

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

    @property
    def least_context_tokens(self) -> int:
        """What the subject must have room for."""
        longest = max(*self.prompt_tokens, *self.new_tokens) + max(self.context_tokens)
        return max(longest, 2 * self.history_tokens)

    @property
    def subjects(self) -> list[tuple[Precision, int | None]]:
        """The precisions and numbers of threads; the model is loaded anew for each."""
        return list(itertools.product(self.precisions, self.threads))

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
    context.report("Measuring the memory")
    conditions = measured_conditions()
    steps = _Steps(context, order.step_count)
    rows: list[BenchRow] = []
    for precision, threads in order.subjects:
        subject = _load(steps, order.target, precision, threads, order.least_context_tokens)
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
    context.report("Measuring the memory")
    conditions = measured_conditions()
    wanted = list(dict.fromkeys(precisions))
    steps = _Steps(context, 2 * len(wanted))
    rows: list[QualityRow] = []
    reference: Network | None = None
    for precision in wanted:
        subject = _load(steps, target, precision, threads, 0)
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
    busy = f"The machine is busy (load average {load}): these figures are too low."
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


class _Steps:
    """Progress in words and as a share of all steps, which never goes back."""

    def __init__(self, context: WorkContext, total: int) -> None:
        self._context, self._total, self._begun, self._told = context, total, 0, 0.0
        self.check = context.check

    def begin(self, text: str) -> None:
        """The next step."""
        self._begun += 1
        self.within(text, 0.0)

    def within(self, text: str, fraction: float) -> None:
        """So much of this step is done."""
        self._told = max(self._told, min(1.0, (self._begun - 1 + fraction) / self._total))
        self._context.report(text, self._told)


def _load(
    steps: _Steps, target: LocalModel | str, precision: Precision, threads: int | None, least_context_tokens: int
) -> Subject:
    gc.collect()
    restart_peak()
    name = target if isinstance(target, str) else target.spec.id

    def report(phase: str, fraction: float) -> None:
        steps.within(f"Loading {name} ({precision}): {phase}, {fraction:.0%}", fraction)

    steps.begin(f"Loading {name} ({precision})")
    return load_subject(target, choose_backend_name()[0], precision, threads, least_context_tokens, report)


def _rows(steps: _Steps, order: SpeedOrder, subject: Subject, conditions: dict[str, Any]) -> Iterator[BenchRow]:
    loaded_bytes = rss_bytes()
    follow_up = _follow_up(steps, order, subject) if order.history_tokens else None
    for depth in order.context_tokens:
        test = SpeedTest(
            subject.network,
            subject.config.vocab_size,
            depth,
            lambda text: steps.begin(text.capitalize()),
            steps.check,
        )
        prefill = {n: test.prefill(n, order.repetitions) for n in order.prompt_tokens}
        decode = {n: test.decode(n, order.repetitions) for n in order.new_tokens}
        bytes_per_token = subject.weights_read_bytes + subject.cache_read_bytes(depth)
        for prompt_tokens, new_tokens in itertools.product(prefill, decode):
            used_gbps = bytes_per_token * decode[new_tokens].mean / 1e9
            yield BenchRow(
                model=subject.name,
                backend=conditions["backend"],
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
                bandwidth_share=used_gbps / conditions["read_bandwidth_gbps"],
                follow_up=follow_up,
            )


def _follow_up(steps: _Steps, order: SpeedOrder, subject: Subject) -> FollowUp:
    history, repetitions = order.history_tokens, order.repetitions
    steps.begin(f"A short turn after {history:,} tokens")
    if subject.text_model is not None:
        return follow_up_of_chat(subject.text_model, history, repetitions, steps.check)
    return follow_up_of_network(subject.network, subject.config.vocab_size, history, repetitions, steps.check)


def _fidelity(steps: _Steps, subject: Subject, reference: Network) -> dict[tuple[str, str], Fidelity]:
    """By (text, path)."""
    assert subject.text_model is not None
    tokenizer, most = subject.text_model.tokenizer, subject.context_tokens
    texts = {kind: sample_sequences(tokenizer, kind, most) for kind in KINDS}

    def report(done: int, total: int) -> None:
        steps.within(f"Comparing {subject.precision} with float32: {done:,} of {total:,} tokens", done / total)

    steps.begin(f"Comparing {subject.precision} with float32")
    return compare(reference, subject.network, texts, report=report)
