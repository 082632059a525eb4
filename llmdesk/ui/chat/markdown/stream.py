"""Markdown that arrives in pieces (no Qt).

Only the tail that can still change is parsed again, so the work for a piece of text is bounded however long the answer
is. One rule holds for every cut (``cuts.py``): the leaves of a text are those of ``whole_leaves``, however the text was
sliced and wherever it was cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from markdown_it.token import Token

from llmdesk.ui.chat.markdown.blocks import parse_tokens
from llmdesk.ui.chat.markdown.builder import MAX_PIECE_CHARS, LeafBuilder, whole_leaves, with_references
from llmdesk.ui.chat.markdown.cuts import Context, Cut, cost, find_cut, is_open
from llmdesk.ui.chat.markdown.inline import References
from llmdesk.ui.chat.markdown.leaves import CodeLeaf, Leaf, TextLeaf

MAX_BLOCK_CHARS = 3_000

# Control characters, and the code points that QTextDocument uses for its own structure.
_UNSAFE = dict.fromkeys(
    [*range(0x20), 0x7F, 0x85, 0x2029, 0xFDD0, 0xFDD1, 0xFFFC, 0xFFFE, 0xFFFF], "\N{REPLACEMENT CHARACTER}"
)
_UNSAFE |= {0x09: "\t", 0x0A: "\n", 0x0D: "", 0x0C: "", 0x2028: "\n"}
_SURROGATES = re.compile("[\ud800-\udfff]")
_DEFINITION = re.compile(r"\[[^\]\n]+\]:")
# The beginning of a line that may still become a bullet, a fence, a rule ...: not shown before it is decided.
_UNDECIDED = re.compile(r"(?:[ >]*(?:[-*+=#`~|:_]+|\d{1,9}[.)]?|\[[ xX]?\]?))?[ ]*(?:\[[ xX]?\]?[ ]*)?")
_INDENT = re.compile(r"[ >]*")

# What can follow a word and makes nothing else of what stands before it: no mark of markdown, no space at the end.
_PLAIN = re.compile(r"(?:[^\W_]|[ .,?!'\"])*(?:[^\W_]|[.,?!'\"])")
_ENDS_PLAIN = re.compile(r"[^\W\d_][.,?!'\"]?\Z")


def clean(text: str) -> str:
    """Text without anything that a text document would take for structure."""
    return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text.translate(_UNSAFE))


def read(text: str) -> list[Leaf]:
    """The leaves of a whole text, without any cut."""
    lines = clean(text).split("\n")
    return whole_leaves(lines if lines[-1] else lines[:-1])


@dataclass(slots=True)
class Update:
    """``final`` leaves never change again and follow those of earlier updates; ``tail`` replaces the last tail.

    ``reset``: the final leaves of earlier updates are void too (a link definition came after its use).
    """

    final: list[Leaf]
    tail: list[Leaf]
    reset: bool = False


@dataclass(slots=True)
class _OpenFence:
    """A code block whose end has not come: lines are added without the parser."""

    leaf: CodeLeaf
    opener: str
    is_empty: bool

    def may_end(self, line: str) -> bool:
        """True for a line that the parser has to judge."""
        return self.opener[0] == " " or line.lstrip(" ").startswith(self.opener[:3])

    def add(self, lines: list[str]) -> None:
        """Whole lines of code."""
        text = "\n".join(lines)
        self.leaf = replace(self.leaf, text=text if self.is_empty else f"{self.leaf.text}\n{text}")
        self.is_empty = False

    def leaf_with(self, partial: str) -> CodeLeaf:
        """With a line that is not complete yet; one that may become the end is not shown."""
        bare = self.opener.lstrip(" ")
        if not partial:
            return self.leaf
        if partial.strip() and not partial.strip(" " + bare[0]):
            return self.leaf
        spaces = len(partial) - len(partial.lstrip(" "))
        line = partial[min(spaces, len(self.opener) - len(bare)) :]
        return replace(self.leaf, text=line if self.is_empty else f"{self.leaf.text}\n{line}")


class MarkdownStream:
    """``feed`` pieces, ``take`` what to show, ``finish`` once."""

    def __init__(self) -> None:
        self._builder = LeafBuilder(References())
        self._context = Context()
        self._rest: list[str] = []  # whole lines that are not final yet
        self._partial = ""
        self._taken = 0  # leaves of the builder that were handed over
        self._fence: _OpenFence | None = None  # that the whole lines end with, outside of any container
        self._last_tail: tuple[str, list[Leaf]] | None = None  # with the partial line it was made of
        self._finished = False

    def feed(self, text: str) -> None:
        """Take in the next piece of the source."""
        *lines, self._partial = (self._partial + clean(text)).split("\n")
        is_long = len(self._partial) > MAX_PIECE_CHARS and self._fence is None
        if lines or is_long:
            self._last_tail = None
        if lines and not self._add_code(lines):
            self._rest += lines
            self._commit()
        if is_long:
            self._commit_part_of_line()

    def take(self) -> Update:
        """What became final since the last call, and the tail as it looks now."""
        leaves = self._builder.leaves
        reset, self._builder.rewrote = self._builder.rewrote, False
        final = leaves[0 if reset else self._taken :]
        self._taken = len(leaves)
        return Update(final, [] if self._finished else self._tail(), reset)

    def finish(self) -> Update:
        """The end of the source: everything is final now."""
        if self._partial:
            self._rest.append(self._partial)
            self._partial = ""
        builder, lines = self._builder, self._lines(self._rest)
        builder.walk(self._new_tokens(lines), lines)
        self._finished = True
        if builder.references:
            leaves = [with_references(leaf, builder.references) for leaf in builder.leaves]
            builder.rewrote = builder.rewrote or leaves[: self._taken] != builder.leaves[: self._taken]
            builder.leaves = leaves
        return self.take()

    def _lines(self, rest: list[str]) -> list[str]:
        """What to parse: what opens the containers, and the rest."""
        context = self._context
        return [*context.lines, *(context.lead + line if i == 0 else line for i, line in enumerate(rest))]

    def _new_tokens(self, lines: list[str]) -> list[Token]:
        tokens = parse_tokens(lines, self._builder.references.links)
        if tokens and tokens[0].type == "literal":
            tokens[0].map = [len(self._context.lines), len(lines)]
            return tokens
        return tokens[self._context.skipped :]

    def _add_code(self, lines: list[str]) -> bool:
        """Lines that are only more code need no parser. False if they may be something else, or it is time to cut."""
        fence = self._fence
        if fence is None or any(map(fence.may_end, lines)) or cost(self._rest) > MAX_BLOCK_CHARS:
            return False
        self._rest += lines
        fence.add(lines)
        return True

    def _commit(self) -> None:
        """Make final what can be."""
        lines = self._lines(self._rest)
        tokens = parse_tokens(lines, self._builder.references.links)
        cut = find_cut(tokens, lines, self._context, MAX_BLOCK_CHARS)
        if cut is not None:
            self._cut(tokens, lines, cut)
        elif not tokens:
            self._rest = []  # blank lines
        last = tokens[-1] if tokens else None
        self._fence = None
        if last is not None and last.type == "fence" and last.level == 0 and is_open(last):
            leaf = self._leaves_of(self._rest)[-1]
            assert isinstance(leaf, CodeLeaf)
            self._fence = _OpenFence(leaf, lines[last.map[0] if last.map else 0], not last.content)

    def _commit_part_of_line(self) -> None:
        """Of a very long line, what cannot change any more."""
        rest = [*self._rest, self._partial]
        lines = self._lines(rest)
        tokens = parse_tokens(lines, self._builder.references.links)
        cut = find_cut(tokens, lines, self._context, MAX_BLOCK_CHARS)
        if cut is None or not cut.context.goes_on or tokens[cut.token].type != "paragraph_open":
            return
        self._cut(tokens, lines, cut)
        self._partial = self._rest.pop()

    def _cut(self, tokens: list[Token], lines: list[str], cut: Cut) -> None:
        self._builder.walk(tokens[self._context.skipped : cut.token], lines)
        if cut.context.goes_on:
            self._builder.walk(_block_at(tokens, cut.token), lines, cut=True)
        self._context, self._rest = cut.context, cut.rest

    def _leaves_of(self, rest: list[str]) -> list[Leaf]:
        builder, lines = self._builder.fork(), self._lines(rest)
        builder.walk(self._new_tokens(lines), lines)
        return builder.leaves

    def _tail(self) -> list[Leaf]:
        if self._fence is not None:
            return [self._fence.leaf_with(self._partial)]
        grown = self._grown_tail()
        if grown is not None:
            return grown
        tail = self._leaves_of(self._decided_lines())
        if self._is_plain_at_end():
            self._last_tail = (self._partial, tail)
        return tail

    def _is_plain_at_end(self) -> bool:
        """True if the tail ends with the words of the partial line, and plain words after them are just more words."""
        partial = self._partial
        if _INDENT.sub("", partial, count=1).startswith("|") or any(map(_DEFINITION.search, [partial, *self._rest])):
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
        if end.link or end.raised or end.math or len(last.source) + len(added) > MAX_PIECE_CHARS:
            return None
        spans = (*last.spans[:-1], replace(end, text=end.text + added))
        tail = [*tail[:-1], replace(last, spans=spans, source=last.source + added)]
        self._last_tail = (self._partial, tail)
        return tail

    def _decided_lines(self) -> list[str]:
        """The tail without a last line that cannot be shown yet: half a marker, half a row, a lone table head."""
        lines, partial = list(self._rest), self._partial
        if partial and not _UNDECIDED.fullmatch(partial) and not _is_row(partial):
            lines.append(partial)
        elif lines and _is_row(lines[-1]) and (len(lines) == 1 or not _is_row(lines[-2])) and not self._context.goes_on:
            del lines[-1]
        return lines


def _is_row(line: str) -> bool:
    return _INDENT.sub("", line, count=1).startswith("|")


def _block_at(tokens: list[Token], first: int) -> list[Token]:
    """The tokens of the block that begins at a number."""
    end = first + 1
    if tokens[first].nesting > 0:
        while tokens[end].level > tokens[first].level:
            end += 1
        end += 1
    return tokens[first:end]
