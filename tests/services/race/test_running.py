"""Races on a running engine: each lane alone, known timing, failures as values, quality against the reference."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from llmdesk import paths
from llmdesk.core import Core
from llmdesk.datatypes.chat import Event, Finished, GenerationStats, PromptProgress, Queued, TokenEvent
from llmdesk.datatypes.model import ModelInfo
from llmdesk.datatypes.work import WorkCancelled, WorkDone, WorkProgress
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.engine.generation.timing import answer_times
from llmdesk.services.race.answering import Answering
from llmdesk.services.race.race import Lane, LaneRun, Plan, Race
from llmdesk.services.race.running import RACE, LaneNews, run_race
from llmdesk.services.race.track import Track
from tests.engine.engine_thread import Collector, Heard, Statuses, request
from tests.models import builders

ENTRY = """
[[model]]
id = "{id}"
title = "{id}"
source = "folder"
location = "{folder}"
precision = "int8"
context_tokens = 512
memory_bytes = 1000000
"""


@pytest.fixture
def backend() -> ScriptedBackend:
    return ScriptedBackend(0.005)


@pytest.fixture
def core(tmp_path: Path, backend: ScriptedBackend) -> Iterator[Core]:
    """An engine on the scripted backend, with two models that load and one that does not."""
    ids = ("alpha", "beta", "gamma-broken")
    entries = [ENTRY.format(id=each, folder=builders.model_folder(tmp_path / each)) for each in ids]
    paths.user_catalogue().write_text("".join(entries), encoding="utf-8")
    with Core(make=lambda: backend) as core:
        yield core


def lanes(*names: str) -> tuple[Lane, ...]:
    """As "alpha int4"."""
    return tuple(Lane(name.split()[0], name.split()[0], name.split()[1]) for name in names)  # type: ignore[arg-type]


def race(core: Core, plan: Plan, tell: Any = lambda news: None) -> Race:
    heard = Heard()
    core.runner.run(partial(run_race, plan=plan, resolve=core.catalogue.resolve, tell=tell), heard, occupies=RACE)
    end = heard.end()
    assert isinstance(end, WorkDone), end
    assert isinstance(end.value, Race)
    return end.value


def test_lanes_run_one_after_the_other_and_nothing_is_known_before(core: Core, backend: ScriptedBackend) -> None:
    news: list[LaneNews] = []
    plan = Plan("[tokens=6 tps=400] Count from one to twenty.", lanes("alpha int4", "alpha bf16", "alpha int4"), 8)
    found = race(core, plan, news.append)
    assert [run.order for run in found.runs] == [2, 1, 3]  # the highest precision first
    assert [run.lane for run in found.runs] == list(plan.lanes)
    assert [len(run.answer.pieces) for run in found.runs] == [6, 6, 6]
    assert all(run.answer.stats is not None and run.answer.stats.cached_tokens == 0 for run in found.runs)
    assert not any(run.answer.stats is not None and run.answer.stats.from_response_cache for run in found.runs)
    assert [each.lane for each in news if each.run is not None] == [1, 0, 2]
    asked = [each.messages[0].content for each in backend.requests]
    assert len(asked) == 6  # each lane warmed up before
    assert asked[1::2] == 3 * [plan.prompt]
    assert {run.standing for run in found.runs} == {"not_measured"}  # a script has no probabilities: none are invented
    assert all(run.quality is None and run.memory_bytes > 0 for run in found.runs)


def test_a_lane_that_fails_does_not_end_the_others(core: Core) -> None:
    plan = Plan("[tokens=4 tps=400] hello", lanes("gamma-broken int4", "alpha int8", "nobody int4"), 8)
    found = race(core, plan)
    broken, alpha, nobody = found.runs
    assert "the file ends too early" in broken.answer.error
    assert "nobody" in nobody.answer.error
    assert broken.has_failed
    assert nobody.has_failed
    assert not alpha.has_failed
    assert broken.decode_tps == 0
    assert broken.finish_s == 0
    assert len(alpha.answer.pieces) == 4


def test_the_window_s_model_makes_room_and_a_question_waits(core: Core) -> None:
    statuses, heard, answer = Statuses(), Heard(), Collector()
    core.runner.subscribe(statuses)
    core.runner.load("alpha")
    statuses.wait_for(lambda s: s.state == "ready")
    plan = Plan("[tokens=20 tps=100] hello", lanes("beta int4", "beta int8"), 20)
    heard.first = lambda: core.runner.submit(request(core.runner, model_id="alpha", max_new_tokens=3), answer)
    core.runner.run(partial(run_race, plan=plan, resolve=core.catalogue.resolve), heard, occupies=RACE)
    assert isinstance(heard.end(), WorkDone)
    answer.result()
    assert any(isinstance(event, Queued) and event.waits_for == RACE for event in answer.events)
    assert any(s.state == "none" and "for a race" in s.phase for s in statuses.seen)


def test_it_is_stopped_within_a_step(core: Core) -> None:
    heard = Heard()
    plan = Plan("[tokens=100000 tps=200] hello", lanes("alpha int4", "alpha int8"), 100_000)

    def stop(news: LaneNews) -> None:
        if news.tokens:
            handle.cancel()

    handle = core.runner.run(
        partial(run_race, plan=plan, resolve=core.catalogue.resolve, tell=stop), heard, occupies=RACE
    )
    assert isinstance(heard.end(), WorkCancelled)
    fractions = [
        event.fraction for event in heard.events if isinstance(event, WorkProgress) and event.fraction is not None
    ]
    assert fractions == sorted(fractions)


class StampedModel:
    """A scripted model whose tokens this test times itself."""

    def __init__(self, model: Any, stamps: list[float]) -> None:
        self._model, self._stamps = model, stamps
        self.info, self.responses, self.close = model.info, model.responses, model.close

    def generate(self, request: Any, submitted_s: float, cancel: Any) -> Iterator[Event]:
        self._stamps.clear()  # the last answer's count
        for event in self._model.generate(request, submitted_s, cancel):
            if isinstance(event, TokenEvent):
                self._stamps.append(time.perf_counter())
            yield event


@pytest.mark.timing
def test_the_speed_is_the_script_s(core: Core, backend: ScriptedBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script of 25 tokens per second, whose sleeps are a little longer than asked for on a busy machine."""
    stamps: dict[str, list[float]] = {"alpha": [], "beta": []}
    load = backend.load
    monkeypatch.setattr(backend, "load", lambda found, *rest: StampedModel(load(found, *rest), stamps[found.spec.id]))
    plan = Plan("[tokens=30 tps=25] hello", lanes("alpha int4", "beta int4"), 30)
    for run in race(core, plan).runs:
        times_s = stamps[run.lane.model_id]
        expected = 29 / (times_s[-1] - times_s[0])
        assert expected == pytest.approx(25, rel=0.1)
        assert run.decode_tps == pytest.approx(expected, rel=0.01)
        assert Track(run).tps_at(run.finish_s) == run.decode_tps
        assert Track(run).tps_at(0.8 * run.finish_s) == pytest.approx(expected, rel=0.05)


