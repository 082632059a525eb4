"""gpt-oss's experts as others have them: gate and up apart, each row one output (engine thread only).

Published folders hold, for all experts together, MXFP4: bytes of two neighbours each (experts, rows, columns / 32, 16),
and exponents (experts, rows, columns / 32). transformers' own folders hold floats (experts, columns, rows). In both,
gate and up take turns, row by row, and biases are (experts, rows).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from llmdesk.engine.matrices.forms import Quantized, each_part
from llmdesk.engine.matrices.table_matrix import fp4_of_pairs
from llmdesk.engine.weights.source import SourceTensor
from llmdesk.errors import ModelDamaged
from llmdesk.words import say

if TYPE_CHECKING:
    import torch

    from llmdesk.engine.matrices.forms import Matrix

_PART = re.compile(r"(.+\.mlp\.experts\.(gate_up|down)_proj)(_blocks|_scales|_bias|)")
_HALVES = {"gate": slice(0, None, 2), "up": slice(1, None, 2)}
_BYTES = 16  # of a block of 32 numbers


def untangled(tensors: list[SourceTensor]) -> list[SourceTensor]:
    """The same tensors, such experts as one SourceTensor of each expert and role, named as published folders do.

    Raises:
        ModelDamaged: blocks lack their exponents, or do not fit them.
    """
    parts = {tensor.name: match for tensor in tensors if (match := _PART.fullmatch(tensor.name))}
    by_name = {tensor.name: tensor for tensor in tensors}
    if not any(match[3] == "_bias" and len(by_name[name].shape) == 2 for name, match in parts.items()):
        return tensors
    found = [tensor for tensor in tensors if tensor.name not in parts]
    # Matrices are read piece by piece: the expert that a piece is of is kept until another one is asked for.
    blocks_of = lru_cache(maxsize=1)(partial(_from_blocks, by_name))
    floats_of = lru_cache(maxsize=1)(partial(_from_floats, by_name))
    for name, (base, role, part) in ((name, match.groups()) for name, match in parts.items()):
        if part == "_bias":
            found += _biases(by_name[name], base, role)
        elif part == "_blocks":
            count, rows, groups = _shape_in_blocks(by_name, base)
            found += _experts(base, role, (count, rows, 2 * _BYTES * groups), blocks_of, is_quantized=True)
        elif not part:
            if len(by_name[name].shape) != 3:
                raise ModelDamaged(say("The parts of {name} do not fit each other.", name=name))
            count, columns, rows = by_name[name].shape
            found += _experts(base, role, (count, rows, columns), floats_of, is_quantized=False)
    return found


def _rows(tensor: SourceTensor, start: int, end: int) -> torch.Tensor:
    """As stored: plain numbers or bytes."""
    found = tensor.rows(start, end)
    assert not isinstance(found, Quantized)
    return found


def _roles(role: str) -> dict[str, slice]:
    """Which rows are whose."""
    return _HALVES if role == "gate_up" else {role: slice(None)}


def _experts(
    base: str,
    role: str,
    shape: tuple[int, int, int],
    matrix_of: Callable[[str, int], Matrix],
    is_quantized: bool,
) -> list[SourceTensor]:
    """``shape``: experts, rows, columns; ``matrix_of`` gives (rows, columns) by name and number."""
    count, rows, columns = shape
    place, found = base.rpartition(".")[0], []
    for name, own in _roles(role).items():
        size = len(range(rows)[own])
        for expert in range(count):

            def read(start: int, end: int, expert: int = expert, own: slice = own) -> Matrix:
                return each_part(matrix_of(base, expert), lambda part: part[own][start:end])

            full_name = f"{place}.{expert}.{name}_proj.weight"
            found.append(SourceTensor(full_name, (size, columns), read, is_quantized=is_quantized))
    return found


def _shape_in_blocks(by_name: dict[str, SourceTensor], base: str) -> tuple[int, int, int]:
    """(experts, rows, blocks of a row)"""
    blocks, scales = by_name[f"{base}_blocks"], by_name.get(f"{base}_scales")
    if scales is None:
        raise ModelDamaged(say("The model's files lack the tensor {name}.", name=f"{base}_scales"))
    if len(scales.shape) != 3 or blocks.shape != (*scales.shape, _BYTES):
        raise ModelDamaged(say("The parts of {name} do not fit each other.", name=base))
    return scales.shape[0], scales.shape[1], scales.shape[2]


def _from_blocks(by_name: dict[str, SourceTensor], base: str, expert: int) -> Matrix:
    pairs, exponents = (_rows(by_name[f"{base}_{part}"], expert, expert + 1)[0] for part in ("blocks", "scales"))
    return fp4_of_pairs(pairs.reshape(len(pairs), -1), exponents)


def _from_floats(by_name: dict[str, SourceTensor], base: str, expert: int) -> Matrix:
    return _rows(by_name[base], expert, expert + 1)[0].T


def _biases(tensor: SourceTensor, base: str, role: str) -> list[SourceTensor]:
    """(experts, rows) as one row of numbers."""
    if len(tensor.shape) != 2:
        raise ModelDamaged(say("The parts of {name} do not fit each other.", name=tensor.name))
    found = []
    for name, own in _roles(role).items():
        size = tensor.shape[0] * len(range(tensor.shape[1])[own])

        def read(start: int, end: int, own: slice = own) -> Matrix:
            return _rows(tensor, 0, tensor.shape[0])[:, own].reshape(-1)[start:end]

        found.append(SourceTensor(f"{base.rpartition('.')[0]}.{name}_proj.bias", (size,), read))
    return found
