"""Which layer of a decoder is of which kind, out of a configuration (plain data, no torch)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llmdesk.engine.networks.config_values import CONFIG, integer, optional_integer, shown
from llmdesk.engine.networks.experts_config import layers_with_experts
from llmdesk.engine.networks.gemma4 import gemma4_layers
from llmdesk.engine.networks.kinds import KINDS
from llmdesk.engine.networks.layers import LayerSpec
from llmdesk.engine.networks.mixers import MIXERS, Mixer
from llmdesk.engine.networks.other_layers import has_positions
from llmdesk.errors import BadValue
from llmdesk.words import say


def layer_specs(config: Any, context_tokens: int, rotary_of: Mapping[str, int]) -> tuple[LayerSpec, ...]:
    """Of each layer; ``rotary_of``: see rotaries_of. Raises BadValue."""
    count = integer(config, "num_hidden_layers")
    window = optional_integer(config, "sliding_window")
    window = window if window and window < context_tokens else None
    sparse = layers_with_experts(config, count)
    # 1 stands for a layer with positions, despite the name.
    with_position = _of_each_layer(config, "no_rope_layers", count, (0, 1)) or [int(has_positions(config))] * count
    kinds = _layer_kinds(config, count)

    def mixer_of(kind: str) -> Mixer:
        return KINDS[config.model_type].linear_attention if kind == "linear_attention" else MIXERS[kind]

    layers = tuple(
        LayerSpec(
            rotary=rotary_of.get(kind, 0) if positioned and mixer_of(kind) == "attention" else None,
            window=window if kind == "sliding_attention" else None,
            has_experts=index in sparse,
            mixer=mixer_of(kind),
        )
        for index, (kind, positioned) in enumerate(zip(kinds, with_position, strict=True))
    )
    return gemma4_layers(config, layers, kinds) if KINDS[config.model_type].is_gemma4 else layers


def _layer_kinds(config: Any, count: int) -> list[str]:
    if KINDS[config.model_type].window == "all":  # a window in every layer, whatever is said of layer types
        return ["sliding_attention"] * count
    known = KINDS[config.model_type].layer_types
    kinds = _of_each_layer(config, "layer_types", count, known) or ["full_attention"] * count
    if all(MIXERS[kind] != "attention" for kind in kinds):  # the cache has pages of keys
        raise _strange("layer_types", kinds, "full_attention")
    return kinds


def _of_each_layer(config: Any, key: str, count: int, known: tuple[Any, ...]) -> list[Any] | None:
    """A list with one of the known values for each layer, or None where there is none. Raises BadValue."""
    values = getattr(config, key, None)
    if not values:
        return None
    if not isinstance(values, list | tuple) or len(values) != count:
        words = say(
            "“{key}” is {shown}; a value for each of {count} layers is expected",
            key=key,
            shown=shown(values),
            count=count,
        )
        raise BadValue(CONFIG, key, words)
    if strange := [value for value in values if value not in known]:
        raise _strange(key, strange[0], " or ".join(str(value) for value in known))
    return list(values)


def _strange(key: str, value: object, expected: str) -> BadValue:
    what = "“{key}” holds {shown}; {expected} is expected"
    return BadValue(CONFIG, key, say(what, key=key, shown=shown(value), expected=expected))
