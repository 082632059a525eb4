"""Context policy, answer cache, idle time: chosen in the window, told before they act, remembered."""

from __future__ import annotations

import pytest

from llmdesk.datatypes.chat import GenerationStats
from llmdesk.datatypes.model import ModelInfo
from llmdesk.services.chats.message import Message
from llmdesk.ui.chat.figures import FiguresLine, all_figures_of
from llmdesk.ui.settings.controls import FieldControl, SwitchControl
from llmdesk.ui.settings.settings_controller import kept_text, memory_text
from llmdesk.ui.settings.settings_dialog import SettingsDialog
from tests.ui.conftest import Window

GB = 10**9


def settings(window: Window) -> SettingsDialog:
    window.main.settings_requested.emit()
    assert window.main.settings_dialog.isVisible()
    return window.main.settings_dialog


def figures_line(window: Window) -> str:
    """The figures under the last answer."""
    view = window.main.chat.conversation_view.view(window.turns[-1].answer.id)
    assert view is not None
    return view.answer.findChildren(FiguresLine)[0].plain()


def test_a_full_context_is_told_before_the_next_question(window: Window) -> None:
    assert window.main.chat.context_warning == ""
    window.ask("[prefill=2250] a long story")
    assert window.main.chat.context_warning == ""
    window.ask("[prefill=720] and on")
    window.qtbot.waitUntil(lambda: "oldest turns will be left out" in window.main.chat.context_warning)
    button = window.main.chat.composer.policy
    button.actions_by_policy["refuse"].trigger()
    window.qtbot.waitUntil(lambda: "refused" in window.main.chat.context_warning)
    window.ask("one more")
    assert window.states[-1] == "failed"
    button.actions_by_policy["drop_oldest"].trigger()
    window.main.chat.error_action_requested.emit(window.turns[-1].answer.id, "retry")
    window.wait_idle()
    assert window.states[-1] == "done"
    assert "without the oldest" in figures_line(window)
    window.qtbot.waitUntil(lambda: window.main.chat.context_warning == "")  # no more than the turn that came


def test_a_long_question_is_warned_of_while_it_is_typed(window: Window) -> None:
    window.main.chat.set_prompt("word " * 3200)
    window.qtbot.waitUntil(lambda: window.main.chat.context_warning != "")
    window.main.chat.set_prompt("short")
    window.qtbot.waitUntil(lambda: window.main.chat.context_warning == "")


def test_stop_ends_the_answer_with_the_context(window: Window) -> None:
    window.main.chat.composer.policy.actions_by_policy["stop"].trigger()
    window.ask("[prefill=3900] a long story")
    window.ask("[tokens=300 tps=2000] go on")
    assert "context is full" in figures_line(window)


def test_the_policy_is_remembered(make_window, window: Window) -> None:  # type: ignore[no-untyped-def]
    window.main.chat.composer.policy.actions_by_policy["stop"].trigger()
    window.desktop.close()
    again = make_window()
    assert again.desktop.sessions.options.context_policy == "stop"
    assert "stop" in again.main.chat.composer.policy.text()


def test_the_same_question_is_answered_from_the_cache_and_says_so(window: Window) -> None:
    window.main.top_bar.sampling_chosen.emit("Precise")
    first = window.ask("what is it?")
    window.main.new_chat_requested.emit()
    assert window.ask("what is it?") == first
    assert "from the answer cache" in figures_line(window)
    assert "tok/s" not in figures_line(window)

    window.main.chat.regenerate_requested.emit(window.turns[-1].answer.id)
    window.wait_idle()
    assert "from the answer cache" not in figures_line(window)


def test_the_cache_can_be_switched_off(make_window, window: Window) -> None:  # type: ignore[no-untyped-def]
    window.main.top_bar.sampling_chosen.emit("Precise")
    window.ask("what is it?")
    panel = settings(window)
    cache = panel.rows["chat.answer_cache"].control
    assert isinstance(cache, SwitchControl)
    assert cache.switch.isChecked()
    cache.switch.click()
    window.main.new_chat_requested.emit()
    window.ask("what is it?")
    assert "from the answer cache" not in figures_line(window)
    window.desktop.close()
    assert not make_window().desktop.sessions.options.uses_response_cache


