"""Ten thousand chats: the window does not wait for them, and they scroll like ten."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt

from llmdesk.ui.sidebar.rows import ChatRow
from tests.quiet import until_quiet
from tests.ui.sidebar.chats import DAY_S, kept_chat
from tests.ui.sidebar.conftest import MakeListed

COUNT = 10_000


@pytest.mark.timing
def test_ten_thousand_chats_are_listed_scrolled_and_opened_at_once(make_listed: MakeListed) -> None:
    chats = [kept_chat(f"Chat {n}", ago_s=60 + n * DAY_S / 40, folder="F" if n % 9 == 0 else "") for n in range(COUNT)]
    listed = make_listed(chats)
    assert len([row for row in listed.bar.model.rows if isinstance(row, ChatRow)]) == COUNT
    bar = listed.bar.chats.verticalScrollBar()
    listed.bar.chats.viewport().grab()  # lays the rows out

    @until_quiet
    def scrolls() -> None:
        worst_s = 0.0
        for step in range(20):
            started_s = time.perf_counter()
            bar.setValue(bar.maximum() * step // 19)
            listed.bar.chats.viewport().repaint()
            worst_s = max(worst_s, time.perf_counter() - started_s)
        assert worst_s < 0.1, f"{worst_s * 1000:.0f} ms for a page"

    @until_quiet
    def goes_home() -> None:
        listed.bar.chats.setFocus()
        started_s = time.perf_counter()
        listed.key(Qt.Key.Key_Home)
        listed.key(Qt.Key.Key_Down)
        assert time.perf_counter() - started_s < 0.2

    @until_quiet
    def folds() -> None:
        started_s = time.perf_counter()
        listed.window.main.side_bar.model.toggle("F")
        assert time.perf_counter() - started_s < 0.5

    scrolls()
    goes_home()
    listed.click("Chat 5")
    listed.wait_shown("Chat 5")
    folds()
