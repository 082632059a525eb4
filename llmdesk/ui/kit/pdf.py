"""HTML as PDF, made by a process of its own (any thread but the GUI thread; knows no Qt).

Qt's text documents keep Python's lock while they lay out and draw: in a thread of the window a long text would stop the
window for seconds. A process can also be ended at once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import IO

from llmdesk.errors import TransferError
from llmdesk.no_console import NO_CONSOLE
from llmdesk.words import say

_LOOK_S = 0.1


def _never() -> None:
    """Make it to the end."""


def pdf_of_html(
    title: str,
    html: str,
    charts: Mapping[str, tuple[str, int, int]] | None = None,
    check: Callable[[], None] = _never,
) -> bytes:
    """The bytes of a PDF file: pages with numbers, the title, text that can be selected.

    Args:
        charts: SVG, width and height in pixels of the images of these names; the page loads no others.
        check: asked ten times a second; what it raises ends the process and is raised.

    Raises:
        TransferError: it could not be made.
    """
    order = json.dumps({"title": title, "html": html, "charts": dict(charts or {})}).encode()
    process = subprocess.Popen(
        [sys.executable, "-m", "llmdesk.ui.kit.pdf_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        creationflags=NO_CONSOLE,
    )
    written, said = _wait(process, order, check)
    if process.returncode != 0 or not written.startswith(b"%PDF"):
        raise TransferError(
            say("The PDF could not be made."),
            say("Export a web page and print that."),
            said.decode("utf-8", "replace"),
        )
    return written


def _wait(process: subprocess.Popen[bytes], order: bytes, check: Callable[[], None]) -> tuple[bytes, bytes]:
    stdin, process.stdin = process.stdin, None
    assert stdin is not None
    with process:
        threading.Thread(target=_send, args=(stdin, order), name="pdf-order").start()
        while True:
            try:
                check()
                return process.communicate(timeout=_LOOK_S)
            except subprocess.TimeoutExpired:
                continue
            except BaseException:
                process.kill()
                raise


def _send(stdin: IO[bytes], order: bytes) -> None:
    """By a thread: after its first time-out ``communicate`` sends nothing more, and a pipe takes 64 KB at once."""
    with suppress(OSError), stdin:  # who ends early says why on stderr
        stdin.write(order)
