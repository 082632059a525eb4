"""The best number of threads: what is tried, what is chosen, what is kept."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from llmdesk import paths
from llmdesk.datatypes.model import LocalModel, ModelSource, ModelSpec
from llmdesk.engine.backend import LoadOptions
from llmdesk.engine.backends import thread_tuning
from llmdesk.engine.backends.thread_tuning import (
    MIN_WEIGHTS_BYTES,
    TunedThreads,
    candidate_threads,
    file_path,
    measure_threads,
    size_class,
    store_threads,
    stored_threads,
    threads_for,
    tuned_threads,
    tuning_key,
)
from llmdesk.engine.processor.hardware import Core, Topology
from llmdesk.engine.processor.thread_team import ThreadChoice, ThreadTeam, let_others_first
from llmdesk.errors import LoadCancelled, SetupError

TWO = Topology((Core((0,)), Core((1,))))
HYBRID = Topology((Core((0, 1)), Core((2, 3)), Core((4,), efficient=True), Core((5,), efficient=True)))


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two equal cores, and nothing asked for in the environment."""
    monkeypatch.delenv("LLMDESK_THREADS", raising=False)
    monkeypatch.setattr(thread_tuning, "topology", lambda: TWO)


def numbers(machine: Topology) -> list[int]:
    return [choice.threads for choice in candidate_threads(machine)]


def test_candidates() -> None:
    assert candidate_threads(TWO) == (ThreadChoice(2), ThreadChoice(1))
    assert candidate_threads(Topology((Core((0,)),))) == (ThreadChoice(1),)
    hyperthreads = Topology(tuple(Core((cpu, cpu + 8)) for cpu in range(8)))
    assert numbers(hyperthreads) == [8, 7, 4, 2, 16]
    assert all(choice.cpus == () for choice in candidate_threads(hyperthreads))


def test_threads_for_fast_cores_stay_on_them() -> None:
    fast = (0, 1, 2, 3)
    assert candidate_threads(HYBRID) == (ThreadChoice(2, fast), ThreadChoice(1, fast), ThreadChoice(4), ThreadChoice(6))


def tuned(decode_s: dict[int, float], prefill_s: dict[int, float]) -> TunedThreads:
    """What comes out if runs take that long by number of threads."""
    candidates = [ThreadChoice(threads) for threads in decode_s]
    return measure_threads(candidates, lambda c: prefill_s[c.threads], lambda c: decode_s[c.threads], lambda done: None)


def test_prompt_and_answer_have_their_own_best() -> None:
    found = tuned(decode_s={8: 0.9, 7: 0.95, 4: 0.5, 2: 0.8}, prefill_s={8: 0.3, 7: 0.35, 4: 0.6, 2: 1.2})
    assert found == TunedThreads(prefill=ThreadChoice(8), decode=ThreadChoice(4))


def test_fewer_threads_are_taken_where_they_are_about_as_fast() -> None:
    same = {2: 0.500, 1: 0.510}
    assert tuned(same, same).decode.threads == 1
    better = {2: 0.500, 1: 0.520}
    assert tuned(better, better).decode.threads == 2


def test_a_hopeless_candidate_is_run_once() -> None:
    runs: list[int] = []

    def run(choice: ThreadChoice) -> float:
        runs.append(choice.threads)
        return {4: 0.1, 2: 5.0}[choice.threads]

    measure_threads([ThreadChoice(4), ThreadChoice(2)], run, lambda c: 0.1, lambda done: None)
    assert runs.count(2) == 1


def test_long_runs_are_made_twice_only() -> None:
    """Once to start the threads, once to measure: a large model must not keep its user waiting."""
    runs: list[float] = []

    def run(choice: ThreadChoice) -> float:
        runs.append(1.5)
        return 1.5

    measure_threads([ThreadChoice(2), ThreadChoice(1)], run, lambda c: 0.1, lambda done: None)
    assert len(runs) == 4


def test_progress_rises_and_can_stop_the_measuring() -> None:
    seen: list[float] = []

    def report(done: float) -> None:
        seen.append(done)
        if done >= 0.75:
            raise LoadCancelled("Loading was stopped.", "")

    with pytest.raises(LoadCancelled):
        measure_threads([ThreadChoice(2), ThreadChoice(1)], lambda c: 0.2, lambda c: 0.2, report)
    assert seen == sorted(seen)
    assert set(seen) == {0.0, 0.25, 0.5, 0.75}


def test_what_was_measured_is_kept_by_machine_stack_precision_and_size() -> None:
    key = tuning_key("native", "int4", 700_000_000)
    value = TunedThreads(ThreadChoice(2), ThreadChoice(1, (0,)))
    assert tuned_threads(key) is None
    store_threads(key, value)
    store_threads(tuning_key("native", "int8", 700_000_000), TunedThreads(ThreadChoice(1), ThreadChoice(1)))
    assert tuned_threads(key) == value
    assert tuned_threads(tuning_key("native", "int4", 900_000_000)) == value  # of the same size class
    assert tuned_threads(tuning_key("native", "int4", 1_100_000_000)) is None
    assert tuned_threads(tuning_key("ipex", "int4", 700_000_000)) is None
    assert list(file_path().parent.iterdir()) == [file_path()]


