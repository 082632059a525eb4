"""Granite 4's Mamba-2 layers as llama.cpp's files have them: the way back of granite_hybrid.py (engine thread only).

Their inputs are one matrix there, in the order z, values, keys, queries and steps: so steps are rounded, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from llmdesk.engine.networks.other_layers import has_positions
from llmdesk.engine.weights.row_ranges import joined_ranges, ranges_of

if TYPE_CHECKING:
    from llmdesk.engine.networks.architecture import Architecture
    from llmdesk.engine.networks.mixers import Mamba
    from llmdesk.engine.weights.exporting.gguf_head import Value
    from llmdesk.engine.weights.source import SourceTensor

_INPUTS, _CONVOLUTION = ".mamba.in_proj_qkv.", ".mamba.conv1d."
_JOINED = (".mamba.in_proj_z.", ".mamba.in_proj_dt.")


def mamba_field_values(config: Any, a: Architecture, kind: Mamba) -> dict[str, Value]:
    """Beside the usual fields, or in their place; the width that all files say is the experts' where there are some."""
    values: dict[str, Value] = {
        "attention.head_count_kv": [a.kv_heads if layer.mixer == "attention" else 0 for layer in a.layers],
        "ssm.conv_kernel": kind.taps,
        "ssm.state_size": kind.key_dim,
        "ssm.group_count": kind.key_heads,
        "ssm.time_step_rank": kind.value_heads,
        "ssm.inner_size": kind.values,
        "expert_shared_feed_forward_length": a.intermediate,
        "rope.scaling.finetuned": has_positions(config),
    }
    if a.experts is not None:
        values |= {"feed_forward_length": a.experts.intermediate, "expert_count": a.experts.count}
    return values


def mamba_in_files_order(tensors: Iterable[SourceTensor], kind: Mamba) -> Iterator[SourceTensor]:
    """The same, inputs joined."""
    named = {tensor.name: tensor for tensor in tensors}
    for name, tensor in named.items():
        if _INPUTS in name:
            z, steps = (named[name.replace(_INPUTS, part)] for part in _JOINED)
            inputs = [(tensor, first, end) for first, end in _values_first(kind, 1)]
            ranges = [(z, 0, kind.values), *inputs, (steps, 0, kind.value_heads)]
            yield joined_ranges(name.replace(_INPUTS, ".mamba.in_proj."), ranges)
        elif _CONVOLUTION in name:
            yield ranges_of(tensor, name, _values_first(kind, tensor.shape[0] // kind.columns))
        elif not any(part in name for part in _JOINED):
            yield tensor


def _values_first(kind: Mamba, each: int) -> list[tuple[int, int]]:
    """Where values, keys and queries are; each column has so many numbers."""
    keys = kind.keys * each
    return [(2 * keys, kind.columns * each), (keys, 2 * keys), (0, keys)]
