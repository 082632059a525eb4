"""Markdown that arrives in pieces (no Qt).

Only the tail that can still change is parsed again: as soon as a later block begins on a whole line, everything
before it is final. List items count as blocks; the code of an open fence is not parsed at all. A paragraph, table or
item without end is cut at a line once it is long, so the work for a piece of text is bounded however long the answer
is. Where to cut depends on the text alone, so the result does not depend on how the text was sliced.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import accumulate

from llmdesk.ui.chat.markdown.blocks import Block, find_references, language_of, leaves_of, parse_blocks
from llmdesk.ui.chat.markdown.fence import OpenFence
from llmdesk.ui.chat.markdown.inline import References
from llmdesk.ui.chat.markdown.leaves import Cell, Leaf, TableLeaf, TextLeaf

MAX_BLOCK_CHARS = 3_000
MAX_ITEM_CHARS = 12_000
LINE_COST_CHARS = 24  # what the parser does for a line, however short, in characters
MAX_TABLE_ROWS = 40  # then the head is repeated: the layout of a table costs as much as all of its rows
MAX_CHARS_WITH_REFERENCES = 60_000

# Control characters, and the code points that QTextDocument uses for its own structure.
_UNSAFE = dict.fromkeys(
    [*range(0x20), 0x7F, 0x85, 0x2029, 0xFDD0, 0xFDD1, 0xFFFC, 0xFFFE, 0xFFFF], "\N{REPLACEMENT CHARACTER}"
)
_UNSAFE |= {0x09: "\t", 0x0A: "\n", 0x0D: "", 0x0C: "", 0x2028: "\n"}
_SURROGATES = re.compile("[\ud800-\udfff]")
_DEFINITION = re.compile(r"\[[^\]\n]+\]:")
# The beginning of a line that may still become a bullet, a fence, a rule ...: not shown before it is decided.
_UNDECIDED = re.compile(r"[ >]*(?:[-*+=#`~|:_]+|\d{1,9}[.)]?|\[)[ ]*")

# What can follow a word and makes nothing else of what stands before it: no mark of markdown, no space at the end.
_PLAIN = re.compile(r"(?:[^\W_]|[ .,?!'\"])*(?:[^\W_]|[.,?!'\"])")
_ENDS_PLAIN = re.compile(r"[^\W\d_][.,?!'\"]?\Z")


def clean(text: str) -> str:
    """Text without anything that a text document would take for structure."""
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text.translate(_UNSAFE))


@dataclass(slots=True)
class Update:
    """``final`` leaves never change again and follow those of earlier updates; ``tail`` replaces the last tail.

    ``reset``: the final leaves of earlier updates are void too (a link definition came after its use).
    """

    final: list[Leaf]
    tail: list[Leaf]
    reset: bool = False


class MarkdownStream:
    """``feed`` pieces, ``take`` what to show, ``finish`` once."""

    def __init__(self, references: References | None = None) -> None:
        self._references: References = references or {}
        self._source: list[str] = []
        self._lines: list[str] = []  # whole lines that are not final yet
        self._size = 0  # their characters and line costs
        self._check_at = MAX_BLOCK_CHARS
        self._partial = ""
        self._fence: OpenFence | None = None
        self._number: int | None = None  # of the first item in _lines, in the middle of a list
        self._continues = False  # _lines begin in the middle of a paragraph
        self._rows: tuple[tuple[Cell, ...], ...] = ()  # of the table that _lines begin with, not in _lines any more
        self._repeats_head = False  # _lines begin with the head of a table that was ended for its length
        self._has_definitions = False
        self._last_tail: tuple[str, list[Leaf]] | None = None  # with the partial line it was made of
        self._final: list[Leaf] = []
        self._finished = False

    def feed(self, text: str) -> None:
        """Take in the next piece of the source."""
        text = clean(text)
        self._source.append(text)
        *lines, self._partial = (self._partial + text).split("\n")
        if lines or len(self._partial) > MAX_BLOCK_CHARS:
            self._last_tail = None
        for line in lines:
            self._add_line(line)
        if self._fence is None and len(self._partial) > MAX_BLOCK_CHARS:
            self._partial = self._cut_long_line(self._partial)
        if lines:
            self._commit()

    def take(self) -> Update:
        """What became final since the last call, and the tail as it looks now."""
        final, self._final = self._final, []
        return Update(final, [] if self._finished else self._tail())

    def finish(self) -> Update:
        """The end of the source: everything is final now."""
        if self._partial:
            self._add_line(self._partial)
            self._partial = ""
        self._commit()
        if self._fence is not None:
            self._final.append(self._fence.leaf())
        else:
            self._final += self._leaves(self._parse(self._lines))
        self._finished = True
        source = "".join(self._source)
        if self._has_definitions and not self._references and len(source) <= MAX_CHARS_WITH_REFERENCES:
            return self._finish_with_references(source)
        return self.take()

    def _finish_with_references(self, source: str) -> Update:
        references = find_references(source)
        if not references:
            return self.take()
        again = MarkdownStream(references)
        again.feed(source)
        return Update(again.finish().final, [], reset=True)

    def _add_line(self, line: str) -> None:
        if self._fence is None and len(line) > MAX_BLOCK_CHARS:
            line = self._cut_long_line(line)
        if self._fence is None:
            self._append(line)
        elif self._fence.closes(line):
            self._final.append(self._fence.leaf())
            self._fence = None
        else:
            self._fence.add(line)

    def _append(self, line: str) -> None:
        self._lines.append(line)
        self._size += _cost(line)
        self._has_definitions = self._has_definitions or _DEFINITION.search(line) is not None
        if self._size > self._check_at:
            self._commit()

    def _cut_long_line(self, line: str) -> str:
        """Commit all of a very long line but its end, which is returned."""
        self._commit()  # may find that this is code, where lines are as long as they like
        while self._fence is None and len(line) > MAX_BLOCK_CHARS:
            space = line.rfind(" ", MAX_BLOCK_CHARS // 2, MAX_BLOCK_CHARS) + 1 or MAX_BLOCK_CHARS
            self._append(line[:space])
            self._commit(force=True)
            line = line[space:]
        return line

    def _commit(self, force: bool = False) -> None:
        """Make all blocks of the whole lines final but the last one; the last one too if it is too long."""
        if self._fence is not None or not self._lines:
            return
        blocks = self._parse(self._lines)
        if not blocks:
            if force or self._size > MAX_BLOCK_CHARS:
                self._keep([])
            return
        last = blocks[-1]
        if len(blocks) > 1:
            self._final += self._leaves(blocks[:-1])
            self._number = last.number
            self._rows, self._repeats_head = (), False
        self._continues = self._continues and len(blocks) == 1 and last.start == 0
        self._keep(self._lines[last.start :])
        if last.kind == "fence" and self._open_fence(last):
            return
        limit = MAX_ITEM_CHARS if last.kind == "list_item" else MAX_BLOCK_CHARS
        self._check_at = self._size + MAX_BLOCK_CHARS
        if not force and self._size <= limit:
            return
        if not self._commit_first_lines(limit):
            self._cut(last)
        elif force:
            self._commit(force=True)

    def _commit_first_lines(self, limit: int) -> bool:
        """Cut at the first line beyond the limit, not where the text happens to end now; False if that is the same."""
        sizes = accumulate(_cost(line) for line in self._lines)
        count = next((i for i, size in enumerate(sizes, start=1) if size > limit), len(self._lines))
        rest = self._lines[count:]
        if not rest:
            return False
        self._keep(self._lines[:count])
        self._commit()
        for line in rest:
            self._add_line(line)
        return True

    def _keep(self, lines: list[str]) -> None:
        self._lines = lines
        self._size = sum(_cost(line) for line in lines)
        self._check_at = MAX_BLOCK_CHARS

    def _open_fence(self, block: Block) -> bool:
        """If the fence that ``_lines`` begin with has no end yet, leave the rest to OpenFence."""
        token, first = block.tokens[0], self._lines[0]
        fence = OpenFence(len(first) - len(first.lstrip(" ")), token.markup, language_of(token.info))
        code = self._lines[1:]
        if any(fence.closes(line) for line in code):
            return False
        for line in code:
            fence.add(line)
        self._fence = fence
        self._keep([])
        return True

    def _cut(self, block: Block) -> None:
        """End a block that became too long; what follows goes on as its kind allows."""
        leaves = self._leaves([block])
        last = leaves[-1] if leaves else None
        is_table = block.kind == "table" and isinstance(last, TableLeaf)
        is_half = isinstance(last, TableLeaf) and is_table and len(last.rows) < MAX_TABLE_ROWS
        self._number = None
        self._continues = block.kind == "text"
        self._rows = last.rows if isinstance(last, TableLeaf) and is_half else ()
        self._repeats_head = is_table and not is_half
        self._final += leaves[:-1] if is_half else leaves
        self._keep(self._lines[:2] if is_table else [])

    def _parse(self, lines: list[str]) -> list[Block]:
        return parse_blocks(lines, self._references, self._number)

    def _leaves(self, blocks: list[Block]) -> list[Leaf]:
        """Leaves of blocks that begin where ``_lines`` begin."""
        result: list[Leaf] = []
        for block in blocks:
            result += leaves_of(block, self._references)
        first = result[0] if result else None
        if isinstance(first, TextLeaf) and self._continues and blocks[0].start == 0 and blocks[0].kind == "text":
            result[0] = replace(first, continues=True)
        elif isinstance(first, TableLeaf) and self._rows:
            result[0] = replace(first, rows=self._rows + first.rows)
        elif isinstance(first, TableLeaf) and self._repeats_head and not first.rows:
            del result[0]
        return [part for leaf in result for part in (_table_parts(leaf) if isinstance(leaf, TableLeaf) else [leaf])]

    def _tail(self) -> list[Leaf]:
        if self._fence is not None:
            extra = "" if self._fence.may_close(self._partial) else self._partial
            return [self._fence.leaf(extra)]
        grown = self._grown_tail()
        if grown is not None:
            return grown
        tail = self._leaves(self._parse(self._decided_lines()))
        if self._is_plain_at_end():
            self._last_tail = (self._partial, tail)
        return tail

    def _is_plain_at_end(self) -> bool:
        """True if the tail ends with the words of the partial line, and plain words after them are just more words."""
        partial = self._partial
        if partial.startswith("|") or "]:" in partial or self._has_definitions:
            return False
        return not _UNDECIDED.fullmatch(partial) and _ENDS_PLAIN.search(partial) is not None

    def _grown_tail(self) -> list[Leaf] | None:
        """The last tail with more words at its end, if they are plain: most pieces are, and need no parser then."""
        if self._last_tail is None:
            return None
        (partial, tail), self._last_tail = self._last_tail, None
        added = self._partial[len(partial) :]
        last = tail[-1] if tail else None
        if not (isinstance(last, TextLeaf) and last.spans and _PLAIN.fullmatch(added)):
            return None
        end = last.spans[-1]
        grown = replace(last, spans=(*last.spans[:-1], replace(end, text=end.text + added)))
        tail = [*tail[:-1], grown]
        self._last_tail = (self._partial, tail)
        return tail

    def _decided_lines(self) -> list[str]:
        """The tail without a last line that cannot be shown yet: half a marker, half a row, a lone table head."""
        lines = list(self._lines)
        if self._partial and not _UNDECIDED.fullmatch(self._partial) and not self._partial.startswith("|"):
            lines.append(self._partial)
        elif lines and lines[-1].startswith("|") and (len(lines) == 1 or not lines[-2].startswith("|")):
            del lines[-1]
        return lines


def _cost(line: str) -> int:
    return len(line) + LINE_COST_CHARS


def _table_parts(table: TableLeaf) -> list[TableLeaf]:
    starts = range(0, max(1, len(table.rows)), MAX_TABLE_ROWS)
    return [replace(table, rows=table.rows[start : start + MAX_TABLE_ROWS]) for start in starts]
