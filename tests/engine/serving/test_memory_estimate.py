"""What is expected of a model's memory, held to what the networks hold of it when it is loaded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llmdesk.datatypes.model import LocalModel, ModelSource, ModelSpec, Precision
from llmdesk.memory_need import cache_bytes_per_token, sight_bytes, weights_bytes
from llmdesk.models.catalogue import Catalogue
from llmdesk.models.checks import check
from llmdesk.models.memory import size_of
from tests.engine.networks.test_decoder_architectures import GPT_OSS
from tests.engine.tiny_gguf import write_model_gguf
from tests.engine.tiny_models import EXPERTS, save_model
from tests.engine.tiny_seeing import WHOLE, save_seeing_model

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.model

from llmdesk.engine.backends.built_network import build_network  # noqa: E402
from llmdesk.engine.backends.native import NativeKernels  # noqa: E402
from llmdesk.engine.networks.fused import library  # noqa: E402
from llmdesk.engine.weights.loading import prepare  # noqa: E402
from tests.engine.weights.test_gpt_oss_experts import published  # noqa: E402

BIG: dict[str, Any] = {"hidden_size": 512, "intermediate_size": 512, "num_hidden_layers": 2, "head_dim": 128}
"""Large enough that norms and padding are nothing beside the matrices, and the embedding is a good part of them."""
CONTEXT = 1024


def local(path: Path) -> LocalModel:
    return LocalModel(ModelSpec("m", "M", ModelSource("folder", str(path))), path, size_of(check(path)))


def built(model: LocalModel, precision: Precision) -> Any:
    def quiet(phase: str, done: float) -> None:
        pass

    return build_network(NativeKernels, prepare(model, precision, quiet), CONTEXT, quiet)[0]


def expected_bytes(model: LocalModel, precision: Precision) -> int:
    assert model.size is not None
    return weights_bytes(model.size, precision)


def assert_estimated(model: LocalModel, precision: Precision) -> None:
    """Within 3 %, in int4 of 0.625 bytes a weight or of 0.5625, since the estimate takes the larger for all."""
    share = built(model, precision).weights_bytes / expected_bytes(model, precision)
    assert (0.9 * 0.97 if precision == "int4" else 0.97) < share < 1.03


needs_own_kernels = pytest.mark.skipif(library.best_isa() is None, reason="our own kernels do not run here")


@needs_own_kernels
@pytest.mark.parametrize("precision", ["int4", "int8"])
@pytest.mark.parametrize("tied", [True, False])
def test_a_folder(precision: Precision, tied: bool, tmp_path: Path) -> None:
    model = local(save_model(tmp_path / "m", tie_word_embeddings=tied, **BIG))
    assert_estimated(model, precision)


@needs_own_kernels
@pytest.mark.parametrize("precision", ["int4", "int8"])
@pytest.mark.parametrize("kind", ["Q8_0", "F16"])
@pytest.mark.parametrize("tied", [True, False])
def test_a_gguf_file(precision: Precision, kind: str, tied: bool, tmp_path: Path) -> None:
    """Blocks stay packed, also in an embedding of its own."""
    folder = save_model(tmp_path / "m", tie_word_embeddings=tied, **BIG)
    model = local(write_model_gguf(folder, tmp_path / "m.gguf", kind))
    assert_estimated(model, precision)


@needs_own_kernels
@pytest.mark.parametrize("precision", ["int4", "int8"])
@pytest.mark.parametrize("kind", ["Q4_0", "Q4_1", "MXFP4"])
@pytest.mark.parametrize("tied", [True, False])
def test_an_embedding_of_four_bits(precision: Precision, kind: str, tied: bool, tmp_path: Path) -> None:
    """It and the output layer keep them. Planned is what the largest of such forms takes: 5 bits, in tables 4.5."""
    folder = save_model(tmp_path / "m", tie_word_embeddings=tied, **BIG, vocab_size=2048)
    model = local(write_model_gguf(folder, tmp_path / "m.gguf", kind))
    largest = {"Q4_0": 4.5 / 5 if precision == "int4" else 1, "Q4_1": 1, "MXFP4": 4.25 / 4.5}[kind]
    share = built(model, precision).weights_bytes / expected_bytes(model, precision)
    assert share == pytest.approx(largest, rel=0.03)


@needs_own_kernels
@pytest.mark.parametrize("precision", ["int4", "int8"])
def test_all_experts_are_in_memory(precision: Precision, tmp_path: Path) -> None:
    """Though a token reads a few of them."""
    folder = save_model(tmp_path / "m", "qwen3_moe", moe_intermediate_size=256, norm_topk_prob=True, **EXPERTS, **BIG)
    assert_estimated(local(folder), precision)
    assert_estimated(local(write_model_gguf(folder, tmp_path / "m.gguf", "Q8_0", "qwen3moe")), precision)


@needs_own_kernels
@pytest.mark.parametrize("precision", ["int4", "int8"])
def test_gpt_oss_as_it_is_published(precision: Precision, tmp_path: Path) -> None:
    """Its experts take 4.25 bits in both precisions; planned is what the largest of such forms takes, 4.5."""
    folder = save_model(tmp_path / "m", "gpt_oss", **GPT_OSS | BIG)
    published(folder)
    model = local(folder)
    assert model.size is not None
    assert model.size.table_weights == 2 * 8 * 3 * 512 * 512
    assert 0.9 < built(model, precision).weights_bytes / expected_bytes(model, precision) < 1.03


@needs_own_kernels
@pytest.mark.parametrize("precision", ["int4", "int8"])
def test_a_bitnet_file(precision: Precision, tmp_path: Path) -> None:
    """Blocks of 256 become rows with one scale, in 2 bits."""
    folder = save_model(tmp_path / "m", "bitnet", tie_word_embeddings=True, **BIG)
    model = local(write_model_gguf(folder, tmp_path / "m.gguf", "TQ2_0", "bitnet"))
    assert model.size is not None
    assert model.size.ternary_weights > 0
    assert_estimated(model, precision)


@needs_own_kernels
def test_the_embedded_model_and_its_cache() -> None:
    model = Catalogue.load().resolve("smollm2-135m")
    network = built(model, "int4")
    assert model.size is not None
    assert model.size.embedding == "head"
    assert network.weights_bytes == pytest.approx(expected_bytes(model, "int4"), rel=0.03)
    cache = network.new_cache()
    network.forward(list(range(256)), cache)
    rotary_bytes = 4 * 64  # sines and cosines of a position; the tables grow with the chat
    assert cache.size_bytes + 256 * rotary_bytes == 256 * model.size.cache_bytes_per_token


@needs_own_kernels
def test_a_large_models_cache_has_8_bits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On our own kernels, which do not run bf16."""
    for module in ("llmdesk.memory_need", "llmdesk.engine.networks.fused.cache"):
        monkeypatch.setattr(f"{module}.SMALL_CACHE_WEIGHTS", 0)
    model = local(save_model(tmp_path / "m", **BIG))
    network = built(model, "int4")
    assert model.size is not None
    cache = network.new_cache()
    network.forward([7] * 256, cache)
    rotary_bytes = 4 * 128
    assert cache.size_bytes + 256 * rotary_bytes == 256 * cache_bytes_per_token(model.size, "int4")
    halves = 2 * (cache_bytes_per_token(model.size, "int4") - rotary_bytes) * 128 // 130 + rotary_bytes
    assert cache_bytes_per_token(model.size, "bf16") == halves
    assert cache_bytes_per_token(replace(model.size, own_kernels=False), "int4") == halves


