"""GGUF blocks are repacked exactly; names, configuration and broken files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from llmdesk.engine.networks.architecture import ROPE_FACTORS
from llmdesk.engine.weights.gguf_file import GgufFile
from llmdesk.engine.weights.gguf_names import hf_names
from llmdesk.engine.weights.renamed import usual_name
from llmdesk.engine.weights.source import SourceTensor
from llmdesk.errors import ModelDamaged, UnsupportedModel
from llmdesk.gguf_kinds import ARCHITECTURES

torch = pytest.importorskip("torch")
gguf = pytest.importorskip("gguf")
pytestmark = pytest.mark.model

HEADS, DIM, COLUMNS = 4, 16, 256
NAMES = {
    "blk.0.attn_q.weight": "model.layers.0.self_attn.q_proj.weight",
    "blk.0.attn_v.weight": "model.layers.0.self_attn.v_proj.weight",
    "blk.0.ffn_up.weight": "model.layers.0.mlp.up_proj.weight",
}


def k_blocks(kind: str, rows: int, rng: np.random.Generator) -> np.ndarray:
    """Random bytes are valid blocks as long as their half-precision factors are numbers."""
    size = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[kind]][1]
    of_a_row = COLUMNS // gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[kind]][0]
    data = rng.integers(0, 256, (rows, of_a_row * size), dtype=np.uint8).reshape(-1, size)
    factors = rng.uniform(0.001, 0.01, (len(data), 2)).astype(np.float16).view(np.uint8)
    if kind in ("Q6_K", "Q3_K"):
        data[:, -2:] = factors[:, :2]
    elif kind == "Q2_K":
        data[:, -4:] = factors
    else:
        data[:, : 2 if kind.startswith("IQ4") else 4] = factors[:, : 2 if kind.startswith("IQ4") else 4]
    if kind == "Q4_K":
        data[3, 4], data[5, :2] = 0, 0  # groups whose scale is 0
    return data.reshape(rows, -1)


def write_gguf(
    path: Path, kind: str = "Q4_1", architecture: str = "llama", kv_heads: bool = True, **vectors: np.ndarray
) -> dict[str, np.ndarray]:
    """A file of one layer's worth of tensors; returns what the blocks mean, in GGUF's own row order."""
    rng = np.random.default_rng(5)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_head_count(HEADS)
    writer.add_block_count(1)
    if kv_heads:
        writer.add_head_count_kv(HEADS)
    quantization = gguf.GGMLQuantizationType[kind]
    meant = {}
    for name in NAMES:
        values = rng.normal(size=(HEADS * DIM, COLUMNS)).astype(np.float32)
        values[3, :32] = 0.25  # a block of equal values has the scale 0
        is_random = kind.endswith("_K") or kind.startswith("IQ")
        data = k_blocks(kind, HEADS * DIM, rng) if is_random else gguf.quants.quantize(values, quantization)
        meant[name] = gguf.quants.dequantize(data, quantization)
        writer.add_tensor(name, data, raw_dtype=quantization)
    for name, vector in vectors.items():
        writer.add_tensor(name.replace("__", "."), vector)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return meant


def read(path: Path) -> dict[str, SourceTensor]:
    return {tensor.name: tensor for tensor in GgufFile(path).tensors()}


def matrix_of(tensor: SourceTensor) -> Any:
    return tensor.finish(tensor.rows(0, tensor.shape[0]))


@pytest.mark.parametrize("kind", ["Q4_0", "Q4_1", "Q4_K", "TQ1_0", "TQ2_0"])
def test_blocks_of_at_most_four_bits_are_kept_exactly(tmp_path: Path, kind: str) -> None:
    from llmdesk.engine.matrices.forms import Int4Matrix

    meant = write_gguf(tmp_path / "m.gguf", kind)
    found = read(tmp_path / "m.gguf")
    for name, values in meant.items():
        matrix = matrix_of(found[NAMES[name]])
        assert isinstance(matrix, Int4Matrix)
        assert matrix.group == (256 if kind.startswith("TQ") else 32)
        rows = _hf_order(values) if "attn_q" in name else values
        assert np.allclose(matrix.dequantized().numpy(), rows, rtol=0, atol=2e-6 * np.abs(rows).max())


@pytest.mark.parametrize("kind", ["Q5_0", "Q6_K", "Q8_0", "MXFP4", "Q3_K", "IQ4_NL", "IQ4_XS", "Q2_K", "Q5_K"])
def test_blocks_of_up_to_eight_bits_are_kept_exactly(tmp_path: Path, kind: str) -> None:
    from llmdesk.engine.matrices.forms import Int8Matrix
    from llmdesk.engine.matrices.minima import MinimaMatrix

    meant = write_gguf(tmp_path / "m.gguf", kind)
    found = read(tmp_path / "m.gguf")
    for name, values in meant.items():
        matrix = matrix_of(found[NAMES[name]])
        assert isinstance(matrix, MinimaMatrix if kind in ("Q2_K", "Q5_K") else Int8Matrix)
        assert np.array_equal(matrix.dequantized().numpy(), _hf_order(values) if "attn_q" in name else values)


@pytest.mark.parametrize("kind", ["Q5_1", "F16", "BF16", "F32"])
def test_other_forms_are_dequantised(tmp_path: Path, kind: str) -> None:
    meant = write_gguf(tmp_path / "m.gguf", kind)
    found = read(tmp_path / "m.gguf")
    for name, values in meant.items():
        rows = _hf_order(values) if "attn_q" in name else values
        assert np.array_equal(matrix_of(found[NAMES[name]]).numpy(), rows)
        assert found[NAMES[name]].is_quantized == kind.startswith("Q")


@pytest.mark.parametrize("kind", ["Q5_1", "Q5_K", "Q6_K"])
def test_eight_bits_hold_five_and_six(tmp_path: Path, kind: str) -> None:
    from llmdesk.engine.weights.conversion import Rules

    meant = write_gguf(tmp_path / "m.gguf", kind)["blk.0.ffn_up.weight"]
    name = NAMES["blk.0.ffn_up.weight"]
    for rules in (Rules("int8", tied=True), Rules("int4", tied=True, mostly_int4=True)):
        matrix = rules.apply(name, matrix_of(read(tmp_path / "m.gguf")[name]), is_quantized=True)
        error = np.abs(matrix.dequantized().numpy() - meant).max()
        assert error <= np.abs(meant).max() / 127 / 2 * 1.001


@pytest.mark.parametrize("kind", ["IQ4_NL", "IQ4_XS", "MXFP4"])
def test_tables_are_kept_in_every_precision_but_bf16(tmp_path: Path, kind: str) -> None:
    from llmdesk.engine.matrices.panels import in_panels
    from llmdesk.engine.networks.fused import library
    from llmdesk.engine.weights.conversion import Rules

    meant = write_gguf(tmp_path / "m.gguf", kind)["blk.0.ffn_up.weight"]
    name = NAMES["blk.0.ffn_up.weight"]
    matrix = matrix_of(read(tmp_path / "m.gguf")[name])
    for rules in (Rules("int8", tied=True), Rules("int4", tied=True), Rules("int4", tied=True, mostly_int4=True)):
        assert rules.apply(name, matrix, is_quantized=True) is matrix
    assert rules.apply("model.embed_tokens.weight", matrix, is_quantized=True) is matrix
    assert Rules("bf16", tied=True).apply(name, matrix, is_quantized=True).dtype == torch.bfloat16  # type: ignore[union-attr]
    if library.best_isa() is not None:
        panels: Any = in_panels(library.best(), matrix, per_row_activations=False)
        assert panels.data.nbytes * 8 == panels.rows * panels.columns * (4.25 if kind == "MXFP4" else 4.5)
        tolerance = 2**-11 if kind == "IQ4_XS" else 0  # its scales are products
        assert np.allclose(panels.dequantized().numpy(), meant, rtol=tolerance, atol=0)


def test_rows_can_be_read_in_pieces(tmp_path: Path) -> None:
    write_gguf(tmp_path / "m.gguf", "Q4_K")
    tensor = read(tmp_path / "m.gguf")[NAMES["blk.0.ffn_up.weight"]]
    whole, piece = tensor.rows(0, HEADS * DIM), tensor.rows(10, 13)
    assert torch.equal(piece.dequantized(), whole.dequantized()[10:13])


def _hf_order(rows: np.ndarray) -> np.ndarray:
    """llama.cpp writes the rows of a head as (0, D/2, 1, D/2 + 1, ...)."""
    result = np.empty_like(rows)
    for head in range(HEADS):
        for i in range(DIM):
            result[head * DIM + i] = rows[head * DIM + (2 * i if i < DIM // 2 else 2 * (i - DIM // 2) + 1)]
    return result


def test_rows_of_other_architectures_stay_in_their_order(tmp_path: Path) -> None:
    meant = write_gguf(tmp_path / "m.gguf", "F32", "qwen2")
    assert np.array_equal(
        matrix_of(read(tmp_path / "m.gguf")[NAMES["blk.0.attn_q.weight"]]), meant["blk.0.attn_q.weight"]
    )


def test_without_a_number_of_key_heads_there_are_as_many_as_query_heads(tmp_path: Path) -> None:
    write_gguf(tmp_path / "m.gguf", "F32", kv_heads=False)
    assert len(read(tmp_path / "m.gguf")) == 3


def test_rotary_factors_and_norms(tmp_path: Path) -> None:
    """Gemma's files hold norms with the 1 already added that transformers' modules add."""
    norm, factors = np.linspace(0.5, 1.5, 64, dtype=np.float32), np.linspace(1, 8, 8, dtype=np.float32)
    for architecture, expected in (("llama", norm), ("gemma3", norm - 1)):
        path = tmp_path / f"{architecture}.gguf"
        write_gguf(path, "F32", architecture, blk__0__attn_norm__weight=norm)
        found = matrix_of(read(path)["model.layers.0.input_layernorm.weight"])
        assert np.allclose(found.numpy(), expected, atol=1e-7)
    write_gguf(tmp_path / "m.gguf", "F32", rope_freqs__weight=factors)
    assert np.array_equal(matrix_of(read(tmp_path / "m.gguf")[ROPE_FACTORS]).numpy(), factors)


def test_a_tensor_that_nobody_knows_is_not_left_out_silently(tmp_path: Path) -> None:
    write_gguf(tmp_path / "m.gguf", "F32", blk__0__attn_sinks__weight=np.ones(4, dtype=np.float32))
    with pytest.raises(UnsupportedModel, match="attn_sinks"):
        read(tmp_path / "m.gguf")


def test_unknown_architecture_is_named(tmp_path: Path) -> None:
    write_gguf(tmp_path / "m.gguf", architecture="mamba")
    with pytest.raises(UnsupportedModel, match="mamba"):
        GgufFile(tmp_path / "m.gguf")


@pytest.mark.parametrize("keep", [0, 3, 10, 100, 300, 30_000])
def test_truncated_file_is_damaged(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "m.gguf"
    write_gguf(path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ModelDamaged):
        GgufFile(path)


def test_names() -> None:
    llama = hf_names("llama", 13)
    assert llama["token_embd.weight"] == "model.embed_tokens.weight"
    assert llama["blk.12.attn_output.weight"] == "model.layers.12.self_attn.o_proj.weight"
    assert llama["blk.12.ffn_norm.weight"] == "model.layers.12.post_attention_layernorm.weight"
    assert llama["blk.0.attn_q.bias"] == "model.layers.0.self_attn.q_proj.bias"
    gemma = hf_names("gemma3", 1)
    assert gemma["blk.0.ffn_norm.weight"] == "model.layers.0.pre_feedforward_layernorm.weight"
    assert gemma["blk.0.post_attention_norm.weight"] == "model.layers.0.post_attention_layernorm.weight"
    phi = hf_names("phi3", 1)
    assert phi["blk.0.attn_qkv.weight"] == "model.layers.0.self_attn.qkv_proj.weight"
    assert phi["blk.0.ffn_up.weight"] == "model.layers.0.mlp.gate_up_proj.weight"
    assert hf_names("bitnet", 1)["blk.0.attn_sub_norm.weight"] == "model.layers.0.self_attn.attn_sub_norm.weight"


def parts_of(name: str) -> list[str]:
    """transformers joins what an expert is multiplied with first, and has no ending for experts."""
    if ".experts." not in name:
        return [name]
    if name.endswith("_bias"):
        return [f"{part.removesuffix('_bias.weight')}.bias" for part in parts_of_experts(name)]
    return parts_of_experts(name)


def parts_of_experts(name: str) -> list[str]:
    return [f"{name.replace('gate_up', role)}.weight" for role in (("gate", "up") if "gate_up" in name else ("",))]


def as_arranged(names: list[str], config: Any) -> list[str]:
    """What Granite's tensors are called once they are read; of none its rows."""
    from llmdesk.engine.weights.granite_hybrid import arranged_granite
    from llmdesk.engine.weights.source import SourceTensor

    tensors = [SourceTensor(name, (0,), lambda start, end: torch.empty(0)) for name in names]
    return [tensor.name for tensor in arranged_granite(tensors, config)]


