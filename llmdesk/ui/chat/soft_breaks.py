"""Gigantic paragraphs in pieces, so that a key has Qt lay out one piece and not all of it (GUI thread only).

A soft break is a line break, a mark, and a mark of the paragraph's direction: Qt would lay out each piece as its own
first letter is written. None of them is part of the text: ``without_breaks`` takes them out, and no selection begins
or ends inside of a break, so that nothing takes a part of it away.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QTextBoundaryFinder
from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument

from llmdesk.ui.chat.markdown.bidi import is_right_to_left
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
_FROM_LEFT, _FROM_RIGHT = "\N{LEFT-TO-RIGHT MARK}", "\N{RIGHT-TO-LEFT MARK}"
BREAK_CHARS = 3
HEAD_CHARS = BREAK_CHARS - 1  # without the line end
_BREAK = re.compile(f"\n{MARK}[{_FROM_LEFT}{_FROM_RIGHT}]")
_BROKEN_LINE = re.compile(f"\n([^\n]*){MARK}[{_FROM_LEFT}{_FROM_RIGHT}]?")


def without_breaks(raw: str) -> str:
    """The text of a document's own characters (``QTextDocument.toRawText``, ``QTextCursor.selectedText``)."""
    text = raw.replace(_PARAGRAPH, "\n")
    if MARK in text:
        text = _BREAK.sub("", text)
        text = _BROKEN_LINE.sub(r"\1", text).replace(MARK, "")  # something was written before the mark
    return text


def with_breaks(text: str) -> str:
    """A text as a document is to hold it."""
    text = without_marks(text)
    return "\n".join(_soft_break(line).join(pieces(line)) for line in text.split("\n"))


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
    """True if it is to be broken; its marks and its end are no characters of it."""
    return block.length() > LONGEST_CHARS + BREAK_CHARS


def is_piece(block: QTextBlock) -> bool:
    """True if a soft break is before it."""
    return block.isValid() and block.text().startswith(MARK)


def rest(document: QTextDocument, position: int) -> int:
    """How far it is to the end of the soft break in which a place is; 0 outside of one."""
    for begin in range(max(0, position - HEAD_CHARS), position):
        if document.characterAt(begin) == _PARAGRAPH and document.characterAt(begin + 1) == MARK:
            return begin + BREAK_CHARS - position
    return 0


def is_behind(document: QTextDocument, position: int) -> bool:
    """True right behind a soft break."""
    return rest(document, position - 1) == 1


def is_before(document: QTextDocument, position: int) -> bool:
    """True right before a soft break."""
    return rest(document, position + 1) == HEAD_CHARS


def is_turned(block: QTextBlock) -> bool:
    """True for a paragraph's first piece, if those after it have another direction than it has now."""
    after = block.next()
    return is_piece(after) and not is_piece(block) and after.text()[1:HEAD_CHARS] != _direction(block.text())


def turn(block: QTextBlock) -> None:
    """Give a paragraph's pieces the direction of its first one, if they have another."""
    if not is_turned(block):
        return
    cursor, direction = QTextCursor(block), _direction(block.text())
    while is_piece(block := block.next()):
        cursor.setPosition(block.position() + 1)
        cursor.setPosition(block.position() + HEAD_CHARS, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(direction)


def _direction(text: str) -> str:
    return _FROM_RIGHT if is_right_to_left(text) else _FROM_LEFT


def _soft_break(text: str) -> str:
    return f"\n{MARK}{_direction(text)}"


def _break(block: QTextBlock) -> None:
    cursor, places, at, text = QTextCursor(block), [], block.position(), block.text()
    soft_break = _soft_break(text)  # a piece begins with its paragraph's direction
    for piece in pieces(text)[:-1]:
        at += length(piece)
        places.append(at)
    for place in reversed(places):
        cursor.setPosition(place)
        cursor.insertText(soft_break)


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
