"""Whole networks on the kernels for AVX-VNNI, recoded where the processor has none; single products: test_forms.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from llmdesk.engine.networks.fused import library
from tests.engine.tiny_models import GRANITE4_HYBRID, LFM2, QWEN35, save_model
from tests.kernels.avx_vnni import ISA, avx_vnni

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

from tests.engine.networks.test_amx import NETWORKS, PROMPT  # noqa: E402
from tests.engine.networks.test_decoder_architectures import GPT_OSS  # noqa: E402
from tests.engine.networks.test_fused import CONTEXT, IDS, prepared  # noqa: E402

WITH_STATES: list[tuple[str, dict[str, Any], str]] = [
    ("lfm2", LFM2, "int4"),
    ("qwen3_5_text", QWEN35, "int4"),
    ("granitemoehybrid", GRANITE4_HYBRID, "int4"),
    ("gpt_oss", GPT_OSS | {"head_dim": 32}, "int4"),
]
SAME = (
    1e-3  # of all logits; sums of floats are added up in another order, which decides how a few activations are rounded
)


@pytest.fixture(autouse=True)
def _with_avx_vnni(monkeypatch: pytest.MonkeyPatch) -> Any:
    with avx_vnni(monkeypatch):
        yield


def computed(model: Any, isa: str, monkeypatch: pytest.MonkeyPatch) -> list[npt.NDArray[np.float32]]:
    """Logits of a prompt, of a token, and of three at once."""
    from llmdesk.engine.networks.fused.decoder import FusedDecoder

    if isa not in library.isas_here():
        pytest.skip(f"needs {isa}")
    monkeypatch.setenv("LLMDESK_KERNELS", isa)
    decoder = FusedDecoder(model.config, model.weights, CONTEXT)
    assert decoder.isa.lower() == isa
    cache = decoder.new_cache()
    return [np.array(decoder.forward(ids, cache, len(ids))) for ids in (IDS[:PROMPT], IDS[:1], IDS[3:6])]


@pytest.mark.parametrize(("kind", "overrides", "precision"), NETWORKS + WITH_STATES)
def test_small_networks_have_the_bits_of_avx2(
    tmp_path: Path, kind: str, overrides: dict[str, Any], precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both multiply in whole numbers without loss, and add up in the same order."""
    model = prepared(save_model(tmp_path / "model", kind, **overrides), precision)
    for found, expected in zip(*(computed(model, isa, monkeypatch) for isa in (ISA, "avx2")), strict=True):
        assert (found.view(np.int32) == expected.view(np.int32)).all()


@pytest.mark.parametrize(("kind", "overrides", "precision"), NETWORKS + WITH_STATES)
def test_large_networks_are_those_of_avx512_vnni(
    tmp_path: Path, kind: str, overrides: dict[str, Any], precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As networks are multiplied from 500 million weights on: in planes of bytes, prompts too."""
    monkeypatch.setattr("llmdesk.engine.networks.fused.decoder.LARGE_WEIGHTS", 0)
    model = prepared(save_model(tmp_path / "model", kind, **overrides), precision)
    for found, expected in zip(*(computed(model, isa, monkeypatch) for isa in (ISA, "avx512-vnni")), strict=True):
        assert np.linalg.norm(found - expected) < SAME * np.linalg.norm(expected)
