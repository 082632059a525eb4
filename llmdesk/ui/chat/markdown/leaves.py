"""What an answer is made of once its markdown was read: a flat list of leaves (plain data, no Qt).

Containers are not nodes but a ``path`` on each leaf, outermost first: ``q`` is a quote, ``l`` a list, ``n`` a
footnote. So the list ``- a`` with a quote in it gives leaves with the paths ``l`` and ``lq``. A flat list can be
compared with the one on the screen leaf by leaf, and only what differs is painted again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style. A line break inside a paragraph is ``\\n``; ``raised``: the mark of a footnote.

    ``math``: a formula, "inline" or "display"; its text is the source with its marks. ``is_drawn``: it is shown as a
    picture, one character for the document.
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    strike: bool = False
    link: str = ""
    raised: bool = False
    math: str = ""
    is_drawn: bool = False


Cell = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class TextLeaf:
    """A paragraph, a heading (``heading`` 1..6) or the first words of a list item (``marker``).

    ``continues``: the rest of a paragraph that was too long to be kept in one piece; no space above it.
    ``source``: the markdown of the words.
    """

    spans: Cell
    heading: int = 0
    marker: str = ""
    path: str = ""
    continues: bool = False
    source: str = field(default="", compare=False, repr=False)

    @property
    def text(self) -> str:
        """The words without their styles."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class CodeLeaf:
    """A code block."""

    text: str
    language: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class TableLeaf:
    """A table; ``aligns`` has "", "left", "center" or "right" for each column, ``sources`` its cells' markdown."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    aligns: tuple[str, ...]
    path: str = ""
    sources: tuple[tuple[str, ...], ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class RuleLeaf:
    """A horizontal line."""

    path: str = ""


Leaf = TextLeaf | CodeLeaf | TableLeaf | RuleLeaf


def length(text: str) -> int:
    """Length in the units of Qt's documents (UTF-16)."""
    return len(text) + sum(char > "\uffff" for char in text)


def shown_length(span: Span) -> int:
    """Length in a document."""
    return 1 if span.is_drawn else length(span.text)


def part_of(cell: Cell, begin: int, end: int) -> Cell:
    """The runs between two places, in the units of Qt's documents."""
    result: list[Span] = []
    place = 0
    for span in cell:
        if span.is_drawn:  # as a whole
            result += [span] if begin <= place < end else []
            place += 1
            continue
        units = span.text.encode("utf-16-le", "surrogatepass")
        first, last = max(0, begin - place), max(0, end - place)
        text = units[2 * first : 2 * last].decode("utf-16-le", "replace")
        if text:
            result.append(replace(span, text=text))
        place += len(units) // 2
    return tuple(result)
