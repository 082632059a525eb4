"""The official client of OpenAI, unchanged."""

from __future__ import annotations

import openai
import pytest

from tests.api.conftest import MODEL, Served


@pytest.fixture
def client(shared: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{shared.url}/v1", api_key="none", max_retries=0)


def test_chat(client: openai.OpenAI) -> None:
    reply = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "hello"}], max_completion_tokens=3, seed=1, stop=["\n\n\n"]
    )
    assert reply.choices[0].message.content == "You said: hello"
    assert reply.choices[0].finish_reason == "length"
    assert reply.usage is not None
    assert reply.usage.completion_tokens == 3
    assert reply._request_id is not None


def test_stream(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "hello"}], max_tokens=3, stream=True,
        stream_options={"include_usage": True},
    )  # fmt: skip
    chunks = list(stream)
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == "You said: hello"
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.completion_tokens == 3


def test_the_stream_helper(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(
        model=MODEL, messages=[{"role": "user", "content": "[tokens=3] hello"}]
    ) as stream:
        assert [event.type for event in stream][-1] == "content.done"
        assert stream.get_final_completion().choices[0].message.content == "You said: hello"


def test_completions(client: openai.OpenAI) -> None:
    assert client.completions.create(model=MODEL, prompt="once", max_tokens=2).choices[0].text == "You said:"


def test_models(client: openai.OpenAI) -> None:
    assert MODEL in [model.id for model in client.models.list()]
    assert client.models.retrieve(MODEL).owned_by == "llmdesk"


def test_errors_have_their_classes(client: openai.OpenAI) -> None:
    messages = [{"role": "user", "content": "[prefill=9999] x"}]
    with pytest.raises(openai.BadRequestError) as overflow:
        client.chat.completions.create(model=MODEL, messages=messages)  # type: ignore[arg-type]
    assert overflow.value.code == "context_length_exceeded"
    with pytest.raises(openai.NotFoundError) as missing:
        client.models.retrieve("owner/nope")
    assert missing.value.code == "model_not_found"
    with pytest.raises(openai.BadRequestError) as nonsense:
        client.chat.completions.create(model=MODEL, messages=messages, temperature=9)  # type: ignore[arg-type]
    assert nonsense.value.param == "temperature"


def test_an_error_within_a_stream_is_raised(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "[fail_at=3] x"}], stream=True
    )
    with pytest.raises(openai.APIError, match="Something went wrong"):
        list(stream)
