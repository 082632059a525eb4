"""What the window has after a race or a benchmark: what was there before, unless another model was chosen meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from llmdesk.datatypes.model import LocalModel
from llmdesk.datatypes.work import WorkDone
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.engine.serving.work import WorkContext
from llmdesk.errors import ModelNotFound
from llmdesk.ui.threads.model_before import ModelBefore
from tests.engine.engine_thread import Collector, Heard, request, resolve_any, running


class Bench:
    """An engine with Alpha loaded, and work that takes all room until it is told to end."""

    def __init__(self, runner: EngineRunner, beta_may_load: threading.Event) -> None:
        self.runner, self.beta_may_load = runner, beta_may_load
        self.may_end = threading.Event()
        runner.load("alpha")
        self.settle()
        self.heard = Heard()

    def begin(self) -> ModelBefore:
        before = ModelBefore.of(self.runner)
        has_begun = threading.Event()

        def work(context: WorkContext) -> None:
            context.unload()
            has_begun.set()
            assert self.may_end.wait(30)

        self.runner.run(work, self.heard, occupies="a benchmark")
        assert has_begun.wait(30)
        return before

    def end(self) -> None:
        self.may_end.set()
        assert isinstance(self.heard.end(), WorkDone)

    def settle(self) -> str:
        """After all that was asked for; the window's model."""
        is_over = threading.Event()
        self.runner.unload("none", origin="api", on_end=lambda error: is_over.set())
        assert is_over.wait(30)
        info = self.runner.status.info
        return info.model_id if info is not None else ""


@pytest.fixture
def bench() -> Iterator[Bench]:
    beta_may_load = threading.Event()

    def resolve(model_id: str) -> LocalModel:
        if model_id == "gone":
            raise ModelNotFound("There is no model gone.")
        if model_id == "beta":
            assert beta_may_load.wait(30)
        return resolve_any(model_id)

    with running(ScriptedBackend, resolve) as runner:
        yield Bench(runner, beta_may_load)


def test_the_model_before_comes_back(bench: Bench) -> None:
    before = bench.begin()
    bench.end()
    assert bench.settle() == ""
    before.bring_back(bench.runner)
    assert bench.settle() == "alpha"


def test_one_that_was_chosen_meanwhile_and_waits_is_not_given_up(bench: Bench) -> None:
    before = bench.begin()
    bench.runner.load("beta")
    bench.end()
    before.bring_back(bench.runner)  # beta waits, or is being looked for
    bench.beta_may_load.set()
    assert bench.settle() == "beta"


def test_one_that_made_way_for_the_next_measurement_comes_back(bench: Bench) -> None:
    before = bench.begin()
    bench.beta_may_load.set()
    bench.runner.load("beta")
    bench.end()
    assert bench.settle() == "beta"
    bench.heard = Heard()
    bench.begin()
    bench.end()
    before.bring_back(bench.runner)
    assert bench.settle() == "beta"


def test_one_that_could_not_be_loaded_changes_nothing(bench: Bench) -> None:
    before = bench.begin()
    bench.runner.load("gone")
    bench.end()
    assert bench.settle() == ""
    before.bring_back(bench.runner)
    assert bench.settle() == "alpha"


def test_one_that_waits_for_an_answer_at_the_begin_is_the_one_before(bench: Bench) -> None:
    bench.beta_may_load.set()
    answer = Collector()
    handle = bench.runner.submit(request(bench.runner, "[tokens=5000 tps=200]", "alpha", origin="gui"), answer)
    answer.wait_for_tokens(1)
    bench.runner.load("beta")
    before = ModelBefore.of(bench.runner)
    handle.cancel()
    assert bench.settle() == "beta"
    bench.begin()
    bench.end()
    before.bring_back(bench.runner)
    assert bench.settle() == "beta"