WITH_STATES: dict[str, dict[str, Any]] = {
    "lfm2": {"layer_types": ["conv", "full_attention"]},
    "lfm2moe": {"layer_types": ["conv", "full_attention"], "num_dense_layers": 1},
    "qwen35": {"layer_types": ["linear_attention", "full_attention"]},
    "qwen35moe": {"layer_types": ["linear_attention", "full_attention"]},
    "qwen3next": {"layer_types": ["linear_attention", "full_attention"]},
    "granitehybrid": {"layer_types": ["mamba", "attention"]},
}


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_tensor_of_an_architecture_has_a_name(architecture: str) -> None:
    """What transformers' own modules hold is what the table leads to."""
    from transformers import AutoConfig, AutoModelForCausalLM

    config = AutoConfig.for_model(
        ARCHITECTURES[architecture], num_hidden_layers=2, hidden_size=64, intermediate_size=64, vocab_size=64,
        num_attention_heads=4, num_key_value_heads=2, head_dim=16, pad_token_id=None, tie_word_embeddings=False,
        **WITH_STATES.get(architecture, {}),
    )  # fmt: skip
    with torch.device("meta"):
        held = [name for name, _ in AutoModelForCausalLM.from_config(config).named_parameters()]
    if architecture in ("granitehybrid", "granitemoe"):
        held = [name.removesuffix(".weight") if ".experts." in name else name for name in as_arranged(held, config)]
    needed = {usual_name(part) for name in held for part in parts_of(name)}
    missing = needed - set(hf_names(architecture, 2).values())
    assert missing <= {"lm_head.weight"}  # GGUF has none for a BitNet, which is always tied
