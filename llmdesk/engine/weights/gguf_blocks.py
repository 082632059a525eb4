"""Blocks of GGUF files as matrices: what has at most 4 bits and what is plain 8 bits is kept exactly (engine thread).

A matrix is given as rows of bytes, uint8 (out, bytes). Form of the blocks:
https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from llmdesk.engine.matrices.forms import (
    Int4Matrix,
    Int8Matrix,
    SixBitMatrix,
    SuperMatrix,
    super_matrix,
)
from llmdesk.engine.matrices.panel_forms import IQ4_VALUES
from llmdesk.engine.matrices.table_matrix import Fp4Matrix, Iq4Matrix, fp4_matrix
from llmdesk.errors import UnsupportedModel
from llmdesk.words import say

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from llmdesk.engine.matrices.forms import Matrix

_Array: TypeAlias = "NDArray[Any]"

PLAIN = frozenset({"F32", "F16", "BF16"})
"""Types that hold numbers, not blocks."""


def row_bytes(kind: str, columns: int) -> int:
    """Bytes of a row of that many columns."""
    from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

    block_columns, block_bytes = GGML_QUANT_SIZES[GGMLQuantizationType[kind]]
    return columns // int(block_columns) * int(block_bytes)


def type_name(number: int) -> str:
    """ggml's name of a type. Raises UnsupportedModel for one that nobody here knows."""
    from gguf.constants import GGMLQuantizationType

    try:
        return str(GGMLQuantizationType(number).name)
    except ValueError as error:
        raise UnsupportedModel(
            say("The GGUF file holds tensors of the type {number}, which llmdesk cannot read.", number=number),
            say("Choose a file of another quantisation, for example Q4_K_M."),
        ) from error


def matrix_of(kind: str, data: _Array) -> Matrix:
    """Rows of bytes as an exact matrix of 4 or 8 bits where there is one, else as float32 (out, in)."""
    if kind in _EXACT:
        return _EXACT[kind](data)
    values = floats_of(kind, data)
    return _ternary(values.numpy()) if kind in _TERNARY else values


def floats_of(kind: str, data: _Array) -> torch.Tensor:
    """Rows of bytes as float32 (out, in)."""
    import torch

    return torch.from_numpy(numbers_of(kind, data))


def numbers_of(kind: str, data: _Array) -> _Array:
    """The same without torch."""
    from gguf.constants import GGMLQuantizationType
    from gguf.quants import dequantize

    try:
        values = dequantize(data, GGMLQuantizationType[kind])
    except NotImplementedError as error:
        raise UnsupportedModel(
            say("GGUF files of the quantisation {kind} cannot be read.", kind=kind),
            say("Choose another one, for example Q4_K_M."),
        ) from error
    return np.ascontiguousarray(values, dtype=np.float32)


def _blocks(data: _Array, block_bytes: int) -> _Array:
    """(out, bytes) -> (out, blocks, block_bytes)"""
    return data.reshape(data.shape[0], -1, block_bytes)


def _half(block_bytes: _Array) -> _Array:
    """Two bytes per block as float32: (out, blocks, 2) uint8 -> (out, blocks)."""
    return np.ascontiguousarray(block_bytes).view("<f2")[..., 0].astype(np.float32)


def _nibbles(quants: _Array) -> _Array:
    """(..., n) bytes, whose low nibbles are the first n columns and whose high ones the next n, to neighbours together.

    Two bytes at a time: of 0xDCBA (a byte BA, a byte DC) the low nibbles A and C make one byte, B and D another.
    """
    pairs = np.ascontiguousarray(quants).view("<u2")
    low = (pairs & 0x0F) | ((pairs >> 4) & 0xF0)
    high = ((pairs >> 4) & 0x0F) | ((pairs >> 8) & 0xF0)
    return np.concatenate((low.astype(np.uint8), high.astype(np.uint8)), axis=-1)


def _int4(packed: _Array, scales: _Array, offsets: _Array) -> Int4Matrix:
    """Of w = scale q + offset, q packed, per group. A scale of 0 would have no zero point, so 1 with q = 0 is put."""
    import torch

    rows, groups = scales.shape
    flat = scales == 0
    if flat.any():
        packed = np.where(flat[..., None], 0, packed.reshape(rows, groups, -1)).astype(np.uint8)
        scales = np.where(flat, np.float32(1), scales)
    zeros = -offsets / scales
    parts = (packed.reshape(rows, -1), scales, zeros)
    return Int4Matrix(*(torch.from_numpy(np.ascontiguousarray(part)) for part in parts))