@pytest.mark.parametrize("kind", ["llama", "bitnet"])
def test_without_our_own_kernels_there_is_a_table(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And ternary weights take 4 bits at least."""
    from llmdesk.engine.serving.room import size_here

    monkeypatch.setenv("LLMDESK_KERNELS", "off")
    folder = save_model(tmp_path / "m", kind, tie_word_embeddings=True, **BIG)
    model = local(folder if kind == "llama" else write_model_gguf(folder, tmp_path / "m.gguf", "TQ2_0", "bitnet"))
    size = size_here(model)
    assert size is not None
    assert built(model, "int8").weights_bytes == pytest.approx(weights_bytes(size, "int8"), rel=0.1)
    assert expected_bytes(model, "int8") < weights_bytes(size, "int8")


@pytest.mark.parametrize(
    "odd", [{"head_dim": 20}, {"head_dim": 264, "num_attention_heads": 8}, {"intermediate_size": 520}]
)
def test_what_our_own_kernels_do_not_take_has_a_table_and_keys_of_16_bits(
    odd: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from llmdesk.engine.networks.decoder import Decoder
    from llmdesk.engine.serving.room import size_here

    monkeypatch.setattr("llmdesk.memory_need.SMALL_CACHE_WEIGHTS", 0)
    model = local(save_model(tmp_path / "m", tie_word_embeddings=True, **BIG | odd))
    size, network = size_here(model), built(model, "int8")
    assert isinstance(network, Decoder)
    assert size is not None
    assert network.weights_bytes == pytest.approx(weights_bytes(size, "int8"), rel=0.1)
    assert cache_bytes_per_token(size, "int8") == size.cache_bytes_per_token > 0


@pytest.mark.parametrize("flag", ["avx512_bf16", "amx_bf16", "avx512f"])
@pytest.mark.parametrize("kind", list(WHOLE))
def test_what_sees_takes_what_is_planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, flag: str) -> None:
    from llmdesk.engine.serving.room import size_here
    from llmdesk.engine.sight.tower import Eye, FolderTensors
    from llmdesk.engine.weights.model_files import open_config

    folder = save_seeing_model(tmp_path / "model", kind)
    monkeypatch.setattr("llmdesk.engine.processor.hardware.processor_flags", lambda: frozenset({flag}))
    size = size_here(local(folder))
    assert size is not None
    eye = Eye(open_config(folder), FolderTensors(folder))
    taken = sum(tensor.nbytes for tensor in eye._tower.modules.state_dict().values())
    assert taken == sight_bytes(size) > 0
    assert weights_bytes(size, "int8") - weights_bytes(replace(size, sight_weights=0), "int8") == taken
