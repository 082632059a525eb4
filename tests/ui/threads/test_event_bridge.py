"""From any thread to the window: in order, in batches, on the GUI thread."""

from __future__ import annotations

import threading

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
