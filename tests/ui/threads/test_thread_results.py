"""What threads leave for a part of the window that may be gone."""

from __future__ import annotations

import threading

import shiboken6
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from llmdesk.ui.threads.thread_results import ThreadResults


def test_results_come_in_order_on_the_gui_thread_and_then_nobody_looks_any_more(qtbot: QtBot) -> None:
    parent = QObject()
    seen: list[tuple[int, int]] = []
    results: ThreadResults[int] = ThreadResults(parent, lambda n: seen.append((n, threading.get_ident())))
    for _ in range(3):
        results.expect()
    thread = threading.Thread(target=lambda: list(map(results.put, range(2))))
    thread.start()
    qtbot.waitUntil(lambda: len(seen) == 2)
    timer = results.findChild(QTimer)
    assert timer is not None
    assert timer.isActive(), "the third is still under way"
    results.put(2)
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert seen == [(n, threading.get_ident()) for n in range(3)]
    assert not timer.isActive()
    thread.join()


def test_a_result_for_what_is_gone_is_dropped(qtbot: QtBot) -> None:
    parent = QObject()
    seen: list[int] = []
    results: ThreadResults[int] = ThreadResults(parent, seen.append)
    results.expect()
    shiboken6.delete(parent)
    results.put(1)
    qtbot.wait(100)
    assert seen == []
