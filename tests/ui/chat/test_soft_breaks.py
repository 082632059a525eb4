"""Gigantic paragraphs in the composer: quick at each key, and exactly the text in everything that leaves it."""

from __future__ import annotations

import itertools
import random
import statistics
import time

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from llmdesk.ui.chat import soft_breaks
from llmdesk.ui.chat.prompt_edit import PromptEdit
from llmdesk.ui.chat.soft_breaks import BREAK_CHARS, LONGEST_CHARS, MARK, pieces, with_breaks, without_breaks
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit.theme import Theme
from tests.ui.conftest import Window

Query = Qt.InputMethodQuery
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}"
TEXTS = {
    "words": "some words \N{NO-BREAK SPACE}and more " * 400,
    "one word": "abcdefghij" * 1_000,
    "families": FAMILY * 1_500,
    "marks": "e\N{COMBINING ACUTE ACCENT}" * 4_000,
    "Arabic": "السلام عليكم " * 600,
    "lines": "x" * 4_000 + "\n\n" + "y" * 8_000 + "\n",
}
MOVES = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
)


@pytest.fixture
def edit(qtbot: QtBot, theme: Theme) -> PromptEdit:
    made = PromptEdit(ChatStyle(theme))
    qtbot.addWidget(made)
    made.resize(500, 200)
    made.show()
    return made


