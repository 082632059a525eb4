"""The best number and place of threads for prompts and for answers: measured once per machine, kept in a file.

Decoding reads all weights for each token and is bound by memory; a prompt is bound by arithmetic. So one more core may
help the one and hurt the other, and a slow core holds up the fast ones at each of a step's 150 barriers. Measuring
takes seconds; ThreadGovernor (threads.py) goes below what is found here while other programs need a core.
"""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from llmdesk import paths
from llmdesk.datatypes.model import Precision
from llmdesk.engine.processor.hardware import Topology, processor_name, topology
from llmdesk.engine.processor.thread_team import ThreadChoice
from llmdesk.engine.processor.threads import asked_threads
from llmdesk.whole_files import put_in_place
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.backend import LoadOptions, LoadReporter
    from llmdesk.engine.generation.step import Network

log = logging.getLogger(__name__)

MIN_WEIGHTS_BYTES = 20_000_000
"""Smaller models stay in the processor's cache and are quick with any number of threads."""
_SIZE_CLASSES_BYTES = (250_000_000, 1_000_000_000, 4_000_000_000)
_PROMPT_TOKENS = 128
_MIN_RUNS, _ENOUGH_S, _LONGEST_S = 3, 0.3, 1.0
_HOPELESS_FACTOR = 1.5
_NEARLY_FACTOR = 1.03
_BUSY_CORES, _LOOK_S = 0.25, 0.15
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class TunedThreads:
    """What to use for many tokens at once, and for one after the other."""

    prefill: ThreadChoice
    decode: ThreadChoice


@dataclass(frozen=True, slots=True)
class TuningKey:
    """What a measurement holds for."""

    processor: str
    cpus: int
    backend: str
    precision: Precision
    size_class: str

    @property
    def text(self) -> str:
        """As it stands in the file."""
        return " | ".join((self.processor, f"{self.cpus} processors", self.backend, self.precision, self.size_class))


def tuning_key(backend: str, precision: Precision, weights_bytes: int) -> TuningKey:
    """The key of a model on this machine."""
    cpus = sum(len(core.cpus) for core in topology().cores)
    return TuningKey(processor_name(), cpus, backend, precision, size_class(weights_bytes))


def size_class(weights_bytes: int) -> str:
    """Models whose weights are of about the same size use the same threads."""
    limit = next((limit for limit in _SIZE_CLASSES_BYTES if weights_bytes <= limit), None)
    return f"up to {limit // 10**6} MB" if limit else f"over {_SIZE_CLASSES_BYTES[-1] // 10**6} MB"


def threads_for(
    network: Network,
    key: TuningKey,
    weights_bytes: int,
    options: LoadOptions,
    use: Callable[[ThreadChoice], None],
    report: LoadReporter,
) -> TunedThreads:
    """The threads of a model that is ready to run: as asked for, as measured before, or measured now and kept.

    Raises:
        LoadCancelled (out of ``report``), SetupError (LLMDESK_THREADS is no number).
    """
    if asked := options.threads or asked_threads():
        return TunedThreads(ThreadChoice(asked), ThreadChoice(asked))
    if weights_bytes < MIN_WEIGHTS_BYTES:
        usual = candidate_threads(topology())[0]
        return TunedThreads(usual, usual)
    if not options.measure_threads and (known := tuned_threads(key)) is not None:
        return known
    others = _OtherPrograms()
    time.sleep(_LOOK_S)
    if not others.are_busy():
        tuned = measure_network(network, use, report)
        if not others.are_busy():
            store_threads(key, tuned)
            return tuned
    log.info("other programs keep the machine busy: the number of threads will be measured at another load")
    usual = candidate_threads(topology())[0]
    return TunedThreads(usual, usual)


class _OtherPrograms:
    """Whether other programs have used the processor since this was made: measuring beside them is worth nothing."""

    def __init__(self) -> None:
        self._started_s, self._used_s = time.perf_counter(), self._others_s()

    def are_busy(self) -> bool:
        """More than a quarter of one core, all the time."""
        return self._others_s() - self._used_s > _BUSY_CORES * (time.perf_counter() - self._started_s)

    @staticmethod
    def _others_s() -> float:
        """Seconds of all processors that went to other programs since the start of the machine."""
        machine, own = psutil.cpu_times(), psutil.Process().cpu_times()
        return machine.user + machine.system + getattr(machine, "nice", 0.0) - own.user - own.system


