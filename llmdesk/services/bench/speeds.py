"""How fast each model writes on this machine: as it was measured, else estimated from what was (pure but for files).

The definitions, once for the picker, the tool tips and docs/figures.md:

* **Measured** is, in this order: the newest benchmark of the model in this precision; the median of its newest answers
  in chats of one kind (alone on the engine, nothing drafted, 32 tokens or more); a benchmark with random weights of its
  shape. Of a benchmark the shallowest depth counts, and there the fastest threads. Figures of other machines do not
  count; one of other kernels than today's is stale, and stands behind all that are not (so is one of a backend's
  operators where the model was measured on our own kernels, in whatever precision: they take all three).
* **Estimate**: the memory's measured speed by the bytes that a token reads, times the share of that speed which
  measured models reach here: their geometric mean, in which models of a near size and of the same precision weigh
  more. The band is made of three things that do not hang together, so their squares (of logarithms) are added: what
  shapes differ (a fourth up and down, and a tenth more for each doubling of size to the nearest measured one), what
  the measured shares differ, and what the memory's readings on this machine differ from time to time. Its upper end
  is what memory can do at its best. Where nothing was measured, the share is taken to be between 40 and 90 %.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from llmdesk.datatypes.model import ModelSpec, Precision
from llmdesk.services.bench import chat_speeds, history
from llmdesk.services.bench.board import fidelity_of, is_stale
from llmdesk.services.bench.chat_speeds import AnswerSpeed
from llmdesk.services.bench.history import PastRun
from llmdesk.services.bench.report import BenchRow, QualityRow
from llmdesk.services.bench.token_bytes import bytes_per_token
from llmdesk.services.bench.versions import is_own, kernels_version, runs_own_kernels_here

PRECISIONS: tuple[Precision, ...] = ("bf16", "int8", "int4")
UNKNOWN_SHARES = (0.4, 0.9)
_BAND, _BAND_PER_DOUBLING = 0.25, 0.1
_OTHER_PRECISION_WEIGHT = 0.5
_READINGS = 20

Source = Literal["benchmark", "chats", "synthetic"]
_BY_TRUST: tuple[Source, ...] = ("benchmark", "chats", "synthetic")


@dataclass(frozen=True, slots=True)
class Measured:
    """A model's speed on this machine.

    Attributes:
        engine, version: whose kernels ran, and which (versions.py).
        date: ISO 8601.
        share: of the memory's read speed; None: not known.
        is_stale: the kernels are others by now, or would be.
    """

    model: str
    precision: str
    threads: int
    engine: str
    version: str
    date: str
    machine: str
    decode_tps: float
    bytes_per_token: int
    source: Source
    share: float | None
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    """Tokens per second, with the band in which they are likely to be; ``based_on`` measured models."""

    low_tps: float
    high_tps: float
    based_on: int


@dataclass(frozen=True, slots=True)
class SpeedBook:
    """All that is known, by (model, precision)."""

    speeds: dict[tuple[str, str], Measured | Estimate]
    fidelity: dict[tuple[str, str], QualityRow]

    def speed(self, model: str, precision: str) -> Measured | Estimate | None:
        """None: neither measured, nor the memory."""
        return self.speeds.get((model, precision))


def read_book(specs: Iterable[ModelSpec], read_bytes_per_s: float | None) -> SpeedBook:
    """Of these models. Reads two files: not on the window's thread.

    Args:
        read_bytes_per_s: of the memory, as it was measured last; None: take the newest benchmark's.

    Raises:
        OSError: the history is there and cannot be opened.
    """
    runs = history.read_history().runs
    return book_of(specs, runs, chat_speeds.read_answers(), history.here(), read_bytes_per_s)


def book_of(
    specs: Iterable[ModelSpec],
    runs: Sequence[PastRun],
    answers: Sequence[AnswerSpeed],
    here: str,
    read_bytes_per_s: float | None,
) -> SpeedBook:
    """From the history and the answers, both oldest first."""
    memory = read_bytes_per_s or _newest_read_bytes_per_s(runs, here)
    measured = measured_speeds(runs, answers, here, memory)
    spread = memory_spread(runs, here)
    speeds: dict[tuple[str, str], Measured | Estimate] = {**measured}
    for spec in specs:
        if spec.source.kind == "server" or spec.purpose != "chat":
            continue
        for precision in PRECISIONS:
            needed = bytes_per_token(spec, precision)
            if (spec.id, precision) not in speeds and memory and needed:
                speeds[spec.id, precision] = estimate(needed, precision, memory, list(measured.values()), spread)
    return SpeedBook(speeds, fidelity_of(runs))


def measured_speeds(
    runs: Sequence[PastRun], answers: Sequence[AnswerSpeed], here: str, memory: float | None
) -> dict[tuple[str, str], Measured]:
    """The one that counts for each (model, precision)."""
    found: dict[tuple[str, str], list[Measured]] = defaultdict(list)
    for run in runs:
        if run.machine == here:
            for row in run.rows:
                found[row.model, row.precision].append(_of_row(row, run))
    for answer_group in _alike(answers, here).values():
        one = _of_answers(answer_group, memory)
        found[one.model, one.precision].append(one)
    own = {model for (model, _), each in found.items() if any(is_own(one.engine) for one in each)}
    uses_own = runs_own_kernels_here()
    return {key: _best([_today(one, uses_own and one.model in own) for one in each]) for key, each in found.items()}


def _today(measured: Measured, is_on_own_kernels: bool) -> Measured:
    """A model that runs on our own kernels does so in each precision, whatever it was measured with; where they are
    switched off, in none."""
    return measured if is_own(measured.engine) == is_on_own_kernels else replace(measured, is_stale=True)


def estimate(
    needed_bytes: int,
    precision: str,
    read_bytes_per_s: float,
    measured: Sequence[Measured],
    memory_spread: float = 0.0,
) -> Estimate:
    """Of a model that reads so much for each token; see the module.

    Args:
        memory_spread: see the function of that name.
    """
    ceiling = read_bytes_per_s / needed_bytes
    best = ceiling * math.exp(memory_spread)
    known = [each for each in measured if each.share and not each.is_stale and each.bytes_per_token]
    if not known:
        low, high = UNKNOWN_SHARES
        return Estimate(low * ceiling / math.exp(memory_spread), high * best, 0)
    doublings = [abs(math.log2(each.bytes_per_token / needed_bytes)) for each in known]
    weights = [
        (1.0 if each.precision == precision else _OTHER_PRECISION_WEIGHT) / (1 + far) ** 2
        for each, far in zip(known, doublings, strict=True)
    ]
    logs = [math.log(each.share or 1.0) for each in known]
    mean = sum(w * x for w, x in zip(weights, logs, strict=True)) / sum(weights)
    spread = math.sqrt(sum(w * (x - mean) ** 2 for w, x in zip(weights, logs, strict=True)) / sum(weights))
    shape = math.log(1 + _BAND + _BAND_PER_DOUBLING * min(doublings))
    band = math.exp(math.hypot(shape, spread, memory_spread))
    share = math.exp(mean)
    return Estimate(share / band * ceiling, min(best, share * band * ceiling), len(known))


def memory_spread(runs: Sequence[PastRun], here: str) -> float:
    """Standard deviation of the logarithms of the memory's newest readings on this machine; 0 for fewer than two."""
    logs = [math.log(found) for run in runs if run.machine == here and (found := _read_gbps(run)) > 0]
    return statistics.stdev(logs[-_READINGS:]) if len(logs) > 1 else 0.0


