"""Several models in memory: who stays, who goes, who waits, and what the window hears of it. Scripted, real thread."""

from __future__ import annotations

import itertools
import queue
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from llmdesk.datatypes.chat import Embedded, EmbeddingRequest, Event, Failed, Finished, LoadProgress, TokenEvent
from llmdesk.datatypes.model import ErrorInfo, LocalModel, ModelInMemory, ModelSize
from llmdesk.engine.backend import LoadOptions, LoadReporter
from llmdesk.engine.backends.scripted import ScriptedBackend, ScriptedModel
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.errors import UnsupportedModel
from tests.engine.engine_thread import Collector, Statuses, request, resolve_any, running
from tests.engine.serving.test_runner import Recording, memory, resolve_sized, room_for_one

SLOW = "[tokens=5000 tps=200] "


def ids(runner: EngineRunner) -> list[str]:
    return [each.model_id for each in runner.models_in_memory]


def named(runner: EngineRunner, model_id: str) -> ModelInMemory:
    return next(each for each in runner.models_in_memory if each.model_id == model_id)


def ask(runner: EngineRunner, model_id: str, prompt: str = "[tokens=2]", origin: str = "api") -> Finished | Failed:
    sink = Collector()
    runner.submit(request(runner, prompt, model_id, origin), sink)
    return sink.result()


def load(runner: EngineRunner, model_id: str, origin: str = "gui", **more: object) -> ErrorInfo | None:
    """And wait for its end."""
    ends: queue.SimpleQueue[ErrorInfo | None] = queue.SimpleQueue()
    runner.load(model_id, origin=origin, on_end=ends.put, **more)  # type: ignore[arg-type]
    return ends.get(timeout=30)


def until(condition: object, timeout_s: float = 10) -> None:
    assert callable(condition)
    deadline_s = time.perf_counter() + timeout_s
    while not condition():
        assert time.perf_counter() < deadline_s
        time.sleep(0.005)


def test_models_stay_beside_each_other_and_tell_who_uses_them() -> None:
    backend = Recording()
    with running(lambda: backend) as runner:
        heard: list[tuple[ModelInMemory, ...]] = []
        unsubscribe = runner.subscribe_models(heard.append)
        assert heard == [()]
        assert load(runner, "mine") is None
        sink = Collector()
        handle = runner.submit(request(runner, SLOW, "theirs", "api"), sink)
        sink.wait_for_tokens(2)
        assert (named(runner, "theirs").running, named(runner, "mine").running) == (1, 0)
        assert isinstance(ask(runner, "mine"), Finished)
        handle.cancel()
        assert isinstance(sink.result(), Finished)
        until(lambda: named(runner, "theirs").running == 0)
        mine, theirs = runner.models_in_memory
        assert (mine.model_id, mine.title, mine.state, mine.users) == ("mine", "Mine", "ready", ("api", "gui"))
        assert (theirs.model_id, theirs.users) == ("theirs", ("api",))
        assert theirs.last_use_s > mine.last_use_s > 0
        unsubscribe()
    assert [model_id for model_id, _ in backend.loads] == ["mine", "theirs"]
    loading = [each for models in heard for each in models if each.state == "loading"]
    assert {each.model_id for each in loading} == {"mine", "theirs"}
    assert {each.phase for each in loading if each.fraction} == {"reading weights"}
    assert all(a != b for a, b in itertools.pairwise(heard))


def test_the_window_hears_nothing_of_a_clients_model() -> None:
    with running(ScriptedBackend) as runner:
        statuses = Statuses()
        runner.subscribe(statuses)
        assert load(runner, "mine") is None
        before = len(statuses.seen)
        assert isinstance(ask(runner, "theirs"), Finished)
        assert load(runner, "another", origin="api") is None
        assert len(statuses.seen) == before
        assert runner.status.info is not None
        assert (runner.status.state, runner.status.info.model_id) == ("ready", "mine")
        assert ids(runner) == ["mine", "theirs", "another"]


