"""What single architectures may have in their layers that our decoders do not know, or leave out (plain data)."""

from __future__ import annotations

import math
from typing import Any

from llmdesk.words import say


def other_layers(config: Any) -> str | None:
    """Of architectures whose layers may be of more kinds than our decoders know."""
    is_unusual = config.model_type == "lfm3" and not (config.use_sandwich_norm and config.use_attention_gate)
    if is_unusual or (config.model_type == "granitemoehybrid" and _is_unusual_mamba(config)):
        return say("its layers are unusual, so it runs on transformers' own modules")
    if config.model_type == "qwen3_next" and (config.mlp_only_layers or config.decoder_sparse_step != 1):
        return say("some of its layers have no experts, so it runs on transformers' own modules")
    usual = getattr(config, "swiglu_alpha", 1.702), getattr(config, "swiglu_limit", 7.0)
    if config.model_type == "gpt_oss" and usual != (1.702, 7.0):
        return say("its activation {activation} is unusual, so it runs on transformers' own modules", activation=usual)
    return None


_NO_LIMIT = (math.inf, {"__float__": "Infinity"})
"""The second is what transformers writes of the first."""


def _is_unusual_mamba(config: Any) -> bool:
    """Whether its Mamba-2 layers have what no published model's have."""
    least, most = getattr(config, "time_step_limit", None) or (0.0, math.inf)
    return bool(config.mamba_proj_bias) or least != 0 or most not in _NO_LIMIT or config.hidden_act != "silu"


def has_positions(config: Any) -> bool:
    """Granite 4 may leave them to its other layers."""
    return bool(config.model_type != "granitemoehybrid" or config.position_embedding_type == "rope")
