"""Stopping a fetch from any thread."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Callable, Iterator
from typing import Any

from llmdesk.no_console import NO_CONSOLE

Report = Callable[[int, int], None]
"""``report(done_bytes, total_bytes)``, on the thread that fetches."""


class FetchCancelled(Exception):
    """The fetch was stopped on request; what had arrived is kept."""


class FetchControl:
    """Stops a fetch from any thread, at once: it ends the process that transfers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._cancelled = False

    @property
    def cancelled(self) -> bool:
        """True once ``cancel`` was called."""
        return self._cancelled

    def cancel(self) -> None:
        """Idempotent; does not wait."""
        with self._lock:
            self._cancelled = True
            if self._process is not None:
                self._process.kill()

    @contextlib.contextmanager
    def process(self, argv: list[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
        """Run a process that ``cancel`` ends; it is gone when the block is left."""
        with self._lock:
            self.check()
            process = self._process = subprocess.Popen(
                argv, text=True, encoding="utf-8", creationflags=NO_CONSOLE, **options
            )
        try:
            with process:
                try:
                    yield process
                except BaseException:
                    process.kill()
                    raise
        finally:
            with self._lock:
                self._process = None

    def check(self) -> None:
        """Raises FetchCancelled once ``cancel`` was called."""
        if self._cancelled:
            raise FetchCancelled
