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
)
from llmdesk.engine.matrices.panel_forms import IQ4_VALUES
from llmdesk.engine.matrices.table_matrix import Fp4Matrix, Iq4Matrix, fp4_matrix
from llmdesk.engine.weights.gguf_block_parts import block_rows, half, nibbles
from llmdesk.engine.weights.gguf_k_blocks import q2_k, q3_k, q4_k, q5_k, q6_k
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
    """Rows of bytes as an exact matrix of few bits where there is one, else as float32 (out, in)."""
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

    blocks = block_rows(data, 18)
    scales = half(blocks[..., :2])
    packed = np.ascontiguousarray(nibbles(blocks[..., 2:]).reshape(len(data), -1))
    return Int4Matrix(torch.from_numpy(packed), torch.from_numpy(scales), torch.full(scales.shape, 8.0))


def _q4_1(data: _Array) -> Int4Matrix:
    """Block of 32: scale d, minimum m (float16), 16 bytes of quants; w = d q + m."""
    blocks = block_rows(data, 20)
    return _int4(nibbles(blocks[..., 4:]), half(blocks[..., :2]), half(blocks[..., 2:4]))


def _q5_0(data: _Array) -> Int8Matrix:
    """Block of 32: scale d (float16), 32 fifth bits, 16 bytes of the other four; w = d (q - 16)."""
    blocks = block_rows(data, 22)
    fifth = np.unpackbits(np.ascontiguousarray(blocks[..., 2:6]), axis=-1, bitorder="little")
    quants = blocks[..., 6:]
    columns = np.concatenate((quants & 15, quants >> 4), axis=-1) | (fifth << 4)
    return _int8(columns.view(np.int8) - np.int8(16), half(blocks[..., :2]))


def _q8_0(data: _Array) -> Int8Matrix:
    """Block of 32: scale d (float16), 32 signed bytes; w = d q."""
    blocks = block_rows(data, 34)
    return _int8(blocks[..., 2:].view(np.int8), half(blocks[..., :2]))


def _mxfp4(data: _Array) -> Fp4Matrix:
    """Block of 32: an exponent (E8M0), 16 bytes of numbers in FP4_VALUES; w = 2^(exponent - 128) value."""
    import torch

    blocks = block_rows(data, 17)
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
    blocks = block_rows(data, 18)
    return _iq4(blocks[..., 2:], half(blocks[..., :2]))


def _iq4_xs(data: _Array) -> Iq4Matrix:
    """Block of 256 in 8 groups of 32: d (float16), 2 + 4 bytes of 6-bit scales, 128 bytes of quants.

    w = d (scale - 32) value; the product of the first two is exact in float32.
    """
    blocks = block_rows(data, 136)
    high = np.ascontiguousarray(blocks[..., 2:4]).view("<u2") >> np.arange(0, 16, 2, dtype=np.uint16) & 3
    low = np.stack((blocks[..., 4:8] & 15, blocks[..., 4:8] >> 4), axis=-1).reshape(*high.shape)
    steps = (low | high.astype(np.uint8) << 4).astype(np.int8) - np.int8(32)
    scales = half(blocks[..., :2])[..., None] * steps
    return _iq4(blocks[..., 8:].reshape(len(data), -1, 16), scales.reshape(len(data), -1))


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
    "Q2_K": q2_k,
    "Q3_K": q3_k,
    "Q4_0": _q4_0,
    "Q4_1": _q4_1,
    "Q4_K": q4_k,
    "Q5_0": _q5_0,
    "Q5_K": q5_k,
    "Q6_K": q6_k,
    "Q8_0": _q8_0,
}
_TERNARY = frozenset({"TQ1_0", "TQ2_0"})
