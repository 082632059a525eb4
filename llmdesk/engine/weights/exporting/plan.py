"""What an exported file will hold, tensor by tensor, before anything is written (engine thread only)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from llmdesk.engine.matrices.forms import dequantized, each_part
from llmdesk.engine.weights.conversion import converted
from llmdesk.engine.weights.exporting.blocks import blocks_of, floats_of, not_of_one_form, type_of
from llmdesk.engine.weights.exporting.gguf_head import Entry
from llmdesk.engine.weights.gguf_blocks import row_bytes
from llmdesk.engine.weights.source import check_numbers

if TYPE_CHECKING:
    import torch

    from llmdesk.engine.weights.conversion import Rules
    from llmdesk.engine.weights.source import SourceTensor

    Change: TypeAlias = Callable[[torch.Tensor], torch.Tensor]

_LOOKED_AT_ROWS = 16
"""So many rows tell the form that all of a matrix get."""
_BY_NUMBERS = {"Q4_0", "TQ2_0"}
"""Only for matrices whose rows are all so: each of them is looked at."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A tensor to be written.

    Attributes:
        entry: its place in the head.
        pieces: its bytes, piece by piece, with the share (0..1) of the tensor that is done then.
    """

    entry: Entry
    pieces: Callable[[], Iterator[tuple[memoryview, float]]]

    @property
    def elements(self) -> int:
        """Numbers in it."""
        return math.prod(self.entry.shape)


def as_it_is(name: str, kind: str, shape: tuple[int, ...], read: Callable[[], Any]) -> Planned:
    """What is written at once; ``read`` gives all its bytes, uint8."""
    rows = math.prod(shape[:-1])
    entry = Entry(name, shape, number_of(kind), rows * row_bytes(kind, shape[-1]))
    return Planned(entry, lambda: iter(((_flat(read()), 1.0),)))


def as_floats(name: str, shape: tuple[int, ...], tensor: SourceTensor, change: Change) -> Planned:
    """Numbers in single precision."""

    def read() -> Any:
        whole = tensor.finish(tensor.rows(0, tensor.shape[0]))
        check_numbers(tensor.name, whole)
        return floats_of(change(dequantized(whole)), "F32")

    return as_it_is(name, "F32", shape, read)


def as_blocks(
    name: str, shape: tuple[int, ...], tensor: SourceTensor, rules: Rules, change: Change | None = None
) -> Planned:
    """A matrix in the form that the rules give it.

    Args:
        name, shape: in the file; experts have a dimension of their own there.
        tensor: all experts' rows one after the other, under transformers' name.
        change: brings the rows of the whole into another order.
    """
    kind = _kind_of(tensor, rules)
    entry = Entry(name, shape, number_of(kind), tensor.shape[0] * row_bytes(kind, shape[-1]))
    return Planned(entry, lambda: _pieces(tensor, rules, kind, change))


def _kind_of(tensor: SourceTensor, rules: Rules) -> str:
    """The type that holds all rows. Raises UnsupportedModel: there is none."""

    def found(start: int, end: int) -> str:
        return type_of(rules.apply(tensor.name, tensor.rows(start, end), tensor.is_quantized))

    kind = found(0, tensor.shape[0] if tensor.whole else min(_LOOKED_AT_ROWS, tensor.shape[0]))
    if kind not in _BY_NUMBERS:
        return kind
    kinds = {found(start, end) for start, end in tensor.pieces()}
    if not kinds <= _BY_NUMBERS | {"Q4_1"}:
        raise not_of_one_form()
    return kind if kinds == {kind} else "Q4_1"


def number_of(kind: str) -> int:
    """ggml's number of a type."""
    from gguf.constants import GGMLQuantizationType

    return int(GGMLQuantizationType[kind])


def _flat(data: Any) -> memoryview:
    return memoryview(data.reshape(-1))


def _pieces(tensor: SourceTensor, rules: Rules, kind: str, change: Change | None) -> Iterator[tuple[memoryview, float]]:
    """Some rows after the other where they stay in their order, else all at once."""
    if change is not None:
        whole = each_part(converted(tensor, rules, lambda elements: None), change)
        yield _flat(blocks_of(whole, kind)), 1.0
        return
    for start, end in tensor.pieces():
        piece = rules.apply(tensor.name, tensor.rows(start, end), tensor.is_quantized)
        check_numbers(tensor.name, piece)
        yield _flat(blocks_of(piece, kind)), end / tensor.shape[0]


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole file: values as bytes (gguf_head.encoded), and tensors in their order."""

    values: list[bytes]
    tensors: list[Planned]

    @property
    def names(self) -> list[str]:
        """Of all tensors."""
        return [tensor.entry.name for tensor in self.tensors]
