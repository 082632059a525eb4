"""Activations of a large network: 8 bits, and 16 where it matters (docs/decisions/0034)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.engine.networks.test_fused import IDS, error, isas, logits, prepared
from tests.engine.tiny_models import save_model

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

from llmdesk.engine.networks.fused import library  # noqa: E402

if library.best_isa() is None:
    pytest.skip("our own kernels do not run on this processor", allow_module_level=True)

LIMIT = "llmdesk.engine.networks.fused.decoder.LARGE_WEIGHTS"


def small_and_large(model: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """The same weights, multiplied as those of a small network (16 bits) and as those of a large one."""
    from tests.engine.networks.own_kernels import below_and_above

    return below_and_above(LIMIT, model, monkeypatch)


@pytest.mark.parametrize("isa", isas())
@pytest.mark.parametrize(
    ("kind", "overrides"),
    [("llama", {}), ("llama", {"hidden_size": 256, "intermediate_size": 768}), ("qwen2", {}), ("gemma3_text", {})],
)
def test_they_are_close_to_16_bits(
    tmp_path: Path, kind: str, overrides: dict[str, Any], isa: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong formula costs far more."""
    monkeypatch.setenv("LLMDESK_KERNELS", isa)
    small, large = small_and_large(prepared(save_model(tmp_path / "model", kind, **overrides), "int4"), monkeypatch)
    expected = logits(small, IDS, 1)
    found = logits(large, IDS, 1)
    assert 0 < error(found, expected) < 0.02
    assert torch.equal(logits(large, IDS, 8), found)


@pytest.mark.parametrize("isa", isas())
@pytest.mark.parametrize(
    ("kind", "overrides"), [("llama", {"hidden_size": 256, "intermediate_size": 768}), ("qwen2", {})]
)
def test_prompts_are_close_to_13_bits(
    tmp_path: Path, kind: str, overrides: dict[str, Any], isa: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In bytes, with whole blocks of 128 columns and narrower ones, in one step and in several."""
    monkeypatch.setenv("LLMDESK_KERNELS", isa)
    small, large = small_and_large(prepared(save_model(tmp_path / "model", kind, **overrides), "int4"), monkeypatch)
    expected, found = logits(small, IDS, len(IDS)), logits(large, IDS, len(IDS))
    assert 0 < error(found, expected) < 0.06
    assert error(logits(large, IDS, 12), expected) < 0.06


def test_eight_bit_weights_keep_16_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small, large = small_and_large(prepared(save_model(tmp_path / "model"), "int8"), monkeypatch)
    for step in (1, len(IDS)):
        assert torch.equal(logits(small, IDS, step), logits(large, IDS, step))


@pytest.mark.parametrize("isa", isas())
def test_a_real_model_hardly_notices(isa: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers: without the second plane the divergence is five times as large, with equal first choices below 97.5 %.
    Prompts: without it 0.007 (AVX2) and 0.0097."""
    from llmdesk.engine.measuring.fidelity import compare
    from llmdesk.engine.measuring.texts import KINDS, sample_sequences
    from llmdesk.engine.weights.loading import prepare
    from llmdesk.models.catalogue import Catalogue

    monkeypatch.setenv("LLMDESK_KERNELS", isa)
    model = prepare(Catalogue.load().resolve("smollm2-135m"), "int4", lambda phase, done: None)
    small, large = small_and_large(model, monkeypatch)
    texts = {kind: sample_sequences(model.tokenizer, kind, 200)[:2] for kind in KINDS}
    found = compare(small, large, texts, {"token": 8, "prompt": 256})
    answers, prompts = found["all", "token"], found["all", "prompt"]
    assert answers.positions > 500
    assert answers.mean_kl < 0.001
    assert answers.equal_first > 0.975
    assert prompts.mean_kl < (0.0025 if isa == "avx2" else 0.0055)
    assert prompts.equal_first > (0.96 if isa == "avx2" else 0.94)
