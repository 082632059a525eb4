"""Embedding models beside transformers' own float32 output: architectures, poolings, what is refused."""

from __future__ import annotations

import json
import threading
import time
from array import array
from pathlib import Path
from typing import Any

import pytest

from llmdesk.datatypes.chat import Embedded, EmbeddingRequest, Finished, GenerationRequest
from llmdesk.datatypes.model import LocalModel
from llmdesk.engine.backend import LoadOptions
from llmdesk.errors import ContextOverflow, ModelDamaged, PromptError, UnsupportedModel
from llmdesk.models.catalogue import Catalogue
from tests.engine.tiny_embedders import save_embedder, write

torch = pytest.importorskip("torch")
from llmdesk.engine.backends import embedding_model  # noqa: E402
from llmdesk.engine.backends.embedding_model import EmbeddingModel, load_embedding_model  # noqa: E402

pytestmark = pytest.mark.model

TEXTS = ("a river", "The quick brown fox jumps over it.", "x")
KINDS: dict[str, dict[str, Any]] = {
    "bert": {},
    "roberta": {},
    "xlm-roberta": {},
    "distilbert": {"dim": 32, "hidden_dim": 64, "n_layers": 2, "n_heads": 4},
    "mpnet": {},
    "modernbert": {"global_attn_every_n_layers": 2, "local_attention": 16, "cls_token_id": 0, "sep_token_id": 2},
    "nomic_bert": {},
    "qwen3": {"num_key_value_heads": 2, "head_dim": 8},
}


def load(folder: Path) -> EmbeddingModel:
    catalogue = Catalogue.load()
    local = catalogue.resolve(catalogue.add_path(folder).id)
    return load_embedding_model(local, LoadOptions(threads=1), lambda phase, done: None)


def vectors(model: EmbeddingModel, inputs: Any = TEXTS, **more: Any) -> list[list[float]]:
    request = EmbeddingRequest("r", "m", inputs, **more)
    events = list(model.embed(request, time.perf_counter(), threading.Event()))
    assert isinstance(events[-1], Finished)
    assert events[-1].stats.prompt_tokens > 0
    return [array("f", event.vector).tolist() for event in events if isinstance(event, Embedded)]


def expected(folder: Path, text: str, pooling: str) -> Any:
    """transformers' own way, in float32."""
    from transformers import AutoModel, PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    with torch.no_grad():
        states = model(**tokenizer(text, return_tensors="pt", return_token_type_ids=False)).last_hidden_state[0]
    vector = {"mean_tokens": states.mean(0), "cls_token": states[0], "lasttoken": states[-1],
              "max_tokens": states.amax(0)}[pooling]  # fmt: skip
    return torch.nn.functional.normalize(vector, dim=0)


@pytest.mark.parametrize("kind", KINDS)
def test_vectors_are_transformers_own(kind: str, tmp_path: Path) -> None:
    pooling = "lasttoken" if kind == "qwen3" else "cls_token" if kind == "modernbert" else "mean_tokens"
    folder = save_embedder(tmp_path / kind, kind, pooling, **KINDS[kind])
    model = load(folder)
    assert (model.info.purpose, model.info.architecture, model.info.context_tokens) == ("embeddings", kind, 64)
    for text, found in zip(TEXTS, vectors(model), strict=True):
        assert found == pytest.approx(expected(folder, text, pooling).tolist(), abs=1e-5)


