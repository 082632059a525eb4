"""From any thread to the window: in order, in batches, on the GUI thread."""

from __future__ import annotations

import threading
import time

from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from llmdesk.datatypes.chat import Finished, GenerationStats, TokenEvent
from llmdesk.ui.threads.event_bridge import EventBridge


def test_tokens_arrive_in_order_and_in_batches(qtbot: QtBot) -> None:
    bridge = EventBridge()
    seen: list[str] = []
    batches: list[int] = []
    threads = set()

    def on_tokens(request_id: str, events: list[TokenEvent]) -> None:
        batches.append(len(events))
        seen.extend(event.text for event in events)
        threads.add(threading.get_ident())

    bridge.tokens.connect(on_tokens)
    bridge.finished.connect(lambda event: seen.append(event.reason))

    def engine() -> None:
        for number in range(1000):
            bridge.post(TokenEvent("a", str(number), number, 0.0))
        bridge.post(Finished("a", "stop", GenerationStats()))

    thread = threading.Thread(target=engine)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(seen) and seen[-1] == "stop")

    assert seen == [*map(str, range(1000)), "stop"]
    assert batches == [1000]
    assert threads == {threading.get_ident()}


def test_calls_run_on_the_gui_thread_and_never_after_close(qtbot: QtBot) -> None:
    bridge = EventBridge()
    ran: list[str] = []
    bridge.call(lambda: ran.append("before"))
    qtbot.waitUntil(lambda: ran == ["before"])
    bridge.call(lambda: ran.append("under way"))
    bridge.close()
    bridge.call(lambda: ran.append("after"))
    qtbot.wait(1)
    assert ran == ["before"]


def test_what_can_wait_comes_with_the_next_frame_of_an_answer(qtbot: QtBot) -> None:
    bridge = EventBridge()
    ran: list[str] = []
    bridge.call(lambda: ran.append("no answer"), can_wait=True)
    qtbot.waitUntil(lambda: ran == ["no answer"])
    bridge.tokens.connect(lambda _request, _events: ran.append("frame"))
    bridge.post(TokenEvent("a", "x", 1, 0.0))
    qtbot.waitUntil(lambda: ran[1:] == ["frame"])
    bridge.call(lambda: ran.append("can wait"), can_wait=True)
    QCoreApplication.sendPostedEvents(bridge)
    assert ran[1:] == ["frame"], "nothing has woken this thread for it"
    bridge.call(lambda: ran.append("at once"))
    QCoreApplication.sendPostedEvents(bridge)
    assert ran[1:] == ["frame", "can wait", "at once"]


def test_close_waits_for_a_signal_that_is_under_way(qtbot: QtBot) -> None:
    """Qt reads the bridge while it sends: deleted at that moment, it takes the whole program with it."""
    bridge = EventBridge()
    is_sending, steps = threading.Event(), []

    class SlowSignal:
        def emit(self) -> None:
            is_sending.set()
            time.sleep(0.1)
            steps.append("sent")

    bridge._wake = SlowSignal()  # type: ignore[assignment]
    thread = threading.Thread(target=bridge.call, args=(lambda: None,))
    thread.start()
    assert is_sending.wait(10)
    bridge.close()
    steps.append("closed")
    thread.join()
    assert steps == ["sent", "closed"]
