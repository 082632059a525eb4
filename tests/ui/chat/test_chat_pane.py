"""The pane as its user and its owner see it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPlainTextEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from llmdesk.datatypes.chat import FinishReason, GenerationStats
from llmdesk.datatypes.model import ErrorInfo
from llmdesk.ui.chat.error_card import ErrorCard
from llmdesk.ui.chat.figures import FiguresLine, figures_of
from llmdesk.ui.chat.prompt_edit import MAX_LINES, PromptEdit
from llmdesk.ui.kit.buttons import Button, IconButton
from llmdesk.ui.kit.colors import DARK, LIGHT
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.shell.help import about
from tests.ui.chat.conftest import DrivenPane, button, markdown_of, turn, view_of, words_of


def edit_of(pane: DrivenPane) -> QPlainTextEdit:
    return pane.composer.edit


# Composer


def test_enter_sends_and_the_text_stays_until_it_is_accepted(qtbot: QtBot, pane: DrivenPane) -> None:
    QTest.keyClicks(edit_of(pane), "Hello")
    with qtbot.waitSignal(pane.prompt_submitted) as submitted:
        QTest.keyClick(edit_of(pane), Qt.Key.Key_Return)
    assert submitted.args == ["Hello"]
    assert pane.prompt() == "Hello"
    pane.accept_prompt(pane.prompt())
    assert pane.prompt() == ""


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_shift_enter_breaks_the_line(qtbot: QtBot, pane: DrivenPane, key: Qt.Key) -> None:
    QTest.keyClicks(edit_of(pane), "one")
    with qtbot.assertNotEmitted(pane.prompt_submitted):
        QTest.keyClick(edit_of(pane), key, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(edit_of(pane), "two")
    assert pane.prompt() == "one\ntwo"


def test_blank_prompts_are_not_sent(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.set_prompt("  \n ")
    with qtbot.assertNotEmitted(pane.prompt_submitted):
        QTest.keyClick(edit_of(pane), Qt.Key.Key_Return)
    assert not button(pane, "Send").isEnabled()
    pane.set_prompt("x")
    assert button(pane, "Send").isEnabled()


def test_enter_that_confirms_an_input_method_candidate_does_not_send(qtbot: QtBot, pane: DrivenPane) -> None:
    edit = edit_of(pane)
    QTest.keyClicks(edit, "In ")
    QApplication.sendEvent(edit, QInputMethodEvent("にほん", []))
    with qtbot.assertNotEmitted(pane.prompt_submitted):
        QTest.keyClick(edit, Qt.Key.Key_Return)
    assert pane.prompt() == "In "
    commit = QInputMethodEvent("", [])
    commit.setCommitString("日本")
    QApplication.sendEvent(edit, commit)
    assert pane.prompt() == "In 日本"
    with qtbot.waitSignal(pane.prompt_submitted) as submitted:
        QTest.keyClick(edit, Qt.Key.Key_Return)
    assert submitted.args == ["In 日本"]


def test_the_composer_grows_with_its_text_up_to_a_limit(qtbot: QtBot, pane: DrivenPane) -> None:
    edit = edit_of(pane)
    one_line = edit.height()
    pane.set_prompt("a\nb\nc")
    three_lines = edit.height()
    assert three_lines >= one_line + 2 * edit.fontMetrics().lineSpacing()
    pane.set_prompt("word " * 60)
    assert edit.height() > one_line
    pane.set_prompt("line\n" * 100)
    assert edit.height() <= (MAX_LINES + 1) * edit.fontMetrics().lineSpacing()
    pane.accept_prompt(pane.prompt())
    assert edit.height() == one_line


def test_a_gigantic_prompt_is_kept_whole(qtbot: QtBot, pane: DrivenPane) -> None:
    text = "words and words\n" * 20_000
    pane.set_prompt(text)
    with qtbot.waitSignal(pane.prompt_submitted) as submitted:
        QTest.keyClick(edit_of(pane), Qt.Key.Key_Return)
    assert submitted.args == [text]
    pane.begin_turn("1", text)
    button(view_of(pane, "1"), "Copy prompt").click()
    assert QGuiApplication.clipboard().text() == text


def test_typing_goes_on_while_an_answer_streams(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.begin_turn("1", "prompt")
    pane.set_generating(True)
    for word in ("one ", "two ", "three"):
        pane.append_text("1", word)
        markdown_of(pane, "1").render_now()
        QTest.keyClicks(edit_of(pane), word)
    pane.finish_turn("1")
    pane.set_generating(False)
    assert pane.prompt() == "one two three"


def test_the_button_stops(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.set_generating(True)
    assert button(pane, "Stop").isVisible()
    assert not button(pane, "Send").isVisible()
    with qtbot.waitSignal(pane.stop_requested):
        button(pane, "Stop").click()
    pane.set_generating(False)
    assert button(pane, "Send").isVisible()


def test_the_keyboard_is_in_the_composer_after_a_click_beside_its_text(qtbot: QtBot, pane: DrivenPane) -> None:
    composer = pane.composer
    button(turn(pane, "1", "words"), "Edit prompt").click()
    QTest.mouseClick(composer, Qt.MouseButton.LeftButton, pos=composer.rect().bottomLeft() + QPoint(8, -8))
    assert edit_of(pane).hasFocus()


def test_context_and_model_are_named(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.set_model_title("SmolLM2 135M")
    assert edit_of(pane).placeholderText() == "Message SmolLM2 135M"
    pane.set_context(1130, 8192)
    assert pane.composer.context_text == "1,130 of 8,192 tokens"
    pane.set_context(0, 0)
    assert not pane.composer.shows_context


# Empty state


def test_a_sample_prompt_is_filled_in_and_sent(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.set_machine_summary("8 cores")
    card = pane.empty_state.cards[1]
    assert card.isVisible()
    with qtbot.waitSignal(pane.prompt_submitted) as submitted:
        QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    assert submitted.args == [card.prompt]
    assert pane.prompt() == card.prompt
    pane.begin_turn("1", card.prompt)
    assert not card.isVisible()
    pane.start()
    assert card.isVisible()


# Turns


def test_figures_and_reasons(qtbot: QtBot, pane: DrivenPane) -> None:
    reasons: dict[FinishReason, str] = {
        "stop": "",  # the usual end needs no words
        "length": ", ended at the length limit",
        "context_full": ", ended because the context is full",
        "cancelled": ", stopped",
    }
    for reason, words in reasons.items():
        pane.begin_turn(reason, "prompt")
        pane.append_text(reason, "answer")
        pane.finish_turn(reason, reason)
        line = view_of(pane, reason).answer.findChildren(FiguresLine)[0].plain()
        assert line == f"27.4 tok/s, prompt 558 tok/s, first token 112 ms, 148 tokens{words}"


def test_figures_that_were_not_measured_are_left_out() -> None:
    assert figures_of(GenerationStats(new_tokens=1)) == [("", "1", "token")]
    assert ("first token", "2.5", "s") in figures_of(GenerationStats(ttft_s=2.5))
    assert ("without the oldest", "4", "messages") in figures_of(GenerationStats(dropped_messages=4))


def test_progress_shows_until_the_first_word(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.begin_turn("1", "prompt")
    progress = view_of(pane, "1").answer.progress_line
    pane.set_progress("1", "Reading prompt 512 of 2,000 tokens", 0.256)
    qtbot.waitUntil(progress.isVisible)
    assert progress.text == "Reading prompt 512 of 2,000 tokens"
    pane.append_text("1", "word")
    markdown_of(pane, "1").render_now()
    assert not progress.isVisible()


def test_what_an_answer_shows_at_its_end_is_made_there(pane: DrivenPane) -> None:
    """The model begins while the turn's widgets are made, and has to share its time with that."""
    pane.begin_turn("1", "prompt")
    answer = view_of(pane, "1").answer
    assert answer.findChildren(QAbstractButton) == []
    assert answer.findChildren(FiguresLine) == []
    pane.append_text("1", "words")
    pane.finish_turn("1")
    names = {button.accessibleName() for button in answer.findChildren(IconButton) if not button.isHidden()}
    assert names >= {"Copy answer", "Regenerate answer", "Show all figures"}
    assert len(answer.findChildren(FiguresLine)) == 1


