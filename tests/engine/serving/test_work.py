"""Work of others on the engine thread: its one end, whom it waits for and who waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from llmdesk.datatypes.chat import Failed, Finished, Queued, TokenEvent
from llmdesk.datatypes.work import WorkCancelled, WorkDone, WorkFailed, WorkProgress
from llmdesk.engine.backend import LoadOptions
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.engine.serving import loop
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.engine.serving.work import WorkContext
from llmdesk.errors import ModelDamaged
from tests.engine.engine_thread import Collector, Heard, Statuses, request, resolve_any, running

SLOW = "[tokens=5000 tps=200] "
BENCHMARK = "a benchmark"


class Steps:
    """Long work: ``count`` steps of 2 ms, or until it is stopped."""

    def __init__(self, count: int = 10_000) -> None:
        self.count, self.done, self.cleaned_up = count, 0, False

    def __call__(self, context: WorkContext) -> int:
        try:
            while self.done < self.count:
                self.done += 1
                context.report("working", self.done / self.count)
                time.sleep(0.002)
        finally:
            self.cleaned_up = True
        return self.done


@pytest.fixture
def runner() -> Iterator[EngineRunner]:
    with running(ScriptedBackend) as engine:
        yield engine


def kept(context: WorkContext) -> int | None:
    return len(context.model.responses) if context.model and context.model.responses is not None else None


def empty(context: WorkContext) -> int | None:
    assert context.model is not None
    assert context.model.responses is not None
    context.model.responses.clear()
    return kept(context)


def test_work_runs_on_the_engine_thread_and_its_result_comes_back(runner: EngineRunner) -> None:
    heard = Heard()
    runner.run(lambda context: threading.current_thread().name, heard)
    assert heard.end() == WorkDone("engine")
    assert heard.threads == {"engine"}


def test_the_answer_cache_is_looked_at_and_emptied_while_an_answer_runs(runner: EngineRunner) -> None:
    def came_from_cache() -> bool:
        sink = Collector()
        runner.submit(request(runner, temperature=0.0), sink)
        result = sink.result()
        assert isinstance(result, Finished)
        return result.stats.from_response_cache

    before, held, after = Heard(), Heard(), Heard()
    runner.run(kept, before)
    assert before.end() == WorkDone(None)  # no model yet, and the idle engine wakes for it
    assert [came_from_cache(), came_from_cache()] == [False, True]
    slow = Collector()
    handle = runner.submit(request(runner, SLOW), slow)
    slow.wait_for_tokens(3)
    runner.run(kept, held)
    runner.run(empty, after)
    assert [held.end(), after.end()] == [WorkDone(1), WorkDone(0)]
    assert not any(isinstance(event, Finished) for event in slow.events)
    assert not came_from_cache()
    handle.cancel()
    assert isinstance(slow.result(), Finished)


@pytest.mark.logs("work on the engine thread failed")
def test_work_that_raises_stops_nobody_else(runner: EngineRunner, caplog: pytest.LogCaptureFixture) -> None:
    def broken(context: WorkContext) -> None:
        raise ZeroDivisionError("a bug in the window")

    def refused(context: WorkContext) -> None:
        raise ModelDamaged("It is broken.", "Mend it.")

    bug, told, sink = Heard(), Heard(), Collector()
    runner.run(broken, bug)
    runner.run(refused, told, occupies=BENCHMARK)
    runner.submit(request(runner), sink)
    end, error = bug.end(), told.end()
    assert isinstance(end, WorkFailed)
    assert end.error.kind == "Bug"
    assert isinstance(error, WorkFailed)
    assert (error.error.kind, error.error.user_message, error.error.hint) == (
        "ModelDamaged", "It is broken.", "Mend it."
    )  # fmt: skip
    assert isinstance(sink.result(), Finished)
    assert caplog.text.count("work on the engine thread failed") == 1


@pytest.mark.logs("a sink of work raised")
def test_a_sink_that_raises_ends_its_work_only(runner: EngineRunner, caplog: pytest.LogCaptureFixture) -> None:
    def broken(event: object) -> None:
        raise RuntimeError("a bug in the window")

    steps, sink = Steps(), Collector()
    runner.run(steps, broken, occupies=BENCHMARK)
    runner.submit(request(runner), sink)
    assert isinstance(sink.result(), Finished)
    assert steps.cleaned_up
    assert steps.done < 5
    assert "a sink of work raised" in caplog.text


def test_long_work_waits_for_answers_and_requests_wait_for_it(runner: EngineRunner) -> None:
    first, heard, second = Collector(), Heard(), Collector()
    runner.submit(request(runner, "[tokens=30 tps=300]"), first)
    first.wait_for_tokens(2)
    began: list[bool] = []

    def work(context: WorkContext) -> int:
        began.append(any(isinstance(event, Finished) for event in first.events))
        return Steps(100)(context)

    runner.run(work, heard, occupies=BENCHMARK)
    heard.started()
    runner.submit(request(runner, "[tokens=3]"), second)
    assert heard.end() == WorkDone(100)
    assert not any(isinstance(event, TokenEvent) for event in second.events)
    assert isinstance(second.result(), Finished)
    assert began == [True]
    queued = next(event for event in second.events if isinstance(event, Queued))
    assert (queued.position, queued.waits_for) == (1, BENCHMARK)
    fractions = [event.fraction for event in heard.events if isinstance(event, WorkProgress)]
    assert fractions == [step / 100 for step in range(1, 101)]


def test_who_waits_behind_waiting_work_is_told_so(runner: EngineRunner) -> None:
    first, second, heard = Collector(), Collector(), Heard()
    handle = runner.submit(request(runner, SLOW), first)
    first.wait_for_tokens(2)
    with runner._inbox.changed:
        runner.run(Steps(3), heard, occupies=BENCHMARK)
        runner.submit(request(runner, "[tokens=3]", origin="gui"), second)
    second.wait_for(lambda events: Queued(events[0].request_id, 1, BENCHMARK) in events if events else False)
    assert not heard.events
    handle.cancel()
    assert isinstance(second.result(), Finished)
    assert heard.end() == WorkDone(3)


def test_a_request_is_cancelled_and_short_work_is_done_during_long_work(runner: EngineRunner) -> None:
    heard, look, sink = Heard(), Heard(), Collector()
    handle = runner.run(Steps(), heard, occupies=BENCHMARK)
    heard.started()
    waiting = runner.submit(request(runner), sink)
    waiting.cancel()
    runner.run(kept, look)
    assert look.end(timeout_s=20) == WorkDone(None)
    result = sink.result(timeout_s=20)
    assert isinstance(result, Finished)
    assert result.reason == "cancelled"
    assert all(isinstance(event, WorkProgress) for event in heard.events)
    handle.cancel()
    assert heard.end() == WorkCancelled()


def test_cancel_ends_work_within_a_step_and_may_come_twice(runner: EngineRunner) -> None:
    steps, heard = Steps(), Heard()
    handle = runner.run(steps, heard, occupies=BENCHMARK)
    heard.started()
    handle.cancel()
    handle.cancel()
    assert heard.end(timeout_s=10) == WorkCancelled()
    assert steps.cleaned_up
    handle.cancel()
    sink = Collector()
    runner.submit(request(runner), sink)
    assert isinstance(sink.result(), Finished)


def test_work_that_is_cancelled_before_its_turn_never_runs(runner: EngineRunner) -> None:
    sink, steps, heard = Collector(), Steps(), Heard()
    handle = runner.submit(request(runner, SLOW), sink)
    sink.wait_for_tokens(1)
    runner.run(steps, heard, occupies=BENCHMARK).cancel()
    assert heard.end(timeout_s=10) == WorkCancelled()
    handle.cancel()
    assert isinstance(sink.result(), Finished)
    assert steps.done == 0


def test_the_end_of_the_program_ends_work_that_runs_and_work_that_waits() -> None:
    steps, waiting = Steps(), Steps()
    heard, second, late = Heard(), Heard(), Heard()
    with running(ScriptedBackend) as runner:
        runner.run(steps, heard, occupies=BENCHMARK)
        runner.run(waiting, second, occupies=BENCHMARK)
        heard.started()
        began_s = time.perf_counter()
    assert time.perf_counter() - began_s < 10
    assert [heard.end(10), second.end(10)] == [WorkCancelled(), WorkCancelled()]
    assert steps.cleaned_up
    assert waiting.done == 0
    runner.run(kept, late)
    end = late.end(1)
    assert isinstance(end, WorkFailed)
    assert (end.error.kind, end.error.http_status) == ("EngineStopped", 503)


@pytest.mark.logs("the engine thread failed")
def test_a_bug_in_the_engine_ends_waiting_work(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = EngineRunner(ScriptedBackend, resolve_any)
    monkeypatch.setattr(runner._loop, "_admit", lambda: 1 / 0)
    heard = Heard()
    runner.run(Steps(), heard, occupies=BENCHMARK)
    with pytest.raises(ZeroDivisionError):
        runner.run_forever()
    end = heard.end(1)
    assert isinstance(end, WorkFailed)
    assert end.error.kind == "Bug"


@pytest.mark.logs("the engine thread failed")
def test_even_an_exit_out_of_work_tells_its_end() -> None:
    """It ends the engine, as it would end the program; nobody is left waiting."""
    runner = EngineRunner(ScriptedBackend, resolve_any)

    def leaving(context: WorkContext) -> None:
        raise SystemExit(3)

    heard, sink = Heard(), Collector()
    runner.run(leaving, heard)
    runner.submit(request(runner), sink)
    with pytest.raises(SystemExit):
        runner.run_forever()
    assert isinstance(heard.end(1), WorkFailed)
    assert isinstance(sink.result(1), Failed)


def test_a_load_at_once_ends_long_work_and_a_load_in_turn_waits_for_it(runner: EngineRunner) -> None:
    statuses, first, second = Statuses(), Heard(), Heard()
    runner.subscribe(statuses)
    runner.run(Steps(100), first, occupies=BENCHMARK)
    first.started()
    runner.load("one")
    assert first.end() == WorkDone(100)
    statuses.wait_for(lambda s: s.state == "ready" and s.model_id == "one")
    runner.run(Steps(), second, occupies=BENCHMARK)
    second.started()
    runner.load("two", interrupt=True)
    assert second.end(timeout_s=10) == WorkCancelled()
    statuses.wait_for(lambda s: s.state == "ready" and s.model_id == "two")


def test_long_work_may_take_the_models_memory_and_the_next_request_loads_it_as_it_was(runner: EngineRunner) -> None:
    statuses, heard = Statuses(), Heard()
    runner.subscribe(statuses)
    runner.load("one", options=LoadOptions(precision="int4"))
    statuses.wait_for(lambda s: s.state == "ready")

    def work(context: WorkContext) -> bool:
        context.unload()
        return context.model is None

    runner.run(work, heard, occupies=BENCHMARK)
    assert heard.end() == WorkDone(True)
    told = statuses.wait_for(lambda s: s.state == "none" and s.model_id == "one")
    assert told.phase == "One was unloaded for a benchmark; the next message loads it again."
    sink = Collector()
    runner.submit(request(runner, model_id="one"), sink)
    assert isinstance(sink.result(), Finished)
    assert runner.status.info is not None
    assert runner.status.info.precision == "int4"


@pytest.mark.logs("work on the engine thread failed")
def test_short_work_cannot_take_the_model_from_an_answer(runner: EngineRunner) -> None:
    heard = Heard()
    runner.run(lambda context: context.unload(), heard)
    assert isinstance(heard.end(), WorkFailed)


def test_a_model_is_not_idle_while_work_has_the_engine(runner: EngineRunner) -> None:
    statuses, heard = Statuses(), Heard()
    runner.subscribe(statuses)
    runner.load("one")
    statuses.wait_for(lambda s: s.state == "ready")
    runner.set_idle_unload(0.05)
    seen: list[bool] = []

    def work(context: WorkContext) -> None:
        Steps(60)(context)
        seen.append(context.model is not None)

    runner.run(work, heard, occupies=BENCHMARK)
    heard.end()
    assert seen == [True]


def test_memory_is_looked_for_only_behind_work_that_took_some(
    runner: EngineRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    monkeypatch.setattr(loop, "return_memory", lambda: looked.append("all is walked through, and nobody else goes on"))
    for work, times in ((lambda context: None, 0), (WorkContext.unload, 1)):
        heard, behind = Heard(), Heard()
        runner.run(work, heard, occupies=BENCHMARK)
        runner.run(lambda context: None, behind, occupies=BENCHMARK)  # begins once that one is tidied up
        behind.end()
        assert heard.end() == WorkDone(None)
        assert len(looked) == times
