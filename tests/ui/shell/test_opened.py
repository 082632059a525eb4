"""What is opened from outside: a model waits for the list, chats are imported after a question, links send nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from llmdesk.services.chats.transfer.own_format import chats_json
from llmdesk.ui.shell.desktop import Desktop
from tests.services.chats.transfer.trees import simple_chat
from tests.ui.conftest import Window

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support raise")


def test_a_model_waits_for_the_list(make_window: Callable[..., Window]) -> None:
    taken: list[Path] = []

    def open_two(desktop: Desktop) -> None:
        desktop.opened.open("first.gguf")
        desktop.opened.open("second.gguf")
        assert taken == []

    window = make_window(has_catalogue=False, before_show=open_two)
    window.desktop.opened.bind(taken.append)
    window.desktop.opened.open("third.gguf")
    window.desktop.opened.bind(taken.append)  # the catalogue is read anew
    assert taken == [Path("second.gguf"), Path("third.gguf")]


def test_chats_are_imported_after_a_question(make_window: Callable[..., Window], tmp_path: Path) -> None:
    file = tmp_path / "of foxes.json"
    file.write_text(chats_json([simple_chat("What is a fox?", "An animal.", title="Of foxes")]), encoding="utf-8")
    window = make_window(before_show=lambda desktop: desktop.opened.open(str(file)))
    window.qtbot.waitUntil(lambda: window.main.notice.key == "import_question")
    assert "of foxes.json" in window.main.notice.text
    store = window.desktop.kept.store
    assert store is not None
    assert store.chats() == ()
    window.button("Import").click()
    window.button("Open it").click()
    window.qtbot.waitUntil(lambda: window.chat.conversation.title == "Of foxes")


def test_a_link_writes_a_prompt_and_sends_nothing(window: Window) -> None:
    window.qtbot.waitUntil(lambda: window.desktop.kept.store is not None)
    window.ask("first")
    window.main.chat.set_prompt("a draft")
    window.desktop.come_forward("", "llmdesk://new?prompt=Why%20is%20the%20sky%20blue%3F%0A&send=1")
    assert window.chat.conversation.is_empty
    assert window.main.chat.prompt() == "Why is the sky blue?"
    assert "Read it before you send it" in window.main.notice.text
    assert len(window.told) == 1
    window.chat.sessions.show(window.chat.sessions.open[0])
    assert window.main.chat.prompt() == "a draft"  # of the chat that was shown


def test_the_word_of_warning_goes_when_the_prompt_is_sent(window: Window) -> None:
    window.desktop.opened.open("llmdesk://new?prompt=Hello")
    assert "A link wrote this prompt" in window.main.notice.text
    window.main.chat.prompt_submitted.emit(window.main.chat.prompt())
    window.wait_idle()
    assert window.main.notice.key == ""


def test_what_is_being_written_is_not_lost_to_a_link(window: Window) -> None:
    window.qtbot.waitUntil(lambda: window.desktop.kept.store is not None)
    window.main.chat.set_prompt("half a thought")
    window.desktop.opened.open("llmdesk://new?prompt=other")
    assert window.main.chat.prompt() == "half a thought"
    window.desktop.opened.open("llmdesk://new")
    assert window.main.chat.prompt() == "half a thought"
    window.button("Take them").click()
    assert window.main.chat.prompt() == "other"


def test_a_link_at_the_start_waits_for_the_chats(make_window: Callable[..., Window]) -> None:
    first = make_window()
    first.wait_ready()
    first.qtbot.waitUntil(lambda: first.desktop.kept.store is not None)
    first.ask("kept question")
    chat_id = first.chat.conversation.id
    first.chat.new_chat()
    first.ask("the last one")
    first.desktop.close()
    links = ("llmdesk://new?prompt=from%20a%20page", f"llmdesk://chat/{chat_id}")
    window = make_window(before_show=lambda desktop: desktop.opened.open(links[0]))
    window.qtbot.waitUntil(lambda: window.main.chat.prompt() == "from a page")
    assert window.chat.conversation.is_empty  # not in the chat that was open last
    window.desktop.opened.open(links[1])
    window.qtbot.waitUntil(lambda: window.chat.conversation.id == chat_id)


def test_models_are_shown_and_none_is_fetched(window: Window) -> None:
    window.qtbot.waitUntil(lambda: window.desktop.kept.store is not None)
    models = window.desktop.models
    assert models is not None
    with window.qtbot.waitSignal(models.listed):
        window.desktop.opened.open("llmdesk://models?search=beta")
    window.qtbot.waitUntil(lambda: window.main.picker.shown_ids == ["beta"])
    assert window.main.picker.isVisible()
    assert models.used_id == "alpha"


@pytest.mark.parametrize("link", ["llmdesk://send?prompt=x", "llmdesk://chat/../../x"])
def test_unknown_links_are_told(window: Window, link: str) -> None:
    window.qtbot.waitUntil(lambda: window.desktop.kept.store is not None)
    window.desktop.opened.open(link)
    assert "no link that llmdesk knows" in window.main.notice.text
    assert window.told == []


def test_a_stands_visitors_open_nothing(window: Window) -> None:
    window.qtbot.waitUntil(lambda: window.desktop.kept.store is not None)
    window.main.action_table.set_locked(True)
    window.desktop.come_forward("", "llmdesk://new?prompt=x")
    assert window.main.chat.prompt() == ""
    window.main.action_table.set_locked(False)
