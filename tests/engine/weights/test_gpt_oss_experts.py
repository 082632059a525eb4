"""gpt-oss's experts in MXFP4, as published, are the numbers that transformers makes of them, in every precision."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from llmdesk.errors import ModelDamaged
from tests.engine.networks.test_decoder_architectures import GPT_OSS
from tests.engine.oracle import build, local_model, logits_of, oracle
from tests.engine.tiny_gguf import write_model_gguf
from tests.engine.tiny_models import save_model

torch = pytest.importorskip("torch")
gguf = pytest.importorskip("gguf")
pytestmark = pytest.mark.model

from llmdesk.engine.matrices.forms import dequantized  # noqa: E402
from llmdesk.engine.networks.fused import library  # noqa: E402
from llmdesk.engine.weights.expert_tensors import joined_experts  # noqa: E402
from llmdesk.engine.weights.loading import prepare  # noqa: E402
from llmdesk.engine.weights.safetensors_source import safetensors_tensors  # noqa: E402

PROMPT = list(range(5, 45))
BITS_PER_WEIGHT = 4.25


def blocks_of(rows: Any) -> tuple[Any, Any]:
    """Of floats (experts, rows, columns) what published files hold: bytes of two neighbours, and exponents."""
    packed = gguf.quants.quantize(np.ascontiguousarray(rows), gguf.GGMLQuantizationType.MXFP4)
    packed = packed.reshape(*rows.shape[:2], -1, 17)
    numbers = np.concatenate((packed[..., 1:] & 15, packed[..., 1:] >> 4), axis=-1)
    return numbers[..., 0::2] | numbers[..., 1::2] << 4, packed[..., 0]


def published(folder: Path) -> dict[str, Any]:
    """Rewrites a folder of transformers' own as OpenAI publishes it; returns the same model's plain tensors."""
    from safetensors.torch import load_file, save_file
    from transformers.integrations.mxfp4 import convert_moe_packed_tensors

    plain = {name: value.to(torch.bfloat16).float() for name, value in load_file(folder / "model.safetensors").items()}
    files: dict[str, Any] = {}
    for name, value in plain.items():
        if not name.endswith(("gate_up_proj", "down_proj")):
            files[name] = value.to(torch.bfloat16)
            continue
        blocks, exponents = map(torch.from_numpy, blocks_of(value.numpy().swapaxes(1, 2)))
        files |= {f"{name}_blocks": blocks.contiguous(), f"{name}_scales": exponents.contiguous()}
        plain[name] = convert_moe_packed_tensors(blocks, exponents, dtype=torch.float32)
    save_file(files, folder / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["quantization_config"] = {"quant_method": "mxfp4", "modules_to_not_convert": ["lm_head"]}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return plain


@pytest.fixture
def model(tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    """(published folder, its plain tensors)"""
    folder = save_model(tmp_path / "model", "gpt_oss", spread=0.12, **GPT_OSS | {"intermediate_size": 128})
    return folder, published(folder)


def plain_folder(place: Path, like: Path, tensors: dict[str, Any]) -> Path:
    from safetensors.torch import save_file

    place.mkdir()
    for file in like.iterdir():
        if file.suffix != ".safetensors":
            (place / file.name).write_bytes(file.read_bytes())
    config = json.loads((like / "config.json").read_text(encoding="utf-8"))
    del config["quantization_config"]
    (place / "config.json").write_text(json.dumps(config), encoding="utf-8")
    tensors = {name: value.contiguous() for name, value in tensors.items()}
    save_file(tensors, place / "model.safetensors", metadata={"format": "pt"})
    return place


def of_experts(weights: Any) -> dict[str, Any]:
    names = [name for name in weights.names() if ".experts." in name]
    return {name: dequantized(weights.matrix(name)).float() for name in names}


@pytest.mark.parametrize("precision", ["bf16", "int8", "int4"])
def test_every_precision_keeps_them(tmp_path: Path, model: tuple[Path, dict[str, Any]], precision: str) -> None:
    folder, tensors = model
    plain = prepare(local_model(plain_folder(tmp_path / "plain", folder, tensors)), "bf16", lambda phase, done: None)
    found = prepare(local_model(folder), precision, lambda phase, done: None)  # type: ignore[arg-type]
    expected = of_experts(plain.weights)
    assert set(of_experts(found.weights)) == set(expected)
    assert len(expected) == 4 * 6
    for name, values in of_experts(found.weights).items():
        assert torch.equal(values, expected[name]), name


def test_logits_are_those_of_transformers(tmp_path: Path, model: tuple[Path, dict[str, Any]]) -> None:
    folder, tensors = model
    decoder, _ = build(folder)
    found = decoder.forward(PROMPT, decoder.new_cache(), len(PROMPT))
    expected = logits_of(oracle(plain_folder(tmp_path / "plain", folder, tensors)), PROMPT)
    assert torch.allclose(found, expected, atol=3e-5), (found - expected).abs().max()


@pytest.mark.skipif(library.best_isa() is None, reason="our own kernels do not run on this processor")
@pytest.mark.parametrize("precision", ["int4", "int8"])
def test_our_own_kernels_read_them_in_their_own_form(model: tuple[Path, dict[str, Any]], precision: str) -> None:
    from llmdesk.engine.matrices.panel_forms import FP4
    from tests.engine.networks.test_fused import IDS, both, error, logits

    prepared = prepare(local_model(model[0]), precision, lambda phase, done: None)  # type: ignore[arg-type]
    name = "model.layers.1.mlp.experts.down_proj.weight"
    panels = prepared.weights.panels(name)
    assert panels is not None
    assert panels.form == FP4
    assert panels.data.nbytes == panels.rows * panels.columns * BITS_PER_WEIGHT / 8
    ours, reference = both(prepared)
    expected = logits(reference, IDS, len(IDS))
    for step in (300, 1):
        assert error(logits(ours, IDS, step), expected) < 0.03, step


@pytest.mark.parametrize("precision", ["bf16", "int8", "int4"])
def test_a_gguf_file_of_blocks_is_kept_too(tmp_path: Path, model: tuple[Path, dict[str, Any]], precision: str) -> None:
    plain = plain_folder(tmp_path / "plain", *model)
    path = write_model_gguf(plain, tmp_path / "m.gguf", kind="MXFP4", architecture="gpt-oss")
    expected = of_experts(prepare(local_model(plain), "bf16", lambda phase, done: None).weights)
    found = of_experts(prepare(local_model(path), precision, lambda phase, done: None).weights)  # type: ignore[arg-type]
    assert set(found) == set(expected)
    for name, values in found.items():
        assert torch.equal(values, expected[name]), name


@pytest.mark.parametrize("damage", ["scales are missing", "scales of another shape", "an exponent of no number"])
def test_damage_is_said(model: tuple[Path, dict[str, Any]], damage: str) -> None:
    from safetensors.torch import load_file, save_file

    file, name = model[0] / "model.safetensors", "model.layers.1.mlp.experts.down_proj_scales"
    tensors = load_file(file)
    if damage == "scales are missing":
        del tensors[name]
    elif damage == "scales of another shape":
        tensors[name] = tensors[name][:, :-1].contiguous()
    else:
        tensors[name][3, 5, 1] = 255
    save_file(tensors, file, metadata={"format": "pt"})
    with pytest.raises(ModelDamaged, match="down_proj"):
        prepare(local_model(model[0]), "int4", lambda phase, done: None)


def test_pieces_are_rows_of_the_whole(model: tuple[Path, dict[str, Any]]) -> None:
    found = {tensor.name: tensor for tensor in joined_experts(safetensors_tensors([model[0] / "model.safetensors"]))}
    for role in ("gate", "up", "down"):
        tensor = found[f"model.layers.0.mlp.experts.{role}_proj.weight"]
        assert tensor.shape == ((8 * 64, 128) if role == "down" else (8 * 128, 64))
        assert tensor.is_quantized
        whole = dequantized(tensor.rows(0, tensor.shape[0]))
        for start, end in ((0, 1), (60, 70), (100, 300), (511, 512)):
            assert torch.equal(dequantized(tensor.rows(start, end)), whole[start:end]), (role, start, end)