def test_without_a_window_the_status_is_of_the_latest_model() -> None:
    with running(ScriptedBackend) as runner:
        for model_id in ("one", "two"):
            assert isinstance(ask(runner, model_id), Finished)
            assert runner.status.model_id == model_id
        assert ids(runner) == ["one", "two"]


def test_another_choice_of_the_window_takes_the_place_of_its_model_unless_clients_use_that() -> None:
    with running(ScriptedBackend) as runner:
        assert load(runner, "one") is None
        assert load(runner, "two") is None
        assert ids(runner) == ["two"]
        assert isinstance(ask(runner, "two"), Finished)
        assert load(runner, "three") is None
        assert ids(runner) == ["two", "three"]
        assert load(runner, "two") is None  # is there: nothing is loaded, and "three" goes
        assert ids(runner) == ["two"]
        assert runner.status.model_id == "two"


def test_the_window_may_have_a_clients_model_in_another_form_and_clients_take_it_as_it_is() -> None:
    backend = Recording()
    with running(lambda: backend) as runner:
        assert isinstance(ask(runner, "one"), Finished)
        assert load(runner, "one", options=LoadOptions(precision="int4")) is None
        assert load(runner, "one", origin="api") is None
        assert isinstance(ask(runner, "one"), Finished)
        info = runner.status.info
        assert info is not None
        assert info.precision == "int4"
    assert [options.precision for _, options in backend.loads] == [None, "int4"]


def test_who_was_not_used_for_longest_makes_room_and_the_window_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for three times 0.5 GB beside the program's 1 GB."""
    monkeypatch.setenv("LLMDESK_MEMORY_LIMIT_GB", "2.6")
    memory(monkeypatch, available_bytes=60 * 10**9, held_bytes=200_000_000)
    with running(ScriptedBackend, resolve_sized) as runner:
        statuses = Statuses()
        runner.subscribe(statuses)
        assert load(runner, "1500-window") is None
        for model_id in ("1500-a", "1500-b", "1500-a", "1500-c"):
            assert isinstance(ask(runner, model_id), Finished)
        assert ids(runner) == ["1500-window", "1500-a", "1500-c"]
        assert isinstance(ask(runner, "2500-large"), Finished)
        assert ids(runner) == ["2500-large"]
        status = statuses.wait_for(lambda s: s.state == "none" and s.model_id == "1500-window")
        assert status.phase == (
            "1500-Window was unloaded to make room for 2500-Large; the next message loads it again."
        )
        assert runner.status == status


@pytest.mark.logs("loading")
@pytest.mark.parametrize(
    ("available_bytes", "helps"), [(60 * 10**9, "raise engine.memory_limit_gb"), (10**9, "Close other programs")]
)
def test_who_finds_no_room_hears_what_is_in_the_way(
    monkeypatch: pytest.MonkeyPatch, available_bytes: int, helps: str
) -> None:
    monkeypatch.setenv("LLMDESK_MEMORY_LIMIT_GB", "2.6")
    memory(monkeypatch, available_bytes=available_bytes, held_bytes=200_000_000)
    with running(ScriptedBackend, resolve_sized) as runner:
        failed = load(runner, "5000-huge")
        assert failed is not None
        assert helps in failed.hint


def test_what_nobody_asked_for_makes_room_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMDESK_MEMORY_LIMIT_GB", "2.6")
    memory(monkeypatch, available_bytes=60 * 10**9, held_bytes=200_000_000)
    with running(ScriptedBackend, resolve_sized) as runner:
        assert load(runner, "1500-window") is None
        assert isinstance(ask(runner, "1500-a"), Finished)
        assert load(runner, "1500-b", origin="background") is None
        assert isinstance(ask(runner, "1500-c"), Finished)
        assert ids(runner) == ["1500-window", "1500-a", "1500-c"]


def test_the_window_takes_what_nobody_asked_for_and_it_goes_with_its_next_choice() -> None:
    with running(ScriptedBackend) as runner:
        assert load(runner, "one", origin="background") is None
        assert load(runner, "one") is None
        assert load(runner, "two") is None
        assert ids(runner) == ["two"]


