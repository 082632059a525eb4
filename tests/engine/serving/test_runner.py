"""Admission, fairness, cancel, model changes, failure: on the scripted backend, with a real thread."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from llmdesk.datatypes.chat import (
    Event,
    Failed,
    Finished,
    GenerationStats,
    LoadProgress,
    PromptProgress,
    Queued,
    TokenEvent,
)
from llmdesk.datatypes.model import LocalModel, ModelSize, ModelStatus
from llmdesk.engine.backend import MAX_ACTIVE, LoadOptions, LoadReporter
from llmdesk.engine.backends.scripted import MOST_ANSWERS, ScriptedBackend, ScriptedModel
from llmdesk.engine.serving.runner import MAX_WAITING, EngineRunner
from llmdesk.errors import ModelDamaged, ModelNotFound
from tests.engine.engine_thread import Collector, Statuses, request, resolve_any, running

SLOW = "[tokens=5000 tps=200] "


@pytest.fixture
def runner() -> Iterator[EngineRunner]:
    with running(ScriptedBackend) as engine:
        yield engine


def test_an_answer_has_all_its_events_in_order(runner: EngineRunner) -> None:
    sink = Collector()
    runner.submit(request(runner), sink)
    assert isinstance(sink.result(), Finished)
    kinds = [type(event).__name__ for event in sink.events]
    order = ["Queued", "LoadProgress", "PromptProgress", "TokenEvent", "Finished"]
    firsts = [kinds.index(kind) for kind in order if kind in kinds]
    assert firsts == sorted(firsts)
    assert "LoadProgress" in kinds


def test_two_answers_run_side_by_side_and_a_third_waits(runner: EngineRunner) -> None:
    sinks = [Collector() for _ in range(MOST_ANSWERS + 1)]
    handles = [runner.submit(request(runner, SLOW), sink) for sink in sinks]
    for sink in sinks[:MOST_ANSWERS]:
        sink.wait_for_tokens(5)
    sinks[-1].wait_for(lambda events: any(isinstance(e, Queued) for e in events))
    assert not any(isinstance(e, TokenEvent) for e in sinks[-1].events)
    handles[0].cancel()
    sinks[-1].wait_for_tokens(1)
    for handle in handles:
        handle.cancel()
    assert all(isinstance(sink.result(), Finished) for sink in sinks)


def test_cancel_ends_an_answer_within_a_token(runner: EngineRunner) -> None:
    sink = Collector()
    handle = runner.submit(request(runner, SLOW), sink)
    sink.wait_for_tokens(3)
    handle.cancel()
    handle.cancel()
    result = sink.result(timeout_s=10)
    assert isinstance(result, Finished)
    assert result.reason == "cancelled"
    assert result.stats.new_tokens == sum(isinstance(e, TokenEvent) for e in sink.events)


def test_cancel_of_a_waiting_request_ends_it_at_once(runner: EngineRunner) -> None:
    active = [runner.submit(request(runner, SLOW), Collector()) for _ in range(MOST_ANSWERS)]
    sink = Collector()
    runner.submit(request(runner), sink).cancel()
    result = sink.result(timeout_s=10)
    assert isinstance(result, Finished)
    assert result.reason == "cancelled"
    for handle in active:
        handle.cancel()


def test_a_failed_answer_hurts_no_other(runner: EngineRunner) -> None:
    bad, good = Collector(), Collector()
    runner.submit(request(runner, "[tokens=50 fail_at=5]"), bad)
    runner.submit(request(runner, "[tokens=50]"), good)
    result = bad.result()
    assert isinstance(result, Failed)
    assert result.error.kind == "Bug"
    assert "scripted failure" in result.error.user_message
    assert isinstance(good.result(), Finished)


def test_a_full_queue_refuses(runner: EngineRunner) -> None:
    handles = [runner.submit(request(runner, SLOW), Collector()) for _ in range(MAX_ACTIVE + MAX_WAITING)]
    sink = Collector()
    runner.submit(request(runner), sink)
    result = sink.result(timeout_s=10)
    assert isinstance(result, Failed)
    assert result.error.kind == "EngineBusy"
    assert result.error.http_status == 503
    for handle in handles:
        handle.cancel()


def test_the_window_goes_before_the_api_but_not_for_ever(runner: EngineRunner) -> None:
    blockers = [runner.submit(request(runner, SLOW), Collector()) for _ in range(MOST_ANSWERS)]
    order: list[str] = []
    lock = threading.Lock()

    def noting(name: str) -> Any:
        sink = Collector()

        def note(event: Any) -> None:
            with lock:
                if isinstance(event, TokenEvent) and name not in order:
                    order.append(name)
            sink(event)

        note.result = sink.result  # type: ignore[attr-defined]
        return note

    api = noting("api")
    runner.submit(request(runner, "[tokens=2]", origin="api"), api)
    guis = [noting(f"gui{i}") for i in range(8)]
    for sink in guis:
        runner.submit(request(runner, "[tokens=2]", origin="gui"), sink)
    for blocker in blockers:
        blocker.cancel()
    for sink in [api, *guis]:
        sink.result()
    assert order[0].startswith("gui")
    assert 0 < order.index("api") < len(order) - 1


def test_a_request_for_another_model_waits_for_running_answers(runner: EngineRunner) -> None:
    first, second = Collector(), Collector()
    runner.submit(request(runner, "[tokens=100 tps=500]", "one"), first)
    first.wait_for_tokens(1)
    runner.submit(request(runner, "hello", "two"), second)
    assert isinstance(second.result(), Finished)
    result = first.result()
    assert isinstance(result, Finished)
    assert result.stats.new_tokens == 100
    assert any(isinstance(e, LoadProgress) and e.model_id == "two" for e in second.events)


def test_load_after_this_answer_and_load_now(runner: EngineRunner) -> None:
    statuses = Statuses()
    runner.subscribe(statuses)
    first = Collector()
    runner.submit(request(runner, "[tokens=60 tps=500]", "one"), first)
    first.wait_for_tokens(1)
    runner.load("two")
    statuses.wait_for(lambda s: s.state == "ready" and s.model_id == "two")
    result = first.result()
    assert isinstance(result, Finished)
    assert result.reason == "stop"
    second = Collector()
    runner.submit(request(runner, SLOW, "two"), second)
    second.wait_for_tokens(1)
    runner.load("three", interrupt=True)
    result = second.result()
    assert isinstance(result, Finished)
    assert result.reason == "cancelled"
    statuses.wait_for(lambda s: s.state == "ready" and s.model_id == "three")


@pytest.mark.logs("loading")
def test_a_failed_load_leaves_the_old_model_usable(runner: EngineRunner) -> None:
    statuses = Statuses()
    runner.subscribe(statuses)
    runner.load("good")
    statuses.wait_for(lambda s: s.state == "ready")
    runner.load("bad-broken")
    failed = statuses.wait_for(lambda s: s.state == "failed")
    assert failed.error is not None
    assert failed.error.kind == "ModelDamaged"
    assert failed.info is not None
    assert failed.info.model_id == "good"
    sink = Collector()
    runner.submit(request(runner, "hello", "good"), sink)
    assert isinstance(sink.result(), Finished)
    assert not any(isinstance(e, LoadProgress) for e in sink.events)


@pytest.mark.logs("loading")
def test_a_request_for_a_broken_model_fails_with_its_error(runner: EngineRunner) -> None:
    sink = Collector()
    runner.submit(request(runner, "hello", "x-broken"), sink)
    result = sink.result()
    assert isinstance(result, Failed)
    assert result.error.kind == "ModelDamaged"


def test_an_unknown_model_is_a_clear_error() -> None:
    def resolve(model_id: str) -> Any:
        raise ModelNotFound(f"There is no model “{model_id}”.")

    with running(ScriptedBackend, resolve) as runner:
        sink = Collector()
        runner.submit(request(runner, model_id="nope"), sink)
        result = sink.result()
    assert isinstance(result, Failed)
    assert result.error.http_status == 404


def test_a_load_can_be_stopped() -> None:
    with running(lambda: ScriptedBackend(load_s=5)) as runner:
        statuses = Statuses()
        runner.subscribe(statuses)
        runner.load("slow")
        statuses.wait_for(lambda s: s.state == "loading" and s.phase == "reading weights")
        runner.cancel_load()
        ended = statuses.wait_for(lambda s: s.state == "none" and s.error is not None)
        assert ended.error is not None
        assert ended.error.kind == "LoadCancelled"


@pytest.mark.logs("loading")
def test_a_model_that_does_not_fit_is_refused() -> None:
    def resolve(model_id: str) -> Any:
        local = resolve_any(model_id)
        return replace(local, spec=replace(local.spec, memory_bytes=10**15))

    with running(ScriptedBackend, resolve) as runner:
        sink = Collector()
        runner.submit(request(runner), sink)
        result = sink.result()
    assert isinstance(result, Failed)
    assert result.error.kind == "NotEnoughMemory"
    assert "needs about 1000000.0 GB, but only" in result.error.user_message


def test_stop_ends_every_request_with_one_event() -> None:
    sinks = [Collector() for _ in range(5)]
    with running(ScriptedBackend) as runner:
        for sink in sinks:
            runner.submit(request(runner, SLOW), sink)
        sinks[0].wait_for_tokens(1)
    assert all(sink.result(timeout_s=10) for sink in sinks)
    late = Collector()
    runner.submit(request(runner), late)
    result = late.result(timeout_s=10)
    assert isinstance(result, Failed)
    assert result.error.kind == "EngineStopped"


@pytest.mark.logs("an event sink raised")
def test_a_sink_that_raises_does_not_stop_the_engine(runner: EngineRunner) -> None:
    def broken(event: object) -> None:
        raise RuntimeError("a bug in the window")

    runner.submit(request(runner, SLOW), broken)
    sink = Collector()
    runner.submit(request(runner), sink)
    assert isinstance(sink.result(), Finished)


@pytest.mark.logs("the engine thread failed")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_in_the_engine_ends_all_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = EngineRunner(ScriptedBackend, resolve_any)
    monkeypatch.setattr(runner._loop, "_admit", lambda: 1 / 0)
    sink = Collector()
    runner.submit(request(runner), sink)
    with pytest.raises(ZeroDivisionError):
        runner.run_forever()
    first = sink.result(timeout_s=10)
    late = Collector()
    runner.submit(request(runner), late)
    assert isinstance(first, Failed)
    assert isinstance(late.result(timeout_s=10), Failed)


def test_unload_frees_the_slot(runner: EngineRunner) -> None:
    statuses = Statuses()
    runner.subscribe(statuses)
    runner.load("one")
    statuses.wait_for(lambda s: s.state == "ready")
    runner.unload()
    statuses.wait_for(lambda s: s.state == "none" and s is not statuses.seen[0])
    assert runner.status.info is None


class Recording(ScriptedBackend):
    """Notes what is loaded and how; ids that end in ``-broken`` fail after a big allocation."""

    def __init__(self) -> None:
        super().__init__(load_s=0)
        self.loads: list[tuple[str, LoadOptions]] = []
        self.parts: list[weakref.ref[Any]] = []
        self.alive_at_load: list[int] = []

    def load(self, model: LocalModel, options: LoadOptions, report: LoadReporter) -> ScriptedModel:
        self.loads.append((model.spec.id, options))
        self.alive_at_load.append(sum(part() is not None for part in self.parts))
        part = threading.Event()  # stands for the weights read so far
        self.parts.append(weakref.ref(part))
        return super().load(model, options, report)


def memory(monkeypatch: pytest.MonkeyPatch, available_bytes: int, held_bytes: int) -> None:
    """The machine's free memory, and what this process holds, as the engine sees them."""
    machine = SimpleNamespace(available=available_bytes, total=10**12)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: machine)
    monkeypatch.setattr(psutil.Process, "memory_info", lambda process: SimpleNamespace(rss=held_bytes))


