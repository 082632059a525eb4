"""Reads one document of a binary format: a process of its own, for such files may be made to exhaust their reader.

The bytes come on stdin and one JSON object goes to stdout: ``{"text": ...}`` or ``{"problem": ...}``, a code that
documents.py puts into words.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress

MAX_MEMORY_BYTES = 1_500_000_000
MAX_UNPACKED_BYTES = 200_000_000
MAX_CHARS = 2_000_000


class Unreadable(Exception):
    """``args[0]`` is the code."""


def read_pdf(data: bytes) -> Iterator[str]:
    """The pages' texts, each under its number. Raises Unreadable: encrypted."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("encrypted")
    for number, page in enumerate(reader.pages, 1):
        if text := page.extract_text().strip():
            yield f"[page {number}]\n{text}\n"


def read_docx(data: bytes) -> Iterator[str]:
    """Paragraphs and tables in their order. Raises Unreadable."""
    _check_unpacked(data)
    from docx import Document
    from docx.table import Table

    for block in Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                yield " | ".join(cell.text.replace("\n", " ") for cell in row.cells)
        else:
            yield block.text


def read_xlsx(data: bytes) -> Iterator[str]:
    """Each sheet's rows under its name, with their numbers; formulas by their last values. Raises Unreadable."""
    _check_unpacked(data)
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    for sheet in book.worksheets:
        named = False
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            cells = ["" if value is None else str(value).replace("\n", " ") for value in row]
            if any(cells):
                if not named:
                    yield f"[sheet {sheet.title}]"
                named = True
                yield f"{number}: {' | '.join(cells)}"


READERS: dict[str, Callable[[bytes], Iterator[str]]] = {".pdf": read_pdf, ".docx": read_docx, ".xlsx": read_xlsx}


def read(kind: str, data: bytes) -> dict[str, str]:
    """What is said of a document."""
    parts: list[str] = []
    chars = 0
    try:
        for part in READERS[kind](data):
            chars += len(part) + 1
            if chars > MAX_CHARS:
                return {"problem": "too_long"}
            parts.append(part)
    except Unreadable as error:
        return {"problem": str(error)}
    except MemoryError:
        return {"problem": "too_large"}
    except Exception as error:  # the readers raise what they like for damaged files
        return {"problem": "damaged", "detail": f"{type(error).__name__}: {error}"[:500]}
    return {"text": "\n".join(parts)}


def _check_unpacked(data: bytes) -> None:
    """By what is really unpacked: the sizes in a ZIP's list may lie."""
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":  # how Office wraps what has a password
        raise Unreadable("encrypted")
    total = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            with archive.open(info) as member:
                while piece := member.read(1 << 20):
                    total += len(piece)
                    if total > MAX_UNPACKED_BYTES:
                        raise Unreadable("too_large")


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource

        for limit, most in ((resource.RLIMIT_AS, MAX_MEMORY_BYTES), (resource.RLIMIT_CORE, 0)):
            with suppress(ValueError, OSError):  # macOS refuses the first one
                resource.setrlimit(limit, (most, most))


if __name__ == "__main__":
    _limit_memory()
    found = read(sys.argv[1], sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(found).encode())
