"""Marks in a message the words that a search has found (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import QRegularExpression, Slot
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextEdit, QWidget

from llmdesk.ui.chat.markdown.document_view import DocumentView
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit.colors import HIT_ALPHA

_MOST = 200
"""So many places of a word are marked in a part of a message."""
_FIRST_ALONE = "\u2e80"
"""From here on mostly signs that are words by themselves."""


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """Where the first of the words stands: in which part of the message, and how far below its top."""

    view: DocumentView
    top_px: int


class FoundWords:
    """The places are tinted until others are, or until the message is taken down."""

    def __init__(self, style: ChatStyle) -> None:
        self._style = style
        self._views: list[DocumentView] = []
        style.changed.connect(self.restyle)

    def show(self, message: QWidget, words: Sequence[str]) -> FoundPlace | None:
        """Mark the words in what is shown of a message; None if none of them is there (or only in what is folded)."""
        self.clear()
        first: FoundPlace | None = None
        views = [view for view in message.findChildren(DocumentView) if view.isVisibleTo(message)]
        for view in sorted(views, key=lambda view: view.mapTo(message, view.rect().topLeft()).y()):
            found = [cursor for word in words if word.strip() for cursor in _places(view.document(), word)]
            if not found:
                continue
            self._views.append(view)
            view.setExtraSelections([self._selection(cursor) for cursor in found])
            if first is None:
                first = FoundPlace(view, min(_top_px(view, cursor) for cursor in found))
        return first

    def clear(self) -> None:
        """Nothing is marked any more."""
        for view in filter(shiboken6.isValid, self._views):
            view.setExtraSelections([])
        self._views = []

    def _selection(self, cursor: QTextCursor) -> QTextEdit.ExtraSelection:
        found = QTextEdit.ExtraSelection()
        found.cursor = cursor
        found.format.setBackground(self._style.color("accent", HIT_ALPHA))
        if self._style.theme.is_high_contrast:
            found.format.setFontUnderline(True)
        return found

    @Slot()
    def restyle(self) -> None:
        """Other colours: texts are written anew, and the places with them."""
        self.clear()


def _places(document: QTextDocument, word: str) -> list[QTextCursor]:
    found: list[QTextCursor] = []
    pattern = _pattern(word)
    cursor = document.find(pattern)
    while not cursor.isNull() and len(found) < _MOST:
        found.append(QTextCursor(cursor))
        cursor = document.find(pattern, cursor)
    return found


def _pattern(word: str) -> QRegularExpression:
    """At the beginnings of words, as the search has it; anywhere where words have none."""
    begins = "(?<!\\w)" if word[0].isalnum() and word[0] < _FIRST_ALONE else ""
    option = QRegularExpression.PatternOption
    options = option.CaseInsensitiveOption | option.UseUnicodePropertiesOption
    return QRegularExpression(begins + QRegularExpression.escape(word), options)


def _top_px(view: DocumentView, cursor: QTextCursor) -> int:
    start = QTextCursor(cursor)
    start.setPosition(cursor.selectionStart())
    return view.cursorRect(start).top()
