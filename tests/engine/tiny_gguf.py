"""Tiny models as whole GGUF files, out of model folders that tiny_models made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np


def write_model_gguf(folder: Path, path: Path, kind: str = "F32", architecture: str = "llama") -> Path:
    """The model of a folder as one file; matrices in ``kind``, the rest in float32."""
    import gguf

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    writer = gguf.GGUFWriter(path, architecture)
    _write_fields(writer, config)
    _write_tokenizer(writer, folder)
    for name, data, quantization in _tensors(folder, config, kind, architecture):
        writer.add_tensor(name, data, raw_dtype=quantization)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _write_fields(writer: Any, config: dict[str, Any]) -> None:
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(config["head_dim"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])


def _write_tokenizer(writer: Any, folder: Path) -> None:
    data = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    specials = {token["id"]: token["content"] for token in data["added_tokens"]}
    tokens = {index: token for token, index in data["model"]["vocab"].items()} | specials
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list([tokens[index] for index in sorted(tokens)])
    writer.add_token_types([3 if index in specials else 1 for index in sorted(tokens)])
    writer.add_token_scores([0.0] * len(tokens))  # merges are derived from them: there are none
    writer.add_eos_token_id(min(specials))
    writer.add_chat_template((folder / "chat_template.jinja").read_text(encoding="utf-8"))


def _tensors(folder: Path, config: dict[str, Any], kind: str, architecture: str) -> Any:
    import gguf
    from safetensors.numpy import load_file

    from llmdesk.engine.gguf_file import hf_names

    weights = load_file(folder / "model.safetensors")
    for gguf_name, name in hf_names(architecture, config["num_hidden_layers"]).items():
        if name not in weights:
            continue
        values = weights[name]
        for part, heads in (("q_proj", "num_attention_heads"), ("k_proj", "num_key_value_heads")):
            if part in name and architecture == "llama":
                halves = values.reshape(config[heads], 2, config["head_dim"] // 2, *values.shape[1:])
                values = np.ascontiguousarray(halves.swapaxes(1, 2).reshape(values.shape))
        quantization = gguf.GGMLQuantizationType[kind if values.ndim == 2 else "F32"]
        yield gguf_name, gguf.quants.quantize(values, quantization), quantization