def test_processors_that_are_gone_make_a_measurement_useless() -> None:
    key = tuning_key("native", "int4", 700_000_000)
    store_threads(key, TunedThreads(ThreadChoice(2, (6, 7)), ThreadChoice(2)))
    assert key.text in stored_threads()
    assert tuned_threads(key) is None


@pytest.mark.may_log("is ignored")
@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"format": 99, "measured": {}}',
        json.dumps({"format": 1, "measured": {"k": {"prefill": {"threads": 0}, "decode": {"threads": 1}}}}),
        json.dumps({"format": 1, "measured": {"k": {"prefill": {"threads": "2"}, "decode": {"threads": 1}}}}),
        json.dumps({"format": 1, "measured": {"k": {"prefill": {"threads": 2}}}}),
    ],
)
def test_a_broken_file_is_ignored_and_written_anew(content: str) -> None:
    paths.made(file_path().parent)
    file_path().write_text(content)
    assert stored_threads() == {}
    key = tuning_key("native", "int4", 700_000_000)
    store_threads(key, TunedThreads(ThreadChoice(2), ThreadChoice(2)))
    assert list(stored_threads()) == [key.text]


@pytest.mark.logs("cannot be written")
def test_a_disk_that_cannot_be_written_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "no").symlink_to(tmp_path / "where")  # no folder can be made there, and no file is
    monkeypatch.setattr(thread_tuning, "file_path", lambda: tmp_path / "no" / "threads.json")
    store_threads(tuning_key("native", "int4", 1), TunedThreads(ThreadChoice(2), ThreadChoice(2)))


def test_size_classes() -> None:
    assert size_class(100_000_000) == "up to 250 MB"
    assert size_class(4_000_000_000) == "up to 4000 MB"
    assert size_class(4_000_000_001) == "over 4000 MB"


class FakeCache:
    def __init__(self) -> None:
        self.length = 0

    def reach(self, length: int) -> int:
        return min(self.length, length)

    def truncate(self, length: int) -> bool:
        self.length = min(self.length, length)
        return True


class FakeNetwork:
    """Runs as long as a simulated machine would: prompts are best on two threads, answers on one."""

    def __init__(self) -> None:
        self.threads = 0
        self.steps: list[tuple[int, int, int]] = []  # threads, tokens, tokens before
        self.now_s = 0.0
        self.others_cores = 0.0
        self.busy_after_s = math.inf

    def wait(self, seconds: float) -> None:
        self.now_s += seconds

    def use(self, choice: ThreadChoice) -> None:
        self.threads = choice.threads

    def others_s(self) -> float:
        return self.now_s * self.others_cores + max(0.0, self.now_s - self.busy_after_s)

    def new_cache(self) -> Any:
        return FakeCache()

    def forward(self, ids: list[int], cache: FakeCache, last: int = 1) -> None:
        self.steps.append((self.threads, len(ids), cache.length))
        cache.length += len(ids)
        self.now_s += {1: 0.2, 2: 0.1}[self.threads or 1] if len(ids) > 1 else {1: 0.1, 2: 0.13}[self.threads]


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> FakeNetwork:
    """On a machine where other programs take ``others_cores``."""
    found = FakeNetwork()
    monkeypatch.setattr("time.perf_counter", lambda: found.now_s)
    monkeypatch.setattr("time.sleep", found.wait)
    times = lambda: SimpleNamespace(user=found.others_s(), system=1000.0, nice=0.0)  # noqa: E731
    monkeypatch.setattr("psutil.cpu_times", times)
    monkeypatch.setattr("psutil.Process.cpu_times", lambda process: SimpleNamespace(user=0.0, system=0.0))
    return found


def choose(network: FakeNetwork, options: LoadOptions | None = None, weights_bytes: int = 10**9) -> TunedThreads:
    key = tuning_key("native", "int4", weights_bytes)
    reported: list[tuple[str, float]] = []
    found = threads_for(
        network,
        key,
        weights_bytes,
        options or LoadOptions(),
        network.use,
        lambda phase, done: reported.append((phase, done)),
    )
    assert all(0.97 <= done <= 1 for _, done in reported)
    assert bool(reported) == bool(network.steps)
    return found


BEST = TunedThreads(ThreadChoice(2), ThreadChoice(1))


def test_the_first_load_of_a_size_measures_and_the_next_one_knows(network: FakeNetwork) -> None:
    assert choose(network) == BEST
    assert all(before == 128 for _, tokens, before in network.steps if tokens == 1)
    network.steps.clear()
    assert choose(network) == BEST
    assert network.steps == []
    assert choose(network, LoadOptions(measure_threads=True)) == BEST
    assert network.steps


def test_what_was_measured_beside_another_program_is_not_kept(network: FakeNetwork) -> None:
    """Else one busy moment would slow down this machine for good; the governor copes with it while it lasts."""
    network.others_cores = 0.5
    usual = ThreadChoice(2)
    assert choose(network) == TunedThreads(usual, usual)
    assert stored_threads() == {}
    assert network.steps == []  # nor is it measured at all
    network.others_cores = 0.1
    network.busy_after_s = network.now_s + 1
    assert choose(network) == TunedThreads(usual, usual)  # somebody came in the middle of it
    assert network.steps
    assert stored_threads() == {}
    network.busy_after_s = math.inf
    assert choose(network) == BEST
    assert stored_threads()


