"""What a GGUF file says of a model, out of transformers' configuration: the way back of gguf_config.py (no torch)."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from llmdesk.engine.networks.architecture import Architecture, describe
from llmdesk.engine.networks.kinds import KINDS
from llmdesk.engine.networks.mixers import DeltaNet, Mamba
from llmdesk.engine.weights.exporting.gemma4 import gemma4_field_values, unrotated
from llmdesk.engine.weights.exporting.mamba import mamba_field_values
from llmdesk.engine.weights.gguf_config import MULTIPLIERS, OF_EXPERTS
from llmdesk.errors import UnsupportedModel
from llmdesk.gemma4_layers import TEXT
from llmdesk.words import say

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from llmdesk.engine.weights.exporting.gguf_head import Value

ARCHITECTURES = {
    "llama": "llama",
    "mistral": "llama",
    "smollm3": "smollm3",
    "qwen2": "qwen2",
    "qwen3": "qwen3",
    "qwen3_moe": "qwen3moe",
    "gemma2": "gemma2",
    "gemma3_text": "gemma3",
    TEXT: "gemma4",
    "phi3": "phi3",
    "olmo2": "olmo2",
    "olmo3": "olmo2",
    "olmoe": "olmoe",
    "granite": "granite",
    "granitemoe": "granitemoe",
    "granitemoehybrid": "granite",
    "ministral3": "mistral3",
    "lfm2": "lfm2",
    "lfm2_moe": "lfm2moe",
    "qwen3_5_text": "qwen35",
    "qwen3_5_moe_text": "qwen35moe",
    "qwen3_next": "qwen3next",
    "gpt_oss": "gpt-oss",
}
"""transformers' names of the architectures that are written from folders, and llama.cpp's."""
_WITH_MAMBA = {"granite": "granitehybrid"}
"""llama.cpp's names of those of which some have Mamba-2 layers."""

_SOFT_CAPS = ("attn_logit_softcapping", "final_logit_softcapping")
_OF_YARN = {"beta_fast": "rope.scaling.yarn_beta_fast", "beta_slow": "rope.scaling.yarn_beta_slow"}
_SIGMOIDS = 2
"""llama.cpp's number of a router that takes each expert's own probability."""
_WRITTEN_APART = frozenset({"fused_gate_up", "part_names"})
"""What only says how a folder's tensors are called and joined."""
_CLOSE = 1e-5
"""Files hold numbers in single precision."""


def kind_of(config: Any) -> str | None:
    """llama.cpp's name of a model's architecture; None: it is not written from folders."""
    kind = ARCHITECTURES.get(config.model_type)
    if kind is None or not isinstance(describe(config, 1).matrix_state, Mamba):
        return kind
    return _WITH_MAMBA.get(kind)


def field_values(config: Any) -> dict[str, Value]:
    """The architecture's own section, by keys without its name."""
    context = int(config.max_position_embeddings)
    a = describe(config, context)
    values: dict[str, Value] = {
        "context_length": context,
        "embedding_length": a.hidden,
        "block_count": len(a.layers),
        "feed_forward_length": a.intermediate,
        "attention.head_count": a.heads,
        "attention.head_count_kv": a.kv_heads,
        "attention.key_length": a.head_dim,
        "attention.value_length": a.head_dim,
        "attention.layer_norm_rms_epsilon": float(getattr(config, KINDS[config.model_type].eps)),
        "rope.dimension_count": a.rotary_dims,
        "vocab_size": a.vocab,
    }
    if any(layer.window for layer in a.layers):
        values["attention.sliding_window"] = int(config.sliding_window)
    if a.convolution is not None:
        kv_heads = [a.kv_heads if layer.mixer == "attention" else 0 for layer in a.layers]
        values |= {"attention.head_count_kv": kv_heads, "shortconv.l_cache": a.convolution.taps}
    if isinstance(a.matrix_state, DeltaNet):
        values |= _delta_net_values(config, a.matrix_state, a.rotary_dims)
    if config.model_type == "lfm2_moe":
        values |= {"leading_dense_block_count": int(config.num_dense_layers), "expert_gating_func": _SIGMOIDS}
    for keys, convert in ((OF_EXPERTS if a.experts is not None else {}, int), (MULTIPLIERS, float)):
        found = {key: getattr(config, name, None) for key, name in keys.items()}
        values |= {key: convert(value) for key, value in found.items() if value is not None}
    if config.model_type in ("gpt_oss", "granitemoe") and a.experts is not None:  # by other names of the same numbers
        values |= {"expert_count": a.experts.count, "expert_feed_forward_length": a.experts.intermediate}
    if isinstance(a.matrix_state, Mamba):
        values |= mamba_field_values(config, a, a.matrix_state)
    if config.model_type == TEXT:
        values |= gemma4_field_values(config, a)
    values |= {key: float(cap) for key in _SOFT_CAPS if (cap := getattr(config, key, None)) is not None}
    return values | _rope_values(config, context)


