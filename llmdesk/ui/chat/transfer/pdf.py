"""A chat as PDF (any thread but the GUI thread; knows no Qt)."""

from __future__ import annotations

from llmdesk.services.chats.kept import KeptChat
from llmdesk.services.chats.transfer.exporting import Progress
from llmdesk.ui.kit.pdf import pdf_of_html


def chat_pdf(kept: KeptChat, progress: Progress | None = None) -> bytes:
    """The bytes of a PDF file; see ``pdf_of_html``.

    Raises:
        TransferError: it could not be made.
        WorkStopped: ``progress.stop()`` was called.
    """
    from llmdesk.services.chats.transfer.html import print_html  # with a parser and colours: not before it is needed

    return pdf_of_html(kept.info.title, print_html(kept), check=(progress or Progress()).check)
