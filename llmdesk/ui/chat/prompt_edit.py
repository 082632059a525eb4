"""A text field that sends with Enter, for the composer and for editing a prompt (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal, Slot
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit

from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit.styled import scroll_bar_css

MAX_LINES = 8
_WINDOW_SHARE = 0.3  # of its height: a long prompt must not push the conversation out of a low window
MAX_PROMPT_CHARS = 200_000
_MAX_WORD_CHARS = 40_000  # the layout of one endless word takes time by the square of its length


class PromptEdit(QPlainTextEdit):
    """Grows with its text up to eight lines.

    Signals:
        submitted(): Enter without Shift, and no input method is in the middle of a word.
        cancelled(): Esc, if ``takes_escape``.
        paste_refused(int): so many characters would take seconds to lay out; they were not inserted.
    """

    submitted = Signal()
    cancelled = Signal()
    paste_refused = Signal(int)

    def __init__(self, style: ChatStyle, takes_escape: bool = False) -> None:
        super().__init__()
        self._preedit = ""
        self._takes_escape = takes_escape
        self._style = style
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(1)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(self.fit)
        style.changed.connect(self.restyle)
        self.restyle()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Remember whether a word is being composed: Enter then belongs to the input method."""
        self._preedit = event.preeditString()
        super().inputMethodEvent(event)

    def event(self, event: QEvent) -> bool:
        """Esc is this field's own, before any shortcut of the window, while a prompt is edited."""
        if event.type() == QEvent.Type.ShortcutOverride and self._takes_escape:
            assert isinstance(event, QKeyEvent)
            if event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        return super().event(event)

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
        else:
            super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste or drop, unless the window would hang; what was typed before stays either way."""
        text = source.text()
        total = len(text) + self.document().characterCount()
        if total > MAX_PROMPT_CHARS or max(map(len, text.split()), default=0) > _MAX_WORD_CHARS:
            self.paste_refused.emit(len(text))
        else:
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
        most = min(MAX_LINES, max(1, int(_WINDOW_SHARE * self.window().height() / self.fontMetrics().lineSpacing())))
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
        self.verticalScrollBar().setStyleSheet(scroll_bar_css(self._style.theme))
        self.fit()