def _of_row(row: BenchRow, run: PastRun) -> Measured:
    source: Source = "synthetic" if row.is_synthetic else "benchmark"
    return Measured(
        row.model, row.precision, row.threads, row.engine, row.kernels_version, run.date, run.machine,
        row.decode_tps.mean, row.bytes_per_token, source, row.bandwidth_share or None, is_stale(row),
    )  # fmt: skip


def _alike(answers: Sequence[AnswerSpeed], here: str) -> dict[tuple[object, ...], list[AnswerSpeed]]:
    groups: dict[tuple[object, ...], list[AnswerSpeed]] = defaultdict(list)
    for answer in answers:
        if answer.machine == here:
            groups[*answer.key, answer.version].append(answer)
    return groups


def _of_answers(answers: Sequence[AnswerSpeed], memory: float | None) -> Measured:
    last = answers[-1]
    tps = statistics.median(each.decode_tps for each in answers)
    needed = round(statistics.fmean(each.bytes_per_token for each in answers))
    return Measured(
        last.model, last.precision, last.threads, last.engine, last.version, last.date, last.machine, tps, needed,
        "chats", min(1.0, tps * needed / memory) if memory and needed else None,
        last.version != kernels_version(last.engine),
    )  # fmt: skip


def _best(measured: Sequence[Measured]) -> Measured:
    """Not stale before stale, the kernels that a load would take before others, then by trust, then the newest; of
    one benchmark the fastest of what reads least.
    """

    def rank(each: Measured) -> tuple[bool, bool, int, str, int, float]:
        return (
            not each.is_stale, is_own(each.engine), -_BY_TRUST.index(each.source), each.date, -each.bytes_per_token,
            each.decode_tps,
        )  # fmt: skip

    return max(measured, key=rank)


def _newest_read_bytes_per_s(runs: Sequence[PastRun], here: str) -> float | None:
    for run in reversed(runs):
        if run.machine == here and (found := _read_gbps(run)) > 0:
            return found * 1e9
    return None


def _read_gbps(run: PastRun) -> float:
    found = run.conditions.get("read_bandwidth_gbps")
    return float(found) if isinstance(found, int | float) else 0.0
