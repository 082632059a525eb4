"""PDF, Word and Excel files, sound and hostile, through the real process that reads them."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from llmdesk.errors import FileError
from llmdesk.services.files import document_worker, documents
from llmdesk.services.files.documents import read_document


def pdf(*pages: str, password: str = "", letters: str = "") -> bytes:
    """``letters``: a table of what its signs mean, as PDF has it."""
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    if letters:
        table = DecodedStreamObject()
        table.set_data(letters.encode())
        font[NameObject("/ToUnicode")] = writer._add_object(table)
    for text in pages:
        page = writer.add_blank_page(200, 200)
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode())
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        page[NameObject("/Contents")] = writer._add_object(stream)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_is_read_page_by_page(tmp_path: Path) -> None:
    path = tmp_path / "a.PDF"
    path.write_bytes(pdf("First words", "Second words"))
    found = read_document(path)
    assert found.text == "[page 1]\nFirst words\n\n[page 2]\nSecond words\n"
    assert (found.name, found.kind, found.size_bytes) == ("a.PDF", "text", path.stat().st_size)
    assert found.token_count > 0


def test_halves_of_characters_in_a_wrong_table_are_replaced(tmp_path: Path) -> None:
    table = "1 begincodespacerange <00> <FF> endcodespacerange 2 beginbfchar <41> <D835> <42> <0062> endbfchar"
    (tmp_path / "a.pdf").write_bytes(pdf("AB", letters=table))
    assert read_document(tmp_path / "a.pdf").text == "[page 1]\n\N{REPLACEMENT CHARACTER}b\n"


def test_a_word_file_keeps_paragraphs_and_tables_in_order(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("Before")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "left", "right"
    document.add_paragraph("After")
    document.save(str(tmp_path / "a.docx"))
    assert read_document(tmp_path / "a.docx").text == "Before\nleft | right\nAfter"


def test_a_workbook_names_sheets_and_rows(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.title = "Costs"
    book.active.append(["rent", 700])
    book.active.append([])
    book.active.append(["food", 250.5])
    book.create_sheet("Empty")
    book.save(tmp_path / "a.xlsx")
    assert read_document(tmp_path / "a.xlsx").text == "[sheet Costs]\n1: rent | 700\n3: food | 250.5"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("locked.pdf", pdf("secret", password="x"), "has a password"),
        ("locked.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "has a password"),
        ("broken.pdf", b"%PDF-1.7\nnothing", "is damaged"),
        ("broken.xlsx", b"no archive", "is damaged"),
        ("blank.pdf", pdf(""), "There is no text"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FileError, match=said):
        read_document(tmp_path / name)


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(document_worker.MAX_UNPACKED_BYTES + 1))
    assert (tmp_path / "bomb.docx").stat().st_size < 1_000_000
    with pytest.raises(FileError, match="too large when unpacked"):
        read_document(tmp_path / "bomb.docx")


def test_pipes_folders_and_large_files_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "folder.pdf").mkdir()
    for name in ("pipe.pdf", "folder.pdf"):
        with pytest.raises(FileError, match="is no file"):
            read_document(tmp_path / name)
    monkeypatch.setattr(documents, "MAX_DOCUMENT_BYTES", 3)
    (tmp_path / "large.pdf").write_bytes(b"%PDF")
    with pytest.raises(FileError, match="larger than"):
        read_document(tmp_path / "large.pdf")


def test_a_reader_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf("words"))
    with pytest.raises(FileError, match="takes too long"):
        read_document(tmp_path / "a.pdf", deadline_s=0.001)