def test_what_was_asked_for_is_not_measured(network: FakeNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose(network, LoadOptions(threads=5)) == TunedThreads(ThreadChoice(5), ThreadChoice(5))
    monkeypatch.setenv("LLMDESK_THREADS", "3")
    assert choose(network) == TunedThreads(ThreadChoice(3), ThreadChoice(3))
    monkeypatch.setenv("LLMDESK_THREADS", "many")
    with pytest.raises(SetupError, match="LLMDESK_THREADS=many"):
        choose(network)
    assert stored_threads() == {}


def test_tiny_models_are_not_measured(network: FakeNetwork) -> None:
    usual = ThreadChoice(2)
    assert choose(network, weights_bytes=MIN_WEIGHTS_BYTES - 1) == TunedThreads(usual, usual)
    assert stored_threads() == {}


@pytest.mark.model
def test_a_loaded_model_uses_each_number_where_it_is_best(network: FakeNetwork) -> None:
    pytest.importorskip("torch")
    from llmdesk.engine.backends.paced_network import PacedNetwork

    paced = PacedNetwork(network, ThreadTeam(lambda threads: network.use(ThreadChoice(threads))), BEST)
    cache = paced.new_cache()
    for tokens in (200, 1, 8, 1):  # a prompt, tokens, and a draft that is verified
        paced.forward([1] * tokens, cache)
    assert [threads for threads, *_ in network.steps] == [2, 1, 1, 1]


@pytest.mark.model
def test_a_real_load_measures_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    from llmdesk.engine.backends.stacks import NativeBackend
    from tests.engine.tiny_models import save_model

    monkeypatch.setattr(thread_tuning, "MIN_WEIGHTS_BYTES", 0)
    monkeypatch.setattr(thread_tuning, "_BUSY_CORES", 99)
    folder = save_model(tmp_path / "tiny")
    model = LocalModel(ModelSpec("tiny", "Tiny", ModelSource("folder", str(folder)), context_tokens=512), folder)
    phases: list[str] = []

    def load(options: LoadOptions) -> int:
        loaded = NativeBackend(lambda: None).load(model, options, lambda phase, done: phases.append(phase))
        loaded.close()
        return loaded.info.threads

    measuring = "finding the best number of threads, once"
    threads = load(LoadOptions())
    assert phases.count(measuring) > 1
    (found,) = stored_threads().values()
    assert threads == found.decode.threads
    phases.clear()
    assert load(LoadOptions()) == threads
    assert measuring not in phases
    load(LoadOptions(measure_threads=True))
    assert measuring in phases


_PLACE = """
import os, threading
from llmdesk.engine.processor.thread_team import TEAM_NAME, ThreadChoice, ThreadTeam, name_team
from pathlib import Path

def places():
    tasks = [t for t in Path("/proc/self/task").iterdir() if (t / "comm").read_text().strip() == TEAM_NAME]
    assert len(tasks) >= 2  # this thread, the team's other one, and whatever else torch has started
    return {len(os.sched_getaffinity(int(t.name))) for t in tasks}

def engine():
    name_team()
    import torch
    team = ThreadTeam(torch.set_num_threads)
    every = tuple(sorted(os.sched_getaffinity(0)))
    def work():
        (torch.ones(800, 800) @ torch.ones(800, 800)).sum()
    team.use(ThreadChoice(2)); work()
    assert places() == {len(every)}, places()
    team.use(ThreadChoice(2, every[:1])); work()
    assert places() == {1}, places()
    team.use(ThreadChoice(2)); work()
    assert places() == {len(every)}, places()
    assert len(os.sched_getaffinity(os.getpid())) == len(every)  # the main thread is not the engine's
    print("placed")

thread = threading.Thread(target=engine)
thread.start()
thread.join()
"""


@pytest.mark.model
@pytest.mark.skipif(sys.platform != "linux" or (os.cpu_count() or 1) < 2, reason="two processors of Linux")
def test_torchs_threads_are_placed_and_no_others() -> None:
    pytest.importorskip("torch")
    environment = {**os.environ, "OMP_NUM_THREADS": "2"}
    result = subprocess.run(
        [sys.executable, "-c", _PLACE], capture_output=True, text=True, timeout=100, check=False, env=environment
    )
    assert result.stdout == "placed\n", result.stderr[-2000:]


@pytest.mark.skipif(sys.platform != "linux", reason="threads have priorities of their own on Linux")
def test_the_engine_and_what_it_starts_let_the_window_first() -> None:
    def priority() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    usual, found = priority(), []

    def engine() -> None:
        let_others_first()
        found.append(priority())
        helper = threading.Thread(target=lambda: found.append(priority()))
        helper.start()
        helper.join()

    thread = threading.Thread(target=engine)
    thread.start()
    thread.join()
    assert found == [min(usual + 5, 19)] * 2
    assert priority() == usual