def paste(edit: PromptEdit, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    edit.insertFromMimeData(data)


def key(edit: PromptEdit, which: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(edit, which, modifiers)


def test_no_piece_is_long_or_ends_inside_of_a_letter_and_together_they_are_the_text() -> None:
    for name, text in TEXTS.items():
        assert without_breaks(with_breaks(text)) == text
        for line in text.split("\n"):
            found = pieces(line)
            assert "".join(found) == line
            assert max(map(len, found)) <= LONGEST_CHARS
            if name == "families":
                assert all(piece.startswith(FAMILY) and piece.endswith(FAMILY) for piece in found)


@pytest.mark.parametrize("name", ["words", "families", "lines"])
def test_what_is_pasted_copied_and_undone_is_exactly_the_text(edit: PromptEdit, name: str) -> None:
    text = TEXTS[name]
    paste(edit, "before ")
    paste(edit, text)
    assert edit.toPlainText() == f"before {text}"
    assert edit.document().blockCount() > text.count("\n") + 1
    edit.selectAll()
    key(edit, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == f"before {text}"
    key(edit, Qt.Key.Key_X, CONTROL)
    assert edit.toPlainText() == ""
    key(edit, Qt.Key.Key_Z, CONTROL)
    assert edit.toPlainText() == f"before {text}"
    key(edit, Qt.Key.Key_Z, CONTROL)
    assert edit.toPlainText() == "before "
    key(edit, Qt.Key.Key_Z, CONTROL | SHIFT)
    assert edit.toPlainText() == f"before {text}"


def test_a_paragraph_that_is_typed_is_broken_and_undone_whole(edit: PromptEdit) -> None:
    edit.setPlainText("y" * (LONGEST_CHARS - 3))
    edit.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(edit, "abcdef")
    assert edit.document().blockCount() == 2
    assert edit.toPlainText() == "y" * (LONGEST_CHARS - 3) + "abcdef"
    while edit.document().isUndoAvailable():
        edit.undo()
    assert edit.toPlainText() == "y" * (LONGEST_CHARS - 3)


def at_break(edit: PromptEdit, *, behind: bool) -> int:
    """Put the cursor at a side of the first soft break; returns where that is in the text."""
    first = edit.document().firstBlock().length()  # with its separator
    cursor = edit.textCursor()
    cursor.setPosition(first - 1 + BREAK_CHARS if behind else first - 1)
    edit.setTextCursor(cursor)
    return first - 1


def test_deleting_at_a_break_takes_characters(edit: PromptEdit) -> None:
    text = "word " * 2_000
    keys, either = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete), (False, True)
    for which, behind, with_control in itertools.product(keys, either, either):
        edit.setPlainText(text)
        place = at_break(edit, behind=behind)
        key(edit, which, CONTROL if with_control else Qt.KeyboardModifier.NoModifier)
        count = 5 if with_control else 1
        is_back = which == Qt.Key.Key_Backspace
        left = text[: place - count] + text[place:] if is_back else text[:place] + text[place + count :]
        assert edit.toPlainText() == left, (which, behind, with_control)


def test_typing_and_pasting_over_a_selection_across_breaks(edit: PromptEdit) -> None:
    text = "word " * 2_000
    edit.setPlainText(text)
    place = at_break(edit, behind=True)
    for _ in range(3):
        key(edit, Qt.Key.Key_Left, SHIFT)
    assert edit.textCursor().hasSelection()
    edit.textCursor().insertText("!")
    assert edit.toPlainText() == text[: place - 2] + "!" + text[place:]
    assert without_breaks(edit.document().toRawText()) == edit.toPlainText()


@pytest.mark.parametrize("seed", range(2))
def test_keys_at_random_do_what_they_do_without_breaks(
    edit: PromptEdit, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """The same deletions and insertions on a plain string; where the cursor is, the field says."""
    monkeypatch.setattr(soft_breaks, "LONGEST_CHARS", 30)
    monkeypatch.setattr(soft_breaks, "PIECE_CHARS", 15)
    monkeypatch.setattr(soft_breaks, "_SPACE_CHARS", 4)
    chance = random.Random(seed)
    expected = "".join(chance.choice("ab c\n") if chance.random() < 0.3 else "x" for _ in range(400))
    edit.setPlainText(expected)
    for _ in range(250):
        for _ in range(chance.randrange(4)):
            key(edit, chance.choice(MOVES), chance.choice((Qt.KeyboardModifier.NoModifier, SHIFT)))
        begin = len(edit.text_before_cursor())
        end = begin + len(without_breaks(edit.textCursor().selectedText()))
        match chance.randrange(5):
            case 0:
                key(edit, Qt.Key.Key_Backspace)
                expected = expected[: begin - (begin == end and begin > 0)] + expected[end:]
            case 1:
                key(edit, Qt.Key.Key_Delete)
                expected = expected[:begin] + expected[end + (begin == end) :]
            case 2:
                key(edit, Qt.Key.Key_Q)
                expected = expected[:begin] + "q" + expected[end:]
            case 3:
                key(edit, Qt.Key.Key_Return, SHIFT)
                expected = expected[:begin] + "\n" + expected[end:]
            case 4:
                new = "z" * chance.randrange(1, 60)
                paste(edit, new)
                expected = expected[:begin] + new + expected[end:]
        assert edit.toPlainText() == expected, edit.document().toRawText()
    states = [expected]
    while edit.document().isUndoAvailable() and len(states) < 40:
        edit.undo()
        states.append(edit.toPlainText())
    for state in reversed(states[:-1]):
        edit.redo()
        assert edit.toPlainText() == state


def directions(edit: PromptEdit) -> list[bool]:
    """Of each block: does it begin at the right?"""
    found, block = [], edit.document().begin()
    while block.isValid():
        found.append(edit.cursorRect(QTextCursor(block)).x() > edit.viewport().width() / 2)
        block = block.next()
    return found


ARABIC_WITH_LATIN = "السلام عليكم " + "Qt " * 800 + "مرحبا بالعالم " * 200


def test_the_pieces_of_a_paragraph_have_its_direction(edit: PromptEdit) -> None:
    """Whatever they begin with: a paragraph from the right with Latin words, one from the left with Arabic ones."""
    edit.setPlainText(ARABIC_WITH_LATIN)
    assert directions(edit) == edit.document().blockCount() * [True]
    edit.setPlainText("Say: " + ARABIC_WITH_LATIN)
    assert directions(edit) == edit.document().blockCount() * [False]
    edit.selectAll()
    paste(edit, ARABIC_WITH_LATIN)
    assert directions(edit) == edit.document().blockCount() * [True]
    assert edit.document().blockCount() > 3


def test_what_is_written_from_the_right_stands_at_the_right(edit: PromptEdit) -> None:
    for text, is_from_right in (("", False), ("مرحبا", True), ("hello", False), ("12 مرحبا\nhello", True)):
        edit.setPlainText(text)
        assert directions(edit) == [is_from_right] * edit.document().blockCount(), text
    edit.setPlainText("")
    paste(edit, "مرحبا")
    assert directions(edit) == [True]
    key(edit, Qt.Key.Key_Z, CONTROL)
    assert directions(edit) == [False]


def test_the_pieces_follow_a_first_letter_that_is_changed(edit: PromptEdit) -> None:
    edit.setPlainText(ARABIC_WITH_LATIN)
    edit.moveCursor(QTextCursor.MoveOperation.Start)
    QTest.keyClick(edit, Qt.Key.Key_Q)
    assert directions(edit) == edit.document().blockCount() * [False]
    assert edit.toPlainText() == f"q{ARABIC_WITH_LATIN}"
    key(edit, Qt.Key.Key_Backspace)
    assert directions(edit) == edit.document().blockCount() * [True]
    while edit.document().isUndoAvailable():
        edit.undo()
    assert edit.toPlainText() == ARABIC_WITH_LATIN
    assert directions(edit) == edit.document().blockCount() * [True]
    paste(edit, "pasted ")
    assert directions(edit) == edit.document().blockCount() * [False]


@pytest.mark.parametrize("divides", ["paste", "key"])
def test_both_parts_of_a_divided_paragraph_have_their_directions(divides: str, edit: PromptEdit) -> None:
    edit.setPlainText("مرحبا Qt " + ARABIC_WITH_LATIN)
    cursor = edit.textCursor()
    cursor.setPosition(len("مرحبا "))
    edit.setTextCursor(cursor)
    if divides == "paste":
        paste(edit, "\n")
    else:
        QTest.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert directions(edit) == [True, *[False] * (edit.document().blockCount() - 1)]


def asked(edit: PromptEdit, query: Qt.InputMethodQuery) -> object:
    return edit.inputMethodQuery(query)


def test_an_input_method_sees_no_break(edit: PromptEdit) -> None:
    text = "".join(chr(0x4E00 + number) for number in range(5_000)) + "🙂"
    edit.setPlainText(text)
    place = at_break(edit, behind=True)
    around, at = asked(edit, Query.ImSurroundingText), asked(edit, Query.ImCursorPosition)
    assert isinstance(around, str)
    assert isinstance(at, int)
    assert around in text
    assert around[at - 3 : at + 3] == text[place - 3 : place + 3]
    assert asked(edit, Query.ImAnchorPosition) == at
    assert asked(edit, Query.ImAbsolutePosition) == place
    assert str(asked(edit, Query.ImTextBeforeCursor)).endswith(text[place - 9 : place])
    assert str(asked(edit, Query.ImTextAfterCursor)).startswith(text[place : place + 9])
    for _ in range(2):
        key(edit, Qt.Key.Key_Left)
    for _ in range(4):
        key(edit, Qt.Key.Key_Right, SHIFT)
    selected = str(asked(edit, Query.ImCurrentSelection))
    assert len(selected) > 1
    assert selected in text
    for query in Query:  # none of Qt's answers is of a type that cannot be told on
        asked(edit, query)
    edit.moveCursor(QTextCursor.MoveOperation.End)
    assert asked(edit, Query.ImAbsolutePosition) == len(text) + 1  # in UTF-16


@pytest.mark.parametrize(("start", "count"), [(-3, 3), (-2, 4), (0, 2), (-1, 1)])
def test_an_input_method_replaces_across_a_break(edit: PromptEdit, start: int, count: int) -> None:
    text = "".join(chr(0x4E00 + number) for number in range(5_000))
    for behind in (False, True):
        edit.setPlainText(text)
        place = at_break(edit, behind=behind)
        event = QInputMethodEvent("", [])
        event.setCommitString("字", start, count)
        edit.inputMethodEvent(event)
        assert edit.toPlainText() == text[: place + start] + "字" + text[place + start + count :]


def test_an_input_method_sees_a_short_paragraph_as_it_is(edit: PromptEdit) -> None:
    edit.setPlainText("above\nhere 🙂 it is\nbelow")
    cursor = edit.textCursor()
    cursor.setPosition(11)
    edit.setTextCursor(cursor)
    assert asked(edit, Query.ImSurroundingText) == "here 🙂 it is"
    assert asked(edit, Query.ImCursorPosition) == 5
    assert asked(edit, Query.ImAbsolutePosition) == 11


def test_a_mark_that_comes_from_outside_is_none(edit: PromptEdit) -> None:
    paste(edit, f"a\n{MARK}b")
    assert edit.toPlainText() == "a\n\N{REPLACEMENT CHARACTER}b"


def test_a_gigantic_paragraph_is_sent_and_changed_exactly(window: Window) -> None:
    text = ("漢字 " * 3_000).strip()
    paste(window.main.chat.composer.edit, text)
    window.qtbot.keyClick(window.main.chat.composer.edit, Qt.Key.Key_Return)
    window.wait_idle()
    assert window.told == [[text]]
    found = window.main.chat.conversation_view.view(window.turns[0].answer.id)
    assert found is not None
    found.bubble.start_edit()
    field = window.main.focusWidget()
    assert isinstance(field, PromptEdit)
    assert field.toPlainText() == text
    QTest.keyClicks(field, "!")
    window.qtbot.keyClick(field, Qt.Key.Key_Return)
    window.wait_idle()
    assert window.told[-1] == [f"{text}!"]


@pytest.mark.timing
@pytest.mark.parametrize("name", ["words", "one word", "CJK"])
def test_a_key_in_a_paragraph_of_200_000_characters_is_quick(window: Window, name: str) -> None:
    edit = window.main.chat.composer.edit
    paste(edit, ({"words": "some words ", "one word": "abcdefghij", "CJK": "漢字かな"}[name] * 60_000)[:199_000])
    taken_ms: list[float] = []
    for place in (QTextCursor.MoveOperation.End, QTextCursor.MoveOperation.Start):
        edit.moveCursor(place)
        for _ in range(20):
            started_s = time.perf_counter()
            QTest.keyClick(edit, Qt.Key.Key_Q)
            edit.repaint()
            taken_ms.append(1000 * (time.perf_counter() - started_s))
    assert statistics.median(taken_ms) < 16, f"at most {max(taken_ms):.1f} ms"