def test_texts_of_about_one_length_are_computed_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as a step has room for, in their order, each as if it were alone."""
    steps: list[list[int]] = []
    states = embedding_model._states

    def seen(network: Any, texts: Any) -> Any:
        steps.append([len(ids) for ids in texts])
        return states(network, texts)

    monkeypatch.setattr(embedding_model, "_states", seen)
    texts = ("some words", "other words", "words", *["a river that runs"] * 9, "x" * 40, "y" * 60)
    poolings = {"bert": "mean_tokens", "roberta": "max_tokens", "modernbert": "cls_token", "qwen3": "lasttoken"}
    for kind, pooling in poolings.items():
        folder = save_embedder(tmp_path / kind, kind, pooling, **KINDS[kind])
        model = load(folder)
        steps.clear()
        for text, found in zip(texts, vectors(model, texts), strict=True):
            assert found == pytest.approx(expected(folder, text, pooling).tolist(), abs=1e-5)
        counts = [len(model.tokenize(text)) for text in texts]
        assert [count for step in steps for count in step] == counts
        assert max(map(len, steps)) == 8
        assert steps[-1] == counts[-2:]
        assert all(len(step) * max(step) <= 1.25 * sum(step) for step in steps)


@pytest.mark.parametrize("pooling", ["cls_token", "max_tokens", "lasttoken"])
def test_poolings(pooling: str, tmp_path: Path) -> None:
    folder = save_embedder(tmp_path / "m", pooling=pooling)
    (found,) = vectors(load(folder), ("some words",))
    assert found == pytest.approx(expected(folder, "some words", pooling).tolist(), abs=1e-5)


def test_lengths_dimensions_and_token_ids(tmp_path: Path) -> None:
    model = load(save_embedder(tmp_path / "m"))
    (whole,) = vectors(model, ("some words",))
    (short,) = vectors(model, ("some words",), dimensions=8)
    length = sum(value * value for value in whole[:8]) ** 0.5
    assert sum(value * value for value in whole) == pytest.approx(1)
    assert short == pytest.approx([value / length for value in whole[:8]], abs=1e-6)
    ids = tuple(model.tokenize("some words"))
    assert vectors(model, (ids,)) == [whole]
    with pytest.raises(PromptError, match="32 dimensions"):
        vectors(model, ("x",), dimensions=33)
    with pytest.raises(PromptError, match="no token"):
        vectors(model, ((0, 5_000_000),))
    with pytest.raises(ContextOverflow, match="65 tokens, and this model reads 64"):
        vectors(model, ("x" * 65,))
    request = EmbeddingRequest("r", "m", TEXTS)
    cancel = threading.Event()
    cancel.set()
    *others, end = model.embed(request, time.perf_counter(), cancel)
    assert isinstance(end, Finished)
    assert end.reason == "cancelled"
    assert not any(isinstance(event, Embedded) for event in others)


def test_it_does_not_chat(tmp_path: Path) -> None:
    model = load(save_embedder(tmp_path / "m"))
    with pytest.raises(UnsupportedModel, match="does not chat") as refused:
        model.generate(GenerationRequest("r", "m", ()), 0.0, threading.Event())
    assert "/v1/embeddings" in refused.value.hint
    with pytest.raises(UnsupportedModel):
        model.count_tokens(())


def test_the_catalogue_knows_it_as_what_it_is(tmp_path: Path) -> None:
    catalogue = Catalogue.load()
    spec = catalogue.add_path(save_embedder(tmp_path / "tiny-embed"))
    assert (spec.purpose, spec.context_tokens) == ("embeddings", 64)
    assert Catalogue.load().get(spec.id) == spec
    local = catalogue.resolve(spec.id)
    assert isinstance(local, LocalModel)
    assert catalogue.preferred(spec.id) != spec.id
    model = load_embedding_model(local, LoadOptions(threads=1), lambda phase, done: None)
    from llmdesk.memory_need import weights_bytes

    assert local.size is not None
    assert model.info.weights_bytes == pytest.approx(weights_bytes(local.size, "bf16"), rel=0.05)


@pytest.mark.parametrize(
    ("file", "value", "words"),
    [
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": True}, "of several"),
        ("1_Pooling/config.json", [], "cannot be read"),
        ("modules.json", [{"type": "x.Transformer", "path": ""}, {"type": "x.Dense", "path": "2_Dense"}], "Dense"),
        ("modules.json", [{"type": "x.Transformer", "path": ""}, {"type": "x.Pooling", "path": "../up"}], "folders"),
        ("modules.json", {"a": 1}, "cannot be read"),
    ],
)
def test_what_cannot_be_computed_is_refused_when_it_is_added(file: str, value: Any, words: str, tmp_path: Path) -> None:
    folder = save_embedder(tmp_path / "m")
    write(folder / file, value)
    with pytest.raises((UnsupportedModel, ModelDamaged), match=words):
        Catalogue.load().add_path(folder)


def test_an_encoder_that_says_nothing_of_vectors_is_refused_as_before(tmp_path: Path) -> None:
    folder = save_embedder(tmp_path / "m")
    (folder / "modules.json").unlink()
    (folder / "1_Pooling" / "config.json").unlink()
    with pytest.raises(UnsupportedModel, match="makes vectors"):
        Catalogue.load().add_path(folder)


def test_damaged_weights_are_said(tmp_path: Path) -> None:
    folder = save_embedder(tmp_path / "m")
    values = json.loads((folder / "config.json").read_text()) | {"num_hidden_layers": 3}
    write(folder / "config.json", values)
    with pytest.raises(ModelDamaged, match="lack"):
        load(folder)
    write(folder / "config.json", values | {"num_hidden_layers": 2, "hidden_size": 48})
    with pytest.raises(ModelDamaged):
        load(folder)
