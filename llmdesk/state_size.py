"""What the states of recurrent layers take, from a model's sizes (pure functions; see engine/networks/states.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MOST_BYTES = 160_000_000
_LEAST_KEPT, _MOST_KEPT = 2, 12
_FLOAT_BYTES = 4
_ROWS_AHEAD = 8  # FEW in the kernels' simd.h: what a step of an answer may have to forget
_DELTA_SHAPE = (
    "linear_num_key_heads",
    "linear_num_value_heads",
    "linear_key_head_dim",
    "linear_value_head_dim",
    "linear_conv_kernel_dim",
)
_MAMBA_SHAPE = ("mamba_n_groups", "mamba_n_heads", "mamba_d_state", "mamba_d_head", "mamba_d_conv")
_RECURRENT = ("conv", "linear_attention", "mamba")


def kept_states(state_bytes: int) -> int:
    """How many states are kept of a sequence at most, beside the one that goes on."""
    return max(_LEAST_KEPT, min(_MOST_KEPT, _MOST_BYTES // max(1, state_bytes)))


def ring_bytes(columns: int, taps: int) -> int:
    """Of a convolution in a layer's state."""
    return (taps - 1 + _ROWS_AHEAD) * columns * _FLOAT_BYTES


def delta_net_bytes(key_heads: int, value_heads: int, key_dim: int, value_dim: int, taps: int) -> int:
    """Of a gated delta net's or Mamba-2's state in a layer: a ring for its convolution, the last rows, and a matrix for
    each head."""
    keys, values = key_heads * key_dim, value_heads * value_dim
    row, matrices = keys + values + 2 * value_heads, values * key_dim
    return ring_bytes(2 * keys + values, taps) + (_ROWS_AHEAD * row + matrices) * _FLOAT_BYTES


def states_bytes(layers: int, layer_bytes: int) -> int:
    """Of one sequence at most: all that are kept, the one that goes on and, on torch, the last step's."""
    state = layers * layer_bytes
    return (2 + kept_states(state)) * state if state else 0


def attention_layers(config: Mapping[str, Any], layers: int) -> int:
    """How many of a configuration's layers have keys and values."""
    kinds, listed, interval = (config.get(key) for key in ("layer_types", "full_attn_idxs", "full_attention_interval"))
    kinds = config.get("layers_block_type") if kinds is None else kinds  # its older name
    if isinstance(kinds, list):
        return sum(kind not in _RECURRENT for kind in kinds)
    if isinstance(listed, list):  # LFM2's older way
        return len(listed)
    return layers // interval if isinstance(interval, int) and interval > 0 else layers


def states_bytes_of_config(config: Mapping[str, Any]) -> int:
    """Of a sequence of such a model, whatever its length; 0: it keeps no states, or its numbers are none."""
    layers, columns = _size(config, "num_hidden_layers"), _size(config, "hidden_size")
    recurrent = layers - attention_layers(config, layers)
    if recurrent <= 0 or not columns:
        return 0
    if "mamba_n_heads" in config:
        return states_bytes(recurrent, delta_net_bytes(*_mamba_shape(config, columns)))
    if "linear_num_value_heads" not in config:
        return states_bytes(recurrent, ring_bytes(columns, _size(config, "conv_L_cache") or 3))
    return states_bytes(recurrent, delta_net_bytes(*(_size(config, key) for key in _DELTA_SHAPE)))


def _mamba_shape(config: Mapping[str, Any], hidden: int) -> list[int]:
    groups, heads, key_dim, value_dim, taps = (_size(config, key) for key in _MAMBA_SHAPE)
    value_dim = value_dim or (_size(config, "mamba_expand") or 2) * hidden // (heads or 1)  # it may be "auto"
    return [groups, heads, key_dim, value_dim, taps]


def _size(config: Mapping[str, Any], key: str) -> int:
    value = config.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 22 else 0