def test_a_small_model_is_spared_where_a_larger_one_must_go_anyway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMDESK_MEMORY_LIMIT_GB", "3")
    memory(monkeypatch, available_bytes=60 * 10**9, held_bytes=200_000_000)
    with running(ScriptedBackend, resolve_sized) as runner:
        for model_id in ("1100-small", "2500-large", "2800-larger"):
            assert isinstance(ask(runner, model_id), Finished)
        assert ids(runner) == ["1100-small", "2800-larger"]


def test_a_request_waits_only_if_a_model_that_answers_had_to_go(monkeypatch: pytest.MonkeyPatch) -> None:
    room_for_one(monkeypatch)
    with running(ScriptedBackend, resolve_sized) as runner:
        first, second = Collector(), Collector()
        runner.submit(request(runner, "[tokens=60 tps=200]", "1500-a", "api"), first)
        first.wait_for_tokens(1)
        runner.submit(request(runner, "[tokens=2]", "1500-b", "api"), second)
        assert isinstance(ask(runner, "1001-tiny", "[tokens=1]"), Finished)  # after the one that waits
        assert isinstance(second.result(), Finished)
        result = first.result()
        assert isinstance(result, Finished)
        assert result.stats.new_tokens == 60
        ended_s = next(e.t_s for e in reversed(first.events) if isinstance(e, TokenEvent))
        began_s = next(e.t_s for e in second.events if isinstance(e, TokenEvent))
        assert began_s > ended_s


def test_an_answer_goes_on_while_another_model_is_loaded() -> None:
    """It reports 200 times, so the others go on meanwhile."""

    class ManyReports(Recording):
        def load(self, model: LocalModel, options: LoadOptions, report: LoadReporter) -> ScriptedModel:
            for step in range(200 if model.spec.id == "two" else 1):
                report("reading weights", step / 200)
                time.sleep(0.005)
            return super().load(model, options, report)

    with running(ManyReports) as runner:
        first, beside = Collector(), Collector()
        handle = runner.submit(request(runner, SLOW, "one", "api"), first)
        first.wait_for_tokens(2)
        load_ended: list[float] = []
        runner.load("two", origin="api", on_end=lambda error: load_ended.append(time.perf_counter()))
        until(lambda: any(each.state == "loading" for each in runner.models_in_memory))
        began_s = time.perf_counter()
        runner.submit(request(runner, "[tokens=2]", "one", "api"), beside)
        assert isinstance(beside.result(), Finished)
        assert not load_ended
        until(lambda: bool(load_ended))
        during = [e for e in first.events if isinstance(e, TokenEvent) and began_s < e.t_s < load_ended[0]]
        assert len(during) >= 20
        handle.cancel()


@pytest.mark.logs("loading")
def test_a_failed_load_of_a_client_brings_the_windows_model_back(monkeypatch: pytest.MonkeyPatch) -> None:
    room_for_one(monkeypatch)
    with running(ScriptedBackend, resolve_sized) as runner:
        statuses = Statuses()
        runner.subscribe(statuses)
        assert load(runner, "1500-mine", options=LoadOptions(precision="int4")) is None
        result = ask(runner, "1600-broken")
        assert isinstance(result, Failed)
        assert result.error.kind == "ModelDamaged"
        until(lambda: runner.status.state == "ready")
        assert runner.status.info is not None
        assert (runner.status.info.model_id, runner.status.info.precision) == ("1500-mine", "int4")
        assert named(runner, "1500-mine").users == ("gui",)
        assert not any(status.state == "failed" for status in statuses.seen)


@pytest.mark.logs("loading")
def test_a_failed_load_costs_nobody_a_model_where_there_is_room() -> None:
    backend = Recording()
    with running(lambda: backend) as runner:
        assert load(runner, "mine") is None
        assert isinstance(ask(runner, "theirs"), Finished)
        error = load(runner, "x-broken", origin="api")
        assert error is not None
        assert error.kind == "ModelDamaged"
        error = load(runner, "y-broken")
        assert error is not None
        assert ids(runner) == ["mine", "theirs"]
        assert runner.status.state == "failed"
        assert runner.status.info is not None
        assert runner.status.info.model_id == "mine"


