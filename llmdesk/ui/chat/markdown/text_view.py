"""A run of paragraphs that can be selected: as high as its text, without scroll bars (GUI thread only)."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QSize, QSizeF, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QPalette, QResizeEvent, QTextBlock, QTextCharFormat, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget

from llmdesk.ui.chat.markdown.leaves import Cell, Span, TextLeaf
from llmdesk.ui.chat.markdown.links import confirm_and_open
from llmdesk.ui.chat.style import LINE_PX, LINE_SEPARATOR, ChatStyle, keep_painted
from llmdesk.ui.kit.words import tr

VIEW_CHARS = 4_000


class DocumentView(QTextBrowser):
    """A read-only document that is as high as its content and never loads anything.

    Signals:
        resized(): words may stand elsewhere now.
    """

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFixedHeight(LINE_PX)  # until the text is laid out; Qt's own hint of 192 px would make the end jump
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.viewport().setAutoFillBackground(False)
        keep_painted(self, self.viewport())
        self.end = QTextCursor(self.document())  # stays at the end: to place one there takes a layout
        self.document().setDocumentMargin(0)
        self.document().setUndoRedoEnabled(False)
        self.document().documentLayout().documentSizeChanged.connect(self._on_size_changed)
        self.anchorClicked.connect(self._on_anchor_clicked)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Nothing is fetched from disk or network on behalf of a model's text."""
        return None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The conversation scrolls, not the paragraph."""
        event.ignore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width breaks the lines elsewhere."""
        super().resizeEvent(event)
        self.resized.emit()

    def minimumSizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(0, 0)

    @Slot(QSizeF)
    def _on_size_changed(self, size: QSizeF) -> None:
        self.setFixedHeight(math.ceil(size.height()))

    @Slot(QUrl)
    def _on_anchor_clicked(self, url: QUrl) -> None:
        confirm_and_open(self, url)


class WideView(DocumentView):
    """A document that may be wider than the column: it scrolls sideways, with a thin bar below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._is_scrolled = False
        bar = self.horizontalScrollBar()
        bar.rangeChanged.connect(self._on_range_changed)
        bar.valueChanged.connect(self._on_value_changed)
        bar.actionTriggered.connect(self._on_bar_used)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Sideways here, up and down in the conversation."""
        delta = event.angleDelta()
        bar = self.horizontalScrollBar()
        sideways = delta.x() or (delta.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0)
        if sideways and bar.maximum() > 0:
            self._is_scrolled = True
            bar.setValue(bar.value() - sideways)
            event.accept()
        else:
            event.ignore()

    @Slot(QSizeF)
    def _on_size_changed(self, size: QSizeF) -> None:
        bar = self.horizontalScrollBar()
        bar_px = bar.sizeHint().height() if bar.maximum() > bar.minimum() else 0
        self.setFixedHeight(math.ceil(size.height()) + bar_px)

    @Slot(int, int)
    def _on_range_changed(self, minimum: int, maximum: int) -> None:
        self._on_size_changed(self.document().size())

    @Slot(int)
    def _on_value_changed(self, value: int) -> None:
        """Qt follows the text that is inserted at the end; the reader starts at the left."""
        if value and not self._is_scrolled and not self.textCursor().hasSelection():
            self.horizontalScrollBar().setValue(0)

    @Slot(int)
    def _on_bar_used(self, _action: int) -> None:
        self._is_scrolled = True


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
        cursor = self._cursor_at_end()
        cursor.beginEditBlock()
        previous = self._leaves[-1] if self._leaves else None
        if previous is not None:
            cursor.insertBlock()
        self._write_block(cursor, leaf, previous, 0)
        cursor.endEditBlock()
        self._leaves.append(leaf)
        self._update_links(leaf)

    def replace_last(self, leaf: TextLeaf) -> None:
        """The last paragraph went on: keep what is equal, write the rest."""
        old = self._leaves[-1]
        is_same_kind = (old.marker, old.heading) == (leaf.marker, leaf.heading)
        same = _common_spans(old.spans, leaf.spans) if is_same_kind else 0
        more = _growth(old.spans[same:], leaf.spans[same:]) if is_same_kind else None
        cursor = self._cursor_at_end()
        cursor.beginEditBlock()
        if more is not None:
            cursor.insertText(_lines(more.text), self._format(more, leaf))
        else:
            start = self.document().lastBlock().position()
            if same:
                start += _length(_marker_text(leaf)) + sum(_length(span.text) for span in leaf.spans[:same])
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

    def restyle(self) -> None:
        """Write everything again in the colours and sizes in force."""
        leaves, self._leaves = self._leaves, []
        self.document().clear()
        self.document().setDefaultFont(self._style.text_font)
        for leaf in leaves:
            self.append(leaf)

    def _write_block(self, cursor: QTextCursor, leaf: TextLeaf, previous: TextLeaf | None, same: int) -> None:
        """Format the block of the cursor and write the spans from number ``same`` on."""
        level = leaf.path[len(self._base) :].count("l")
        cursor.setBlockFormat(self._style.block_format(leaf, previous, level))
        if not same:
            cursor.setBlockCharFormat(self._format(Span(""), leaf))
            cursor.insertText(_marker_text(leaf), self._format(Span(""), leaf))
        for span in leaf.spans[same:]:
            cursor.insertText(_lines(span.text), self._format(span, leaf))

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


def _length(text: str) -> int:
    """Length in QTextDocument's units (UTF-16)."""
    return len(text) + sum(char > "\uffff" for char in text)


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
    if len(old) != 1 or len(new) != 1 or replace(new[0], text="") != replace(old[0], text=""):
        return None
    is_longer = new[0].text.startswith(old[0].text)
    return replace(new[0], text=new[0].text[len(old[0].text) :]) if is_longer else None
