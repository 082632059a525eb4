"""Asking, stopping, asking again: the chat as a user has it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from llmdesk.datatypes.chat import SamplingParams
from llmdesk.datatypes.model import LocalModel
from llmdesk.engine.backend import MAX_ACTIVE, LoadOptions, LoadReporter
from llmdesk.engine.backends.scripted import ScriptedBackend, ScriptedModel
from llmdesk.engine.serving.runner import MAX_WAITING
from llmdesk.ui.chat.prompt_edit import MAX_PROMPT_CHARS
from tests.engine.engine_thread import Collector, request
from tests.quiet import until_quiet
from tests.ui.conftest import Window

MakeWindow = Callable[..., Window]


def progress_of(window: Window) -> str:
    """What is said before the first word of the last answer."""
    view = window.main.chat.conversation_view.view(window.turns[-1].answer.id)
    assert view is not None
    return view.answer.progress_line.text


def test_a_question_gets_an_answer_and_its_figures(window: Window) -> None:
    answer = window.ask("hello there")

    assert "hello there" in answer
    assert window.told == [["hello there"]]
    assert window.states == ["done"]
    assert "of 4,096 tokens" in window.main.chat.composer.context_text
    assert window.main.chat.prompt() == ""


def test_each_request_carries_the_turns_before_it(window: Window) -> None:
    first = window.ask("first")
    used_before = window.main.chat.composer.context_text
    window.ask("second")

    assert window.told == [["first"], ["first", first, "second"]]
    assert [message.role for message in window.backend.requests[-1].messages] == ["user", "assistant", "user"]
    assert window.main.chat.composer.context_text != used_before


def test_stop_keeps_what_was_written_and_the_next_question_works(window: Window) -> None:
    window.send("[tokens=5000 tps=300] go on for long")
    window.wait_tokens()
    window.main.chat.stop_requested.emit()
    window.wait_idle(1000)

    assert window.states == ["cancelled"]
    written = window.turns[-1].answer.text
    assert written
    assert "next" in window.ask("next")
    assert window.told[-1] == ["[tokens=5000 tps=300] go on for long", written, "next"]


def test_escape_stops_from_anywhere(window: Window) -> None:
    window.send("[tokens=5000 tps=300] go on for long")
    window.wait_tokens()
    window.main.top_bar.pill.setFocus()
    window.qtbot.keyClick(window.main, Qt.Key.Key_Escape)
    window.wait_idle(1000)

    assert window.turns[-1].answer.state == "cancelled"


def test_escape_closes_a_panel_before_it_stops_an_answer(window: Window) -> None:
    window.send("[tokens=5000 tps=300] go on for long")
    window.wait_tokens()
    window.open_picker()
    window.press_escape()
    assert window.main.picker.isHidden()
    assert window.chat.is_generating
    window.press_escape()
    window.wait_idle(1000)


def test_regenerate_asks_again_without_what_came_after_which_is_kept(window: Window) -> None:
    first = window.ask("first")
    window.ask("second")
    window.main.chat.regenerate_requested.emit(window.turns[0].answer.id)
    window.wait_idle()
    assert window.told == [["first"], ["first", first, "second"], ["first"]]
    assert [turn.prompt.text for turn in window.turns] == ["first"]

    window.qtbot.mouseClick(window.button("Previous version of the answer"), Qt.MouseButton.LeftButton)
    assert [turn.prompt.text for turn in window.turns] == ["first", "second"]
    window.ask("third")
    assert window.told[-1][:2] == ["first", first]
    assert window.told[-1][2::2] == ["second", "third"]


def test_an_edited_prompt_is_answered_anew(window: Window) -> None:
    window.ask("frist")
    window.qtbot.mouseClick(window.button("Edit prompt"), Qt.MouseButton.LeftButton)
    field = window.main.focusWidget()
    window.qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    window.qtbot.keyClicks(field, "first")
    window.qtbot.keyClick(field, Qt.Key.Key_Return)
    window.wait_idle()

    assert window.told == [["frist"], ["first"]]
    assert [turn.prompt.text for turn in window.turns] == ["first"]
    assert "You said: first" in window.turns[0].answer.text


@pytest.fixture
def may_load(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A load goes on once this is set."""
    gate, load = threading.Event(), ScriptedBackend.load

    def load_later(
        self: ScriptedBackend, model: LocalModel, options: LoadOptions, report: LoadReporter
    ) -> ScriptedModel:
        while not gate.wait(0.01):
            report("reading weights", 0.1)
        return load(self, model, options, report)

    monkeypatch.setattr(ScriptedBackend, "load", load_later)
    yield gate
    gate.set()


def test_a_prompt_sent_while_the_model_loads_waits_and_is_answered(
    make_window: MakeWindow, may_load: threading.Event
) -> None:
    window = make_window()
    seen: list[str] = []
    window.qtbot.waitUntil(lambda: bool(window.desktop.sessions.options.model_id))
    window.desktop.bridge.loading.connect(lambda _: seen.append(progress_of(window)))
    window.send("patience")
    assert window.main.chat.prompt() == ""
    window.qtbot.waitUntil(lambda: any(seen))
    may_load.set()
    window.wait_idle()

    assert "patience" in window.turns[-1].answer.text
    assert any(text.startswith("Loading Alpha, ") and text.endswith(" %") for text in seen)


