"""Matrices as rows of bytes of GGUF's block types: the way back of gguf_blocks.py, which says how blocks are made up.

Quants, and what blocks hold of six bits, are kept. Scales become half precision as in our own kernels' panels, so what
is read again multiplies as before (engine thread only).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from llmdesk.engine.matrices.forms import GROUP, Int4Matrix, Int8Matrix, SixBitMatrix, SuperMatrix, dequantized
from llmdesk.engine.matrices.minima import MinimaMatrix
from llmdesk.engine.matrices.panel_forms import FP4_VALUES, IQ4_VALUES, SUPER
from llmdesk.engine.matrices.table_matrix import Fp4Matrix, Iq4Matrix
from llmdesk.errors import UnsupportedModel
from llmdesk.words import say

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from llmdesk.engine.matrices.forms import Matrix

_Array: TypeAlias = "NDArray[Any]"


def blocks_of(matrix: Matrix, kind: str) -> _Array:
    """A matrix, or some of its rows, as bytes of the type that ``type_of`` has for the whole: uint8 (out, bytes).

    What is Q4_0 or TQ2_0 may be written as Q4_1. Raises UnsupportedModel: the type cannot hold these rows.
    """
    if isinstance(matrix, Int4Matrix):
        return _four_bits(kind, matrix)
    if isinstance(matrix, MinimaMatrix):
        return (_q2_k if matrix.has_two_bits else _q5_k)(matrix)
    if isinstance(matrix, Int8Matrix) and kind in _EIGHT_BITS:
        return _EIGHT_BITS[kind](matrix)
    return floats_of(matrix, kind)


def not_of_one_form() -> UnsupportedModel:
    """What is said of a matrix whose rows no type of blocks holds all."""
    return UnsupportedModel(say("A matrix of this model has rows of several forms: GGUF files cannot hold it."))


def type_of(matrix: Matrix) -> str:
    """ggml's name of the type that holds a matrix: BF16 for floats, F16 for 8 bits that are in no blocks of 32."""
    if isinstance(matrix, Int4Matrix):
        if isinstance(matrix, SuperMatrix):
            return "Q4_K"
        if matrix.shape[1] % SUPER == 0 and matrix.group % SUPER == 0 and matrix.is_ternary():
            return "TQ2_0"
        return "Q4_0" if bool((matrix.zeros == 8).all()) else "Q4_1"
    if isinstance(matrix, Int8Matrix):
        if isinstance(matrix, SixBitMatrix):
            return "Q6_K"
        if isinstance(matrix, Fp4Matrix | Iq4Matrix):
            return "MXFP4" if isinstance(matrix, Fp4Matrix) else "IQ4_NL"
        return "F16" if matrix.shape[1] % GROUP else "Q8_0"
    if isinstance(matrix, MinimaMatrix):
        return "Q2_K" if matrix.has_two_bits else "Q5_K"
    return "BF16"


def floats_of(matrix: Matrix, kind: str) -> _Array:
    """Numbers as F32, F16 or BF16: uint8, of the matrix's own dimensions but the last."""
    import torch

    dtype = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}[kind]
    found: _Array = dequantized(matrix).to(dtype).contiguous().view(torch.uint8).numpy()
    return found


def _four_bits(kind: str, matrix: Int4Matrix) -> _Array:
    if kind == "Q4_K":
        assert isinstance(matrix, SuperMatrix)
        return _q4_k(matrix)
    if kind == "TQ2_0":
        if not matrix.is_ternary():
            raise not_of_one_form()
        return _tq2_0(matrix.regrouped(SUPER))
    small = matrix.regrouped(GROUP)
    if kind == "Q4_0" and not bool((small.zeros == 8).all()):
        raise not_of_one_form()
    scales = small.scales.numpy()
    q = _quants(small)
    halves = [_bytes_of_halves(scales)]
    if kind == "Q4_1":
        halves.append(_bytes_of_halves(-scales * small.zeros.numpy()))
    return _rows([*halves, q[..., :16] | q[..., 16:] << 4])


def _quants(matrix: Int4Matrix) -> _Array:
    """uint8 (out, groups, columns of a group), 0..15"""
    packed = matrix.q.numpy()
    q = np.stack((packed & 15, packed >> 4), axis=-1)
    return q.reshape(len(packed), -1, matrix.group)


def _bytes_of_halves(values: _Array) -> _Array:
    """(out, blocks) -> uint8 (out, blocks, 2)"""
    halves = np.ascontiguousarray(values.astype("<f2"))
    return halves.view(np.uint8).reshape(*halves.shape, 2)


def _rows(parts: list[_Array]) -> _Array:
    """Parts of blocks, uint8 (out, blocks, bytes) each, one after the other in each block: (out, bytes)."""
    joined = np.concatenate(parts, axis=-1)
    return joined.reshape(len(joined), -1)


