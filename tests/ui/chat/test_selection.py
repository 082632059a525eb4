"""One selection over blocks, code, tables and messages: with the mouse, with keys, and while text comes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from llmdesk.ui.chat.markdown.document_view import DocumentView
from llmdesk.ui.chat.markdown.stream import read
from llmdesk.ui.chat.markdown.table_card import TableCard
from tests.ui.chat.conftest import DrivenPane, markdown_of, turn, view_of
from tests.ui.conftest import Window

SOURCE = """First paragraph with words.

- item one
- item two

```python
def f():
\treturn 1  # \u202e
```

| Name | Value |
|---|---|
| one | 1 |
| two | 2 |

---

Last paragraph.
"""
WORDS = """First paragraph with words.

• item one
• item two

def f():
\treturn 1  # \u202e

Name\tValue
one\t1
two\t2

---

Last paragraph."""
LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


def shown(qtbot: QtBot, pane: DrivenPane, name: str = "1", source: str = SOURCE) -> list[DocumentView]:
    """The views of an answer that is complete and laid out."""
    view = turn(pane, name, "the prompt", source)
    qtbot.waitUntil(lambda: view.answer.painted_chars == len(source))
    parts = [part for part in view.answer.markdown.parts() if isinstance(part, DocumentView)]
    qtbot.waitUntil(lambda: all(part.height() >= part.document().size().height() > 0 for part in parts))
    QTest.qWait(30)
    return parts


def place_of(view: DocumentView, text: str, after: bool = False) -> QPoint:
    """Where a text stands in a view's viewport."""
    cursor = view.document().find(text)
    assert not cursor.isNull(), text
    cursor.setPosition(cursor.selectionEnd() if after else cursor.selectionStart())
    return view.cursorRect(cursor).center()


def drag(begin: DocumentView, start: QPoint, end: DocumentView, stop: QPoint) -> None:
    """Press in one view, release over another: the events go to the first, as Qt sends them."""
    goal = begin.viewport().mapFromGlobal(end.viewport().mapToGlobal(stop))
    QTest.mousePress(begin.viewport(), LEFT, pos=start)
    for step in (0.5, 1.0):
        _move(begin, start + (goal - start) * step)
    QTest.mouseRelease(begin.viewport(), LEFT, pos=goal)


def _move(view: DocumentView, place: QPoint) -> None:
    """The mouse moves with its button down; QTest's moves have no button."""
    where = QPointF(view.viewport().mapToGlobal(place))
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(place), where, Qt.MouseButton.NoButton, LEFT, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(view.viewport(), event)


def copied(view: DocumentView) -> str:
    QGuiApplication.clipboard().clear()
    QTest.keyClick(view, Qt.Key.Key_C, CONTROL)
    return QGuiApplication.clipboard().text()


def test_control_a_selects_the_whole_answer_and_control_c_copies_clean_words(qtbot: QtBot, pane: DrivenPane) -> None:
    views = shown(qtbot, pane)
    QTest.mouseClick(views[0].viewport(), LEFT, pos=QPoint(5, 5))
    QTest.keyClick(views[0], Qt.Key.Key_A, CONTROL)
    assert all(view.textCursor().hasSelection() for view in views)
    assert not view_of(pane, "1").bubble.view.textCursor().hasSelection()
    assert copied(views[0]) == WORDS


def test_what_is_copied_as_markdown_means_the_answer(qtbot: QtBot, pane: DrivenPane) -> None:
    views = shown(qtbot, pane)
    pane.conversation_view.selection.select_message(views[0])
    pane.copy_selection_as_markdown()
    assert read(QGuiApplication.clipboard().text()) == read(SOURCE)


def test_dragging_from_a_paragraph_into_code(qtbot: QtBot, pane: DrivenPane) -> None:
    text, code, *_ = shown(qtbot, pane)
    drag(text, place_of(text, "item two"), code, place_of(code, "return"))
    assert copied(text) == "item two\n\ndef f():\n\t"
    drag(text, place_of(text, "one"), text, place_of(text, "two"))
    assert copied(text) == "one\n• item "
    drag(code, place_of(code, "def"), text, place_of(text, "two"))  # and back
    assert copied(code) == "two"