def room_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two models of 1.5 GB, 0.5 of them their own."""
    monkeypatch.setenv("LLMDESK_MEMORY_LIMIT_GB", "1.8")
    memory(monkeypatch, available_bytes=60 * 10**9, held_bytes=200_000_000)


def resolve_sized(model_id: str) -> LocalModel:
    """An id may begin with the memory that the whole program takes with it, in MB: ``900-broken``."""
    local = resolve_any(model_id)
    size = model_id.partition("-")[0]
    return replace(local, spec=replace(local.spec, memory_bytes=int(size) * 10**6 if size.isdigit() else 0))


@pytest.mark.logs("loading")
def test_a_failed_load_brings_the_old_model_back_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """It had to go for the new one; precision stays, and nothing of the failed load is in memory meanwhile."""
    backend = Recording()
    memory(monkeypatch, available_bytes=800_000_000, held_bytes=200_000_000)
    with running(lambda: backend, resolve_sized) as runner:
        statuses = Statuses()
        runner.subscribe(statuses)
        runner.load("good", options=LoadOptions(precision="int4"))
        statuses.wait_for(lambda s: s.state == "ready")
        runner.load("900-broken")
        failed = statuses.wait_for(lambda s: s.state == "failed")
    assert failed.info is not None
    assert (failed.info.model_id, failed.info.precision) == ("good", "int4")
    assert [model_id for model_id, _ in backend.loads] == ["good", "900-broken", "good"]
    assert backend.alive_at_load == [0, 0, 0]


def test_a_request_reloads_a_model_the_way_it_was_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = Recording()
    room_for_one(monkeypatch)
    with running(lambda: backend, resolve_sized) as runner:
        runner.load("1700-one", options=LoadOptions(precision="int4"))
        for model_id in ("1700-two", "1700-one"):
            sink = Collector()
            runner.submit(request(runner, model_id=model_id), sink)
            assert isinstance(sink.result(), Finished)
    assert [options.precision for _, options in backend.loads] == ["int4", None, "int4"]


def test_a_stopped_load_shows_the_old_model_under_its_own_name() -> None:
    backend = Recording()
    with running(lambda: backend) as runner:
        statuses = Statuses()

        def stop_second(status: ModelStatus) -> None:
            if status.state == "loading" and status.model_id == "two":
                runner.cancel_load()

        runner.subscribe(statuses)
        runner.subscribe(stop_second)
        runner.load("one")
        statuses.wait_for(lambda s: s.state == "ready")
        runner.load("two")
        stopped = statuses.wait_for(lambda s: s.error is not None)
    assert (stopped.state, stopped.model_id, stopped.title) == ("ready", "one", "One")


@pytest.mark.logs("loading")
def test_what_the_program_holds_already_is_not_asked_for_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A spec's memory is that of the whole program."""
    backend = Recording()
    memory(monkeypatch, available_bytes=800_000_000, held_bytes=200_000_000)
    with running(lambda: backend, resolve_sized) as runner:
        results = []
        for model_id in ("1000", "1001"):
            sink = Collector()
            runner.submit(request(runner, model_id=model_id), sink)
            results.append(sink.result())
    assert isinstance(results[0], Finished)
    assert isinstance(results[1], Failed)
    assert results[1].error.kind == "NotEnoughMemory"
    assert [model_id for model_id, _ in backend.loads] == ["1000"]  # a refusal costs the model before nothing


