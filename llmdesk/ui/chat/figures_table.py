"""All figures of an answer, one below the other, and the line that unfolds to them (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont, QFontMetricsF, QTextBlockFormat, QTextCharFormat, QTextOption
from PySide6.QtWidgets import QVBoxLayout, QWidget

from llmdesk.services.chats.message import Message
from llmdesk.ui.chat.figures import Figure, FiguresLine, all_figures_of, end_text, reason_text
from llmdesk.ui.chat.markdown.document_view import DocumentView
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit.buttons import IconButton
from llmdesk.ui.kit.fonts import weigh
from llmdesk.ui.kit.spacing import row, space
from llmdesk.ui.kit.words import tr

_LINE_PX = 20
_GAP_PX = 24


class FiguresTable(DocumentView):
    """A name and its figure to a line; what is too long for the width goes on below the figure."""

    def __init__(self, style: ChatStyle, figures: Sequence[Figure]) -> None:
        super().__init__()
        self._style, self._figures = style, figures
        self.setAccessibleName(self.plain())
        style.changed.connect(self.restyle)
        self.restyle()

    def plain(self) -> str:
        """The lines without styles, for screen readers and tests."""
        return "\n".join(" ".join(filter(None, figure)) for figure in self._figures)

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        font = self._style.theme.font("small")
        strong = QFont(font)
        weigh(strong, QFont.Weight.DemiBold)
        self.clear()
        self.document().setDefaultFont(font)
        block = self._block_format(font)
        quiet, loud = QTextCharFormat(), QTextCharFormat()
        quiet.setFont(font)
        quiet.setForeground(self._style.color("secondary"))
        loud.setFont(strong)
        loud.setForeground(self._style.color("text"))
        for number, (name, value, unit) in enumerate(self._figures):
            if number:
                self.end.insertBlock()
            self.end.setBlockFormat(block)
            self.end.insertText(f"{name}\t", quiet)
            self.end.insertText(value, loud)
            self.end.insertText(f" {unit}" if value and unit else unit, quiet)

    def _block_format(self, font: QFont) -> QTextBlockFormat:
        metrics = QFontMetricsF(font)
        widest = max((metrics.horizontalAdvance(name) for name, _, _ in self._figures), default=0.0)
        column_px = round(widest) + self._style.px(_GAP_PX)
        block = QTextBlockFormat()
        block.setLineHeight(self._style.px(_LINE_PX), QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
        block.setLeftMargin(column_px)
        block.setTextIndent(-column_px)
        block.setTabPositions([QTextOption.Tab(column_px, QTextOption.TabType.LeftTab)])
        return block


class Figures(QWidget):
    """The line below an answer; a click on it, or its button, shows all of them below it.

    Empty until ``show_answer``: a turn begins while the model does, and costs it less without.

    ``table_holder`` is where the table goes once it is shown: below line and actions.
    """

    def __init__(self, style: ChatStyle) -> None:
        super().__init__()
        self._style = style
        self._answer: Message | None = None
        self._table: FiguresTable | None = None
        self._fold: IconButton | None = None
        self.table_holder = QWidget()
        holder = QVBoxLayout(self.table_holder)
        space(style.theme, holder, (0, 6, 0, 0))
        self.table_holder.hide()
        self._layout = row(style.theme, spacing=2)
        self.setLayout(self._layout)

    @cached_property
    def line(self) -> FiguresLine:
        """The main ones."""
        line = FiguresLine(self._style)
        line.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        line.clicked.connect(self.toggle)
        self._layout.insertWidget(0, line, 1)
        return line

    def _make_fold(self) -> IconButton:
        fold = IconButton(self._style.theme, "chevron-down", tr("Show all figures"), hides=True)
        fold.clicked.connect(self.toggle)
        self._layout.addWidget(fold, 0, Qt.AlignmentFlag.AlignVCenter)
        return fold

    def show_answer(self, answer: Message, names_model: bool) -> None:
        """The figures of an answer that has ended; ``names_model``: the line says whose they are."""
        self._answer = answer
        before = [("", by.title, by.precision or by.server) for by in answer.answered_by] if names_model else []
        reason = reason_text(answer.finish_reason) if answer.finish_reason is not None else ""
        if answer.state == "interrupted":
            reason = end_text(answer)
        self.line.show_stats(answer.stats, reason, before)
        if all_figures_of(answer):
            self._fold = self._fold or self._make_fold()
            self._fold.show()
        elif self._fold is not None:
            self._fold.hide()

    @property
    def is_open(self) -> bool:
        """True while all of them are shown."""
        return not self.table_holder.isHidden()

    @property
    def table(self) -> FiguresTable | None:
        """All of them, once they were shown."""
        return self._table

    def set_revealed(self, revealed: bool) -> None:
        """Show or hide the button."""
        if self._fold is not None:
            self._fold.set_revealed(revealed or self.is_open)

    @Slot()
    def toggle(self) -> None:
        """Show all of them, or the line alone."""
        if self._answer is None or self._fold is None or self._fold.isHidden():
            return
        if self._table is None:
            self._table = FiguresTable(self._style, all_figures_of(self._answer))
            layout = self.table_holder.layout()
            assert layout is not None
            layout.addWidget(self._table)
        self.table_holder.setVisible(not self.is_open)
        name = tr("Show the main figures only") if self.is_open else tr("Show all figures")
        self._fold.setAccessibleName(name)
        self._fold.setToolTip(name)
        self._fold.set_icon_name("chevron-up" if self.is_open else "chevron-down")