def _q4_0(data: _Array) -> Int4Matrix:
    """Block of 32: scale d (float16), 16 bytes of quants; w = d (q - 8)."""
    import torch

    blocks = _blocks(data, 18)
    scales = _half(blocks[..., :2])
    packed = np.ascontiguousarray(_nibbles(blocks[..., 2:]).reshape(len(data), -1))
    return Int4Matrix(torch.from_numpy(packed), torch.from_numpy(scales), torch.full(scales.shape, 8.0))


def _q4_1(data: _Array) -> Int4Matrix:
    """Block of 32: scale d, minimum m (float16), 16 bytes of quants; w = d q + m."""
    blocks = _blocks(data, 20)
    return _int4(_nibbles(blocks[..., 4:]), _half(blocks[..., :2]), _half(blocks[..., 2:4]))


def _q4_k(data: _Array) -> SuperMatrix:
    """Block of 256 in 8 groups of 32: d, dmin (float16), 12 bytes of 6-bit scales and minima, 128 bytes of quants.

    w = d scale q - dmin minimum; both products are exact in float32.
    """
    import torch
    from gguf.quants import Q4_K

    blocks = _blocks(data, 144)
    rows = data.shape[0]
    steps, minima = (part.reshape(rows, -1) for part in Q4_K.get_scale_min(blocks[..., 4:16].reshape(-1, 12)))
    d, e = (np.ascontiguousarray(blocks[..., start : start + 2]).view("<f2")[..., 0] for start in (0, 2))
    packed = _nibbles(blocks[..., 16:].reshape(rows, -1, 4, 32)).reshape(rows, -1)
    return super_matrix(*(torch.from_numpy(np.ascontiguousarray(part)) for part in (packed, steps, minima, d, e)))


def _q5_0(data: _Array) -> Int8Matrix:
    """Block of 32: scale d (float16), 32 fifth bits, 16 bytes of the other four; w = d (q - 16)."""
    blocks = _blocks(data, 22)
    fifth = np.unpackbits(np.ascontiguousarray(blocks[..., 2:6]), axis=-1, bitorder="little")
    quants = blocks[..., 6:]
    columns = np.concatenate((quants & 15, quants >> 4), axis=-1) | (fifth << 4)
    return _int8(columns.view(np.int8) - np.int8(16), _half(blocks[..., :2]))


def _q8_0(data: _Array) -> Int8Matrix:
    """Block of 32: scale d (float16), 32 signed bytes; w = d q."""
    blocks = _blocks(data, 34)
    return _int8(blocks[..., 2:].view(np.int8), _half(blocks[..., :2]))


def _q6_k(data: _Array) -> SixBitMatrix:
    """Block of 256: 128 bytes of low four bits, 64 of the high two, 16 signed scales, d (float16).

    w = d scale (q - 32)
    """
    import torch

    blocks = _blocks(data, 210)
    rows = data.shape[0]
    low, high = blocks[..., :128].reshape(rows, -1, 2, 1, 64), blocks[..., 128:192].reshape(rows, -1, 2, 1, 32)
    low = low >> np.array([0, 4], np.uint8)[:, None] & 15  # halves of 128 columns: 64 low nibbles, then 64 high ones
    high = high >> np.array([0, 2, 4, 6], np.uint8)[:, None] & 3  # 32 columns each
    q = low.reshape(rows, -1) | high.reshape(rows, -1) << 4
    s = np.ascontiguousarray(blocks[..., 192:208]).view(np.int8).reshape(rows, -1)
    d = np.ascontiguousarray(blocks[..., 208:210]).view("<f2")[..., 0]
    scales = np.repeat(d.astype(np.float32), 16, axis=1) * s
    parts = (q.astype(np.int8) - np.int8(32), scales, s, np.ascontiguousarray(d))
    return SixBitMatrix(*(torch.from_numpy(part) for part in parts))


def _mxfp4(data: _Array) -> Fp4Matrix:
    """Block of 32: an exponent (E8M0), 16 bytes of numbers in FP4_VALUES; w = 2^(exponent - 128) value."""
    import torch

    blocks = _blocks(data, 17)
    numbers = np.concatenate((blocks[..., 1:] & 15, blocks[..., 1:] >> 4), axis=-1).reshape(len(data), -1)
    return fp4_matrix(torch.from_numpy(numbers), torch.from_numpy(np.ascontiguousarray(blocks[..., 0])))


