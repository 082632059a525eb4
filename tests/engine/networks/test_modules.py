"""Models that the lean decoder does not know run on transformers' own modules."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

from tests.engine.oracle import local_model, logits_of, oracle
from tests.engine.tiny_models import save_model

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

PROMPT = list(range(5, 45))


def modules(folder: Path, precision: str = "bf16", dtype: Any = torch.float32) -> Any:
    from llmdesk.engine.backends.native import NativeKernels
    from llmdesk.engine.networks.modules import ModulesNetwork
    from llmdesk.engine.weights.loading import prepare

    prepared = prepare(local_model(folder), precision, lambda phase, done: None)  # type: ignore[arg-type]
    return ModulesNetwork(prepared.config, prepared.weights, NativeKernels(dtype), lambda done: None)


@pytest.mark.parametrize(
    ("kind", "overrides"),
    [
        ("helium", {}),
        ("starcoder2", {}),
        ("cohere2", {"sliding_window": 16, "num_hidden_layers": 4}),
        ("gemma3_text", {"sliding_window": 16}),  # the decoder knows it; a sliding cache must work here too
    ],
)
def test_logits_equal_those_of_transformers(tmp_path: Path, kind: str, overrides: dict[str, Any]) -> None:
    folder = save_model(tmp_path / "model", kind, **overrides)
    network = modules(folder)
    cache = network.new_cache()
    assert len(network.forward(PROMPT[:25], cache, last=0)) == 0
    found = network.forward(PROMPT[25:], cache, last=15)
    assert torch.allclose(found, logits_of(oracle(folder), PROMPT)[25:], atol=1e-4)


@pytest.mark.parametrize("precision", ["int8", "int4"])
def test_quantised_products_run(tmp_path: Path, precision: str) -> None:
    folder = save_model(tmp_path / "model", "helium")
    network = modules(folder, precision, torch.bfloat16)
    found = network.forward(PROMPT, network.new_cache(), last=len(PROMPT))
    expected = logits_of(oracle(folder), PROMPT)
    assert (found - expected).norm() / expected.norm() < 0.2


def test_going_back_and_a_copy_continue_as_if_nothing_had_come_after(tmp_path: Path) -> None:
    network = modules(save_model(tmp_path / "model", "helium"))
    fresh = network.new_cache()
    network.forward(PROMPT[:30], fresh)
    expected = network.forward(PROMPT[30:], fresh)
    cache = network.new_cache()
    network.forward(PROMPT[:30], cache)
    network.forward([9, 8, 7], cache)
    copied = cache.copy(30)
    assert cache.truncate(30)
    for each in (cache, copied):
        assert each.length == 30
        assert torch.allclose(network.forward(PROMPT[30:], each), expected, atol=1e-5)
    assert copied.size_bytes == cache.size_bytes > 0


def test_a_sliding_window_cannot_go_back_but_be_copied_whole(tmp_path: Path) -> None:
    network = modules(save_model(tmp_path / "model", "gemma3_text", sliding_window=16))
    cache = network.new_cache()
    network.forward(PROMPT, cache)
    assert not cache.truncate(30)
    assert cache.copy(30) is None
    copied = cache.copy(len(PROMPT))
    assert torch.allclose(network.forward([3], copied), network.forward([3], cache), atol=1e-6)


@pytest.mark.parametrize(("kind", "reason"), [("helium", "helium"), ("gemma3_text", "")])
def test_only_a_model_that_the_decoder_does_not_know_says_why_it_is_slower(
    tmp_path: Path, kind: str, reason: str
) -> None:
    from llmdesk.engine.backend import LoadOptions
    from llmdesk.engine.backends.stacks import NativeBackend

    folder = save_model(tmp_path / "model", kind)
    loaded = NativeBackend().load(local_model(folder), LoadOptions(threads=1), lambda phase, done: None)
    assert loaded.info.fallback_reason.split(" ")[0] == reason
    loaded.close()


@pytest.mark.parametrize(("name", "gone"), [("cache", "past_key_values"), ("past_key_values", "cache")])
def test_the_cache_goes_by_the_name_that_this_transformers_has_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, gone: str
) -> None:
    """5.24 took ``cache`` and still knew ``past_key_values``; before there was only this, from 5.40 on only that."""
    from transformers import HeliumForCausalLM

    real = HeliumForCausalLM.forward
    real_name = "cache" if "cache" in inspect.signature(real).parameters else "past_key_values"

    def of_cache(self: Any, input_ids: Any, position_ids: Any, cache: Any = None, **options: Any) -> Any:
        assert gone not in options
        return real(self, input_ids=input_ids, position_ids=position_ids, **{real_name: cache}, **options)

    def of_past(self: Any, input_ids: Any, position_ids: Any, past_key_values: Any = None, **options: Any) -> Any:
        assert gone not in options
        return real(self, input_ids=input_ids, position_ids=position_ids, **{real_name: past_key_values}, **options)

    folder = save_model(tmp_path / "model", "helium")
    expected = logits_of(oracle(folder), PROMPT)[25:]
    monkeypatch.setattr(HeliumForCausalLM, "forward", of_cache if name == "cache" else of_past)
    network = modules(folder)
    cache = network.new_cache()
    network.forward(PROMPT[:25], cache)
    assert torch.allclose(network.forward(PROMPT[25:], cache, last=15), expected, atol=1e-4)
    assert cache.size_bytes > 0


def test_a_model_that_takes_no_cache_computes_the_whole_text_for_each_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would forget what came before each token, and answer nonsense."""
    from transformers import HeliumForCausalLM

    folder = save_model(tmp_path / "model", "helium")
    expected = logits_of(oracle(folder), PROMPT)
    real = HeliumForCausalLM.forward
    monkeypatch.setattr(HeliumForCausalLM, "forward", lambda self, input_ids, **options: real(self, input_ids))
    network = modules(folder)
    assert network.recomputes
    cache = network.new_cache()
    assert len(network.forward(PROMPT[:25], cache, last=0)) == 0
    found = torch.cat([network.forward(PROMPT[25:39], cache, last=14), network.forward(PROMPT[39:], cache)])
    assert torch.allclose(found, expected[25:], atol=1e-4)
    other = cache.copy(30)
    assert cache.truncate(30)
    assert cache.length == other.length == 30
    assert torch.allclose(network.forward(PROMPT[30:], cache, last=10), expected[30:], atol=1e-4)


def test_states_outside_the_cache_are_not_relied_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two chats would mix them."""
    from transformers import DynamicCache, HeliumForCausalLM

    folder = save_model(tmp_path / "model", "helium")
    expected = logits_of(oracle(folder), PROMPT)[30:]
    real, kept = HeliumForCausalLM.forward, {}

    def forward(self: Any, input_ids: Any, past_key_values: Any = None, use_cache: bool = True, **options: Any) -> Any:
        if not use_cache:
            return real(self, input_ids, use_cache=False)
        if "own" not in kept:
            kept["own"] = DynamicCache()
        name = "cache" if "cache" in inspect.signature(real).parameters else "past_key_values"
        return real(self, input_ids, use_cache=True, **{name: kept["own"]})

    monkeypatch.setattr(HeliumForCausalLM, "forward", forward)
    network = modules(folder)
    assert network.recomputes
    cache = network.new_cache()
    network.forward(PROMPT[:30], cache)
    assert torch.allclose(network.forward(PROMPT[30:], cache, last=10), expected, atol=1e-4)
