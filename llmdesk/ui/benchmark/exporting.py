"""The table of benchmarks into a file of the user's choice (GUI thread, and a thread for files)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from llmdesk.services.bench.board import Board
from llmdesk.whole_files import FOR_OTHERS, writing

SUFFIXES = {"Markdown": "md", "CSV": "csv", "JSON": "json", "HTML": "html", "PDF": "pdf"}


def suggested_name(kind: str) -> str:
    """With the day."""
    return f"llmdesk-benchmark-{date.today().isoformat()}.{SUFFIXES[kind]}"


def write(path: Path, kind: str, board: Board) -> None:
    """Whole or not at all. A thread for files. Raises OSError, TransferError."""
    data = contents(kind, board)
    with writing(path, FOR_OTHERS) as file:
        file.write(data)


def contents(kind: str, board: Board) -> bytes:
    """The bytes of the file."""
    from llmdesk.services.bench import export, page
    from llmdesk.ui.kit.pdf import pdf_of_html

    match kind:
        case "Markdown":
            return export.as_markdown(board.rows).encode()
        case "CSV":
            return export.as_csv(board.rows).encode()
        case "JSON":
            return export.as_json(board.rows).encode()
        case "HTML":
            return page.as_html(board).encode()
    printed = page.for_print(board)
    return pdf_of_html("Benchmark – llmdesk", printed.html, printed.charts)
