"""Tensors of some rows of another one, in an order of their own (engine thread only)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from llmdesk.engine.weights.source import SourceTensor

if TYPE_CHECKING:
    from llmdesk.engine.matrices.forms import Matrix


def ranges_of(tensor: SourceTensor, name: str, ranges: Sequence[tuple[int, int]]) -> SourceTensor:
    """These rows (first, end) of a tensor, one range after the other, under another name."""
    count = sum(end - first for first, end in ranges)

    def rows(start: int, end: int) -> Matrix:
        from llmdesk.engine.matrices.forms import concatenated

        found: list[Matrix] = []
        before = 0
        for first, last in ranges:
            begin, stop = max(first, first + start - before), min(last, first + end - before)
            if begin < stop:
                found.append(tensor.rows(begin, stop))
            before += last - first
        return found[0] if len(found) == 1 else concatenated(found)

    return replace(tensor, name=name, shape=(count, *tensor.shape[1:]), rows=rows)
