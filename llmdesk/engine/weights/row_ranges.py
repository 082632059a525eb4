"""Tensors of some rows of others, in an order of their own (engine thread only)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from llmdesk.engine.weights.source import SourceTensor

if TYPE_CHECKING:
    from llmdesk.engine.matrices.forms import Matrix


def ranges_of(tensor: SourceTensor, name: str, ranges: Sequence[tuple[int, int]]) -> SourceTensor:
    """These rows (first, end) of a tensor, one range after the other, under another name."""
    return joined_ranges(name, [(tensor, first, end) for first, end in ranges])


def joined_ranges(name: str, ranges: Sequence[tuple[SourceTensor, int, int]]) -> SourceTensor:
    """These rows (first, end) of tensors as wide as the first one, one range after the other, as one tensor."""
    count = sum(end - first for _, first, end in ranges)

    def rows(start: int, end: int) -> Matrix:
        from llmdesk.engine.matrices.forms import concatenated

        found: list[Matrix] = []
        before = 0
        for tensor, first, last in ranges:
            begin, stop = max(first, first + start - before), min(last, first + end - before)
            if begin < stop:
                found.append(tensor.rows(begin, stop))
            before += last - first
        return found[0] if len(found) == 1 else concatenated(found)

    of = ranges[0][0]
    return replace(of, name=name, shape=(count, *of.shape[1:]), rows=rows)
