"""Whole, damaged and foreign files."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from llmdesk import gguf_header
from llmdesk.errors import ModelDamaged, ModelError, UnsupportedModel
from llmdesk.models import cache_size, checks
from tests.models.builders import gguf, model_folder, safetensors, write


def test_a_whole_folder(tmp_path: Path) -> None:
    found = checks.check(model_folder(tmp_path / "tiny"))
    assert found.context_tokens == 2048
    assert found.architecture == "llama"
    assert [(tensor.name, tensor.elements) for tensor in found.tensors] == [("model.embed_tokens.weight", 2000)]


def test_a_whole_gguf_file_reads_as_the_reference_package_wrote_it(tmp_path: Path) -> None:
    path = gguf(tmp_path / "tiny.gguf", context_tokens=777)
    header = gguf_header.read(path)
    assert header.architecture == "llama"
    assert header.context_tokens == 777
    assert header.values["tokenizer.chat_template"] == "{{ messages }}"
    assert {tensor.name: tensor.elements for tensor in header.tensors} == {
        "blk.0.ffn_up.weight": 64 * 128,
        "token_embd.weight": 1280,
    }
    assert header.int4


def test_what_the_tensors_of_a_gguf_file_are_held_in(tmp_path: Path) -> None:
    found = checks.check(gguf(tmp_path / "tiny.gguf"))
    assert found.own_decoder
    assert [(tensor.quantized, tensor.keeps_8_bits) for tensor in found.tensors] == [(True, False), (False, True)]


def test_how_many_tokens_a_model_has_a_place_for(tmp_path: Path) -> None:
    assert checks.check(gguf(tmp_path / "tiny.gguf")).vocabulary == 10
    folder = model_folder(tmp_path / "tiny")
    for config, expected in ({"vocab_size": 1000}, 1000), ({"text_config": {"vocab_size": 9}}, 9), ({}, 0):
        (folder / "config.json").write_text(json.dumps({"model_type": "llama"} | config))
        assert checks.check(folder).vocabulary == expected


@pytest.mark.parametrize(("kind", "is_own"), [("llama", True), ("gemma3_text", True), ("gemma3", False)])
def test_whether_our_own_decoders_run_a_folder(kind: str, is_own: bool, tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "tiny")
    (folder / "config.json").write_text(json.dumps({"model_type": kind}))
    assert checks.check(folder).own_decoder is is_own


def test_ternary_weights_are_four_to_a_byte(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "tiny")
    (folder / "model.safetensors").write_bytes(safetensors({"model.layers.0.mlp.up_proj.weight": (16, 64)}, "U8"))
    (folder / "config.json").write_text('{"model_type": "bitnet", "quantization_config": {"quant_method": "bitnet"}}')
    assert [(tensor.elements, tensor.ternary) for tensor in checks.check(folder).tensors] == [(4 * 16 * 64, True)]


SHAPE = {"num_hidden_layers": 2, "num_attention_heads": 8, "hidden_size": 256}


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (SHAPE, 2 * 2 * 2 * 8 * 32 + 4 * 32),
        (SHAPE | {"num_key_value_heads": 2}, 2 * 2 * 2 * 2 * 32 + 4 * 32),
        (SHAPE | {"num_key_value_heads": 2, "head_dim": 64}, 2 * 2 * 2 * 2 * 64 + 4 * 64),
        (SHAPE | {"model_type": "gemma3_text"}, 2 * 2 * 2 * 8 * 32 + 2 * 4 * 32),  # two tables of angles
        (SHAPE | {"model_type": "mamba"}, 2 * 2 * 2 * 8 * 32),
        ({"text_config": SHAPE}, 2 * 2 * 2 * 8 * 32 + 4 * 32),
        (SHAPE | {"num_attention_heads": "eight"}, 0),
        (SHAPE | {"num_hidden_layers": -2}, 0),
        (SHAPE | {"num_hidden_layers": 10**30}, 0),
        (SHAPE | {"num_hidden_layers": True}, 0),
        ({}, 0),
    ],
)
def test_bytes_of_a_token_in_the_cache(shape: dict[str, object], expected: int, tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "tiny")
    (folder / "config.json").write_text(json.dumps({"model_type": "llama", **shape}))
    found = checks.check(folder)
    assert found.cache_bytes_per_token == expected
    if shape is SHAPE:
        assert found.small_cache_bytes_per_token == 2 * 2 * 8 * (32 + 2) + 4 * 32
    if not expected or not found.own_decoder:
        assert found.small_cache_bytes_per_token == 0


OPEN_LLAMA_3B = {
    "num_hidden_layers": 26, "num_attention_heads": 32, "hidden_size": 3200, "intermediate_size": 8640,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "is_small"),
    [
        (SHAPE | {"intermediate_size": 1024, "hidden_act": "silu", "clip_qkv": None}, True),
        (OPEN_LLAMA_3B, False),  # heads of 100
        (SHAPE | {"head_dim": 528}, False),
        (SHAPE | {"head_dim": 32, "hidden_size": 300}, False),
        (SHAPE | {"intermediate_size": 1000}, False),
        (SHAPE | {"hidden_act": "gelu"}, False),
        (SHAPE | {"model_type": "granitemoehybrid", "layer_types": ["attention"] * 2}, True),
        (SHAPE | {"model_type": "granitemoehybrid", "layer_types": ["mamba", "attention"]}, True),
        (SHAPE | {"model_type": "granitemoehybrid", "layer_types": ["attention"], "num_local_experts": 8}, True),
        (SHAPE | {"model_type": "olmoe", "clip_qkv": 8.0}, False),
        (SHAPE | {"model_type": "gemma3_text", "use_bidirectional_attention": True}, False),
    ],
)
def test_what_our_own_kernels_refuse_keeps_keys_and_values_in_16_bits(
    changed: dict[str, object], is_small: bool, tmp_path: Path
) -> None:
    folder = model_folder(tmp_path / "tiny")
    (folder / "config.json").write_text(json.dumps({"model_type": "llama", **changed}))
    found = checks.check(folder)
    assert found.cache_bytes_per_token > 0
    assert bool(found.small_cache_bytes_per_token) is is_small


@pytest.mark.parametrize(
    ("architecture", "window", "tables"),
    [("olmo2", 0, 1), ("olmo2", 4096, 2), ("llama", 4096, 1), ("gemma3", 512, 2)],
)
def test_tables_of_angles_of_a_gguf_file(architecture: str, window: int, tables: int) -> None:
    values = {"block_count": 2, "attention.head_count": 8, "embedding_length": 256, "attention.sliding_window": window}
    header = gguf_header.GgufHeader(
        {"general.architecture": architecture, **{f"{architecture}.{key}": value for key, value in values.items()}},
        (),
        (),
    )
    found = cache_size.cache_bytes_of_gguf(header)
    assert found == (2 * 2 * 2 * 8 * 32 + tables * 4 * 32, 2 * 2 * 8 * 34 + tables * 4 * 32)


def test_each_truncation_of_a_gguf_file_is_noticed(tmp_path: Path) -> None:
    data = gguf(tmp_path / "whole.gguf").read_bytes()
    path = tmp_path / "cut.gguf"
    for length in [*range(4, len(data) - 32, 101), len(data) - 32]:
        path.write_bytes(data[:length])
        with pytest.raises(ModelDamaged, match=r"cut\.gguf"):
            checks.check(path)


def test_each_truncation_of_a_safetensors_file_is_noticed(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "tiny")
    data = (folder / "model.safetensors").read_bytes()
    for length in [*range(0, len(data), 97), len(data) - 1]:
        (folder / "model.safetensors").write_bytes(data[:length])
        with pytest.raises(ModelDamaged, match=r"model\.safetensors"):
            checks.check(folder)


def test_foreign_gguf_files(tmp_path: Path) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(b"not a model at all")
    with pytest.raises(ModelDamaged, match="not a GGUF file"):
        checks.check(path)
    path.write_bytes(b"GGUF" + struct.pack("<I", 1) + bytes(100))
    with pytest.raises(UnsupportedModel, match="version 1"):
        checks.check(path)
    path.write_bytes(b"")
    with pytest.raises(ModelDamaged):
        checks.check(path)


def test_shards(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "tiny")
    (folder / "model.safetensors").unlink()
    index = {"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}
    write(folder, {"model.safetensors.index.json": json.dumps(index).encode()})
    write(folder, {"model-1.safetensors": safetensors({"a": (4, 4)})})
    with pytest.raises(ModelDamaged, match=r"1 of 2 weight files: model-2\.safetensors"):
        checks.check(folder)
    write(folder, {"model-2.safetensors": safetensors({"b": (2, 2)})})
    assert sum(tensor.elements for tensor in checks.check(folder).tensors) == 20


@pytest.mark.parametrize(
    ("gone", "kind", "text"),
    [
        ("config.json", ModelDamaged, "has no config.json"),
        ("tokenizer.json", ModelDamaged, "has no tokenizer"),
        ("model.safetensors", ModelDamaged, "safetensors"),
    ],
)
def test_a_missing_file(tmp_path: Path, gone: str, kind: type[ModelError], text: str) -> None:
    folder = model_folder(tmp_path / "tiny")
    (folder / gone).unlink()
    with pytest.raises(kind, match=text):
        checks.check(folder)


def test_pickle_only_is_refused_with_the_reason(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "tiny")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(UnsupportedModel, match="run any code") as caught:
        checks.check(folder)
    assert "safetensors and GGUF only" in caught.value.hint


def test_config_that_is_no_json(tmp_path: Path) -> None:
    folder = model_folder(tmp_path / "tiny")
    for text in ("{", "[1]"):
        (folder / "config.json").write_text(text)
        with pytest.raises(ModelDamaged, match=r"tiny/config\.json is damaged"):
            checks.check(folder)


def test_something_else(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    for path in (tmp_path, tmp_path / "notes.txt"):
        with pytest.raises(UnsupportedModel, match="is not a model"):
            checks.check(path)
