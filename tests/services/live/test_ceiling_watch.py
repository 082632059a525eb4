"""When memory and processor are measured: on a real engine thread, in idle moments, giving way to requests."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from llmdesk.datatypes.chat import ChatMessage, Event, Finished, GenerationRequest
from llmdesk.datatypes.model import LocalModel, ModelInfo, ModelSource, ModelSpec
from llmdesk.datatypes.token_work import TokenWork
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.engine.serving.work import WorkContext
from llmdesk.services.live.ceiling_watch import QUIET_S, REPEAT_S, Ceilings, CeilingWatch

SPEC = ModelSpec("m", "M", ModelSource("folder", "."))
INFO = ModelInfo("m", "M", "native", "int4", 2, 4096, 10**9, 1.0, work=TokenWork(10**9))
FOUND = Ceilings(1000.0, 20e9, 1e11)


@pytest.fixture
def runner() -> Iterator[EngineRunner]:
    runner = EngineRunner(lambda: ScriptedBackend(0.0), lambda model_id: LocalModel(SPEC, Path()))
    engine = threading.Thread(target=runner.run_forever)
    engine.start()
    yield runner
    runner.stop()
    engine.join()


class Probe:
    """Stands in for the probes: counts, and can go on until others want the engine."""

    def __init__(self, lasts: bool = False) -> None:
        self.lasts, self.begun, self.threads = lasts, threading.Event(), list[int]()

    def __call__(self, context: WorkContext, threads: int) -> Ceilings:
        self.threads.append(threads)
        self.begun.set()
        while self.lasts:
            context.yield_to_others()
            time.sleep(0.002)
        return FOUND


def settle(runner: EngineRunner) -> None:
    """Until the engine thread has done what it was asked for."""
    done = threading.Event()
    runner.run(lambda context: None, lambda event: done.set(), occupies="the test")
    assert done.wait(60)


def test_once_at_first_and_again_only_after_an_answer_and_some_minutes(runner: EngineRunner) -> None:
    probe, found = Probe(), list[Ceilings]()
    watch = CeilingWatch(runner, found.append, probe)

    def consider(now_s: float, is_answering: bool = False) -> int:
        watch.consider(now_s, is_answering)
        settle(runner)
        return len(found)

    assert consider(1000.0) == 0  # there is no model
    watch.use_model(replace(INFO, work=None), 1000.0)
    assert consider(1010.0) == 0  # nor one on this processor
    watch.use_model(INFO, 1010.0)
    assert consider(1010.0 + QUIET_S / 2) == 0  # it was loaded just now
    assert consider(1010.0 + QUIET_S, is_answering=True) == 0
    assert consider(1010.0 + 1.5 * QUIET_S) == 0
    assert consider(1010.0 + 2 * QUIET_S) == 1
    assert (probe.threads, found) == ([2], [FOUND])
    assert consider(FOUND.t_s + 2 * REPEAT_S) == 1  # old, but nobody has asked anything
    watch.answer_ended(FOUND.t_s + 10.0)
    assert consider(FOUND.t_s + REPEAT_S - 1) == 1  # asked, but not old
    assert consider(FOUND.t_s + REPEAT_S) == 2
    watch.use_model(replace(INFO, threads=4), FOUND.t_s + REPEAT_S)
    assert consider(FOUND.t_s + REPEAT_S + QUIET_S) == 3  # for other threads there is another speed
    assert probe.threads == [2, 2, 4]


def test_a_request_ends_a_measurement_at_once_and_it_is_due_again(runner: EngineRunner) -> None:
    probe, found = Probe(lasts=True), list[Ceilings]()
    watch = CeilingWatch(runner, found.append, probe)
    watch.use_model(INFO, 0.0)
    watch.consider(QUIET_S, False)
    assert probe.begun.wait(60)
    ended, events = threading.Event(), list[Event]()

    def hear(event: Event) -> None:
        events.append(event)
        if isinstance(event, Finished):
            ended.set()

    runner.submit(GenerationRequest("r", "m", (ChatMessage("user", "[tokens=3 tps=1000] x"),)), hear)
    assert ended.wait(60)  # the probe would never end by itself
    assert found == []
    probe.lasts = False
    watch.consider(2 * QUIET_S, False)
    settle(runner)
    assert found == [FOUND]


def test_nothing_is_measured_while_a_client_s_answer_runs(runner: EngineRunner) -> None:
    probe = Probe()
    watch = CeilingWatch(runner, lambda found: None, probe)
    watch.use_model(INFO, 0.0)
    started, ended = threading.Event(), threading.Event()

    def hear(event: Event) -> None:
        started.set()
        if isinstance(event, Finished):
            ended.set()

    request = GenerationRequest("r", "m", (ChatMessage("user", "[tokens=2000 tps=200] x"),), origin="api")
    handle = runner.submit(request, hear)
    assert started.wait(60)
    watch.consider(QUIET_S, False)
    assert not probe.begun.is_set()
    handle.cancel()
    assert ended.wait(60)
    watch.consider(1.5 * QUIET_S, False)
    watch.consider(2.6 * QUIET_S, False)
    settle(runner)
    assert probe.begun.is_set()
