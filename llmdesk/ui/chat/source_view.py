"""A message as it was written, without any form (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QTextBlockFormat, QTextCharFormat

from llmdesk.ui.chat.markdown.bidi import visible
from llmdesk.ui.chat.markdown.document_view import DocumentView
from llmdesk.ui.chat.style import CODE_LINE_PX, ChatStyle
from llmdesk.ui.kit.words import tr


class SourceView(DocumentView):
    """The source in code's type; lines break where the column ends, for nothing is to be hidden."""

    def __init__(self, style: ChatStyle, text: str) -> None:
        super().__init__()
        self._style, self._text = style, text
        self.setAccessibleName(tr("The source of the answer"))
        style.changed.connect(self.restyle)
        self.restyle()

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.clear()
        self.document().setDefaultFont(self._style.code_font)
        self.setTabStopDistance(self._style.tab_px)
        block, written = QTextBlockFormat(), QTextCharFormat()
        height_px = self._style.px(CODE_LINE_PX)
        block.setLineHeight(height_px, QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        written.setFont(self._style.code_font)
        written.setForeground(self._style.color("text"))
        self.end.setBlockFormat(block)
        self.end.insertText(visible(self._text), written)
