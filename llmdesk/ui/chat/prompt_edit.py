"""A text field that sends with Enter, for the composer and for editing a prompt (GUI thread only)."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QMimeData, Qt, Signal, Slot
from PySide6.QtGui import (
    QDragMoveEvent,
    QDropEvent,
    QInputMethodEvent,
    QKeyEvent,
    QResizeEvent,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit

from llmdesk.ui.chat import input_methods, soft_breaks
from llmdesk.ui.chat.attachments.given import has_files
from llmdesk.ui.chat.markdown.bidi import is_right_to_left
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit.drops import take_copies
from llmdesk.ui.kit.styled import scroll_bar_css

MAX_LINES = 8
_WINDOW_SHARE = 0.3  # of its height: a long prompt must not push the conversation out of a low window
MAX_PROMPT_CHARS = 200_000
"""Of any script; what a model can take is counted in tokens, by the engine. Characters are Unicode's, not bytes."""
_CONTROL = Qt.KeyboardModifier.ControlModifier
_DELETING = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
_CONVERSATION_KEYS: dict[tuple[int, bool], QTextCursor.MoveOperation] = {
    (Qt.Key.Key_PageUp, False): QTextCursor.MoveOperation.Start,
    (Qt.Key.Key_PageDown, False): QTextCursor.MoveOperation.End,
    (Qt.Key.Key_Home, True): QTextCursor.MoveOperation.Start,
    (Qt.Key.Key_End, True): QTextCursor.MoveOperation.End,
}
"""(key, with Ctrl) -> where in a draft it leads to."""
_ALIGNED_BY_CHARS = 1_000
"""Among so many there is a letter, or none is looked for: this is done at each key."""
_BACK_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Backspace)


