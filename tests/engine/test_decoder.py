"""The lean decoder against transformers' own implementation, the oracle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from llmdesk.datatypes import LocalModel, ModelSource, ModelSpec
from tests.engine.tiny_models import save_model

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

LLAMA3_ROPE = {
    "rope_type": "llama3",
    "rope_theta": 10000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
ARCHITECTURES = [
    ("llama", {}),
    ("llama", {"tie_word_embeddings": True}),
    ("llama", {"rope_parameters": LLAMA3_ROPE}),
    ("llama", {"num_key_value_heads": 4}),
    ("mistral", {"sliding_window": None}),
    ("qwen2", {}),
    ("qwen3", {}),
]


def local_model(folder: Path, precision: str = "bf16") -> LocalModel:
    source = ModelSource("folder", str(folder))
    return LocalModel(ModelSpec("tiny", "Tiny", source, precision=precision, context_tokens=512), folder)  # type: ignore[arg-type]


def build(folder: Path, precision: str = "bf16", dtype: Any = None) -> tuple[Any, Any]:
    """(decoder, prepared) in float32 on plain torch unless said otherwise."""
    from llmdesk.engine.backends.native import NativeKernels
    from llmdesk.engine.decoder import Decoder
    from llmdesk.engine.loading import prepare

    prepared = prepare(local_model(folder), precision, lambda phase, done: None)  # type: ignore[arg-type]
    context = prepared.config.max_position_embeddings
    return Decoder(prepared.config, prepared.weights, NativeKernels(dtype or torch.float32), context), prepared


def oracle(folder: Path, dtype: Any = None) -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(folder, dtype=dtype or torch.float32).eval()


def greedy(network: Any, prompt: list[int], count: int) -> list[int]:
    cache = network.new_cache()
    logits = network.forward(prompt, cache)[0]
    ids: list[int] = []
    for _ in range(count):
        ids.append(int(logits.argmax()))
        logits = network.forward(ids[-1:], cache)[0]
    return ids


PROMPT = list(range(5, 45))


@pytest.mark.parametrize(("kind", "overrides"), ARCHITECTURES)
def test_logits_equal_those_of_transformers(tmp_path: Path, kind: str, overrides: dict[str, Any]) -> None:
    folder = save_model(tmp_path / "model", kind, **overrides)
    decoder, _ = build(folder)
    expected = oracle(folder)(torch.tensor([PROMPT])).logits[0]
    found = decoder.forward(PROMPT, decoder.new_cache(), last=len(PROMPT))
    assert torch.allclose(found, expected, atol=1e-4), (found - expected).abs().max()


@pytest.mark.parametrize(("kind", "overrides"), ARCHITECTURES)
def test_greedy_tokens_equal_those_of_generate(tmp_path: Path, kind: str, overrides: dict[str, Any]) -> None:
    folder = save_model(tmp_path / "model", kind, **overrides)
    decoder, _ = build(folder)
    out = oracle(folder).generate(
        torch.tensor([PROMPT]), max_new_tokens=40, min_new_tokens=40, do_sample=False, eos_token_id=None
    )
    assert greedy(decoder, PROMPT, 40) == out[0, len(PROMPT) :].tolist()


def test_prompt_in_chunks_equals_prompt_at_once(tmp_path: Path) -> None:
    decoder, _ = build(save_model(tmp_path / "model"))
    at_once = decoder.forward(PROMPT, decoder.new_cache())
    cache = decoder.new_cache()
    for start in range(0, len(PROMPT), 7):
        in_chunks = decoder.forward(PROMPT[start : start + 7], cache)
    assert torch.allclose(at_once, in_chunks, atol=1e-5)


def test_going_back_forgets_what_came_after(tmp_path: Path) -> None:
    decoder, _ = build(save_model(tmp_path / "model"))
    cache = decoder.new_cache()
    decoder.forward(PROMPT, cache)
    decoder.forward([9, 8, 7], cache)
    assert cache.truncate(len(PROMPT))
    again = decoder.forward([3], cache)
    fresh = decoder.new_cache()
    decoder.forward(PROMPT, fresh)
    assert torch.allclose(again, decoder.forward([3], fresh), atol=1e-6)


def test_cache_grows_beyond_its_first_size(tmp_path: Path) -> None:
    decoder, _ = build(save_model(tmp_path / "model", max_position_embeddings=2048))
    decoder_ids = [i % 200 for i in range(500)]
    cache = decoder.new_cache()
    decoder.forward(decoder_ids, cache)
    for token in range(30):  # passes 512, the first capacity
        last = decoder.forward([token], cache)
    whole = decoder.forward(decoder_ids + list(range(30)), decoder.new_cache())
    assert torch.allclose(last, whole, atol=1e-4)


@pytest.mark.parametrize("precision", ["int8", "int4"])
def test_quantised_products_equal_the_dequantised_weights(tmp_path: Path, precision: str) -> None:
    """The kernels may round activations to bf16, not the weights a second time."""
    decoder, prepared = build(save_model(tmp_path / "model"), precision, torch.bfloat16)
    exact = oracle(tmp_path / "model")
    from llmdesk.engine.loading import float_state

    exact.load_state_dict(float_state(prepared, torch.float32))
    expected = exact(torch.tensor([PROMPT])).logits[0]
    found = decoder.forward(PROMPT, decoder.new_cache(), last=len(PROMPT))
    assert (found - expected).norm() / expected.norm() < 0.02


@pytest.mark.parametrize(
    ("kind", "overrides"),
    [("gemma3_text", {"sliding_window": 16}), ("phi3", {}), ("granite", {"logits_scaling": 2.0}), ("starcoder2", {})],
)
def test_other_architectures_run_on_transformers_own_modules(
    tmp_path: Path, kind: str, overrides: dict[str, Any]
) -> None:
    from llmdesk.engine.backends.native import NativeKernels
    from llmdesk.engine.loading import prepare
    from llmdesk.engine.modules import ModulesNetwork

    folder = save_model(tmp_path / "model", kind, **overrides)
    prepared = prepare(local_model(folder), "bf16", lambda phase, done: None)
    network = ModulesNetwork(prepared, NativeKernels(torch.float32), lambda done: None)
    expected = oracle(folder)(torch.tensor([PROMPT])).logits[0, -1]
    cache = network.new_cache()
    network.forward(PROMPT[:25], cache)
    assert torch.allclose(network.forward(PROMPT[25:], cache), expected, atol=1e-3)
