"""4.5 and 6.56 bits: GGUF's blocks kept exactly, our own rounding into the same form, and which matrix gets which."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from llmdesk.gguf_header import GgufTensor
from llmdesk.memory_need import weights_bytes
from llmdesk.models.checks import Checked, tensor_of_gguf
from llmdesk.models.memory import size_of

torch = pytest.importorskip("torch")
gguf = pytest.importorskip("gguf")
pytestmark = pytest.mark.model

from llmdesk.engine.matrices import panel_forms  # noqa: E402
from llmdesk.engine.matrices.forms import (  # noqa: E402
    Int4Matrix,
    Int8Matrix,
    SixBitMatrix,
    SuperMatrix,
    quantize_int8,
    row_range,
)
from llmdesk.engine.matrices.minima import MinimaMatrix  # noqa: E402
from llmdesk.engine.matrices.panel_matrix import PanelMatrix  # noqa: E402
from llmdesk.engine.matrices.quantize import quantize_int4  # noqa: E402
from llmdesk.engine.matrices.quantize_super import quantize_super  # noqa: E402
from llmdesk.engine.networks.architecture import HEAD  # noqa: E402
from llmdesk.engine.networks.fused import library  # noqa: E402
from llmdesk.engine.weights.conversion import Rules  # noqa: E402
from llmdesk.engine.weights.gguf_blocks import matrix_of  # noqa: E402

Floats = npt.NDArray[np.float32]
UP, GATE = "model.layers.0.mlp.up_proj.weight", "model.layers.0.per_layer_input_gate.weight"


def random(rows: int = 32, columns: int = 512) -> Any:
    return torch.randn(rows, columns, generator=torch.Generator().manual_seed(1)) * 0.02


def blocks(kind: str, halves: tuple[int, ...], rows: int = 20, columns: int = 512) -> tuple[Any, Floats]:
    """Random blocks of that kind, whose halves are at these places: (bytes (rows, n), what gguf reads in them)."""
    quantization = gguf.constants.GGMLQuantizationType[kind]
    block_columns, block_bytes = gguf.constants.GGML_QUANT_SIZES[quantization]
    draw = np.random.default_rng(1)
    data = draw.integers(0, 256, (rows, columns // block_columns, block_bytes), dtype=np.uint8)
    for place in halves:
        half = (draw.standard_normal(data.shape[:2]) * 0.01).astype("<f2")
        half[0, 0] = 0
        data[..., place : place + 2] = half[..., None].view(np.uint8)
    if kind == "MXFP4":
        data[..., 0] = draw.integers(110, 130, data.shape[:2])  # exponents
    flat = data.reshape(rows, -1)
    return flat, gguf.quants.dequantize(flat, quantization)


@pytest.mark.parametrize(
    ("kind", "halves", "form", "bits"),
    [
        ("Q4_0", (0,), panel_forms.Q4S, 4.5),
        ("Q4_1", (0, 2), panel_forms.Q4, 5),
        ("Q4_K", (0, 2), panel_forms.Q4K, 4.5),
        ("Q2_K", (80, 82), panel_forms.Q2K, 2.625),
        ("Q5_K", (0, 2), panel_forms.Q5K, 5.5),
        ("Q6_K", (208,), panel_forms.Q6K, 6.625),  # 6.5625 and what fills up the halves of two super-blocks
    ],
)
def test_blocks_go_into_panels_exactly(kind: str, halves: tuple[int, ...], form: int, bits: float) -> None:
    from llmdesk.engine.matrices.panels import in_panels

    if library.best_isa() is None:
        pytest.skip("our own kernels do not run on this processor")
    data, meant = blocks(kind, halves, rows=32)
    panels = in_panels(library.best(), matrix_of(kind, data), per_row_activations=False)
    assert isinstance(panels, PanelMatrix)
    assert panels.form == form
    assert panels.data.nbytes * 8 / meant.size <= bits
    assert np.array_equal(panels.dequantized().numpy(), meant)


WITHIN_HALVES = 2**-11
"""What becomes of a scale that is no half."""


@pytest.mark.parametrize(
    ("kind", "halves", "in_int4", "beside_4_bits", "in_int8", "off"),
    [
        ("Q4_0", (0,), panel_forms.Q4S, panel_forms.Q4S, panel_forms.Q8, 0),
        ("Q4_1", (0, 2), panel_forms.Q4, panel_forms.Q4, None, 0),
        ("Q4_K", (0, 2), panel_forms.Q4K, panel_forms.Q4K, None, 0),
        ("IQ4_NL", (0,), panel_forms.IQ4, panel_forms.IQ4, panel_forms.IQ4, 0),
        ("IQ4_XS", (0,), panel_forms.IQ4, panel_forms.IQ4, panel_forms.IQ4, WITHIN_HALVES),
        ("MXFP4", (), panel_forms.FP4, panel_forms.FP4, panel_forms.FP4, 0),
        ("TQ1_0", (52,), panel_forms.Q4S, panel_forms.Q4S, panel_forms.Q8, 0),
        ("TQ2_0", (64,), panel_forms.Q4S, panel_forms.Q4S, panel_forms.Q8, 0),
        ("Q5_0", (0,), None, panel_forms.Q8, panel_forms.Q8, 0),
        ("Q8_0", (0,), None, panel_forms.Q8, panel_forms.Q8, 0),
        ("Q5_K", (0, 2), None, panel_forms.Q5K, panel_forms.Q5K, 0),
        ("Q6_K", (208,), None, panel_forms.Q6K, panel_forms.Q6K, 0),
        ("Q3_K", (108,), None, panel_forms.Q6K, panel_forms.Q6K, 0),
        ("Q2_K", (80, 82), panel_forms.Q2K, panel_forms.Q2K, panel_forms.Q2K, 0),
        ("Q5_1", (0, 2), None, None, None, 0),
    ],
)
def test_the_table_of_models_md_is_so(
    kind: str, halves: tuple[int, ...], in_int4: Any, beside_4_bits: Any, in_int8: Any, off: float
) -> None:
    """The form in which a matrix of such blocks is multiplied, None where its numbers are rounded anew."""
    from llmdesk.engine.matrices.panels import in_panels

    if library.best_isa() is None:
        pytest.skip("our own kernels do not run on this processor")
    data, meant = ternary_blocks(kind) if kind.startswith("TQ") else blocks(kind, halves, rows=32)
    for form, precision, is_mostly_int4 in (
        (in_int4, "int4", False),
        (beside_4_bits, "int4", True),
        (in_int8, "int8", False),
    ):
        rules = Rules(precision, tied=False, mostly_int4=is_mostly_int4, super_blocks=True)  # type: ignore[arg-type]
        made = rules.apply(UP, matrix_of(kind, data), is_quantized=True)
        panels = in_panels(library.best(), made, per_row_activations=False)
        assert isinstance(panels, PanelMatrix)
        found = panels.dequantized().numpy()
        assert np.allclose(found, meant, rtol=off, atol=0) == (form is not None), (precision, is_mostly_int4)
        assert form in (None, panels.form), (precision, is_mostly_int4)


def test_three_bits_take_the_range_that_six_bits_have() -> None:
    """Prompts of large networks are multiplied with bytes of which that range is the whole; numbers stay the same."""
    data, meant = blocks("Q3_K", (108,), rows=32)
    data = data.reshape(32, 2, 110)
    data[1, :, 108:] = np.array([3 * 2**-24], "<f2").view(np.uint8)  # can be halved no more
    made: Any = matrix_of("Q3_K", data.reshape(32, -1))
    assert [int(made.q[row].abs().max()) for row in (0, 1, 2)] == [32, 4, 32]
    expected = gguf.quants.dequantize(data.reshape(32, -1), gguf.constants.GGMLQuantizationType.Q3_K)
    assert np.array_equal(made.dequantized().numpy(), expected)
    assert np.array_equal(made.dequantized().numpy()[2:], meant[2:])


def ternary_blocks(kind: str) -> tuple[Any, Floats]:
    draw = np.random.default_rng(1)
    scales = np.repeat(draw.uniform(0.01, 0.02, (32, 2)), 256, axis=1).astype(np.float16)
    quantization = gguf.constants.GGMLQuantizationType[kind]
    data = gguf.quants.quantize((draw.integers(-1, 2, (32, 512)) * scales).astype(np.float32), quantization)
    return data, gguf.quants.dequantize(data, quantization)


def plainly(weight: Floats) -> Floats:
    """Smallest to largest number in 15 steps, then six bits for each step and minimum; what that gives."""
    groups = weight.reshape(-1, 8, 32)
    low = np.minimum(groups.min(-1), 0)
    step = (groups.max(-1) - low) / 15
    d, e = ((part.max(-1) / 63).astype(np.float16).astype(np.float32)[:, None] for part in (step, -low))
    s, n = (np.rint(part / np.maximum(half, 1e-12)) for part, half in ((step, d), (-low, e)))
    line, begin = (d * s)[..., None], (e * n)[..., None]
    q = np.clip(np.rint((groups + begin) / np.maximum(line, 1e-12)), 0, 15)
    result: Floats = (line * q - begin).reshape(weight.shape).astype(np.float32)
    return result


def wide_tails() -> Any:
    return random() * torch.randn(32, 512, generator=torch.Generator().manual_seed(2)).exp()


@pytest.mark.parametrize(
    "weight",
    [
        pytest.param(random(), id="normal"),
        pytest.param(wide_tails(), id="wide tails"),
        pytest.param(random().abs() + 0.1, id="above 0"),
        pytest.param(-random().abs(), id="below 0"),
        pytest.param(torch.zeros(2, 256), id="zeros"),
        pytest.param(torch.full((2, 256), 0.3), id="the same"),
        pytest.param(torch.eye(256), id="one of 256"),
    ],
)
def test_the_search_is_never_worse_than_plain_rounding(weight: Any) -> None:
    """In the squared error of any super-block."""
    made = quantize_super(weight)
    assert isinstance(made, SuperMatrix)
    ours, plain = (
        ((values - weight.numpy()) ** 2).reshape(-1, 256).sum(-1)
        for values in (made.dequantized().numpy(), plainly(weight.numpy()))
    )
    assert (ours <= plain * 1.00001 + 1e-12).all()


def test_four_and_a_half_bits_are_as_good_as_five() -> None:
    """Plain rounding gives a fifth more."""
    for weight in (random(128), wide_tails()):
        errors = [
            float((made.dequantized() - weight).square().sum())
            for made in (quantize_super(weight), quantize_int4(weight))
        ]
        assert errors[0] < 1.02 * errors[1]  # of the widest tails it is 1.4 % more
    assert float((torch.from_numpy(plainly(random(128).numpy())) - random(128)).norm() / random(128).norm()) > 0.077
    assert float((quantize_super(random(128)).dequantized() - random(128)).norm() / random(128).norm()) < 0.0715


def test_rows_keep_the_form() -> None:
    made = quantize_super(random())
    part = row_range(made, 3, 7)
    assert isinstance(part, SuperMatrix)
    assert torch.equal(part.dequantized(), made.dequantized()[3:7])


@pytest.mark.parametrize("precision", ["int4", "int8"])
def test_two_bits_never_become_four(precision: Any) -> None:
    data, meant = blocks("Q2_K", (80, 82))
    made: Any = Rules(precision, tied=True, super_blocks=True).apply(UP, matrix_of("Q2_K", data), is_quantized=True)
    assert isinstance(made, MinimaMatrix)
    assert np.array_equal(made.dequantized().numpy(), meant)
    assert type(Rules(precision, tied=True).apply(UP, made, is_quantized=True)) in (Int4Matrix, Int8Matrix)


@pytest.mark.parametrize("precision", ["int4", "int8"])
@pytest.mark.parametrize("is_mostly_int4", [True, False])
@pytest.mark.parametrize("names", [("blk.0.ffn_up.weight", UP), ("blk.0.inp_gate.weight", GATE)])
def test_what_blocks_take_is_planned(names: tuple[str, str], is_mostly_int4: bool, precision: Any) -> None:
    """Gemma 4's small matrices keep 8 bits, or what they have, in int4."""
    from llmdesk.engine.matrices.panels import in_panels

    if library.best_isa() is None:
        pytest.skip("our own kernels do not run on this processor")
    rules = Rules(precision, tied=True, mostly_int4=is_mostly_int4, super_blocks=True)
    for kind, halves in (("Q2_K", (80, 82)), ("Q3_K", (108,)), ("Q5_K", (0, 2)), ("Q6_K", (208,))):
        data, meant = blocks(kind, halves, rows=16)
        made = rules.apply(names[1], matrix_of(kind, data), is_quantized=True)
        panels = in_panels(library.best(), made, per_row_activations=False)
        number = gguf.constants.GGMLQuantizationType[kind].value
        tensor = tensor_of_gguf(GgufTensor(names[0], meant.shape, number, 0, Path()), "gemma4", is_mostly_int4)
        size = size_of(Checked((tensor,), 512, "gemma4", is_mostly_int4, own_decoder=True))
        assert isinstance(panels, PanelMatrix)
        assert panels.data.nbytes == weights_bytes(size, precision), kind


