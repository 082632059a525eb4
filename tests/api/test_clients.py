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


def test_responses(client: openai.OpenAI) -> None:
    reply = client.responses.create(model=MODEL, input="hello", instructions="Be brief.", max_output_tokens=3)
    assert reply.output_text == "You said: hello"
    assert (reply.status, reply.usage and reply.usage.output_tokens) == ("incomplete", 3)
    whole = client.responses.create(model=MODEL, input=[{"role": "user", "content": "[tokens=2] hello"}])
    assert (whole.status, whole.output_text) == ("completed", "You said:")


def test_responses_as_a_stream(client: openai.OpenAI) -> None:
    events = list(client.responses.create(model=MODEL, input="[tokens=3] hello", stream=True))
    assert [event.type for event in events] == [
        "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added",
        *["response.output_text.delta"] * 3, "response.output_text.done", "response.content_part.done",
        "response.output_item.done", "response.completed",
    ]  # fmt: skip
    assert [event.sequence_number for event in events] == list(range(11))
    assert events[-1].type == "response.completed"
    assert events[-1].response.output_text == "You said: hello"


def test_the_stream_helper_of_responses(client: openai.OpenAI) -> None:
    with client.responses.stream(model=MODEL, input="[tokens=3] hello") as stream:
        assert (
            "".join(event.delta for event in stream if event.type == "response.output_text.delta") == "You said: hello"
        )
        assert stream.get_final_response().output_text == "You said: hello"


def test_responses_that_cannot_be_given(client: openai.OpenAI) -> None:
    events = list(client.responses.create(model=MODEL, input="[fail_at=2] x", stream=True))
    assert [event.type for event in events][-2:] == ["error", "response.failed"]
    with pytest.raises(openai.BadRequestError) as stored:
        client.responses.create(model=MODEL, input="x", previous_response_id="resp-1")
    assert stored.value.param == "previous_response_id"
    with pytest.raises(openai.BadRequestError) as called:
        client.responses.create(model=MODEL, input=[{"type": "item_reference", "id": "x"}])
    assert called.value.param == "input[0].type"
