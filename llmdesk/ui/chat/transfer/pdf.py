"""A chat as PDF, made by a process of its own (any thread but the GUI thread; knows no Qt).

Qt's text documents keep Python's lock while they lay out and draw: in a thread of the window a long chat would stop the
window for seconds. A process can also be ended at once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from llmdesk.errors import TransferError
from llmdesk.services.chats.kept import KeptChat
from llmdesk.services.chats.transfer.exporting import Progress
from llmdesk.words import say

_LOOK_S = 0.1


def chat_pdf(kept: KeptChat, progress: Progress | None = None) -> bytes:
    """The bytes of a PDF file: pages with numbers, the title, text that can be selected.

    Raises:
        TransferError: it could not be made.
        WorkStopped: ``progress.stop()`` was called.
    """
    from llmdesk.services.chats.transfer.html import print_html  # with a parser and colours: not before it is needed

    order = json.dumps({"title": kept.info.title, "html": print_html(kept)}).encode()
    process = subprocess.Popen(
        [sys.executable, "-m", "llmdesk.ui.chat.transfer.pdf_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    written, said = _wait(process, order, progress or Progress())
    if process.returncode != 0 or not written.startswith(b"%PDF"):
        raise TransferError(
            say("The PDF could not be made."),
            say("Export the chat as a web page and print that."),
            said.decode("utf-8", "replace"),
        )
    return written


def _wait(process: subprocess.Popen[bytes], order: bytes, progress: Progress) -> tuple[bytes, bytes]:
    with process:
        sent: bytes | None = order
        while True:
            try:
                progress.check()
                return process.communicate(sent, _LOOK_S)
            except subprocess.TimeoutExpired:
                sent = None
            except BaseException:
                process.kill()
                raise
