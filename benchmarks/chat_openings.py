"""Openings of chats in the running window, on the file that ``chat_store.py`` fills (it starts this).

``python -m benchmarks.chat_openings LONG_ID``, with LLMDESK_HOME: a long chat is opened as a click in the list opens
it, other chats between, until its end is painted and nothing is left to be laid out; then 200 chats in turn.
Prints one line of JSON: milliseconds of each opening, and RSS (bytes) after each tenth of the 200.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QEventLoop

from llmdesk.app import build_desktop, end_desktop, make_application
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.services.process_memory import rss_bytes
from llmdesk.ui.shell.desktop import Desktop

OPENINGS = 200
LONG_OPENINGS = 9
_WARM_UP = 20
_WAIT_S = 60.0


def _wait(condition: Callable[[], bool]) -> None:
    end_s = time.perf_counter() + _WAIT_S
    while not condition():
        assert time.perf_counter() < end_s, "the window does not get there"
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 5)


def _open(desktop: Desktop, chat_id: str) -> float:
    """Milliseconds from the click until its last answer is on the screen, painted."""
    view = desktop.window.chat.conversation_view
    started_s = time.perf_counter()
    desktop.chat_list.controller.open(chat_id)

    def is_there() -> bool:
        if desktop.chat.conversation.id != chat_id or not view.turns:
            return False
        answer = view.turns[-1].answer
        return view.painted_chars(answer.id) == len(answer.text)

    _wait(is_there)
    desktop.window.repaint()  # at once, and all of it: rather too much than too little
    return 1000 * (time.perf_counter() - started_s)


def _median_ids(desktop: Desktop, count: int, other_than: str) -> Sequence[str]:
    assert desktop.kept.store is not None
    ids = [each.id for each in desktop.kept.store.chats() if each.id != other_than]
    return ids[:: max(1, len(ids) // count)][:count]


def main() -> None:
    """See the module."""
    long_id = sys.argv[1]
    app = make_application()
    desktop = build_desktop("", None, ScriptedBackend)
    desktop.window.resize(1440, 900)
    desktop.show()
    _wait(lambda: desktop.kept.store is not None)
    others = _median_ids(desktop, OPENINGS, long_id)
    long_ms = []
    for other in others[:LONG_OPENINGS]:
        for each in others[:LONG_OPENINGS]:  # so many that the long chat is let go of, and read anew
            if each != other:
                _open(desktop, each)
        long_ms.append(_open(desktop, long_id))
    for each in others[:_WARM_UP]:
        _open(desktop, each)
    short_ms, rss = [], [rss_bytes()]
    for number, each in enumerate(others, 1):
        is_long = number % 20 == 0
        short_ms.append(_open(desktop, long_id if is_long else each))
        if number % (OPENINGS // 10) == 0:
            rss.append(rss_bytes())
    print(json.dumps({"long_ms": long_ms, "short_ms": short_ms, "rss_bytes": rss}), flush=True)
    app.processEvents()
    end_desktop(desktop)


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main()
