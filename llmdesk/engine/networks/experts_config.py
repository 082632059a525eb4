"""A configuration's feed-forwards: how wide, how many experts, in which layers (plain data, no torch)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from llmdesk.engine.networks.config_values import CONFIG, INTEGERS, check_integer, integer, number, shown
from llmdesk.engine.networks.kinds import KINDS
from llmdesk.engine.networks.layers import Experts
from llmdesk.errors import BadValue
from llmdesk.words import say

_COUNTS = ("num_local_experts", "num_experts")
"""transformers has one name or the other of the same number."""


def experts_of(config: Any) -> Experts | None:
    """What its layers of experts are like; None: it has none. Raises BadValue."""
    kind = KINDS[config.model_type]
    width = kind.experts
    if kind.is_gemma4 and not getattr(config, "enable_moe_block", False):
        return None
    key = next((name for name in _COUNTS if getattr(config, name, None) is not None), _COUNTS[-1])
    if width is None or not (count := integer(config, key)):
        return None
    chosen_key = "top_k_experts" if kind.is_gemma4 else "num_experts_per_tok"
    chosen = integer(config, chosen_key)
    check_integer(chosen, chosen_key, (1, count), CONFIG)
    is_normalized = kind.is_gemma4 or bool(getattr(config, "norm_topk_prob", True))
    made = Experts(count, chosen, integer(config, width), is_normalized, config.model_type == "gpt_oss")
    if config.model_type != "lfm2_moe":
        return made
    return replace(made, sigmoids=True, scale=number(config, "routed_scaling_factor", 1.0))


def layers_with_experts(config: Any, count: int) -> frozenset[int]:
    """Numbers of the layers whose feed-forward is of experts alone. Raises BadValue."""
    if experts_of(config) is None or KINDS[config.model_type].beside is not None:
        return frozenset()
    if config.model_type == "lfm2_moe":
        return frozenset(range(integer(config, "num_dense_layers"), count))
    step = integer(config, "decoder_sparse_step", 1)
    dense = getattr(config, "mlp_only_layers", None) or []
    if not isinstance(dense, list | tuple) or any(type(number) is not int for number in dense):
        text = say("“{key}” is {shown}; a list of layers is expected", key="mlp_only_layers", shown=shown(dense))
        raise BadValue(CONFIG, "mlp_only_layers", text)
    return frozenset(index for index in range(count) if (index + 1) % step == 0 and index not in dense)


def dense_width(config: Any, name: str) -> int:
    """Of a feed-forward that is not of experts. LFM2 states it before a cut to two thirds. Raises BadValue."""
    stated = integer(config, name)
    if not getattr(config, "block_auto_adjust_ff_dim", False):
        return stated
    width = int(2 * stated / 3)
    if getattr(config, "block_ffn_dim_multiplier", None) is not None:
        multiple = integer(config, "block_multiple_of")
        width = -(-int(number(config, "block_ffn_dim_multiplier") * width) // multiple) * multiple
    check_integer(width, name, INTEGERS[name], CONFIG)
    return width
