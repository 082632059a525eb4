"""Estimates and whether they fit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from llmdesk.datatypes.model import ModelSize, ModelSource, ModelSpec
from llmdesk.engine.measuring.shape_files import shape_size
from llmdesk.memory_need import GB, PROGRAM_BYTES, cache_bytes_per_token, weights_bytes
from llmdesk.models.catalogue import Catalogue
from llmdesk.models.checks import Checked
from llmdesk.models.memory import estimate, fit, size_of
from llmdesk.models.safetensors_header import Tensor


def spec(memory_bytes: int, measured: bool = False) -> ModelSpec:
    return ModelSpec(
        "x", "X", ModelSource("hub", "a/b"), memory_bytes=memory_bytes, memory_measured=measured
    )  # fmt: skip


@pytest.mark.parametrize(
    ("memory_gb", "available_gb", "total_gb", "kind"),
    [
        (2, 6, 8, "fits"),
        (5.9, 6, 8, "tight"),
        (6.1, 8, 8, "too_large"),  # over 75 %
        (12.1, 60, 64, "too_large"),  # over 12 GB
        (11.9, 60, 64, "fits"),
        (11.9, 4, 64, "tight"),
    ],
)
def test_fit(memory_gb: float, available_gb: float, total_gb: float, kind: str) -> None:
    found = fit(spec(round(memory_gb * GB)), round(available_gb * GB), round(total_gb * GB))
    assert found.kind == kind
    assert f"{memory_gb:.1f} GB" in found.text
    assert found.text.startswith({"fits": "Fits", "tight": "Tight", "too_large": "Does not fit"}[kind])
    assert "free" not in found.text  # the picker says that once


def test_the_text_tells_an_estimate_from_a_measurement() -> None:
    assert fit(spec(GB), 8 * GB, 8 * GB).text.startswith("Fits: takes about 1.0 GB")
    assert fit(spec(GB, measured=True), 8 * GB, 8 * GB).text.startswith("Fits: takes 1.0 GB")
    assert "not known" in fit(spec(0), 8 * GB, 8 * GB).text


def test_what_sees_counts_in_the_numbers_of_this_machine() -> None:
    seeing = replace(spec(5 * GB), sees=True, sight_bytes=2 * GB)
    assert "takes about 5.0 GB" in fit(seeing, 8 * GB, 8 * GB).text
    assert "takes about 4.0 GB" in fit(seeing, 8 * GB, 8 * GB, sight_weight_bytes=2).text
    assert "takes 5.0 GB" in fit(replace(seeing, memory_measured=True), 8 * GB, 8 * GB, sight_weight_bytes=2).text


def test_another_precision_than_the_measured_one_is_estimated() -> None:
    assert fit(spec(2 * GB, measured=True), 8 * GB, 8 * GB, "bf16").text.startswith("Fits: takes about 2.9 GB")


def test_a_long_context_does_not_make_a_model_too_large_since_it_shrinks() -> None:
    size = ModelSize(0, 0, round(GB / 1.0625), cache_bytes_per_token=100_000)
    model = replace(spec(0), context_tokens=131072)
    assert fit(model, 8 * GB, 8 * GB, size=size).text.startswith("Fits: takes about 2.2 GB")  # 1 + 1 + 2048 tokens


def test_the_users_limit_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLMDESK_MEMORY_LIMIT_GB", "2")
    assert fit(spec(3 * GB), 60 * GB, 64 * GB).kind == "too_large"


def checked(*tensors: Tensor, own_decoder: bool = True, cache_bytes_per_token: int = 0) -> Checked:
    return Checked(tensors, 512, "llama", cache_bytes_per_token=cache_bytes_per_token, own_decoder=own_decoder)


EMBEDDING, NORM, LAYER = (
    Tensor("token_embd.weight", 10), Tensor("output_norm.weight", 3), Tensor("blk.0.ffn_up.weight", 7)
)  # fmt: skip


def test_an_output_layer_of_its_own_is_counted_once() -> None:
    assert size_of(checked(EMBEDDING, NORM, LAYER)) == ModelSize(10, 10, 10, embedding="head")
    untied = checked(EMBEDDING, NORM, LAYER, Tensor("output.weight", 11), cache_bytes_per_token=5)
    assert size_of(untied) == ModelSize(10, 11, 10, 5, embedding="floats")


def test_an_embedding_of_blocks_stays_packed_beside_another_output_layer() -> None:
    blocks = replace(EMBEDDING, quantized=True)
    assert size_of(checked(blocks, Tensor("output.weight", 11))).embedding == "packed"
    assert size_of(checked(blocks)).embedding == "head"


def test_keys_and_values_of_large_models_take_8_bits() -> None:
    """As the kernels count them: what is multiplied."""
    for head, large in ((400_000_000, False), (500_000_000, True)):
        tied = (replace(EMBEDDING, elements=head - 10), NORM, LAYER)  # with 3 and 7 weights more
        found = size_of(replace(checked(*tied, cache_bytes_per_token=64), small_cache_bytes_per_token=34))
        assert cache_bytes_per_token(found, "int8") == (34 if large else 64)
        assert cache_bytes_per_token(found, "bf16") == 64
        for name in ("blk.3.attn_k.bias", "blk.3.attn_qkv.bias", "model.layers.3.self_attn.qkv_proj.bias"):
            biased = checked(*tied, Tensor(name, 1), cache_bytes_per_token=64)
            assert size_of(replace(biased, small_cache_bytes_per_token=34)).small_cache_bytes_per_token == 0
    assert shape_size("llama-3.2-1b").small_cache_bytes_per_token == 2 * 16 * 8 * 66
    assert shape_size("smollm2-135m").small_cache_bytes_per_token == 0


def test_without_our_own_decoder_the_embedding_is_a_table() -> None:
    assert size_of(checked(EMBEDDING, LAYER, own_decoder=False)) == ModelSize(10, 10, 7, embedding="floats")


def test_what_keeps_8_bits_counts_with_the_output_layer() -> None:
    assert size_of(checked(EMBEDDING, LAYER, Tensor("blk.0.ffn_down.weight", 5, keeps_8_bits=True))) == ModelSize(
        10, 15, 7, embedding="head"
    )


def test_blocks_that_keep_their_bits_are_counted_apart() -> None:
    blocks = Tensor("blk.0.ffn_down.weight", 512, quantized=True, block_bits=5.5)
    size = size_of(checked(EMBEDDING, LAYER, blocks, replace(blocks, block_bits=6.5625)))
    assert (size.block_weights, size.block_bytes, size.blocks_stay_in_int4) == (1024, 352 + 420, False)
    assert size.block_int4_bytes == 2 * 288
    assert size_of(replace(checked(EMBEDDING, blocks), int4=True)).blocks_stay_in_int4


def test_two_bits_are_never_counted_as_four() -> None:
    blocks = Tensor("blk.0.ffn_down.weight", 12 * GB, quantized=True, block_bits=2.625)
    size = size_of(checked(blocks))
    assert [weights_bytes(size, precision) / GB for precision in ("int4", "int8")] == [3.9375, 3.9375]
    assert weights_bytes(replace(size, own_kernels=False), "int4") / GB == 7.5


def test_ternary_weights_are_counted_apart() -> None:
    ternary = Tensor("blk.0.ffn_down.weight", 5, quantized=True, ternary=True)
    assert size_of(checked(EMBEDDING, LAYER, ternary)) == ModelSize(10, 10, 7, embedding="head", ternary_weights=5)


def test_a_tied_output_layer_is_counted_once() -> None:
    embedding, layer = Tensor("model.embed_tokens.weight", 1_000_000), Tensor("model.layers.0.mlp.w", 10_000_000)
    tied, untied = (size_of(checked(embedding, layer, *head)) for head in ([], [Tensor("lm_head.weight", 1_000_000)]))
    assert estimate(untied, "bf16") == PROGRAM_BYTES + 2_000_000 + 11_000_000 * 2
    for precision in ("int8", "bf16"):
        assert estimate(untied, precision) - estimate(tied, precision) == 2_000_000
    assert PROGRAM_BYTES < estimate(tied, "int4") < estimate(tied, "int8") < estimate(tied, "bf16")


def test_shipped_figures_agree_with_the_estimate() -> None:
    # Parameters of the real models: embedding, and all the rest without the tied output layer.
    known = {
        "smollm2-360m": (49152 * 960, 314_600_000),
        "smollm2-1.7b": (49152 * 2048, 1_610_700_000),
        "llama-3.2-1b": (128256 * 2048, 973_100_000),
        "qwen3-0.6b": (151936 * 1024, 440_500_000),
        "qwen3-1.7b": (151936 * 2048, 1_409_400_000),
        "gemma-3-1b": (262144 * 1152, 697_900_000),
        "bitnet-2b": (128256 * 2560, 2_084_400_000),
        "phi-4-mini": (200064 * 3072, 3_221_400_000),
    }
    catalogue = Catalogue.load()
    for model_id, (embedding, rest) in known.items():
        model = catalogue.get(model_id)
        layers = Tensor("layers", rest, ternary=model_id == "bitnet-2b")
        size = size_of(checked(Tensor("embed_tokens", embedding), layers))
        expected = estimate(size, model.precision)
        assert model.memory_bytes == pytest.approx(expected, rel=0.05), model_id
