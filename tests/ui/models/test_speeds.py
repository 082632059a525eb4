"""The picker's speeds: noted from chats, read from benchmarks, and never without fidelity beside them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from llmdesk.datatypes.chat import GenerationStats
from llmdesk.datatypes.model import AnsweredBy
from llmdesk.services.bench import history
from llmdesk.services.bench.chat_speeds import AnswerSpeed, read_answers
from llmdesk.ui.models.row import ModelRow
from llmdesk.ui.models.speed_controller import is_plain
from tests.ui.benchmark.figures import conditions, quality, row
from tests.ui.conftest import Window


def picked(window: Window, model_id: str) -> ModelRow:
    found = window.main.picker.row(model_id)
    assert found is not None
    return found


def wait_for_speed(window: Window, model_id: str, words: str) -> None:
    window.qtbot.waitUntil(lambda: words in picked(window, model_id).words.texts[3])


def kept(window: Window) -> tuple[AnswerSpeed, ...]:
    window.qtbot.waitUntil(lambda: bool(read_answers()))
    return read_answers()


def test_a_chat_counts_as_measured_and_short_answers_do_not(window: Window) -> None:
    window.wait_ready()
    window.ask("[tokens=8 tps=400] short")
    window.ask("[tokens=60 tps=400] long enough")
    found = kept(window)
    stats = window.turns[-1].answer.stats
    assert stats is not None
    assert [(each.model, each.decode_tps) for each in found] == [("alpha", stats.decode_tps)]
    assert found[0].machine == history.here()
    window.open_picker()
    wait_for_speed(window, "alpha", "measured")
    assert "measured in chats" in picked(window, "alpha").words.explanation.lower()


@pytest.mark.parametrize("field", ["accepted_tokens", "model_drafted_tokens", "model_read_tokens"])
def test_answers_beside_drafts_say_nothing_of_a_model(field: str) -> None:
    counts: dict[str, Any] = {field: 1}
    by = AnsweredBy("alpha", "Alpha", "native")
    assert is_plain(by, GenerationStats(new_tokens=50))
    assert not is_plain(by, GenerationStats(new_tokens=50, **counts))


def test_a_benchmark_shows_with_its_fidelity_and_gives_others_an_estimate(window: Window) -> None:
    history.add_run([row("beta", "int8", 27.3, bytes_per_token=4 * 10**8, bandwidth_share=0.55)], conditions())
    history.add_quality("beta", [quality("int8")], conditions())
    window.open_picker()
    wait_for_speed(window, "beta", "int8: measured 27 tok/s here  ·  KL 0.0021")
    found = picked(window, "qwen3-1.7b").words
    numbers = re.match(r"int8: about ([\d.]+) to ([\d.]+) tok/s here, estimated", found.texts[3])
    assert numbers is not None
    low, high = (float(number) for number in numbers.groups())
    assert low < 20e9 * 0.55 / 1.828e9 < high <= 20e9 / 1.828e9 + 0.1
    assert "Calibrated by 1 measurement" in found.explanation
    window.main.picker.fill_menu("beta")
    actions = {action.data()[0]: action.text() for action in window.main.picker.menu.actions() if action.data()}
    assert {"load", "speed", "fidelity"} <= set(actions)
    loads = [action.text() for action in window.main.picker.menu.actions() if action.text().startswith("Load as int8")]
    assert loads[0].endswith("\t27 tok/s, KL 0.0021")


def test_what_older_kernels_did_is_marked(window: Window) -> None:
    history.add_run([row("beta", "int8", 27.3, kernels_version="older")], conditions())
    window.open_picker()
    wait_for_speed(window, "beta", "measured 27 tok/s here, with older kernels")
    assert "measure it again" in picked(window, "beta").words.explanation