def test_what_cannot_be_sent_at_all_does_not_wait_for_the_answer_either(window: Window) -> None:
    window.send("[tokens=5000 tps=300] long")
    window.wait_tokens()
    text = "x" * (MAX_PROMPT_CHARS + 1)
    window.send(text)

    assert window.main.chat.prompt() == text
    assert window.main.notice.key == "refused"
    assert window.desktop.sessions.current.queue.prompts == ()
    assert len(window.turns) == 1
    window.chat.stop()
    window.wait_idle()
    assert window.main.notice.key == ""
    window.send("short")
    window.wait_idle()
    assert window.states == ["cancelled", "done"]
    assert window.told[-1][-1] == "short"


def test_a_failure_shows_a_card_and_retry_answers(window: Window) -> None:
    window.send("[fail_at=20 tps=500] break")
    window.wait_idle()
    assert window.states == ["failed"]
    assert window.turns[-1].answer.text
    assert window.turns[-1].answer.error is not None

    window.qtbot.mouseClick(window.button("Try again"), Qt.MouseButton.LeftButton)
    window.wait_idle()
    assert window.told == [["[fail_at=20 tps=500] break"]] * 2
    window.chat.edit(window.turns[-1].prompt.id, "mended")
    window.wait_idle()
    assert window.states == ["done"]
    assert window.told[-1] == ["mended"]


def test_a_turn_that_failed_at_once_is_not_sent_along(window: Window) -> None:
    window.ask("[fail_at=1] break")
    window.ask("fine")

    assert window.told[-1] == ["fine"]


def test_the_engines_refusal_is_an_error_card(window: Window) -> None:
    """Other callers fill the queue; the question is refused, and answered once there is room."""
    runner, others = window.desktop.core.runner, [Collector() for _ in range(MAX_ACTIVE + MAX_WAITING)]
    handles = [runner.submit(request(runner, "[tokens=5000 tps=100]", "alpha"), sink) for sink in others]
    window.send("anybody there?")
    window.wait_idle()

    assert window.states == ["failed"]
    error = window.turns[-1].answer.error
    assert error is not None
    assert error.kind == "EngineBusy"
    for handle, sink in zip(handles, others, strict=True):
        handle.cancel()
        sink.result()
    assert ["anybody there?"] not in window.told
    window.qtbot.mouseClick(window.button("Try again"), Qt.MouseButton.LeftButton)
    window.wait_idle()
    assert window.states == ["done"]
    assert window.told[-1] == ["anybody there?"]


@pytest.mark.parametrize("text", ["", "   \n"])
def test_an_empty_prompt_is_not_sent(window: Window, text: str) -> None:
    window.send(text)
    assert not window.turns
    assert not window.chat.is_generating


def test_a_gigantic_prompt_is_refused_and_stays(window: Window) -> None:
    text = "word " * 1_000_000
    window.chat.submit(text)

    assert not window.turns
    assert "too long" in window.main.notice.text


@pytest.mark.timing
@pytest.mark.parametrize("text", ["word " * 1_000_000, "x" * 5_000_000])
@until_quiet
def test_a_gigantic_paste_neither_freezes_nor_loses_anything(window: Window, text: str) -> None:
    window.main.chat.set_prompt("typed before")
    QApplication.clipboard().setText(text)
    window.main.chat.setFocus()
    edit = window.main.focusWidget()
    started_s = time.monotonic()
    window.qtbot.keyClick(edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QApplication.processEvents()
    assert time.monotonic() - started_s < 1.0

    assert window.main.chat.prompt() == "typed before"
    assert "5,000,000 characters" in window.main.notice.text
    QApplication.clipboard().setText(" and pasted")
    window.qtbot.keyClick(edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    window.qtbot.keyClick(edit, Qt.Key.Key_Return)
    window.wait_idle()
    assert window.told == [["typed before and pasted"]]


def test_a_prompt_beyond_the_context_fails_with_a_way_out(window: Window) -> None:
    window.send("[prefill=5000] too much")
    window.wait_idle()

    assert window.states == ["failed"]
    window.main.chat.error_action_requested.emit(window.turns[-1].answer.id, "new_chat")
    assert not window.turns


def test_sampling_is_used_and_remembered(make_window: MakeWindow) -> None:
    window = make_window()
    window.wait_ready()
    window.main.top_bar.sampling_chosen.emit("Custom")
    assert window.main.sampling_panel.isVisible()
    window.main.sampling_panel.max_new_tokens.setValue(7)
    window.press_escape()
    assert not window.main.sampling_panel.isVisible()
    window.ask("short")
    assert window.backend.requests[-1].sampling == SamplingParams(max_new_tokens=7)
    assert len(window.turns[-1].answer.text.split()) == 7
    window.desktop.close()

    again = make_window()
    assert again.desktop.sessions.options.sampling == SamplingParams(max_new_tokens=7)
    assert again.main.top_bar.sampling.text() == "Custom"


def test_twenty_questions_leave_no_widgets_behind_after_a_new_chat(window: Window) -> None:
    window.ask("warm up")
    window.main.new_chat_requested.emit()
    window.qtbot.wait(1)
    before = len(QApplication.allWidgets())
    for number in range(20):
        assert f"question {number}" in window.ask(f"[tps=5000] question {number}")
    window.main.new_chat_requested.emit()

    window.qtbot.waitUntil(lambda: len(QApplication.allWidgets()) <= before + 5)


def test_escape_while_loading_takes_the_prompt_back_but_not_the_model(
    make_window: MakeWindow, may_load: threading.Event
) -> None:
    window = make_window()
    window.qtbot.waitUntil(lambda: bool(window.desktop.sessions.options.model_id))
    window.send("never mind")
    window.qtbot.keyClick(window.main, Qt.Key.Key_Escape)
    window.wait_idle()
    assert window.turns[-1].answer.state == "cancelled"

    may_load.set()
    window.wait_ready()
    assert "hello" in window.ask("hello")
