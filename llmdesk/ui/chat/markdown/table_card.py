"""A table: as wide as it needs to be, scrolled sideways beyond the column (GUI thread only)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import (
    QPalette,
    QResizeEvent,
    QTextCursor,
    QTextFrameFormat,
    QTextOption,
    QTextTable,
    QTextTableCellFormat,
    QTextTableFormat,
)
from PySide6.QtWidgets import QTextEdit

from llmdesk.ui.chat.markdown.bidi import is_right_to_left
from llmdesk.ui.chat.markdown.document_view import WideView
from llmdesk.ui.chat.markdown.export import SelectedLeaf, TablePart
from llmdesk.ui.chat.markdown.formulas import needs_drawing
from llmdesk.ui.chat.markdown.leaves import Cell, TableLeaf, TextLeaf, part_of
from llmdesk.ui.chat.markdown.table_flow import Flow
from llmdesk.ui.chat.style import ALIGNMENTS, LINE_SEPARATOR, ChatStyle
from llmdesk.ui.kit.styled import scroll_bar_css
from llmdesk.ui.kit.words import tr

MIN_COLUMN_PX = 84
OBJECT = "\N{OBJECT REPLACEMENT CHARACTER}"


class TableCard(WideView):
    """Shows a TableLeaf that may still get rows."""

    def __init__(self, style: ChatStyle, leaf: TableLeaf) -> None:
        super().__init__()
        self._style = style
        self._leaf = self._shown(leaf)
        self._flow: Flow | None = None  # what is selected, if it is no rectangle
        self._marked: list[QTextEdit.ExtraSelection] = []
        self.setAccessibleName(tr("Table"))
        self.setLineWrapMode(self.LineWrapMode.FixedPixelWidth)
        self.setWordWrapMode(QTextOption.WrapMode.WordWrap)  # a word that has no room makes the table wider
        style.changed.connect(self.restyle)
        self.restyle()

    def rewrite(self, leaf: TableLeaf) -> None:
        """Show this table instead of the one that is shown."""
        self._leaf = self._shown(leaf)
        with self.keeping_selection():
            self._fill()
        self._fit()

    def show_leaf(self, leaf: TableLeaf) -> None:
        """Show the table as it is now; rows that are already there are not touched."""
        leaf = self._shown(leaf)
        old, self._leaf = self._leaf, leaf
        same = 0
        while same < min(len(old.rows), len(leaf.rows)) and old.rows[same] == leaf.rows[same]:
            same += 1
        table = self._table
        with self.keeping_selection():
            cursor = QTextCursor(self.document())
            cursor.beginEditBlock()
            if table.rows() > same + 1:
                table.removeRows(same + 1, table.rows() - same - 1)
            if leaf.rows[same:]:
                table.appendRows(len(leaf.rows) - same)
            for number, row in enumerate(leaf.rows[same:], start=same + 1):
                self._write_row(table, number, row)
            cursor.endEditBlock()

    def selected_leaves(self) -> list[SelectedLeaf]:
        """The cells that are selected, whole; of a single cell, and of the first and last of a flow, the words."""
        if self._flow is not None:
            return self._flow.leaves(self._leaf)
        cursor = self.textCursor()
        first, last = self._table.cellAt(cursor.selectionStart()), self._table.cellAt(cursor.selectionEnd())
        if first.isValid() and first == last:
            row = (self._leaf.header, *self._leaf.rows)[first.row()]
            begin = first.firstCursorPosition().position()
            place = (cursor.selectionStart() - begin, cursor.selectionEnd() - begin)
            return [TextLeaf(part_of(row[self._place_of(first.column())], *place))]
        row_number, rows, column, columns = 0, self._table.rows(), 0, self._table.columns()
        if first.isValid() or last.isValid():
            row_number, rows, column, columns = cursor.selectedTableCells()  # type: ignore[misc]
        column = min(self._place_of(column), self._place_of(column + columns - 1))
        chosen = slice(column, column + columns)
        lines = [line[chosen] for line in (self._leaf.header, *self._leaf.rows)]
        picked = lines[max(1, row_number) : row_number + rows]
        table = TableLeaf(lines[0], tuple(picked), self._leaf.aligns[chosen], self._leaf.path)
        return [TablePart(table, has_head=row_number == 0)]

    def whole(self) -> tuple[int, int]:
        """From the first cell to the last: the document has an empty line before the table."""
        last = self._table.cellAt(self._table.rows() - 1, self._table.columns() - 1)
        return self._table.cellAt(0, 0).firstCursorPosition().position(), last.lastCursorPosition().position()

    @property
    def has_selection(self) -> bool:
        """True if something in it is selected."""
        return self._flow is not None or super().has_selection

    def select(self, anchor: int, position: int) -> None:
        """A rectangle of cells; what begins or ends outside of the table is a flow of words, as in any other view."""
        ends = (anchor, position)
        is_flow = anchor != position and not all(self._table.cellAt(end).isValid() for end in ends)
        flow = Flow.of(self._table, self._place_of, *ends) if is_flow else None
        self._show_flow(flow if flow is not None and flow.begin < flow.end else None)
        if is_flow:
            inside = next((end for end in ends if self._table.cellAt(end).isValid()), 0)
            anchor = position = inside
        super().select(anchor, position)

    @contextmanager
    def keeping_selection(self) -> Iterator[None]:
        """See DocumentView."""
        flow = self._flow
        with super().keeping_selection():
            yield
        self._show_flow(flow)

    def setExtraSelections(self, selections: Sequence[QTextEdit.ExtraSelection]) -> None:
        """Marks of somebody else stay below the selection."""
        self._marked = list(selections)
        self._show_flow(self._flow)

    def _show_flow(self, flow: Flow | None) -> None:
        if flow is None and self._flow is None and not self._marked and not self.extraSelections():
            return
        self._flow = flow
        found = list(self._marked)
        for cursor in flow.cursors(self._table, self._place_of) if flow is not None else ():
            part = QTextEdit.ExtraSelection()
            part.cursor = cursor
            part.format.setBackground(self.palette().color(QPalette.ColorRole.Highlight))
            part.format.setForeground(self.palette().color(QPalette.ColorRole.HighlightedText))
            found.append(part)
        super().setExtraSelections(found)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns share the width, down to a least width each."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        least_px = self._style.px(MIN_COLUMN_PX) * len(self._leaf.header)
        self.setLineWrapColumnOrWidth(max(self.viewport().width(), least_px))

    def _fill(self) -> None:
        self.document().clear()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        table_format = QTextTableFormat()
        table_format.setBorder(0)
        table_format.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
        table_format.setBorderCollapse(True)
        table_format.setCellPadding(self._style.px(7))
        table_format.setCellSpacing(0)
        if self._is_mirrored():
            table_format.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._table = cursor.insertTable(1 + len(self._leaf.rows), max(1, len(self._leaf.header)), table_format)
        self._write_row(self._table, 0, self._leaf.header)
        for number, row in enumerate(self._leaf.rows, start=1):
            self._write_row(self._table, number, row)
        cursor.endEditBlock()

    def _write_row(self, table: QTextTable, number: int, row: tuple[Cell, ...]) -> None:
        for column, spans in enumerate(row[: table.columns()]):
            cell = table.cellAt(number, self._place_of(column))
            cell.setFormat(self._cell_format(is_header=number == 0))
            cursor = cell.firstCursorPosition()
            block_format = cursor.blockFormat()
            block_format.setAlignment(ALIGNMENTS.get(self._leaf.aligns[column], ALIGNMENTS[""]))
            cursor.setBlockFormat(block_format)
            for span in spans:
                shown = replace(span, bold=span.bold or number == 0, raised=False)
                text = OBJECT if span.is_drawn else span.text.replace("\n", LINE_SEPARATOR)
                is_number = not span.is_drawn and not any(letter.isalpha() for letter in text)
                write = self._style.write_figures if is_number else self._style.write
                write(cursor, text, shown)

    def _shown(self, leaf: TableLeaf) -> TableLeaf:
        """With its formulas, as far as they are known."""
        if not any(span.math for row in (leaf.header, *leaf.rows) for cell in row for span in cell):
            return leaf
        formulas = self._style.formulas
        formulas.serve(self.document(), self._show_formulas)
        rows = tuple(tuple(map(formulas.shown, row)) for row in leaf.rows)
        return replace(leaf, header=tuple(map(formulas.shown, leaf.header)), rows=rows)

    @Slot()
    def _show_formulas(self) -> None:
        """Pictures have come: they take the place of the source."""
        leaf = self._leaf
        if any(needs_drawing(cell) for row in (leaf.header, *leaf.rows) for cell in row):
            self.rewrite(leaf)

    def _is_mirrored(self) -> bool:
        return is_right_to_left("".join(span.text for cell in self._leaf.header for span in cell))

    def _place_of(self, column: int) -> int:
        """Where a column stands, and which one stands there: from the right if the words are read from there."""
        return self._table.columns() - 1 - column if self._is_mirrored() else column

    def _cell_format(self, is_header: bool) -> QTextTableCellFormat:
        result = QTextTableCellFormat()
        result.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        result.setBottomBorder(1.5 if is_header else 1)
        result.setBottomBorderBrush(self._style.color("line"))
        return result

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.document().setDefaultFont(self._style.text_font)
        self.horizontalScrollBar().setStyleSheet(scroll_bar_css(self._style.theme))
        with self.keeping_selection():
            self._fill()
        self._fit()
