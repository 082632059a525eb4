"""When the program did not run: by made-up clocks, and by stopping a real one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from llmdesk.pauses import MIN_PAUSE_S, Pause, PauseWatch


class Clocks:
    """All that a watch looks at."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.computed_s = 0.0
        self.asleep_s = 0.0
        self.watch = PauseWatch(lambda: self.now_s, lambda: self.computed_s, lambda: self.asleep_s)

    def run(self, beats: int, threads: float = 0.0) -> None:
        """Time passes as it should."""
        for _ in range(beats):
            self.now_s += 0.1
            self.computed_s += 0.1 * threads
            self.watch.beat(0.1)

    @property
    def pauses(self) -> list[Pause]:
        return self.watch.since(0)[0]


@pytest.fixture
def clocks() -> Clocks:
    clocks = Clocks()
    clocks.watch.beat(0.1)
    return clocks


@pytest.mark.parametrize("threads", [0.0, 1.0, 64.0])
def test_a_program_that_was_stopped(clocks: Clocks, threads: float) -> None:
    clocks.run(10, threads)
    clocks.now_s += 0.05 + 3.0
    clocks.computed_s += 0.05 * threads
    clocks.watch.beat(0.1)
    clocks.run(10, threads)
    (pause,) = clocks.pauses
    assert pause.end_s - pause.begin_s == pytest.approx(3.0, abs=0.06)
    assert clocks.watch.lost_s(100.0, 110.0) == pytest.approx(3.0, abs=0.06)
    assert clocks.watch.lost_s(100.0, 102.0) == pytest.approx(0.95, abs=0.06)
    assert clocks.watch.lost_s(100.0, 100.5) == 0.0


def test_a_program_that_computes_is_not_paused(clocks: Clocks) -> None:
    clocks.run(5)
    clocks.now_s += 4.0
    clocks.computed_s += 3.5
    clocks.watch.beat(0.1)
    assert clocks.pauses == []


def test_a_short_delay_is_none(clocks: Clocks) -> None:
    clocks.now_s += 0.9 * MIN_PAUSE_S
    clocks.watch.beat(0.1)
    assert clocks.pauses == []


def test_nobody_promised_to_look(clocks: Clocks) -> None:
    clocks.watch.beat(None)
    clocks.now_s += 100.0
    clocks.watch.beat(0.1)
    assert clocks.pauses == []


def test_a_machine_that_slept_on_a_clock_that_slept_too(clocks: Clocks) -> None:
    clocks.run(5)
    at_s = clocks.now_s
    clocks.asleep_s += 3600.0
    clocks.run(5)
    assert clocks.watch.lost_s(100.0, 110.0) == 0.0
    assert clocks.watch.paused_s(100.0, 110.0) == 3600.0
    assert clocks.watch.paused_s(100.0, at_s - 0.2) == 0.0


def test_who_asks_first_sees_it(clocks: Clocks) -> None:
    clocks.now_s += 2.1
    assert clocks.watch.lost_s(100.0, clocks.now_s) == pytest.approx(2.05)
    pauses, known = clocks.watch.since(0)
    assert (len(pauses), known) == (1, 1)
    assert clocks.watch.since(known) == ([], 1)


def test_the_closer_the_looks_the_closer_the_moment(clocks: Clocks) -> None:
    with clocks.watch.watching():
        for _ in range(20):
            clocks.now_s += 0.06
            clocks.watch.glance()
        clocks.watch.beat(None)  # the machine is looked at no more; who watches comes again
        clocks.now_s += 0.03 + 3.0
        (pause,) = clocks.pauses
    assert pause.end_s - pause.begin_s == pytest.approx(3.0, abs=0.03)


def test_a_watch_costs_a_model_few_wake_ups() -> None:
    looks: list[float] = []

    def asleep_s() -> float:
        looks.append(time.perf_counter())
        return 0.0

    watch = PauseWatch(lambda: 100.0, lambda: 0.0, asleep_s)
    begin_s = time.perf_counter()
    with watch.watching():
        watch.glance()  # somebody has just looked
        while len(looks) < 4 and time.perf_counter() - begin_s < 10:
            time.sleep(0.01)
    elapsed_s = time.perf_counter() - begin_s
    beats = len(looks) - 2  # without begin and end
    assert 3 <= beats <= elapsed_s / 0.25


_CHILD = """
import json, sys
from llmdesk.datatypes.chat import TokenEvent
from llmdesk.engine.backends.scripted import ScriptedBackend
from tests.engine.engine_thread import Collector, request, running

with running(lambda: ScriptedBackend(0.01)) as runner:
    collector = Collector()
    runner.submit(request(runner, "[tokens=60 tps=50] x"), collector)
    collector.wait_for_tokens(10)
    print("ready", flush=True)
    stats = collector.result().stats
times_s = [event.t_s for event in collector.events if isinstance(event, TokenEvent)]
print(json.dumps({**stats.as_dict(), "took_s": times_s[-1] - times_s[0]}), flush=True)
"""
STOPPED_S = 2.0


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no such signal here")
def test_figures_of_a_program_that_was_stopped_in_mid_answer() -> None:
    with subprocess.Popen([sys.executable, "-c", _CHILD], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        os.kill(child.pid, signal.SIGSTOP)
        time.sleep(STOPPED_S)
        os.kill(child.pid, signal.SIGCONT)
        figures = json.loads(child.stdout.readline())
    running_s = figures["took_s"] - STOPPED_S
    assert figures["took_s"] > STOPPED_S
    assert figures["paused_s"] == pytest.approx(STOPPED_S, abs=0.15)
    assert figures["decode_s"] == pytest.approx(running_s, abs=0.15)
    assert figures["decode_tps"] == pytest.approx(59 / running_s, rel=0.12)
