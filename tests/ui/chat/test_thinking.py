"""Thinking in the window: it folds away, its figures are true, later prompts and copies do without it, and a switch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from llmdesk import paths
from llmdesk.ui.chat.answer_view import AnswerView
from tests.models import builders
from tests.ui.conftest import _ENTRY, Window

THOUGHT = "Let me see. It is a question."
ANSWER = "Here is **the answer**."
ASK = f"[say tps=400] <think>\n{THOUGHT}\n</think>\n\n{ANSWER}"


def answer_view(window: Window, number: int = -1) -> AnswerView:
    view = window.main.chat.conversation_view.view(window.turns[number].answer.id)
    assert view is not None
    return view.answer


def limit(window: Window, tokens: int) -> None:
    sessions = window.desktop.sessions
    sessions.configure(replace(sessions.options, sampling=replace(sessions.options.sampling, max_new_tokens=tokens)))


@pytest.fixture
def with_switch(catalogue_file: Path, tmp_path: Path) -> str:
    """The id of a model whose template knows a switch."""
    folder = builders.model_folder(tmp_path / "models" / "delta-thinks")
    text = _ENTRY.format(id="delta-thinks", title="Delta", source="folder", location=folder)
    catalogue_file.write_text(catalogue_file.read_text(encoding="utf-8") + text, encoding="utf-8")
    assert catalogue_file == paths.user_catalogue()
    return "delta-thinks"


def test_it_is_folded_into_one_true_line(window: Window) -> None:
    assert window.ask(ASK) == ANSWER
    answer = window.turns[0].answer
    assert answer.reasoning == THOUGHT
    stats = answer.stats
    assert stats is not None
    assert answer.reasoning_tokens == stats.reasoning_tokens == len(f"<think>\n{THOUGHT}\n</think>".split())
    assert answer.reasoning_s == stats.reasoning_s > 0
    view = answer_view(window)
    window.qtbot.waitUntil(lambda: "Thought for" in view.thinking.header.text())
    assert view.thinking.header.text() == f"Thought for {answer.reasoning_s:.1f} s, {stats.reasoning_tokens} tokens"
    assert view.thinking.isVisible()
    assert not view.thinking.is_open
    assert view.painted_chars == len(ANSWER)


def test_it_is_opened_by_the_keyboard_and_folds_again(window: Window) -> None:
    window.ask(ASK)
    header = answer_view(window).thinking.header
    header.setFocus(Qt.FocusReason.TabFocusReason)
    window.qtbot.keyClick(header, Qt.Key.Key_Return)
    assert answer_view(window).thinking.text == THOUGHT
    assert header.accessibleDescription() == "Open"
    window.qtbot.keyClick(header, Qt.Key.Key_Space)
    assert answer_view(window).thinking.text == ""
    window.main.action_table["unfold_thinking"].trigger()
    assert answer_view(window).thinking.text == THOUGHT


def test_it_streams_while_it_runs(window: Window) -> None:
    words = " ".join(f"thought{number}" for number in range(400))
    window.send(f"[say tps=200] <think>\n{words}\n</think>\n\n{ANSWER}")
    window.qtbot.waitUntil(lambda: bool(window.turns and window.turns[0].answer.reasoning))
    view = answer_view(window).thinking
    assert view.isVisible()
    assert not answer_view(window).progress_line.isVisible()
    window.main.action_table["unfold_thinking"].trigger()
    seen = len(view.text)
    window.qtbot.waitUntil(lambda: len(view.text) > seen + 50)
    assert view.text == window.turns[0].answer.reasoning.rstrip()
    assert view.header.text().startswith("Thinking: ")
    window.chat.stop()
    window.wait_idle()
    assert view.header.text().endswith("not to its end")
    assert view.is_open


def test_later_prompts_have_it_apart_from_the_words(window: Window) -> None:
    window.ask(ASK)
    window.ask("[tokens=3] next")
    message = window.backend.requests[-1].messages[1]
    assert (message.role, message.content, message.reasoning) == ("assistant", ANSWER, THOUGHT)


def test_copies_leave_it_out_unless_asked(window: Window) -> None:
    window.ask(ASK)
    answer, clipboard = window.turns[0].answer, QGuiApplication.clipboard()
    window.qtbot.mouseClick(window.button("Copy answer"), Qt.MouseButton.LeftButton)
    assert clipboard.text() == ANSWER
    window.desktop.messages.do("copy_text", answer)
    assert clipboard.text() == "Here is the answer."
    window.main.copy_requested.emit()
    assert clipboard.text().count(THOUGHT) == 1  # in the prompt
    menu = window.desktop.messages.make_menu(answer.id, window.main)
    assert "copy_thinking" in [action.objectName() for action in menu.actions()]
    window.desktop.messages.do("copy_thinking", answer)
    assert clipboard.text() == f"> {THOUGHT}\n\n{ANSWER}"


@pytest.mark.parametrize("tokens", [3, 6])
def test_an_answer_that_was_cut_in_its_thinking_goes_on(window: Window, tokens: int) -> None:
    limit(window, tokens)
    window.ask(ASK)
    answer = window.turns[0].answer
    assert (answer.text, answer.finish_reason) == ("", "length")
    assert THOUGHT.startswith(answer.reasoning.strip())
    window.qtbot.waitUntil(lambda: answer_view(window).thinking.header.text().endswith("not to its end"))
    limit(window, 200)
    window.qtbot.mouseClick(window.button("Continue"), Qt.MouseButton.LeftButton)
    window.wait_idle()
    last = window.backend.requests[-1].messages[-1]
    assert (last.role, last.content) == ("assistant", "")
    assert (answer.reasoning, answer.text) == (THOUGHT, ANSWER)
    assert answer.reasoning_tokens == len(f"<think>\n{THOUGHT}\n</think>".split())
    window.ask("[tokens=3] next")
    assert len(window.backend.requests[-1].messages) == 3


def test_an_answer_of_nothing_but_thoughts_is_left_out_of_the_next_prompt(window: Window) -> None:
    limit(window, 4)
    window.ask(ASK)
    window.ask("[tokens=3] next")
    assert window.told[-1] == ["[tokens=3] next"]


def test_the_switch_is_there_only_where_the_template_knows_one(window: Window) -> None:
    assert not window.main.chat.composer.thinking.isVisible()
    assert not window.main.action_table["thinking"].isEnabled()


def test_thinking_is_switched_for_the_chat(make_window: object, with_switch: str) -> None:
    window: Window = make_window(with_switch)  # type: ignore[operator]
    window.wait_ready("Delta")
    button = window.main.chat.composer.thinking
    window.qtbot.waitUntil(button.isVisible)
    assert button.text() == "Thinking: on"
    assert window.ask(ASK) == ANSWER
    assert window.backend.requests[-1].template_values == ()  # as the model does by itself
    button.setFocus(Qt.FocusReason.TabFocusReason)
    window.qtbot.keyClick(button, Qt.Key.Key_Space)
    assert button.text() == button.accessibleName() == "Thinking: off"
    assert window.ask(ASK) == ANSWER
    assert dict(window.backend.requests[-1].template_values) == {"enable_thinking": False, "thinking": False}
    assert window.turns[-1].answer.reasoning == ""
    assert not answer_view(window).thinking.isVisible()
    window.main.action_table["thinking"].trigger()
    assert button.text() == "Thinking: on"
    window.ask(ASK)
    assert dict(window.backend.requests[-1].template_values)["enable_thinking"] is True