def test_each_model_goes_when_it_was_not_used_for_so_long() -> None:
    with running(ScriptedBackend) as runner:
        statuses = Statuses()
        runner.subscribe(statuses)
        assert load(runner, "mine") is None
        sink = Collector()
        handle = runner.submit(request(runner, SLOW, "theirs", "api"), sink)
        sink.wait_for_tokens(1)
        runner.set_idle_unload(0.1)
        statuses.wait_for(lambda s: s.state == "none" and s.model_id == "mine", timeout_s=20)
        assert ids(runner) == ["theirs"]
        assert not any(isinstance(event, Finished) for event in sink.events)
        handle.cancel()
        until(lambda: ids(runner) == [], timeout_s=20)


def test_one_model_is_unloaded_after_its_answers_and_the_others_stay() -> None:
    with running(ScriptedBackend) as runner:
        assert load(runner, "mine") is None
        sink, ends = Collector(), queue.SimpleQueue[ErrorInfo | None]()
        handle = runner.submit(request(runner, SLOW, "theirs", "api"), sink)
        sink.wait_for_tokens(1)
        runner.unload("theirs", origin="api", on_end=ends.put)
        time.sleep(0.05)
        assert ends.empty()
        handle.cancel()
        assert ends.get(timeout=5) is None
        assert ids(runner) == ["mine"]
        runner.unload("mine", on_end=ends.put)
        assert ends.get(timeout=5) is None
        assert runner.status.phase == "Mine was unloaded; the next message loads it again."
        runner.unload("nope", on_end=ends.put)
        assert ends.get(timeout=5) is None


def test_a_choice_that_will_not_wait_ends_clients_answers_only_where_there_is_no_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LLMDESK_MEMORY_LIMIT_GB", "2.6")
    memory(monkeypatch, available_bytes=60 * 10**9, held_bytes=200_000_000)
    with running(ScriptedBackend, resolve_sized) as runner:
        theirs, mine = Collector(), Collector()
        runner.submit(request(runner, SLOW, "1500-a", "api"), theirs)
        runner.submit(request(runner, SLOW, "1500-b", "gui"), mine)
        theirs.wait_for_tokens(1)
        mine.wait_for_tokens(1)
        assert load(runner, "1500-c", interrupt=True) is None
        result = mine.result()
        assert isinstance(result, Finished)
        assert result.reason == "cancelled"
        count = len(theirs.events)
        theirs.wait_for(lambda events: len(events) > count + 2)
        assert ids(runner) == ["1500-a", "1500-c"]
        assert load(runner, "2500-d", interrupt=True) is None
        result = theirs.result()
        assert isinstance(result, Finished)
        assert result.reason == "cancelled"
        assert ids(runner) == ["2500-d"]


def test_a_clients_load_is_not_superseded_by_the_windows() -> None:
    backend = Recording()
    backend._load_s = 0.3
    with running(lambda: backend) as runner:
        ends: queue.SimpleQueue[tuple[str, ErrorInfo | None]] = queue.SimpleQueue()
        for model_id, origin in (("theirs", "api"), ("one", "gui"), ("two", "gui")):
            runner.load(model_id, origin=origin, on_end=lambda error, name=model_id: ends.put((name, error)))  # type: ignore[arg-type, misc]
        told = dict(ends.get(timeout=10) for _ in range(3))
        assert told["theirs"] is None
        assert told["two"] is None
        assert told["one"] is not None
        assert told["one"].kind == "LoadCancelled"
        assert ids(runner) == ["theirs", "two"]


def test_the_end_of_the_program_tells_who_waits_for_a_load() -> None:
    ends: queue.SimpleQueue[ErrorInfo | None] = queue.SimpleQueue()
    with running(lambda: ScriptedBackend(load_s=5)) as runner:
        for model_id in ("one", "two"):
            runner.load(model_id, origin="api", on_end=ends.put)
        until(lambda: bool(runner.models_in_memory))
    told = [ends.get(timeout=1) for _ in range(2)]
    assert {error.kind for error in told if error} == {"LoadCancelled", "EngineStopped"}
    runner.load("late", on_end=ends.put)
    late = ends.get(timeout=1)
    assert late is not None
    assert late.kind == "EngineStopped"


