"""What chats can be exported as, as the dialogs list it (pure, but for the words)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from llmdesk.services.chats.transfer.exporting import SUFFIXES, ChatExport, Format, Progress, Render, render_text
from llmdesk.ui.chat.transfer.pdf import chat_pdf
from llmdesk.ui.kit.words import tr

Container = Literal["file", "zip", "folder"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A line of the dialog."""

    format: Format
    container: Container
    text: str

    @property
    def suffix(self) -> str:
        """Of what is written; empty for a folder."""
        return {"file": SUFFIXES[self.format], "zip": ".zip", "folder": ""}[self.container]

    @property
    def filter(self) -> str:
        """As Qt wants it."""
        return f"{self.text} (*{self.suffix})"

    def write(self, export: ChatExport, target: Path, progress: Progress) -> None:
        """Write the chats (file thread). Raises LlmdeskError."""
        render = _render(self.format, progress)
        if self.container == "zip":
            export.to_zip(target, SUFFIXES[self.format], render)
        elif self.container == "folder":
            export.to_folder(target, SUFFIXES[self.format], render)
        elif self.format == "json":
            export.to_json(target)
        else:
            export.to_file(target, render)


def kinds_for_one() -> list[Kind]:
    """For a single chat."""
    return [
        Kind("markdown", "file", tr("Markdown")),
        Kind("html", "file", tr("Web page")),
        Kind("pdf", "file", tr("PDF")),
        Kind("json", "file", tr("Everything, to be imported again")),
    ]


def kinds_for_several() -> list[Kind]:
    """For more of them."""
    return [
        Kind("json", "file", tr("Everything, to be imported again")),
        Kind("markdown", "zip", tr("Markdown files in a ZIP")),
        Kind("html", "zip", tr("Web pages in a ZIP")),
        Kind("pdf", "zip", tr("PDFs in a ZIP")),
        Kind("markdown", "folder", tr("Markdown files in a folder")),
        Kind("html", "folder", tr("Web pages in a folder")),
    ]


def _render(kind: Format, progress: Progress) -> Render:
    return (lambda kept: chat_pdf(kept, progress)) if kind == "pdf" else render_text(kind)
