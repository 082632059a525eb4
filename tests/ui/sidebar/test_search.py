"""Search over all messages, and the way to what was found."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible

from llmdesk.ui.chat.mark import Mark
from llmdesk.ui.chat.markdown.document_view import DocumentView
from tests.ui.sidebar.chats import DAY_S, kept_chat
from tests.ui.sidebar.conftest import Listed, MakeListed

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def search(listed: Listed, words: str, count: int) -> None:
    listed.window.main.action_table["search_chats"].trigger()
    listed.qtbot.keyClicks(listed.bar.search, words)
    listed.qtbot.waitUntil(lambda: listed.bar.is_searching and len(listed.bar.hits.found.hits) == count)


def is_in_view(listed: Listed, message_id: str) -> bool:
    view = listed.window.main.chat.conversation_view
    turn = next((t for t in view.turns if message_id in (t.prompt.id, t.answer.id)), None)
    mounted = view.view(turn.answer.id) if turn is not None else None
    if turn is None or mounted is None:
        return False
    widget = mounted.bubble if message_id == turn.prompt.id else mounted.answer
    top = widget.mapTo(view.viewport(), QPoint(0, 0)).y()
    return 0 <= top < view.viewport().height() - 20


def test_hits_have_title_day_and_marks_and_enter_opens_the_first(listed: Listed) -> None:
    search(listed, "palms", 1)
    hit = listed.bar.hits.found.hits[0]
    assert (hit.chat_title, hit.excerpt) == ("Dates", "Dates grow on palms.")
    assert [hit.excerpt[first:end] for first, end in hit.marks] == ["palms"]
    listed.bar.hits.grab()  # is painted
    listed.key(Qt.Key.Key_Return)
    listed.wait_shown("Dates")
    listed.qtbot.waitUntil(lambda: is_in_view(listed, hit.message_id))
    assert listed.window.main.chat.conversation_view.findChildren(Mark)
    assert listed.window.main.chat.isAncestorOf(listed.window.main.focusWidget())


def test_a_new_chat_leaves_the_search(listed: Listed) -> None:
    search(listed, "palms", 1)
    listed.key(Qt.Key.Key_Return)
    listed.wait_shown("Dates")
    assert listed.bar.is_searching  # the next hit is one step away
    listed.window.main.action_table["new_chat"].trigger()
    listed.qtbot.waitUntil(lambda: not listed.bar.is_searching)
    assert listed.bar.search.text() == ""
    assert listed.bar.chats.isVisible()
    assert listed.window.main.chat.isAncestorOf(listed.window.main.focusWidget())


def test_what_was_found_in_a_title_is_marked(make_listed: MakeListed) -> None:
    listed = make_listed([kept_chat("A needle in it", [("question", "answer")]), kept_chat("Short")])
    search(listed, "needle", 1)
    hit = listed.bar.hits.found.hits[0]
    assert (hit.role, hit.excerpt) == ("title", "A needle in it")
    marked = listed.bar.hits.grab().toImage()
    listed.bar.hits.show_hits([replace(hit, marks=())])
    assert listed.bar.hits.grab().toImage() != marked


def test_a_jump_goes_to_the_word_and_marks_it(make_listed: MakeListed) -> None:
    """In an answer of many pages; what is marked stays so, and is gone with the next search."""
    pages = "\n\n".join(f"Paragraph {n} says a lot of things. " * 8 for n in range(80))
    answer = f"{pages}\n\nHere is the **Needle** at last, a needle.\n\n{pages}"
    listed = make_listed([kept_chat("Long", [("q", answer)], ago_s=DAY_S), kept_chat("Short")])
    view = listed.window.main.chat.conversation_view
    search(listed, "needle", 1)
    listed.key(Qt.Key.Key_Return)
    listed.wait_shown("Long")

    def marked() -> list[tuple[str, int]]:
        found = [(part, each) for part in view.findChildren(DocumentView) for each in part.extraSelections()]
        return [
            (
                each.cursor.selectedText(),
                part.viewport().mapTo(view.viewport(), part.cursorRect(each.cursor).topLeft()).y(),
            )
            for part, each in found
        ]

    listed.qtbot.waitUntil(lambda: [words for words, _ in marked()] == ["Needle", "needle"])
    listed.qtbot.waitUntil(lambda: all(0 < top < view.viewport().height() for _, top in marked()))
    listed.qtbot.wait(300)
    assert all(0 < top < view.viewport().height() for _, top in marked())  # also after what is above it came
    listed.click("Short")
    listed.wait_shown("Short")
    assert marked() == []


def test_escape_leaves_the_search_and_stops_no_answer(listed: Listed) -> None:
    listed.window.send("[tokens=3000 tps=100] long")
    listed.window.wait_tokens()
    search(listed, "old milk", 1)
    listed.key(Qt.Key.Key_Escape)
    assert not listed.bar.is_searching
    assert listed.bar.search.text() == ""
    assert listed.window.chat.is_generating
    listed.window.chat.stop()
    listed.window.wait_idle()


def test_only_the_words_typed_last_are_shown(listed: Listed) -> None:
    search(listed, "about", 4)
    listed.bar.search.setText("bread")
    listed.bar.search.setText("nothing like it")
    listed.qtbot.waitUntil(lambda: listed.bar._nothing.isVisible())
    listed.qtbot.wait(300)
    assert listed.bar._nothing.isVisible()
    assert "nothing like it" in listed.bar._nothing.text()


def test_arrows_choose_among_the_hits(listed: Listed) -> None:
    search(listed, "about", 4)
    listed.key(Qt.Key.Key_Down)
    listed.key(Qt.Key.Key_Down)
    wanted = listed.bar.hits.found.hits[2]
    listed.key(Qt.Key.Key_Return)
    listed.wait_shown(wanted.chat_title)
    tree = QAccessible.queryAccessibleInterface(listed.bar.hits)
    assert wanted.chat_title in tree.child(2).text(QAccessible.Text.Name)


def test_a_message_on_another_version_path_is_shown(listed: Listed) -> None:
    listed.click("Apples")
    listed.wait_shown("Apples")
    prompt = listed.window.turns[0].prompt
    listed.window.chat.edit(prompt.id, "something about plums")
    listed.window.wait_idle()
    assert listed.window.turns[0].prompt.text == "something about plums"
    search(listed, "red fruit", 1)
    listed.key(Qt.Key.Key_Return)
    listed.qtbot.waitUntil(lambda: listed.window.turns[0].answer.text == "Apples are **red** fruit.")


def test_a_jump_into_the_beginning_of_a_long_chat_and_back_to_its_end(make_listed: MakeListed) -> None:
    turns = [(f"question {n}", f"answer {n} " + "word " * 40 + ("needle" if n == 5 else "")) for n in range(300)]
    listed = make_listed([kept_chat("Long", turns, ago_s=DAY_S), kept_chat("Short")])
    view = listed.window.main.chat.conversation_view
    search(listed, "needle", 1)
    hit = listed.bar.hits.found.hits[0]
    listed.key(Qt.Key.Key_Return)
    listed.wait_shown("Long")
    listed.qtbot.waitUntil(lambda: is_in_view(listed, hit.message_id))
    listed.qtbot.wait(1_200)
    assert is_in_view(listed, hit.message_id)  # also after turns above it came
    assert view.mounted < 60
    view.follow_end()
    last = listed.window.turns[-1].answer.id
    listed.qtbot.waitUntil(lambda: view.view(last) is not None)
    listed.window.ask("one more")
    assert view.view(listed.window.turns[-1].answer.id) is not None


def test_hits_in_archived_chats_can_be_opened(make_listed: MakeListed) -> None:
    listed = make_listed([kept_chat("Kept", [("q", "hidden treasure")], is_archived=True), kept_chat("Other")])
    search(listed, "treasure", 1)
    listed.key(Qt.Key.Key_Return)
    listed.wait_shown("Kept")