def test_dragging_into_a_table_takes_what_is_read_on_the_way(qtbot: QtBot, pane: DrivenPane) -> None:
    _, code, table, last = shown(qtbot, pane)
    assert isinstance(table, TableCard)
    drag(code, place_of(code, "return"), table, place_of(table, "one", after=True))
    assert copied(code) == "return 1  # \u202e\n\nName\tValue\none"
    assert read(pane.conversation_view.selection.markdown())[-1] == read("| Name | Value |\n|---|---|\n| one | |")[0]
    drag(code, place_of(code, "return"), table, place_of(table, "Value"))
    assert copied(code) == "return 1  # \u202e\n\nName"
    drag(last, place_of(last, "paragraph"), table, place_of(table, "two"))
    assert copied(last) == "two\t2\n\n---\n\nLast "
    drag(table, place_of(table, "alue"), last, place_of(last, "paragraph"))  # from the middle of a cell
    assert copied(table) == "alue\none\t1\ntwo\t2\n\n---\n\nLast "
    assert (
        read(pane.conversation_view.selection.markdown())[0]
        == read("| | alue |\n|---|---|\n| one | 1 |\n| two | 2 |")[0]
    )
    QTest.mouseClick(last.viewport(), LEFT, pos=QPoint(2, 2))
    assert not table.has_selection
    drag(table, place_of(table, "one"), table, place_of(table, "one", after=True))
    assert copied(table) == "one"


