"""Work on files: every outcome comes back to the GUI thread, and an old answer never covers a newer one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.errors import CatalogueError
from llmdesk.ui.threads.background import Background
from llmdesk.ui.threads.event_bridge import EventBridge


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    bridge = EventBridge()
    background = Background(bridge)
    yield background
    background.close()
    bridge.close()


def refuse(error: ErrorInfo) -> None:
    pytest.fail(error.user_message)


def test_a_result_and_an_error_come_back_on_the_gui_thread(qtbot: QtBot, background: Background) -> None:
    seen: list[object] = []

    def fail() -> None:
        raise CatalogueError("broken", "mend it")

    background.run(threading.get_ident, seen.append, refuse)
    qtbot.waitUntil(lambda: len(seen) == 1)
    assert seen[0] != threading.get_ident()
    background.run(fail, seen.append, lambda error: seen.append((threading.get_ident(), error.user_message)))
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen[1] == (threading.get_ident(), "broken")


@pytest.mark.parametrize("fails", [False, True])
def test_work_that_was_begun_before_and_ends_later_is_not_heard(
    qtbot: QtBot, background: Background, fails: bool
) -> None:
    slow_may_end = threading.Event()
    seen: list[str] = []

    def slow() -> str:
        slow_may_end.wait(10)
        if fails:
            raise CatalogueError("old error")
        return "old"

    told = partial(background.run, done=seen.append, failed=lambda error: seen.append(error.user_message))
    told(slow, kind="survey")
    told(lambda: "new", kind="survey")
    told(lambda: "another kind", kind="catalogue")
    qtbot.waitUntil(lambda: len(seen) == 2)
    slow_may_end.set()
    told(lambda: "last", kind="catalogue")  # comes through the same queue, behind the old one
    background.close()
    qtbot.waitUntil(lambda: "last" in seen)
    qtbot.wait(20)
    assert sorted(seen) == ["another kind", "last", "new"]


def test_work_without_a_kind_is_always_heard(qtbot: QtBot, background: Background) -> None:
    seen: list[int] = []
    for number in range(20):
        background.run(partial(int, number), seen.append, refuse)
    qtbot.waitUntil(lambda: len(seen) == 20)
    assert sorted(seen) == list(range(20))
