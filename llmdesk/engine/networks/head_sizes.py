"""Numbers of heads and their size, out of a configuration (plain data, no torch)."""

from __future__ import annotations

from typing import Any

from llmdesk.engine.networks.config_values import CONFIG, integer
from llmdesk.errors import BadValue
from llmdesk.words import say


def head_dim_of(config: Any) -> int:
    """Numbers of a head. Raises BadValue."""
    heads = integer(config, "num_attention_heads")
    head_dim = integer(config, "head_dim", integer(config, "hidden_size") // heads)
    if head_dim % 2:  # halves are rotated
        raise BadValue(
            CONFIG, "head_dim", say("“head_dim” is {head_dim}; an even number is expected", head_dim=head_dim)
        )
    return head_dim


def kv_heads_of(config: Any) -> int:
    """Key/value heads, of which each serves as many query heads. Raises BadValue."""
    heads = integer(config, "num_attention_heads")
    kv_heads = integer(config, "num_key_value_heads", heads)
    if heads % kv_heads:
        text = say(
            "“num_key_value_heads” is {kv_heads}; a divisor of the {heads} attention heads is expected",
            kv_heads=kv_heads,
            heads=heads,
        )
        raise BadValue(CONFIG, "num_key_value_heads", text)
    return kv_heads
