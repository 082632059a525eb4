"""Tiny random models of many architectures of transformers, saved as their publishers' folders are (no download)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.engine.tiny_models import save_tokenizer, saved_once

_COMMON: dict[str, Any] = {"vocab_size": 260, "eos_token_id": 256, "bos_token_id": None, "pad_token_id": None}
_BASE = _COMMON | {
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
}
_HEADS = _BASE | {"head_dim": 16}
_MOE = _BASE | {
    "num_experts": 4,
    "num_local_experts": 4,
    "num_experts_per_tok": 2,
    "moe_intermediate_size": 64,
    "shared_expert_intermediate_size": 64,
}
_LATENT = _MOE | {
    "n_routed_experts": 4,
    "n_shared_experts": 1,
    "q_lora_rank": 32,
    "kv_lora_rank": 32,
    "qk_nope_head_dim": 16,
    "qk_rope_head_dim": 16,
    "v_head_dim": 16,
    "n_group": 1,
    "topk_group": 1,
    "first_k_dense_replace": 1,
    "num_key_value_heads": 4,
    "head_dim": 16,
}
_GPT = _COMMON | {"n_embd": 64, "n_layer": 2, "n_head": 4, "n_positions": 512, "n_ctx": 512, "n_inner": 96}
_STATES = {"mamba_n_heads": 8, "mamba_d_head": 16, "mamba_d_state": 8, "mamba_chunk_size": 8}
_LINEAR = {
    "linear_num_key_heads": 2,
    "linear_num_value_heads": 4,
    "linear_key_head_dim": 16,
    "linear_value_head_dim": 16,
    "layer_types": ["linear_attention", "full_attention"],
}
_SIGHT = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "image_size": 28,
    "patch_size": 14,
}
_THREE_AXES = {"rope_parameters": {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 10000.0}}
_IMAGE = {"image_token_index": 250}

FAMILIES: dict[str, dict[str, Any]] = {
    "mixtral": _MOE,
    "qwen2_moe": _MOE | {"decoder_sparse_step": 1},
    "olmoe": _MOE | {"clip_qkv": 0.5},  # our own decoders know it without that
    "granitemoeshared": _MOE | {"shared_intermediate_size": 64},
    "gpt_oss": _MOE | {"head_dim": 16, "sliding_window": 16, "swiglu_limit": 5.0},  # our own know it with 7
    "jetmoe": _MOE | {"kv_channels": 16},
    "deepseek_v2": _LATENT,
    "deepseek_v3": _LATENT,
    "gpt2": _GPT,
    "gptj": _GPT | {"rotary_dim": 8},
    "gpt_bigcode": _GPT,
    "gpt_neox": _BASE,
    "openai-gpt": _GPT,
    "opt": _BASE | {"ffn_dim": 96, "word_embed_proj_dim": 64},
    "bloom": _BASE | {"n_layer": 2, "n_head": 4},
    "falcon": _BASE,
    "mpt": _COMMON | {"d_model": 64, "n_heads": 4, "n_layers": 2, "max_seq_len": 512, "expansion_ratio": 2},
    "phi": _BASE,
    "stablelm": _BASE,
    "starcoder2": _BASE,
    "cohere2": _BASE | {"num_hidden_layers": 4, "sliding_window": 16},
    "minimax": _MOE | {"head_dim": 16, "block_size": 16},
    "mamba": _BASE | {"state_size": 8},
    "mamba2": _BASE | {"state_size": 8, "num_heads": 8, "head_dim": 16, "n_groups": 2, "chunk_size": 8},
    "falcon_mamba": _BASE | {"state_size": 8},
    "recurrent_gemma": _HEADS | {"num_hidden_layers": 3, "lru_width": 64, "attention_window_size": 32},
    "rwkv": _COMMON | {"hidden_size": 64, "num_hidden_layers": 2, "context_length": 512, "attention_hidden_size": 64},
    "bamba": _BASE | _STATES | {"attn_layer_indices": [1]},
    "qwen3_next": _MOE | _LINEAR | {"head_dim": 16, "mlp_only_layers": [0]},  # else our own know it
    "jamba": _MOE
    | {
        "mamba_d_state": 8,
        "mamba_dt_rank": 8,
        "attn_layer_period": 2,
        "attn_layer_offset": 1,
        "expert_layer_period": 2,
        "expert_layer_offset": 1,
        "use_mamba_kernels": False,
    },
}
"""Texts only, by what config.json calls them."""

ALSO_SEE: dict[str, dict[str, Any]] = {
    "gemma3": {"text_config": _HEADS | {"sliding_window": 16}, "vision_config": _SIGHT, "mm_tokens_per_image": 4}
    | _IMAGE,
    "mistral3": {
        "text_config": _HEADS | {"model_type": "mistral"},
        "vision_config": _SIGHT | {"head_dim": 16, "model_type": "pixtral"},
    }
    | _IMAGE,
    "qwen2_5_vl": {
        "text_config": _BASE | _THREE_AXES,
        "vision_config": {
            "hidden_size": 32,
            "out_hidden_size": 64,
            "depth": 1,
            "num_heads": 2,
            "intermediate_size": 48,
        },
        "image_token_id": 250,
        "video_token_id": 251,
        "vision_start_token_id": 252,
        "vision_end_token_id": 253,
    },
    "llava": {
        "text_config": _BASE | {"model_type": "llama"},
        "vision_config": _SIGHT | {"model_type": "clip_vision_model"},
    }
    | _IMAGE,
    "llama4": {
        "text_config": _MOE | {"head_dim": 16, "intermediate_size_mlp": 96, "attention_chunk_size": 16},
        "vision_config": _SIGHT | {"vision_output_dim": 32, "projector_input_dim": 32, "projector_output_dim": 32},
    },
}
"""What also sees: texts and pictures in one folder."""


def save_family(folder: Path, kind: str, **overrides: Any) -> Path:
    """A random model in float32, every matrix of it wide enough to show."""
    return saved_once(folder, ("family", kind, overrides), lambda to: _save_family(to, kind, overrides))


def _save_family(folder: Path, kind: str, overrides: dict[str, Any]) -> None:
    import torch
    from transformers import AutoConfig

    save_tokenizer(folder)
    config = AutoConfig.for_model(kind, **((FAMILIES | ALSO_SEE)[kind] | overrides))
    torch.manual_seed(7)
    model = _whole_class(config)._from_config(config, dtype=torch.float32)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * (0.1 if parameter.dim() > 1 else 0.02))
    model.save_pretrained(folder)


def reference(folder: Path) -> Any:
    """transformers' own loading in float32: what the folder's logits are held to."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    config = AutoConfig.from_pretrained(folder)
    # Its class for both fails at a text without a picture; transformers itself loads the text part for AutoModel.
    kind = AutoModelForCausalLM if config.model_type == "llama4" else _whole_class(config)
    return kind.from_pretrained(folder, dtype=torch.float32).eval()


def _whole_class(config: Any) -> Any:
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING, MODEL_FOR_MULTIMODAL_LM_MAPPING

    own, other = MODEL_FOR_CAUSAL_LM_MAPPING, MODEL_FOR_MULTIMODAL_LM_MAPPING
    return other[type(config)] if config.model_type in ALSO_SEE else own[type(config)]


def change_config(folder: Path, **changes: Any) -> None:
    """Values of config.json; None takes one out."""
    file = folder / "config.json"
    values = json.loads(file.read_text()) | changes
    file.write_text(json.dumps({key: value for key, value in values.items() if value is not None}))
