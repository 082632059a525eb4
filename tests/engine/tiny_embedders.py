"""Tiny random embedding models in sentence-transformers' form (no download)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.engine.tiny_models import save_tokenizer

_SIZES: dict[str, Any] = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": 128,
}


def save_embedder(
    folder: Path, kind: str = "bert", pooling: str = "mean_tokens", most_tokens: int = 64, **overrides: Any
) -> Path:
    """A random model of an architecture, with how its vectors are made. ``pooling`` is the end of a key's name."""
    import torch
    from transformers import AutoConfig, AutoModel

    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = save_tokenizer(folder)
    values = {**_SIZES, "vocab_size": vocabulary, "pad_token_id": 1, **overrides}
    config = AutoConfig.for_model(kind, **values)
    torch.manual_seed(7)
    model = AutoModel.from_config(config, dtype=torch.float32)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.05)
    model.save_pretrained(folder)
    modules = ("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")
    write(folder / "modules.json", [
        {"idx": n, "name": str(n), "path": path, "type": f"sentence_transformers.models.{name}"}
        for n, (name, path) in enumerate(modules)
    ])  # fmt: skip
    write(folder / "1_Pooling" / "config.json", {"word_embedding_dimension": 32, f"pooling_mode_{pooling}": True})
    write(folder / "sentence_bert_config.json", {"max_seq_length": most_tokens, "do_lower_case": False})
    return folder


def write(path: Path, value: Any) -> None:
    """As JSON."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
