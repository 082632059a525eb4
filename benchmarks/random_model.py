"""Write a model folder of random weights in a real shape, with the embedded model's tokenizer.

    python benchmarks/random_model.py FOLDER [--shape llama-3.2-1b]
    llmdesk models add FOLDER

`llmdesk bench --synthetic` measures a network; such a folder measures everything around it as well: the first
conversion, the second load, memory, long chats, the window. What it says is nonsense. Takes 2 bytes of disk and memory
per weight.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

if __package__ in (None, ""):  # run as a script in a checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def write(folder: Path, shape: str) -> None:
    """config.json, tokenizer.json and model.safetensors in bf16."""
    import torch
    from safetensors.torch import save_file

    from llmdesk.engine.matrices.forms import dequantized
    from llmdesk.engine.measuring.synthetic import shape_config, synthetic_model
    from llmdesk.engine.weights.loading import prepare
    from llmdesk.models.catalogue import Catalogue

    catalogue = Catalogue.load()
    embedded = prepare(catalogue.resolve(catalogue.default_id), "int4", lambda phase, done: None)
    folder.mkdir(parents=True, exist_ok=True)
    embedded.tokenizer.save_pretrained(folder)
    config = shape_config(shape)
    config.eos_token_id = config.bos_token_id = None  # an answer ends where the benchmark says
    config.save_pretrained(folder)
    weights = synthetic_model(shape, "bf16", 4096).weights
    names = sorted(weights.names())
    matrices = {name: dequantized(weights.matrix(name)).to(torch.bfloat16).contiguous() for name in names}
    save_file(matrices, folder / "model.safetensors")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shape", default="llama-3.2-1b")
    args = parser.parse_args()
    write(args.folder, args.shape)
