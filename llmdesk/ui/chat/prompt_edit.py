"""A text field that sends with Enter, for the composer and for editing a prompt (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt, Signal, Slot
from PySide6.QtGui import (
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit

from llmdesk.ui.chat.attachments.given import has_files
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit.styled import scroll_bar_css

MAX_LINES = 8
_WINDOW_SHARE = 0.3  # of its height: a long prompt must not push the conversation out of a low window
MAX_PROMPT_CHARS = 200_000
"""Of any script; what a model can take is counted in tokens, by the engine. Characters are Unicode's, not bytes."""
_LONG_PARAGRAPH_CHARS = 4_000  # Qt looks for the ends of words in time that grows by the square of a word's length
_CONTROL = Qt.KeyboardModifier.ControlModifier
_CONVERSATION_KEYS: dict[tuple[int, bool], QTextCursor.MoveOperation] = {
    (Qt.Key.Key_PageUp, False): QTextCursor.MoveOperation.Start,
    (Qt.Key.Key_PageDown, False): QTextCursor.MoveOperation.End,
    (Qt.Key.Key_Home, True): QTextCursor.MoveOperation.Start,
    (Qt.Key.Key_End, True): QTextCursor.MoveOperation.End,
}
"""(key, with Ctrl) -> where in a draft it leads to."""


class PromptEdit(QPlainTextEdit):
    """Grows with its text up to eight lines. Whatever replaces its text can be undone.

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
        self._visible_lines = MAX_LINES
        self._takes_escape = takes_escape
        self._style = style
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(1)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(self.fit)
        self.textChanged.connect(self._on_text_changed)
        style.changed.connect(self.restyle)
        self.restyle()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Remember whether a word is being composed: Enter then belongs to the input method."""
        self._preedit = event.preeditString()
        super().inputMethodEvent(event)

    def replace_text(self, text: str) -> None:
        """Write this instead of what is there, as one step that can be undone; the cursor goes to its end."""
        self._choose_wrapping(text)
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        cursor.endEditBlock()
        self.setTextCursor(cursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter sends, Shift+Enter breaks the line."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and self._preedit:
            event.accept()
        elif is_enter and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.textCursor().insertText("\n")
            self.ensureCursorVisible()
        elif is_enter:
            self.submitted.emit()
        elif event.key() == Qt.Key.Key_Escape and self._takes_escape:
            self.cancelled.emit()
        elif self._is_for_the_conversation(event):
            event.ignore()
        elif event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo):
            self._wrap(QTextOption.WrapMode.WrapAnywhere)  # it may bring a gigantic paragraph
            super().keyPressEvent(event)
            self._wrap(_wrapping(self.toPlainText()))
        else:
            super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Files and images, too."""
        return (self._takes_files and has_files(source)) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste or drop, unless it is too much; what was typed before stays either way."""
        if self._takes_files and has_files(source):
            self.files_given.emit(source)
            return
        text = source.text()
        selected = self.textCursor().selectedText()
        if len(self.toPlainText()) - len(selected) + len(text) > MAX_PROMPT_CHARS:
            self.paste_refused.emit(len(text))
        else:
            self._choose_wrapping(text)
            super().insertFromMimeData(source)

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
    def _on_text_changed(self) -> None:
        if self.document().isEmpty():
            self._choose_wrapping("")
        elif self.textCursor().block().length() > _LONG_PARAGRAPH_CHARS:
            self._wrap(QTextOption.WrapMode.WrapAnywhere)

    def _choose_wrapping(self, text: str) -> None:
        """Before a text comes: a gigantic paragraph is broken anywhere, all others between words."""
        mode = _wrapping(text)
        if mode == QTextOption.WrapMode.WrapAnywhere or self.document().isEmpty():
            self._wrap(mode)

    def _wrap(self, mode: QTextOption.WrapMode) -> None:
        if self.wordWrapMode() != mode:
            self.setWordWrapMode(mode)


def _wrapping(text: str) -> QTextOption.WrapMode:
    is_long = max(map(len, text.split("\n"))) > _LONG_PARAGRAPH_CHARS
    return QTextOption.WrapMode.WrapAnywhere if is_long else QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