SIZE = ModelSize(0, 0, 500_000_000, cache_bytes_per_token=100_000)


class Holding(ScriptedBackend):
    """Its models hold their weights."""

    def load(self, model: LocalModel, options: LoadOptions, report: LoadReporter) -> ScriptedModel:
        found = super().load(model, options, report)
        found.info = replace(found.info, weights_bytes=531_250_000)
        return found


def resolve_with_size(model_id: str) -> LocalModel:
    local = resolve_any(model_id)
    return replace(local, spec=replace(local.spec, context_tokens=32768), size=SIZE)


def test_the_context_of_a_model_that_stays_is_not_promised_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """1 GB for the program; each model 0.53 GB of weights and 3.28 GB of a full context."""
    held = 1_000_000_000
    memory(monkeypatch, available_bytes=60 * 10**9, held_bytes=held)
    monkeypatch.setenv("LLMDESK_MEMORY_LIMIT_GB", "7")
    with running(Holding, resolve_with_size) as runner:
        assert isinstance(ask(runner, "one"), Finished)
        memory(monkeypatch, available_bytes=60 * 10**9, held_bytes=held + 531_250_000)
        assert isinstance(ask(runner, "two"), Finished)  # 7 - 1 - 3.81 GB are left: 16,384 tokens
        one, two = runner.models_in_memory
        assert one.info is not None
        assert two.info is not None
        assert (one.info.context_tokens, two.info.context_tokens) == (32768, 16384)
        assert two.info.memory_estimated_bytes == held + 2 * 531_250_000 + (32768 + 16384) * 100_000
        assert one.memory_bytes == 531_250_000
        memory(monkeypatch, available_bytes=60 * 10**9, held_bytes=held + 2 * 531_250_000)
        assert isinstance(ask(runner, "three"), Finished)  # the least used one goes, for a long context
        assert ids(runner) == ["two", "three"]


