"""Qwen3-Next's gated delta nets as Qwen3.5 has them (no torch).

Its files have the inputs of queries, keys, values and z in one matrix, key head by key head, and those of the two gates
in another one.
"""

from __future__ import annotations

from typing import Any

from llmdesk.engine.networks.mixers import JOINED_GATES, DeltaNet, delta_net_of
from llmdesk.engine.weights.row_ranges import ranges_of
from llmdesk.engine.weights.source import SourceTensor

_INPUTS, _GATES = ".linear_attn.in_proj_qkvz.weight", f".{JOINED_GATES}.weight"


def parts_of(tensor: SourceTensor, config: Any) -> list[SourceTensor]:
    """A tensor, or what stands in it. Raises BadValue."""
    if not tensor.name.endswith((_INPUTS, _GATES)):
        return [tensor]
    kind = delta_net_of(config)
    group = kind.value_heads // kind.key_heads
    if tensor.name.endswith(_GATES):
        widths: tuple[int, ...] = (group, group)
        names: tuple[tuple[str, int, int], ...] = (("in_proj_b", 0, 1), ("in_proj_a", 1, 2))
    else:
        values = group * kind.value_dim
        widths = (kind.key_dim, kind.key_dim, values, values)
        names = (("in_proj_qkv", 0, 3), ("in_proj_z", 3, 4))
    if tensor.shape[0] != kind.key_heads * sum(widths):
        return [tensor]
    base, place, _ = tensor.name.partition(".linear_attn.")
    return [
        ranges_of(tensor, f"{base}{place}{name}.weight", _ranges(kind, widths, range(first, end)))
        for name, first, end in names
    ]


def _ranges(kind: DeltaNet, widths: tuple[int, ...], parts: range) -> list[tuple[int, int]]:
    """The first of these parts of all key heads, then the next one of all."""
    starts = [sum(widths[:part]) for part in parts]
    heads = [head * sum(widths) for head in range(kind.key_heads)]
    return [
        (head + start, head + start + widths[part]) for start, part in zip(starts, parts, strict=True) for head in heads
    ]
