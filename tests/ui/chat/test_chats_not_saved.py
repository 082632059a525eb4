"""That chats are not saved is not lost behind other notices."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from llmdesk.services.chats.store import ChatStore
from llmdesk.ui.kit.notice import NoticeBar
from tests.ui.conftest import Window


def set_limit(window: Window, pages: int) -> None:
    """As if the disk had room for so many pages only (0: as they are)."""

    def limit(connection: sqlite3.Connection) -> None:
        wanted = pages or connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {wanted}")

    store = window.desktop.kept.store
    assert store is not None
    store._thread.read(limit)


@pytest.fixture
def full(window: Window) -> Iterator[NoticeBar]:
    """The disk is full, which is told."""
    window.qtbot.waitUntil(lambda: window.desktop.kept.store is not None)
    window.ask("before")
    set_limit(window, 0)
    try:
        window.ask("many words " * 3000)
        window.qtbot.waitUntil(lambda: "disk is full" in window.main.notice.text, timeout=20_000)
        yield window.main.notice
    finally:
        set_limit(window, 100_000)


def test_a_notice_that_was_covered_comes_back_and_one_that_was_closed_does_not(full: NoticeBar, qtbot: QtBot) -> None:
    full.show_notice("other", "Something else.", tone="bad")
    qtbot.wait(20)
    assert full.text.startswith("Something else")
    full.dismiss()
    qtbot.waitUntil(lambda: "disk is full" in full.text)
    full.buttons()[-1].click()
    full.show_notice("other", "Something else.", tone="bad")  # in the same turn
    qtbot.wait(20)
    full.dismiss()
    qtbot.wait(20)
    assert full.key == ""


@pytest.mark.logs("work on files failed", "the chats could not be opened")
def test_chats_that_could_not_be_opened_are_told_again(
    make_window: Callable[..., Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(store: ChatStore) -> None:
        raise OSError("It broke.")

    monkeypatch.setattr(ChatStore, "last_open", fails)
    window = make_window()
    notice, qtbot = window.main.notice, window.qtbot
    qtbot.waitUntil(lambda: "It broke" in notice.text)
    notice.show_notice("other", "Something else.", tone="bad")
    qtbot.wait(20)
    notice.dismiss()
    qtbot.waitUntil(lambda: "It broke" in notice.text)
