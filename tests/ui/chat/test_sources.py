"""Questions answered from collections and long files, in the real window, on the real service."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QApplication

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.services.collections.collection import Found
from llmdesk.ui.chat.answer_view import AnswerView
from llmdesk.ui.chat.markdown.text_view import TextView
from llmdesk.ui.chat.sources.passage_viewer import PassageViewer
from tests.ui.chat.attachments.test_attachments import drop, wait_read
from tests.ui.collections.conftest import add, harbour, words_only
from tests.ui.conftest import Window

__all__ = ["harbour", "words_only"]


@pytest.fixture
def asking(window: Window, harbour: Path) -> Window:
    """A window whose chat has a collection."""
    collection = add(window, harbour)
    window.qtbot.waitUntil(lambda: window.desktop.sources is not None)
    sources = window.desktop.sources
    assert sources is not None
    menu = sources.make_menu()
    next(action for action in menu.actions() if action.text() == "harbour").trigger()
    assert window.desktop.sessions.options.collections == (collection.id,)
    return window


def answer_of(window: Window) -> AnswerView:
    view = window.main.chat.conversation_view.view(window.turns[-1].answer.id)
    assert view is not None
    return view.answer


def viewers(window: Window) -> list[PassageViewer]:
    return [each for each in window.main.findChildren(PassageViewer) if each.isVisible()]


def links(answer: AnswerView) -> list[tuple[TextView, str]]:
    found = []
    for view in answer.markdown.findChildren(TextView):
        block = view.document().begin()
        while block.isValid():
            found += [(view, piece.format.anchorHref()) for piece in block.textFormats() if piece.format.isAnchor()]
            block = block.next()
    return found


def test_a_question_is_answered_from_the_chats_collections_and_cites_them(asking: Window) -> None:
    chips = asking.main.chat.composer.collection_chips
    assert chips.isVisible()
    asking.ask("When does the ferry leave?")
    told = asking.told[-1][-1]
    assert "leaves at noon" in told
    assert told.endswith("When does the ferry leave?")
    prompt = asking.turns[-1].prompt
    assert prompt.sources[0].name == "ferry.md"
    asking.wait_settled()
    answer = answer_of(asking)
    assert answer.sources.isVisible()
    first = answer.sources.chips[1]
    assert first.accessibleName().startswith("Source 1: ferry.md")
    first.click()
    (viewer,) = viewers(asking)
    asking.qtbot.waitUntil(lambda: "# Ferry" in viewer.view.toPlainText())  # what stands around it, out of the file
    assert "leaves at noon" in viewer.marked_text
    viewer.copy.click()
    assert "leaves at noon" in QApplication.clipboard().text()
    asking.press_escape()
    view, link = next(each for each in links(answer) if each[1] == "source:1")
    view.anchorClicked.emit(QUrl(link))
    assert len(viewers(asking)) == 1


def test_sources_are_there_after_a_restart(asking: Window, make_window: Callable[..., Window], harbour: Path) -> None:
    asking.ask("When does the ferry leave?")
    sources = asking.turns[-1].prompt.sources
    asking.desktop.core.chats.flush(5)
    asking.desktop.close()
    (harbour / "ferry.md").unlink()
    again = make_window()
    again.qtbot.waitUntil(lambda: len(again.turns) == 1)
    assert again.turns[-1].prompt.sources == sources
    again.qtbot.waitUntil(lambda: again.main.chat.conversation_view.view(again.turns[-1].answer.id) is not None)
    again.qtbot.waitUntil(lambda: bool(answer_of(again).sources.chips))
    answer_of(again).sources.chips[1].click()
    assert "leaves at noon" in viewers(again)[0].marked_text
    again.qtbot.waitUntil(lambda: len(again.main.chat.composer.collection_chips.chips) == 1)


def test_the_meter_keeps_no_room_for_a_collection_that_is_gone(asking: Window) -> None:
    watch = asking.chat.context
    asking.main.chat.set_prompt("When?")
    asking.qtbot.waitUntil(lambda: watch.count.is_exact and watch.count.sources > 0)
    (collection_id,) = asking.desktop.sessions.options.collections
    asking.desktop.core.collections.remove(collection_id)
    asking.qtbot.waitUntil(lambda: watch.count.is_exact and watch.count.sources == 0)
    assert not asking.main.chat.composer.collection_chips.isVisible()


def test_the_meter_keeps_room_for_sources_and_a_removed_chip_gives_it_back(asking: Window) -> None:
    watch = asking.chat.context
    asking.main.chat.set_prompt("When?")
    asking.qtbot.waitUntil(lambda: watch.count.is_exact and watch.count.sources > 0)
    (chip,) = asking.main.chat.composer.collection_chips.chips.values()
    chip.remove_requested.emit()
    asking.qtbot.waitUntil(lambda: watch.count.is_exact and watch.count.sources == 0)
    assert not asking.main.chat.composer.collection_chips.isVisible()
    asking.ask("[tokens=3] When?")
    assert asking.told[-1] == ["[tokens=3] When?"]


def test_stop_ends_a_search_and_an_error_offers_to_send_without(
    asking: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = asking.desktop.core.collections
    waiting: list[Callable[[Found], None]] = []
    given_up: list[int] = []

    def search(*args: object) -> Callable[[], None]:
        waiting.append(args[-1])  # type: ignore[arg-type]
        return lambda: given_up.append(1)

    monkeypatch.setattr(service, "search", search)
    asking.send("When does the ferry leave?")
    answer = answer_of(asking)
    asking.qtbot.waitUntil(lambda: answer.progress_line.text.startswith("Searching"))
    asking.chat.stop()
    asking.wait_idle()
    assert asking.states == ["cancelled"]
    assert given_up == [1]

    asking.send("And the lighthouse?")
    waiting[-1](Found(error=ErrorInfo("StoreError", "The index cannot be read.", "")))
    asking.wait_idle()
    assert asking.states[-1] == "failed"
    asking.button("Send without passages").click()
    asking.qtbot.waitUntil(lambda: asking.states[-1] == "done")
    assert asking.told[-1][-1] == "And the lighthouse?"
    assert not answer_of(asking).sources.isVisible()


def test_a_file_too_long_for_the_context_is_searched(window: Window, tmp_path: Path) -> None:
    long, short = tmp_path / "log.txt", tmp_path / "short.txt"
    lines = [f"Day {number}: nothing was seen from the pier.\n" for number in range(3000)]
    lines[1234] = "Day 1234: a whale came into the harbour.\n"
    long.write_text("".join(lines), encoding="utf-8")
    short.write_text("ferry at noon", encoding="utf-8")
    drop(window, long, short)
    notes = {chip.state.name: chip.state.note for chip in wait_read(window, 2)}
    assert notes["log.txt"] == "Searched for passages"
    assert "whole" in notes["short.txt"]
    window.send("When did a whale come?")
    window.wait_idle(60_000)
    told = window.told[-1][-1]
    assert "a whale came into the harbour" in told
    assert "ferry at noon" in told
    assert len(told) < len("".join(lines)) / 4
    view = window.main.chat.conversation_view.view(window.turns[-1].answer.id)
    assert view is not None
    assert view.bubble.chips.chips[0].state.note.startswith("Searched: ")
    assert "0 passage" not in view.bubble.chips.chips[0].state.note
    view.answer.sources.chips[1].click()
    (viewer,) = viewers(window)
    assert "Day 1" in viewer.view.toPlainText()
