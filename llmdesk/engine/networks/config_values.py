"""Values out of a model's configuration, held to what they can be: nothing else may reach a network or a kernel.

The limits are far above every published model and far below what would overflow or take the machine's memory.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from llmdesk.datatypes.model import MODEL_TYPES
from llmdesk.errors import BadValue
from llmdesk.words import say

CONFIG = "config.json"

INTEGERS: Mapping[str, tuple[int, int]] = {
    "vocab_size": (1, 1 << 22),
    "hidden_size": (1, 1 << 17),
    "intermediate_size": (1, 1 << 20),
    "num_hidden_layers": (1, 1000),
    "num_attention_heads": (1, 4096),
    "num_key_value_heads": (1, 4096),
    "head_dim": (2, 4096),
    "max_position_embeddings": (1, 1 << 31),
    "original_max_position_embeddings": (1, 1 << 31),
    "sliding_window": (0, 1 << 31),
    "num_experts": (0, 4096),
    "num_local_experts": (0, 4096),
    "num_experts_per_tok": (0, 4096),
    "moe_intermediate_size": (1, 1 << 20),
    "shared_intermediate_size": (1, 1 << 20),
    "decoder_sparse_step": (1, 1000),
    "num_dense_layers": (0, 1000),
    "conv_L_cache": (2, 16),
    "linear_conv_kernel_dim": (2, 16),
    "linear_num_key_heads": (1, 1024),
    "linear_num_value_heads": (1, 1024),
    "linear_key_head_dim": (2, 1024),
    "linear_value_head_dim": (2, 1024),
    "block_multiple_of": (1, 1 << 16),
    "shared_expert_intermediate_size": (1, 1 << 20),
    "mamba_n_heads": (1, 1024),
    "mamba_n_groups": (1, 1024),
    "mamba_d_state": (2, 1024),
    "mamba_d_head": (1, 1024),
    "mamba_d_conv": (2, 16),
    "top_k_experts": (0, 4096),
    "num_kv_shared_layers": (0, 1000),
    "hidden_size_per_layer_input": (0, 1 << 14),
    "vocab_size_per_layer_input": (0, 1 << 22),
}
"""Whole numbers by transformers' names: least and most."""

NUMBERS: Mapping[str, tuple[float, float]] = {
    "rms_norm_eps": (0.0, 1.0),
    "norm_eps": (0.0, 1.0),
    "routed_scaling_factor": (1e-3, 1e3),
    "block_ffn_dim_multiplier": (1e-3, 1e3),
    "query_pre_attn_scalar": (1e-6, 1e9),
    "attn_logit_softcapping": (0.0, 1e9),
    "final_logit_softcapping": (0.0, 1e9),
    "rope_theta": (1e-6, 1e15),
    "factor": (1e-3, 1e6),
    "partial_rotary_factor": (1e-6, 1.0),
    "beta_fast": (1e-3, 1e6),
    "beta_slow": (1e-3, 1e6),
    "attention_factor": (1e-3, 1e6),
    "embedding_multiplier": (1e-6, 1e6),
    "residual_multiplier": (1e-6, 1e6),
    "attention_multiplier": (1e-9, 1e6),
    "logits_scaling": (1e-6, 1e6),
    "mscale": (0.0, 1e3),
    "llama_4_scaling_beta": (0.0, 1e3),
}


def integer(values: Any, key: str, default: int | None = None, file: str = CONFIG) -> int:
    """A whole number of a configuration (an object or a mapping); ``default`` where it is not given.

    Raises:
        BadValue: it is missing without a default, of another type, or outside INTEGERS.
    """
    value: Any = _value(values, key)
    value = default if value is None else value
    check_integer(value, key, INTEGERS[key], file)
    return int(value)


def number(values: Any, key: str, default: float | None = None, file: str = CONFIG) -> float:
    """A number of a configuration. Raises as ``integer`` does, within NUMBERS."""
    value: Any = _value(values, key)
    value = default if value is None else value
    check_number(value, key, NUMBERS[key], file)
    return float(value)


def optional_number(values: Any, key: str) -> float | None:
    """A number that may be left out, None or 0, which all mean that there is none. Raises BadValue."""
    return None if _value(values, key) is None else number(values, key) or None


def optional_integer(values: Any, key: str) -> int | None:
    """A whole number that may be left out, None or 0, which all mean that there is none. Raises BadValue."""
    return None if _value(values, key) is None else integer(values, key) or None


def check_integer(value: object, key: str, limits: tuple[int, int], file: str) -> None:
    """Raises BadValue for what is no whole number within the limits (both included)."""
    least, most = limits
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadValue(
            file,
            key,
            say(
                "“{key}” is {shown}; a whole number from {least:,} to {most:,} is expected",
                key=key,
                shown=shown(value),
                least=least,
                most=most,
            ),
        )


def check_number(value: object, key: str, limits: tuple[float, float], file: str) -> None:
    """Raises BadValue for what is no finite number within the limits (both included)."""
    least, most = limits
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not least <= value <= most:  # type: ignore[operator]  # (false for NaN)
        raise BadValue(
            file,
            key,
            say(
                "“{key}” is {shown}; a number from {least:g} to {most:g} is expected",
                key=key,
                shown=shown(value),
                least=least,
                most=most,
            ),
        )


def check_common(values: Any) -> None:
    """The sizes that a configuration (an object or a mapping) states, where it states them in single numbers.

    Of architectures that llmdesk does not run itself, lengths are left alone: some write -1 for "any"; so are experts
    and Mamba, which some state for models that have none.

    Raises:
        BadValue: see ``integer``.
    """
    is_own = _value(values, "model_type") in MODEL_TYPES
    for key in INTEGERS:
        value = _value(values, key)
        is_one = value is not None and not isinstance(value, list | tuple | dict)  # some state one for each layer
        is_one = is_one and (key, value) != ("mamba_d_head", "auto")
        if is_one and (is_own or key not in _LENGTHS | _OF_EXPERTS | _OF_MAMBA):
            integer(values, key)


_LENGTHS = frozenset({"max_position_embeddings", "original_max_position_embeddings", "sliding_window"})
_OF_EXPERTS = frozenset(
    {"num_experts", "num_local_experts", "num_experts_per_tok", "moe_intermediate_size", "decoder_sparse_step"}
    | {"shared_intermediate_size", "shared_expert_intermediate_size", "top_k_experts"}
)
_OF_MAMBA = frozenset({"mamba_n_heads", "mamba_n_groups", "mamba_d_state", "mamba_d_head", "mamba_d_conv"})


def shown(value: object) -> str:
    """For a message: short, whatever it is."""
    if isinstance(value, int) and abs(value) >= 10**15:
        return f"a number of about 10^{int(math.log10(abs(value)))}"
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]} ..."


def _value(values: Any, key: str) -> Any:
    if isinstance(values, Mapping):
        return values.get(key)
    try:
        return getattr(values, key, None)
    except RuntimeError:  # transformers refuses to tell what differs from layer to layer; this holds for the others
        return vars(values).get(key)
