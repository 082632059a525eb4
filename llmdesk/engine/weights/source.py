"""The tensors of a model's files, read piece by piece (engine thread only).

Files are read, not mapped: of a mapped file every page that was touched counts as memory of the program, and a
conversion touches all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from llmdesk.engine.matrices.forms import Int4Matrix, Int8Matrix, dequantized
from llmdesk.engine.matrices.minima import MinimaMatrix
from llmdesk.errors import ModelDamaged
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.matrices.forms import Matrix

    Pieces: TypeAlias = Iterator["SourceTensor"]

PIECE_ELEMENTS = 1 << 19
"""About so many numbers are read and converted at a time: 2 MB in float32, six times as fast as 16 MB."""


def _unchanged(matrix: Matrix) -> Matrix:
    return matrix


@dataclass(frozen=True, slots=True)
class SourceTensor:
    """One tensor under transformers' name.

    Attributes:
        shape: (out, in) of a matrix, (elements,) of a vector.
        rows: ``rows(start, end)`` reads these rows, as stored: floats of any type, or exact 4 or 8 bits.
        finish: applied to the whole, converted matrix (rows in another order).
        is_quantized: the file holds it in blocks of few bits.
        whole: it can only be read at once.
    """

    name: str
    shape: tuple[int, ...]
    rows: Callable[[int, int], Matrix]
    finish: Callable[[Matrix], Matrix] = _unchanged
    is_quantized: bool = False
    whole: bool = False

    def pieces(self) -> Iterator[tuple[int, int]]:
        """(start, end) of pieces of rows, in order."""
        columns = self.shape[1] if len(self.shape) > 1 else 1
        step = self.shape[0] if self.whole else max(1, PIECE_ELEMENTS // max(columns, 1))
        for start in range(0, self.shape[0], step):
            yield start, min(start + step, self.shape[0])


_LARGEST_SCALE = 65504.0
"""Our own kernels keep scales in half precision; no published model has weights of that size."""


def check_numbers(name: str, matrix: Matrix) -> None:
    """Raises ModelDamaged for numbers that are not finite: one of them makes every answer nonsense."""
    most = _LARGEST_SCALE
    if isinstance(matrix, Int4Matrix):
        numbers = [matrix.scales, matrix.scales * matrix.zeros]
    elif isinstance(matrix, Int8Matrix):
        numbers = [matrix.scales]
    elif isinstance(matrix, MinimaMatrix):
        numbers = [matrix.d.float(), matrix.e.float()]
    else:
        numbers, most = [dequantized(matrix)], math.inf
    for values in numbers:
        ends = [float(end) for end in values.aminmax()]  # NaN is passed on
        if not all(math.isfinite(end) and abs(end) <= most for end in ends):
            raise ModelDamaged(say("{name} holds numbers that are not finite, or far too large.", name=name))
