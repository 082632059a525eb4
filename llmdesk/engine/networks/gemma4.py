"""What a configuration of Gemma 4 says beyond others': sizes of layers, shared keys, per-layer embeddings (no torch).

Published files say the larger heads once, transformers writes them layer by layer (gemma4_layers.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from llmdesk.engine.networks.config_values import CONFIG, INTEGERS, check_integer, integer, optional_integer, shown
from llmdesk.engine.networks.layers import LayerSpec
from llmdesk.errors import BadValue
from llmdesk.gemma4_layers import FULL, global_heads, keys_from
from llmdesk.words import say


def values_of(config: Any) -> Mapping[str, Any]:
    """A configuration's values by name, whether it is transformers' object or what was kept of one."""
    values: Mapping[str, Any] = config.to_dict() if hasattr(config, "to_dict") else vars(config)
    return values


def head_dims(config: Any, head_dim: int) -> dict[str, int]:
    """The heads' size in each kind of layer. Raises BadValue."""
    own = global_heads(values_of(config))[0]
    return {FULL: _checked("head_dim", head_dim if own is None else own)}


def gemma4_layers(config: Any, layers: tuple[LayerSpec, ...], kinds: Sequence[str]) -> tuple[LayerSpec, ...]:
    """The same layers, with their own sizes and where their keys and values are. Raises BadValue."""
    values = values_of(config)
    head_dim, kv_heads = global_heads(values)
    _check_overrides(values, kinds)
    shared, width = _shared(config, kinds), integer(config, "intermediate_size")
    is_wide = bool(values.get("use_double_wide_mlp"))
    made = []
    for layer, kind, source in zip(layers, kinds, shared, strict=True):
        if kind == FULL:
            layer = replace(
                layer,
                head_dim=None if head_dim is None else _checked("head_dim", head_dim),
                kv_heads=None if kv_heads is None else _checked_heads(config, kv_heads),
                values_are_keys=bool(values.get("attention_k_eq_v")),
            )
        if source is not None:
            layer = replace(layer, keys_from=source, intermediate=2 * width if is_wide else None)
        made.append(layer)
    return tuple(made)


def per_layer_width(config: Any) -> int:
    """Numbers that a token has for each layer; 0: none. Raises BadValue."""
    width = optional_integer(config, "hidden_size_per_layer_input") or 0
    rows, vocabulary = optional_integer(config, "vocab_size_per_layer_input"), integer(config, "vocab_size")
    if width and rows is not None and rows != vocabulary:
        key = "vocab_size_per_layer_input"
        raise BadValue(CONFIG, key, say("“{key}” is {shown}; {expected} is expected", key=key, shown=rows,
                                        expected=vocabulary))  # fmt: skip
    return width


def blank_token(config: Any) -> int:
    """Whose numbers for each layer a token has that no vocabulary has: padding's. Raises BadValue."""
    token = values_of(config).get("pad_token_id") or 0
    check_integer(token, "pad_token_id", (0, integer(config, "vocab_size") - 1), CONFIG)
    return int(token)


def _shared(config: Any, kinds: Sequence[str]) -> list[int | None]:
    key = "num_kv_shared_layers"
    shared = optional_integer(config, key) or 0
    try:
        return keys_from(kinds, shared)
    except ValueError as error:
        text = say("by “{key}” layers share keys and values that no layer has ({shown})", key=key, shown=shared)
        raise BadValue(CONFIG, key, text) from error


def _check_overrides(values: Mapping[str, Any], kinds: Sequence[str]) -> None:
    """Raises BadValue where sizes differ otherwise than between layers with a window and those without."""
    own = values.get("per_layer_config")
    if not own:
        return
    full = [index for index, kind in enumerate(kinds) if kind == FULL]
    is_mapping = isinstance(own, Mapping) and all(str(key).isdecimal() for key in own)
    if not is_mapping or sorted(map(int, own)) != full or len({str(each) for each in own.values()}) != 1:
        key = "per_layer_config"
        text = say("“{key}” is {shown}; the same for all layers without a window is expected", key=key,
                   shown=shown(own))  # fmt: skip
        raise BadValue(CONFIG, key, text)


def _checked(key: str, value: Any) -> int:
    check_integer(value, key, INTEGERS[key], CONFIG)
    if value % 2:  # halves are rotated
        raise BadValue(CONFIG, key, say("“head_dim” is {head_dim}; an even number is expected", head_dim=value))
    return int(value)


def _checked_heads(config: Any, value: Any) -> int:
    key, heads = "num_global_key_value_heads", integer(config, "num_attention_heads")
    check_integer(value, key, INTEGERS["num_key_value_heads"], CONFIG)
    if heads % value:
        text = say("“{key}” is {kv_heads}; a divisor of the {heads} attention heads is expected", key=key,
                   kv_heads=value, heads=heads)  # fmt: skip
        raise BadValue(CONFIG, key, text)
    return int(value)
