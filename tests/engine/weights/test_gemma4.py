"""Gemma 4's files: GGUF as llama.cpp writes it, folders that see and hear, too, and a table that stays on the disk."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from llmdesk.errors import BadValue, ModelDamaged
from tests.engine.oracle import build, local_model, logits_of, oracle
from tests.engine.tiny_gguf import write_model_gguf
from tests.engine.tiny_models import GEMMA4, GEMMA4_EXPERTS, GEMMA4_LARGE, save_model

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

from llmdesk.engine.matrices.forms import quantize_int8  # noqa: E402
from llmdesk.engine.networks.gemma4_tensors import PER_LAYER_EMBEDDING  # noqa: E402
from llmdesk.engine.weights.loading import prepare  # noqa: E402
from llmdesk.models import checks  # noqa: E402
from llmdesk.models.memory import size_of  # noqa: E402

IDS = [(i * 37 + i * i) % 256 for i in range(60)]


def logits(path: Path) -> Any:
    decoder, _ = build(path)
    return decoder.forward(IDS, decoder.new_cache(), last=len(IDS))


def in_16_bits(folder: Path) -> Path:
    """With weights that bfloat16 holds exactly, as a GGUF file of floats is kept."""
    from safetensors.torch import load_file, save_file

    file = folder / "model.safetensors"
    save_file({name: tensor.bfloat16().float() for name, tensor in load_file(file).items()}, file)
    return folder


@pytest.mark.parametrize("kind", [GEMMA4, GEMMA4_LARGE, GEMMA4_EXPERTS])
def test_a_gguf_file_computes_what_transformers_computes_of_the_folder(tmp_path: Path, kind: dict[str, Any]) -> None:
    folder = in_16_bits(save_model(tmp_path / "model", "gemma4_text", spread=0.12, **kind))
    path = write_model_gguf(folder, tmp_path / "model.gguf", architecture="gemma4")
    assert torch.allclose(logits(path), logits_of(oracle(folder), IDS), atol=3e-5)


@pytest.mark.parametrize("kind", [GEMMA4, GEMMA4_EXPERTS])
def test_a_gguf_file_of_few_bits_runs_on_our_own_kernels(tmp_path: Path, kind: dict[str, Any]) -> None:
    from tests.engine.networks.test_fused import both, error
    from tests.engine.networks.test_fused import logits as logits_in_steps

    folder = save_model(tmp_path / "model", "gemma4_text", **kind)
    path = write_model_gguf(folder, tmp_path / "model.gguf", "Q8_0", architecture="gemma4")
    prepared = prepare(local_model(path), "int8", lambda phase, done: None)
    assert prepared.weights.panels(PER_LAYER_EMBEDDING) is None
    ours, reference = both(prepared)
    expected = logits_in_steps(reference, IDS, len(IDS))
    for step in (len(IDS), 1):
        assert error(logits_in_steps(ours, IDS, step), expected) < 0.05


def whole_model(folder: Path) -> Path:
    """A folder as it is published: the part that writes under names of its own, beside one that sees."""
    from safetensors.torch import load_file, save_file

    config = json.loads((folder / "config.json").read_text())
    whole = {"model_type": "gemma4", "architectures": ["Gemma4ForConditionalGeneration"], "text_config": config,
             "tie_word_embeddings": True, "eos_token_id": [1, 106]}  # fmt: skip
    (folder / "config.json").write_text(json.dumps(whole))
    tensors = load_file(folder / "model.safetensors")
    renamed = {name.replace("model.", "model.language_model.", 1): tensor for name, tensor in tensors.items()}
    renamed["model.vision_tower.patch_embedder.input_proj.weight"] = torch.zeros(64, 64)
    renamed["model.embed_vision.embedding_projection.weight"] = torch.zeros(64, 64)
    save_file(renamed, folder / "model.safetensors")
    return folder


def test_of_a_model_that_sees_the_part_that_writes_is_read(tmp_path: Path) -> None:
    expected = logits(save_model(tmp_path / "text", "gemma4_text", **GEMMA4))
    own_end = json.loads((tmp_path / "text" / "config.json").read_text())["eos_token_id"]
    folder = whole_model(save_model(tmp_path / "whole", "gemma4_text", **GEMMA4))
    assert torch.equal(logits(folder), expected)
    prepared = prepare(local_model(folder), "int4", lambda phase, done: None)
    assert not any("vision" in name for name in prepared.weights.names())
    assert prepared.config.eos_token_id == [1, 106, own_end]  # those of the whole and of its text part
    found = checks.check(folder)
    assert (found.own_decoder, found.own_kernels, found.vocabulary) == (True, True, 260)
    alone = checks.check(tmp_path / "text")
    assert size_of(found).sight_weights > 0
    assert replace(size_of(found), sight_weights=0) == size_of(alone)
    assert found.cache_bytes_per_token == alone.cache_bytes_per_token > 0


def test_the_memory_plan_leaves_the_table_on_the_disk_and_counts_shared_keys_once(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "model", "gemma4_text", **GEMMA4)
    found = checks.check(folder)
    size = size_of(found)
    table = 260 * 7 * 32
    all_weights = sum(tensor.elements for tensor in found.tensors)
    assert size.head_weights + size.other_weights == all_weights - table
    assert size.head_weights > size.embedding_weights == 260 * 64  # that is the head; and small matrices
    own = 2 * 2 * 16 + 2 * 2 * 32  # of four layers with keys two have a window: heads, numbers
    assert found.cache_bytes_per_token == 2 * 2 * own + 4 * (16 + 32)


@pytest.mark.parametrize("precision", ["int4", "int8", "bf16"])
def test_only_rows_of_the_table_are_read(tmp_path: Path, precision: Any) -> None:
    folder = save_model(tmp_path / "model", "gemma4_text", **GEMMA4)
    exact = prepare(local_model(folder), "bf16", lambda phase, done: None).weights
    weights = prepare(local_model(folder), precision, lambda phase, done: None).weights
    table = exact.tensor(PER_LAYER_EMBEDDING).float()
    ids = [7, 200, 7, 0, 259]
    expected = table[ids] if precision == "bf16" else quantize_int8(table).dequantized()[ids]
    assert np.array_equal(weights.rows(PER_LAYER_EMBEDDING, ids), expected.numpy())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("num_kv_shared_layers", 6),  # no layer with a window would have keys
        ("num_kv_shared_layers", 7),
        ("vocab_size_per_layer_input", 128),
        ("hidden_size_per_layer_input", -1),
        ("per_layer_config", {"1": {"head_dim": 32}}),
        ("per_layer_config", {"1": {"head_dim": 33}, "3": {"head_dim": 33}, "6": {"head_dim": 33}}),
    ],
)
def test_a_configuration_that_cannot_be_is_refused(tmp_path: Path, key: str, value: object) -> None:
    folder = save_model(tmp_path / "model", "gemma4_text", **GEMMA4)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {key: value}))
    with pytest.raises((BadValue, ModelDamaged)):
        prepare(local_model(folder), "int4", lambda phase, done: None)
