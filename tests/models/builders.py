"""Small model files, whole in form."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

from llmdesk import paths

_BYTES = {"BF16": 2, "F8_E4M3": 1, "F8_E5M2": 1, "I32": 4, "U32": 4, "U8": 1, "I16": 2, "I64": 8, "F32": 4}


def safetensors(shapes: dict[str, tuple[int, ...]], kind: str = "BF16") -> bytes:
    """A safetensors file of zeros; ``kind`` is safetensors' name of their type."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, shape in shapes.items():
        begin, end = end, end + int(np.prod(shape)) * _BYTES[kind]
        header[name] = {"dtype": kind, "shape": list(shape), "data_offsets": [begin, end]}
    raw = json.dumps(header).encode()
    return struct.pack("<Q", len(raw)) + raw + bytes(end)


def model_files(weights_bytes: int = 4000) -> dict[str, bytes]:
    """Files of a repository, with some that must never be fetched."""
    return {
        "config.json": json.dumps({"model_type": "llama", "max_position_embeddings": 2048}).encode(),
        "tokenizer.json": b'{"model": {}}',
        "chat_template.jinja": b"{{ messages }}",
        "model.safetensors": safetensors({"model.embed_tokens.weight": (weights_bytes // 2,)}),
        "pytorch_model.bin": b"pickle",
        "modeling_tiny.py": b"raise SystemExit",
        "consolidated.safetensors": b"twice",
        "original/consolidated.00.pth": b"pickle",
        "onnx/config.json": b"{}",
        "README.md": b"# Tiny",
    }


def write(folder: Path, files: dict[str, bytes]) -> Path:
    """Write files into a new folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def model_folder(folder: Path) -> Path:
    """A whole model in a folder."""
    wanted = ("config.json", "tokenizer.json", "model.safetensors")
    return write(folder, {name: data for name, data in model_files().items() if name in wanted})


def remember_model(folder: Path, model_id: str) -> Path:
    """A whole model in a folder below this one, with an entry in the user's catalogue."""
    path = model_folder(folder / model_id)
    entry = f'''
[[model]]
id = "{model_id}"
title = "{model_id.title()}"
source = "folder"
location = "{path}"
precision = "int8"
context_tokens = 512
'''
    paths.made(paths.config_dir())
    with paths.user_catalogue().open("a", encoding="utf-8") as file:
        file.write(entry)
    return path


def gguf(path: Path, context_tokens: int = 512, architecture: str = "llama", **options: Any) -> Path:
    """A GGUF file with a vocabulary, one 4-bit and one float tensor, written by the reference package.

    ``options`` are the package's: ``split_max_tensors=1`` makes two files of it, next to the name that was given.
    """
    import gguf as reference

    writer = reference.GGUFWriter(path, architecture, **options)
    writer.add_context_length(context_tokens)
    writer.add_token_list([f"word{number}" for number in range(100)])
    writer.add_token_scores([0.5] * 100)
    writer.add_chat_template("{{ messages }}")
    kind = reference.GGMLQuantizationType.Q4_1
    writer.add_tensor("blk.0.ffn_up.weight", np.zeros((64, 20 * 4), dtype=np.uint8), raw_dtype=kind)
    writer.add_tensor("token_embd.weight", np.zeros((10, 128), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