def test_what_happens_to_an_answer_that_is_not_shown_does_not_show(qtbot: QtBot, pane: DrivenPane) -> None:
    turn(pane, "1", "first")
    pane.begin_turn("2", "second")
    pane.edit("2", "3", "second again")
    pane.append_text("2", "behind")
    pane.set_progress("2", "late", None)
    pane.finish_turn("2")
    assert [t.answer for t in pane.conversation_view.turns] == [pane.answers["1"], pane.answers["3"]]
    assert pane.conversation_view.view(pane.answers["2"].id) is None
    pane.append_text("3", "new answer")
    pane.finish_turn("3")
    assert words_of(pane, "3") == "new answer"
    pane.chat.choose(pane.answers["2"].parent_id)
    assert words_of(pane, "2") == "behind"


def test_copy_takes_the_source_of_the_answer(qtbot: QtBot, pane: DrivenPane) -> None:
    view = turn(pane, "1", answer="# Title\n\n**bold** `code`\r\n")
    button(view, "Copy answer").click()
    assert QGuiApplication.clipboard().text() == "# Title\n\n**bold** `code`\r\n"


def test_regenerate_names_the_answer(qtbot: QtBot, pane: DrivenPane) -> None:
    view = turn(pane, "1")
    with qtbot.waitSignal(pane.regenerate_requested) as requested:
        button(view, "Regenerate answer").click()
    assert requested.args == [pane.answers["1"].id]


def test_a_prompt_can_be_edited_and_sent_again(qtbot: QtBot, pane: DrivenPane) -> None:
    qtbot.waitActive(pane.window())
    view = turn(pane, "1", "first words")
    button(view, "Edit prompt").click()
    field = view.bubble.findChild(QPlainTextEdit)
    assert field is not None
    assert field.toPlainText() == "first words"
    with qtbot.assertNotEmitted(pane.stop_requested):
        QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    button(view, "Edit prompt").click()
    field = view.bubble.findChild(QPlainTextEdit)
    assert field is not None
    QTest.keyClicks(field, ", more")
    with qtbot.waitSignal(pane.edit_requested) as requested:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert requested.args == [pane.answers["1"].parent_id, "first words, more"]
    assert field.toPlainText() == "first words, more"  # until it was taken
    pane.accept_edit(pane.answers["1"].parent_id)
    assert view.bubble.rewrite is None


