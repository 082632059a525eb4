"""/v1/embeddings: forms of inputs and vectors, limits, errors; on the scripted backend and a real tiny model."""

from __future__ import annotations

import base64
import math
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from llmdesk.core import Core
from llmdesk.engine.backends.scripted import ScriptedBackend
from tests.api.conftest import MODEL, Served, error_of, served
from tests.models.builders import remember_model

PATH = "/v1/embeddings"


def embed(server: Served, given: Any, **fields: Any) -> Any:
    response = server.post(PATH, {"model": MODEL, "input": given, **fields})
    assert response.status_code == 200, response.text
    return response.json()


def test_a_text_has_a_vector_of_length_1(shared: Served) -> None:
    reply = embed(shared, "one two three")
    assert (reply["object"], reply["model"], reply["usage"]) == (
        "list", MODEL, {"prompt_tokens": 3, "total_tokens": 3}
    )  # fmt: skip
    (only,) = reply["data"]
    assert (only["object"], only["index"], len(only["embedding"])) == ("embedding", 0, 8)
    assert math.hypot(*only["embedding"]) == pytest.approx(1, abs=1e-6)
    assert shared.post("/embeddings", {"model": MODEL, "input": "one two three"}).json()["data"] == reply["data"]
    unnamed = shared.post("/embeddings", {"input": "one two three"})
    assert (unnamed.status_code, error_of(unnamed)["code"]) == (404, "model_not_found")
    assert "no embedding model" in error_of(unnamed)["message"]


def test_lists_of_texts_and_of_token_ids_keep_their_order(shared: Served) -> None:
    texts = ["one", "two", "one"]
    vectors = [each["embedding"] for each in embed(shared, texts)["data"]]
    assert vectors[0] == vectors[2] != vectors[1]
    ids = [shared.post("/tokenize", {"content": text}).json()["tokens"] for text in texts]
    by_ids = embed(shared, ids)
    assert [each["embedding"] for each in by_ids["data"]] == vectors
    assert [each["index"] for each in by_ids["data"]] == [0, 1, 2]
    assert embed(shared, ids[0])["data"][0]["embedding"] == vectors[0]


def test_base64_holds_the_same_numbers(shared: Served) -> None:
    numbers = embed(shared, "some words")["data"][0]["embedding"]
    coded = embed(shared, "some words", encoding_format="base64")["data"][0]["embedding"]
    assert array("f", base64.b64decode(coded)).tolist() == numbers


def test_fewer_dimensions_have_length_1_again(shared: Served) -> None:
    whole = embed(shared, "some words")["data"][0]["embedding"]
    short = embed(shared, "some words", dimensions=3)["data"][0]["embedding"]
    length = math.hypot(*whole[:3])
    assert short == pytest.approx([value / length for value in whole[:3]], abs=1e-6)


@pytest.mark.parametrize(
    ("fields", "param", "words"),
    [
        ({"input": ""}, "input", "empty"),
        ({"input": []}, "input", "no input"),
        ({"input": [[False]]}, "input[0][0]", ""),
        ({"input": ["a", ""]}, "input[1]", "empty"),
        ({"input": [[1], []]}, "input[1]", "empty"),
        ({"input": ["a"] * 2049}, "input", "2,048"),
        ({"input": "x " * 600}, "input", "600 tokens"),
        ({"input": "x", "dimensions": 9}, None, "8 dimensions"),
        ({"input": "x", "dimensions": 0}, "dimensions", ""),
        ({"input": "x", "encoding_format": "xml"}, "encoding_format", ""),
        ({"input": [1, "x"]}, "input[1]", ""),
        ({}, "input", ""),
    ],
)
def test_what_makes_no_sense_is_400(shared: Served, fields: dict[str, Any], param: str | None, words: str) -> None:
    response = shared.post(PATH, {"model": MODEL, **fields})
    assert response.status_code == 400
    error = error_of(response)
    assert words in error["message"]
    assert error["param"] == param
    if "tokens" in words:
        assert (error["code"], error["n_ctx"], error["n_prompt_tokens"]) == ("context_length_exceeded", 512, 600)


