"""Small whole models from which the fuzzer's cases are made, written once into a folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tests.engine.tiny_gguf import write_model_gguf
from tests.engine.tiny_models import save_model

SMALL: dict[str, Any] = {"num_hidden_layers": 2, "max_position_embeddings": 256}
ROPE = {"rope_type": "yarn", "rope_theta": 10000.0, "factor": 4.0, "original_max_position_embeddings": 64}
FOLDERS: dict[str, dict[str, Any]] = {
    "llama": {"rope_parameters": ROPE},
    "gemma3_text": {"sliding_window": 32, "sliding_window_pattern": 2},
    "phi3": {},
    "smollm3": {},
    "bitnet": {},
    "gpt_neox": {},
}
GGUFS = {"llama": ("llama", "Q4_0"), "gemma3_text": ("gemma3", "F32"), "phi3": ("phi3", "Q8_0")}


def write(home: Path) -> None:
    """``home/folders/KIND`` and ``home/ggufs/KIND.gguf``, and converted ones in ``home/cached``."""
    for kind, values in FOLDERS.items():
        save_model(home / "folders" / kind, kind, **SMALL, **values)
    for kind, (architecture, form) in GGUFS.items():
        plain = home / "plain" / kind
        save_model(plain, kind, **SMALL)
        (home / "ggufs").mkdir(exist_ok=True)
        write_model_gguf(plain, home / "ggufs" / f"{kind}.gguf", form, architecture)
    (home / "folders" / "llama" / "generation_config.json").write_text(json.dumps({"eos_token_id": [256]}))
    shutil.rmtree(home / "plain")
