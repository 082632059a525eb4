"""Qwen3.5's and Qwen3-Next's tensors in the order of llama.cpp's files (engine thread only).

There attention's gate stands within the queries' matrix, head by head. Qwen3.5's value heads that share a key head do
not stand beside each other: the first of each key head come first (mixers.DeltaNet.is_tiled). Qwen3-Next's do, and its
two gates of what a state writes and forgets are one matrix, key head by key head.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from llmdesk.engine.matrices.forms import concatenated, dequantized
from llmdesk.engine.networks.mixers import JOINED_GATES, DeltaNet
from llmdesk.engine.weights.row_ranges import joined_ranges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from llmdesk.engine.matrices.forms import Matrix
    from llmdesk.engine.networks.architecture import Architecture
    from llmdesk.engine.weights.source import SourceTensor

    _Index = NDArray[np.int64]

_QUERIES, _GATE = ".self_attn.q_proj.", ".self_attn.gate_proj."
_PARTS = DeltaNet.parts
_WRITES, _FORGETS = (f".{name}." for name in _PARTS.gates)
_OF_ONE_NUMBER = tuple(f".{name}." for name in (*_PARTS.gates, _PARTS.decay_log, _PARTS.decay_bias))
"""A row, or a number, for each value head."""


def in_files_order(
    tensors: Iterable[SourceTensor], architecture: Architecture, *, is_next: bool
) -> Iterator[SourceTensor]:
    """The same tensors under the same names, gates joined with their queries; ``is_next``: as of Qwen3-Next."""
    named = {tensor.name: tensor for tensor in tensors}
    net = architecture.matrix_state
    assert isinstance(net, DeltaNet)
    for name, tensor in named.items():
        if _GATE in name or (is_next and _FORGETS in name):
            continue
        if _QUERIES in name:
            yield _with_gate(tensor, named[name.replace(_QUERIES, _GATE)], architecture.head_dim)
        elif is_next:
            yield _with_other(tensor, named[name.replace(_WRITES, _FORGETS)], net) if _WRITES in name else tensor
        else:
            yield _tiled(tensor, net) if ".linear_attn." in name else tensor


def _with_gate(queries: SourceTensor, gate: SourceTensor, head_dim: int) -> SourceTensor:
    rows = queries.shape[0]
    heads = np.arange(2 * rows).reshape(2, rows // head_dim, head_dim)
    both = replace(queries, shape=(2 * rows, *queries.shape[1:]), rows=partial(_of_two, queries, gate, rows))
    return _reordered(both, heads.swapaxes(0, 1).reshape(-1))


def _of_two(first: SourceTensor, second: SourceTensor, rows: int, start: int, end: int) -> Matrix:
    """Some rows of the two one after the other: of a single head they are a run over the border."""
    if start >= rows:
        return second.rows(start - rows, end - rows)
    if end <= rows:
        return first.rows(start, end)
    return concatenated([first.rows(start, rows), second.rows(0, end - rows)])


def _with_other(writes: SourceTensor, forgets: SourceTensor, net: DeltaNet) -> SourceTensor:
    """The two gates: rows of a key head's value heads in the one, then in the other, then those of the next one."""
    group = net.value_heads // net.key_heads
    starts = range(0, net.value_heads, group)
    ranges = [(half, start, start + group) for start in starts for half in (writes, forgets)]
    return joined_ranges(writes.name.replace(_WRITES, f".{JOINED_GATES}."), ranges)


def _tiled(tensor: SourceTensor, net: DeltaNet) -> SourceTensor:
    order = np.arange(net.value_heads).reshape(net.key_heads, -1).T.reshape(-1)
    if any(part in tensor.name for part in _OF_ONE_NUMBER):
        return _reordered(tensor, order)
    of_values = (order[:, None] * net.value_dim + np.arange(net.value_dim)).reshape(-1)
    if ".in_proj_z." in tensor.name:
        return _reordered(tensor, of_values)
    if ".out_proj." in tensor.name:
        return replace(tensor, rows=partial(_columns, tensor, of_values))
    before = np.arange(2 * net.keys)
    columns = np.concatenate((before, 2 * net.keys + of_values))
    if ".in_proj_qkv." in tensor.name:
        return _reordered(tensor, columns)
    if ".conv1d." in tensor.name:
        return _reordered(tensor, (columns[:, None] * net.taps + np.arange(net.taps)).reshape(-1))
    return tensor


def _reordered(tensor: SourceTensor, index: _Index) -> SourceTensor:
    """With the rows of these numbers, as they were stored."""
    return replace(tensor, rows=partial(_rows, tensor, index))


def _rows(tensor: SourceTensor, index: _Index, start: int, end: int) -> Matrix:
    wanted = index[start:end]
    runs: list[Any] = np.split(wanted, np.flatnonzero(np.diff(wanted) != 1) + 1)
    return concatenated([tensor.rows(int(run[0]), int(run[-1]) + 1) for run in runs])


def _columns(tensor: SourceTensor, index: _Index, start: int, end: int) -> Matrix:
    return dequantized(tensor.rows(start, end))[:, index].contiguous()