def _iq4(quants: _Array, scales: _Array) -> Iq4Matrix:
    """quants (out, blocks of 32, 16 bytes): places in IQ4_VALUES, those of the first 16 columns in the low nibbles."""
    import torch

    places = np.concatenate((quants & 15, quants >> 4), axis=-1).reshape(len(quants), -1)
    values = np.array(IQ4_VALUES, np.int8)[places]
    return Iq4Matrix(torch.from_numpy(values), torch.from_numpy(np.ascontiguousarray(scales)))


def _iq4_nl(data: _Array) -> Iq4Matrix:
    """Block of 32: scale d (float16), 16 bytes of quants; w = d value."""
    blocks = _blocks(data, 18)
    return _iq4(blocks[..., 2:], _half(blocks[..., :2]))


def _iq4_xs(data: _Array) -> Iq4Matrix:
    """Block of 256 in 8 groups of 32: d (float16), 2 + 4 bytes of 6-bit scales, 128 bytes of quants.

    w = d (scale - 32) value; the product of the first two is exact in float32.
    """
    blocks = _blocks(data, 136)
    high = np.ascontiguousarray(blocks[..., 2:4]).view("<u2") >> np.arange(0, 16, 2, dtype=np.uint16) & 3
    low = np.stack((blocks[..., 4:8] & 15, blocks[..., 4:8] >> 4), axis=-1).reshape(*high.shape)
    steps = (low | high.astype(np.uint8) << 4).astype(np.int8) - np.int8(32)
    scales = _half(blocks[..., :2])[..., None] * steps
    return _iq4(blocks[..., 8:].reshape(len(data), -1, 16), scales.reshape(len(data), -1))


def _q3_k(data: _Array) -> SixBitMatrix:
    """Block of 256: 32 bytes of third bits, 64 of the lower two, 12 of 6-bit scales for 16 columns, d (float16).

    w = d (scale - 32) (q - 4): six bits hold that.
    """
    import torch

    blocks = _blocks(data, 110)
    rows = len(data)
    third = blocks[..., None, :32] >> np.arange(8, dtype=np.uint8)[:, None] & 1  # (out, supers, 8, 32)
    low = blocks[..., 32:96].reshape(rows, -1, 2, 1, 32) >> np.array([0, 2, 4, 6], np.uint8)[:, None] & 3
    q = (low.reshape(third.shape) | third << 2).reshape(rows, -1).astype(np.int8) - np.int8(4)
    packed = blocks[..., 96:108]
    low_bits = np.concatenate((packed[..., :8] & 15, packed[..., :8] >> 4), axis=-1)
    high_bits = (packed[..., None, 8:] >> np.array([0, 2, 4, 6], np.uint8)[:, None] & 3).reshape(low_bits.shape)
    s = ((low_bits | high_bits << 4).astype(np.int8) - np.int8(32)).reshape(rows, -1)
    d = np.ascontiguousarray(blocks[..., 108:110]).view("<f2")[..., 0]
    scales = np.repeat(d.astype(np.float32), 16, axis=1) * s
    return SixBitMatrix(*(torch.from_numpy(np.ascontiguousarray(part)) for part in (q, scales, s, d)))


def _int8(quants: _Array, scales: _Array) -> Int8Matrix:
    import torch

    packed = np.ascontiguousarray(quants).reshape(scales.shape[0], -1)
    return Int8Matrix(torch.from_numpy(packed), torch.from_numpy(scales))


def _ternary(values: _Array) -> Int4Matrix:
    """Blocks of 256 numbers that are -d, 0 or d."""
    import torch

    groups = values.reshape(values.shape[0], -1, 256)
    scales = np.abs(groups).max(axis=-1)
    columns = (np.sign(groups) + 1).astype(np.uint8)
    packed = (columns[..., 0::2] | (columns[..., 1::2] << 4)).reshape(len(values), -1)
    return Int4Matrix(torch.from_numpy(packed), torch.from_numpy(scales), torch.ones(scales.shape))


_EXACT: dict[str, Callable[[_Array], Matrix]] = {
    "IQ4_NL": _iq4_nl,
    "IQ4_XS": _iq4_xs,
    "MXFP4": _mxfp4,
    "Q3_K": _q3_k,
    "Q4_0": _q4_0,
    "Q4_1": _q4_1,
    "Q4_K": _q4_k,
    "Q5_0": _q5_0,
    "Q6_K": _q6_k,
    "Q8_0": _q8_0,
}
_TERNARY = frozenset({"TQ1_0", "TQ2_0"})
