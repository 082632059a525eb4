"""Where a text that still grows can be cut, and what has to stand before the rest so that it means the same (no Qt).

A text is cut before the last block, or before the last one inside of the lists and quotes that are still open; a long
paragraph, code block or table is cut inside, too. What comes before a cut never changes again. The rest is parsed
behind a few lines, made up here, which open the same lists and quotes at the same columns: the ``Context``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markdown_it.token import Token

from llmdesk.ui.chat.markdown.blocks import CONTAINERS, MAX_NESTING
from llmdesk.ui.chat.markdown.builder import LINE_COST_CHARS, MAX_PIECE_CHARS, PLACEHOLDER, piece_starts

_STOPPER = "___"  # a rule: no line after it goes on with it, and no list's marker makes something else of it
_LONGEST_UNCUT = 20 * MAX_PIECE_CHARS  # of what could still turn out to be a table's head or a link definition


@dataclass(frozen=True, slots=True)
class Context:
    """What is open where the text was cut.

    ``lines`` open it. ``lead`` stands before the first line of the rest. ``skipped``: so many tokens come from them.
    ``inside``: what begins a line in the innermost container. ``goes_on``: the rest begins inside of a block.
    """

    lines: tuple[str, ...] = ()
    lead: str = ""
    skipped: int = 0
    inside: str = ""
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """``token``: the first one that is not complete. ``rest``: the lines from there on, which follow ``context``.

    Where ``context.goes_on``, all of the block at ``token`` is complete but its last piece, line of code or row.
    """

    token: int
    rest: list[str]
    context: Context


def find_cut(tokens: Sequence[Token], lines: Sequence[str], context: Context, max_chars: int) -> Cut | None:
    """The last place where ``lines`` (those of ``context`` and the rest) can be cut; None if there is nothing to cut.

    A block of more than ``max_chars`` is cut inside, if it can be.
    """
    spine = _last_of_each_level(tokens)
    if not spine:
        return None
    place = _last_safe(tokens, spine, context.skipped)
    leaf = spine[-1]
    last = tokens[leaf]
    if leaf >= context.skipped and last.map is not None and _is_complete(last):
        end = leaf + (1 if last.nesting == 0 else 3)
        return Cut(end, list(lines[last.map[1] :]), _context_at(tokens, leaf))
    if leaf >= context.skipped and cost(lines[_first_line(tokens[leaf]) :]) > max_chars:
        inside = _cut_inside(tokens, leaf, lines, context.goes_on and leaf == context.skipped)
        if inside is not None:
            return inside
    if place is None or place <= context.skipped:
        return None
    return Cut(place, list(lines[_first_line(tokens[place]) :]), _context_at(tokens, place))


def cost(lines: Sequence[str]) -> int:
    """What lines cost the parser, in characters."""
    return sum(len(line) + LINE_COST_CHARS for line in lines)


def is_open(fence: Token) -> bool:
    """True if no line has closed it."""
    return fence.map is not None and fence.map[1] - fence.map[0] - 1 == fence.content.count("\n")


def _is_complete(token: Token) -> bool:
    """True for a block that no further line can belong to."""
    return token.type == "heading_open" or (token.type == "fence" and not is_open(token))


def _first_line(token: Token) -> int:
    return token.map[0] if token.map else 0


def _last_of_each_level(tokens: Sequence[Token]) -> list[int]:
    """The last block, the last one in it, and so on, as numbers of tokens."""
    last: dict[int, int] = {}  # by level
    for i in range(len(tokens) - 1, -1, -1):
        if tokens[i].nesting >= 0:
            last.setdefault(tokens[i].level, i)
            if tokens[i].level == 0:
                break
    spine: list[int] = []
    while (i := last.get(len(spine), -1)) >= 0:
        if spine and (i < spine[-1] or tokens[spine[-1]].type not in CONTAINERS):
            break
        spine.append(i)
    return spine


def _last_safe(tokens: Sequence[Token], spine: Sequence[int], skipped: int) -> int | None:
    """The innermost of the last blocks that stands on lines of its own."""
    for depth in range(len(spine) - 1, -1, -1):
        i = spine[depth]
        is_first = depth > 0 and spine[depth - 1] >= skipped and i == spine[depth - 1] + 1
        if i < skipped or is_first or tokens[i].level >= MAX_NESTING - 4:
            continue
        before = tokens[i - 1]
        is_title = before.type == "definition" and before.map is not None and before.map[1] == _first_line(tokens[i])
        if is_title and i > skipped:
            continue  # its words may still become the title of the definition
        return i
    return None


def _context_at(tokens: Sequence[Token], place: int) -> Context:
    """Lines that open what is open before a token."""
    open_ones: list[int] = []
    for i in range(place):
        if tokens[i].type in CONTAINERS:
            open_ones.append(i)
        elif tokens[i].nesting < 0 and f"{tokens[i].type.removesuffix('close')}open" in CONTAINERS:
            open_ones.pop()
    lines: list[str] = []
    lead = ""
    indent = skipped = 0
    for i in open_ones:
        token = tokens[i]
        skipped += 1
        if token.type == "list_item_open":
            marker = token.info + token.markup
            column = tokens[i + 1].meta["indent"]
            spaces = min(4, column - indent - len(marker))
            lines.append(f"{lead}{marker.rjust(column - indent - spaces)}{spaces * ' '}{_STOPPER}")
            lead, indent = lead + (column - indent) * " ", column
        elif token.type == "blockquote_open":
            lines.append(f"{lead}> {_STOPPER}")
            lead, indent = f"{lead}> ", 0
        elif token.type == "footnote_reference_open":
            lines.append(f"{lead}[^{token.meta['label']}]: {_STOPPER}")
            lead, indent = f"{lead}    ", indent + 4
        else:
            continue
        skipped += 1
    return Context(tuple(lines), "", skipped, lead)


def _cut_inside(tokens: Sequence[Token], leaf: int, lines: Sequence[str], is_continued: bool) -> Cut | None:
    token = tokens[leaf]
    context = replace(_context_at(tokens, leaf), goes_on=True)
    first = _first_line(token)
    if token.type == "paragraph_open":
        return _cut_paragraph(tokens, leaf, lines, is_continued, context)
    if token.type == "fence":
        count = token.content.count("\n")
        if count < 2:
            return None
        opener = f"{context.inside}{token.meta['offset'] * ' '}{token.markup}{token.info}"
        return _inside(leaf, lines[first + count :], context, opener)
    if token.type == "code_block":
        count = token.content.rstrip("\n").count("\n") + 1
        return _inside(leaf, lines[first + count - 1 :], context) if count > 1 else None
    if token.type == "table_open":
        head, delimiters, *rows = token.meta["lines"]
        if len(rows) < 2:
            return None
        openers = (f"{context.inside}{head}", f"{context.inside}{delimiters}")
        return _inside(leaf, lines[first + 1 + len(rows) :], context, *openers)
    return None


def _inside(leaf: int, rest: Sequence[str], context: Context, *opener: str) -> Cut:
    return Cut(leaf, list(rest), replace(context, lines=(*context.lines, *opener)))


def _cut_paragraph(
    tokens: Sequence[Token], leaf: int, lines: Sequence[str], is_continued: bool, context: Context
) -> Cut | None:
    """Before its last piece, but not inside of a last line that could become the head of a table."""
    content = tokens[leaf + 1].content
    begin = len(PLACEHOLDER) + 1 if is_continued else 0
    start = begin + piece_starts(content[begin:])[-1]
    last_line = content[content.rfind("\n") + 1 :]
    is_risky = content.startswith("[") or ("|" in last_line and start > len(content) - len(last_line))
    if start == begin or (is_risky and len(content) < _LONGEST_UNCUT):
        return None
    head, rest = content[:start], content[start:].partition("\n")[0]
    number = _first_line(tokens[leaf]) + head.count("\n")
    if head.endswith("\n"):
        return _inside(leaf, lines[number:], context, f"{context.inside}{PLACEHOLDER}")
    line = lines[number]
    rests = [line[line.rfind(rest) :], *lines[number + 1 :]]  # with the spaces at its end, which content has not
    return Cut(leaf, rests, replace(context, lead=f"{context.inside}{PLACEHOLDER} "))
