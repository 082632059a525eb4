"""What GGUF files say of Gemma 4, whose layers have sizes of their own: the way back of gguf_gemma4.py (no torch)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from llmdesk.engine.networks.architecture import Architecture
from llmdesk.engine.networks.gemma4 import values_of
from llmdesk.engine.weights.row_ranges import joined_ranges
from llmdesk.gemma4_layers import FULL, WINDOWED, kinds_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from llmdesk.engine.weights.exporting.gguf_head import Value
    from llmdesk.engine.weights.source import SourceTensor

_STANDING_STILL = 1e30
"""As llama.cpp's converter has it."""
_KEYS_AND_VALUES = ("k_proj", "v_proj", "k_norm")
_GATE, _UP = ".experts.gate_proj.", ".experts.up_proj."


def gemma4_field_values(config: Any, a: Architecture) -> dict[str, Value]:
    """Beside the usual fields, or in their place; a number that differs from layer to layer is a list."""
    kinds = kinds_of(values_of(config), len(a.layers))
    full_dim = _full_dim(config, a)
    shared = sum(layer.keys_from is not None for layer in a.layers)
    values: dict[str, Value] = {
        "feed_forward_length": _one_or_each([a.widths(layer)[1] for layer in a.layers]),
        "attention.head_count_kv": _one_or_each([a.key_heads(layer)[0] for layer in a.layers]),
        "attention.key_length": full_dim,
        "attention.value_length": full_dim,
        "attention.key_length_swa": a.head_dim,
        "attention.value_length_swa": a.head_dim,
        "attention.sliding_window": int(config.sliding_window),
        "attention.sliding_window_pattern": [kind == WINDOWED for kind in kinds],
        "attention.shared_kv_layers": shared,
        "embedding_length_per_layer_input": a.per_layer,
        "rope.dimension_count": full_dim,
        "rope.dimension_count_swa": a.head_dim,
    }
    if a.experts is not None:
        values |= {"expert_used_count": a.experts.chosen}
    return values


def _one_or_each(numbers: list[int]) -> int | list[int]:
    return numbers[0] if len(set(numbers)) == 1 else numbers


def _full_dim(config: Any, a: Architecture) -> int:
    """Size of a head in layers that see everything."""
    return a.key_heads(a.layers[kinds_of(values_of(config), len(a.layers)).index(FULL)])[1]


def unrotated(config: Any, a: Architecture) -> NDArray[np.float32]:
    """Divisors of the frequencies of layers that see everything: 1, and for what of a head is not rotated 1e30."""
    full_dim = _full_dim(config, a)
    rotated = int(full_dim * config.rope_parameters[FULL].get("partial_rotary_factor", 1.0) / 2)
    return np.array([1.0] * rotated + [_STANDING_STILL] * (full_dim // 2 - rotated), np.float32)


def gemma4_in_files_order(tensors: Iterable[SourceTensor], a: Architecture) -> Iterator[SourceTensor]:
    """Each expert's rows of the gate before those of the other half, in one tensor; without keys and values of layers
    that take others', which published folders hold."""
    takers = [index for index, layer in enumerate(a.layers) if layer.keys_from is not None]
    unused = {f"model.layers.{index}.self_attn.{part}.weight" for index in takers for part in _KEYS_AND_VALUES}
    named = {tensor.name: tensor for tensor in tensors if tensor.name not in unused}
    for name, tensor in named.items():
        if _GATE in name and a.experts is not None:
            other, width = named[name.replace(_GATE, _UP)], a.experts.intermediate
            starts = range(0, tensor.shape[0], width)
            ranges = [(half, start, start + width) for start in starts for half in (tensor, other)]
            yield joined_ranges(name.replace(_GATE, ".experts.gate_up_proj."), ranges)
        elif _UP not in name:
            yield tensor
