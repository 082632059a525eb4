"""Benchmarks on a running engine: they have it for themselves, can be stopped, and leave it as it was."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from llmdesk.core import Core
from llmdesk.datatypes.chat import Finished, Queued, TokenEvent
from llmdesk.datatypes.model import LocalModel
from llmdesk.datatypes.work import WorkCancelled, WorkDone, WorkFailed, WorkProgress
from llmdesk.engine.serving import work
from llmdesk.services import machine
from llmdesk.services.bench.runs import (
    BENCHMARK,
    QualityResult,
    SpeedOrder,
    SpeedResult,
    default_precision,
    measure_quality,
    measure_speed,
)
from tests.engine.engine_thread import Collector, Heard, Statuses, request
from tests.engine.measuring.test_synthetic import TINY

pytest.importorskip("torch")
pytestmark = pytest.mark.model

ENTRY = """
[[model]]
id = "tiny"
title = "Tiny"
source = "folder"
location = "{folder}"
precision = "int8"
context_tokens = 512
"""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The native backend, and no second spent on measuring the memory."""
    monkeypatch.setenv("LLMDESK_BACKEND", "native")
    monkeypatch.setenv("LLMDESK_THREADS", "1")
    monkeypatch.setattr(machine, "read_bandwidth_gbps", lambda threads: 20.0)


@pytest.fixture
def core(tmp_path: Path) -> Iterator[Core]:
    """An engine with a tiny model in its catalogue."""
    from llmdesk import paths
    from tests.engine.tiny_models import save_model

    folder = save_model(tmp_path / "model", max_position_embeddings=512)
    paths.user_catalogue().write_text(ENTRY.format(folder=folder), encoding="utf-8")
    with Core() as core:
        yield core


@pytest.fixture
def shape(tmp_path: Path) -> str:
    file = tmp_path / "shape.json"
    file.write_text(json.dumps(TINY), encoding="utf-8")
    return str(file)


def order(target: LocalModel | str, repetitions: int = 2) -> SpeedOrder:
    return SpeedOrder(target, ("int8",), (1,), (20,), (5,), (0, 10), repetitions=repetitions)


