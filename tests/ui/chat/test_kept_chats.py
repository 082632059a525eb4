"""The window and the chats that are kept: what comes back at the next start, and what is told when writing fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from llmdesk import paths
from llmdesk.datatypes.chat import SamplingParams
from llmdesk.services.chats.sessions import MAX_IDLE
from llmdesk.services.chats.store import FILE_NAME, ChatStore
from llmdesk.services.settings.settings import Settings
from llmdesk.ui.chat.kept_chats import NOTICE
from llmdesk.ui.sidebar.rows import ChatRow
from tests.services.chats.kept import chat
from tests.ui.conftest import Window

LONG = "[tokens=5000 tps=300] a long story"
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def start(make_window: Callable[..., Window]) -> Callable[[], Window]:
    """Opens a window, ready and with its store."""

    def start() -> Window:
        window = make_window()
        window.wait_ready()
        window.qtbot.waitUntil(lambda: window.desktop.kept.store is not None)
        return window

    return start


def end(window: Window) -> None:
    assert window.desktop.close()


def store_of(window: Window) -> ChatStore:
    assert window.desktop.kept.store is not None
    return window.desktop.kept.store


def test_the_chat_that_was_open_comes_back_with_its_draft_and_options(start: Callable[[], Window]) -> None:
    window = start()
    answer = window.ask("one")
    options = replace(
        window.desktop.sessions.options, sampling=SamplingParams(0.25), preset="", system_prompt="Be kind."
    )
    window.desktop.sessions.configure(options)
    window.qtbot.keyClicks(window.main.chat.composer.edit, "half a thought")
    end(window)

    window = start()
    assert [(turn.prompt.text, turn.answer.text) for turn in window.turns] == [("one", answer)]
    assert window.main.chat.prompt() == "half a thought"
    assert window.desktop.sessions.options == options
    assert len(window.desktop.sessions.open) == 1
    window.main.chat.set_prompt("")
    window.ask("two")
    assert window.told[-1] == ["Be kind.", "one", answer, "two"]


def test_what_waits_for_an_answer_comes_back_and_still_waits(start: Callable[[], Window]) -> None:
    window = start()
    window.send(LONG)
    window.wait_tokens()
    for text in ("second", "third"):
        window.send(text)
    queue = window.desktop.sessions.current.queue
    queue.hold(queue.prompts[1].id)
    queue.write(queue.prompts[1].id, "third, mended")
    end(window)

    window = start()
    found = window.desktop.sessions.current.queue.prompts
    assert [(each.text, each.draft, each.is_held) for each in found] == [
        ("second", "", False),
        ("third", "third, mended", True),
    ]
    assert [row.prompt.text for row in window.main.chat.queue.rows] == ["second", "third"]
    assert window.main.chat.queue.words == "Not sent, for the answer did not come to its end"
    assert window.told == []
    window.desktop.sessions.current.send_next()
    window.wait_idle()
    assert window.told[-1][-1] == "second"
    end(window)

    window = start()
    assert [each.text for each in window.desktop.sessions.current.queue.prompts] == ["third"]


def test_what_was_sent_is_no_draft_any_more(start: Callable[[], Window]) -> None:
    window = start()
    window.send(LONG)
    window.wait_tokens()
    assert store_of(window).load(window.chat.conversation.id).draft == ""
    window.press_escape()
    window.wait_idle()


def test_what_is_typed_while_the_file_is_read_is_kept_behind_the_old_draft(
    start: Callable[[], Window], make_window: Callable[..., Window]
) -> None:
    window = start()
    window.ask("one")
    window.main.chat.set_prompt("old")
    end(window)
    window = make_window(before_show=lambda desktop: desktop.window.chat.set_prompt("new"))
    window.qtbot.waitUntil(lambda: bool(window.turns))
    assert window.main.chat.prompt() == "old\nnew"
    window.qtbot.waitUntil(lambda: store_of(window).load(window.chat.conversation.id).draft == "old\nnew")


def test_an_answer_that_was_cut_off_is_interrupted_and_goes_on(start: Callable[[], Window]) -> None:
    window = start()
    window.send("[tokens=60 tps=200] story")
    window.wait_tokens()
    store_of(window).flush()
    end(window)
    with sqlite3.connect(paths.data_dir() / FILE_NAME) as connection:  # as if it had been killed meanwhile
        connection.execute("UPDATE messages SET state = 'running', owner = 'gone' WHERE role = 'assistant'")
    connection.close()

    window = start()
    window.qtbot.waitUntil(lambda: bool(window.turns))
    assert window.states == ["interrupted"]
    view = window.main.chat.conversation_view.view(window.turns[0].answer.id)
    assert view is not None
    window.qtbot.waitUntil(lambda: "interrupted" in view.answer.figures.line.plain())
    before = window.turns[0].answer.text
    window.qtbot.mouseClick(window.button("Continue"), Qt.MouseButton.LeftButton)
    window.wait_idle()
    assert window.states == ["done"]
    assert window.turns[0].answer.text.startswith(before)
    assert len(window.turns[0].answer.text) > len(before)


def test_a_new_chat_says_that_the_other_one_is_kept(start: Callable[[], Window]) -> None:
    window = start()
    window.main.side_bar_place.toggle()  # where it is shown, the list says it
    window.ask("one")
    window.qtbot.keyClick(window.main, Qt.Key.Key_N, CONTROL)
    assert window.main.notice.text == "“one” is kept."
    end(window)
    window = start()
    assert window.turns == ()
    assert [info.title for info in store_of(window).chats()] == ["one"]


def test_an_answer_behind_is_marked_unread(start: Callable[[], Window]) -> None:
    window = start()
    window.send("[tokens=40 tps=200] behind")
    window.wait_tokens()
    window.qtbot.keyClick(window.main, Qt.Key.Key_N, CONTROL)
    window.qtbot.waitUntil(lambda: not window.desktop.sessions.is_generating)
    assert [info.is_unread for info in store_of(window).chats()] == [True]


def test_what_is_typed_for_a_private_chat_goes_nowhere(start: Callable[[], Window]) -> None:
    window = start()
    window.ask("one")
    window.desktop.sessions.new(private=True)
    window.main.chat.set_prompt("zyxwvut")
    window.desktop.sessions.new()
    assert window.main.chat.prompt() == ""
    window.desktop.sessions.new(private=True)
    window.ask("zyxwvut?")
    end(window)
    for path in paths.data_dir().rglob("*"):
        assert path.is_dir() or b"zyxwvut" not in path.read_bytes(), path


def test_chats_can_be_left_unkept(start: Callable[[], Window]) -> None:
    settings = Settings()
    settings.set("chat.keep", False)
    settings.flush()
    window = start()
    window.main.side_bar_place.toggle()
    window.ask("one")
    assert store_of(window).chats() == ()
    window.qtbot.keyClick(window.main, Qt.Key.Key_N, CONTROL)
    assert "until the window is closed" in window.main.notice.text
    window.desktop.settings.set("chat.keep", True)
    window.qtbot.waitUntil(lambda: len(store_of(window).chats()) == 1)


@pytest.mark.logs("damaged")
def test_a_damaged_file_is_told_with_what_to_do(start: Callable[[], Window]) -> None:
    (paths.made(paths.data_dir()) / FILE_NAME).write_bytes(b"no database" * 500)
    window = start()
    assert window.main.notice.key == NOTICE
    assert "damaged" in window.main.notice.text
    assert "kept as" in window.main.notice.text
    window.ask("one")
    assert len(store_of(window).chats()) == 1


def test_a_file_of_a_newer_version_is_told_and_the_chat_goes_on(start: Callable[[], Window]) -> None:
    window = start()
    window.qtbot.keyClicks(window.main.chat.composer.edit, "half a thought")
    end(window)
    with sqlite3.connect(paths.data_dir() / FILE_NAME) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    window = start()
    assert "newer version" in window.main.notice.text
    assert "You said: one" in window.ask("one")
    assert store_of(window).is_read_only
    first = window.chat.conversation
    for number in range(MAX_IDLE + 2):  # so many others are looked at: what is in no file stays in the window
        window.desktop.sessions.new()
        window.ask(f"other {number}")
    titles = [row.info.title for row in window.main.side_bar.model.rows if isinstance(row, ChatRow)]
    assert "one" in titles
    assert len(titles) == MAX_IDLE + 3
    window.desktop.chat_list.controller.open(first.id)
    assert window.chat.conversation is first


def test_a_place_that_cannot_be_written_is_told_and_tried_again(
    start: Callable[[], Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    from llmdesk.services.chats.storage import thread

    monkeypatch.setattr(thread, "RETRY_S", 0.1)
    paths.made(paths.data_dir() / FILE_NAME)
    window = start()
    window.qtbot.waitUntil(lambda: window.main.notice.key == NOTICE)
    assert "not saved" in window.main.notice.text
    assert "You said: one" in window.ask("one")
    (paths.data_dir() / FILE_NAME).rmdir()
    window.qtbot.waitUntil(lambda: window.main.notice.key != NOTICE)
    window.qtbot.waitUntil(lambda: len(store_of(window).chats()) == 1)


def test_a_demo_leaves_the_chats_alone(make_window: Callable[..., Window], qapp: QApplication) -> None:
    store = ChatStore()
    store.add(chat(("mine", "yes")))
    assert store.close()
    before = (paths.data_dir() / FILE_NAME).read_bytes()
    window = make_window(keeps_chats=False)
    window.wait_ready()
    window.ask("one")
    end(window)
    assert window.desktop.kept.store is None
    assert (paths.data_dir() / FILE_NAME).read_bytes() == before
