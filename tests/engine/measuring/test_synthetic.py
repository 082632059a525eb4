"""Models of random weights: the very tensors of the real architecture, in the forms that loading would give them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llmdesk.errors import ModelNotFound, UnsupportedModel

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

from llmdesk.engine.matrices.forms import Int4Matrix, Int8Matrix, dequantized  # noqa: E402
from llmdesk.engine.measuring.shape_files import shape_names  # noqa: E402
from llmdesk.engine.measuring.synthetic import shape_config, synthetic_model  # noqa: E402
from llmdesk.engine.networks.architecture import EMBEDDING, HEAD, describe  # noqa: E402
from llmdesk.engine.networks.layers import CHOICE_BIAS  # noqa: E402
from llmdesk.engine.networks.tensor_shapes import tensor_shapes  # noqa: E402
from llmdesk.engine.weights.renamed import usual_name  # noqa: E402
from llmdesk.models.catalogue import Catalogue  # noqa: E402

TINY = {
    "model_type": "llama",
    "vocab_size": 96,
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
    "tie_word_embeddings": True,
}


@pytest.fixture
def tiny(tmp_path: Path) -> str:
    file = tmp_path / "tiny.json"
    file.write_text(json.dumps(TINY), encoding="utf-8")
    return str(file)


def test_every_model_of_the_catalogue_has_a_shape() -> None:
    # what writes in those that see has the shape of one that is there without eyes
    for spec in (each for each in Catalogue.load().specs() if each.purpose == "chat"):
        assert any(name.startswith(spec.id) for name in shape_names()), spec.id


def our_form(model: str, name: str, shape: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """As weights are arranged when they are read: experts one after the other, what transformers joins apart."""
    if ".self_attn.q_proj." in name and "qwen3.5" in model:  # queries and their gate
        half = (shape[0] // 2, shape[1])
        return {name: half, name.replace("q_proj", "gate_proj"): half}
    if "shared_mlp.input_linear" in name:  # Granite's gate and up
        half = (shape[0] // 2, shape[1])
        return {name.replace("shared_mlp.input_linear", f"mlp.{role}_proj"): half for role in ("gate", "up")}
    name = usual_name(name).replace("shared_mlp.output_linear", "mlp.down_proj")
    if ".conv" in name and len(shape) == 3:
        return {name: (shape[0] * shape[2],)}
    if len(shape) < 3:
        return {name: shape}
    experts, rows, columns = shape
    if "gate_up" not in name:
        return {f"{name}.weight": (experts * rows, columns)}
    return {f"{name.replace('gate_up', role)}.weight": (experts * rows // 2, columns) for role in ("gate", "up")}


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("smollm2-135m", 134_515_008),  # numbers of the published files
        ("smollm2-360m", 361_821_120),
        ("smollm2-1.7b", 1_711_376_384),
        ("llama-3.2-1b", 1_235_814_400),
        ("qwen3-0.6b", 596_049_920),
        ("qwen3-1.7b", 1_720_574_976),
        ("qwen3-4b", 4_022_468_096),
        ("qwen3-8b", 8_190_735_360),
        ("smollm3-3b", 3_075_098_624),
        ("gemma-3-1b", 999_885_952),
        ("bitnet-2b-4t", 2_412_820_480),
        ("phi-4-mini", 3_836_021_760),
        ("olmoe-1b-7b", 6_919_161_856),
        ("qwen3-30b-a3b", 30_532_122_624),
        ("qwen3-coder-30b-a3b", 30_532_122_624),
        ("olmo2-1b", 1_484_916_736),
        ("olmo3-7b", 7_298_011_136),
        ("lfm2.5-350m", 354_483_968),
        ("lfm2.5-1.2b", 1_170_340_608),
        ("lfm2-8b-a1b", 8_339_929_856),
        ("qwen3.5-0.8b", 752_393_024),  # without eyes
        ("qwen3.5-9b", 8_953_803_264),
        ("granite-4-micro", 3_402_836_480),
        ("gemma-4-e2b", 4_628_569_379),  # of the part that writes, and without keys that nobody reads
        ("gemma-4-e4b", 7_463_013_418),
        ("gemma-4-26b-a4b", 25_233_141_790),
        ("smolvlm2-256m", 162_974_016),  # without eyes, too
        ("smolvlm2-500m", 409_252_800),
        ("smolvlm2-2.2b", 1_812_563_968),
    ],
)
def test_the_tensors_are_those_of_transformers(name: str, parameters: int) -> None:
    from transformers import AutoModelForCausalLM

    config = shape_config(name)
    kind = AutoModelForCausalLM._model_mapping[type(config)]
    with torch.device("meta"):
        state = {key: tuple(value.shape) for key, value in kind(config).state_dict().items()}
    oracle = {part: shape for key, value in state.items() for part, shape in our_form(name, key, value).items()}
    if config.tie_word_embeddings:
        del oracle[HEAD]
    for part in [part for part in oracle if CHOICE_BIAS in part]:  # 32 numbers a layer, which are not drawn
        del oracle[part]
    found = tensor_shapes(describe(config, 4096))
    assert found == oracle
    assert sum(torch.Size(shape).numel() for shape in found.values()) == parameters


def test_the_tensors_of_gpt_oss() -> None:
    """transformers has its experts' columns first, gate and up in turns; biases, which are not drawn, count."""
    from transformers import AutoModelForCausalLM

    config = shape_config("gpt-oss-20b")
    kind = AutoModelForCausalLM._model_mapping[type(config)]
    with torch.device("meta"):
        state = {key: tuple(value.shape) for key, value in kind(config).state_dict().items()}
    biases = {key: shape for key, shape in state.items() if key.endswith("bias")}
    found = tensor_shapes(describe(config, 4096))
    for key in state.keys() - biases.keys():
        experts, columns, rows = state[key] if len(state[key]) == 3 else (0, 0, 0)
        roles = ("gate", "up") if "gate_up" in key else ("",)
        parts = {f"{key.replace('gate_up', role)}.weight": (experts * rows // len(roles), columns) for role in roles}
        for name, shape in (parts if experts else {key: state[key]}).items():
            assert found.pop(name) == shape, name
    assert not found
    assert sum(torch.Size(shape).numel() for shape in state.values()) == 20_914_757_184  # of the published files


def test_a_unique_beginning_is_enough_and_a_wrong_name_is_told() -> None:
    assert shape_config("bitnet").model_type == "bitnet"
    with pytest.raises(ModelNotFound, match="qwen3") as caught:
        shape_config("qwen3")
    assert "llama-3.2-1b" in caught.value.hint


def test_a_file_that_is_no_configuration_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"model_type": "no-such-type"}', encoding="utf-8")
    for name in ("a.json", "missing.json"):
        with pytest.raises(UnsupportedModel):
            shape_config(str(tmp_path / name))


@pytest.mark.parametrize(("precision", "form"), [("int4", Int4Matrix), ("int8", Int8Matrix), ("bf16", torch.Tensor)])
def test_matrices_have_the_form_that_loading_gives_them(tiny: str, precision: Any, form: type) -> None:
    from llmdesk.engine.weights.conversion import Rules

    weights = synthetic_model(tiny, precision, 64).weights
    assert weights.names() == set(tensor_shapes_of(tiny))
    for name, shape in tensor_shapes_of(tiny).items():
        found = weights.matrix(name)
        assert tuple(found.shape) == shape
        if len(shape) == 2:
            loaded = Rules(precision, tied=True).apply(name, torch.randn(shape))
            assert type(found) is type(loaded)
            for part in ("q", "scales", "zeros"):
                ours, theirs = getattr(found, part, None), getattr(loaded, part, None)
                assert (ours is None) == (theirs is None)
                assert ours is None or theirs is None or (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
    assert isinstance(weights.matrix("model.layers.1.mlp.down_proj.weight"), form)


def tensor_shapes_of(name: str) -> dict[str, tuple[int, ...]]:
    return tensor_shapes(describe(shape_config(name), 64))


def test_the_same_weights_each_time_and_others_for_each_matrix(tiny: str) -> None:
    first, second = (synthetic_model(tiny, "int4", 64).weights for _ in range(2))
    up, gate = "model.layers.0.mlp.up_proj.weight", "model.layers.0.mlp.gate_proj.weight"
    assert torch.equal(dequantized(first.matrix(up)), dequantized(second.matrix(up)))
    assert not torch.equal(dequantized(first.matrix(up)), dequantized(first.matrix(gate)))


@pytest.mark.parametrize("precision", ["int4", "int8", "bf16"])
def test_a_product_is_about_as_wide_as_its_input(tmp_path: Path, precision: Any) -> None:
    file = tmp_path / "wide.json"
    file.write_text(json.dumps({**TINY, "hidden_size": 512, "intermediate_size": 1024}), encoding="utf-8")
    weights = synthetic_model(str(file), precision, 64).weights
    for name in ("model.layers.0.mlp.up_proj.weight", "model.layers.0.mlp.down_proj.weight", EMBEDDING):
        matrix = dequantized(weights.matrix(name)).float()
        y = torch.randn(200, matrix.shape[1], generator=torch.Generator().manual_seed(1)) @ matrix.T
        assert 0.7 < float(y.std()) < 1.4, name


@pytest.mark.parametrize("precision", ["int4", "int8"])
def test_bitnet_is_ternary_in_the_form_of_its_own_files(tmp_path: Path, precision: Any) -> None:
    from llmdesk.engine.weights.bitnet import ternary_rows

    file = tmp_path / "ternary.json"
    file.write_text(json.dumps({**TINY, "model_type": "bitnet", "hidden_act": "relu2"}), encoding="utf-8")
    matrix = synthetic_model(str(file), precision, 64).weights.matrix("model.layers.0.mlp.up_proj.weight")
    values = dequantized(matrix)
    assert len(values.unique()) == 3
    again = ternary_rows(values)
    for part in ("q", "scales", "zeros"):
        assert torch.equal(getattr(matrix, part), getattr(again, part))