class PromptEdit(QPlainTextEdit):
    """Grows with its text up to eight lines. Whatever replaces its text can be undone.

    Gigantic paragraphs are held in pieces (``soft_breaks.py``): ``toPlainText``, what is copied and what is sent are
    the text without them. So places in the document are none in the text; ``text_before_cursor`` knows it.

    Keys that have nothing to do in the text (Page Up in a short draft) are left to the widgets around it.

    Signals:
        submitted(): Enter without Shift, and no input method is in the middle of a word.
        cancelled(): Esc, if ``takes_escape`` and no shortcut of the window takes it.
        paste_refused(int): with so many characters it would be more than MAX_PROMPT_CHARS; they were not inserted.
        files_given(QMimeData): files or an image were pasted or dropped, if ``takes_files``.
    """

    submitted = Signal()
    cancelled = Signal()
    paste_refused = Signal(int)
    files_given = Signal(object)

    def __init__(self, style: ChatStyle, takes_escape: bool = False, *, takes_files: bool = False) -> None:
        super().__init__()
        self._takes_files = takes_files
        self._preedit = ""
        self._goes_back = False
        self._text: str | None = None  # None: it has changed
        self._visible_lines = MAX_LINES
        self._takes_escape = takes_escape
        self._style = style
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(1)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(self.fit)
        self.document().contentsChange.connect(self._forget_text)  # before anybody hears textChanged
        self.textChanged.connect(self._align)
        self.cursorPositionChanged.connect(self._leave_break)
        self.selectionChanged.connect(self._leave_break)
        style.changed.connect(self.restyle)
        self.restyle()

    def toPlainText(self) -> str:
        """What is typed, each character as it came (Qt's own one makes spaces of those that do not break)."""
        if self._text is None:
            self._text = soft_breaks.without_breaks(self.document().toRawText())
        return self._text

    def setPlainText(self, text: str) -> None:
        """Begin anew with a text; nothing can be undone then."""
        super().setPlainText(soft_breaks.with_breaks(text))

    def replace_text(self, text: str) -> None:
        """Write this instead of what is there, as one step that can be undone; the cursor goes to its end."""
        cursor = self.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        self._insert(cursor, text)

    def text_before_cursor(self) -> str:
        """What stands before the cursor, or before what is selected."""
        cursor = self.textCursor()
        begin = cursor.selectionStart()
        cursor.setPosition(0)
        cursor.setPosition(begin, QTextCursor.MoveMode.KeepAnchor)
        return soft_breaks.without_breaks(cursor.selectedText())

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is copied or dragged."""
        data = QMimeData()
        data.setText(self._selected_text())
        return data

    def inputMethodQuery(self, query: Qt.InputMethodQuery, /, *argument: Any) -> Any:
        """As Qt, without soft breaks."""
        if query == Qt.InputMethodQuery.ImCurrentSelection:  # Qt's own answer is of a type that Python cannot hold
            return self._selected_text()
        return input_methods.told(self.textCursor(), query, super().inputMethodQuery(query, *argument))

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Remember whether a word is being composed: Enter then belongs to the input method."""
        self._preedit = event.preeditString()
        super().inputMethodEvent(input_methods.in_document(self.textCursor(), event))
        self._break_what_was_typed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter sends, Shift+Enter breaks the line."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and self._preedit:
            event.accept()
        elif is_enter and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.textCursor().insertText("\n")
            self._break_what_was_typed()
            self.ensureCursorVisible()
        elif is_enter:
            self.submitted.emit()
        elif event.key() == Qt.Key.Key_Escape and self._takes_escape:
            self.cancelled.emit()
        elif self._is_for_the_conversation(event):
            event.ignore()
        else:
            self._type(event)

    def _type(self, event: QKeyEvent) -> None:
        """A key that Qt knows what to do with."""
        self._goes_back = event.key() in _BACK_KEYS
        if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and not self._selected_text():
            self._cross_break()
            if event.modifiers() & _CONTROL:  # a word: Qt would take it with the mark before it
                way = QTextCursor.MoveOperation.PreviousWord if self._goes_back else QTextCursor.MoveOperation.NextWord
                self.moveCursor(way, QTextCursor.MoveMode.KeepAnchor)
        super().keyPressEvent(event)
        self._goes_back = False
        is_typed = event.text() and event.text().isprintable()  # else it may be undo: nothing may be written behind it
        if is_typed or (event.key() in _DELETING and not event.modifiers() & Qt.KeyboardModifier.AltModifier):
            self._break_what_was_typed()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Files and images, too."""
        return (self._takes_files and has_files(source)) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste or drop, unless it is too much; what was typed before stays either way."""
        if self._takes_files and has_files(source):
            self.files_given.emit(source)
            return
        self._leave_break()  # a drop may be aimed there
        text = source.text()
        if len(self.toPlainText()) - len(self._selected_text()) + len(text) > MAX_PROMPT_CHARS:
            self.paste_refused.emit(len(text))
        elif text:
            self._insert(self.textCursor(), text)
            self.ensureCursorVisible()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Text may be moved, files are not."""
        super().dragMoveEvent(event)
        if event.isAccepted() and has_files(event.mimeData()):
            take_copies(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """See ``dragMoveEvent``."""
        super().dropEvent(event)
        if event.isAccepted() and has_files(event.mimeData()):
            take_copies(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width gives another number of lines."""
        super().resizeEvent(event)
        self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl it is the window's."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
        else:
            super().wheelEvent(event)

    @Slot()
    def fit(self) -> None:
        """As high as the text, within what the window has."""
        share = int(_WINDOW_SHARE * self.window().height() / self.fontMetrics().lineSpacing())
        most = self._visible_lines = min(MAX_LINES, max(1, share))
        lines = min(most, max(1, round(self.document().size().height())))
        height_px = lines * self.fontMetrics().lineSpacing() + 2 * round(self.document().documentMargin()) + 2
        if height_px != self.height():
            self.setFixedHeight(height_px)
        is_scrolling = self.document().size().height() > most
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if is_scrolling else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if policy != self.verticalScrollBarPolicy():
            self.setVerticalScrollBarPolicy(policy)

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.setFont(self._style.text_font)
        self.setTabStopDistance(self._style.tab_px)
        self.verticalScrollBar().setStyleSheet(scroll_bar_css(self._style.theme))
        self.fit()

    def _is_for_the_conversation(self, event: QKeyEvent) -> bool:
        """True for keys that move by more than a line, unless there is somewhere to go for them in the draft."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key, with_control = event.key(), modifiers == _CONTROL  # key may be none of Qt.Key
        if with_control and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return True
        way = _CONVERSATION_KEYS.get((key, with_control))
        if way is None or (modifiers and not with_control):
            return False
        if self.document().size().height() <= (1 if with_control else self._visible_lines):
            return True
        end = self.textCursor()
        end.movePosition(way)
        return end.position() == self.textCursor().position()

    @Slot()
    def _align(self) -> None:
        """At the side where the text begins: Qt would keep what is written from the right at the left."""
        is_from_right = is_right_to_left(self.toPlainText()[:_ALIGNED_BY_CHARS])
        alignment = Qt.AlignmentFlag.AlignRight if is_from_right else Qt.AlignmentFlag.AlignLeft
        option = self.document().defaultTextOption()
        if option.alignment() != alignment:
            option.setAlignment(alignment)
            self.document().setDefaultTextOption(option)

    @Slot(int, int, int)
    def _forget_text(self, _position: int, _removed: int, _added: int) -> None:
        self._text = None

    def _selected_text(self) -> str:
        return soft_breaks.without_breaks(self.textCursor().selectedText())

    def _insert(self, cursor: QTextCursor, text: str) -> None:
        """Instead of what the cursor has selected, as one step that can be undone; it goes to the end of it."""
        begin = cursor.selectionStart()
        cursor.beginEditBlock()
        cursor.insertText(soft_breaks.without_marks(text))
        soft_breaks.break_long(self.document(), begin, cursor.position())
        for place in (begin, cursor.position()):  # of a paragraph that was divided both parts may have pieces
            soft_breaks.turn(self.document().findBlock(place))
        cursor.endEditBlock()
        self.setTextCursor(cursor)

    def _break_what_was_typed(self) -> None:
        """Letter by letter a paragraph gets too long, too, and its first letter may be another one now."""
        cursor = self.textCursor()
        block = cursor.block()
        if self._preedit or not (soft_breaks.is_long(block) or soft_breaks.is_turned(block)):
            return
        cursor.joinPreviousEditBlock()
        soft_breaks.break_long(self.document(), cursor.position(), cursor.position())
        soft_breaks.turn(block)
        cursor.endEditBlock()

    @Slot()
    def _leave_break(self) -> None:
        """No end of the selection stays inside of a soft break: half of it could be deleted."""
        cursor, document = self.textCursor(), self.document()
        at, anchor = cursor.position(), cursor.anchor()
        ends = [place + soft_breaks.rest(document, place) for place in (anchor, at)]
        if ends[1] != at and self._goes_back:
            ends[1] -= soft_breaks.BREAK_CHARS
        if ends != [anchor, at]:
            cursor.setPosition(ends[0])
            cursor.setPosition(ends[1], QTextCursor.MoveMode.KeepAnchor)
            self.setTextCursor(cursor)

    def _cross_break(self) -> None:
        """Before something is deleted: a soft break is no character, so the cursor goes to the other side."""
        cursor, step = self.textCursor(), (-1 if self._goes_back else 1) * soft_breaks.BREAK_CHARS
        is_at_break = soft_breaks.is_behind if self._goes_back else soft_breaks.is_before
        cursor.clearSelection()  # of nothing but breaks
        while is_at_break(self.document(), cursor.position()):
            cursor.setPosition(cursor.position() + step)
        self.setTextCursor(cursor)
