"""What the states of recurrent layers take, from a model's configuration (pure functions; see networks/states.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MOST_BYTES = 160_000_000
_LEAST_KEPT, _MOST_KEPT = 2, 12
_FLOAT_BYTES = 4
_ROWS_AHEAD = 8  # FEW in the kernels' simd.h: what a step of an answer may have to forget


def kept_states(state_bytes: int) -> int:
    """How many states are kept of a sequence at most, beside the one that goes on."""
    return max(_LEAST_KEPT, min(_MOST_KEPT, _MOST_BYTES // max(1, state_bytes)))


def states_bytes(layers: int, row_numbers: int, taps: int) -> int:
    """Of one sequence at most, all that are kept among them.

    Args:
        layers: that keep a state.
        row_numbers: columns of their convolutions.
        taps: rows that these look at.
    """
    state = layers * (taps - 1 + _ROWS_AHEAD) * row_numbers * _FLOAT_BYTES
    return (1 + kept_states(state)) * state if state else 0


def attention_layers(config: Mapping[str, Any], layers: int) -> int:
    """How many of a configuration's layers have keys and values."""
    kinds = config.get("layer_types")
    if isinstance(kinds, list):
        return sum(kind != "conv" for kind in kinds)
    listed = config.get("full_attn_idxs")  # LFM2's older way
    return len(listed) if isinstance(listed, list) else layers
