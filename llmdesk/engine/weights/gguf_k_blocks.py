"""GGUF's K blocks of 256 columns as exact matrices (engine thread only); see gguf_blocks.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from llmdesk.engine.matrices.forms import SixBitMatrix, SuperMatrix, super_matrix
from llmdesk.engine.matrices.minima import MinimaMatrix
from llmdesk.engine.weights.gguf_block_parts import block_rows, nibbles

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

_Array: TypeAlias = "NDArray[Any]"


def _k_factors(blocks: _Array) -> list[torch.Tensor]:
    """Of Q4_K and Q5_K, which begin with d, dmin (float16) and 12 bytes: scales, minima (of 6 bits), d and dmin."""
    import torch
    from gguf.quants import Q4_K

    rows = len(blocks)
    steps, minima = (part.reshape(rows, -1) for part in Q4_K.get_scale_min(blocks[..., 4:16].reshape(-1, 12)))
    d, e = (np.ascontiguousarray(blocks[..., start : start + 2]).view("<f2")[..., 0] for start in (0, 2))
    return [torch.from_numpy(np.ascontiguousarray(part)) for part in (steps, minima, d, e)]


def q4_k(data: _Array) -> SuperMatrix:
    """Block of 256 in 8 groups of 32: d, dmin (float16), 12 bytes of 6-bit scales and minima, 128 bytes of quants.

    w = d scale q - dmin minimum; both products are exact in float32.
    """
    import torch

    blocks = block_rows(data, 144)
    packed = nibbles(blocks[..., 16:].reshape(len(data), -1, 4, 32)).reshape(len(data), -1)
    return super_matrix(torch.from_numpy(packed), *_k_factors(blocks))


def q5_k(data: _Array) -> MinimaMatrix:
    """As Q4_K, with 32 bytes of fifth bits before the quants: of each byte one for each group of 32 columns."""
    import torch

    blocks = block_rows(data, 176)
    groups = (len(data), blocks.shape[1], 8, 32)
    fifth = blocks[..., None, 16:48] >> np.arange(8, dtype=np.uint8)[:, None] & 1
    low = blocks[..., 48:].reshape(*groups[:2], 4, 1, 32) >> np.array([0, 4], np.uint8)[:, None] & 15
    q = (low.reshape(groups) | fifth << 4).reshape(len(data), -1)
    return MinimaMatrix(torch.from_numpy(q), *_k_factors(blocks))


def q2_k(data: _Array) -> MinimaMatrix:
    """Block of 256 in 16 groups: a byte of scale (low half) and minimum each, 64 bytes of quants, d, dmin (float16).

    w = d scale q - dmin minimum
    """
    import torch

    blocks = block_rows(data, 84)
    rows = len(data)
    low = blocks[..., 16:80].reshape(rows, -1, 2, 1, 32) >> np.array([0, 2, 4, 6], np.uint8)[:, None] & 3
    d, e = (np.ascontiguousarray(blocks[..., start : start + 2]).view("<f2")[..., 0] for start in (80, 82))
    parts = (low, blocks[..., :16] & 15, blocks[..., :16] >> 4, d, e)
    return MinimaMatrix(*(torch.from_numpy(np.ascontiguousarray(part).reshape(rows, -1)) for part in parts))


def q6_k(data: _Array) -> SixBitMatrix:
    """Block of 256: 128 bytes of low four bits, 64 of the high two, 16 signed scales, d (float16).

    w = d scale (q - 32)
    """
    import torch

    blocks = block_rows(data, 210)
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


def q3_k(data: _Array) -> SixBitMatrix:
    """Block of 256: 32 bytes of third bits, 64 of the lower two, 12 of 6-bit scales for 16 columns, d (float16).

    w = d (scale - 32) (q - 4): six bits hold that. For prompts the kernels bring what six bits can say to bytes, so
    quants take as much of that range as d's half leaves them: up to 8 times as large, with d that much smaller.
    """
    import torch

    blocks = block_rows(data, 110)
    rows = len(data)
    third = blocks[..., None, :32] >> np.arange(8, dtype=np.uint8)[:, None] & 1  # (out, supers, 8, 32)
    low = blocks[..., 32:96].reshape(rows, -1, 2, 1, 32) >> np.array([0, 2, 4, 6], np.uint8)[:, None] & 3
    q = (low.reshape(third.shape) | third << 2).reshape(rows, -1).astype(np.int8) - np.int8(4)
    packed = blocks[..., 96:108]
    low_bits = np.concatenate((packed[..., :8] & 15, packed[..., :8] >> 4), axis=-1)
    high_bits = (packed[..., None, 8:] >> np.array([0, 2, 4, 6], np.uint8)[:, None] & 3).reshape(low_bits.shape)
    s = ((low_bits | high_bits << 4).astype(np.int8) - np.int8(32)).reshape(rows, -1)
    d = np.ascontiguousarray(blocks[..., 108:110]).view("<f2")[..., 0]
    times = np.ones(d.shape, np.int8)
    for factor in (2, 4, 8):
        times[d / np.float16(factor) * np.float16(factor) == d] = factor
    q, d = q * np.repeat(times, 256, axis=1), d / times.astype(np.float16)
    scales = np.repeat(d.astype(np.float32), 16, axis=1) * s
    return SixBitMatrix(*(torch.from_numpy(np.ascontiguousarray(part)) for part in (q, scales, s, d)))
