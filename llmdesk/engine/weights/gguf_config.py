"""The configuration out of a GGUF file (engine thread only).

It is put together here: transformers' own way leaves out every scaling of the rotary angles, does not know all of the
architectures, and takes seconds to read the vocabulary.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from llmdesk import gguf_header
from llmdesk.engine.networks.architecture import describe
from llmdesk.engine.networks.config_values import INTEGERS, NUMBERS, check_integer, check_number
from llmdesk.engine.weights.gguf_gemma4 import gemma4_values
from llmdesk.engine.weights.gguf_recurrent import RECURRENT, recurrent_values
from llmdesk.errors import BadValue, UnsupportedModel
from llmdesk.gguf_kinds import ARCHITECTURES
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.engine.weights.gguf_file import GgufFile

_FIELDS = {
    "context_length": "max_position_embeddings",
    "embedding_length": "hidden_size",
    "block_count": "num_hidden_layers",
    "feed_forward_length": "intermediate_size",
    "attention.head_count": "num_attention_heads",
    "attention.layer_norm_rms_epsilon": "rms_norm_eps",
}
MULTIPLIERS = {
    "attention.scale": "attention_multiplier",
    "embedding_scale": "embedding_multiplier",
    "residual_scale": "residual_multiplier",
    "logit_scale": "logits_scaling",
}
_OPTIONAL_FIELDS = {
    "attention.sliding_window": "sliding_window",
    "attn_logit_softcapping": "attn_logit_softcapping",
    "final_logit_softcapping": "final_logit_softcapping",
    **MULTIPLIERS,
}
OF_EXPERTS = {
    "expert_count": "num_experts",
    "expert_used_count": "num_experts_per_tok",
    "expert_feed_forward_length": "moe_intermediate_size",
    "expert_shared_feed_forward_length": "shared_expert_intermediate_size",
}
_WITHOUT_DENSE = ("qwen35moe", "feed_forward_length")
_SCALING_FACTORS = ("rope.scaling.factor", "rope.scale_linear")  # the second until the autumn of 2023
_TOKENS = {"bos": "bos_token_id", "eos": "eos_token_id", "padding": "pad_token_id"}
_ROTATE_A_PART = frozenset({"phi3", "qwen35", "qwen35moe", "qwen3next"})  # of a head
_WITH_AXES = frozenset({"qwen35", "qwen35moe"})
_GEMMA_27B_LAYERS = (46, 62)  # these two alone scale scores by another number than the head's size


def read_config(gguf: GgufFile) -> Any:
    """transformers' configuration. Raises ModelDamaged if a field is missing or is what it cannot be."""
    from transformers import AutoConfig

    if gguf.architecture == "gemma4":
        kind, values = ARCHITECTURES["gemma4"], gemma4_values(gguf, held)
    else:
        kind, values = _usual_values(gguf)
    values |= {name: gguf.header.values.get(f"tokenizer.ggml.{key}_token_id") for key, name in _TOKENS.items()}
    values["eos_token_id"] = _end_tokens(gguf)
    config = AutoConfig.for_model(kind, **values)
    try:
        describe(config, 1)
    except BadValue as error:
        raise BadValue(gguf.path.name, error.key, error.text) from error
    return config


