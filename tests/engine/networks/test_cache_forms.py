"""Keys and values in halves and in bytes: attention held to numpy's, and networks to themselves (0057)."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

from llmdesk.engine.matrices.aligned import address_of  # noqa: E402
from llmdesk.engine.networks.fused import library  # noqa: E402
from tests.engine.networks.compiled import compiled  # noqa: E402
from tests.engine.networks.test_fused import IDS, error, isas, logits, prepared  # noqa: E402
from tests.engine.networks.test_fused_together import check_neighbours  # noqa: E402
from tests.engine.tiny_models import save_model  # noqa: E402
from tests.kernels.avx_vnni import recoded_isas  # noqa: E402

if library.best_isa() is None:
    pytest.skip("our own kernels do not run on this processor", allow_module_level=True)

SOURCE = Path(__file__).parent / "attention_parts.c"
LIMIT = "llmdesk.engine.networks.fused.cache.SMALL_CACHE_WEIGHTS"
Floats = npt.NDArray[np.float32]


@pytest.fixture(scope="module", params=[*isas(), *recoded_isas()])
def parts(request: pytest.FixtureRequest) -> ctypes.CDLL:
    return compiled(SOURCE, request.param)


def attended(
    parts: ctypes.CDLL, in_bytes: bool, in_floats: bool, q: Floats, keys: Floats, values: Floats,
    first: list[int], end: list[int], softcap: float = 0.0,
) -> Floats:  # fmt: skip
    rows, head_dim = q.shape
    out = np.empty_like(q)
    seen = [np.array(limits, dtype=np.int32) for limits in (first, end)]
    arrays = [ctypes.c_void_p(address_of(array)) for array in (q, keys, values, *seen)]
    parts.attend_rows(
        int(in_bytes), int(in_floats), head_dim, rows, len(keys), *arrays, ctypes.c_float(softcap),
        ctypes.c_void_p(address_of(out)),
    )  # fmt: skip
    return out


def in_bytes_and_back(x: Floats) -> npt.NDArray[np.float64]:
    """What is kept of keys or values: a scale of half precision for each token, 127 steps of it."""
    scales = (np.abs(x).max(axis=1, keepdims=True) / np.float32(127)).astype(np.float16).astype(np.float64)
    steps = np.divide(x, scales, out=np.zeros(x.shape), where=scales > 0)
    kept: npt.NDArray[np.float64] = np.clip(np.round(steps), -127, 127) * scales
    return kept


def by_numpy(
    q: Floats, keys: npt.NDArray[Any], values: npt.NDArray[Any], first: list[int], end: list[int], softcap: float
) -> npt.NDArray[np.float64]:
    rows = []
    for row, start, stop in zip(q.astype(np.float64), first, end, strict=True):
        scores = keys[start:stop].astype(np.float64) @ row
        scores = softcap * np.tanh(scores / softcap) if softcap else scores
        weights = np.exp(scores - scores.max())
        rows.append(weights @ values[start:stop].astype(np.float64) / weights.sum())
    return np.array(rows)


def drawn(head_dim: int, rows: int, positions: int) -> tuple[Floats, Floats, Floats]:
    """Queries that look at some places closely; keys with a column that is larger than all others."""
    draw = np.random.default_rng(head_dim + rows)
    keys = draw.normal(size=(positions, head_dim)).astype(np.float32)
    keys[:, 3] *= 20
    values = (draw.normal(size=(positions, head_dim)) * np.exp(draw.normal(size=(positions, 1)))).astype(np.float32)
    q = (draw.normal(size=(rows, head_dim)) * 2 / np.sqrt(head_dim)).astype(np.float32)
    return q, keys, values


@pytest.mark.parametrize(("head_dim", "rows"), [(64, 1), (64, 4), (16, 6), (96, 3), (128, 5), (256, 2), (512, 3)])
@pytest.mark.parametrize("in_floats", [False, True])
@pytest.mark.parametrize("softcap", [0.0, 5.0])
def test_attention_over_bytes(parts: ctypes.CDLL, head_dim: int, rows: int, in_floats: bool, softcap: float) -> None:
    """Ends within pages, windows; what numpy makes of the same bytes, but for 16 bits of queries and weights."""
    q, keys, values = drawn(head_dim, rows, 700)
    end = [700 - 90 * r for r in range(rows)]
    first = [max(0, stop - 333) if r % 2 else 0 for r, stop in enumerate(end)]
    found = attended(parts, True, in_floats, q, keys, values, first, end, softcap)
    expected = by_numpy(q, in_bytes_and_back(keys), in_bytes_and_back(values), first, end, softcap)
    assert np.linalg.norm(found - expected) / np.linalg.norm(expected) < 3e-4
    assert np.linalg.norm(found - by_numpy(q, keys, values, first, end, softcap)) / np.linalg.norm(expected) < 0.2


@pytest.mark.parametrize("in_floats", [False, True])
def test_attention_over_halves(parts: ctypes.CDLL, in_floats: bool) -> None:
    q, keys, values = drawn(64, 4, 700)
    first, end = [0, 300, 10, 260], [700, 699, 530, 300]
    found = attended(parts, False, in_floats, q, keys, values, first, end)
    halves = [x.astype(np.float16) for x in (keys, values)]
    expected = by_numpy(q, halves[0], halves[1], first, end, 0.0)
    assert np.linalg.norm(found - expected) / np.linalg.norm(expected) < 1e-5


@pytest.mark.parametrize("head_dim", [16, 64, 80, 96, 128, 256, 512])
def test_mixing_keeps_products_and_spreads_what_is_large(parts: ctypes.CDLL, head_dim: int) -> None:
    draw = np.random.default_rng(head_dim)
    one, two = draw.normal(size=(2, head_dim)).astype(np.float32)
    one[5] = 50
    mixed = [np.array(x) for x in (one, two)]
    for x in mixed:
        parts.mix_row(ctypes.c_void_p(address_of(x)), head_dim)
    assert mixed[0] @ mixed[1] == pytest.approx(one @ two, rel=1e-4, abs=1e-3)
    assert np.abs(mixed[0]).max() < np.abs(one).max() / 2
    parts.mix_row(ctypes.c_void_p(address_of(alone := np.eye(1, head_dim, 3, dtype=np.float32)[0].copy())), head_dim)
    size = head_dim & -head_dim
    assert np.abs(alone[:size]) == pytest.approx(size**-0.5)  # into all of its block alike, and into no other
    assert not alone[size:].any()


@pytest.mark.parametrize("factor", [0.0, 1e-9, 1e-6, 1e4, 1e9])
def test_numbers_of_any_size(parts: ctypes.CDLL, factor: float) -> None:
    """Nothing, next to nothing, and more than halves can hold."""
    q, keys, values = drawn(64, 4, 300)
    sized = (values * np.float32(factor)).astype(np.float32)
    found = attended(parts, True, False, q, keys, sized, [0] * 4, [300] * 4)
    assert np.isfinite(found).all()
    expected = by_numpy(
        q, in_bytes_and_back(keys), in_bytes_and_back(np.clip(sized, -65504, 65504)), [0] * 4, [300] * 4, 0
    )
    assert np.abs(found - expected).max() <= 3e-4 * np.abs(expected).max()


def decoders(folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch, **overrides: Any) -> tuple[Any, Any]:
    """The same network with keys and values in halves and in bytes."""
    from tests.engine.networks.own_kernels import below_and_above

    return below_and_above(LIMIT, prepared(save_model(folder / "model", kind, **overrides), "int4"), monkeypatch)


@pytest.mark.parametrize("isa", isas())
@pytest.mark.parametrize(
    ("kind", "overrides"),
    [
        ("llama", {}),
        ("mistral", {"sliding_window": 37, "num_key_value_heads": 4}),
        ("qwen3", {}),
        ("gemma2", {}),
        ("bitnet", {}),
    ],
)
def test_a_network_hardly_notices(
    tmp_path: Path, kind: str, overrides: dict[str, Any], isa: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On both ways through it; and some tokens at once are what they are one by one, however a prompt is cut.

    BitNet's activations of 8 bits make more of any difference.
    """
    most = 0.05 if kind == "bitnet" else 0.02
    monkeypatch.setenv("LLMDESK_KERNELS", isa)
    halves, in_bytes = decoders(tmp_path, kind, monkeypatch, **overrides)
    one_by_one = logits(in_bytes, IDS, 1)
    assert 0 < error(one_by_one, logits(halves, IDS, 1)) < most
    for step in (3, 8):
        assert torch.equal(logits(in_bytes, IDS, step), one_by_one), step
    whole = logits(in_bytes, IDS, 300)
    assert 0 < error(whole, logits(halves, IDS, 300)) < most
    assert torch.equal(logits(in_bytes, IDS, 100), whole)


def test_keys_with_a_bias_stay_in_halves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    halves, other = decoders(tmp_path, "qwen2", monkeypatch)
    assert halves.pages == other.pages
    assert torch.equal(logits(halves, IDS, 1), logits(other, IDS, 1))


def test_neighbours_and_shared_pages_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    halves, in_bytes = decoders(tmp_path, "llama", monkeypatch)
    check_neighbours(in_bytes)
    caches = [network.new_cache() for network in (halves, in_bytes)]
    for network, cache in zip((halves, in_bytes), caches, strict=True):
        network.forward((IDS * 2)[:600], cache, 0)
    assert caches[1].size_bytes * 2 * 16 == caches[0].size_bytes * 18  # heads of 16: a scale takes what 2 bytes take
    copy = caches[1].copy(580)
    expected = [in_bytes.forward([token], copy).clone() for token in (1, 2)]
    caches[1].truncate(580)
    assert all(torch.equal(in_bytes.forward([t], caches[1]), e) for t, e in zip((1, 2), expected, strict=True))
