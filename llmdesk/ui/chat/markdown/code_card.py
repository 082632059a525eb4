"""A code block: bordered card with language, Copy and coloured code (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from llmdesk.ui.chat.buttons import CopyButton
from llmdesk.ui.chat.markdown.highlight import Highlighter, prepare_lexer
from llmdesk.ui.chat.markdown.leaves import CodeLeaf
from llmdesk.ui.chat.markdown.text_view import WideView
from llmdesk.ui.chat.style import CODE_LINE_PX, ChatStyle, keep_painted, set_text_color

MAX_LINE_CHARS = 2_000
RADIUS_PX = 10


class CodeView(WideView):
    """Code, one text block per line. Lines of more than 2,000 characters are broken for display."""

    def __init__(self, style: ChatStyle) -> None:
        super().__init__()
        self._style = style
        self._column = 0
        self.has_broken_lines = False
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self.viewport().setAutoFillBackground(True)
        self.setLineWrapMode(self.LineWrapMode.NoWrap)
        self.document().setDefaultFont(style.code_font)
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self.setAccessibleName("Code")
        self.clear_code()

    def clear_code(self) -> None:
        """No code."""
        self.document().clear()
        self._column = 0
        self.has_broken_lines = False
        line = QTextBlockFormat()
        line.setLineHeight(CODE_LINE_PX, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        QTextCursor(self.document()).setBlockFormat(line)

    def append_code(self, text: str) -> None:
        """Add to the end; costs no more than the new text."""
        char_format = QTextCharFormat()
        char_format.setFont(self._style.code_font)
        char_format.setForeground(self._style.color("text"))
        self.end.insertText(self._broken(text), char_format)

    def _broken(self, text: str) -> str:
        lines = text.split("\n")
        for i, line in enumerate(lines):
            column = self._column if i == 0 else 0
            self._column = column + len(line)
            if self._column > MAX_LINE_CHARS:
                lines[i], self._column = _break_line(line, column)
                self.has_broken_lines = True
        return "\n".join(lines)


def _break_line(line: str, column: int) -> tuple[str, int]:
    head = MAX_LINE_CHARS - column
    pieces = [line[:head], *(line[i : i + MAX_LINE_CHARS] for i in range(head, len(line), MAX_LINE_CHARS))]
    return "\n".join(pieces), len(pieces[-1])


class CodeCard(QFrame):
    """Shows a CodeLeaf that may still grow; coloured by ``finish``."""

    def __init__(self, style: ChatStyle, leaf: CodeLeaf) -> None:
        super().__init__()
        self._style = style
        self._leaf = CodeLeaf("", leaf.language, leaf.path)
        self._is_final = False
        self.view = CodeView(style)
        self._language = QLabel(leaf.language or "text")
        self._language.setFont(style.small_font)
        self._language.setTextFormat(Qt.TextFormat.PlainText)
        self._copy = CopyButton(style, "Copy code", text="Copy")
        self._copy.clicked.connect(self._on_copy)
        self._highlighter = Highlighter(self.view.document(), style)
        self._build()
        style.changed.connect(self._retint)
        self._retint()
        self.show_leaf(leaf)
        prepare_lexer(leaf.language)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground and border."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._style.color("line")))
        painter.setBrush(self._style.color("code"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_PX, RADIUS_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The old edges at the bottom and, in a wider card, at the right are painted over."""
        super().resizeEvent(event)
        old = event.oldSize()
        self.update(0, old.height() - RADIUS_PX, self.width(), RADIUS_PX)
        if old.width() != self.width():
            self.update()

    def show_leaf(self, leaf: CodeLeaf) -> None:
        """Show the code as it is now; only what is new is inserted."""
        old, self._leaf = self._leaf.text, leaf
        if not leaf.text.startswith(old):
            self.view.clear_code()
            old = ""
        if len(leaf.text) > len(old):
            self.view.append_code(leaf.text[len(old) :])

    def finish(self) -> None:
        """The code is complete: colour it."""
        self._is_final = True
        self._highlight()

    @property
    def is_busy(self) -> bool:
        """True while colours are still being worked out."""
        return self._highlighter.is_busy

    def _highlight(self) -> None:
        if self._is_final and not self.view.has_broken_lines:
            self._highlighter.start(self._leaf.text, self._leaf.language)

    def _build(self) -> None:
        header = QHBoxLayout()
        header.setContentsMargins(14, 0, 8, 0)
        header.addWidget(self._language)
        header.addStretch(1)
        header.addWidget(self._copy)
        self._line = QFrame()
        self._line.setFixedHeight(1)
        self._line.setAutoFillBackground(True)
        body = QVBoxLayout()
        body.setContentsMargins(14, 9, 14, 12)
        body.addWidget(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 2, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(header)
        layout.addSpacing(1)
        layout.addWidget(self._line)
        layout.addLayout(body)
        keep_painted(self)

    @Slot()
    def _on_copy(self) -> None:
        self._copy.copy(self._leaf.text)

    @Slot()
    def _retint(self) -> None:
        self.view.horizontalScrollBar().setStyleSheet(self._style.scroll_bar_css())
        palette = self._line.palette()
        palette.setColor(palette.ColorRole.Window, self._style.color("line"))
        self._line.setPalette(palette)
        palette = self.view.viewport().palette()
        palette.setColor(palette.ColorRole.Window, self._style.color("code"))
        self.view.viewport().setPalette(palette)
        self.update()
        set_text_color(self._language, self._style.color("secondary"))
        self.view.clear_code()
        self.view.append_code(self._leaf.text)
        self._highlight()
