"""Text from the right is mirrored, code never is, what turns text unseen is shown; wide words and tabs."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF, QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from llmdesk.ui.chat.markdown.bidi import CONTROLS
from llmdesk.ui.chat.markdown.code_card import CodeCard
from llmdesk.ui.chat.markdown.document_view import DocumentView
from llmdesk.ui.chat.markdown.segments import Segment
from llmdesk.ui.chat.markdown.table_card import TableCard
from llmdesk.ui.chat.prompt_code import prompt_lines
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit.theme import Theme
from tests.ui.chat.conftest import DrivenPane, document_of, markdown_of, turn, view_of

CONTROL_CHARS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


def segments(qtbot: QtBot, pane: DrivenPane, source: str) -> list[Segment]:
    view = turn(pane, "1", "prompt", source).answer.markdown
    qtbot.waitUntil(lambda: view.width() > 600)
    QTest.qWait(20)
    return view.segments


def x_of(view: DocumentView, text: str) -> float:
    """The place of the first letter of a text, from the left."""
    cursor = view.document().find(text)
    assert not cursor.isNull(), text
    cursor.setPosition(cursor.selectionStart())
    return view.cursorRect(cursor).left()


def test_items_from_the_right_have_their_marks_and_indent_there(qtbot: QtBot, pane: DrivenPane) -> None:
    long = "מילה " * 60
    (segment,) = segments(qtbot, pane, f"- item\n- {long}\n  1. מקונן\n")
    view = document_of(segment)
    from_left, from_right = x_of(view, "item"), view.width() - x_of(view, "מילה")
    assert abs(from_left - from_right) < 4
    block = view.document().findBlockByNumber(1)
    second_line = block.layout().lineAt(1)
    edge = block.layout().position().x() + second_line.naturalTextRect().right()
    assert abs(view.width() - edge - from_right) < 6  # below the words, not below the mark
    assert view.width() - x_of(view, "מקונן") > from_right + 20


def test_quotes_from_the_right_have_their_bar_there(qtbot: QtBot, pane: DrivenPane) -> None:
    hebrew, rule, english = segments(qtbot, pane, "> ציטוט\n\n---\n\n> quote")
    assert hebrew.mirrored
    right_px = hebrew.width() - hebrew.content.geometry().right() - 1
    assert right_px == english.content.geometry().left() > 0
    for segment, side in ((hebrew, segment_right), (english, segment_left)):
        colour = segment.grab().toImage().pixelColor(side(segment), segment.height() - 2)
        assert colour == segment._style.color("line")
    assert not english.mirrored
    assert rule.content is not None


def segment_left(segment: Segment) -> int:
    return 1


def segment_right(segment: Segment) -> int:
    return segment.width() - 2


def test_the_direction_is_found_while_the_words_come(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.begin_turn("1", "prompt")
    answer = markdown_of(pane, "1")
    for piece in ("> 1", "2 ", "של", "ום\n\n- ", "a", "b"):
        pane.append_text("1", piece)
        answer.render_now()
    quote, items = answer.segments
    assert quote.mirrored
    assert document_of(quote).document().firstBlock().textDirection() == Qt.LayoutDirection.RightToLeft
    assert document_of(items).document().firstBlock().textDirection() == Qt.LayoutDirection.LeftToRight


def test_code_is_from_the_left_even_in_lists_from_the_right(qtbot: QtBot, pane: DrivenPane) -> None:
    _, segment = segments(qtbot, pane, "1. קוד:\n\n   ```\n   x = שלום\n   ```\n")
    view = document_of(segment)
    assert segment.mirrored
    assert view.document().firstBlock().textDirection() == Qt.LayoutDirection.LeftToRight
    assert view.layoutDirection() == Qt.LayoutDirection.LeftToRight
    assert view.cursorRect(QTextCursor(view.document())).left() < 60


def test_signs_in_code_stay_behind_the_word_before_them(qtbot: QtBot, pane: DrivenPane) -> None:
    """Else a string from the right swaps places with the comment behind it."""
    code = 'let x = "שלום"; // הערה, עוד\ny = "שלום עולם" + 😀'
    source = f"```\n{code}\n```\n\nטקסט `f(א, b)` סוף"
    pane.begin_turn("1", "prompt")
    for char in source:
        pane.append_text("1", char)
        markdown_of(pane, "1").render_now()
    pane.finish_turn("1")
    card, words = markdown_of(pane, "1").segments
    view = document_of(card)
    QTest.qWait(20)
    assert x_of(view, "let") < x_of(view, '";') < x_of(view, "//") < x_of(view, ", ")
    selection = pane.conversation_view.selection
    selection.select_message(view)
    assert selection.text() == f"{code}\n\nטקסט f(א, b) סוף"
    assert "`f(א, b)`" in selection.markdown()
    assert x_of(document_of(words), "(א") < x_of(document_of(words), "b)")


def test_a_table_from_the_right_has_its_first_column_there(qtbot: QtBot, pane: DrivenPane) -> None:
    (segment,) = segments(qtbot, pane, "| שם | ערך |\n|---|---|\n| אחד | שתיים |\n")
    table = segment.content
    assert isinstance(table, TableCard)
    assert x_of(table, "שם") > x_of(table, "ערך") > table.width() / 2
    assert x_of(table, "אחד") > x_of(table, "שתיים")
    pane.conversation_view.selection.select_message(table)
    assert pane.conversation_view.selection.text() == "שם\tערך\nאחד\tשתיים"


@pytest.mark.parametrize("char", CONTROL_CHARS)
def test_what_turns_code_unseen_is_shown_by_name_and_copied_as_it_is(qtbot: QtBot, pane: DrivenPane, char: str) -> None:
    name = f"[U+{ord(char):04X}]"
    block, words = segments(qtbot, pane, f"```python\nif a:  # {char} x\n    b = '[U+202E]'\n```\n\n`a{char}b`")
    assert document_of(block).toPlainText() == f"if a:  # {name} x\n    b = '[U+202E]'"
    assert document_of(words).toPlainText() == f"a{name}b"
    pane.conversation_view.selection.select_message(document_of(block))
    assert pane.conversation_view.selection.text().startswith(f"if a:  # {char} x\n    b = '[U+202E]'")
    assert CONTROLS.search(document_of(block).toPlainText()) is None


def test_words_of_a_wide_table_are_whole_and_it_scrolls(qtbot: QtBot, pane: DrivenPane) -> None:
    words = [f"averyveryverylongword{i}" for i in range(8)]
    head = "|" + "|".join(words) + "|\n|" + "---|" * 8 + "\n"
    (segment,) = segments(qtbot, pane, head + "|" + "|".join(["a few words to wrap"] * 8) + "|\n")
    table = segment.content
    assert isinstance(table, TableCard)
    qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() > 0)
    block = table.document().begin()
    while block.isValid():
        layout = block.layout()
        if block.text() in words:
            assert layout.lineCount() == 1, block.text()
        block = block.next()


def test_a_tab_in_code_is_four_columns_at_every_zoom(qtbot: QtBot, pane: DrivenPane, theme: Theme) -> None:
    (segment,) = segments(qtbot, pane, "```\n\tx\nab\ty\n        z\n```")
    card = segment.content
    assert isinstance(card, CodeCard)
    for percent in (100, 150):
        theme.set_zoom(percent)
        QTest.qWait(20)
        column_px = QFontMetricsF(ChatStyle(theme).code_font).horizontalAdvance(" ")
        left = x_of(card.view, "ab")
        for letter, columns in (("x", 4), ("y", 4), ("z", 8)):
            assert abs(x_of(card.view, letter) - left - columns * column_px) < 1.5
    theme.set_zoom(100)


def test_a_tab_is_as_wide_where_it_is_written(pane: DrivenPane, theme: Theme) -> None:
    edit = pane.composer.edit
    for percent in (100, 150):
        theme.set_zoom(percent)
        edit.setPlainText("if x:\n\treturn")
        cursor = edit.document().find("return")
        cursor.setPosition(cursor.selectionStart())
        indent_px = edit.cursorRect(cursor).left() - edit.document().documentMargin()
        assert abs(indent_px - 4 * QFontMetricsF(ChatStyle(theme).code_font).horizontalAdvance(" ")) < 1.5
    theme.set_zoom(100)


PROMPT = """Look at this:

