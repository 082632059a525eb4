"""That chats are not saved is not lost behind other notices."""

from __future__ import annotations

import sqlite3

from tests.ui.conftest import Window


def set_limit(window: Window, pages: int) -> None:
    """As if the disk had room for so many pages only (0: as they are)."""

    def limit(connection: sqlite3.Connection) -> None:
        wanted = pages or connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {wanted}")

    store = window.desktop.kept.store
    assert store is not None
    store._thread.read(limit)


def test_a_notice_that_was_covered_comes_back_and_one_that_was_closed_does_not(window: Window) -> None:
    notice, qtbot = window.main.notice, window.qtbot
    qtbot.waitUntil(lambda: window.desktop.kept.store is not None)
    window.ask("before")
    set_limit(window, 0)
    window.ask("many words " * 3000)
    qtbot.waitUntil(lambda: "disk is full" in notice.text, timeout=20_000)
    notice.show_notice("other", "Something else.", tone="bad")
    qtbot.wait(20)
    assert notice.text.startswith("Something else")
    notice.dismiss()
    qtbot.waitUntil(lambda: "disk is full" in notice.text)
    notice.buttons()[-1].click()
    qtbot.wait(20)
    assert notice.key == ""
    set_limit(window, 100_000)
