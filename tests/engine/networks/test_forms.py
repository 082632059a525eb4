"""Every form of weights on its own: packed, unpacked and multiplied, held to numpy's plain computation."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

from llmdesk.engine.matrices import panel_forms  # noqa: E402
from llmdesk.engine.matrices.aligned import address_of, aligned_empty  # noqa: E402
from tests.engine.networks.compiled import compiled  # noqa: E402
from tests.engine.networks.test_fused import isas  # noqa: E402
from tests.kernels.avx_vnni import recoded_isas  # noqa: E402

SOURCE = Path(__file__).parent / "form_products.c"
FORMS = {
    "ternary": panel_forms.TERNARY,
    "q4": panel_forms.Q4,
    "q4s": panel_forms.Q4S,
    "q6k": panel_forms.Q6K,
    "q8": panel_forms.Q8,
    "q4k": panel_forms.Q4K,
    "q5k": panel_forms.Q5K,
    "q2k": panel_forms.Q2K,
    "fp4": panel_forms.FP4,
    "iq4": panel_forms.IQ4,
    "bf16": panel_forms.BF16,
}
GROUPED = ("q4", "q4s", "q8")  # in groups of any size
SUPER_FORMS = ("q2k", "q4k", "q5k", "q6k")
ROWS, COLUMNS, GROUP = 40, 512, 32  # two panels and a half
FEW_LOW_ABOVE, MANY_LOW_ABOVE = 5e-7, 1.5e-6  # matrix.h

Floats = npt.NDArray[np.float32]


@pytest.fixture(scope="module", params=[*isas(), *recoded_isas()])
def products(request: pytest.FixtureRequest) -> ctypes.CDLL:
    loaded = compiled(SOURCE, request.param)
    loaded.bytes_of.restype = ctypes.c_int64
    return loaded


@dataclass
class Case:
    """A matrix: what is packed, and what it holds (rows, columns)."""

    form: int
    group: int
    parts: list[npt.NDArray[Any]]
    values: Floats

    def packed(self, library: ctypes.CDLL) -> npt.NDArray[np.uint8]:
        rows, columns = self.values.shape
        data = aligned_empty(library.bytes_of(self.form, rows, columns, self.group), np.uint8)
        data[:] = 0
        addresses = (ctypes.c_void_p * len(self.parts))(*map(address_of, self.parts))
        library.pack(self.form, addresses, rows, columns, self.group, ctypes.c_void_p(address_of(data)))
        return data


def quants(draw: np.random.Generator, rows: int, columns: int, low: int, end: int) -> npt.NDArray[np.int64]:
    """Small where exact_rows are large, so that all sums are exact in float32."""
    q = draw.integers(low, end, (rows, columns))
    q[:, 5::32] %= 2
    return q


def pairs(q: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    return np.ascontiguousarray(q[:, 0::2] | q[:, 1::2] << 4).astype(np.uint8)


def repeated(values: npt.NDArray[Any], times: int) -> Floats:
    return np.repeat(values.astype(np.float32), times, axis=1)


def ternary(draw: np.random.Generator, rows: int, columns: int) -> Case:
    q = quants(draw, rows, columns, 0, 3)
    scales = np.exp2(draw.integers(-4, 0, (rows, 1))).astype(np.float32)
    return Case(FORMS["ternary"], columns, [pairs(q), scales], ((q - 1) * scales).astype(np.float32))


def q4(draw: np.random.Generator, rows: int, columns: int, group: int = GROUP) -> Case:
    q, groups = quants(draw, rows, columns, 0, 16), (rows, columns // group)
    scales = np.exp2(draw.integers(-4, 0, groups)).astype(np.float32)
    zeros = draw.integers(0, 3, groups).astype(np.float32)
    values = (q - repeated(zeros, group)) * repeated(scales, group)
    return Case(FORMS["q4"], group, [pairs(q), scales, zeros], values.astype(np.float32))


def q4s(draw: np.random.Generator, rows: int, columns: int, group: int = GROUP) -> Case:
    q = quants(draw, rows, columns, 0, 16)
    scales = np.exp2(draw.integers(-2, 0, (rows, columns // group))).astype(np.float32)
    return Case(FORMS["q4s"], group, [pairs(q), scales], ((q - 8) * repeated(scales, group)).astype(np.float32))


def q8(draw: np.random.Generator, rows: int, columns: int, group: int = GROUP) -> Case:
    q = quants(draw, rows, columns, -127, 128).astype(np.int8)
    scales = np.exp2(draw.integers(-4, 0, (rows, columns // group))).astype(np.float32)
    return Case(FORMS["q8"], group, [q, scales], q * repeated(scales, group))


def q4k(draw: np.random.Generator, rows: int, columns: int, most: int = 7) -> Case:
    """``most``: of the six-bit numbers. Small ones keep all sums exact in float32."""
    q = quants(draw, rows, columns, 0, 16)
    return with_minima("q4k", draw, q, pairs(q), most)


def q5k(draw: np.random.Generator, rows: int, columns: int, most: int = 7) -> Case:
    q = quants(draw, rows, columns, 0, 32)
    return with_minima("q5k", draw, q, q.astype(np.uint8), most)


def with_minima(form: str, draw: np.random.Generator, q: npt.NDArray[Any], packed: npt.NDArray[Any], most: int) -> Case:
    rows, columns = q.shape
    s, n = (draw.integers(0, most + 1, (rows, columns // 32)).astype(np.uint8) for _ in range(2))
    d, e = (np.exp2(draw.integers(-6, -4, (rows, columns // 256))).astype(np.float16) for _ in range(2))
    step = repeated(s, 32) * repeated(d, 256)
    values = step * q - repeated(n, 32) * repeated(e, 256)
    return Case(FORMS[form], 32, [packed, s, n, d, e], values.astype(np.float32))


def q2k(draw: np.random.Generator, rows: int, columns: int, most: int = 7) -> Case:
    q = quants(draw, rows, columns, 0, 4)
    s, n = (draw.integers(0, most + 1, (rows, columns // 16)).astype(np.uint8) for _ in range(2))
    d, e = (np.exp2(draw.integers(-6, -4, (rows, columns // 256))).astype(np.float16) for _ in range(2))
    values = repeated(s, 16) * repeated(d, 256) * q - repeated(n, 16) * repeated(e, 256)
    return Case(FORMS["q2k"], 256, [q.astype(np.uint8), s, n, d, e], values.astype(np.float32))


def q6k(draw: np.random.Generator, rows: int, columns: int, most: int = 7) -> Case:
    q = quants(draw, rows, columns, -32, 32).astype(np.int8)
    s = draw.integers(-most, most + 1, (rows, columns // 16)).astype(np.int8)
    d = np.exp2(draw.integers(-6, -4, (rows, columns // 256))).astype(np.float16)
    return Case(FORMS["q6k"], 256, [q, s, d], q * repeated(s, 16) * repeated(d, 256))


def fp4(draw: np.random.Generator, rows: int, columns: int) -> Case:
    q = np.array(panel_forms.FP4_VALUES, np.int8)[quants(draw, rows, columns, 0, 16)]
    d = np.exp2(draw.integers(-2, 0, (rows, columns // 32))).astype(np.float32)
    return Case(FORMS["fp4"], 32, [q, d], q * repeated(d, 32))


def iq4(draw: np.random.Generator, rows: int, columns: int) -> Case:
    q = np.array(panel_forms.IQ4_VALUES, np.int8)[draw.integers(0, 16, (rows, columns))]
    q[:, 5::32] = 1
    d = np.exp2(draw.integers(-1, 1, (rows, columns // 32))).astype(np.float32)
    return Case(FORMS["iq4"], 32, [q, d], q * repeated(d, 32))


def bf16(draw: np.random.Generator, rows: int, columns: int) -> Case:
    values = quants(draw, rows, columns, -127, 128) * np.exp2(draw.integers(-4, 0, (rows, 1)))
    numbers = (values.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)
    return Case(FORMS["bf16"], 32, [numbers], values.astype(np.float32))


MAKERS: dict[str, Callable[..., Case]] = {
    "ternary": ternary, "q4": q4, "q4s": q4s, "q8": q8, "q4k": q4k, "q5k": q5k, "q2k": q2k, "q6k": q6k, "fp4": fp4,
    "iq4": iq4, "bf16": bf16,
}  # fmt: skip

LARGE_GROUPS = ((192, 64), (256, 64), (96, 96))
"""(columns, group): larger than the blocks of activations; wide blocks of the first, 96 columns, begin within one."""
IN_PLANES = [name for name in MAKERS if name not in ("ternary", "q8", "bf16")]


def made(shape: tuple[str, int, dict[str, int]], draw: np.random.Generator) -> Case:
    name, columns, group = shape
    return MAKERS[name](draw, ROWS, columns, **group)


def shapes(names: Iterable[str]) -> list[Any]:
    """(form, columns, group where it is not the form's own): whole stretches of scales, and shorter last ones."""
    found: list[tuple[str, int, dict[str, int]]] = []
    for name in names:
        found += [(name, columns, {}) for columns in ((256, 768) if name in SUPER_FORMS else (32, 96, 160, 224))]
        found.append((name, COLUMNS, {}))
        if name in GROUPED:
            found += [(name, columns, {"group": group}) for columns, group in LARGE_GROUPS]
    return [pytest.param(each, id="-".join(map(str, (*each[:2], *each[2].values())))) for each in found]


def tokens_at_once(columns: int) -> Iterable[int]:
    """All numbers of few rows once for each form; of others what ends the first slice of them and begins the second."""
    return range(1, 17) if columns == COLUMNS else (1, 3, 8, 9)


def multiplied(library: ctypes.CDLL, case: Case, x: Floats, is_few: bool, in_planes: bool) -> Floats:
    (rows, columns), data = case.values.shape, case.packed(library)
    y = aligned_empty((len(x), -(-rows // 16) * 16), np.float32)
    x = np.ascontiguousarray(x, dtype=np.float32)
    library.multiply(
        case.form, ctypes.c_void_p(address_of(data)), rows, columns, case.group, ctypes.c_void_p(address_of(x)), len(x),
        int(is_few), int(in_planes), ctypes.c_void_p(address_of(y)),
    )  # fmt: skip
    result: Floats = y[:, :rows]
    return result


def exact_rows(draw: np.random.Generator, tokens: int, columns: int, most: int) -> Floats:
    """Whole numbers that rounding to ``most`` steps leaves as they are: the largest of each block is ``most``."""
    x = draw.integers(-8, 9, (tokens, columns // 32, 32))
    x[:, :, 5] = most * draw.choice([-1, 1], (tokens, columns // 32))
    return x.reshape(tokens, columns).astype(np.float32)


def rows_of_two_planes(draw: np.random.Generator, columns: int) -> Floats:
    """16 rows whose last block and each third before it are 4 times as large, and have fractions of their steps.

    A block alone is not larger than others, so it has no second plane.
    """
    x = exact_rows(draw, 16, columns, 127)
    if columns > panel_forms.BLOCK:
        large = x.reshape(16, -1, panel_forms.BLOCK)[:, ::-3]
        large[..., 7] += draw.integers(-127, 128, large[..., 7].shape) / 256
        large *= 4
    return x


@pytest.mark.parametrize("shape", shapes(MAKERS))
def test_packed_and_unpacked(products: ctypes.CDLL, shape: tuple[str, int, dict[str, int]]) -> None:
    """By C and by torch, and both know how many bytes there are."""
    case, columns = made(shape, np.random.default_rng(1)), shape[1]
    data = case.packed(products)
    assert data.size == panel_forms.panel_bytes(case.form, ROWS, columns, case.group)
    out = np.empty((ROWS, columns), np.float32)
    products.unpack(
        case.form, ctypes.c_void_p(address_of(data)), ROWS, columns, case.group, ctypes.c_void_p(address_of(out))
    )
    assert np.array_equal(out, case.values)
    by_torch = panel_forms.unpacked(case.form, torch.from_numpy(data), ROWS, columns, case.group)
    assert np.array_equal(by_torch.numpy(), case.values)


def test_the_largest_scales(products: ctypes.CDLL) -> None:
    for case in (
        q4k(np.random.default_rng(2), ROWS, COLUMNS, most=63),
        q5k(np.random.default_rng(2), ROWS, COLUMNS, most=63),
        q2k(np.random.default_rng(2), ROWS, COLUMNS, most=15),
        q6k(np.random.default_rng(2), ROWS, COLUMNS, most=127),
    ):
        by_torch = panel_forms.unpacked(case.form, torch.from_numpy(case.packed(products)), ROWS, COLUMNS, case.group)
        assert np.array_equal(by_torch.numpy(), case.values)


@pytest.mark.parametrize("shape", shapes(MAKERS))
def test_few_rows_to_the_last_bit(products: ctypes.CDLL, shape: tuple[str, int, dict[str, int]]) -> None:
    """1 to 16 rows at once, in 16 bits (ternary: 8)."""
    draw, columns = np.random.default_rng(3), shape[1]
    case = made(shape, draw)
    x = exact_rows(draw, 16, columns, 127 if shape[0] == "ternary" else 32767)
    expected = (x.astype(np.float64) @ case.values.T.astype(np.float64)).astype(np.float32)
    for tokens in tokens_at_once(columns):
        assert np.array_equal(multiplied(products, case, x[:tokens], True, False), expected[:tokens]), tokens


@pytest.mark.parametrize("shape", shapes(IN_PLANES))
def test_planes_to_the_last_bit(products: ctypes.CDLL, shape: tuple[str, int, dict[str, int]]) -> None:
    """Every third block is 4 times as large, so it has a second plane; that holds its fractions."""
    if not products.takes_planes(FORMS[shape[0]]):
        assert shape[0] == "iq4"  # AVX2 without VNNI multiplies it in 16 bits only
        return
    draw, columns = np.random.default_rng(4), shape[1]
    case, x = made(shape, draw), rows_of_two_planes(draw, columns)
    expected = (x.astype(np.float64) @ case.values.T.astype(np.float64)).astype(np.float32)
    for tokens in tokens_at_once(columns):
        assert np.array_equal(multiplied(products, case, x[:tokens], True, True), expected[:tokens]), tokens


@pytest.mark.parametrize("rows", [16, 17, 32])  # one panel alone, two of which the second may have a single row
@pytest.mark.parametrize("name", MAKERS)
def test_one_row_times_one_panel_or_two(products: ctypes.CDLL, name: str, rows: int) -> None:
    draw = np.random.default_rng(7)
    case = MAKERS[name](draw, rows, 256)
    x = exact_rows(draw, 1, 256, 127 if name == "ternary" else 32767)
    assert np.array_equal(multiplied(products, case, x, True, False), x @ case.values.T)
    if products.takes_planes(FORMS[name]):
        x = rows_of_two_planes(draw, 256)[:1]
        assert np.array_equal(multiplied(products, case, x, True, True), x @ case.values.T)


@pytest.mark.parametrize("form", ["q2k", "q4k", "q5k", "q6k"])
def test_planes_of_the_largest_numbers(products: ctypes.CDLL, form: str) -> None:
    """Quants, six-bit numbers and bytes of the same sign, as large as they are: no sum is cut off."""
    case = MAKERS[form](np.random.default_rng(5), 16, COLUMNS)
    largest = {"q2k": (3, 15, 15), "q4k": (0xFF, 63, 63), "q5k": (31, 63, 63), "q6k": (-32, 127)}[form]
    case.parts[: len(largest)] = [np.full_like(part, most) for part, most in zip(case.parts, largest, strict=False)]
    case.values = panel_forms.unpacked(
        case.form, torch.from_numpy(case.packed(products)), 16, COLUMNS, case.group
    ).numpy()
    x = np.full((8, COLUMNS), 127, np.float32)
    x[1::2] *= -1
    assert np.allclose(multiplied(products, case, x, True, True), x @ case.values.T, rtol=1e-5)


@pytest.mark.parametrize("columns", [256, 1024])
def test_few_rows_have_a_second_plane_where_bytes_lose_much_of_the_row(products: ctypes.CDLL, columns: int) -> None:
    """Some blocks have one and some have none."""
    draw = np.random.default_rng(8)
    case = q4k(draw, ROWS, columns)
    x = draw.standard_normal((8, columns)).astype(np.float32)
    x[:, :32] *= 4
    x[:, 5::64] *= 8
    one_plane, both_planes = (in_planes_of_bytes(x, 32, above) for above in (1.0, 0.0))
    expected = in_planes_of_bytes(x, 32, FEW_LOW_ABOVE)
    assert 0.1 < (expected == both_planes).mean() - (one_plane == both_planes).mean() < 0.9
    product = expected.astype(np.float64) @ case.values.T.astype(np.float64)
    found = multiplied(products, case, x, True, True)
    assert np.linalg.norm(found - product) < 3e-6 * np.linalg.norm(product)


@pytest.mark.parametrize("tokens", [1, 13, 131])
@pytest.mark.parametrize(
    "shape", [each for each in shapes(MAKERS) if each.values[0][1] == COLUMNS or each.values[0][2]]
)
def test_many_rows(products: ctypes.CDLL, shape: tuple[str, int, dict[str, int]], tokens: int) -> None:
    """13 bits on both sides; ternary weights keep theirs beside activations of 8 bits."""
    draw, (name, columns, _) = np.random.default_rng(5), shape
    case = made(shape, draw)
    x = draw.standard_normal((tokens, columns)).astype(np.float32)
    expected = x @ case.values.T
    off = np.linalg.norm(multiplied(products, case, x, False, False) - expected) / np.linalg.norm(expected)
    assert off < (0.02 if name == "ternary" else 0.001)


def in_planes_of_bytes(x: Floats, wide: int, low_above: float) -> Floats:
    """What rows become: bytes, and a second plane 256 times finer where those lose much of the row."""
    blocks = x.reshape(len(x), -1, wide)
    scales = np.abs(blocks).max(2, keepdims=True) / np.float32(127)
    scaled = blocks / np.maximum(scales, np.float32(1e-30))
    high = np.rint(scaled)
    low = np.rint(np.minimum((scaled - high) * 256, 127)) / 256
    has_low = scales**2 > low_above * (blocks**2).sum((1, 2), keepdims=True)
    rounded: Floats = ((high + low * has_low) * scales).reshape(x.shape)
    return rounded


WIDE_BLOCKS = [(columns, 0) for columns in (160, 192, 320, COLUMNS)]  # of 32, 96, 64 and 128 columns


@pytest.mark.parametrize(
    ("name", "columns", "group"),
    [
        (name, columns, group)
        for name in MAKERS
        if name not in ("ternary", "bf16")
        for columns, group in (*WIDE_BLOCKS, *(LARGE_GROUPS if name in GROUPED else ()))
        if columns % 256 == 0 or name not in SUPER_FORMS
    ],
)
def test_many_rows_in_planes(products: ctypes.CDLL, name: str, columns: int, group: int) -> None:
    """Weights are rounded to bytes for each 128 columns or kept, rows to planes, and a row's bits are its own."""
    if not products.has_many_planes(FORMS[name]):
        pytest.skip("this level multiplies prompts of this form in 16 bits only")
    wide = next(n for n in (128, 96, 64, 32) if columns % n == 0)
    draw = np.random.default_rng(6)
    case = made((name, columns, {"group": group} if group else {}), draw)
    rounded = multiplied(products, case, np.eye(columns, dtype=np.float32), False, True).T
    most = np.abs(case.values).reshape(ROWS, -1, wide).max(2).repeat(wide, 1)
    steps = 1.5 if products.are_bytes() else 0.1  # of what the scales allow, not of the largest
    assert (np.abs(rounded - case.values) <= steps * most / 127).all()
    x = draw.standard_normal((131, columns)).astype(np.float32)
    x[:, :wide] *= 4
    x[::3, -wide:] *= 6
    expected = in_planes_of_bytes(x, wide, MANY_LOW_ABOVE).astype(np.float64) @ rounded.T.astype(np.float64)
    found = multiplied(products, case, x, False, True)
    assert np.linalg.norm(found - expected) < 3e-6 * np.linalg.norm(expected)
    alone = [multiplied(products, case, x[t : t + 1], False, True)[0] for t in (0, 1, 130)]
    assert np.array_equal(alone, found[[0, 1, 130]])


def test_many_rows_of_the_largest_numbers(products: ctypes.CDLL) -> None:
    """q = 15 with the largest steps and starts, bytes of 126 and 127, or second planes of -128: no sum is cut off."""
    if not products.has_many_planes(FORMS["q4"]):
        pytest.skip("this level multiplies prompts of this form in 16 bits only")
    q, ones = np.full((16, COLUMNS), 15), np.ones((16, COLUMNS // GROUP), np.float32)
    case = Case(FORMS["q4"], GROUP, [pairs(q), ones, -ones], np.full((16, COLUMNS), 16, np.float32))
    x = np.zeros((4, COLUMNS), np.float32)
    x[0, :128], x[2:, :128] = 126, -0.5
    x[:3, 31], x[3, 31], x[1] = 127, -127, -x[0]
    expected = x @ case.values.T
    assert np.allclose(multiplied(products, case, x, False, True), expected, rtol=0.001)
