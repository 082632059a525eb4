"""A configuration's experts: how many, how wide, in which layers (plain data, no torch)."""

from __future__ import annotations

from typing import Any

from llmdesk.engine.networks.config_values import CONFIG, check_integer, integer, shown
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
    return Experts(count, chosen, integer(config, width), kind.is_gemma4 or bool(config.norm_topk_prob))


def layers_with_experts(config: Any, count: int) -> frozenset[int]:
    """Numbers of the layers whose feed-forward is of experts alone. Raises BadValue."""
    if experts_of(config) is None or KINDS[config.model_type].is_gemma4:
        return frozenset()
    step = integer(config, "decoder_sparse_step", 1)
    dense = getattr(config, "mlp_only_layers", None) or []
    if not isinstance(dense, list | tuple) or any(type(number) is not int for number in dense):
        text = say("“{key}” is {shown}; a list of layers is expected", key="mlp_only_layers", shown=shown(dense))
        raise BadValue(CONFIG, "mlp_only_layers", text)
    return frozenset(index for index in range(count) if (index + 1) % step == 0 and index not in dense)
