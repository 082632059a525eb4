"""GGUF embedding models beside transformers' own output of the same random network, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from llmdesk.engine.weights.gguf_embedder import GgufEmbedder
from llmdesk.errors import ModelDamaged, UnsupportedModel
from llmdesk.models.catalogue import Catalogue

torch = pytest.importorskip("torch")
pytest.importorskip("gguf")
from tests.engine.backends.test_embedding_model import load, vectors  # noqa: E402
from tests.engine.tiny_gguf_embedders import (  # noqa: E402
    VOCABULARY,
    random_network,
    tokenizer_of_transformers,
    write_embedder_gguf,
)

pytestmark = pytest.mark.model

TEXTS = ("The quick fox jumps.", "\u00c9t\u00e9, jumping", "x", "[SEP] \u72d0 unknown\u2581word")


def expected(network: Any, text: str, pooling: int) -> list[float]:
    ids = torch.tensor([tokenizer_of_transformers().encode(text).ids])
    with torch.no_grad():
        states = network(input_ids=ids).last_hidden_state[0]
    vector = {1: states.mean(0), 2: states[0], 3: states[-1]}[pooling]
    found: list[float] = torch.nn.functional.normalize(vector, dim=0).tolist()
    return found


@pytest.mark.parametrize(("architecture", "pooling"), [("bert", 1), ("bert", 2), ("nomic-bert", 1), ("nomic-bert", 3)])
def test_vectors_are_transformers_own(architecture: str, pooling: int, tmp_path: Path) -> None:
    network = random_network(architecture)
    model = load(write_embedder_gguf(tmp_path / "m.gguf", network, architecture, pooling))
    assert (model.info.purpose, model.info.context_tokens) == ("embeddings", 48)
    for text, found in zip(TEXTS, vectors(model, TEXTS), strict=True):
        assert found == pytest.approx(expected(network, text, pooling), abs=1e-5)


def test_texts_are_cut_as_the_publishers_tokenizer_does(tmp_path: Path) -> None:
    model = load(write_embedder_gguf(tmp_path / "m.gguf", random_network("bert"), "bert"))
    for text in (*TEXTS, "a" * 150, "jumpings, jumping.The", " \t\n"):
        assert model.tokenize(text) == tokenizer_of_transformers().encode(text).ids
    assert [VOCABULARY[token] for token in model.tokenize("\u00c9t\u00e9 jumped")[1:-1]] == ["ete", "jump", "##ed"]
    assert model.detokenize(model.tokenize("the jumps")) == "[CLS] the jumps [SEP]"


@pytest.mark.parametrize("kind", ["F16", "Q8_0", "Q4_0"])
def test_files_of_fewer_bits(kind: str, tmp_path: Path) -> None:
    network = random_network("nomic-bert")
    model = load(write_embedder_gguf(tmp_path / "m.gguf", network, "nomic-bert", kind=kind))
    (found,) = vectors(model, (TEXTS[0],))
    cosine = sum(a * b for a, b in zip(found, expected(network, TEXTS[0], 1), strict=True))
    assert cosine > (0.97 if kind == "Q4_0" else 0.999)


def test_what_cannot_be_computed_is_refused_when_it_is_added(tmp_path: Path) -> None:
    network = random_network("bert")
    for pooling, words in ((0, "how the vectors"), (4, "how the vectors")):
        path = write_embedder_gguf(tmp_path / f"{pooling}.gguf", network, "bert", pooling)
        with pytest.raises(UnsupportedModel, match=words):
            Catalogue.load().add_path(path)
    whole = write_embedder_gguf(tmp_path / "whole.gguf", network, "bert").read_bytes()
    other = tmp_path / "other.gguf"
    key = b"tokenizer.ggml.model\x08\0\0\0\x04\0\0\0\0\0\0\0"
    assert key + b"bert" in whole
    other.write_bytes(whole.replace(key + b"bert", key + b"t5xx"))
    with pytest.raises(UnsupportedModel, match="t5xx"):
        Catalogue.load().add_path(other)
    other.write_bytes(whole.replace(b"attn_output_norm", b"attn_mystery_nrm"))
    with pytest.raises(UnsupportedModel, match="attn_mystery_nrm"):
        Catalogue.load().add_path(other)


def test_damaged_files_are_said(tmp_path: Path) -> None:
    whole = write_embedder_gguf(tmp_path / "whole.gguf", random_network("bert"), "bert").read_bytes()
    for name, (old, new) in {
        "heads": (b"head_count\x04\0\0\0\x04\0\0\0", b"head_count\x04\0\0\0\x05\0\0\0"),
        "layers": (b"block_count\x04\0\0\0\x02\0\0\0", b"block_count\x04\0\0\0\x03\0\0\0"),
        "fewer layers": (b"block_count\x04\0\0\0\x02\0\0\0", b"block_count\x04\0\0\0\x01\0\0\0"),
        "width": (b"embedding_length\x04\0\0\0\x20\0\0\0", b"embedding_length\x04\0\0\0\0\0\x01\0"),
        "inner width": (b"feed_forward_length\x04\0\0\0\x40\0\0\0", b"feed_forward_length\x04\0\0\0\0\0\x10\0"),
        "cls": (b"cls_token_id\x04\0\0\0\x02\0\0\0", b"cls_token_id\x04\0\0\0\xff\0\0\0"),
    }.items():
        assert old in whole
        path = tmp_path / f"{name}.gguf"
        path.write_bytes(whole.replace(old, new))
        with pytest.raises(ModelDamaged):
            load(path)


def test_fused_rows_must_be_three_times_the_width(tmp_path: Path) -> None:
    path = write_embedder_gguf(tmp_path / "m.gguf", random_network("nomic-bert"), "nomic-bert")
    whole, shape = path.read_bytes(), b"attn_qkv.weight\x02\0\0\0\x20\0\0\0\0\0\0\0"
    assert shape + b"\x60" in whole
    path.write_bytes(whole.replace(shape + b"\x60", shape + b"\x5f"))
    with pytest.raises(ModelDamaged, match="attn_qkv"):
        GgufEmbedder(path).config()


def test_what_is_of_pictures_is_left_out(tmp_path: Path) -> None:
    path = write_embedder_gguf(tmp_path / "m.gguf", random_network("bert"), "bert")
    path.write_bytes(path.read_bytes().replace(b"token_embd_norm.bias", b"v.mbd_norm.notbiased"))
    state = GgufEmbedder(path).state()
    assert "embeddings.LayerNorm.weight" in state
    assert "embeddings.LayerNorm.bias" not in state


@pytest.mark.parametrize(("capitals", "is_small"), [(0, True), (3, True), (30, False)])
def test_few_capitals_make_no_large_letters(capitals: int, is_small: bool, tmp_path: Path) -> None:
    file = GgufEmbedder(write_embedder_gguf(tmp_path / "m.gguf", random_network("bert"), "bert"))
    words = ["Paris"] * capitals + ["tea"] * (1000 - capitals) + ["[CLS]", "##s"]
    assert file._is_in_small_letters(words, {"[CLS]"}) is is_small
