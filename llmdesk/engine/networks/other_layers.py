"""What single architectures may have in their layers that our decoders do not know, or leave out (plain data)."""

from __future__ import annotations

from typing import Any

from llmdesk.own_decoders import is_dense_granite
from llmdesk.words import say


def other_layers(config: Any) -> str | None:
    """Of architectures whose layers may be of more kinds than our decoders know."""
    if config.model_type == "granitemoehybrid" and not is_dense_granite(vars(config)):
        return say("it has layers that keep a state, or shared experts, so it runs on transformers' own modules")
    usual = getattr(config, "swiglu_alpha", 1.702), getattr(config, "swiglu_limit", 7.0)
    if config.model_type == "gpt_oss" and usual != (1.702, 7.0):
        return say("its activation {activation} is unusual, so it runs on transformers' own modules", activation=usual)
    return None


def has_positions(config: Any) -> bool:
    """Granite 4 may leave them to its other layers."""
    return bool(config.model_type != "granitemoehybrid" or config.position_embedding_type == "rope")