def test_every_figure_is_that_of_the_known_times() -> None:
    """37 tokens per second, made without a clock: two come out of one step, one event brings held back words."""
    tps, begun_s = 37.0, time.perf_counter()
    info = ModelInfo("a", "A", "native", "int4", 2, 512, 0, 0.0, kernels="llmdesk avx2")
    times_s = [begun_s + 0.5 + 2 * (number // 2) / tps for number in range(100)]

    def events() -> Iterator[Event]:
        yield PromptProgress("r", 0, 20, begun_s)
        yield PromptProgress("r", 20, 20, times_s[0])
        for number, t_s in enumerate(times_s):
            yield TokenEvent("r", "x ", number + 1, t_s, token_id=number)
        yield TokenEvent("r", "end", 100, times_s[-1])
        times = answer_times(begun_s, begun_s, begun_s, times_s[0], times_s[-1])
        yield Finished("r", "length", GenerationStats(prompt_tokens=20, new_tokens=100, **times))

    answering = Answering(lambda: None)
    answering.run(events())
    answer = answering.recorded("hello", info)
    run = LaneRun(Lane("a", "A", "int4"), 1, answer)
    expected = 99 / (times_s[-1] - times_s[0])
    track = Track(run)
    assert answering.ids == list(range(100))
    assert len(answer.pieces) == 100
    assert answer.text.endswith("x end")
    assert run.decode_tps == pytest.approx(expected, rel=1e-9)
    assert track.tps_at(run.finish_s) == pytest.approx(expected, rel=1e-9)
    assert run.ttft_s == pytest.approx(0.5, abs=0.01)
    for t_s in (2.0, 2.5, 3.0):  # as the live figures say it, while it writes
        assert track.tps_at(t_s) == pytest.approx(tps, rel=0.01)
        assert track.tokens_at(t_s) == sum(each - begun_s <= t_s for each in times_s)
    assert [value for t_s, value in track.curve(3.0) if t_s >= 2] == pytest.approx(21 * [tps], rel=0.01)
    assert track.text_at(0.4) == ""
    assert track.text_at(99) == answer.text
