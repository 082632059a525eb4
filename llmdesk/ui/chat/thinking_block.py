"""What a model reasoned before its answer: one line that unfolds (GUI thread only)."""

from __future__ import annotations

import time
from functools import cached_property

from PySide6.QtCore import QRect, QSize, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QTextBlockFormat, QTextCharFormat
from PySide6.QtWidgets import QVBoxLayout, QWidget

from llmdesk.services.chats.message import Message
from llmdesk.ui.chat.markdown.document_view import DocumentView
from llmdesk.ui.chat.markdown.stream import clean
from llmdesk.ui.chat.style import ChatStyle, keep_painted
from llmdesk.ui.kit.buttons import IconButton
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.spacing import row, space
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import duration_text
from llmdesk.ui.kit.words import tr

_LIVE_S = 0.25  # how often the figures of the line change
_LINE_PX = 20
_INDENT_PX = 16
_OUTDENT_PX = 10


class ThinkingText(DocumentView):
    """The words, quieter than those of the answer, with a line at their left."""

    def __init__(self, style: ChatStyle) -> None:
        super().__init__()
        self._style = style
        self._text = ""
        self.setAccessibleName(tr("What the model thought"))
        style.changed.connect(self.restyle)
        self._take_format()

    def append(self, text: str) -> None:
        """More words at the end; what is selected stays so."""
        self._text += text
        with self.keeping_selection():
            self.end.insertText(clean(text), self._format)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line, then the words."""
        side = self._style.px(2)
        QPainter(self.viewport()).fillRect(QRect(0, 0, side, self.viewport().height()), self._style.color("line"))
        super().paintEvent(event)

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self._take_format()
        text, self._text = self._text, ""
        self.append(text)

    def _take_format(self) -> None:
        self.clear()
        font = self._style.theme.font("note")
        self.document().setDefaultFont(font)
        self.setTabStopDistance(self._style.tab_px)
        self._format = QTextCharFormat()
        self._format.setFont(font)
        self._format.setForeground(self._style.color("secondary"))
        block = QTextBlockFormat()
        block.setLeftMargin(self._style.px(_INDENT_PX))
        block.setLineHeight(self._style.px(_LINE_PX), QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        self.end.setBlockFormat(block)


class FoldButton(IconButton):
    """A chevron and words whose left edge is that of the answer's."""

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(theme, "chevron-right", "", text=text)

    def sizeHint(self) -> QSize:
        """Without the room at the left that other buttons have."""
        hint = super().sizeHint()
        return QSize(hint.width() - self._theme.px(_OUTDENT_PX), hint.height())

    def _draw_content(self, painter: QPainter) -> None:
        painter.save()
        painter.translate(-self._theme.px(_OUTDENT_PX), 0)
        super()._draw_content(painter)
        painter.restore()


class ThinkingBlock(QWidget):
    """Hidden while there is no reasoning (see ``refresh``); folded unless it was opened by hand.

    Attributes:
        is_over: the line says how long it took.
    """

    def __init__(self, style: ChatStyle, answer: Message) -> None:
        super().__init__()
        self._style, self._answer = style, answer
        self._told_s = 0.0
        self.is_over = False
        self._text: ThinkingText | None = None  # made when it is opened for the first time
        self.hide()

    @cached_property
    def header(self) -> FoldButton:
        """The line, made with the first reasoning."""
        header = FoldButton(self._style.theme, tr("Thinking"))
        header.clicked.connect(self.toggle)
        self._layout = QVBoxLayout(self)
        space(self._style.theme, self._layout, (0, 0, 0, 10), spacing=4)
        self._layout.addLayout(row(self._style.theme, header, 1))
        keep_painted(self)
        return header

    @property
    def is_open(self) -> bool:
        """True while the words are shown."""
        return self._text is not None and not self._text.isHidden()

    @property
    def text(self) -> str:
        """The words shown, for tests."""
        return self._text.toPlainText() if self._text is not None and self.is_open else ""

    def append(self, text: str) -> None:
        """More reasoning, which the message has already."""
        if self._text is not None:
            self._text.append(text)
        if self.isHidden() or time.monotonic() - self._told_s > _LIVE_S:
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Say how long and how much, as the message has it now."""
        self._told_s = time.monotonic()
        self.is_over = bool(self._answer.text) or not self._answer.is_running
        if self._answer.reasoning_pieces:
            self.header.set_text(thinking_words(self._answer))
            self.show()

    @Slot()
    def toggle(self) -> None:
        """Open or close it."""
        self.set_open(not self.is_open)

    def set_open(self, is_open: bool) -> None:
        """Show the words, or the line alone."""
        if is_open and self._text is None:
            self._text = ThinkingText(self._style)
            self._text.append(self._answer.reasoning)
            self._layout.addWidget(self._text)
        if self._text is not None:
            self._text.setVisible(is_open)
        self.header.set_icon_name("chevron-down" if is_open else "chevron-right")
        self.header.setAccessibleDescription(tr("Open") if is_open else tr("Folded"))
        self.header.setToolTip(tr("Fold it away") if is_open else tr("Show what the model thought"))


def thinking_words(answer: Message) -> str:
    """One line about the reasoning of an answer, e.g. "Thought for 12 s, 340 tokens"."""
    values = {"time": duration_text(answer.reasoning_s), "count": digits(answer.reasoning_tokens)}
    if answer.is_running and not answer.text:
        return tr("Thinking: {time}, {count} token(s)", n=answer.reasoning_tokens, **values)
    if not answer.text:
        return tr("Thought for {time}, {count} token(s), not to its end", n=answer.reasoning_tokens, **values)
    return tr("Thought for {time}, {count} token(s)", n=answer.reasoning_tokens, **values)
