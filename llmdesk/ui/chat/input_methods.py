"""What input methods see and change of a text that is held in pieces: no soft breaks (GUI thread only).

Of a gigantic paragraph they see the piece with the cursor and those beside it: what Qt shows them is one block of the
document.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QTextBlock, QTextCursor

from llmdesk.ui.chat.markdown.leaves import length
from llmdesk.ui.chat.soft_breaks import HEAD_CHARS, MARK, is_piece, without_breaks

_Query = Qt.InputMethodQuery
_PLACES = (_Query.ImCursorPosition, _Query.ImAnchorPosition)
_TEXTS = (_Query.ImTextBeforeCursor, _Query.ImTextAfterCursor)


def told(cursor: QTextCursor, query: Qt.InputMethodQuery, answer: Any) -> Any:
    """Qt's ``answer`` to a query, without soft breaks. Places are counted in UTF-16, as Qt does."""
    if query == _Query.ImAbsolutePosition:
        return _place_in_text(cursor)
    if query in _TEXTS:
        return without_breaks(answer) if MARK in (answer or "") else answer
    if query in _PLACES:
        return _place_around(cursor.block(), int(answer))
    if query == _Query.ImSurroundingText:
        return "".join(_text(piece) for piece in _around(cursor.block()))
    return answer


def in_document(cursor: QTextCursor, event: QInputMethodEvent) -> QInputMethodEvent:
    """What is to be done as Qt does it: what is replaced is told in characters of the text."""
    block, start, count = cursor.block(), event.replacementStart(), event.replacementLength()
    if not (start or count) or len(_around(block)) == 1:
        return event
    begin = _place_around(block, cursor.positionInBlock()) + start
    first = _place_in_document(block, begin, is_end=False)
    last = _place_in_document(block, begin + count, is_end=True) if count else first
    made = QInputMethodEvent(event.preeditString(), event.attributes())
    made.setCommitString(event.commitString(), first - cursor.position(), last - first)
    return made


def _around(block: QTextBlock) -> list[QTextBlock]:
    """The piece, and those beside it of the same paragraph."""
    before = [block.previous()] if is_piece(block) else []
    after = [block.next()] if is_piece(block.next()) else []
    return [*before, block, *after]


def _head(piece: QTextBlock) -> int:
    return HEAD_CHARS if is_piece(piece) else 0


def _text(piece: QTextBlock) -> str:
    return piece.text()[_head(piece) :]


def _place_around(block: QTextBlock, place: int) -> int:
    """Of a place in a block, in the text around it."""
    before = length(_text(block.previous())) if is_piece(block) else 0
    return before + max(0, place - _head(block))


def _place_in_document(block: QTextBlock, place: int, *, is_end: bool) -> int:
    """The way back; between two pieces, on the side where what begins or ends there is."""
    place = max(0, place)
    pieces = _around(block)
    for piece in pieces:
        chars = length(_text(piece))
        if place < chars or (is_end and place == chars) or piece == pieces[-1]:
            return piece.position() + _head(piece) + min(place, chars)
        place -= chars
    raise AssertionError("there is a last piece")


def _place_in_text(cursor: QTextCursor) -> int:
    before = QTextCursor(cursor)
    before.setPosition(0)
    before.setPosition(cursor.position(), QTextCursor.MoveMode.KeepAnchor)
    return length(without_breaks(before.selectedText()))
