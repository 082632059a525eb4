"""Numbers in brackets that cite a source become links to it (no Qt)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from llmdesk.services.chats.searched import citations
from llmdesk.ui.chat.markdown.leaves import Cell, Leaf, Span, TableLeaf, TextLeaf

_SCHEME = "source:"


def is_source(link: str) -> bool:
    """True for a link that leads to a source rather than out of the program."""
    return link.startswith(_SCHEME)


def source_number(link: str) -> int:
    """Which one."""
    return int(link.removeprefix(_SCHEME))


def with_citations(leaf: Leaf, numbers: Collection[int]) -> Leaf:
    """The same with a link for each number that is one of the sources'."""
    if isinstance(leaf, TextLeaf):
        return replace(leaf, spans=_cited(leaf.spans, numbers))
    if isinstance(leaf, TableLeaf):
        header = tuple(_cited(cell, numbers) for cell in leaf.header)
        return replace(leaf, header=header, rows=tuple(tuple(_cited(cell, numbers) for cell in r) for r in leaf.rows))
    return leaf


def _cited(cell: Cell, numbers: Collection[int]) -> Cell:
    if not any("[" in span.text for span in cell):
        return cell
    found: list[Span] = []
    for span in cell:
        is_plain = not (span.code or span.link or span.math or span.raised)
        found += _pieces(span, numbers) if is_plain else [span]
    return tuple(found)


def _pieces(span: Span, numbers: Collection[int]) -> list[Span]:
    pieces: list[Span] = []
    end = 0
    for first, last, number in citations(span.text, numbers):
        if first > end:
            pieces.append(replace(span, text=span.text[end:first]))
        pieces.append(replace(span, text=span.text[first:last], link=f"{_SCHEME}{number}"))
        end = last
    if end < len(span.text):
        pieces.append(replace(span, text=span.text[end:]))
    return pieces
