"""An answer in the pane: streamed equals rendered at once, hostile text, colours, speed."""

from __future__ import annotations

import statistics
import time
from functools import partial

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication, QTextCharFormat, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QTextBrowser
from pytestqt.qtbot import QtBot

from llmdesk.datatypes.chat import GenerationStats
from llmdesk.ui.chat.markdown.code_card import CodeCard
from llmdesk.ui.chat.markdown.document_view import DocumentView
from llmdesk.ui.chat.markdown.table_card import TableCard
from llmdesk.ui.chat.markdown.text_view import TextView
from llmdesk.ui.chat.markdown.view import MarkdownView
from llmdesk.ui.kit.buttons import CopyButton
from llmdesk.ui.kit.theme import Theme
from tests.ui.chat.conftest import DrivenPane, content_of, document_of, markdown_of, pieces, turn, words_of
from tests.ui.chat.samples import CODE_ANSWER, ENDLESS, EVERYTHING, HOSTILE, ORDINARY

DONE = GenerationStats(prompt_tokens=10, new_tokens=20, prefill_s=0.1, decode_s=1.0, ttft_s=0.1)


def answer(qtbot: QtBot, pane: DrivenPane, request_id: str, parts: list[str]) -> MarkdownView:
    """Stream an answer, rendering after every piece, and wait for its end."""
    pane.begin_turn(request_id, "prompt")
    view = markdown_of(pane, request_id)
    for part in parts:
        pane.append_text(request_id, part)
        view.render_now()
    finish(qtbot, pane, request_id)
    return view


def is_wide(view: QTextBrowser) -> bool:
    return view.width() > 600


def finish(qtbot: QtBot, pane: DrivenPane, request_id: str) -> None:
    view = markdown_of(pane, request_id)
    with qtbot.waitSignal(view.finished, timeout=60_000):
        pane.finish_turn(request_id, stats=DONE)
    qtbot.waitUntil(lambda: not any(card.is_busy for card in view.findChildren(CodeCard)))


@pytest.mark.parametrize("name", ORDINARY)
def test_streamed_equals_rendered_at_once(qtbot: QtBot, pane: DrivenPane, name: str) -> None:
    source = ORDINARY[name]
    whole = content_of(answer(qtbot, pane, "whole", [source]))
    for longest in (2, 9, 60):
        view = answer(qtbot, pane, f"in {longest}", pieces(source, longest, seed=longest))
        assert content_of(view) == whole
    assert not source.strip() or whole


def test_the_number_of_a_footnote_is_raised(qtbot: QtBot, pane: DrivenPane) -> None:
    words, *_ = answer(qtbot, pane, "1", ["a claim[^1] and more\n\n[^1]: its source"]).segments
    cursor = document_of(words).document().find("claim1")
    assert not cursor.isNull()
    raised = QTextCharFormat.VerticalAlignment.AlignSuperScript
    assert cursor.charFormat().verticalAlignment() == raised
    cursor.setPosition(cursor.position() - 1)
    assert cursor.charFormat().verticalAlignment() != raised


@pytest.mark.parametrize(
    "text",
    [*HOSTILE.values(), *(pytest.param(text, marks=pytest.mark.long) for text in ENDLESS.values())],
    ids=[*HOSTILE, *(f"{name}, endless" for name in ENDLESS)],
)
def test_hostile_text_leaves_a_living_window(qtbot: QtBot, pane: DrivenPane, text: str) -> None:
    pane.begin_turn("1", "prompt")
    for part in pieces(text, 50_000, seed=3):
        pane.append_text("1", part)
    finish(qtbot, pane, "1")
    pane.window().grab()
    answer(qtbot, pane, "2", ["still **alive**"])
    assert "still alive" in words_of(pane, "2")


def test_html_and_images_are_words(qtbot: QtBot, pane: DrivenPane) -> None:
    view = answer(qtbot, pane, "1", ["<script>alert(1)</script> ![the plan](file:///etc/passwd)"])
    text_view = view.segments[0].content
    assert isinstance(text_view, TextView)
    assert text_view.toPlainText() == "<script>alert(1)</script> the plan (file:///etc/passwd)"
    assert text_view.loadResource(2, QUrl("file:///etc/passwd")) is None


