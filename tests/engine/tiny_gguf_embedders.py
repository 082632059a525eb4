"""Tiny random embedding models as whole GGUF files, and the same as transformers has them (no download)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCABULARY = [
    *SPECIALS,
    ",",
    ".",
    "the",
    "quick",
    "fox",
    "jump",
    "##ed",
    "##ing",
    "ete",
    *LETTERS,
    *(f"##{x}" for x in LETTERS),
]
_NAMES = {
    "bert": {
        "embeddings.position_embeddings": "position_embd", "attention.self.query": "attn_q",
        "attention.self.key": "attn_k", "attention.self.value": "attn_v", "attention.output.dense": "attn_output",
        "attention.output.LayerNorm": "attn_output_norm", "intermediate.dense": "ffn_up", "output.dense": "ffn_down",
        "output.LayerNorm": "layer_output_norm",
    },
    "nomic-bert": {
        "self_attn.o_proj": "attn_output", "post_attention_layernorm": "attn_output_norm", "mlp.up_proj": "ffn_up",
        "mlp.gate_proj": "ffn_gate", "mlp.down_proj": "ffn_down", "post_mlp_layernorm": "layer_output_norm",
    },
}  # fmt: skip
_TOP = {
    "embeddings.word_embeddings": "token_embd", "embeddings.token_type_embeddings": "token_types",
    "embeddings.LayerNorm": "token_embd_norm",
}  # fmt: skip


def random_network(architecture: str) -> Any:
    """transformers' network, in float32."""
    import torch
    from transformers import AutoConfig, AutoModel

    sizes: dict[str, Any] = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
    }
    kind = architecture.replace("-", "_")
    config = AutoConfig.for_model(kind, vocab_size=len(VOCABULARY), max_position_embeddings=48, pad_token_id=0, **sizes)
    torch.manual_seed(3)
    model = AutoModel.from_config(config, dtype=torch.float32).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.05)
    return model


def tokenizer_of_transformers() -> Any:
    """BERT's, as its publisher's files would give it."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    found = Tokenizer(models.WordPiece({word: n for n, word in enumerate(VOCABULARY)}, unk_token="[UNK]"))
    found.normalizer = normalizers.BertNormalizer(lowercase=True)
    found.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    found.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    found.add_special_tokens(SPECIALS)
    return found


def write_embedder_gguf(path: Path, network: Any, architecture: str, pooling: int = 1, kind: str = "F32") -> Path:
    """As llama.cpp's converter writes it. ``pooling``: GGUF's number; matrices in ``kind``, the rest in float32."""
    import gguf

    config = network.config
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_layer_norm_eps(config.layer_norm_eps)
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType(pooling))
    if architecture == "nomic-bert":
        writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_tokenizer_model("bert")
    writer.add_token_list([_spelled(word) for word in VOCABULARY])
    writer.add_token_types([3 if word in SPECIALS else 1 for word in VOCABULARY])
    for name, number in (("unknown", 1), ("cls", 2), ("seperator", 3), ("padding", 0)):
        writer.add_uint32(f"tokenizer.ggml.{name}_token_id", number)
    for name, values in _tensors(network, architecture):
        form = gguf.GGMLQuantizationType[kind if values.ndim == 2 and "embd" not in name else "F32"]
        writer.add_tensor(name, gguf.quants.quantize(values, form), raw_dtype=form)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _spelled(word: str) -> str:
    return word if word in SPECIALS else word[2:] if word.startswith("##") else f"\u2581{word}"


def _tensors(network: Any, architecture: str) -> Any:
    import torch

    weights = network.state_dict()
    for name, values in weights.items():
        part, _, end = name.rpartition(".")
        if part in _TOP or part in _NAMES[architecture]:
            yield f"{(_TOP | _NAMES[architecture])[part]}.{end}", values.numpy()
        elif "layer" in name:
            layer = next(step for step in name.split(".") if step.isdigit())
            inner = part.partition(f".{layer}.")[2]
            if inner in _NAMES[architecture]:
                yield f"blk.{layer}.{_NAMES[architecture][inner]}.{end}", values.numpy()
            elif inner.endswith("q_proj"):
                rows = [weights[name.replace("q_proj", f"{each}_proj")] for each in "qkv"]
                yield f"blk.{layer}.attn_qkv.weight", torch.cat(rows).numpy()
