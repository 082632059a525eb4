"""Blocks of exported GGUF files: what was read out of blocks is the same blocks again."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

from llmdesk.engine.weights.gguf_blocks import matrix_of
from tests.engine.weights.test_gguf import COLUMNS, k_blocks

torch = pytest.importorskip("torch")
gguf = pytest.importorskip("gguf")
pytestmark = pytest.mark.model

ROWS = 24


def packed(matrix: Any) -> tuple[str, np.ndarray]:
    from llmdesk.engine.weights.exporting.blocks import blocks_of, type_of

    kind = type_of(matrix)
    return kind, blocks_of(matrix, kind)


def numbers(kind: str, data: np.ndarray) -> np.ndarray:
    return np.asarray(gguf.quants.dequantize(data, gguf.GGMLQuantizationType[kind]))


@pytest.mark.parametrize("kind", ["Q4_0", "Q8_0", "TQ2_0"])
def test_blocks_made_by_the_package_come_back_byte_for_byte(kind: str) -> None:
    values = np.random.default_rng(1).normal(size=(ROWS, COLUMNS)).astype(np.float32)
    if kind == "TQ2_0":
        values = np.sign(values) * np.float32(0.5)
    data = gguf.quants.quantize(values, gguf.GGMLQuantizationType[kind])
    found, again = packed(matrix_of(kind, data))
    assert found == kind
    assert np.array_equal(again, data)


@pytest.mark.parametrize("kind", ["Q2_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL"])
def test_random_blocks_come_back_as_the_same_numbers(kind: str) -> None:
    data = k_blocks(kind, ROWS, np.random.default_rng(2))
    found, again = packed(matrix_of(kind, data))
    assert found == kind
    assert np.array_equal(numbers(kind, again), numbers(kind, data))


def test_mxfp4_comes_back_as_the_same_numbers() -> None:
    rng = np.random.default_rng(3)
    data = rng.integers(0, 256, (ROWS, COLUMNS // 32, 17), dtype=np.uint8)
    data[..., 0] = rng.integers(100, 130, (ROWS, COLUMNS // 32))
    data = data.reshape(ROWS, -1)
    found, again = packed(matrix_of("MXFP4", data))
    assert found == "MXFP4"
    assert np.array_equal(numbers("MXFP4", again), numbers("MXFP4", data))


def test_scales_and_minima_of_q4_1_are_kept() -> None:
    values = np.random.default_rng(4).normal(size=(ROWS, COLUMNS)).astype(np.float32)
    values[3, :32] = 0.25  # equal numbers: the scale is 0
    data = gguf.quants.quantize(values, gguf.GGMLQuantizationType.Q4_1)
    found, again = packed(matrix_of("Q4_1", data))
    assert found == "Q4_1"
    assert np.array_equal(numbers("Q4_1", again), numbers("Q4_1", data))


def test_our_own_rounding_keeps_its_quants_and_only_halves_its_scales() -> None:
    from llmdesk.engine.matrices.forms import quantize_int8
    from llmdesk.engine.matrices.quantize import quantize_int4
    from llmdesk.engine.matrices.quantize_super import quantize_super

    weight = torch.randn(ROWS, COLUMNS, generator=torch.Generator().manual_seed(5))
    for matrix, expected in (
        (quantize_super(weight), "Q4_K"),
        (quantize_int4(weight), "Q4_1"),
        (quantize_int8(weight), "Q8_0"),
    ):
        kind, data = packed(matrix)
        assert kind == expected
        back: Any = matrix_of(kind, data)
        assert torch.equal(back.q, matrix.q)
        most = 0 if kind == "Q4_K" else 2**-10 * float(weight.abs().max())
        assert float((back.dequantized() - matrix.dequantized()).abs().max()) <= most


def test_eight_bits_of_odd_columns_become_halves() -> None:
    from llmdesk.engine.matrices.forms import quantize_int8

    matrix = quantize_int8(torch.randn(4, 40, generator=torch.Generator().manual_seed(6)))
    kind, data = packed(matrix)
    assert kind == "F16"
    assert np.array_equal(data.view(np.float16), matrix.dequantized().half().numpy())


def planned(matrix: Any) -> tuple[str, np.ndarray]:
    """Its type and all its bytes, as an exported file gets them."""
    from llmdesk.engine.matrices.forms import parts
    from llmdesk.engine.weights.conversion import Rules
    from llmdesk.engine.weights.exporting.plan import as_blocks
    from llmdesk.engine.weights.source import SourceTensor

    def rows(start: int, end: int) -> Any:
        return type(matrix)(*(part[start:end] for part in parts(matrix)))

    name = "model.layers.0.self_attn.q_proj.weight"
    tensor = SourceTensor(name, matrix.shape, rows, is_quantized=True)
    plan = as_blocks("blk.0.attn_q.weight", matrix.shape, tensor, Rules("int4", tied=False))
    data = np.concatenate([np.frombuffer(piece, np.uint8) for piece, _ in plan.pieces()])
    assert len(data) == plan.entry.size_bytes
    return gguf.GGMLQuantizationType(plan.entry.kind).name, data.reshape(matrix.shape[0], -1)


@pytest.mark.parametrize("kind", ["Q4_0", "TQ2_0"])
@pytest.mark.parametrize("other_row", [None, 0, 20])
def test_rows_behind_the_first_ones_are_looked_at(kind: str, other_row: int | None) -> None:
    """One with another zero point, or with larger numbers: all become Q4_1, which holds both."""
    values = np.random.default_rng(7).normal(size=(ROWS, COLUMNS)).astype(np.float32)
    if kind == "TQ2_0":
        values = np.sign(values) * np.float32(0.5)
    matrix: Any = matrix_of(kind, gguf.quants.quantize(values, gguf.GGMLQuantizationType[kind]))
    if other_row is not None and kind == "Q4_0":
        matrix.zeros[other_row] = 5
    elif other_row is not None:
        matrix.q[other_row] = 0x73
    found, data = planned(matrix)
    assert found == (kind if other_row is None else "Q4_1")
    assert np.abs(numbers(found, data) - matrix.dequantized().numpy()).max() < 1e-2


@pytest.mark.parametrize("kind", ["Q4_0", "TQ2_0"])
def test_a_type_that_cannot_hold_rows_is_told(kind: str) -> None:
    from llmdesk.engine.matrices.quantize import quantize_int4
    from llmdesk.engine.weights.exporting.blocks import blocks_of
    from llmdesk.errors import UnsupportedModel

    matrix = quantize_int4(torch.randn(ROWS, COLUMNS, generator=torch.Generator().manual_seed(8)))
    with pytest.raises(UnsupportedModel):
        blocks_of(matrix, kind)


def test_queries_and_gate_of_a_single_head_are_one_run() -> None:
    """The pieces in which a file is written may lie on the one side, on the other, and on both."""
    from llmdesk.engine.weights.exporting.delta_nets import _with_gate
    from llmdesk.engine.weights.source import SourceTensor

    def rows(values: Any, start: int, end: int) -> Any:
        assert 0 <= start < end <= len(values)
        return values[start:end]

    for heads in (1, 2):
        stored = torch.arange(2 * heads * 4 * 3, dtype=torch.float32).reshape(2, heads * 4, 3)
        queries, gate = (SourceTensor("q", (heads * 4, 3), partial(rows, part)) for part in stored)
        expected = torch.cat([part[h * 4 : h * 4 + 4] for h in range(heads) for part in stored])
        both = _with_gate(queries, gate, 4)
        for start in range(8 * heads):
            for end in range(start + 1, 8 * heads + 1):
                assert torch.equal(both.rows(start, end), expected[start:end])
