"""Gigantic paragraphs in pieces, so that a key has Qt lay out one piece and not all of it (GUI thread only).

A soft break is a line break with a mark behind it. Neither is part of the text: ``without_breaks`` takes them out, and
no selection begins or ends inside of one, so that nothing takes half of it away.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QTextBoundaryFinder
from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument

from llmdesk.ui.chat.markdown.leaves import length

MARK = "\ufff8"
"""Unicode keeps it for nothing that is shown; it has no width. In a text that comes from outside it is none."""
LONGEST_CHARS = 2_000
"""A paragraph that is longer is broken: up to here a key takes Qt a few milliseconds, whatever the script."""
PIECE_CHARS = 1_000
_SPACE_CHARS = 150
"""So near to its end a piece ends with a word."""
_NEAR_CHARS = 64
_PARAGRAPH = "\N{PARAGRAPH SEPARATOR}"
_BROKEN_LINE = re.compile(f"\n([^\n]*){MARK}")


def without_breaks(raw: str) -> str:
    """The text of a document's own characters (``QTextDocument.toRawText``, ``QTextCursor.selectedText``)."""
    text = raw.replace(_PARAGRAPH, "\n")
    if MARK in text:
        text = text.replace(f"\n{MARK}", "")
        text = _BROKEN_LINE.sub(r"\1", text).replace(MARK, "")  # something was written before the mark
    return text


def with_breaks(text: str) -> str:
    """A text as a document is to hold it."""
    text = without_marks(text)
    return "\n".join(f"\n{MARK}".join(pieces(line)) for line in text.split("\n"))


def without_marks(text: str) -> str:
    """A text from outside, whose marks mean nothing."""
    return text.replace(MARK, "\N{REPLACEMENT CHARACTER}")


def pieces(line: str) -> list[str]:
    """A line in pieces, each of which ends with a word where there is one, and never inside of a letter or emoji."""
    if len(line) <= LONGEST_CHARS:
        return [line]
    found, begin = [], 0
    while len(line) - begin > LONGEST_CHARS:
        end = _end_of_piece(line, begin + PIECE_CHARS)
        found.append(line[begin:end])
        begin = end
    return [*found, line[begin:]]


def break_long(document: QTextDocument, begin: int, end: int) -> None:
    """Break what is too long of the paragraphs between two places; part of the edit that made it so long."""
    block = document.findBlock(end)
    while block.isValid() and block.position() + block.length() > begin:
        before = block.previous()
        if is_long(block):
            _break(block)
        block = before


def is_long(block: QTextBlock) -> bool:
    """True if it is to be broken; its mark and its end are no characters of it."""
    return block.length() > LONGEST_CHARS + 2


def is_inside(document: QTextDocument, position: int) -> bool:
    """True between a soft break and its mark."""
    return position > 0 and document.characterAt(position) == MARK and document.characterAt(position - 1) == _PARAGRAPH


def is_behind(document: QTextDocument, position: int) -> bool:
    """True right behind a soft break."""
    return position > 1 and is_inside(document, position - 1)


def is_before(document: QTextDocument, position: int) -> bool:
    """True right before a soft break."""
    return is_inside(document, position + 1)


def _break(block: QTextBlock) -> None:
    cursor, places, at = QTextCursor(block), [], block.position()
    for piece in pieces(block.text())[:-1]:
        at += length(piece)
        places.append(at)
    for place in reversed(places):
        cursor.setPosition(place)
        cursor.insertText(f"\n{MARK}")


def _end_of_piece(line: str, end: int) -> int:
    """Behind a space shortly before ``end``, else where a letter ends."""
    space = line.rfind(" ", end - _SPACE_CHARS, end)
    if space > 0:
        return space + 1
    near = line[end - _NEAR_CHARS : end + _NEAR_CHARS]
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, near)
    finder.setPosition(length(near[:_NEAR_CHARS]))
    if finder.isAtBoundary():
        return end
    before = finder.toPreviousBoundary()
    units = near.encode("utf-16-le", "surrogatepass")[: 2 * before]
    return end - _NEAR_CHARS + len(units.decode("utf-16-le", "surrogatepass")) if before > 0 else end