def candidate_threads(machine: Topology) -> tuple[ThreadChoice, ...]:
    """What is worth measuring, the most promising first.

    One thread per fast core, one core left for the window, halves (memory may be saturated by them), every core, every
    logical processor. Where there are slow cores, threads for the fast ones are kept to those.
    """
    fast = len(machine.performance)
    place = tuple(cpu for core in machine.performance for cpu in core.cpus) if machine.is_hybrid else ()
    counts = dict.fromkeys((fast, max(1, fast - 1), max(1, fast // 2), max(1, fast // 4)))
    everywhere = (len(machine.cores), sum(len(core.cpus) for core in machine.cores))
    return tuple(
        dict.fromkeys(
            [*(ThreadChoice(count, place) for count in counts)]
            + [ThreadChoice(count) for count in everywhere if count > fast]
        )
    )


def measure_threads(
    candidates: Iterable[ThreadChoice],
    run_prefill: Callable[[ThreadChoice], float],
    run_decode: Callable[[ThreadChoice], float],
    report: Callable[[float], None],
) -> TunedThreads:
    """Try all candidates; seconds per run come from the caller.

    ``report`` is told the share that is done before each run, and may raise to stop.
    """
    tried = tuple(candidates)
    prefill = _fastest(tried, run_prefill, lambda done: report(done / 2))
    decode = _fastest(tried, run_decode, lambda done: report(0.5 + done / 2))
    return TunedThreads(prefill, decode)


def _fastest(
    candidates: tuple[ThreadChoice, ...], run: Callable[[ThreadChoice], float], report: Callable[[float], None]
) -> ThreadChoice:
    """The candidate with the fewest threads among those that are about as fast as the fastest one."""
    if len(candidates) == 1:
        return candidates[0]
    best_s: dict[ThreadChoice, float] = {}
    for index, choice in enumerate(candidates):
        report(index / len(candidates))
        first_s = run(choice)  # threads are made and placed
        if first_s > _HOPELESS_FACTOR**2 * min(best_s.values(), default=math.inf):
            continue
        runs: list[float] = []
        while not runs or sum(runs) < (_ENOUGH_S if len(runs) >= _MIN_RUNS else _LONGEST_S):
            report(index / len(candidates))
            runs.append(run(choice))
            if runs[-1] > _HOPELESS_FACTOR * min(best_s.values(), default=math.inf):
                break
        best_s[choice] = min(runs)
    log.info("threads: %s", ", ".join(f"{c.threads}: {1000 * s:.1f} ms" for c, s in best_s.items()))
    enough_s = _NEARLY_FACTOR * min(best_s.values())
    return min((c for c, s in best_s.items() if s <= enough_s), key=lambda choice: choice.threads)


def measure_network(network: Network, use: Callable[[ThreadChoice], None], report: LoadReporter) -> TunedThreads:
    """Measure on a network that is ready to run. ``use`` sets the threads (ThreadTeam.use)."""
    ids = [index % 32 for index in range(_PROMPT_TOKENS)]
    cache = network.new_cache()
    network.forward(ids, cache)

    def run_prefill(choice: ThreadChoice) -> float:
        use(choice)
        started_s = time.perf_counter()
        network.forward(ids, network.new_cache())
        return time.perf_counter() - started_s

    def run_decode(choice: ThreadChoice) -> float:
        use(choice)
        cache.truncate(_PROMPT_TOKENS)
        started_s = time.perf_counter()
        network.forward(ids[:1], cache)
        return time.perf_counter() - started_s

    return measure_threads(
        candidate_threads(topology()),
        run_prefill,
        run_decode,
        lambda done: report(say("finding the best number of threads, once"), 0.97 + 0.03 * done),
    )


# -- the file -------------------------------------------------------------------------------------------------------


class _Choice(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    threads: int = Field(ge=1, le=4096)
    cpus: list[int] = []

    def value(self) -> ThreadChoice:
        return ThreadChoice(self.threads, tuple(self.cpus))


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    prefill: _Choice
    decode: _Choice


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    format: int
    measured: dict[str, _Entry] = {}


def file_path() -> Path:
    """Where measurements are kept; it may be deleted at any time."""
    return paths.cache_dir() / "threads.json"


def stored_threads() -> dict[str, TunedThreads]:
    """All measurements by ``TuningKey.text``, of this and other machines. A file that is not whole counts as empty."""
    try:
        found = _File.model_validate_json(file_path().read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValidationError) as error:
        log.warning("%s is ignored: %s", file_path(), error)
        return {}
    if found.format != _FORMAT:
        return {}
    return {key: TunedThreads(entry.prefill.value(), entry.decode.value()) for key, entry in found.measured.items()}


def tuned_threads(key: TuningKey) -> TunedThreads | None:
    """What was measured for such a model on this machine, if its processors are still there."""
    found = stored_threads().get(key.text)
    usable = {cpu for core in topology().cores for cpu in core.cpus}
    if found is None or not {*found.prefill.cpus, *found.decode.cpus} <= usable:
        return None
    return found


def store_threads(key: TuningKey, tuned: TunedThreads) -> None:
    """Keep a measurement. A disk that cannot be written costs the next start the time to measure again."""
    entries = {
        text: _Entry(prefill=_choice(value.prefill), decode=_choice(value.decode))
        for text, value in {**stored_threads(), key.text: tuned}.items()
    }
    partial = file_path().with_name(f"threads.{os.getpid()}.partial")
    try:
        paths.made(partial.parent)
        partial.write_text(_File(format=_FORMAT, measured=entries).model_dump_json(indent=1), encoding="utf-8")
        put_in_place(partial, file_path())
    except OSError as error:
        log.warning("%s cannot be written: %s", file_path(), error)
        partial.unlink(missing_ok=True)


def _choice(choice: ThreadChoice) -> _Choice:
    return _Choice(threads=choice.threads, cpus=list(choice.cpus))