def test_actions_show_on_hover_and_on_focus_only(qtbot: QtBot, pane: DrivenPane) -> None:
    qtbot.waitActive(pane.window())
    view = turn(pane, "1")
    copy = button(view, "Copy answer")
    assert isinstance(copy, IconButton)
    assert not _shows_icon(copy)
    here = QPointF(5, 5)
    QApplication.sendEvent(view.answer, QEnterEvent(here, here, here))
    assert _shows_icon(copy)
    QApplication.sendEvent(view.answer, QEvent(QEvent.Type.Leave))
    assert not _shows_icon(copy)
    copy.setFocus(Qt.FocusReason.TabFocusReason)
    assert _shows_icon(copy)
    edit_of(pane).setFocus()
    assert not _shows_icon(copy)


def _shows_icon(button: IconButton) -> bool:
    image = button.grab().toImage()
    return len({image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}) > 1


@pytest.mark.parametrize(
    ("kind", "actions"),
    [
        ("Bug", ["retry", "open_log"]),
        ("ModelNotInstalled", ["open_models"]),
        ("EngineBusy", ["retry"]),
    ],
)
def test_an_error_says_what_happened_and_helps(qtbot: QtBot, pane: DrivenPane, kind: str, actions: list[str]) -> None:
    pane.begin_turn("1", "prompt")
    pane.append_text("1", "half an ans")
    pane.fail_turn("1", ErrorInfo(kind, "What <b>happened</b>.", "What to do."))
    view = view_of(pane, "1")
    card = view.findChild(ErrorCard)
    assert card is not None
    shown = [label.text() for label in card.findChildren(QLabel) if label.text()]
    assert shown == ["What <b>happened</b>.", "What to do."]
    assert words_of(pane, "1") == "half an ans"
    buttons = card.findChildren(Button)
    assert [b.objectName() for b in buttons] == actions
    for each in buttons:
        with qtbot.waitSignal(pane.error_action_requested) as requested:
            each.click()
        assert requested.args == [pane.answers["1"].id, each.objectName()]


def test_a_prompt_that_is_too_long_can_be_edited(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.begin_turn("1", "a long prompt")
    pane.fail_turn("1", ErrorInfo("PromptError", "Too long.", "Shorten it."))
    view = view_of(pane, "1")
    card = view.findChild(ErrorCard)
    assert card is not None
    edit, new_chat = card.findChildren(Button)
    assert (edit.objectName(), new_chat.objectName()) == ("edit", "new_chat")
    edit.click()
    field = next(each for each in view.findChildren(PromptEdit))
    assert field.toPlainText() == "a long prompt"


def test_every_control_has_a_name(qtbot: QtBot, pane: DrivenPane) -> None:
    turn(pane, "1", answer="[link](http://a.b)\n\n```\ncode\n```\n\n| a |\n|---|\n")
    pane.begin_turn("2", "broken")
    pane.fail_turn("2", ErrorInfo("Bug", "a", "b"))
    qtbot.waitUntil(button(pane, "Copy code").isVisible)
    focusable = [w for w in pane.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()]
    assert len(focusable) >= 5
    controls = [w for w in focusable if isinstance(w, QAbstractButton | QPlainTextEdit | QTextEdit)]
    assert [type(w).__name__ for w in controls if not w.accessibleName()] == []


def test_another_model_is_painted_as_the_one_to_write_to(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.set_model_title("Starting")
    edit_of(pane).clearFocus()  # a blinking caret paints, too
    viewport = edit_of(pane).viewport()
    painted = Painted(viewport)
    qtbot.waitUntil(lambda: painted.count > 0)
    qtbot.wait(50)
    painted.count = 0
    pane.set_model_title("SmolLM2 135M")
    qtbot.waitUntil(lambda: painted.count > 0)


class Painted(QObject):
    """Counts the paint events of a widget."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)
        widget.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_an_open_prompt_editor_takes_the_new_colours(qtbot: QtBot, pane: DrivenPane, theme: Theme) -> None:
    button(turn(pane, "1", "words"), "Edit prompt").click()
    field = next(each for each in view_of(pane, "1").findChildren(PromptEdit))
    frame = field.parentWidget()
    assert frame is not None
    for scheme, colors in ((Qt.ColorScheme.Dark, DARK), (Qt.ColorScheme.Light, LIGHT)):
        theme.force(scheme)
        image = frame.grab().toImage()
        assert image.pixelColor(image.width() // 2, 6).name().upper() == colors.surface
        assert image.pixelColor(image.width() // 2, 0).name().upper() not in (DARK.surface, LIGHT.surface)


def test_the_about_text_does_not_promise_what_a_server_breaks() -> None:
    privacy = dict(about())["Privacy"]
    assert "server" in privacy
    assert "unless" in privacy