def test_text_appears_with_the_timer_and_not_before(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.begin_turn("1", "prompt")
    view = markdown_of(pane, "1")
    for word in ("one ", "two ", "three"):
        pane.append_text("1", word)
    assert view.is_empty
    with qtbot.waitSignal(view.rendered) as rendered:
        pass
    assert rendered.args == [len("one two three")]
    assert pane.painted_chars(pane.answers["1"].id) == len("one two three")
    assert words_of(pane, "1") == "one two three"


def test_text_that_waits_is_shown_when_the_answer_ends(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.begin_turn("1", "prompt")
    pane.append_text("1", "the last words")
    pane.finish_turn("1", "cancelled", DONE)
    assert words_of(pane, "1") == "the last words"


def test_committed_widgets_are_not_touched_again(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.begin_turn("1", "prompt")
    view = markdown_of(pane, "1")
    pane.append_text("1", CODE_ANSWER + "\n| a |\n|---|\n| b |\n\nnext")
    view.render_now()
    before = view.segments
    changes: list[int] = []
    for segment in before[:-1]:
        document_of(segment).document().contentsChange.connect(lambda *args: changes.append(1))
    for word in (" words", " more\n\n", "another ", "paragraph"):
        pane.append_text("1", word)
        view.render_now()
    assert view.segments[: len(before)] == before
    assert changes == []


def test_a_definition_that_comes_late_changes_words_and_not_widgets(qtbot: QtBot, pane: DrivenPane) -> None:
    source = "See [a] and[^1].\n\n```\ncode\n```\n\n| [a] | b |\n|---|---|\n| c | [a] |\n\n---\n\nThe [a] end.\n\n"
    definitions = "[a]: http://example.org\n\n[^1]: The note."
    pane.begin_turn("1", "prompt")
    view = markdown_of(pane, "1")
    pane.append_text("1", source + "Next.\n\n")
    view.render_now()
    before = view.segments[:-1]
    text = document_of(before[0])
    text.select(4, 6)
    pane.append_text("1", definitions)
    finish(qtbot, pane, "1")
    assert view.segments[: len(before)] == before
    assert content_of(view) == content_of(answer(qtbot, pane, "2", [source + "Next.\n\n" + definitions]))
    assert 'href="http://example.org"' in text.document().toHtml()
    assert text.textCursor().selectedText() == "a "


def test_code_is_coloured_once_it_is_complete(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.begin_turn("1", "prompt")
    view = markdown_of(pane, "1")
    pane.append_text("1", "```python\nreturn 'text'")
    view.render_now()
    card = view.segments[0].content
    assert isinstance(card, CodeCard)
    assert not card.is_busy
    pane.append_text("1", "\n```\n")
    view.render_now()
    qtbot.waitUntil(lambda: len(card.view.document().firstBlock().layout().formats()) > 1)


def test_code_in_an_unknown_language_stays_plain(qtbot: QtBot, pane: DrivenPane) -> None:
    view = answer(qtbot, pane, "1", ["```nosuchlanguage\nreturn 1\n```\n\n```\nreturn 1\n```"])
    for segment in view.segments:
        assert isinstance(segment.content, CodeCard)
        assert not segment.content.view.document().firstBlock().layout().formats()


def test_light_and_dark_switch_during_an_answer(qtbot: QtBot, pane: DrivenPane, theme: Theme) -> None:
    pane.begin_turn("1", "prompt")
    view = markdown_of(pane, "1")
    half = len(EVERYTHING) // 2
    pane.append_text("1", EVERYTHING[:half])
    view.render_now()
    theme.force(Qt.ColorScheme.Dark)
    pane.append_text("1", EVERYTHING[half:] + CODE_ANSWER)
    finish(qtbot, pane, "1")
    dark = content_of(view)
    assert content_of(answer(qtbot, pane, "2", [EVERYTHING + CODE_ANSWER])) == dark
    theme.force(Qt.ColorScheme.Light)
    qtbot.waitUntil(lambda: not any(card.is_busy for card in view.findChildren(CodeCard)))
    assert content_of(view) != dark
    theme.force(Qt.ColorScheme.Dark)
    qtbot.waitUntil(lambda: not any(card.is_busy for card in view.findChildren(CodeCard)))
    assert content_of(view) == dark


def test_the_copy_button_of_code_takes_the_code(qtbot: QtBot, pane: DrivenPane) -> None:
    long_line = "x" * 5_000
    view = answer(qtbot, pane, "1", [f"```\na\n\t{long_line}\n```"])
    card = view.segments[0].content
    assert isinstance(card, CodeCard)
    card.findChildren(CopyButton)[0].click()
    assert QGuiApplication.clipboard().text() == f"a\n\t{long_line}"


def test_selected_words_can_be_copied(qtbot: QtBot, pane: DrivenPane) -> None:
    view = answer(qtbot, pane, "1", ["some **bold** words"])
    text_view = view.segments[0].content
    assert isinstance(text_view, TextView)
    text_view.moveCursor(QTextCursor.MoveOperation.Start)
    text_view.selectAll()
    text_view.setFocus()
    QTest.keyClick(text_view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "some bold words"


class _Opened(QObject):
    """Stands where the web browser stands: Qt hands addresses of a scheme to it."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.urls.append(url.toString())


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform cannot
@pytest.mark.parametrize("says_yes", [True, False])
def test_a_link_is_opened_only_after_a_question(qtbot: QtBot, pane: DrivenPane, says_yes: bool) -> None:
    opened = _Opened()
    QDesktopServices.setUrlHandler("http", opened, "take")  # type: ignore[arg-type]
    try:
        view = answer(qtbot, pane, "1", ["[click](http://example.org/a)"])
        text_view = view.segments[0].content
        assert isinstance(text_view, TextView)
        text_view.anchorClicked.emit(QUrl("http://example.org/a"))
        box = pane.window().findChild(QMessageBox, "openLink")
        assert box is not None
        assert opened.urls == []
        kind = QMessageBox.StandardButton.Open if says_yes else QMessageBox.StandardButton.Cancel
        box.button(kind).click()
        assert opened.urls == (["http://example.org/a"] if says_yes else [])
        text_view.anchorClicked.emit(QUrl("file:///etc/passwd"))
        assert not [box for box in pane.window().findChildren(QMessageBox) if box.isVisible()]
    finally:
        QDesktopServices.unsetUrlHandler("http")


def test_a_wide_table_scrolls_sideways(qtbot: QtBot, pane: DrivenPane) -> None:
    head = "|" + "a column|" * 20 + "\n|" + "-|" * 20 + "\n"
    view = answer(qtbot, pane, "1", [head + "|" + "words and more|" * 20])
    table = view.segments[0].content
    assert isinstance(table, TableCard)
    qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() > 0)
    assert table.horizontalScrollBar().value() == 0
    qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() > 0)
    assert table.width() <= 744
    assert table.height() >= table.document().size().height() + table.horizontalScrollBar().height()


def test_the_block_cursor_stands_behind_the_last_word(qtbot: QtBot, pane: DrivenPane) -> None:
    pane.begin_turn("1", "prompt")
    view = markdown_of(pane, "1")
    for text in ("# Title\n\n" + "words " * 40, "\n\n```\ncode\nmore code", "\n```\n\n- and\n- words"):
        pane.append_text("1", text)
        view.render_now()
        document_view = document_of(view.segments[-1])
        end = document_view.textCursor()
        end.movePosition(QTextCursor.MoveOperation.End)

        def is_behind(view_now: QTextBrowser = document_view, end_now: QTextCursor = end) -> bool:
            rect = view_now.cursorRect(end_now)
            place = view.block_cursor.geometry()
            is_near = rect.left() < place.left() < rect.left() + 6 and rect.top() <= place.center().y() <= rect.bottom()
            return view.block_cursor.isVisible() and is_near

        qtbot.waitUntil(partial(is_wide, document_view))
        qtbot.waitUntil(is_behind)
        assert view.block_cursor.parent() is document_view.viewport()
    finish(qtbot, pane, "1")
    assert not view.block_cursor.isVisible()


LONG_ANSWER = (
    "## Part\n\nSome **words** about `things` that fill a paragraph, as a model writes them, line after line, until it "
    "has said all that it wanted to say about them.\n\n- one item with words\n- another item with *more* words\n\n"
    "```python\ndef f(x):\n    return x + 1\n```\n\n| a | b |\n|---|---|\n| 1 | two |\n\n"
)


def slice_times_ms(pane: DrivenPane, request_id: str, source: str) -> list[float]:
    """Stream a text as 200 pieces per second reach a 33 ms timer; processor time of each slice."""
    pane.begin_turn(request_id, "prompt")
    view = markdown_of(pane, request_id)
    times = []
    for i in range(0, len(source), 30):
        pane.append_text(request_id, source[i : i + 30])
        begun_s = time.thread_time()
        view.render_now()
        times.append(1000 * (time.thread_time() - begun_s))
        if i % 900 == 0:
            QTest.qWait(1)  # layout and painting, as in life
    return times


@pytest.mark.parametrize(
    "block", [LONG_ANSWER, "one line of code = 1\n", "- an *item* of a list\n", "words `in` a line\n"]
)
def test_slices_stay_short_however_long_the_answer_is(qtbot: QtBot, pane: DrivenPane, block: str) -> None:
    source = (block * (20_000 // len(block) + 1))[:20_000]
    if "code" in block:
        source = "```python\n" + source
    times = slice_times_ms(pane, "1", source)
    count = len(times)
    early = statistics.median(times[count // 20 : count // 4])  # 1,000 to 5,000 characters
    late = statistics.median(times[-count // 6 :])
    assert late < 3 * early + 1.0
    assert sorted(times)[int(count * 0.99)] < 40  # 8 ms on a free machine; tests share theirs


def test_bold_words_of_scripts_without_a_half_bold_font_are_thickened(qtbot: QtBot, pane: DrivenPane) -> None:
    source = "中文**粗体 bold**字\n\n# 标题\n\n| **表格** |\n|---|\n| 一 |"
    view = turn(pane, "1", "the prompt", source)
    qtbot.waitUntil(lambda: view.answer.painted_chars == len(source))
    texts = [part for part in view.answer.markdown.parts() if isinstance(part, DocumentView)]

    def weight_of(words: str) -> int:
        cursor = next(found for part in texts if not (found := part.document().find(words)).isNull())
        return int(cursor.charFormat().fontWeight())

    weights = {words: weight_of(words) for words in ("中文", "粗体", "bold", "字", "标题", "表格", "一")}
    assert weights == {"中文": 400, "粗体": 700, "bold": 600, "字": 400, "标题": 700, "表格": 700, "一": 400}
