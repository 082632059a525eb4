"""llama.cpp's tokens of texts, for GGUF files of a vocabulary and hardly any weights.

python -m tests.engine.weights.llama_cpp_tokens FILE.gguf ... < texts.json > ids.json
"""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

_WIDTH = 32


def write_vocabulary(path: Path, values: dict[str, Any], architecture: str = "llama") -> Path:
    """A model of one tiny layer with these values in its section tokenizer.ggml."""
    import gguf

    rows = len(values["tokens"])
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_context_length(64)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(_WIDTH)
    writer.add_head_count(1)
    writer.add_layer_norm_rms_eps(1e-5)
    for name, value in values.items():
        key = f"tokenizer.ggml.{name}"
        if isinstance(value, list):
            writer.add_array(key, value)
        elif isinstance(value, bool):
            writer.add_bool(key, value)
        elif isinstance(value, int):
            writer.add_uint32(key, value)
        else:
            writer.add_string(key, value)
    writer.add_tensor("token_embd.weight", np.zeros((rows, _WIDTH), np.float16))
    writer.add_tensor("output_norm.weight", np.zeros(_WIDTH, np.float32))
    for part in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"):
        writer.add_tensor(f"blk.0.{part}.weight", np.zeros((_WIDTH, _WIDTH), np.float32))
    for part in ("attn_norm", "ffn_norm"):
        writer.add_tensor(f"blk.0.{part}.weight", np.zeros(_WIDTH, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def llama_cpp_ids(paths: Sequence[Path], texts: Sequence[str]) -> list[list[list[int]]]:
    """By file, its tokens of each text, control words taken as text.

    In a process of its own, which llama.cpp ends on errors.
    """
    command = [sys.executable, "-m", "tests.engine.weights.llama_cpp_tokens", *map(str, paths)]
    done = subprocess.run(command, input=json.dumps(list(texts)).encode(), capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]
    ids: list[list[list[int]]] = json.loads(done.stdout)
    return ids


def _ids(path: str, texts: list[str]) -> list[list[int]]:
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = path
    parameters.n_ctx = 64
    parameters.cpuparams.n_threads = 1
    parameters.n_parallel = 1
    parameters.ui = parameters.warmup = parameters.fit_params = False
    parameters.verbosity = -1
    server = xllamacpp.Server(parameters)
    found = []
    for text in texts:
        body = {"content": text, "add_special": False, "parse_special": False}
        request = urllib.request.Request(f"{server.listening_address}/tokenize", json.dumps(body).encode())
        with urllib.request.urlopen(request) as answer:
            found.append(json.load(answer)["tokens"])
    return found


if __name__ == "__main__":
    given = json.load(sys.stdin)
    json.dump([_ids(file, given) for file in sys.argv[1:]], sys.stdout)