def test_a_request_that_is_cancelled_during_a_load_hears_nothing_afterwards() -> None:
    cause, other = Collector(), Collector()
    handles: list[Any] = []
    with running(lambda: ScriptedBackend(load_s=0.5)) as runner:

        def cause_sink(event: Any) -> None:
            if isinstance(event, LoadProgress) and len(handles) == 0:
                handles.append(runner.submit(request(runner), other))
                handles[0].cancel()
            cause(event)

        runner.submit(request(runner), cause_sink)
        assert isinstance(cause.result(), Finished)
    result = other.result()
    assert isinstance(result, Finished)
    assert result.reason == "cancelled"


def test_a_window_that_waits_for_another_model_is_not_starved_by_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    room_for_one(monkeypatch)
    with running(ScriptedBackend, resolve_sized) as runner:
        _window_and_api(runner)


def _window_and_api(runner: EngineRunner) -> None:
    first = Collector()
    runner.submit(request(runner, "[tokens=60 tps=300]", "1500-one", origin="api"), first)
    first.wait_for_tokens(1)
    order: list[str] = []
    sinks = [Collector(), Collector()]

    def noting(name: str, sink: Collector) -> Any:
        def note(event: Any) -> None:
            if isinstance(event, TokenEvent) and name not in order:
                order.append(name)
            sink(event)

        return note

    with runner._inbox.changed:  # both arrive at once, the API first
        runner.submit(request(runner, "[tokens=5]", "1500-one", origin="api"), noting("api", sinks[0]))
        runner.submit(request(runner, "[tokens=5]", "1500-two", origin="gui"), noting("gui", sinks[1]))
    for sink in sinks:
        assert isinstance(sink.result(), Finished)
    assert order == ["gui", "api"]