```python
def f():
\treturn "x"
```

for i in range(3):
    print(i)
    x = 1

It is short:
  a list of words
  without any sign
- of code, really

```
no end"""


def test_code_in_a_prompt() -> None:
    lines = prompt_lines(PROMPT)
    assert [line.text for line in lines if line.is_code] == [
        "def f():",
        '\treturn "x"',
        "for i in range(3):",
        "    print(i)",
        "    x = 1",
    ]
    assert [line.text for line in lines if not line.is_code][-2:] == ["```", "no end"]


def test_code_in_a_list_of_a_prompt_stands_as_far_left_as_its_fence() -> None:
    lines = prompt_lines("1. Mend this:\n\n     ```\n     def f():\n     \treturn 1\n   # less\n     ```\nPlease.")
    assert [line.text for line in lines if line.is_code] == ["def f():", "\treturn 1", "# less"]


def test_code_in_a_bubble_is_in_codes_type_and_keeps_its_indent(qtbot: QtBot, pane: DrivenPane, theme: Theme) -> None:
    view = turn(pane, "1", PROMPT).bubble.view
    families = {}
    block = view.document().begin()
    while block.isValid():
        families[block.text()] = block.begin().fragment().charFormat().font().family() if block.text() else ""
        block = block.next()
    style = ChatStyle(theme)
    assert families['\treturn "x"'] == families["    print(i)"] == style.code_font.family()
    assert families["It is short:"] == style.text_font.family()
    assert "```python" not in families
    assert pane.chat.turns[0].prompt.text == PROMPT
    pane.conversation_view.selection.select_message(view)
    assert "    print(i)\n    x = 1" in pane.conversation_view.selection.text()
    assert view_of(pane, "1").bubble.view is view
