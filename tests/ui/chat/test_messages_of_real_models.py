"""What is kept with answers of real networks, in the window with the engine that users have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from llmdesk.ui.shell.desktop import Desktop
from tests.engine.generation.tools import templates
from tests.engine.tiny_models import save_model
from tests.own_models import ask, list_models, opened, wait, wait_ready

pytest.importorskip("torch")
pytestmark = pytest.mark.model


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path) -> Iterator[Desktop]:
    """With two random networks: one that thinks as DeepSeek R1 does, and one with Qwen3's switch."""
    folders = {}
    for name, template in (("deep", templates.DEEPSEEK), ("switch", templates.QWEN3)):
        folders[name] = save_model(tmp_path / name)
        (folders[name] / "chat_template.jinja").write_text(template, encoding="utf-8")
    list_models(folders)
    yield from opened("deep")


def test_an_answer_that_is_all_thinking_is_cut_and_goes_on(qtbot: QtBot, desktop: Desktop) -> None:
    wait_ready(qtbot, desktop, "Deep")
    assert not desktop.window.chat.composer.thinking.isVisible()
    answer = ask(qtbot, desktop, "hello", 12)
    assert answer.error is None
    assert (answer.text, answer.finish_reason) == ("", "length")
    assert answer.stats is not None
    assert answer.reasoning_tokens == answer.stats.reasoning_tokens == answer.stats.new_tokens == 12
    assert answer.reasoning_s == pytest.approx(answer.stats.decode_s)
    (by,) = answer.answered_by
    info = desktop.window.top_bar.status.info
    assert info is not None
    assert (by.title, by.precision, by.backend, by.kernels) == ("Deep", "int8", info.backend, info.kernels)
    desktop.chat.go_on(answer.id)
    wait(qtbot, lambda: not desktop.chat.is_generating)
    assert answer.stats.parts == 2
    assert answer.reasoning_tokens == 24
    assert answer.text == ""


def test_the_model_and_precision_that_really_answered_are_named(qtbot: QtBot, desktop: Desktop) -> None:
    wait_ready(qtbot, desktop, "Deep")
    first = ask(qtbot, desktop, "hello", 6)
    models = desktop.models
    assert models is not None
    desktop.chat.regenerate(first.id, lambda: models.use("switch", "int4"))
    wait(qtbot, lambda: not desktop.chat.is_generating)
    second = desktop.chat.conversation.path[-1]
    assert [(by.title, by.precision) for by in second.answered_by] == [("Switch", "int4")]
    assert [(by.title, by.precision) for by in first.answered_by] == [("Deep", "int8")]
    button = desktop.window.chat.composer.thinking
    wait(qtbot, button.isVisible)
    assert button.text() == "Thinking: on"
    button.click()
    third = ask(qtbot, desktop, "and", 6)
    assert (third.state, third.reasoning) == ("done", "")
    assert third.stats is not None
    assert third.stats.new_tokens  # of a random network: maybe half of a letter
    assert third.stats.reasoning_tokens == 0