def test_a_part_of_a_table_stays_selected_while_rows_come(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.begin_turn("1", "prompt")
    answer = markdown_of(pane, "1")
    pane.append_text("1", SOURCE[: SOURCE.index("| two")])
    answer.render_now()
    text, _, table = (part for part in answer.parts() if isinstance(part, DocumentView))
    qtbot.waitUntil(lambda: table.height() >= table.document().size().height() > 0)
    QTest.qWait(30)
    drag(text, place_of(text, "item two"), table, place_of(table, "one", after=True))
    for piece in ("| two", " | 2 |\n", "| three | 3 |\n"):
        pane.append_text("1", piece)
        answer.render_now()
        assert pane.conversation_view.selection.text().endswith("Name\tValue\none")
    pane.finish_turn("1")


def test_dragging_over_messages(qtbot: QtBot, pane: DrivenPane) -> None:
    shown(qtbot, pane, "1", "One answer.")
    (second,) = shown(qtbot, pane, "2", "Another answer.")
    bubble = view_of(pane, "1").bubble.view
    drag(bubble, place_of(bubble, "prompt"), second, place_of(second, "answer"))
    assert copied(bubble) == "prompt\n\nOne answer.\n\nthe prompt\n\nAnother "


def test_shift_and_click_makes_the_selection_longer_and_shorter(qtbot: QtBot, pane: DrivenPane) -> None:
    text, code, *_ = shown(qtbot, pane)
    QTest.mouseClick(text.viewport(), LEFT, pos=place_of(text, "item two"))
    QTest.mouseClick(code.viewport(), LEFT, Qt.KeyboardModifier.ShiftModifier, place_of(code, "return"))
    assert copied(code) == "item two\n\ndef f():\n\t"
    QTest.mouseClick(text.viewport(), LEFT, Qt.KeyboardModifier.ShiftModifier, place_of(text, "two", after=True))
    assert copied(text) == "item two"


def test_a_double_click_and_a_drag_take_whole_words(qtbot: QtBot, pane: DrivenPane) -> None:
    text, code, *_ = shown(qtbot, pane)
    start = place_of(text, "tem two")
    QTest.mouseClick(text.viewport(), LEFT, pos=start)
    QTest.mouseDClick(text.viewport(), LEFT, pos=start)
    goal = text.viewport().mapFromGlobal(code.viewport().mapToGlobal(place_of(code, "eturn")))
    _move(text, goal)
    QTest.mouseRelease(text.viewport(), LEFT, pos=goal)
    assert copied(text) == "item two\n\ndef f():\n\treturn"


def test_a_selection_stays_while_text_comes_and_does_not_take_it_in(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.begin_turn("1", "prompt")
    answer = markdown_of(pane, "1")
    pane.append_text("1", "One paragraph.\n\n```py\na = 1\n```\n\nwords **and")
    answer.render_now()
    views = [part for part in answer.parts() if isinstance(part, DocumentView)]
    pane.conversation_view.selection.select_message(views[0])
    before = pane.conversation_view.selection.text()
    assert before == "One paragraph.\n\na = 1\n\nwords **and"
    for piece in (" more", " bold** of", " it\n\n", "```\nmore code\n```\n", "| a |\n|---|\n| b |\n\nend"):
        pane.append_text("1", piece)
        answer.render_now()
        assert pane.conversation_view.selection.text().startswith("One paragraph.\n\na = 1\n\nwords")
        assert "code" not in pane.conversation_view.selection.text()
    pane.finish_turn("1")


def test_words_that_come_behind_a_selection_of_the_mouse_are_not_selected(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.begin_turn("1", "prompt")
    answer = markdown_of(pane, "1")
    for piece in ("One paragraph", " and more", " **bold**", " words\n\nnext", "\n\n- item"):
        pane.append_text("1", piece)
        answer.render_now()
        QTest.qWait(20)
        if piece == "One paragraph":
            (view,) = answer.parts()
            assert isinstance(view, DocumentView)
            drag(view, place_of(view, "paragraph"), view, place_of(view, "paragraph", after=True))
        assert pane.conversation_view.selection.text() == "paragraph"
    pane.finish_turn("1")


def test_a_click_elsewhere_ends_the_selection(qtbot: QtBot, pane: DrivenPane) -> None:
    views = shown(qtbot, pane)
    selection = pane.conversation_view.selection
    selection.select_message(views[0])
    QTest.mouseClick(views[2].viewport(), LEFT, pos=QPoint(5, 5))
    assert selection.text() == ""
    selection.select_message(views[0])
    QTest.mouseClick(pane.conversation_view.viewport(), LEFT, pos=QPoint(3, 3))
    assert selection.text() == ""
    views[0].setFocus()
    selection.select_message(views[0])
    QTest.mouseClick(pane.composer.edit.viewport(), LEFT, pos=QPoint(5, 5))
    qtbot.waitUntil(lambda: selection.text() == "")


def test_the_right_button_keeps_the_selection(qtbot: QtBot, pane: DrivenPane) -> None:
    views = shown(qtbot, pane)
    pane.conversation_view.selection.select_message(views[0])
    views[0].setFocus()
    for view in (views[0], views[1], view_of(pane, "1").bubble.view):
        QTest.mousePress(view.viewport(), Qt.MouseButton.RightButton, pos=QPoint(5, 5))
        QTest.mouseRelease(view.viewport(), Qt.MouseButton.RightButton, pos=QPoint(5, 5))
        assert pane.conversation_view.selection.text() == WORDS


def test_the_menu_copies_words_and_markdown(qtbot: QtBot, pane: DrivenPane) -> None:
    views = shown(qtbot, pane)
    selection = pane.conversation_view.selection
    menu = selection.make_menu(views[0], "")
    assert not any(action.isEnabled() for action in menu.actions()[:2])
    selection.select_message(views[0])
    menu = selection.make_menu(views[0], "https://example.org")
    actions = {action.objectName(): action for action in menu.actions()}
    actions["copy"].trigger()
    assert QGuiApplication.clipboard().text() == WORDS
    actions["copy_markdown"].trigger()
    assert QGuiApplication.clipboard().text().startswith("First paragraph with words.\n\n- item one\n")
    assert isinstance(menu, QMenu)


def test_the_colour_of_the_selection_is_the_same_with_and_without_the_keyboard(qtbot: QtBot, pane: DrivenPane) -> None:
    for view in shown(qtbot, pane):
        palette = view.palette()
        for role in (palette.ColorRole.Highlight, palette.ColorRole.HighlightedText):
            colours = {
                palette.color(group, role).name() for group in (palette.ColorGroup.Active, palette.ColorGroup.Inactive)
            }
            assert len(colours) == 1


def test_long_lines_are_copied_without_the_breaks_of_the_display(qtbot: QtBot, pane: DrivenPane) -> None:
    line = "x" * 4_500
    (code,) = shown(qtbot, pane, source=f"```\na\n{line}\n\n\u2066b 😀\n```")
    pane.conversation_view.selection.select_message(code)
    assert pane.conversation_view.selection.text() == f"a\n{line}\n\n\u2066b 😀"
    assert "[U+2066]b" in code.toPlainText()


def test_part_of_a_line_with_signs_beyond_the_basic_plane(qtbot: QtBot, pane: DrivenPane) -> None:
    (text,) = shown(qtbot, pane, source="- 😀 **bold 😀 words** end")
    cursor = text.document().find("bold")
    end = text.document().find("words")
    text.select(cursor.selectionStart(), end.selectionStart())
    assert pane.conversation_view.selection.text() == "bold 😀 "
    assert pane.conversation_view.selection.markdown() == "**bold 😀** "


def test_the_key_for_markdown_works_in_the_whole_window(window: Window) -> None:
    window.ask("[tokens=12] **words**")
    turn_view = window.main.chat.conversation_view.view(window.turns[-1].answer.id)
    assert turn_view is not None
    first = turn_view.answer.markdown.parts()[0]
    assert isinstance(first, DocumentView)
    selection = window.main.chat.conversation_view.selection
    selection.select_message(first)
    QGuiApplication.clipboard().clear()
    window.main.chat.setFocus()
    QTest.keyClick(window.main, Qt.Key.Key_C, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert QGuiApplication.clipboard().text() == selection.markdown() != ""
    assert read(QGuiApplication.clipboard().text()) == read(window.turns[-1].answer.text)
