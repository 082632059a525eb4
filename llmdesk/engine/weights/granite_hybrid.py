"""Granite 4's tensors as our decoders know them, whatever of transformers' and publishers' names they have (no torch).

Its Mamba-2 layers have one matrix for all that they make of their input, in the order z, values, keys, queries and
steps; here queries, keys and values are one, as a gated delta net's are, z another, and steps, which keep their
precision, a third.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

from llmdesk.engine.networks.mixers import mamba_of
from llmdesk.engine.weights.row_ranges import ranges_of
from llmdesk.engine.weights.source import SourceTensor

_IN_LAYER = re.compile(r"(model\.layers\.\d+\.)(.+)")
_PARTS = {
    "block_sparse_moe.router.weight": "mlp.gate.weight",
    "block_sparse_moe.router.layer.weight": "mlp.gate.weight",
    "block_sparse_moe.experts.gate_up_proj": "mlp.experts.gate_up_proj.weight",
    "block_sparse_moe.experts.down_proj": "mlp.experts.down_proj.weight",
    "block_sparse_moe.input_linear.weight": "mlp.experts.gate_up_proj.weight",
    "block_sparse_moe.output_linear.weight": "mlp.experts.down_proj.weight",
    "shared_mlp.output_linear.weight": "mlp.down_proj.weight",
}


def arranged_granite(tensors: Iterable[SourceTensor], config: Any) -> list[SourceTensor]:
    """The same, experts still of three dimensions. Raises BadValue."""
    return [part for tensor in tensors for part in _arranged(tensor, config)]


def _arranged(tensor: SourceTensor, config: Any) -> list[SourceTensor]:
    if not (found := _IN_LAYER.fullmatch(tensor.name)):
        return [tensor]
    prefix, part = found[1], found[2]
    if part == "shared_mlp.input_linear.weight":
        half = tensor.shape[0] // 2
        gate, up = (f"{prefix}mlp.{role}_proj.weight" for role in ("gate", "up"))
        return [ranges_of(tensor, gate, [(0, half)]), ranges_of(tensor, up, [(half, tensor.shape[0])])]
    if part.startswith(("mamba.in_proj.", "mamba.conv1d.")):
        return _of_mamba(tensor, prefix, part, config)
    return [replace(tensor, name=prefix + _PARTS.get(part, part))]


def _of_mamba(tensor: SourceTensor, prefix: str, part: str, config: Any) -> list[SourceTensor]:
    kind = mamba_of(config)
    module, role = part.rsplit(".", 1)
    if module == "mamba.conv1d":
        each = kind.taps if role == "weight" else 1
        ranges = _columns(kind.values, kind.keys, 0, each)
        return [ranges_of(tensor, tensor.name, ranges)] if tensor.shape[0] == each * kind.columns else [tensor]
    if tensor.shape[0] != kind.values + kind.columns + kind.value_heads:
        return [tensor]
    inputs = _columns(kind.values, kind.keys, kind.values, 1)
    steps = kind.values + kind.columns
    name = f"{prefix}{module}"
    return [
        ranges_of(tensor, f"{name}_qkv.{role}", inputs),
        ranges_of(tensor, f"{name}_z.{role}", [(0, kind.values)]),
        ranges_of(tensor, f"{name}_dt.{role}", [(steps, steps + kind.value_heads)]),
    ]


def _columns(values: int, keys: int, start: int, each: int) -> list[tuple[int, int]]:
    """Where queries, keys and values are, in that order; each column has so many numbers."""
    bounds = [start, start + values, start + values + keys, start + values + 2 * keys]
    parts = [(first * each, end * each) for first, end in pairwise(bounds)]
    return [parts[2], parts[1], parts[0]]