def test_a_benchmark_runs_beside_a_loaded_model_and_gives_it_back(
    core: Core, shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A warm process measures so small a shape in less time than passes between two looks at the inbox.
    monkeypatch.setattr(work, "_LOOK_ROUND_S", 0.0)
    statuses, heard, answer = Statuses(), Heard(), Collector()
    core.runner.subscribe(statuses)
    core.runner.load("tiny")
    statuses.wait_for(lambda s: s.state == "ready")
    heard.first = lambda: core.runner.submit(request(core.runner, max_new_tokens=3, temperature=0.0), answer)
    core.runner.run(partial(measure_speed, order=order(shape)), heard, occupies=BENCHMARK)
    end = heard.end()
    assert isinstance(end, WorkDone)
    assert isinstance(end.value, SpeedResult)
    rows = end.value.rows
    assert [row.context_tokens for row in rows] == [0, 10]
    assert all(row.prefill_tps.mean > 0 and row.decode_tps.mean > 0 for row in rows)
    assert end.value.conditions["backend"] == "native"
    assert isinstance(answer.result(), Finished)  # loaded again for it
    assert [event.waits_for for event in answer.events if isinstance(event, Queued)][:1] == [BENCHMARK]
    assert not any(isinstance(event, TokenEvent) and event.t_s < rows_end_s(heard) for event in answer.events)
    gone = statuses.wait_for(lambda s: s.state == "none" and s.model_id == "tiny")
    assert gone.phase == "Tiny was unloaded for a benchmark; the next message loads it again."


def rows_end_s(heard: Heard) -> float:
    return heard.times_s[-1]


def test_progress_tells_each_repetition_and_never_goes_back(core: Core, shape: str) -> None:
    heard = Heard()
    core.runner.run(partial(measure_speed, order=order(shape)), heard, occupies=BENCHMARK)
    heard.end()
    told = [event for event in heard.events if isinstance(event, WorkProgress)]
    texts = [event.text for event in told]
    assert "Reading 20 tokens, 2 of 2" in texts
    assert texts.count("Writing 5 tokens, 1 of 2") == 2  # at two depths
    fractions = [event.fraction for event in told if event.fraction is not None]
    assert fractions == sorted(fractions)
    assert 0.9 < fractions[-1] <= 1


def test_a_benchmark_can_be_cancelled(core: Core, shape: str) -> None:
    heard = Heard()
    long = SpeedOrder(shape, ("int8",), (1,), (500,), (5,), repetitions=1_000_000)
    handle = core.runner.run(partial(measure_speed, order=long), heard, occupies=BENCHMARK)
    heard.wait_for(lambda events: any(isinstance(e, WorkProgress) and e.text.startswith("Reading") for e in events))
    handle.cancel()
    assert heard.end() == WorkCancelled()
    sink = Collector()
    core.runner.submit(request(core.runner, max_new_tokens=2), sink)
    assert isinstance(sink.result(), Finished)


def test_the_end_of_the_program_ends_a_benchmark(core: Core, shape: str) -> None:
    heard = Heard()
    long = SpeedOrder(shape, ("int8",), (1,), (500,), (5,), repetitions=1_000_000)
    core.runner.run(partial(measure_speed, order=long), heard, occupies=BENCHMARK)
    heard.wait_for(lambda events: any(isinstance(e, WorkProgress) and e.text.startswith("Reading") for e in events))
    core.close()
    assert heard.end(timeout_s=10) == WorkCancelled()


def test_a_model_that_takes_fewer_tokens_is_a_clear_failure(core: Core) -> None:
    heard = Heard()
    too_long = SpeedOrder(core.catalogue.resolve("tiny"), ("int8",), (1,), (600,), (5,))
    core.runner.run(partial(measure_speed, order=too_long), heard, occupies=BENCHMARK)
    end = heard.end()
    assert isinstance(end, WorkFailed)
    assert (end.error.kind, end.error.http_status) == ("PromptError", 400)


def test_quality_holds_each_precision_against_float32(core: Core) -> None:
    heard = Heard()
    work = partial(measure_quality, target=core.catalogue.resolve("tiny"), precisions=("int8",), threads=1)
    core.runner.run(work, heard, occupies=BENCHMARK)
    end = heard.end()
    assert isinstance(end, WorkDone)
    assert isinstance(end.value, QualityResult)
    rows = {(row.path, row.text): row for row in end.value.rows}
    assert set(rows) == set(itertools.product(("prompt", "token"), ("prose", "code", "chats", "all")))
    assert all(row.precision == "int8" and row.is_default for row in rows.values())
    assert rows["token", "prose"].positions == 511
    assert rows["token", "all"].positions == sum(rows["token", kind].positions for kind in ("prose", "code", "chats"))
    assert all(0 <= row.mean_kl < 0.01 and row.equal_first > 0.9 for row in rows.values())
    fractions = [e.fraction for e in heard.events if isinstance(e, WorkProgress) and e.fraction is not None]
    assert fractions == sorted(fractions)


def test_the_default_precision_is_the_catalogues(core: Core) -> None:
    catalogue = core.catalogue
    assert default_precision(catalogue.resolve("tiny"), catalogue) == "int8"
    for spec in catalogue.specs():
        assert default_precision(f"{spec.id}-instruct", catalogue) == spec.precision or spec.id == "tiny"
    assert default_precision("/somewhere/config.json", catalogue) == "int4"


def test_what_does_not_fit_is_refused_before_it_is_made(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    from llmdesk.services.bench import subjects

    made: list[str] = []
    monkeypatch.setattr(subjects, "load_subject", lambda target, *_: made.append(target))
    monkeypatch.setenv("LLMDESK_MEMORY_LIMIT_GB", "1.5")
    heard = Heard()
    core.runner.run(partial(measure_speed, order=order("phi-4-mini")), heard, occupies=BENCHMARK)
    end = heard.end()
    assert isinstance(end, WorkFailed)
    assert end.error.kind == "NotEnoughMemory"
    assert "phi-4-mini as int8 needs about 4.1 GB" in end.error.user_message
    assert "Raise engine.memory_limit_gb" in end.error.hint  # no other program is in the way
    assert made == []


def test_backends_are_compared_and_the_choice_is_given_back(core: Core, shape: str) -> None:
    from llmdesk.engine.networks.fused.library import best_isa

    before = best_isa()
    heard = Heard()
    both = SpeedOrder(shape, ("int8",), (1,), (20,), (5,), repetitions=1, engines=("", "native"), name="tiny-shape")
    core.runner.run(partial(measure_speed, order=both), heard, occupies=BENCHMARK)
    end = heard.end()
    assert isinstance(end, WorkDone)
    rows = end.value.rows
    assert [row.model for row in rows] == ["tiny-shape", "tiny-shape"]
    assert all(row.is_synthetic and row.kernels_version for row in rows)
    assert rows[1].engine == "native"
    assert rows[0].engine.startswith("llmdesk ") == (before is not None and "unusual" not in rows[0].engine)
    assert best_isa() == before