def test_which_matrix_gets_which_form() -> None:
    """Super-blocks only for our own kernels, and where columns are a multiple of 256; the head has 8 bits."""
    ours, others = Rules("int4", tied=False, super_blocks=True), Rules("int4", tied=False)
    assert isinstance(ours.apply(UP, random()), SuperMatrix)
    assert type(ours.apply(UP, random(32, 320))) is Int4Matrix
    assert type(others.apply(UP, random())) is Int4Matrix
    assert type(ours.apply(HEAD, random())) is Int8Matrix


@pytest.mark.parametrize(("kind", "halves", "kept"), [("Q5_K", (0, 2), MinimaMatrix), ("Q6_K", (208,), SixBitMatrix)])
@pytest.mark.parametrize(
    ("rules", "name", "form"),
    [
        (Rules("int4", tied=True, mostly_int4=True, super_blocks=True), UP, None),
        (Rules("int8", tied=True, super_blocks=True), UP, None),
        (Rules("int4", tied=True, super_blocks=True), UP, SuperMatrix),
        (Rules("int8", tied=False, super_blocks=True), HEAD, Int8Matrix),
        (Rules("int8", tied=True), UP, Int8Matrix),
        (Rules("bf16", tied=True, super_blocks=True), UP, torch.Tensor),
    ],
)
def test_five_and_six_bits_stay_so_for_our_own_kernels(
    rules: Rules, name: str, form: type | None, kind: str, halves: tuple[int, ...], kept: type
) -> None:
    """None: the blocks' own form."""
    data, meant = blocks(kind, halves)
    made: Any = rules.apply(name, matrix_of(kind, data), is_quantized=True)
    found: type = type(made)
    assert found is (form or kept)
    if form is None:
        assert np.array_equal(made.dequantized().numpy(), meant)
    if form is Int8Matrix:  # rounded as any floats are
        assert torch.equal(made.dequantized(), quantize_int8(torch.from_numpy(meant)).dequantized())
