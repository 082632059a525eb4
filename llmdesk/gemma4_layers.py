"""What differs from layer to layer in Gemma 4, from a configuration's values (pure functions).

One judgement for picker and engine: heads of layers that see everything are larger than those of layers with a window,
and the last layers have no keys and values of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TEXT = "gemma4_text"
"""The architecture of the part that writes; see whole_models.py for the others."""
FULL, WINDOWED = "full_attention", "sliding_attention"
_GLOBAL_HEAD_DIM = 512  # transformers' own default
_PATTERN = 6  # and that every sixth layer sees everything

_LANGUAGE, _PLAIN = "model.language_model.", "model."
_TABLES = ("model.embed_tokens_per_layer.weight", "per_layer_token_embd.weight")
_SMALL = ("per_layer_model_projection.weight", "per_layer_input_gate.weight", "per_layer_projection.weight",
          "per_layer_model_proj.weight", ".inp_gate.weight")  # fmt: skip
_SMALL_IN_GGUF = re.compile(r"blk\.\d+\.proj\.weight")


def stays_on_disk(name: str) -> bool:
    """Whether a tensor is a table of which a token needs one row."""
    return name.replace(_LANGUAGE, _PLAIN, 1) in _TABLES


def keeps_8_bits(name: str) -> bool:
    """Whether a matrix is so small and so often used that 4 bits are not worth what they lose, by either name."""
    return name.endswith(_SMALL) or _SMALL_IN_GGUF.fullmatch(name) is not None


def kinds_of(values: Mapping[str, Any], count: int) -> list[Any]:
    """``layer_types``, or transformers' default; the last layer always sees everything.

    Raises:
        ValueError, TypeError: there is not one kind for each layer.
    """
    said = values.get("layer_types")
    kinds = list(said) if said else [WINDOWED if (index + 1) % _PATTERN else FULL for index in range(count)]
    if len(kinds) != count or not count:
        raise ValueError("not a kind for each layer")
    return [*kinds[:-1], FULL]


def global_heads(values: Mapping[str, Any]) -> tuple[Any, Any]:
    """(head size, key/value heads) of layers that see everything, as they are said; None: as in all others.

    Published files say them once; transformers writes them layer by layer.
    """
    own = values.get("per_layer_config")
    if isinstance(own, Mapping):
        first = next(iter(own.values()), None)
        first = first if isinstance(first, Mapping) else {}
        return first.get("head_dim"), first.get("num_key_value_heads")
    heads = values.get("num_global_key_value_heads") if values.get("attention_k_eq_v") else None
    return values.get("global_head_dim", _GLOBAL_HEAD_DIM), heads


def keys_from(kinds: Sequence[Any], shared: int) -> list[int | None]:
    """Of each layer: whose keys and values it reads; None: it has its own.

    Raises:
        ValueError: there is no such layer.
    """
    first = len(kinds) - shared
    last = {kind: index for index, kind in enumerate(kinds[:first])}
    if shared < 0 or not set(kinds[first:]) <= set(last):
        raise ValueError("no layer has the keys and values that are shared")
    return [None if index < first else last[kind] for index, kind in enumerate(kinds)]


@dataclass(frozen=True, slots=True)
class LayerHeads:
    """A layer's key/value heads, their size, and whose keys and values it reads (None: its own)."""

    kind: Any
    kv_heads: Any
    head_dim: Any
    keys_from: int | None


def layer_heads(values: Mapping[str, Any], count: int) -> list[LayerHeads]:
    """Of each of that many layers, as it is said.

    Raises:
        ValueError, TypeError: what is said of layers cannot be.
    """
    kinds = kinds_of(values, count)
    head_dim, kv_heads = values.get("head_dim"), values.get("num_key_value_heads")
    larger_dim, larger_heads = global_heads(values)
    return [
        LayerHeads(
            kind,
            (kind == FULL and larger_heads) or kv_heads,
            (kind == FULL and larger_dim) or head_dim,
            source,
        )
        for kind, source in zip(kinds, keys_from(kinds, values.get("num_kv_shared_layers") or 0), strict=True)
    ]
