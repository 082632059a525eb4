"""A part of a table in the order of reading, from character to character. Qt cannot select that: it knows rectangles.

Cells are counted row by row, as they are read (GUI thread only).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from PySide6.QtGui import QTextCursor, QTextTable, QTextTableCell

from llmdesk.ui.chat.markdown.export import SelectedLeaf, TablePart
from llmdesk.ui.chat.markdown.leaves import Cell, TableLeaf, TextLeaf, part_of

_ALL = 1 << 30


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A cell, and how many characters of it stand before (of Qt's document)."""

    cell: int
    offset: int


@dataclass(frozen=True, slots=True)
class Flow:
    """From one place to another, which is not before it."""

    begin: Place
    end: Place

    @classmethod
    def of(cls, table: QTextTable, column_of: Callable[[int], int], first: int, last: int) -> Flow:
        """Between two positions of the document; beyond the table means its begin or end.

        Args:
            column_of: which column is read at a place of the table, counted from the left.
        """
        places = sorted(_place_at(table, column_of, position) for position in (first, last))
        return cls(*places)

    def leaves(self, leaf: TableLeaf) -> list[SelectedLeaf]:
        """What is selected of a table: the words of a cell, or rows whose other cells are empty."""
        columns, lines = len(leaf.header), (leaf.header, *leaf.rows)
        begin, end = self._cells(lines)
        if begin.cell == end.cell:
            row, column = divmod(begin.cell, columns)
            return [TextLeaf(part_of(lines[row][column], begin.offset, end.offset), path=leaf.path)]
        first, last = begin.cell // columns, end.cell // columns
        picked = [
            tuple(_part(cell, row * columns + column, begin, end) for column, cell in enumerate(lines[row]))
            for row in range(first, last + 1)
        ]
        has_head = first == 0
        table = replace(leaf, header=picked[0] if has_head else leaf.header, rows=tuple(picked[has_head:]))
        return [TablePart(table, has_head, begin.cell % columns, columns - 1 - end.cell % columns)]

    def cursors(self, table: QTextTable, place_of: Callable[[int], int]) -> Iterator[QTextCursor]:
        """What to paint: parts of the first and of the last cell, and rectangles of whole cells between."""
        columns = table.columns()
        most = table.rows() * columns - 1
        begin, end = min(self.begin, Place(most, _ALL)), min(self.end, Place(most, _ALL))
        (first, left), (last, right) = divmod(begin.cell, columns), divmod(end.cell, columns)
        if begin.cell == end.cell:
            yield _within(table, first, place_of(left), begin.offset, end.offset)
            return
        yield _within(table, first, place_of(left), begin.offset, _ALL)
        yield _within(table, last, place_of(right), 0, end.offset)
        spans = (
            [(first, first, left + 1, right - 1)]
            if first == last
            else [
                (first, first, left + 1, columns - 1),
                (first + 1, last - 1, 0, columns - 1),
                (last, last, 0, right - 1),
            ]
        )
        for top, bottom, a, b in spans:
            if top <= bottom and a <= b:
                sides = sorted((place_of(a), place_of(b)))
                cursor = table.cellAt(top, sides[0]).firstCursorPosition()
                corner = table.cellAt(bottom, sides[1]).lastCursorPosition()
                cursor.setPosition(corner.position(), QTextCursor.MoveMode.KeepAnchor)
                yield cursor

    def _cells(self, lines: tuple[tuple[Cell, ...], ...]) -> tuple[Place, Place]:
        """Without cells at the edges of which nothing is selected."""
        columns = len(lines[0])
        begin, end = self.begin, self.end
        row, column = divmod(begin.cell, columns)
        if begin.cell < end.cell and begin.offset and not part_of(lines[row][column], begin.offset, _ALL):
            begin = Place(begin.cell + 1, 0)
        if begin.cell < end.cell and not end.offset:
            end = Place(end.cell - 1, _ALL)
        return begin, end


def _place_at(table: QTextTable, column_of: Callable[[int], int], position: int) -> Place:
    cell = table.cellAt(position)
    if not cell.isValid():
        if position < table.cellAt(0, 0).firstCursorPosition().position():
            return Place(0, 0)
        row, columns = table.rows() - 1, table.columns()
        cell = table.cellAt(row, column_of(columns - 1))  # as long as it is now: what comes later is not selected
        return Place(row * columns + columns - 1, _length(cell))
    number = cell.row() * table.columns() + column_of(cell.column())
    return Place(number, position - cell.firstCursorPosition().position())


def _length(cell: QTextTableCell) -> int:
    return cell.lastCursorPosition().position() - cell.firstCursorPosition().position()


def _within(table: QTextTable, row: int, column: int, begin: int, end: int) -> QTextCursor:
    cell = table.cellAt(row, column)
    first, last = cell.firstCursorPosition().position(), cell.lastCursorPosition().position()
    cursor = cell.firstCursorPosition()
    cursor.setPosition(min(first + begin, last))
    cursor.setPosition(min(first + end, last), QTextCursor.MoveMode.KeepAnchor)
    return cursor


def _part(cell: Cell, number: int, begin: Place, end: Place) -> Cell:
    if not begin.cell <= number <= end.cell:
        return ()
    first = begin.offset if number == begin.cell else 0
    return part_of(cell, first, end.offset if number == end.cell else _ALL)
