"""Colours for code: Pygments tokens to text formats, in slices that leave the window free (GUI thread only)."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from functools import cache

from pygments.lexer import Lexer
from pygments.lexers import get_all_lexers, get_lexer_by_name
from pygments.token import Token
from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import QTextEdit

from llmdesk.ui.chat.style import ChatStyle

_log = logging.getLogger(__name__)

MAX_HIGHLIGHT_CHARS = 20_000
SLICE_S = 0.004
SLICE_PAUSE_MS = 8
LEXER_PAUSE_MS = 20

# Colour of the theme for a token type; the longest matching prefix wins.
_COLORS = {
    Token.Keyword: "time",
    Token.Keyword.Constant: "processor",
    Token.Operator.Word: "time",
    Token.Name.Function: "tokens",
    Token.Name.Class: "tokens",
    Token.Name.Decorator: "tokens",
    Token.Name.Tag: "tokens",
    Token.Name.Attribute: "processor",
    Token.Name.Builtin: "tokens",
    Token.Name.Exception: "tokens",
    Token.Literal.String: "memory",
    Token.Literal.Number: "processor",
    Token.Comment: "secondary",
    Token.Comment.Preproc: "time",
    Token.Generic.Deleted: "bad",
    Token.Generic.Inserted: "good",
    Token.Generic.Heading: "tokens",
    Token.Generic.Error: "bad",
}


_lexers: dict[str, Lexer | None] = {}  # None: it could not be made
_requested: set[str] = set()


@cache
def _known_names() -> frozenset[str]:
    return frozenset(alias for _, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases)


def prepare_lexer(language: str) -> bool:
    """Make the lexer for the word after a fence, in a thread of its own; False if Pygments has none.

    The first use of a lexer compiles its patterns, which takes up to 150 ms: too long for the GUI thread.
    """
    name = language.lower()
    if name not in _known_names():
        return False
    if name not in _requested:
        _requested.add(name)
        threading.Thread(target=_make_lexer, args=(name,), name=f"lexer {name}", daemon=True).start()
    return True


def _make_lexer(name: str) -> None:
    lexer = None
    try:
        lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except Exception:  # code without colours is better than a window that waits for them
        _log.exception("no lexer for %s", name)
    finally:
        _lexers[name] = lexer


def color_name(token_type: object) -> str:
    """Name of the theme colour for a Pygments token type; "" is the colour of text."""
    while token_type is not None:
        if token_type in _COLORS:
            return _COLORS[token_type]
        token_type = token_type.parent  # type: ignore[attr-defined]
    return ""


Run = tuple[int, int, str]
"""Start and length within a line (UTF-16 units), name of the colour."""


def colored_lines(code: str, lexer: Lexer) -> Iterator[list[Run]]:
    """Coloured runs, one list for each line of the code, lexed as the iterator is advanced."""
    runs: list[Run] = []
    column = 0
    for token_type, text in lexer.get_tokens(code):
        name = color_name(token_type)
        for i, piece in enumerate(text.split("\n")):
            if i:
                yield runs
                runs, column = [], 0
            length = len(piece.encode("utf-16-le")) // 2
            if name and piece.strip():
                runs.append((column, length, name))
            column += length
    yield runs


class Highlighter(QObject):
    """Colours a view's document that holds one line of code per block, once, a few milliseconds at a time.

    The document is asked for each time: Python's view of what Qt has made was found dead while the document lived.
    """

    def __init__(self, view: QTextEdit, style: ChatStyle) -> None:
        super().__init__(view)
        self._view = view
        self._style = style
        self._code = ""
        self._language = ""
        self._lines: Iterator[list[Run]] | None = None
        self._block = QTextBlock()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_slice)

    @property
    def is_busy(self) -> bool:
        """True until the last line has its colours."""
        return self._timer.isActive()

    def start(self, code: str, language: str) -> None:
        """Colour ``code``, the text of the document. Unknown languages and very long code stay plain."""
        self._timer.stop()
        self._lines = None
        if len(code) <= MAX_HIGHLIGHT_CHARS and prepare_lexer(language):
            self._code, self._language = code, language.lower()
            self._block = self._view.document().firstBlock()
            self._timer.start(0)

    @Slot()
    def _on_slice(self) -> None:
        if self._lines is None:
            if self._language not in _lexers:
                self._timer.start(LEXER_PAUSE_MS)
                return
            lexer = _lexers[self._language]
            if lexer is None:
                return
            self._lines = colored_lines(self._code, lexer)
        self._color_some(self._lines)

    def _color_some(self, lines: Iterator[list[Run]]) -> None:
        deadline_s = time.perf_counter() + SLICE_S
        first_position = self._block.position()
        while self._block.isValid() and (runs := next(lines, None)) is not None:
            if runs:
                self._block.layout().setFormats([self._range(run) for run in runs])
            self._block = self._block.next()
            if time.perf_counter() > deadline_s:
                self._timer.start(SLICE_PAUSE_MS)
                break
        end = self._block.position() if self._block.isValid() else self._view.document().characterCount()
        self._view.document().markContentsDirty(first_position, end - first_position)

    def _range(self, run: Run) -> QTextLayout.FormatRange:
        result = QTextLayout.FormatRange()
        result.start, result.length = run[0], run[1]
        text_format = QTextCharFormat()
        text_format.setForeground(self._style.color(run[2]))
        result.format = text_format
        return result
