"""GGUF blocks are repacked exactly; broken files get a clear error."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from llmdesk.engine.gguf_file import GgufFile, hf_name
from llmdesk.errors import ModelDamaged, UnsupportedModel

torch = pytest.importorskip("torch")
gguf = pytest.importorskip("gguf")
pytestmark = pytest.mark.model

HEADS, DIM = 4, 16


def write_gguf(
    path: Path, kind: str = "Q4_1", architecture: str = "llama", kv_heads: bool = True
) -> dict[str, np.ndarray]:
    """A file of one layer's worth of tensors; returns what the blocks mean, in GGUF's own row order."""
    rng = np.random.default_rng(5)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_head_count(HEADS)
    if kv_heads:
        writer.add_head_count_kv(HEADS)
    quantization = gguf.GGMLQuantizationType[kind]
    meant = {}
    for name in ("blk.0.attn_q.weight", "blk.0.attn_v.weight", "blk.0.ffn_up.weight"):
        values = rng.normal(size=(HEADS * DIM, 64)).astype(np.float32)
        values[3, :32] = 0.25  # a block of equal values has the scale 0
        data = gguf.quants.quantize(values, quantization)
        meant[name] = gguf.quants.dequantize(data, quantization)
        writer.add_tensor(name, data, raw_dtype=quantization)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return meant


@pytest.mark.parametrize("kind", ["Q4_0", "Q4_1"])
def test_four_bit_blocks_are_kept_exactly(tmp_path: Path, kind: str) -> None:
    from llmdesk.engine.weights import Int4Matrix

    meant = write_gguf(tmp_path / "m.gguf", kind)
    found = dict(GgufFile(tmp_path / "m.gguf").tensors(keep_int4=True))
    for name, values in meant.items():
        matrix = found[hf_name(name) or ""]
        assert isinstance(matrix, Int4Matrix)
        rows = _hf_order(values) if "attn_q" in name else values
        assert np.allclose(matrix.dequantized().numpy(), rows, atol=1e-5)


@pytest.mark.parametrize("kind", ["Q4_0", "Q4_1", "Q5_0", "Q8_0", "F16", "BF16", "F32"])
def test_other_forms_are_dequantised(tmp_path: Path, kind: str) -> None:
    meant = write_gguf(tmp_path / "m.gguf", kind)
    found = dict(GgufFile(tmp_path / "m.gguf").tensors(keep_int4=False))
    for name, values in meant.items():
        rows = _hf_order(values) if "attn_q" in name else values
        assert np.array_equal(found[hf_name(name) or ""].numpy(), rows)


def _hf_order(rows: np.ndarray) -> np.ndarray:
    """llama.cpp writes the rows of a head as (0, D/2, 1, D/2 + 1, ...)."""
    result = np.empty_like(rows)
    for head in range(HEADS):
        for i in range(DIM):
            result[head * DIM + i] = rows[head * DIM + (2 * i if i < DIM // 2 else 2 * (i - DIM // 2) + 1)]
    return result


def test_without_a_number_of_key_heads_there_are_as_many_as_query_heads(tmp_path: Path) -> None:
    write_gguf(tmp_path / "m.gguf", "F32", kv_heads=False)
    assert len(list(GgufFile(tmp_path / "m.gguf").tensors(keep_int4=False))) == 3


def test_unknown_architecture_is_named(tmp_path: Path) -> None:
    write_gguf(tmp_path / "m.gguf", architecture="mamba")
    with pytest.raises(UnsupportedModel, match="mamba"):
        GgufFile(tmp_path / "m.gguf")


@pytest.mark.parametrize("keep", [0, 3, 10, 100, 300])
def test_truncated_file_is_damaged(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "m.gguf"
    write_gguf(path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ModelDamaged):
        GgufFile(path)


def test_names() -> None:
    assert hf_name("token_embd.weight") == "model.embed_tokens.weight"
    assert hf_name("blk.12.attn_output.weight") == "model.layers.12.self_attn.o_proj.weight"
    assert hf_name("blk.0.attn_q.bias") == "model.layers.0.self_attn.q_proj.bias"
    assert hf_name("rope_freqs.weight") is None
