"""A prompt as it was typed (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor

from llmdesk.ui.chat.markdown.bidi import MARK, from_left, visible
from llmdesk.ui.chat.markdown.document_view import DocumentView
from llmdesk.ui.chat.markdown.export import PlainLeaf, SelectedLeaf
from llmdesk.ui.chat.prompt_code import PromptLine, prompt_lines
from llmdesk.ui.chat.style import CODE_LINE_PX, LINE_PX, ChatStyle
from llmdesk.ui.kit.words import tr


class PlainView(DocumentView):
    """Plain text at the line height of the conversation."""

    def __init__(self, style: ChatStyle, text: str) -> None:
        super().__init__()
        self._style = style
        self._text = text
        self.is_source_shown = False
        self.setAccessibleName(tr("You: {text}", text=text[:200]))
        self.restyle()

    def ideal_width_px(self) -> int:
        """The width at which no line breaks."""
        probe = self.document().clone()
        probe.setTextWidth(-1)
        width_px = int(probe.idealWidth()) + 2
        probe.deleteLater()
        return width_px

    def show_source(self, is_shown: bool) -> None:
        """All of it in code's type, fences included; the next ``restyle`` writes it so."""
        self.is_source_shown = is_shown

    def selected_leaves(self) -> list[SelectedLeaf]:
        """The part that is selected, without the marks that keep code in order."""
        return [PlainLeaf(self.textCursor().selection().toPlainText().replace(MARK, ""))]

    @Slot()
    def restyle(self) -> None:
        """Write the text in the colours and sizes in force."""
        self.document().setDefaultFont(self._style.text_font)
        self.setTabStopDistance(self._style.tab_px)
        self.document().clear()
        cursor = QTextCursor(self.document())
        source = [PromptLine(line, True) for line in self._text.split("\n")]
        for i, line in enumerate(source if self.is_source_shown else prompt_lines(self._text)):
            if i:
                cursor.insertBlock()
            cursor.setBlockFormat(self._block_format(line.is_code))
            char_format = QTextCharFormat()
            char_format.setFont(self._style.code_font if line.is_code else self._style.text_font)
            char_format.setForeground(self._style.color("text"))
            cursor.setBlockCharFormat(char_format)
            cursor.insertText(from_left(visible(line.text)) if line.is_code else line.text, char_format)

    def _block_format(self, is_code: bool) -> QTextBlockFormat:
        result = QTextBlockFormat()
        height_px = self._style.px(CODE_LINE_PX if is_code else LINE_PX)
        result.setLineHeight(height_px, QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        if is_code:
            result.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        return result