def _q4_k(matrix: SuperMatrix) -> _Array:
    q = _quants(matrix).reshape(len(matrix.q), -1, 4, 2, GROUP)
    factors = _k_factors(matrix.steps, matrix.minima, matrix.d, matrix.e)
    return _rows([*factors, (q[..., 0, :] | q[..., 1, :] << 4).reshape(len(q), -1, SUPER // 2)])


def _q5_k(matrix: MinimaMatrix) -> _Array:
    q = matrix.q.numpy().reshape(len(matrix.q), -1, 8, GROUP)
    fifth = (q >> 4 << np.arange(8, dtype=np.uint8)[:, None]).sum(axis=-2, dtype=np.uint8)
    low = (q[..., 0::2, :] & 15 | q[..., 1::2, :] << 4).reshape(*q.shape[:2], SUPER // 2)
    return _rows([*_k_factors(matrix.s, matrix.n, matrix.d, matrix.e), fifth, low])


def _q2_k(matrix: MinimaMatrix) -> _Array:
    q = matrix.q.numpy().reshape(len(matrix.q), -1, 2, 4, 32)
    packed = (q << np.array([0, 2, 4, 6], np.uint8)[:, None]).sum(axis=-2, dtype=np.uint8)
    factors = (matrix.s.numpy() | matrix.n.numpy() << 4).reshape(len(q), -1, 16)
    halves = [_bytes_of_halves(half.numpy()) for half in (matrix.d, matrix.e)]
    return _rows([factors, packed.reshape(*packed.shape[:2], 64), *halves])


def _k_factors(scales: torch.Tensor, minima: torch.Tensor, d: torch.Tensor, e: torch.Tensor) -> list[_Array]:
    """What blocks of Q4_K and Q5_K begin with."""
    s, m = (part.numpy().reshape(len(part), -1, 8) for part in (scales, minima))
    first, last = slice(0, 4), slice(4, 8)
    six_bits = [
        s[..., first] | s[..., last] >> 4 << 6,
        m[..., first] | m[..., last] >> 4 << 6,
        s[..., last] & 15 | (m[..., last] & 15) << 4,
    ]
    return [_bytes_of_halves(d.numpy()), _bytes_of_halves(e.numpy()), *six_bits]


def _tq2_0(matrix: Int4Matrix) -> _Array:
    """Block of 256: 64 bytes, of each half 32 of them with columns 32 apart, two bits each; scale d; w = d (q - 1)."""
    q = _quants(matrix).reshape(len(matrix.q), -1, 2, 4, 32)
    packed = (q << np.array([0, 2, 4, 6], np.uint8)[:, None]).sum(axis=-2, dtype=np.uint8)
    return _rows([packed.reshape(*packed.shape[:2], 64), _bytes_of_halves(matrix.scales.numpy())])


def _q8_0(matrix: Int8Matrix) -> _Array:
    groups = matrix.q.numpy().view(np.uint8).reshape(len(matrix.q), -1, GROUP)
    scales = matrix.scales.repeat_interleave(matrix.group // GROUP, dim=1).numpy()
    return _rows([_bytes_of_halves(scales), groups])


def _q6_k(matrix: Int8Matrix) -> _Array:
    assert isinstance(matrix, SixBitMatrix)
    rows = len(matrix.q)
    q = (matrix.q.numpy() + np.int8(32)).view(np.uint8)
    low = (q & 15).reshape(rows, -1, 2, 2, 64)
    high = (q >> 4).reshape(rows, -1, 2, 4, 32) << np.array([0, 2, 4, 6], np.uint8)[:, None]
    parts = [
        (low[..., 0, :] | low[..., 1, :] << 4).reshape(rows, -1, 128),
        high.sum(axis=-2, dtype=np.uint8).reshape(rows, -1, 64),
        matrix.s.numpy().view(np.uint8).reshape(rows, -1, 16),
        _bytes_of_halves(matrix.d.numpy()),
    ]
    return _rows(parts)


def _places(matrix: Int8Matrix, table: tuple[int, ...]) -> _Array:
    """uint8 (out, blocks, 16): where each number stands in the table, the first 16 columns in the low nibbles."""
    place = np.zeros(256, np.uint8)
    for index, value in reversed(list(enumerate(table))):
        place[value & 255] = index
    found = place[matrix.q.numpy().view(np.uint8)].reshape(len(matrix.q), -1, GROUP)
    packed: _Array = found[..., :16] | found[..., 16:] << 4
    return packed


def _iq4_nl(matrix: Int8Matrix) -> _Array:
    return _rows([_bytes_of_halves(matrix.scales.numpy()), _places(matrix, IQ4_VALUES)])


def _mxfp4(matrix: Int8Matrix) -> _Array:
    exponents = np.log2(matrix.scales.numpy()).round().astype(np.int32) + 128
    return _rows([exponents.astype(np.uint8)[..., None], _places(matrix, FP4_VALUES)])


_EIGHT_BITS = {"Q8_0": _q8_0, "Q6_K": _q6_k, "IQ4_NL": _iq4_nl, "MXFP4": _mxfp4}