def _delta_net_values(config: Any, net: DeltaNet, rotary_dims: int) -> dict[str, Value]:
    kinds = list(config.layer_types)
    interval = kinds.index("full_attention") + 1 if "full_attention" in kinds else 0
    if not interval or any(
        (kind == "full_attention") != (i % interval == interval - 1) for i, kind in enumerate(kinds)
    ):
        raise UnsupportedModel(
            say("A GGUF file of this kind cannot say all that this model is ({what}).", what="layer_types")
        )
    values: dict[str, Value] = {
        "ssm.conv_kernel": net.taps,
        "ssm.state_size": net.key_dim,
        "ssm.group_count": net.key_heads,
        "ssm.time_step_rank": net.value_heads,
        "ssm.inner_size": net.values,
        "full_attention_interval": interval,
    }
    if config.model_type == "qwen3_next":  # made for texts alone
        return values
    sections = [int(size) for size in config.rope_parameters.get("mrope_section", _axes(rotary_dims // 2))]
    return values | {"rope.dimension_sections": [*sections, 0]}


def _axes(half: int) -> tuple[int, int, int]:
    """Angles of time, height and width, whose positions are equal in texts; as published for the size that is."""
    return (11, 11, 10) if half == 32 else (half - 2 * (half // 3), half // 3, half // 3)


def _rope_values(config: Any, context: int) -> dict[str, Value]:
    parameters = config.rope_parameters
    rope = parameters.get("full_attention", parameters)
    values: dict[str, Value] = {"rope.freq_base": float(rope["rope_theta"])}
    if local := parameters.get("sliding_attention"):
        values["rope.freq_base_swa"] = float(local["rope_theta"])
    kind = rope.get("rope_type", "default")
    if kind in ("linear", "yarn"):
        values |= {"rope.scaling.type": kind, "rope.scaling.factor": float(rope["factor"])}
    trained = rope.get("original_max_position_embeddings", getattr(config, "original_max_position_embeddings", None))
    if kind == "yarn":
        values |= {key: float(rope[name]) for name, key in _OF_YARN.items() if rope.get(name) is not None}
    if config.model_type == "ministral3":
        values["attention.temperature_scale"] = float(rope["llama_4_scaling_beta"])
        values |= {"rope.scaling.yarn_log_multiplier": float(rope["mscale_all_dim"])} if kind == "yarn" else {}
    if kind in ("yarn", "longrope") and trained is not None:
        values["rope.scaling.original_context_length"] = int(trained)
    if kind == "longrope" and trained is not None:
        scale = context / int(trained)
        attention = math.sqrt(1 + math.log(scale) / math.log(int(trained))) if scale > 1 else 1.0
        values["rope.scaling.attn_factor"] = attention
    return values


def rope_tensors(config: Any) -> dict[str, NDArray[np.float32]]:
    """What files hold as factors of each rotary angle: scalings of Llama 3 and Phi, and what Gemma 4 leaves out."""
    if config.model_type == TEXT:
        return {"rope_freqs.weight": unrotated(config, describe(config, 1))}
    rope = config.rope_parameters.get("full_attention", config.rope_parameters)
    if rope.get("rope_type") == "longrope":
        return {
            f"rope_factors_{each}.weight": np.array(rope[f"{each}_factor"], np.float32) for each in ("long", "short")
        }
    if rope.get("rope_type") == "llama3":
        scaled = describe(config, 1).rotaries[0].inverse_frequencies.astype(np.float64)
        plain = float(rope["rope_theta"]) ** -(np.arange(len(scaled)) / len(scaled))
        return {"rope_freqs.weight": (plain / scaled).astype(np.float32)}
    return {}


def differing_fields(a: Architecture, b: Architecture) -> list[str]:
    """Names of what two descriptions say otherwise."""
    pairs = ((each.name, getattr(a, each.name), getattr(b, each.name)) for each in fields(Architecture))
    return [name for name, one, other in pairs if name not in _WRITTEN_APART and not _is_same(one, other)]


def _is_same(one: Any, other: Any) -> bool:
    if isinstance(one, DeltaNet) and isinstance(other, DeltaNet):  # heads are sorted when they are written
        return replace(one, is_tiled=False) == replace(other, is_tiled=False)
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=_CLOSE)
    if isinstance(one, np.ndarray):
        return one.shape == other.shape and bool(np.allclose(one, other, rtol=_CLOSE, atol=0))
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_is_same, one, other))
    if hasattr(one, "inverse_frequencies") and type(one) is type(other):
        return all(_is_same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    return bool(one == other)
