"""Short work on files, away from the GUI thread, with its result brought back to it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.errors import LlmdeskError, error_info
from llmdesk.ui.threads.event_bridge import EventBridge

log = logging.getLogger(__name__)
T = TypeVar("T")


class Background:
    """Runs functions on short-lived threads; ``done`` or ``failed`` is then called on the GUI thread."""

    def __init__(self, bridge: EventBridge) -> None:
        self._bridge = bridge
        self._threads: list[threading.Thread] = []

    def run(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[ErrorInfo], None]) -> None:
        """Start ``work`` on a thread of its own. GUI thread."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        # Daemon: a network disk that does not answer must not keep the program from ending.
        thread = threading.Thread(target=self._work, args=(work, done, failed), name="files", daemon=True)
        self._threads.append(thread)
        thread.start()

    def close(self, timeout_s: float = 2.0) -> None:
        """Wait a little for what is under way (at shutdown only)."""
        deadline_s = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, deadline_s - time.monotonic()))

    def _work(self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[ErrorInfo], None]) -> None:
        try:
            result = work()
        except Exception as error:
            if not isinstance(error, LlmdeskError):
                log.exception("work on files failed")
            self._bridge.call(partial(failed, error_info(error)))
        else:
            self._bridge.call(partial(done, result))