def test_the_end_of_the_program_gives_the_text_that_was_held_back() -> None:
    class Holding(ScriptedModel):
        def generate(self, request: Any, submitted_s: float, cancel: threading.Event) -> Iterator[Any]:
            yield TokenEvent(request.request_id, "shown ", 1, submitted_s)
            while not cancel.is_set():
                yield PromptProgress(request.request_id, 1, 1, submitted_s)
            yield TokenEvent(request.request_id, "held", 1, submitted_s)
            yield Finished(request.request_id, "cancelled", GenerationStats(new_tokens=1))

    class Backend(ScriptedBackend):
        def load(self, model: LocalModel, options: LoadOptions, report: LoadReporter) -> ScriptedModel:
            return Holding(super().load(model, options, report).info)

    sink = Collector()
    with running(Backend) as runner:
        runner.submit(request(runner), sink)
        sink.wait_for_tokens(1)
    result = sink.result()
    assert isinstance(result, Finished)
    assert result.stats.new_tokens == 1
    assert sink.text == "shown held"


@pytest.mark.logs("loading")
def test_everybody_who_waits_for_a_model_hears_of_its_failed_load_at_once() -> None:
    backend = Recording()
    sinks = [Collector() for _ in range(4)]
    good = Collector()
    with running(lambda: backend) as runner:
        blocker = Collector()
        handle = runner.submit(request(runner, SLOW, "good"), blocker)
        blocker.wait_for_tokens(1)
        for sink in sinks:
            runner.submit(request(runner, model_id="x-broken"), sink)
        runner.submit(request(runner, model_id="good"), good)
        handle.cancel()
        results = [sink.result() for sink in sinks]
        assert isinstance(good.result(), Finished)
    assert all(isinstance(result, Failed) and result.error.kind == "ModelDamaged" for result in results)
    assert [model_id for model_id, _ in backend.loads] == ["good", "x-broken"]


