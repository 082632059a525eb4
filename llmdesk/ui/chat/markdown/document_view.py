"""A read-only document in the conversation: as high as its content, part of the one selection (GUI thread only)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPoint, QSize, QSizeF, Qt, QUrl, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget

from llmdesk.ui.chat.markdown.citations import is_source, source_number
from llmdesk.ui.chat.markdown.export import PlainLeaf, SelectedLeaf
from llmdesk.ui.chat.markdown.links import confirm_and_open, words_of
from llmdesk.ui.chat.markdown.selection import selection_of
from llmdesk.ui.chat.style import LINE_PX, keep_painted


class DocumentView(QTextBrowser):
    """A read-only document that is as high as its content and never loads anything.

    Signals:
        source_requested(int): a click on a number that cites a source.
        resized(): it has another width, so words may stand elsewhere now.
    """

    source_requested = Signal(int)
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
        if event.oldSize().width() != event.size().width():
            self.resized.emit()

    def minimumSizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(0, 0)

    # -- selection --------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begins a selection, or with Shift makes it longer."""
        selection = selection_of(self)
        is_left = event.button() == Qt.MouseButton.LeftButton
        if selection is None or not is_left:
            super().mousePressEvent(event)
        elif not selection.begin(self, event):
            super().mousePressEvent(event)
            selection.set_anchor(self)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A word, and whole words from there."""
        super().mouseDoubleClickEvent(event)
        if (selection := selection_of(self)) is not None and event.button() == Qt.MouseButton.LeftButton:
            selection.set_anchor(self, by_words=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """With the button down the selection grows, over other views too."""
        selection = selection_of(self) if event.buttons() & Qt.MouseButton.LeftButton else None
        if selection is None or not selection.drag(self, event.globalPosition().toPoint()):
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """What is selected can be pasted with the middle button where there is one for that."""
        super().mouseReleaseEvent(event)
        if (selection := selection_of(self)) is not None and event.button() == Qt.MouseButton.LeftButton:
            selection.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """By Tab the first link gets the keyboard, or the last one: the words have no other place that shows it."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            is_next = event.reason() == Qt.FocusReason.TabFocusReason
            self.moveCursor(QTextCursor.MoveOperation.Start if is_next else QTextCursor.MoveOperation.End)
            self.focusNextPrevChild(is_next)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A click elsewhere ends the selection."""
        super().focusOutEvent(event)
        is_longer = QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier
        is_menu = QGuiApplication.mouseButtons() & Qt.MouseButton.RightButton
        selection = selection_of(self)
        if event.reason() == Qt.FocusReason.MouseFocusReason and not (is_longer or is_menu) and selection is not None:
            selection.clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy and select all are about the message, not about this part of it."""
        selection = selection_of(self)
        if selection is not None and event.matches(QKeySequence.StandardKey.SelectAll):
            selection.select_message(self)
        elif selection is not None and event.matches(QKeySequence.StandardKey.Copy) and selection.copy():
            event.accept()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the selection, or with the link under the mouse."""
        selection = selection_of(self)
        if selection is None or not selection.has(self):
            super().contextMenuEvent(event)
            return
        menu = selection.make_menu(self, self.anchorAt(event.pos()))
        menu.popup(event.globalPos())

    def select(self, anchor: int, position: int) -> None:
        """Select from one place to another."""
        cursor, bar = self.textCursor(), self.horizontalScrollBar()
        if (cursor.anchor(), cursor.position()) == (anchor, position):
            return
        scrolled = bar.value()
        cursor.setPosition(anchor)
        cursor.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        bar.setValue(scrolled)

    @property
    def has_selection(self) -> bool:
        """True if something in it is selected."""
        return self.textCursor().hasSelection()

    def whole(self) -> tuple[int, int]:
        """Where the first words begin and the last ones end."""
        return 0, self.document().characterCount() - 1

    @contextmanager
    def keeping_selection(self) -> Iterator[None]:
        """What is selected stays so, and nothing more is, while the end of the document is written."""
        before = self.textCursor()
        places = (before.anchor(), before.position())
        yield
        if places[0] != places[1]:
            most = self.document().characterCount() - 1
            self.select(min(places[0], most), min(places[1], most))

    def selected_leaves(self) -> list[SelectedLeaf]:
        """The part that is selected."""
        return [PlainLeaf(self.textCursor().selection().toPlainText())]

    def position_at(self, place: QPoint, by_words: bool) -> tuple[int, int]:
        """The place in the text at one on the screen: twice, or begin and end of the word there."""
        inside = self.viewport().mapFromGlobal(place)
        if inside.y() < 0:
            return 0, 0
        if inside.y() > self.viewport().height():
            return self.document().characterCount() - 1, self.document().characterCount() - 1
        cursor = self.cursorForPosition(inside)
        if by_words:
            cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        return cursor.selectionStart(), cursor.selectionEnd()

    def from_to_edge(self, position: int, is_end: bool) -> tuple[int, int]:
        """Anchor and position for a selection that begins or ends in this view and goes on beyond an edge of it."""
        return (position, self.document().characterCount() - 1) if is_end else (position, 0)

    @Slot(QSizeF)
    def _on_size_changed(self, size: QSizeF) -> None:
        self.setFixedHeight(math.ceil(size.height()))

    @Slot(QUrl)
    def _on_anchor_clicked(self, url: QUrl) -> None:
        if is_source(url.toString()):
            self.source_requested.emit(source_number(url.toString()))
        else:
            confirm_and_open(self, url, words_of(self.document(), url))


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
        if value and not self._is_scrolled and not self.has_selection:
            self.horizontalScrollBar().setValue(0)

    @Slot(int)
    def _on_bar_used(self, _action: int) -> None:
        self._is_scrolled = True
