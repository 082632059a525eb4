"""A run of paragraphs that can be selected: as high as its text, without scroll bars (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPalette, QTextBlock, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QWidget

from llmdesk.ui.chat.markdown.bidi import is_right_to_left
from llmdesk.ui.chat.markdown.document_view import DocumentView
from llmdesk.ui.chat.markdown.export import SelectedLeaf
from llmdesk.ui.chat.markdown.formulas import needs_drawing
from llmdesk.ui.chat.markdown.leaves import Cell, Span, TextLeaf, length, part_of, shown_length
from llmdesk.ui.chat.style import LINE_SEPARATOR, ChatStyle
from llmdesk.ui.kit.words import tr

VIEW_CHARS = 4_000
OBJECT = "\N{OBJECT REPLACEMENT CHARACTER}"


class TextView(DocumentView):
    """Text leaves, one text block each. ``base_path`` is the part of their path that is drawn around this view."""

    def __init__(self, style: ChatStyle, base_path: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._base = base_path
        self._leaves: list[TextLeaf] = []
        self.setAccessibleName(tr("Answer text"))
        # On the plain ground of the conversation: opaque, so that new words need no painting of what is behind.
        self.viewport().setBackgroundRole(QPalette.ColorRole.Window)
        self.viewport().setAutoFillBackground(True)
        self.document().setDefaultFont(style.text_font)

    @property
    def is_full(self) -> bool:
        """True once further leaves should go into a view of their own, so that edits stay cheap."""
        return sum(len(leaf.text) for leaf in self._leaves) > VIEW_CHARS or len(self._leaves) > 60

    def append(self, leaf: TextLeaf) -> None:  # type: ignore[override]
        """Add a paragraph below."""
        leaf = self._shown(leaf)
        previous = self._leaves[-1] if self._leaves else None
        with self.keeping_selection():
            cursor = self._cursor_at_end()
            cursor.beginEditBlock()
            if previous is not None:
                cursor.insertBlock()
            self._write_block(cursor, leaf, previous, 0)
            cursor.endEditBlock()
        self._leaves.append(leaf)
        self._update_links(leaf)

    def replace_last(self, leaf: TextLeaf) -> None:
        """The last paragraph went on: keep what is equal, write the rest."""
        old, leaf = self._leaves[-1], self._shown(leaf)
        is_same_kind = (old.marker, old.heading) == (leaf.marker, leaf.heading)
        is_same_kind = is_same_kind and is_right_to_left(old.text) == is_right_to_left(leaf.text)
        same = _common_spans(old.spans, leaf.spans) if is_same_kind else 0
        more = _growth(old.spans[same:], leaf.spans[same:]) if is_same_kind else None
        with self.keeping_selection():
            cursor = self._cursor_at_end()
            cursor.beginEditBlock()
            if more is not None:
                self._insert(cursor, more, leaf)
            else:
                start = self.document().lastBlock().position()
                if same:
                    start += length(_marker_text(leaf)) + sum(map(shown_length, leaf.spans[:same]))
                cursor.setPosition(start, QTextCursor.MoveMode.KeepAnchor)
                cursor.removeSelectedText()
                self._write_block(cursor, leaf, self._leaves[-2] if len(self._leaves) > 1 else None, same)
            cursor.endEditBlock()
        self._leaves[-1] = leaf
        self._update_links(leaf)

    def truncate(self, count: int) -> None:
        """Drop all paragraphs but the first ``count`` (at least one)."""
        if count >= len(self._leaves):
            return
        del self._leaves[count:]
        last = self.document().findBlockByNumber(count - 1)
        cursor = self._cursor_at_end()
        cursor.setPosition(_block_end(last), QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()

    def selected_leaves(self) -> list[SelectedLeaf]:
        """The paragraphs that are selected, the first and the last perhaps in part."""
        cursor = self.textCursor()
        begin, end = cursor.selectionStart(), cursor.selectionEnd()
        found: list[SelectedLeaf] = []
        block = self.document().findBlock(begin)
        while block.isValid() and block.position() <= end:
            leaf = self._leaves[block.blockNumber()]
            before = block.position() + length(_marker_text(leaf))  # a mark that is selected in part counts
            spans = part_of(leaf.spans, begin - before, end - before)
            marker = leaf.marker if begin < before or begin == block.position() else ""
            if spans or (marker and not leaf.spans):
                found.append(replace(leaf, spans=spans, marker=marker, continues=leaf.continues and bool(found)))
            block = block.next()
        return found

    @property
    def ends_right_to_left(self) -> bool:
        """True if its last paragraph is written from the right."""
        return bool(self._leaves) and is_right_to_left(self._leaves[-1].text)

    def restyle(self) -> None:
        """Write everything again in the colours and sizes in force."""
        self.document().setDefaultFont(self._style.text_font)
        self.rewrite(self._leaves)

    def rewrite(self, leaves: Sequence[TextLeaf]) -> None:
        """Show these instead of what is shown."""
        with self.keeping_selection():
            self.document().clear()
            self._leaves = []
            for leaf in leaves:
                self.append(leaf)

    def _write_block(self, cursor: QTextCursor, leaf: TextLeaf, previous: TextLeaf | None, same: int) -> None:
        """Format the block of the cursor and write the spans from number ``same`` on."""
        level = len(leaf.path) - len(self._base)  # lists and footnotes: the base ends with the last quote
        cursor.setBlockFormat(self._style.block_format(leaf, previous, level))
        if not same:
            cursor.setBlockCharFormat(self._format(Span(""), leaf))
            cursor.insertText(_marker_text(leaf), self._format(Span(""), leaf))
        for span in leaf.spans[same:]:
            self._insert(cursor, span, leaf)

    def _insert(self, cursor: QTextCursor, span: Span, leaf: TextLeaf) -> None:
        text = OBJECT if span.is_drawn else _lines(span.text)
        self._style.write(cursor, text, span, leaf.heading, "q" in leaf.path)

    def _shown(self, leaf: TextLeaf) -> TextLeaf:
        """With its formulas, as far as they are known."""
        if not any(span.math for span in leaf.spans):
            return leaf
        formulas = self._style.formulas
        formulas.serve(self.document(), self._show_formulas)
        return replace(leaf, spans=formulas.shown(leaf.spans))

    @Slot()
    def _show_formulas(self) -> None:
        """Pictures have come: they take the place of the source."""
        for number, old in enumerate(self._leaves):
            if not needs_drawing(old.spans) or (leaf := self._shown(old)) == old:
                continue
            with self.keeping_selection():
                block = self.document().findBlockByNumber(number)
                cursor = QTextCursor(block)
                cursor.beginEditBlock()
                cursor.setPosition(_block_end(block), QTextCursor.MoveMode.KeepAnchor)
                cursor.removeSelectedText()
                self._write_block(cursor, leaf, self._leaves[number - 1] if number else None, 0)
                cursor.endEditBlock()
            self._leaves[number] = leaf
        self.setAccessibleDescription("\n".join(leaf.text for leaf in self._leaves))

    def _format(self, span: Span, leaf: TextLeaf) -> QTextCharFormat:
        return self._style.char_format(span, leaf.heading, "q" in leaf.path)

    def _cursor_at_end(self) -> QTextCursor:
        self.end.clearSelection()
        return self.end

    def _update_links(self, leaf: TextLeaf) -> None:
        """Only a view with links is a stop for the Tab key."""
        if self.focusPolicy() == Qt.FocusPolicy.ClickFocus and any(span.link for span in leaf.spans):
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)


def _lines(text: str) -> str:
    return text.replace("\n", LINE_SEPARATOR)


def _block_end(block: QTextBlock) -> int:
    return block.position() + block.length() - 1


def _marker_text(leaf: TextLeaf) -> str:
    return leaf.marker + "\t" if leaf.marker else ""


def _common_spans(old: Cell, new: Cell) -> int:
    count = 0
    while count < min(len(old), len(new)) and old[count] == new[count]:
        count += 1
    return count


def _growth(old: Cell, new: Cell) -> Span | None:
    """What to append if nothing but the end of the last span is new."""
    if not old and len(new) == 1:
        return new[0]
    if len(new) == 1 and new[0].math:
        return None
    if len(old) != 1 or len(new) != 1 or replace(new[0], text="") != replace(old[0], text=""):
        return None
    is_longer = new[0].text.startswith(old[0].text)
    return replace(new[0], text=new[0].text[len(old[0].text) :]) if is_longer else None
