"""Experts become one tall matrix of each role, from whatever form their files have."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from llmdesk.errors import ModelDamaged, UnsupportedModel
from tests.engine.oracle import build, logits_of, oracle
from tests.engine.tiny_models import EXPERTS, save_model

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

from llmdesk.engine.weights.expert_tensors import joined_experts  # noqa: E402
from llmdesk.engine.weights.source import SourceTensor  # noqa: E402

PROMPT = list(range(5, 45))
PREFIX = "model.layers.1.mlp.experts."


def source(name: str, tensor: Any) -> SourceTensor:
    return SourceTensor(name, tuple(tensor.shape), lambda start, end: tensor[start:end])


def by_name(tensors: list[SourceTensor]) -> dict[str, SourceTensor]:
    return {tensor.name: tensor for tensor in tensors}


def test_a_matrix_for_each_expert() -> None:
    experts = [torch.randn(6, 4) for _ in range(11)]
    tensors = [source(f"{PREFIX}{number}.up_proj.weight", each) for number, each in enumerate(experts)]
    plain = source("model.norm.weight", torch.ones(4))
    found = by_name(joined_experts([*tensors[::-1], plain]))
    assert set(found) == {f"{PREFIX}up_proj.weight", "model.norm.weight"}
    tall, expected = found[f"{PREFIX}up_proj.weight"], torch.cat(experts)
    assert tall.shape == (66, 4)
    for start, end in ((0, 66), (0, 1), (5, 7), (6, 12), (65, 66), (3, 40)):
        assert torch.equal(tall.rows(start, end), expected[start:end]), (start, end)


def test_one_tensor_of_three_dimensions() -> None:
    """As transformers and GGUF have it; gate and up together are the two halves of each expert."""
    gate_up, down = torch.randn(5, 12, 4), torch.randn(5, 4, 6)
    found = by_name(joined_experts([source(f"{PREFIX}gate_up_proj", gate_up), source(f"{PREFIX}down_proj", down)]))
    expected = {
        "gate": gate_up[:, :6].reshape(30, 4),
        "up": gate_up[:, 6:].reshape(30, 4),
        "down": down.reshape(20, 6),
    }
    assert set(found) == {f"{PREFIX}{role}_proj.weight" for role in expected}
    for role, values in expected.items():
        tall = found[f"{PREFIX}{role}_proj.weight"]
        assert tall.shape == tuple(values.shape)
        for start, end in ((0, len(values)), (0, 1), (5, 7), (3, 15), (len(values) - 1, len(values))):
            assert torch.equal(tall.rows(start, end), values[start:end]), (role, start, end)


@pytest.mark.parametrize("precision", ["bf16", "int4"])
def test_a_missing_expert_is_named(tmp_path: Path, precision: str) -> None:
    from safetensors.torch import load_file, save_file

    folder = save_model(tmp_path / "model", "olmoe", **EXPERTS)
    tensors = load_file(folder / "model.safetensors")
    del tensors[f"{PREFIX}4.up_proj.weight"]
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelDamaged, match=r"layers\.1\.mlp\.experts\.4\.up_proj"):
        build(folder, precision)


def test_numbers_of_experts_that_cannot_be() -> None:
    """Gaps are named, however far the numbers go; what is no number of an expert is a tensor like others."""
    first = source(f"{PREFIX}0.up_proj.weight", torch.randn(6, 4))
    many = [source(f"{PREFIX}{number}.up_proj.weight", torch.randn(1, 4)) for number in range(5000)]
    for tensors, missing in (([first], 1), (many, 5000)):
        with pytest.raises(ModelDamaged, match=rf"experts\.{missing}\.up_proj"):
            joined_experts([*tensors, source(f"{PREFIX}999999.up_proj.weight", torch.randn(6, 4))])
    endless = source(f"{PREFIX}{'9' * 5000}.up_proj.weight", torch.randn(6, 4))
    assert endless in joined_experts([first, endless])


@pytest.mark.parametrize("precision", ["bf16", "int8"])
@pytest.mark.parametrize("name", ["experts.gate_up_proj_bias", "experts.3.up_proj.bias", "gate.bias"])
def test_biases_of_experts_are_refused(tmp_path: Path, precision: str, name: str) -> None:
    """No decoder adds them, so answers would be wrong."""
    from safetensors.torch import load_file, save_file

    folder = save_model(tmp_path / "model", "olmoe", **EXPERTS)
    tensors = load_file(folder / "model.safetensors")
    tensors[f"model.layers.1.mlp.{name}"] = torch.zeros(8)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(UnsupportedModel, match=re.escape(name)):
        build(folder, precision)


def test_an_expert_of_another_shape_is_damage() -> None:
    tensors = [source(f"{PREFIX}{number}.up_proj.weight", torch.randn(6 + number, 4)) for number in range(2)]
    with pytest.raises(ModelDamaged, match="shape"):
        joined_experts(tensors)


def test_a_folder_in_transformers_own_form_gives_the_same_logits(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    folder = save_model(tmp_path / "model", "qwen3_moe", moe_intermediate_size=32, **EXPERTS)
    model = oracle(folder)
    state = {name: value.contiguous() for name, value in model.state_dict().items()}
    assert any(name.endswith("experts.gate_up_proj") for name in state)
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    decoder, _ = build(folder)
    found = decoder.forward(PROMPT, decoder.new_cache(), last=len(PROMPT))
    assert torch.allclose(found, logits_of(model, PROMPT), atol=3e-5)


@pytest.mark.parametrize("precision", ["bf16", "int4"])
def test_a_router_keeps_its_digits_and_a_token_reads_what_it_chooses(tmp_path: Path, precision: str) -> None:
    folder = save_model(tmp_path / "model", "olmoe", **EXPERTS)
    decoder, prepared = build(folder, precision)
    name = "model.layers.0.mlp.gate.weight"
    assert torch.equal(prepared.weights.tensor(name), oracle(folder).state_dict()[name])
    experts = decoder.weights_bytes - decoder.bytes_per_token - decoder._embedding.nbytes
    dense, _ = build(save_model(tmp_path / "dense", "olmoe", **EXPERTS | {"num_experts_per_tok": 8}), precision)
    assert dense.bytes_per_token - decoder.bytes_per_token == experts > 0.5 * decoder.bytes_per_token