def _usual_values(gguf: GgufFile) -> tuple[str, dict[str, Any]]:
    """(transformers' name of the architecture, values under its names)"""
    fields = {key: name for key, name in _FIELDS.items() if (gguf.architecture, key) != _WITHOUT_DENSE}
    values = {name: held(gguf, key, name) for key, name in fields.items()}
    heads = values["num_attention_heads"]
    head_dim = held(gguf, "attention.key_length", "head_dim", values["hidden_size"] // heads)
    values |= {name: held(gguf, key, name) for key, name in _OPTIONAL_FIELDS.items() if gguf.has_field(key)}
    _check_heads(gguf, head_dim)
    if gguf.architecture in RECURRENT:
        values |= recurrent_values(gguf, values)
    else:
        values["num_key_value_heads"] = held(gguf, "attention.head_count_kv", "num_key_value_heads", heads)
    values |= {
        "num_hidden_layers": gguf.layers,
        "head_dim": head_dim,
        "vocab_size": gguf.vocabulary_size(),
        "tie_word_embeddings": not gguf.has("output.weight"),
        "rope_parameters": _rope(gguf, head_dim),
    }
    if gguf.architecture.startswith("gemma"):
        is_27b = values["num_hidden_layers"] in _GEMMA_27B_LAYERS
        values["query_pre_attn_scalar"] = values["hidden_size"] // values["num_attention_heads"] if is_27b else head_dim
    if gguf.architecture == "gemma3" and not values.get(
        "sliding_window"
    ):  # as llama.cpp has it; not transformers' 4096
        values["layer_types"] = ["full_attention"] * values["num_hidden_layers"]
    if gguf.architecture == "phi3":
        values["original_max_position_embeddings"] = _trained_tokens(gguf)
    values |= {name: held(gguf, key, name) for key, name in OF_EXPERTS.items() if gguf.has_field(key)}
    if gguf.architecture == "qwen3moe":
        values["norm_topk_prob"] = True  # the file does not say so; llama.cpp does it for this architecture
    if gguf.architecture in ("granitehybrid", "granitemoe"):
        values["num_local_experts"] = values.pop("num_experts", 0)
    if gguf.architecture == "gpt-oss":  # all layers are of experts
        values["num_local_experts"] = values.pop("num_experts", 0)
        values["intermediate_size"] = values.pop("moe_intermediate_size", values["intermediate_size"])
    return "olmo3" if _is_olmo3(gguf) else ARCHITECTURES[gguf.architecture], values


def _is_olmo3(gguf: GgufFile) -> bool:
    """It goes by OLMo 2's name and has windows in three of four layers."""
    return gguf.architecture == "olmo2" and bool(gguf.field("attention.sliding_window", 0))


def held(gguf: GgufFile, key: str, name: str, default: Any = None) -> Any:
    """A field, held to what transformers' value of that name can be. Raises ModelDamaged."""
    value, shown_as = _meant(gguf.field(key, default)), f"{gguf.architecture}.{key}"
    if name in INTEGERS:
        check_integer(value, shown_as, INTEGERS[name], gguf.path.name)
    else:
        check_number(value, shown_as, NUMBERS[name], gguf.path.name)
    return value


def _check_heads(gguf: GgufFile, head_dim: int) -> None:
    """Raises ModelDamaged, or UnsupportedModel for heads of which only Phi's are read here."""
    rotated = gguf.field("rope.dimension_count", head_dim)
    check_integer(rotated, f"{gguf.architecture}.rope.dimension_count", (2, head_dim), gguf.path.name)
    if rotated != head_dim and gguf.architecture not in _ROTATE_A_PART:
        raise UnsupportedModel(
            say(
                "{name} rotates {rotated} of {head_dim} dimensions of a head.",
                name=gguf.path.name,
                rotated=rotated,
                head_dim=head_dim,
            ),
            "",
        )
    if (values := gguf.field("attention.value_length", head_dim)) != head_dim:
        raise UnsupportedModel(
            say(
                "{name} has keys of {head_dim} and values of {values} numbers.",
                name=gguf.path.name,
                head_dim=head_dim,
                values=values,
            ),
            "",
        )


def _meant(value: Any) -> Any:
    """The decimal number that somebody wrote: the file holds it in single precision."""
    return float(str(np.float32(value))) if isinstance(value, float) else value


def _end_tokens(gguf: GgufFile) -> list[int]:
    """Those that the file names by number; model_files.end_tokens adds what their names tell."""
    fields = (gguf.header.values.get(f"tokenizer.ggml.{kind}_token_id") for kind in ("eos", "eot", "eom"))
    return sorted({token_id for token_id in fields if isinstance(token_id, int)})


def _trained_tokens(gguf: GgufFile) -> int:
    name = "original_max_position_embeddings"
    return int(held(gguf, "rope.scaling.original_context_length", name, gguf.field("context_length")))


def _rope(gguf: GgufFile, head_dim: int) -> dict[str, Any]:
    """Llama 3's scaling is no field but a tensor of factors, which the decoder applies."""
    whole = {"rope_theta": held(gguf, "rope.freq_base", "rope_theta", 10_000.0), **_rope_scaling(gguf)}
    if gguf.architecture == "gemma3":
        local = held(gguf, "rope.freq_base_swa", "rope_theta", 10_000.0)
        return {"full_attention": whole, "sliding_attention": {"rope_type": "default", "rope_theta": local}}
    if _is_olmo3(gguf):  # only what all layers see is scaled
        local = {"rope_type": "default", "rope_theta": whole["rope_theta"]}
        return {"full_attention": whole, "sliding_attention": local}
    key = f"{gguf.architecture}.rope.dimension_sections"
    if gguf.architecture in _WITH_AXES and (sections := gguf_header.read_arrays(gguf.path, (key,)).get(key)):
        whole["mrope_section"] = sections[:3]  # of time, down and across, and a fourth that is not used
    if gguf.architecture in _ROTATE_A_PART:
        whole["partial_rotary_factor"] = int(gguf.field("rope.dimension_count", head_dim)) / head_dim
    return whole


def _rope_scaling(gguf: GgufFile) -> dict[str, Any]:
    if gguf.has("rope_factors_long.weight") and gguf.has("rope_factors_short.weight"):
        return {
            "rope_type": "longrope",
            "long_factor": gguf.vector("rope_factors_long.weight"),
            "short_factor": gguf.vector("rope_factors_short.weight"),
            "original_max_position_embeddings": _trained_tokens(gguf),
        }
    kind = gguf.field("rope.scaling.type", "linear")  # files of the first days say a factor only
    key = next((key for key in _SCALING_FACTORS if gguf.has_field(key)), None)
    if kind == "none" or key is None or gguf.field(key) in (0, 1):  # 0: not given
        return {"rope_type": "default"}
    scaling: dict[str, Any] = {"rope_type": kind, "factor": held(gguf, key, "factor")}
    if kind == "yarn":
        scaling["original_max_position_embeddings"] = _trained_tokens(gguf)
        scaling |= _yarn_fields(gguf, float(scaling["factor"]))
        if gguf.architecture == "gpt-oss":  # what files do not say
            scaling["truncate"] = False
    return scaling


def _yarn_fields(gguf: GgufFile, factor: float) -> dict[str, Any]:
    """Those that only some files have. The factor of the attention comes on top of the one that YaRN itself gives."""
    names = {f"beta_{end}": f"rope.scaling.yarn_beta_{end}" for end in ("fast", "slow")}
    fields = {name: held(gguf, key, name) for name, key in names.items() if gguf.has_field(key)}
    if gguf.has_field("rope.scaling.attn_factor") and factor > 1:
        on_top = held(gguf, "rope.scaling.attn_factor", "attention_factor")
        fields["attention_factor"] = on_top * (1 + 0.1 * math.log(factor))
    if gguf.architecture == "mistral3":
        if gguf.has_field("rope.scaling.yarn_log_multiplier"):
            fields["mscale"] = fields["mscale_all_dim"] = held(gguf, "rope.scaling.yarn_log_multiplier", "mscale")
        if gguf.has_field("attention.temperature_scale"):
            fields["llama_4_scaling_beta"] = held(gguf, "attention.temperature_scale", "llama_4_scaling_beta")
    return fields
