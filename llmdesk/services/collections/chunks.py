"""Texts cut into passages of about a hundred and fifty words, along their headings and paragraphs, with places (pure).

Passages of a section overlap by its last lines, so that what stands at a cut is whole in one of them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from llmdesk.services.collections.headings import Headings, headings_for
from llmdesk.words import say

TARGET_TOKENS = 220
OVERLAP_TOKENS = 40
_LEAST_TOKENS = 60  # a section that is shorter than this goes on in the same passage
_FULL_SHARE = 0.75  # from here on a passage ends with its paragraph
_HEADING_CHARS = 160
_TABLES = (".csv", ".tsv", ".xlsx")
_TOKEN = re.compile(r"[A-Za-z]+|\d+|[^\W\d_]|[^\w\s]|_")
_PAGE, _SHEET, _ROW = re.compile(r"\[page (\d+)\]"), re.compile(r"\[sheet (.+)\]"), re.compile(r"(\d+): ")
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])\s*|\s+")

Unit = Literal["lines", "pages", "rows", "paragraphs"]


@dataclass(frozen=True, slots=True)
class Place:
    """From ``first`` to ``last`` of these, both included, counted from 1; ``sheet`` of a workbook."""

    unit: Unit
    first: int
    last: int
    sheet: str = ""

    def words(self) -> str:
        """For people: "lines 10-40", "page 3", "sheet A, rows 2-30"."""
        span = f"{self.first}-{self.last}" if self.last != self.first else str(self.first)
        match self.unit:
            case "pages":
                return say("page {span}", span=span) if self.first == self.last else say("pages {span}", span=span)
            case "rows":
                where = say("rows {span}", span=span)
                return say("sheet {sheet}, {where}", sheet=self.sheet, where=where) if self.sheet else where
            case "paragraphs":
                return say("paragraphs {span}", span=span)
        return say("lines {span}", span=span)


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage, and what it stands under."""

    place: Place
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    unit: Unit
    number: int
    sheet: str
    heading: str
    tokens: int
    begins_section: bool
    is_rest: bool  # of a long line


def count_tokens(text: str) -> int:
    """About how many tokens a sentence model sees: short words are one, each sign and each Chinese character is."""
    return sum(1 + (len(found) - 1) // 6 for found in _TOKEN.findall(text))


def pieces_of(name: str, text: str) -> Iterator[Piece]:
    """The passages of a file's text, in its order; ``name`` tells what kind it is."""
    chunk: list[_Line] = []
    tokens = 0
    for line in _lines(name, text):
        if chunk and _must_end(chunk, tokens, line):
            yield from _piece(chunk)
            chunk = [] if _parts(chunk[-1], line) else _overlap(chunk)
            tokens = sum(each.tokens for each in chunk)
        chunk.append(line)
        tokens += line.tokens
    yield from _piece(chunk)


def _must_end(chunk: list[_Line], tokens: int, line: _Line) -> bool:
    if chunk[-1].sheet != line.sheet or tokens + line.tokens > TARGET_TOKENS:
        return True
    if not chunk[-1].text.strip() and line.text.strip() and tokens >= _FULL_SHARE * TARGET_TOKENS:
        return True
    return line.begins_section and tokens >= _LEAST_TOKENS


def _parts(last: _Line, line: _Line) -> bool:
    """Whether nothing of what was before belongs to what comes."""
    return line.begins_section or last.sheet != line.sheet


def _overlap(chunk: list[_Line]) -> list[_Line]:
    kept: list[_Line] = []
    tokens = 0
    for line in reversed(chunk[1:]):
        tokens += line.tokens
        if tokens > OVERLAP_TOKENS:
            break
        kept.insert(0, line)
    while kept and not kept[0].text.strip():
        kept.pop(0)
    return kept


def _piece(chunk: list[_Line]) -> Iterator[Piece]:
    lines = [line for line in chunk if line.text.strip()]
    if lines:
        first, last = lines[0], lines[-1]
        text = "".join(_joined(chunk)).strip("\n")
        place = Place(first.unit, first.number, last.number, first.sheet)
        yield Piece(place, _heading_of(lines)[:_HEADING_CHARS], text)


def _joined(chunk: list[_Line]) -> Iterator[str]:
    for before, line in itertools.pairwise((None, *chunk)):
        assert line is not None
        if before is not None and not (line.is_rest and before.number == line.number):
            yield "\n"
        yield line.text


def _heading_of(lines: list[_Line]) -> str:
    """What most of them stand under."""
    tokens: dict[str, int] = {}
    for line in lines:
        tokens[line.heading] = tokens.get(line.heading, 0) + line.tokens
    return max(tokens, key=lambda heading: tokens[heading])


# -- lines -------------------------------------------------------------------------------------------------------------


def _lines(name: str, text: str) -> Iterator[_Line]:
    """Each line with its place, what it stands under, and whether a section begins; long ones in parts."""
    suffix = PurePath(name).suffix.lower()
    headings = None if suffix in _TABLES else headings_for(suffix, text)
    for unit, number, sheet, line, columns in _placed(suffix, text):
        heading, begins = (columns, False) if headings is None else _heading_at(headings, number, line)
        for index, part in enumerate(_parts_of(line)):
            yield _Line(part, unit, number, sheet, heading, count_tokens(part), begins and index == 0, index > 0)


def _heading_at(headings: Headings, number: int, line: str) -> tuple[str, bool]:
    begins = headings.see(number, line)
    return headings.path, begins


def _placed(suffix: str, text: str) -> Iterator[tuple[Unit, int, str, str, str]]:
    """Unit, number, sheet, text, and the names of the columns of each line."""
    if suffix == ".pdf":
        page = 1
        for line in text.split("\n"):
            if found := _PAGE.fullmatch(line):
                page = int(found[1])
            else:
                yield "pages", page, "", line, ""
    elif suffix in _TABLES:
        yield from _rows(text)
    else:
        unit: Unit = "paragraphs" if suffix == ".docx" else "lines"
        for number, line in enumerate(text.split("\n"), 1):
            yield unit, number, "", line, ""


def _rows(text: str) -> Iterator[tuple[Unit, int, str, str, str]]:
    sheet = columns = ""
    for count, line in enumerate(text.split("\n"), 1):
        if found := _SHEET.fullmatch(line):
            sheet, columns = found[1], ""
            continue
        row = _ROW.match(line) if sheet else None
        yield "rows", int(row[1]) if row else count, sheet, line, columns
        columns = columns or (line[row.end() :] if row else line)


def _parts_of(line: str) -> Iterator[str]:
    """The line, or parts of it that fit into a passage, cut between sentences or words if it has any."""
    most = 5 * TARGET_TOKENS
    while len(line) > most or (len(line) > TARGET_TOKENS and count_tokens(line) > TARGET_TOKENS):
        length = min(most, len(line) - 1)
        while length > 40 and count_tokens(line[:length]) > TARGET_TOKENS:
            length = length * 3 // 4
        cuts = [found.end() for found in _SENTENCE_END.finditer(line, length // 2, length)]
        cut = cuts[-1] if cuts else length
        yield line[:cut]
        line = line[cut:]
    yield line
