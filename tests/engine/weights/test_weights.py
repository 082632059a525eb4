"""Forms of matrices, their files, and the conversion in pieces."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest

from llmdesk.errors import LoadCancelled, ModelDamaged

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

from llmdesk.engine.matrices.forms import (  # noqa: E402
    Int4Matrix,
    Int8Matrix,
    concatenated,
    dequantized,
    quantize_int8,
    rows,
)
from llmdesk.engine.matrices.minima import MinimaMatrix  # noqa: E402
from llmdesk.engine.matrices.quantize import quantize_int4  # noqa: E402
from llmdesk.engine.matrices.stored import Weights  # noqa: E402
from llmdesk.engine.networks.architecture import EMBEDDING, HEAD  # noqa: E402
from llmdesk.engine.weights import source as source_module  # noqa: E402
from llmdesk.engine.weights.bitnet import ternary_tensors  # noqa: E402
from llmdesk.engine.weights.conversion import Rules, convert  # noqa: E402
from llmdesk.engine.weights.source import SourceTensor  # noqa: E402
from llmdesk.engine.weights.weights_file import WeightsWriter, kept_weights  # noqa: E402


def relative_error(matrix: Any, weight: Any) -> float:
    return float((matrix.dequantized() - weight).norm() / weight.norm())


def random(*shape: int) -> Any:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1)) * 0.02


@pytest.mark.parametrize(("group", "worst"), [(32, 0.0725), (64, 0.0845)])
def test_four_bits_are_searched_well(group: int, worst: float) -> None:
    """The plain way (smallest to largest number in 15 steps) gives 0.0775 and 0.0895."""
    weight = random(256, 256)
    matrix = quantize_int4(weight, group)
    assert matrix.group == group
    assert relative_error(matrix, weight) < worst


@pytest.mark.parametrize("weight", [torch.full((2, 32), 0.3), torch.zeros(2, 32), torch.eye(32), -torch.eye(32)])
def test_four_bits_of_odd_groups(weight: Any) -> None:
    assert torch.allclose(quantize_int4(weight).dequantized(), weight, atol=1e-6)


def test_eight_bits_have_a_scale_for_32_columns_or_for_the_row() -> None:
    weight = random(8, 96)
    assert quantize_int8(weight).scales.shape == (8, 3)
    assert relative_error(quantize_int8(weight), weight) < 0.006
    assert quantize_int8(random(8, 40)).group == 40


def test_groups_can_be_made_smaller_and_matrices_joined_without_loss() -> None:
    matrix = quantize_int4(random(4, 128), 64)
    assert matrix.regrouped(32).group == 32
    assert torch.equal(matrix.regrouped(32).dequantized(), matrix.dequantized())
    joined = concatenated([matrix, matrix])
    assert isinstance(joined, Int4Matrix)
    assert torch.equal(joined.dequantized()[4:], matrix.dequantized())


def test_matrices_of_other_groups_are_joined_in_floats() -> None:
    """Of one class, as Q5_K and Q2_K are."""
    five, two = (
        MinimaMatrix(
            torch.ones(4, 256, dtype=torch.uint8),
            *(torch.ones(4, 256 // group, dtype=torch.uint8) for _ in range(2)),
            *(torch.full((4, 1), half, dtype=torch.float16) for half in (0.5, 0.25)),
        )
        for group in (32, 16)
    )
    assert isinstance(concatenated([five, five]), MinimaMatrix)
    joined = concatenated([five, two])
    assert isinstance(joined, torch.Tensor)
    assert torch.equal(joined, torch.full((8, 256), 0.25))


@pytest.mark.parametrize("kinds", ["Q5_K Q2_K", "Q6_K Q8_0", "IQ4_NL Q8_0", "Q4_K Q2_K"])
def test_mixed_inputs_are_one_matrix_of_8_bits(kinds: str) -> None:
    from llmdesk.engine.networks.decoder_layers import _joined
    from llmdesk.engine.weights.gguf_blocks import matrix_of
    from tests.engine.weights.test_super_blocks import blocks

    halves = {"Q2_K": (80, 82), "Q4_K": (0, 2), "Q5_K": (0, 2), "Q6_K": (208,), "Q8_0": (0,), "IQ4_NL": (0,)}
    each = {kind: blocks(kind, halves[kind], rows=4) for kind in kinds.split()}
    joined = _joined([matrix_of(kind, data) for kind, (data, _) in each.items()])
    meant = torch.cat([torch.from_numpy(values) for _, values in each.values()])
    assert type(joined) is Int8Matrix
    assert joined.group == 32
    assert relative_error(joined, meant) < 0.01


def test_four_bits_in_eight_are_exact_around_a_whole_zero() -> None:
    matrix = quantize_int4(random(64, 512))
    symmetric = Int4Matrix(matrix.q, matrix.scales, torch.full_like(matrix.zeros, 8.0))
    assert torch.equal(symmetric.in_int8().dequantized(), symmetric.dequantized())
    assert relative_error(matrix.in_int8(), matrix.dequantized()) < 0.003
    far = Int4Matrix(matrix.q, matrix.scales, torch.full_like(matrix.zeros, -200.5))
    assert relative_error(far.in_int8(), far.dequantized()) < 0.01


def test_single_rows() -> None:
    ids, weight = torch.tensor([3, 0, 3]), random(4, 64)
    for matrix in (quantize_int4(weight), quantize_int8(weight)):
        assert torch.equal(rows(matrix, ids), matrix.dequantized()[ids])
    assert torch.equal(rows(weight, ids), weight[ids])


def written(path: Path, **matrices: Any) -> Path:
    with WeightsWriter(path, "source", list(matrices)) as writer:
        for name, matrix in matrices.items():
            writer.add(name, matrix, lambda: None)
    return path


def test_a_file_is_a_safetensors_file_whose_tensors_are_aligned_and_mapped(tmp_path: Path) -> None:
    from safetensors import safe_open

    matrices = {
        "a": quantize_int4(random(3, 32)),
        "v": random(7),
        "b": quantize_int8(random(5, 64)),
        "c": random(2, 3).bfloat16(),
    }
    path = written(tmp_path / "w.safetensors", **matrices)
    with safe_open(path, framework="pt") as file:
        assert torch.equal(file.get_tensor("v"), matrices["v"])
    weights = Weights([path])
    assert weights.names() == set(matrices)
    for name, matrix in matrices.items():
        found = weights.matrix(name)
        assert type(found) is type(matrix)
        for part in ("q", "scales", "zeros"):
            assert not hasattr(matrix, part) or torch.equal(getattr(found, part), getattr(matrix, part))
    first, second = weights.matrix("a"), weights.matrix("b")
    pointers = [first.q.data_ptr(), first.zeros.data_ptr(), second.q.data_ptr(), weights.tensor("c").data_ptr()]  # type: ignore[union-attr]
    head = json.loads(path.read_bytes()[8 : 8 + struct.unpack("<Q", path.read_bytes()[:8])[0]])
    begins = [head[name]["data_offsets"][0] for name in ("a.q4", "a.zeros", "b.q8", "c")]
    assert [pointer % 64 for pointer in pointers] == [0] * 4
    assert [pointer - pointers[0] for pointer in pointers] == [begin - begins[0] for begin in begins]  # no copies


def test_a_file_that_is_left_half_written_is_none(tmp_path: Path) -> None:
    def write_half() -> None:
        with WeightsWriter(tmp_path / "w.safetensors", "source", ["a", "b"]) as writer:
            writer.add("a", random(64), lambda: None)
            assert len(list(tmp_path.iterdir())) == 1
            raise LoadCancelled("stopped")

    with pytest.raises(LoadCancelled):
        write_half()
    assert list(tmp_path.iterdir()) == []
    assert kept_weights(tmp_path / "w.safetensors", "source", lambda: None) is None


def test_a_file_of_another_source_is_not_used(tmp_path: Path) -> None:
    path = written(tmp_path / "w.safetensors", a=random(64))
    assert kept_weights(path, "source", lambda: None) is not None
    assert kept_weights(path, "another", lambda: None) is None


def source_of(name: str, weight: Any, **more: Any) -> SourceTensor:
    return SourceTensor(name, tuple(weight.shape), lambda start, end: weight[start:end], **more)


def sources() -> list[SourceTensor]:
    shapes = {"model.layers.0.mlp.up_proj.weight": (40, 64), "model.norm.weight": (64,), EMBEDDING: (50, 64)}
    return [source_of(name, random(*shape)) for name, shape in shapes.items()]


@pytest.mark.parametrize("precision", ["int4", "int8", "bf16"])
def test_pieces_make_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, precision: Any) -> None:
    found = []
    for elements in (1 << 22, 7 * 64):
        monkeypatch.setattr(source_module, "PIECE_ELEMENTS", elements)
        path = tmp_path / f"{elements}.safetensors"
        convert(sources(), Rules(precision, tied=True), path, "source", lambda done: None)
        weights = Weights([path])
        found.append({name: dequantized(weights.matrix(name)).float() for name in weights.names()})
    assert found[0].keys() == found[1].keys()
    for name, whole in found[0].items():  # the search for 4 bits adds in another order, so a near tie may go elsewhere
        assert (whole - found[1][name]).norm() <= (0.01 if precision == "int4" else 0) * whole.norm()


def test_a_conversion_stops_inside_a_tensor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_module, "PIECE_ELEMENTS", 64)
    read: list[int] = []

    def rows_of(start: int, end: int) -> Any:
        read.append(start)
        return random(end - start, 64)

    def stop(done: float) -> None:
        if done > 0.3:
            raise LoadCancelled("stopped")

    tensor = SourceTensor("model.layers.0.mlp.up_proj.weight", (100, 64), rows_of)
    with pytest.raises(LoadCancelled):
        convert([tensor], Rules("int4", tied=True), tmp_path / "w.safetensors", "source", stop)
    assert max(read) < 40
    assert list(tmp_path.iterdir()) == []


def test_a_tied_embedding_is_stored_once_in_the_form_of_the_head(tmp_path: Path) -> None:
    for tied, forms in ((True, {EMBEDDING: Int8Matrix}), (False, {EMBEDDING: torch.Tensor, HEAD: Int8Matrix})):
        path = tmp_path / f"{tied}.safetensors"
        tensors = [source_of(EMBEDDING, random(50, 64)), source_of(HEAD, random(50, 64))]
        convert(tensors, Rules("int4", tied=tied), path, "source", lambda done: None)
        weights = Weights([path])
        assert {name: type(weights.matrix(name)) for name in weights.names()} == forms


def test_what_a_file_holds_in_blocks_is_not_rounded_to_fewer_bits() -> None:
    name, six_bits = "model.layers.0.mlp.up_proj.weight", random(4, 64)
    mixed = Rules("int4", tied=True, mostly_int4=True)
    assert isinstance(mixed.apply(name, six_bits, is_quantized=True), Int8Matrix)
    four_bits = quantize_int4(random(4, 64))
    assert mixed.apply(name, four_bits, is_quantized=True) is four_bits
    assert isinstance(Rules("int8", tied=True).apply(name, four_bits, is_quantized=True), Int8Matrix)
    eight_bits = quantize_int8(random(4, 64))
    assert Rules("int8", tied=True).apply(name, eight_bits, is_quantized=True) is eight_bits
    assert isinstance(Rules("int4", tied=True).apply(name, eight_bits, is_quantized=True), Int4Matrix)


PROJECTION = "model.layers.0.self_attn.q_proj.weight"


@pytest.mark.parametrize(("linear_class", "scale"), [("autobitlinear", 1.5), ("bitlinear", 1 / 1.5)])
def test_packed_ternary_weights_are_exact(linear_class: str, scale: float) -> None:
    """The example in the docstring of transformers' unpack_weights (whose module would start a compiler's threads)."""
    packed = torch.tensor([[0b10100001, 0b00011000], [0b10010000, 0b00001010]], dtype=torch.uint8)
    signs = torch.tensor([[0, -1], [-1, 1], [-1, 1], [-1, 1], [1, 0], [0, -1], [1, -1], [1, -1]]).float()
    tensors = [source_of(PROJECTION, packed), source_of(f"{PROJECTION}_scale", torch.tensor([1.5]).bfloat16())]
    (found,) = ternary_tensors(tensors, {"quant_method": "bitnet", "linear_class": linear_class})
    assert found.shape == signs.shape
    matrix = Rules("bf16", tied=True, ternary=True).apply(found.name, found.rows(0, 8), found.is_quantized)
    assert isinstance(matrix, Int4Matrix)
    assert matrix.group == 2
    assert torch.equal(matrix.dequantized(), signs * torch.tensor(scale))


def test_ternary_weights_that_are_rounded_when_used() -> None:
    weight = random(16, 32).bfloat16()
    embedding = source_of(EMBEDDING, weight)
    packing = {"quant_method": "bitnet", "linear_class": "autobitlinear", "quantization_mode": "online"}
    found = {tensor.name: tensor for tensor in ternary_tensors([source_of(PROJECTION, weight), embedding], packing)}
    assert found[EMBEDDING] is embedding
    inverse = 1.0 / weight.float().abs().mean()
    expected = ((weight.float() * inverse).round().clamp(-1, 1) / inverse).to(weight.dtype)
    assert torch.equal(found[PROJECTION].rows(0, 16).dequantized().bfloat16(), expected)


def test_a_byte_that_is_no_ternary_weight() -> None:
    packed = torch.full((4, 32), 0b11, dtype=torch.uint8)
    tensors = [source_of(PROJECTION, packed), source_of(f"{PROJECTION}_scale", torch.ones(1))]
    (found,) = ternary_tensors(tensors, {"quant_method": "bitnet"})
    with pytest.raises(ModelDamaged, match="ternary"):
        found.rows(0, 16)
