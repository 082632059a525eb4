"""Short work on files, away from the GUI thread, with its result brought back to it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.error_values import error_info, is_disk_full
from llmdesk.errors import LlmdeskError
from llmdesk.ui.threads.event_bridge import EventBridge

log = logging.getLogger(__name__)
T = TypeVar("T")


class Background:
    """Runs functions on short-lived threads; ``done`` or ``failed`` is then called on the GUI thread.

    Work of one kind answers one question ("what is on the disk?"), perhaps several times. Only the newest run of a
    kind is heard: one that was begun before and ends later would put an older answer over a newer one.
    """

    def __init__(self, bridge: EventBridge) -> None:
        self._bridge = bridge
        self._threads: list[threading.Thread] = []
        self._newest: dict[str, int] = {}  # number of the newest run of each kind; GUI thread only

    def run(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[ErrorInfo], None], *, kind: str = ""
    ) -> None:
        """Start ``work`` on a thread of its own. GUI thread.

        ``kind``: what it finds out; without one, it is heard whatever else runs (work that changes something).
        """
        number = self._newest[kind] = self._newest.get(kind, 0) + 1
        self._threads = [thread for thread in self._threads if thread.is_alive()]

        def deliver(tell: Callable[[], None]) -> None:
            if not kind or self._newest[kind] == number:
                tell()

        def whole() -> None:
            self._bridge.call(partial(deliver, self._outcome(work, done, failed)))

        # Daemon: a network disk that does not answer must not keep the program from ending.
        thread = threading.Thread(target=whole, name="files", daemon=True)
        self._threads.append(thread)
        thread.start()

    def close(self, timeout_s: float = 2.0) -> None:
        """Wait a little for what is under way (at shutdown only)."""
        deadline_s = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, deadline_s - time.monotonic()))

    def _outcome(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[ErrorInfo], None]
    ) -> Callable[[], None]:
        """Do the work (file thread) and say what is to be called with its result."""
        try:
            return partial(done, work())
        except Exception as error:
            if not isinstance(error, LlmdeskError) and not is_disk_full(error):
                log.exception("work on files failed")
            return partial(failed, error_info(error))