def test_what_a_model_may_still_take_counts_as_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 5 GB that are free, a context will take 3.28; another model with 8,192 tokens does not fit beside that."""
    memory(monkeypatch, available_bytes=5 * 10**9, held_bytes=1_000_000_000)
    monkeypatch.setenv("LLMDESK_MEMORY_LIMIT_GB", "60")
    with running(Holding, resolve_with_size) as runner:
        assert isinstance(ask(runner, "one"), Finished)
        memory(monkeypatch, available_bytes=4 * 10**9, held_bytes=1_531_250_000)
        assert isinstance(ask(runner, "two"), Finished)
        assert ids(runner) == ["two"]


def test_waiting_for_a_load_is_told_to_all_who_wait_for_that_model() -> None:
    backend = Recording()
    backend._load_s = 0.3
    with running(lambda: backend) as runner:
        sinks = [Collector() for _ in range(2)]
        for sink in sinks:
            runner.submit(request(runner, "[tokens=1]", "one", "api"), sink)
        for sink in sinks:
            assert isinstance(sink.result(), Finished)
            assert any(isinstance(event, LoadProgress) for event in sink.events)


def test_a_model_that_gives_no_vectors_refuses_and_goes_on() -> None:
    """Whether it refuses when it is asked or at its first step."""

    class NoVectors(ScriptedModel):
        def embed(self, *args: object) -> Iterator[Event | None]:
            raise UnsupportedModel("It gives none.")

    class Backend(ScriptedBackend):
        def load(self, model: LocalModel, options: LoadOptions, report: LoadReporter) -> ScriptedModel:
            return NoVectors(super().load(model, options, report).info)

    with running(Backend) as runner:
        sink = Collector()
        runner.submit(EmbeddingRequest(runner.new_request_id(), "one", ("some words",)), sink)
        result = sink.result()
        assert isinstance(result, Failed)
        assert result.error.http_status == 400
        assert isinstance(ask(runner, "one"), Finished)
        until(lambda: named(runner, "one").running == 0)


def test_vectors_are_a_request_like_an_answer() -> None:
    with running(ScriptedBackend) as runner:
        sink, cancelled = Collector(), Collector()
        request_id = runner.new_request_id()
        runner.submit(EmbeddingRequest(request_id, "one", ("some words", "others")), sink)
        runner.submit(EmbeddingRequest(runner.new_request_id(), "one", ("x",) * 500), cancelled).cancel()
        result = sink.result()
        assert isinstance(result, Finished)
        assert (result.reason, result.stats.prompt_tokens) == ("stop", 3)
        vectors = [event.vector for event in sink.events if isinstance(event, Embedded)]
        assert [len(vector) for vector in vectors] == [32, 32]
        assert any(isinstance(event, LoadProgress) for event in sink.events)
        result = cancelled.result()
        assert isinstance(result, Finished)
        assert result.reason == "cancelled"


@pytest.mark.logs("loading 1500-vectors failed")
def test_in_the_background_a_model_takes_nobodys_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in memory nor as the window's, and it goes for whoever needs the room."""
    room_for_one(monkeypatch)
    with running(Recording, resolve_sized) as runner:
        assert load(runner, "1500-mine") is None
        sink = Collector()
        runner.submit(EmbeddingRequest(runner.new_request_id(), "1500-vectors", ("words",), origin="background"), sink)
        result = sink.result()
        assert isinstance(result, Failed)
        assert result.error.kind == "NotEnoughMemory"
        assert ids(runner) == ["1500-mine"]
        runner.unload("1500-mine")
        sink = Collector()
        runner.submit(EmbeddingRequest(runner.new_request_id(), "1500-vectors", ("words",), origin="background"), sink)
        assert isinstance(sink.result(), Finished)
        assert runner.status.state == "none"
        assert load(runner, "1500-mine") is None
        assert ids(runner) == ["1500-mine"]
        assert runner.status.model_id == "1500-mine"


def test_a_load_that_the_window_stops_is_made_anew_for_clients_who_wait() -> None:
    backend = ScriptedBackend(load_s=0.3)
    with running(lambda: backend) as runner:
        ends: queue.SimpleQueue[ErrorInfo | None] = queue.SimpleQueue()
        runner.load("tiny", on_end=ends.put)
        client, window = Collector(), Collector()
        runner.submit(request(runner, "[tokens=2]", "tiny", "api"), client)
        runner.submit(request(runner, "[tokens=2]", "tiny", "gui"), window)
        client.wait_for(lambda events: any(isinstance(event, LoadProgress) for event in events))
        runner.cancel_load()
        stopped = ends.get(timeout=30)
        assert stopped is not None
        assert stopped.kind == "LoadCancelled"
        end = window.result()
        assert isinstance(end, Failed)
        assert end.error.kind == "LoadCancelled"
        assert isinstance(client.result(), Finished)


def test_who_stops_a_load_stops_none_that_came_after_it() -> None:
    backend = ScriptedBackend(load_s=0.2)
    with running(lambda: backend) as runner:
        assert load(runner, "one") is None
        stop = runner._loop.models.load_stopper()  # as the window's thread that was slow
        ends: queue.SimpleQueue[ErrorInfo | None] = queue.SimpleQueue()
        runner.load("two", origin="api", on_end=ends.put)
        until(lambda: any(each.state == "loading" for each in runner.models_in_memory))
        stop()
        assert ends.get(timeout=30) is None


def test_a_load_can_be_stopped_before_its_first_step(monkeypatch: pytest.MonkeyPatch) -> None:
    with running(ScriptedBackend) as runner:
        assert load(runner, "one") is None
        models, loads = runner._loop.models, runner._loop._loads
        load_really = models.load

        def stopped_at_once(*args: Any) -> ErrorInfo | None:
            loads.interrupt()
            return load_really(*args)

        monkeypatch.setattr(models, "load", stopped_at_once)
        error = load(runner, "two")
        assert error is not None
        assert error.kind == "LoadCancelled"
