"""Tiny random models with a byte-level tokenizer, saved as real model folders (no download)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHAT_TEMPLATE = (
    "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
SPECIALS = ["<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
_MOST_KEPT_BYTES = 8_000_000
_saved: dict[str, dict[str, bytes]] = {}


def saved_once(folder: Path, key: tuple[object, ...], save: Callable[[Path], object]) -> Path:
    """What ``save`` writes into a folder; the next time that this process of tests wants the same, it is copied."""
    folder.mkdir(parents=True, exist_ok=True)
    name = json.dumps(key, sort_keys=True, default=str)
    if name in _saved:
        for file, content in _saved[name].items():
            (folder / file).write_bytes(content)
        return folder
    before = set(folder.iterdir())
    save(folder)
    files = [file for file in folder.iterdir() if file not in before]
    if sum(file.stat().st_size for file in files) <= _MOST_KEPT_BYTES:
        _saved[name] = {file.name: file.read_bytes() for file in files}
    return folder


_FULL, _WINDOWED = "full_attention", "sliding_attention"
GEMMA4: dict[str, Any] = {
    "num_hidden_layers": 7,
    "layer_types": [_WINDOWED, _FULL, _WINDOWED, _FULL, _WINDOWED, _WINDOWED, _FULL],
    "sliding_window": 16,
    "global_head_dim": 32,
    "hidden_size_per_layer_input": 32,
    "vocab_size_per_layer_input": 260,
    "num_kv_shared_layers": 3,
    "use_double_wide_mlp": True,
    "tie_word_embeddings": True,
    "final_logit_softcapping": 30.0,
}
"""Gemma 4 E2B's kind: inputs of each layer's own, and the last layers with keys and values of those before."""
GEMMA4_LARGE: dict[str, Any] = {
    **GEMMA4,
    "attention_k_eq_v": True,
    "num_global_key_value_heads": 1,
    "hidden_size_per_layer_input": 0,
    "num_kv_shared_layers": 0,
    "use_double_wide_mlp": False,
}
"""Gemma 4 31B's kind: keys are values where all is seen."""

GEMMA4_EXPERTS: dict[str, Any] = {
    **GEMMA4_LARGE,
    "enable_moe_block": True,
    "num_experts": 8,
    "top_k_experts": 3,
    "moe_intermediate_size": 32,
}
"""Gemma 4 26B-A4B's kind: experts beside each dense feed-forward."""

EXPERTS = {"num_experts": 8, "num_experts_per_tok": 3}
"""Of a small mixture of experts, whose width is the common one (OLMoE) or ``moe_intermediate_size``."""


LFM2 = {
    "intermediate_size": 192,
    "block_multiple_of": 32,
    "layer_types": ["conv", "full_attention", "conv"],
    "tie_word_embeddings": True,
}
"""A small one, whose last layer is a convolution."""


LFM3 = {
    "num_hidden_layers": 4,
    "layer_types": ["conv", "sliding_attention", "full_attention", "conv"],
    "sliding_window": 40,
    "conv_L_cache": 5,
    "norm_eps": 1e-5,
}
LFM2_MOE = {
    **EXPERTS,
    "moe_intermediate_size": 96,
    "num_dense_layers": 1,
    "tie_word_embeddings": True,
    "layer_types": ["conv", "full_attention", "conv"],
    "routed_scaling_factor": 1.5,
}
QWEN35 = {
    "layer_types": ["linear_attention", "full_attention", "linear_attention"],
    "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.5},
    "linear_num_key_heads": 2,
    "linear_num_value_heads": 4,
    "linear_key_head_dim": 16,
    "linear_value_head_dim": 16,
}
"""A small one, whose last layer is a gated delta net, which no published one's is."""


QWEN35_MOE = {
    **QWEN35,
    **EXPERTS,
    "moe_intermediate_size": 32,
    "shared_expert_intermediate_size": 96,
}
GRANITE4_HYBRID = {
    "embedding_multiplier": 3.0,
    "residual_multiplier": 0.4,
    "attention_multiplier": 0.2,
    "logits_scaling": 0.5,
    "layer_types": ["mamba", "attention", "mamba"],
    "num_local_experts": 0,
    "shared_intermediate_size": 96,
    "mamba_n_heads": 8,
    "mamba_n_groups": 1,
    "mamba_d_state": 32,
    "mamba_d_head": 16,
}
"""A small one, whose last layer is Mamba-2."""

GRANITE4_EXPERTS = {
    **GRANITE4_HYBRID,
    "num_local_experts": 8,
    "num_experts_per_tok": 3,
    "intermediate_size": 32,
}


def save_tokenizer(folder: Path) -> int:
    """A tokenizer of one token per byte plus the special ones; returns the vocabulary's size."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({char: i for i, char in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIALS])
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|end|>", chat_template=CHAT_TEMPLATE)
    fast.save_pretrained(folder)
    return len(alphabet) + len(SPECIALS)


def save_model(folder: Path, kind: str = "llama", spread: float = 0.05, **overrides: Any) -> Path:
    """A random model of an architecture (llama, qwen2, qwen3, gemma3_text, mistral ...) in float32.

    ``spread`` is the deviation of the matrices' weights: the wider, the more each choice of an architecture shows.
    """
    return saved_once(folder, ("model", kind, spread, overrides), lambda to: _save_model(to, kind, spread, overrides))


def _save_model(folder: Path, kind: str, spread: float, overrides: dict[str, Any]) -> None:
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    vocabulary = save_tokenizer(folder)
    values: dict[str, Any] = {
        "vocab_size": vocabulary,
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "max_position_embeddings": 512,
        "tie_word_embeddings": False,
        "eos_token_id": vocabulary - len(SPECIALS),
        "bos_token_id": None,
        "pad_token_id": None,
    }
    config = AutoConfig.for_model(kind, **{**values, **overrides})
    torch.manual_seed(7)
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            # Wide enough that logits differ clearly, so that greedy choices are no accident of rounding.
            parameter.add_(torch.randn_like(parameter) * (spread if parameter.dim() > 1 else 0.05))
            if kind == "bitnet" and "_proj." in name:  # -1, 0 and 1 times one scale
                parameter.copy_((parameter / spread).round().clamp(-1, 1) * spread)
        for name, buffer in model.named_buffers():
            if name.endswith("expert_bias"):
                buffer.add_(torch.randn_like(buffer) * 0.3)
            if name.endswith("layer_scalar"):
                buffer.uniform_(0.6, 1.4)
    model.save_pretrained(folder)