def test_an_unknown_model_is_404(shared: Served) -> None:
    response = shared.post(PATH, {"model": "no/such", "input": "x"})
    assert (response.status_code, error_of(response)["code"]) == (404, "model_not_found")


def test_the_official_client(shared: Served) -> None:
    client = openai.OpenAI(base_url=f"{shared.url}/v1", api_key="none", max_retries=0)
    batch = client.embeddings.create(model=MODEL, input=["one two", "three"])  # it asks for base64 by itself
    plain = client.embeddings.create(model=MODEL, input=["one two", "three"], encoding_format="float")
    assert [each.index for each in batch.data] == [0, 1]
    for coded, numbers in zip(batch.data, plain.data, strict=True):
        assert coded.embedding == pytest.approx(numbers.embedding)
        assert len(coded.embedding) == 8
    assert batch.usage.prompt_tokens == 3
    short = client.embeddings.create(model=MODEL, input="one", dimensions=2)
    assert len(short.data[0].embedding) == 2
    with pytest.raises(openai.BadRequestError) as refused:
        client.embeddings.create(model=MODEL, input="")
    assert refused.value.param == "input"


# -- a real embedding model beside a chat model ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    pytest.importorskip("torch")
    from tests.engine.tiny_embedders import save_embedder

    folder = tmp_path_factory.mktemp("both")
    backend = ScriptedBackend(load_s=0.01)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLMDESK_HOME", str(folder / "home"))
        patch.setenv("LLMDESK_THREADS", "1")
        remember_model(folder, MODEL)
        with Core(make=lambda: backend) as core, served(core, backend) as found:
            core.catalogue.add_path(save_embedder(folder / "vectors"))
            yield found


@pytest.mark.model
def test_an_embedding_model_lies_beside_the_chat_model(both: Served) -> None:
    assert both.chat(max_tokens=2).status_code == 200
    vectors = both.post(PATH, {"model": "vectors", "input": ["some words", "some words", "others"]}).json()["data"]
    assert vectors[0]["embedding"] == vectors[1]["embedding"] != vectors[2]["embedding"]
    assert len(vectors[0]["embedding"]) == 32
    states = {entry["id"]: entry for entry in both.client.get("/models").json()["data"]}
    assert (states["vectors"]["state"], states["vectors"]["purpose"]) == ("loaded", "embeddings")
    assert (states[MODEL]["state"], states[MODEL]["purpose"]) == ("loaded", "chat")
    assert states["vectors"]["held_bytes"] > 0
    assert states["vectors"]["users"] == ["clients"]
    assert 'llmdesk_model_held_bytes{model="vectors"}' in both.client.get("/metrics").text


@pytest.mark.model
def test_without_a_name_each_request_finds_its_kind_of_model(both: Served) -> None:
    assert both.post(PATH, {"input": "x"}).json()["model"] == "vectors"
    reply = both.post("/v1/chat/completions", {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 1})
    assert reply.json()["model"] == MODEL


@pytest.mark.model
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": "hi"}]}),
        ("/v1/completions", {"prompt": "hi"}),
        ("/v1/responses", {"input": "hi"}),
        ("/v1/messages", {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 5}),
    ],
)
def test_an_embedding_model_does_not_chat(both: Served, path: str, body: dict[str, Any]) -> None:
    response = both.post(path, {"model": "vectors", **body})
    assert response.status_code == 400
    assert "does not chat" in response.json()["error"]["message"]
    assert "/v1/embeddings" in response.json()["error"]["message"]


def test_the_list_of_models_says_what_they_are_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("torch")
    from llmdesk.cli import main
    from llmdesk.models.catalogue import Catalogue
    from tests.engine.tiny_embedders import save_embedder

    Catalogue.load().add_path(save_embedder(tmp_path / "vectors"))
    main(["models", "list"])
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("vectors"))
    assert "embeddings" in line
