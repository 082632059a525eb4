"""From a model's tensors to a weights file in one precision, a piece of a tensor at a time (engine thread only)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from llmdesk.datatypes.model import Precision
from llmdesk.engine.matrices.forms import (
    GROUP,
    Int4Matrix,
    Int8Matrix,
    SixBitMatrix,
    dequantized,
    each_part,
    parts,
    quantize_int8,
)
from llmdesk.engine.matrices.minima import MinimaMatrix
from llmdesk.engine.matrices.panel_forms import SUPER
from llmdesk.engine.matrices.quantize import quantize_int4
from llmdesk.engine.matrices.quantize_super import quantize_super
from llmdesk.engine.matrices.stored import stored_parts
from llmdesk.engine.matrices.table_matrix import TableMatrix
from llmdesk.engine.networks.architecture import EMBEDDING, HEAD
from llmdesk.engine.networks.gemma4_tensors import is_looked_up
from llmdesk.engine.networks.layers import is_router
from llmdesk.engine.networks.mixers import is_state_gate
from llmdesk.engine.processor.threads import default_threads
from llmdesk.engine.weights.bitnet import ternary_rows
from llmdesk.engine.weights.source import check_numbers
from llmdesk.engine.weights.weights_file import WeightsWriter
from llmdesk.errors import ModelDamaged
from llmdesk.gemma4_layers import keeps_8_bits
from llmdesk.words import say

if TYPE_CHECKING:
    import torch

    from llmdesk.engine.matrices.forms import Matrix
    from llmdesk.engine.matrices.panel_matrix import PanelMatrix
    from llmdesk.engine.weights.source import SourceTensor


def is_product(name: str, shape: tuple[int, ...]) -> bool:
    """Whether a tensor is a matrix whose form may be chosen: no vector, and nothing that decides or forgets."""
    return len(shape) == 2 and not is_router(name) and not is_state_gate(name)


class RowRules(Protocol):
    """Which form some rows of a matrix get."""

    def apply(self, name: str, matrix: Any, is_quantized: bool = False) -> Matrix:
        """See Rules."""
        ...


@dataclass(frozen=True, slots=True)
class Rules:
    """Which form a matrix gets.

    An embedding is looked up, not multiplied: it stays bf16, unless it is the head too; then it is stored once, in the
    head's form. The head decides over the token and gets 8 bits at least. A router, which decides over experts, stays
    as it is, and so do gates of a state. A table of per-layer embeddings stays on the disk: in 8 bits, or in its
    blocks. Blocks of 4 bits keep these in int4; in a file of mostly such blocks, what has more bits gets 8 rather than
    be rounded to 4. BitNet's ternary matrices are exact in 4 bits (in 2 as panels: matrices/panels.py), so they keep
    that form in every precision. So do MXFP4 and IQ4, but in bf16.

    Attributes:
        tied: the embedding is the head.
        mostly_int4: most of the file is 4-bit blocks.
        ternary: the model is a BitNet.
        super_blocks: for our own kernels: 4 bits are 4.5 where sizes allow that, and not 5; blocks of 5 and 6 bits stay
            so where they would get 8, those of 2 bits in int4 and int8 alike.
    """

    precision: Precision
    tied: bool
    mostly_int4: bool = False
    ternary: bool = False
    super_blocks: bool = False

    def apply(self, name: str, matrix: Matrix, is_quantized: bool = False) -> Matrix:
        """A matrix, or some of its rows, in its form; ``is_quantized`` if it comes out of blocks of few bits."""
        if not is_product(name, matrix.shape):
            return dequantized(matrix)
        if is_looked_up(name) and self.precision != "bf16":
            is_few_bits = isinstance(matrix, Int4Matrix | Int8Matrix)
            group = SUPER if matrix.shape[1] % SUPER == 0 else GROUP
            return matrix if is_few_bits else quantize_int8(dequantized(matrix), group)
        if isinstance(matrix, Int4Matrix) and (self.ternary or self.precision == "int4"):
            return matrix
        if isinstance(matrix, TableMatrix) and self.precision != "bf16":
            return matrix
        if isinstance(matrix, MinimaMatrix | SixBitMatrix):
            if self._keeps_bits(name, matrix):
                return matrix
            matrix = matrix.dequantized()
        may_be_ternary = self.ternary and name.endswith("_proj.weight") and not is_quantized
        if may_be_ternary and (exact := ternary_rows(dequantized(matrix))):
            return exact
        if self._stays_float(name, is_quantized):
            return dequantized(matrix).to(_bfloat16())
        if self._gets_int4(name, matrix):
            is_super = self.super_blocks and matrix.shape[1] % SUPER == 0
            return (quantize_super if is_super else quantize_int4)(dequantized(matrix))
        if isinstance(matrix, Int4Matrix):
            return matrix.in_int8()
        return matrix if isinstance(matrix, Int8Matrix) else quantize_int8(dequantized(matrix))

    def _stays_float(self, name: str, is_quantized: bool) -> bool:
        return self.precision == "bf16" or (name == EMBEDDING and not self.tied and not is_quantized)

    def _keeps_bits(self, name: str, matrix: Matrix) -> bool:
        wanted = self.super_blocks and self.precision != "bf16" and name not in (EMBEDDING, HEAD)
        has_fewer = isinstance(matrix, MinimaMatrix) and matrix.has_two_bits
        return wanted and (has_fewer or not self._gets_int4(name, matrix))

    def _gets_int4(self, name: str, matrix: Matrix) -> bool:
        wanted = self.precision == "int4" and not self.mostly_int4 and name not in (EMBEDDING, HEAD)
        return wanted and matrix.shape[1] % GROUP == 0 and not keeps_8_bits(name)


def _bfloat16() -> torch.dtype:
    import torch

    return torch.bfloat16


def convert(
    tensors: Iterable[SourceTensor],
    rules: Rules,
    path: Path,
    source: str,
    report: Callable[[float], None],
    layout: Callable[[str, Matrix], Matrix | PanelMatrix] = lambda name, matrix: matrix,
) -> None:
    """Write a weights file.

    Args:
        tensors: all of the model.
        path, source: see WeightsWriter.
        report: told the share that is done (0..1) every few milliseconds; may raise to stop.
        layout: brings a matrix of that name into the layout in which it is stored.

    Raises:
        NotEnoughDisk, LlmdeskError: see WeightsWriter. ModelDamaged: a tensor cannot be read.
    """
    wanted = [tensor for tensor in tensors if not (rules.tied and tensor.name == HEAD)]
    wanted.sort(key=lambda tensor: is_looked_up(tensor.name))  # last: what is read ahead is what every token needs
    sizes = [_elements(tensor) for tensor in wanted]
    total, done = max(sum(sizes), 1), 0
    with half_the_threads(), WeightsWriter(path, source, [tensor.name for tensor in wanted]) as writer:
        for tensor, size in zip(wanted, sizes, strict=True):
            if is_looked_up(tensor.name):
                _add_table(writer, tensor, rules, lambda elements, done=done: report((done + elements) / total))  # type: ignore[misc]
                done += size
                continue
            matrix = converted(tensor, rules, lambda elements, done=done: report((done + elements) / total))  # type: ignore[misc]
            done += size
            writer.add(tensor.name, layout(tensor.name, matrix), lambda done=done: report(done / total))  # type: ignore[misc]


def _add_table(writer: WeightsWriter, tensor: SourceTensor, rules: RowRules, report: Callable[[int], None]) -> None:
    """A table that stays on the disk is never in memory as a whole, only its scales are."""
    import torch

    others: dict[str, list[torch.Tensor]] = {}
    names: list[str] = []

    def quants() -> Iterator[torch.Tensor]:
        for start, end in tensor.pieces():
            report(start * (_elements(tensor) // tensor.shape[0]))
            piece = rules.apply(tensor.name, tensor.rows(start, end), tensor.is_quantized)
            check_numbers(tensor.name, piece)
            (name, first), *rest = stored_parts(tensor.name, piece).items()
            names.append(name)
            for part, values in rest:
                others.setdefault(part, []).append(values)
            yield first

    pieces = quants()
    first = next(pieces)
    writer.add_rows(names[0], tensor.shape[0], chain((first,), pieces), lambda: None)
    for name, parts_of in others.items():
        writer.add(name, torch.cat(parts_of), lambda: None)


@contextmanager
def half_the_threads() -> Iterator[None]:
    """A conversion is many short operations, after each of which the threads wait for the last one of them.

    With all processors' threads it takes three times as long as soon as anything else runs, a window for instance.
    """
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(max(1, default_threads() // 2))
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _elements(tensor: SourceTensor) -> int:
    return math.prod(tensor.shape)


def converted(tensor: SourceTensor, rules: RowRules, report: Callable[[int], None]) -> Matrix:
    """A whole matrix in its form; ``report`` is told the elements that are done. Raises ModelDamaged."""
    whole: Matrix | None = None
    for start, end in tensor.pieces():
        report(start * (_elements(tensor) // tensor.shape[0]))
        piece = rules.apply(tensor.name, tensor.rows(start, end), tensor.is_quantized)
        check_numbers(tensor.name, piece)
        if whole is None:
            whole = piece if end == tensor.shape[0] else _room(piece, tensor.shape[0])
        if whole is not piece:
            _put(whole, piece, start, end)
    if whole is None:
        raise ModelDamaged(say("{name} is empty.", name=tensor.name))
    return tensor.finish(whole)


def _room(piece: Matrix, rows: int) -> Matrix:
    """Memory for a matrix of which this is a piece: the parts of pieces are never there twice."""
    import torch

    return each_part(piece, lambda part: torch.empty(rows, *part.shape[1:], dtype=part.dtype))


def _put(whole: Matrix, piece: Matrix, start: int, end: int) -> None:
    for target, part in zip(parts(whole), parts(piece), strict=True):
        target[start:end] = part
