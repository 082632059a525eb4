"""The lean decoder's machinery: cache, packed products, damaged files. Architectures: test_decoder_architectures.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmdesk.errors import ModelDamaged, UnsupportedModel
from tests.engine.oracle import build, float_state, logits_of, oracle
from tests.engine.tiny_models import save_model

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

PROMPT = list(range(5, 45))


def test_logits_of_the_last_tokens_only(tmp_path: Path) -> None:
    decoder, _ = build(save_model(tmp_path / "model"))
    whole = decoder.forward(PROMPT, decoder.new_cache(), last=len(PROMPT))
    last = decoder.forward(PROMPT, decoder.new_cache(), last=3)
    assert last.dtype == torch.float32
    assert torch.allclose(last, whole[-3:], atol=1e-6)


def test_cache_grows_beyond_its_first_size(tmp_path: Path) -> None:
    decoder, _ = build(save_model(tmp_path / "model", max_position_embeddings=2048))
    ids = [i % 200 for i in range(500)]
    cache = decoder.new_cache()
    decoder.forward(ids, cache)
    held_bytes = cache.size_bytes
    for token in range(30):  # passes 512, the first capacity
        last = decoder.forward([token], cache)
    assert cache.size_bytes > held_bytes
    whole = decoder.forward(ids + list(range(30)), decoder.new_cache())
    assert torch.allclose(last, whole, atol=1e-4)


def test_positions_beyond_the_first_table(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "model", max_position_embeddings=2048)
    decoder, _ = build(folder)
    ids = [i % 200 for i in range(1100)]
    cache = decoder.new_cache()
    assert len(decoder.forward(ids[:1000], cache, last=0)) == 0
    found = decoder.forward(ids[1000:], cache, last=100)  # passes 1024, the first table
    assert torch.allclose(found, logits_of(oracle(folder), ids)[1000:], atol=1e-4)


def test_copy_holds_the_beginning_and_is_independent(tmp_path: Path) -> None:
    decoder, _ = build(save_model(tmp_path / "model", max_position_embeddings=2048))
    cache = decoder.new_cache()
    decoder.forward([i % 200 for i in range(700)], cache)
    copied = cache.copy(40)
    assert (copied.length, cache.length) == (40, 700)
    assert copied.size_bytes < cache.size_bytes
    before = cache.keys[:, :, :700].clone()
    decoder.forward(PROMPT, copied)
    assert torch.equal(cache.keys[:, :, :700], before)
    assert cache.copy(9000).length == 700


@pytest.mark.parametrize("kind", ["llama", "gemma3_text", "phi3"])
@pytest.mark.parametrize("precision", ["int8", "int4"])
def test_quantised_products_equal_the_dequantised_weights(tmp_path: Path, precision: str, kind: str) -> None:
    """The kernels may round activations to bf16, not the weights a second time."""
    from llmdesk.engine.backends.native import NativeKernels

    folder = save_model(tmp_path / "model", kind)
    decoder, prepared = build(folder, precision, NativeKernels())
    exact = oracle(folder)
    exact.load_state_dict(float_state(prepared, torch.float32))
    expected = logits_of(exact, PROMPT)
    found = decoder.forward(PROMPT, decoder.new_cache(), last=len(PROMPT))
    assert (found - expected).norm() / expected.norm() < 0.02


def test_an_embedding_of_another_shape_is_damage(tmp_path: Path) -> None:
    folder = save_model(tmp_path / "model")
    config = (folder / "config.json").read_text()
    (folder / "config.json").write_text(config.replace('"vocab_size": 260', '"vocab_size": 300'))
    with pytest.raises(ModelDamaged, match="shape"):
        build(folder)


def test_an_architecture_that_it_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedModel, match="helium"):
        build(save_model(tmp_path / "model", "helium"))