def test_the_cache_can_be_seen_and_emptied(window: Window) -> None:
    panel = settings(window)
    window.qtbot.waitUntil(lambda: panel.kept.text() == "No answers kept")
    assert not panel.empty_cache.isEnabled()
    window.main.top_bar.sampling_chosen.emit("Precise")
    window.ask("what is it?")
    window.qtbot.waitUntil(lambda: panel.kept.text() == "1 answer, 1 kB")  # the open panel follows
    assert panel.empty_cache.isEnabled()

    panel.empty_cache.click()
    window.qtbot.waitUntil(lambda: panel.kept.text() == "No answers kept")
    assert not panel.empty_cache.isEnabled()
    window.main.new_chat_requested.emit()
    window.ask("what is it?")
    assert "from the answer cache" not in figures_line(window)


def test_the_cache_of_another_model_is_empty(window: Window) -> None:
    window.main.top_bar.sampling_chosen.emit("Precise")
    window.ask("what is it?")
    panel = settings(window)
    window.qtbot.waitUntil(panel.empty_cache.isEnabled)
    window.desktop.core.runner.unload()
    window.qtbot.waitUntil(lambda: not panel.empty_cache.isEnabled())
    assert panel.kept.text() == "No answers kept"


def test_the_kept_answers_in_words() -> None:
    assert kept_text(0, 0) == "No answers kept"
    assert kept_text(1, 90) == "1 answer, 1 kB"
    assert kept_text(64, 3_100_000) == "64 answers, 3 MB"


def test_an_idle_model_is_unloaded_and_comes_back_with_the_next_message(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float | None] = []
    set_idle = window.desktop.core.runner.set_idle_unload
    monkeypatch.setattr(window.desktop.core.runner, "set_idle_unload", asked.append)
    idle = settings(window).rows["model.idle_unload_s"].control
    assert isinstance(idle, FieldControl)
    idle.field.setText("900")
    idle.field.editingFinished.emit()
    assert asked == [900.0]
    assert window.desktop.settings.values.model.idle_unload_s == 900.0

    set_idle(0.05)
    window.qtbot.waitUntil(lambda: "unloaded" in window.main.status_line.text)
    assert "Alpha" in window.main.top_bar.pill.text()
    set_idle(None)
    assert "back" in window.ask("back")


def test_figures_of_reuse_and_lookup() -> None:
    stats = GenerationStats(prompt_tokens=300, cached_tokens=250, new_tokens=9, drafted_tokens=8, accepted_tokens=5)
    answer = Message("a", "p", "assistant", stats=stats)
    words = [" ".join(part for part in figure if part) for figure in all_figures_of(answer)]
    assert "Prompt's length 300 tokens" in words
    assert "Reused of it 250 tokens" in words
    assert "Prompt lookup 5 of 8 drafted tokens right" in words
    assert not any(line.startswith("Draft model") for line in words)


@pytest.mark.parametrize(("computed", "is_told"), [(7, False), (8, True)])
def test_of_a_few_tokens_nobody_is_told_how_fast_they_were_read(computed: int, is_told: bool) -> None:
    stats = GenerationStats(prompt_tokens=300, cached_tokens=300 - computed, prefill_s=0.1, new_tokens=9)
    names = [name for name, _, _ in all_figures_of(Message("a", "p", "assistant", stats=stats))]
    assert ("Prompt" in names) is is_told


def test_figures_tell_who_drafted() -> None:
    stats = GenerationStats(
        new_tokens=90, drafted_tokens=58, accepted_tokens=45, model_drafted_tokens=50, model_accepted_tokens=40
    )
    figures = all_figures_of(Message("a", "p", "assistant", stats=stats))
    words = [" ".join(part for part in figure if part) for figure in figures]
    assert "Prompt lookup 5 of 8 drafted tokens right" in words
    assert "Draft model 40 of 50 drafted tokens right" in words


def test_the_memory_of_the_model_in_use_is_told() -> None:
    info = ModelInfo("a", "Alpha", "ipex", "int4", 2, 4096, GB, 1.0, memory_measured_bytes=3 * GB)
    assert memory_text(16 * GB, None).startswith("llmdesk with its model may take 12.0 GB")
    assert "Alpha took 3.0 GB" in memory_text(16 * GB, info)
