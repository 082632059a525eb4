"""A code block: bordered card with language, Copy and coloured code (GUI thread only)."""

from __future__ import annotations

import re

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QFrame, QVBoxLayout

from llmdesk.ui.chat.markdown.bidi import CONTROLS, MARK, NAMES_AND_MARKS, from_left, visible
from llmdesk.ui.chat.markdown.document_view import WideView
from llmdesk.ui.chat.markdown.export import SelectedLeaf
from llmdesk.ui.chat.markdown.highlight import Highlighter, prepare_lexer
from llmdesk.ui.chat.markdown.leaves import CodeLeaf, length
from llmdesk.ui.chat.markdown.save_code import SaveCode
from llmdesk.ui.chat.style import CODE_LINE_PX, ChatStyle, keep_painted
from llmdesk.ui.kit.buttons import CopyButton, IconButton
from llmdesk.ui.kit.labels import ElidedLabel
from llmdesk.ui.kit.spacing import column, gap, row, space
from llmdesk.ui.kit.styled import scroll_bar_css
from llmdesk.ui.kit.surfaces import Hairline
from llmdesk.ui.kit.words import tr

MAX_LINE_CHARS = 2_000
_BROKEN = 1  # state of a text block that goes on with the line above
_SOURCE = int(QTextFormat.Property.UserProperty) + 1  # the character that a name stands for
RADIUS_PX = 10


class CodeView(WideView):
    """Code, one text block per line, always from the left. Lines of more than 2,000 characters are broken for display.

    Characters that turn the direction of text are shown by their names; what is copied has the characters themselves.
    """

    def __init__(self, style: ChatStyle) -> None:
        super().__init__()
        self._style = style
        self._column = 0
        self.has_broken_lines = False
        self.language = self.path = ""
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self.viewport().setAutoFillBackground(True)
        self.setLineWrapMode(self.LineWrapMode.NoWrap)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setAccessibleName(tr("Code"))
        self.clear_code()

    def clear_code(self) -> None:
        """No code."""
        self.document().clear()
        self.document().setDefaultFont(self._style.code_font)
        self.setTabStopDistance(self._style.tab_px)
        self._column = 0
        self.has_broken_lines = False
        line = QTextBlockFormat()
        line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        line.setLineHeight(self._style.px(CODE_LINE_PX), QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        QTextCursor(self.document()).setBlockFormat(line)

    def append_code(self, text: str) -> None:
        """Add to the end; costs no more than the new text."""
        char_format = QTextCharFormat()
        char_format.setFont(self._style.code_font)
        char_format.setForeground(self._style.color("text"))
        with self.keeping_selection():
            self._insert(text, char_format)

    def selected_leaves(self) -> list[SelectedLeaf]:
        """The code that is selected, as it came."""
        cursor = self.textCursor()
        begin, end = cursor.selectionStart(), cursor.selectionEnd()
        text = ""
        block = self.document().findBlock(begin)
        while block.isValid() and block.position() <= end:
            if (text and block.userState() != _BROKEN) or (not text and block.position() > begin):
                text += "\n"
            text += _source_of(block, begin, end)
            block = block.next()
        return [CodeLeaf(text, self.language, self.path)]

    def _insert(self, text: str, char_format: QTextCharFormat) -> None:
        """Lines, with the breaks that only the display has."""
        for i, line in enumerate(text.split("\n")):
            if i:
                self.end.insertBlock()
                self._column = 0
            while len(line) > (room := MAX_LINE_CHARS - self._column):
                self._insert_visible(line[:room], char_format)
                line = line[room:]
                self.end.insertBlock()
                self.end.block().setUserState(_BROKEN)
                self._column, self.has_broken_lines = 0, True
            self._insert_visible(line, char_format)
            self._column += len(line)

    def _insert_visible(self, line: str, char_format: QTextCharFormat) -> None:
        place = 0
        for control in CONTROLS.finditer(line):
            self._insert_from_left(line[place : control.start()], char_format)
            shown = QTextCharFormat(char_format)
            shown.setProperty(_SOURCE, control[0])
            shown.setForeground(self._style.color("bad"))
            self._insert_from_left(visible(control[0]), shown)
            place = control.end()
        self._insert_from_left(line[place:], char_format)

    def _insert_from_left(self, text: str, char_format: QTextCharFormat) -> None:
        self.end.insertText(from_left(text, self.end.block().text()[-1:]), char_format)


def _source_of(block: QTextBlock, begin: int, end: int) -> str:
    """What the part of a line between two places of the document stands for."""
    units = block.text().encode("utf-16-le", "surrogatepass")
    first, last = max(0, begin - block.position()), max(0, end - block.position())
    part = units[2 * first : 2 * last].decode("utf-16-le", "replace")
    cursor = QTextCursor(block)

    def character(name: re.Match[str]) -> str:
        if name[0] == MARK:
            return ""
        before = part[: name.start()]
        cursor.setPosition(block.position() + first + length(before) + 1)  # its format is that of what is before it
        return str(cursor.charFormat().property(_SOURCE) or name[0])

    return NAMES_AND_MARKS.sub(character, part)


class CodeCard(QFrame):
    """Shows a CodeLeaf that may still grow; coloured by ``finish``."""

    def __init__(self, style: ChatStyle, leaf: CodeLeaf) -> None:
        super().__init__()
        self._style = style
        self._leaf = CodeLeaf("", leaf.language, leaf.path)
        self._is_final = False
        self.view = CodeView(style)
        self.view.language, self.view.path = leaf.language, leaf.path
        self._language = ElidedLabel(style.theme, "secondary", "small")
        self._language.setText(leaf.language or tr("text"))
        self._copy = CopyButton(style.theme, tr("Copy code"), text=tr("Copy"))
        self._copy.clicked.connect(self._on_copy)
        self._save = IconButton(style.theme, "download", tr("Save code"))
        self._save.clicked.connect(self._on_save)
        self._saving = SaveCode(self)
        self._highlighter = Highlighter(self.view, style)
        self._build()
        style.changed.connect(self.restyle)
        self.restyle()
        self.show_leaf(leaf)
        prepare_lexer(leaf.language)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground and border."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._style.color("line")))
        painter.setBrush(self._style.color("code"))
        radius = self._style.px(RADIUS_PX)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The old edges at the bottom and, in a wider card, at the right are painted over."""
        super().resizeEvent(event)
        old, radius = event.oldSize(), self._style.px(RADIUS_PX)
        self.update(0, old.height() - radius, self.width(), radius)
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
            self._highlighter.start(from_left(visible(self._leaf.text)), self._leaf.language)

    def _build(self) -> None:
        theme = self._style.theme
        layout = QVBoxLayout(self)
        space(theme, layout, (1, 2, 1, 1))
        layout.addLayout(row(theme, self._language, 1, self._save, self._copy, margins=(14, 0, 8, 0)))
        gap(theme, layout, 1)
        layout.addWidget(Hairline(theme))
        layout.addLayout(column(theme, self.view, margins=(14, 9, 14, 12)))
        keep_painted(self)

    @Slot()
    def _on_copy(self) -> None:
        self._copy.copy(self._leaf.text)

    @Slot()
    def _on_save(self) -> None:
        self._saving.ask(self._leaf.text, self._leaf.language)

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.view.horizontalScrollBar().setStyleSheet(scroll_bar_css(self._style.theme))
        palette = self.view.viewport().palette()
        palette.setColor(palette.ColorRole.Window, self._style.color("code"))
        self.view.viewport().setPalette(palette)
        self.update()
        self.view.clear_code()
        self.view.append_code(self._leaf.text)
        self._highlight()