@pytest.mark.logs("loading")
def test_a_failed_load_is_not_held_against_requests_behind_another_try() -> None:
    """The second load is asked for with other options, and the request after it waits for that one."""

    class Int4Only(Recording):
        def load(self, model: LocalModel, options: LoadOptions, report: LoadReporter) -> ScriptedModel:
            if options.precision != "int4":
                raise ModelDamaged("only int4 works")
            return super().load(model, options, report)

    before, after = Collector(), Collector()
    with running(Int4Only) as runner, runner._inbox.changed:  # all of them arrive at once
        runner.load("one")
        runner.submit(request(runner, model_id="one"), before)
        runner.load("one", options=LoadOptions(precision="int4"))
        runner.submit(request(runner, model_id="one"), after)
        runner._inbox.changed.release()
        results = before.result(), after.result()
        runner._inbox.changed.acquire()
    assert isinstance(results[0], Failed)
    assert isinstance(results[1], Finished)


@pytest.mark.logs("a listener raised")
def test_a_listener_that_raises_does_not_stop_the_engine(
    runner: EngineRunner, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(status: ModelStatus) -> None:
        if status.state != "none":
            raise RuntimeError("a bug in the window")

    runner.subscribe(broken)
    statuses = Statuses()
    runner.subscribe(statuses)  # after the broken one, and hears everything nevertheless
    sink = Collector()
    runner.submit(request(runner), sink)
    assert isinstance(sink.result(), Finished)
    assert statuses.seen[-1].state == "ready"
    assert "a bug in the window" in caplog.text


SIZE = ModelSize(0, 0, 500_000_000, cache_bytes_per_token=100_000)


def resolve_with_size(model_id: str) -> LocalModel:
    """1 GB for the program, 0.53 GB of weights as int8, 0.1 MB a token; a context of 32,768."""
    local = resolve_any(model_id)
    return replace(local, spec=replace(local.spec, context_tokens=32768), size=SIZE)


def test_a_context_that_does_not_fit_is_made_shorter_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = Recording()
    memory(monkeypatch, available_bytes=2_300_000_000, held_bytes=200_000_000)
    with running(lambda: backend, resolve_with_size) as runner:
        statuses = Statuses()
        runner.subscribe(statuses)
        runner.load("long")
        info = statuses.wait_for(lambda s: s.state == "ready").info
    assert info is not None
    assert info.context_tokens == 8192
    assert "8,192 tokens here instead of 32,768" in info.notice
    assert info.memory_estimated_bytes == 1_000_000_000 + 531_250_000 + 8192 * 100_000
    assert info.memory_measured_bytes == 200_000_000


@pytest.mark.logs("loading")
def test_a_context_that_was_asked_for_is_refused_with_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = Recording()
    memory(monkeypatch, available_bytes=2_300_000_000, held_bytes=200_000_000)
    with running(lambda: backend, resolve_with_size) as runner:
        statuses = Statuses()
        runner.subscribe(statuses)
        runner.load("long", options=LoadOptions(context_tokens=32768))
        error = statuses.wait_for(lambda s: s.state == "failed").error
        assert error is not None
        choice = error.choices[0]
        assert (choice.precision, choice.context_tokens) == ("int8", 8192)
        runner.load("long", options=LoadOptions(choice.precision, context_tokens=choice.context_tokens))
        info = statuses.wait_for(lambda s: s.state == "ready").info
    assert info is not None
    assert (info.context_tokens, info.notice) == (8192, "")


@pytest.mark.logs("loading")
def test_the_limit_counts_even_where_more_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMDESK_MEMORY_LIMIT_GB", "1")
    memory(monkeypatch, available_bytes=60 * 10**9, held_bytes=200_000_000)
    with running(Recording, resolve_with_size) as runner:
        sink = Collector()
        runner.submit(request(runner), sink)
        result = sink.result()
        monkeypatch.setenv("LLMDESK_MEMORY_LIMIT_GB", "lots")
        nonsense = Collector()
        runner.submit(request(runner), nonsense)
        told = nonsense.result()
    assert isinstance(result, Failed)
    assert result.error.kind == "NotEnoughMemory"
    assert "only 1.0 GB can be used" in result.error.user_message
    assert isinstance(told, Failed)
    assert told.error.kind == "SetupError"


def test_both_models_are_held_at_once_only_below_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Program and old model hold 0.9 GB, the new one needs 0.3 more: too much for 1.1 GB, so the old one goes first."""
    memory(monkeypatch, available_bytes=60 * 10**9, held_bytes=900_000_000)
    seen = {}
    for limit in ("1.1", "1.3"):
        monkeypatch.setenv("LLMDESK_MEMORY_LIMIT_GB", limit)
        with running(Recording, resolve_sized) as runner:
            statuses = Statuses()
            runner.subscribe(statuses)
            runner.load("900")
            statuses.wait_for(lambda s: s.state == "ready")
            runner.load("1100-new" if limit == "1.1" else "1200-new")
            statuses.wait_for(lambda s: s.state == "ready" and s.model_id.endswith("new"))
        during = [s for s in statuses.seen if s.state == "loading" and s.phase == "reading weights"]
        seen[limit] = during[-1].info is not None
    assert seen == {"1.1": True, "1.3": True}


def test_an_unused_model_is_unloaded_and_loaded_again_as_it_was_chosen() -> None:
    backend = Recording()
    with running(lambda: backend) as runner:
        statuses = Statuses()
        runner.subscribe(statuses)
        runner.load("one", options=LoadOptions(precision="int4"))
        statuses.wait_for(lambda s: s.state == "ready")
        runner.set_idle_unload(0.05)
        unloaded = statuses.wait_for(lambda s: s.state == "none" and s.model_id == "one", timeout_s=20)
        runner.set_idle_unload(None)
        sink = Collector()
        runner.submit(request(runner, model_id="one"), sink)
        assert isinstance(sink.result(), Finished)
        assert runner.status.info is not None
    assert unloaded.info is None
    assert unloaded.phase == "One was unloaded after 0.05 seconds without use; the next message loads it again."
    assert [options.precision for _, options in backend.loads] == ["int4", "int4"]


def test_a_model_in_use_is_not_unloaded_however_long_the_answer(runner: EngineRunner) -> None:
    statuses = Statuses()
    runner.subscribe(statuses)
    runner.set_idle_unload(0.05)
    sink, states_at_event = Collector(), list[str]()

    def noted(event: Event) -> None:
        states_at_event.append(statuses.seen[-1].state)
        sink(event)

    runner.submit(request(runner, "[tokens=40 tps=200]"), noted)
    assert isinstance(sink.result(), Finished)
    ready = states_at_event.index("ready")
    assert set(states_at_event[ready:]) == {"ready"}  # nothing changed during the answer's 0.2 s
    statuses.wait_for(lambda s: s.state == "none" and s.model_id == "tiny", timeout_s=20)


def test_a_load_starts_the_time_without_use() -> None:
    with running(lambda: ScriptedBackend(load_s=0.3)) as runner:
        statuses, times_s = Statuses(), dict[str, float]()

        def note(status: ModelStatus) -> None:
            times_s.setdefault(status.state, time.perf_counter())

        runner.subscribe(note)
        times_s.clear()
        runner.subscribe(statuses)
        runner.set_idle_unload(0.2)
        runner.load("one")
        statuses.wait_for(lambda s: s.state == "none" and s.model_id == "one", timeout_s=20)
    assert times_s["none"] - times_s["ready"] > 0.15


def test_only_the_last_of_several_model_changes_is_loaded() -> None:
    """They were asked for during an answer; a request in between makes its own model count."""
    backend = Recording()
    with running(lambda: backend) as runner:
        statuses = Statuses()
        runner.subscribe(statuses)
        answer = Collector()
        handle = runner.submit(request(runner, SLOW, "zero", origin="gui"), answer)
        answer.wait_for_tokens(2)
        wanted = Collector()
        runner.load("one")
        runner.load("two", options=LoadOptions(precision="int4"))
        runner.submit(request(runner, model_id="two"), wanted)
        runner.load("three", options=LoadOptions(precision="int4"))
        runner.load("four")
        handle.cancel()
        statuses.wait_for(lambda s: s.state == "ready" and s.model_id == "four")
        again = Collector()
        runner.submit(request(runner, model_id="three"), again)  # loaded as it was asked for, though it never was
        assert isinstance(again.result(), Finished)
    assert isinstance(wanted.result(), Finished)
    assert [model_id for model_id, _ in backend.loads] == ["zero", "two", "four", "three"]
    assert [options.precision for _, options in backend.loads] == [None, "int4", None, "int4"]


@pytest.mark.logs("loading x-broken failed")
def test_an_unload_counts_even_if_a_load_follows() -> None:
    """If that load fails, the memory that was to be given back must not be held."""
    with running(ScriptedBackend) as runner:
        answer = Collector()
        handle = runner.submit(request(runner, SLOW, "zero"), answer)
        answer.wait_for_tokens(2)
        statuses = Statuses()
        runner.subscribe(statuses)
        runner.unload()
        runner.load("x-broken")
        handle.cancel()
        failed = statuses.wait_for(lambda s: s.state == "failed")
    assert failed.info is None


def test_a_load_that_another_one_supersedes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is the model before it loaded again in between, which had to go for it."""

    class Slow(Recording):
        def load(self, model: LocalModel, options: LoadOptions, report: LoadReporter) -> ScriptedModel:
            self._load_s = 5.0 if model.spec.id == "900-slow" else 0.0
            return super().load(model, options, report)

    backend = Slow()
    memory(monkeypatch, available_bytes=800_000_000, held_bytes=200_000_000)
    with running(lambda: backend, resolve_sized) as runner:
        statuses = Statuses()
        runner.subscribe(statuses)
        runner.load("zero")
        statuses.wait_for(lambda s: s.state == "ready")
        runner.load("900-slow")
        statuses.wait_for(lambda s: s.state == "loading" and s.phase == "reading weights" and s.model_id == "900-slow")
        runner.load("two")
        statuses.wait_for(lambda s: s.state == "ready" and s.model_id == "two")
    assert not any(s.state == "ready" and s.model_id == "900-slow" for s in statuses.seen)
    assert not any(s.state == "ready" and s.model_id == "zero" for s in statuses.seen[3:] if s.error is not None)
    assert backend.parts[0]() is None


def test_a_load_goes_on_for_a_request_that_came_before_the_next_one() -> None:
    backend = Recording()
    backend._load_s = 0.5
    with running(lambda: backend) as runner:
        statuses = Statuses()
        runner.subscribe(statuses)
        runner.load("one")
        statuses.wait_for(lambda s: s.state == "loading" and s.phase == "reading weights")
        sink = Collector()
        runner.submit(request(runner, model_id="one"), sink)
        runner.load("two")
        assert isinstance(sink.result(), Finished)
        statuses.wait_for(lambda s: s.state == "ready" and s.model_id == "two")
    assert [model_id for model_id, _ in backend.loads] == ["one", "two"]


def test_who_unsubscribes_hears_no_more(runner: EngineRunner) -> None:
    heard, gone = Statuses(), Statuses()
    runner.subscribe(heard)
    unsubscribe = runner.subscribe(gone)
    unsubscribe()
    unsubscribe()  # once more does no harm
    runner.load("one")
    heard.wait_for(lambda s: s.state == "ready")
    assert [status.state for status in gone.seen] == ["none"]


def test_a_listener_may_end_its_own_subscription(runner: EngineRunner) -> None:
    calls: list[str] = []

    def once(status: ModelStatus) -> None:
        calls.append(status.state)
        if status.state == "loading":
            unsubscribe()

    heard = Statuses()
    unsubscribe = runner.subscribe(once)
    runner.subscribe(heard)
    runner.load("one")
    heard.wait_for(lambda s: s.state == "ready")
    assert calls == ["none", "loading"]


def test_a_new_listener_does_not_hear_an_old_status_after_a_new_one(runner: EngineRunner) -> None:
    seen: list[str] = []
    ready = Statuses()
    runner.subscribe(ready)

    def slow(status: ModelStatus) -> None:
        if not seen:
            runner.load("one")
            time.sleep(0.3)
        seen.append(status.state)

    runner.subscribe(slow)
    ready.wait_for(lambda s: s.state == "ready")
    deadline_s = time.perf_counter() + 10
    while seen[-1] != "ready" and time.perf_counter() < deadline_s:
        time.sleep(0.01)
    assert seen[0] == "none"
    assert set(seen[1:-1]) == {"loading"}
    assert seen[-1] == "ready"


@pytest.mark.logs("the engine thread failed")
def test_a_failed_engine_refuses_with_the_status_of_a_stopped_one(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = EngineRunner(ScriptedBackend, resolve_any)
    monkeypatch.setattr(runner._loop, "_admit", lambda: 1 / 0)
    runner.submit(request(runner), Collector())
    with pytest.raises(ZeroDivisionError):
        runner.run_forever()
    late = Collector()
    runner.submit(request(runner), late)
    result = late.result(timeout_s=10)
    assert isinstance(result, Failed)
    assert (result.error.kind, result.error.http_status) == ("EngineStopped", 503)
