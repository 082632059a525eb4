"""What a token of a model costs: bytes that are read, operations that are computed (plain numbers, no torch)."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

from llmdesk.datatypes.token_work import TokenWork
from llmdesk.engine.networks.architecture import EMBEDDING, HEAD, Architecture, describe, obstacle
from llmdesk.engine.networks.families import text_config
from llmdesk.engine.networks.gemma4_tensors import is_looked_up
from llmdesk.engine.networks.layers import is_of_experts
from llmdesk.engine.networks.tensor_shapes import tensor_shapes

HALF_BYTES = 2.0
"""Of a key's or value's number where it is kept in 16 bits."""


def token_work(
    config: Any, weights_read_bytes: int, context_tokens: int, cache_number_bytes: float = HALF_BYTES
) -> TokenWork:
    """From a model's configuration and the bytes of its matrices as they are loaded (Network.bytes_per_token).

    ``cache_number_bytes``: what a number of keys or values takes, with its share of a scale.
    Of architectures that our decoders do not know, operations are not counted and all layers see everything.
    """
    config = text_config(config)
    heads: int = getattr(config, "num_attention_heads", 0)
    if not isinstance(heads, int) or not heads:  # states of recurrent layers do not grow
        return TokenWork(weights_read_bytes)
    if obstacle(config) is not None:
        kv_heads: int = getattr(config, "num_key_value_heads", None) or heads
        head_dim: int = getattr(config, "head_dim", None) or config.hidden_size // heads
        position_bytes = round(2 * cache_number_bytes * kv_heads * head_dim)  # of one layer: keys and values
        return TokenWork(weights_read_bytes, ((0, config.num_hidden_layers * position_bytes),))
    architecture = describe(config, context_tokens)
    position = Counter[int]()  # by window: numbers of keys and values that a position has
    multiplied = 0  # by queries and weights, of all layers that have attention
    for layer in architecture.layers:
        if layer.mixer != "attention":
            continue
        kv_heads, head_dim = architecture.key_heads(layer)
        position[layer.window or 0] += 2 * kv_heads * head_dim
        multiplied += heads * head_dim
    matrices = [
        round(math.prod(shape) * _active_share(architecture, name))
        for name, shape in tensor_shapes(architecture).items()
        if len(shape) == 2 and name not in (EMBEDDING, HEAD) and not is_looked_up(name)
    ]
    return TokenWork(
        weights_read_bytes,
        tuple((window, round(cache_number_bytes * count)) for window, count in sorted(position.items())),
        2 * sum(matrices),
        # A position costs 2 operations for each number of the query and as many for the sum of the values.
        4 * multiplied / (cache_number_bytes * position.total()),
    )


def _active_share(architecture: Architecture, name: str) -> float:
    """The part of a tensor that one token needs: of experts' the chosen ones."""
    experts = architecture.experts
    return experts.chosen / experts.count if experts is not None and is_of_experts(name) else 1.0
