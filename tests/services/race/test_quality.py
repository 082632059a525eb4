"""Quality beside speed on real kernels: who is the reference, and what the figures are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from llmdesk import paths
from llmdesk.core import Core
from llmdesk.datatypes.work import WorkDone
from llmdesk.services.race.comparing import Comparison, first_difference
from llmdesk.services.race.race import Lane, Plan, Standing
from llmdesk.services.race.running import RACE, run_race
from tests.engine.engine_thread import Heard
from tests.services.race.makers import race_of

pytest.importorskip("torch")
pytestmark = pytest.mark.model

ENTRY = """
[[model]]
id = "{id}"
title = "{id}"
source = "folder"
location = "{folder}"
precision = "int8"
context_tokens = 512
"""


@pytest.fixture
def core(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Core]:
    """A tiny model, and one with another vocabulary."""
    from tests.engine.tiny_models import save_model

    monkeypatch.setenv("LLMDESK_BACKEND", "native")
    monkeypatch.setenv("LLMDESK_THREADS", "1")
    entries = []
    for name, vocabulary in (("tiny", 320), ("other", 352)):
        folder = save_model(tmp_path / name, max_position_embeddings=512, vocab_size=vocabulary)
        entries.append(ENTRY.format(id=name, folder=folder))
    paths.user_catalogue().write_text("".join(entries), encoding="utf-8")
    with Core() as core:
        yield core


def test_the_highest_precision_is_the_reference(core: Core) -> None:
    names = (("tiny", "int4"), ("other", "int8"), ("tiny", "bf16"), ("tiny", "int4"))
    lanes = tuple(Lane(name, name, precision) for name, precision in names)  # type: ignore[arg-type]
    heard = Heard()
    plan = Plan("Hello there", lanes, 24)
    core.runner.run(partial(run_race, plan=plan, resolve=core.catalogue.resolve), heard, occupies=RACE)
    end = heard.end()
    assert isinstance(end, WorkDone), end
    found = end.value
    small, other, large, again = found.runs
    assert [run.standing for run in found.runs] == ["compared", "other_vocabulary", "reference", "compared"]
    assert small.quality is not None
    assert (other.quality, large.quality) == (None, None)
    assert small.quality.reference == 2
    assert small.quality.positions == len(large.answer.pieces)
    assert 0 < small.quality.mean_kl < 1
    assert 0 < small.quality.equal_first <= 1
    assert (small.quality.differs_at is None) == (small.answer.text == large.answer.text)
    assert again.quality == small.quality  # the same form says the same
    assert all(run.answer.stats is not None and run.answer.stats.cached_tokens == 0 for run in found.runs)
    assert core.runner.models_in_memory == ()


class Tokenizer:
    def get_vocab(self) -> dict[str, int]:
        return {"a": 0, "b": 1}


def model_of(network: Any) -> Any:
    """As much of a loaded model as a comparison looks at."""
    chats = SimpleNamespace(encode=lambda messages: SimpleNamespace(ids=[1, 2, 3]))
    return SimpleNamespace(text_model=SimpleNamespace(network=network, tokenizer=Tokenizer(), chats=chats))


@pytest.mark.parametrize(("seed", "differs_at"), [(None, 3), (1, None)])
def test_only_greedy_answers_part_somewhere(seed: int | None, differs_at: int | None) -> None:
    from tests.engine.measuring.test_fidelity import markov

    lanes = (Lane("a", "A", "int4"), Lane("a", "A", "bf16"))
    comparison = Comparison(Plan("Hello", lanes, 4, seed))
    told: list[tuple[int, int]] = []
    report = lambda *now: told.append(now)  # noqa: E731
    assert comparison.place(1, model_of(markov(0)), [5, 6, 7, 8], report) == ("reference", None)
    standing, quality = comparison.place(0, model_of(markov(2, noise=0.3)), [5, 6, 9, 8], report)
    assert standing == "compared"
    assert quality is not None
    assert (quality.reference, quality.positions, quality.differs_at) == (1, 4, differs_at)
    assert quality.mean_kl > 0
    assert comparison.place(0, SimpleNamespace(info=None), [], report) == ("not_measured", None)
    assert told


def test_where_two_answers_part() -> None:
    assert first_difference([1, 2, 3], [1, 2, 3]) is None
    assert first_difference([1, 2, 3], [1, 9, 3]) == 2
    assert first_difference([1, 2, 3], [1, 2]) == 3
    assert first_difference([1], [1, 2]) == 2


def test_a_lane_that_nothing_could_be_compared_with_has_no_other_vocabulary() -> None:
    def standings(*given: Standing) -> list[Standing]:
        race = race_of()
        runs = tuple(replace(race.runs[0], standing=each, quality=None) for each in given)
        return [run.standing for run in Comparison(race.plan).settled(runs)]

    assert standings("reference", "not_measured") == ["alone", "not_measured"]
    assert standings("reference", "reference") == ["other_vocabulary", "other_vocabulary"]
    assert standings("reference", "other_vocabulary") == ["other_vocabulary", "other_vocabulary"]
