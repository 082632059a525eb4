"""OpenAI's own Python client."""

from __future__ import annotations

import asyncio
from typing import Any

import openai
from pydantic import BaseModel

from tests.clients.checks import EMBEDDING_MODEL, KEY, MODEL, QUESTION, ROOT_URL, WEATHER_SCHEMA, Checks

checks = Checks("openai")
client = openai.OpenAI(base_url=f"{ROOT_URL}/v1", api_key=KEY, max_retries=0, timeout=120)
ASKED: Any = [{"role": "user", "content": QUESTION}]
TOOL: Any = {
    "type": "function",
    "function": {"name": "get_weather", "description": "The weather of a city.", "parameters": WEATHER_SCHEMA},
}
STRICT_TOOL: Any = {**TOOL, "function": {**TOOL["function"], "strict": True}}


class Place(BaseModel):
    """What is asked for as JSON."""

    city: str
    people: int


def models() -> None:
    """The list, and one of it."""
    with checks.step("models.list, models.retrieve") as say:
        say([model.id for model in client.models.list()])
        assert client.models.retrieve(MODEL).id == MODEL


def chat() -> None:
    """Whole, streamed, and several at once."""
    with checks.step("chat") as say:
        reply = client.chat.completions.create(model=MODEL, messages=ASKED, max_completion_tokens=24, temperature=0)
        say(reply.choices[0].message.content)
        assert "Paris" in (reply.choices[0].message.content or "")
        assert reply.usage is not None
        assert reply.usage.completion_tokens > 1
    with checks.step("chat, streamed with usage") as say:
        chunks = list(
            client.chat.completions.create(
                model=MODEL, messages=ASKED, max_tokens=24, temperature=0, stream=True,
                stream_options={"include_usage": True},
            )
        )  # fmt: skip
        say("".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices))
        assert chunks[-1].usage is not None
        assert chunks[-2].choices[0].finish_reason in ("stop", "length")
    with checks.step("chat, the stream helper") as say:
        with client.chat.completions.stream(model=MODEL, messages=ASKED, max_tokens=12) as stream:
            kinds = {event.type for event in stream}
        say(sorted(kinds))
        assert {"chunk", "content.delta", "content.done"} <= kinds
    with checks.step("chat, six at once through the asynchronous client") as say:
        say(asyncio.run(_many()))
    with checks.step("logprobs, seed, stop, logit_bias") as say:
        reply = client.chat.completions.create(
            model=MODEL, messages=ASKED, max_tokens=6, seed=4, stop=["xyz"], logprobs=True, top_logprobs=2,
            logit_bias={"5": -100},
        )  # fmt: skip
        logprobs = reply.choices[0].logprobs
        assert logprobs is not None
        say([token.token for token in logprobs.content or []])


async def _many() -> str:
    async with openai.AsyncOpenAI(base_url=f"{ROOT_URL}/v1", api_key=KEY, max_retries=2, timeout=120) as many:
        replies = await asyncio.gather(
            *(many.chat.completions.create(model=MODEL, messages=ASKED, max_tokens=8) for _ in range(6))
        )
    return f"{len(replies)} answers, {sum(reply.usage.completion_tokens for reply in replies if reply.usage)} tokens"


def structured() -> None:
    """JSON of a schema, parsed by the client itself."""
    with checks.step("structured output (parse)") as say:
        reply = client.chat.completions.parse(
            model=MODEL,
            messages=[{"role": "user", "content": "Describe Paris."}],
            response_format=Place,
            max_tokens=200,
        )
        say(repr(reply.choices[0].message.parsed))
        assert reply.choices[0].message.parsed is not None
    with checks.step("json_object") as say:
        text = client.chat.completions.create(
            model=MODEL, messages=ASKED, response_format={"type": "json_object"}, max_tokens=100
        )
        say(text.choices[0].message.content)


def responses() -> None:
    """The newer form."""
    with checks.step("responses") as say:
        reply = client.responses.create(model=MODEL, input=QUESTION, max_output_tokens=24, temperature=0)
        say(reply.output_text)
        assert "Paris" in reply.output_text
    with checks.step("responses, streamed") as say:
        with client.responses.stream(model=MODEL, input=QUESTION, max_output_tokens=12) as stream:
            kinds = [event.type for event in stream]
        say(f"{len(kinds)} events, the last {kinds[-1]}")
        assert kinds[0] == "response.created"
    with checks.step("responses.parse") as say:
        parsed = client.responses.parse(model=MODEL, input="Describe Paris.", text_format=Place, max_output_tokens=200)
        say(repr(parsed.output_parsed))
        assert parsed.output_parsed is not None


def others() -> None:
    """Texts, embeddings, tools."""
    with checks.step("completions") as say:
        say(client.completions.create(model=MODEL, prompt="Once upon a time", max_tokens=8).choices[0].text)
    if checks.has_embeddings():
        with checks.step("embeddings") as say:
            found = client.embeddings.create(model=EMBEDDING_MODEL, input=["rain", "snow"])
            say(f"{len(found.data)} vectors of {len(found.data[0].embedding)}")
            assert len(found.data) == 2
    if checks.has_tools():
        tools()


def tools() -> None:
    """Whole and streamed."""
    with checks.step("tools, required") as say:
        reply = client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": "What is the weather in Paris?"}], tools=[TOOL],
            tool_choice="required", max_tokens=100,
        )  # fmt: skip
        calls: Any = reply.choices[0].message.tool_calls or []
        say([(call.function.name, call.function.arguments) for call in calls])
        assert calls[0].function.name == "get_weather"
    with checks.step("tools, streamed") as say:
        with client.chat.completions.stream(
            model=MODEL, messages=[{"role": "user", "content": "What is the weather in Rome?"}],
            tools=[STRICT_TOOL], tool_choice="required", max_tokens=100,
        ) as stream:  # fmt: skip
            kinds = {event.type for event in stream}
        say(sorted(kinds))
        assert "tool_calls.function.arguments.done" in kinds


def errors() -> None:
    """Each has the client's own class."""
    with checks.step("errors"):
        for ask, kind, code in (
            (lambda: client.models.retrieve("owner/nope"), openai.NotFoundError, "model_not_found"),
            (lambda: _ask(temperature=9), openai.BadRequestError, None),
            (lambda: _ask(messages=[{"role": "user", "content": "word " * 20_000}]), openai.BadRequestError,
             "context_length_exceeded"),
            (lambda: _ask(n=2), openai.BadRequestError, "unsupported_parameter"),
            (lambda: client.with_options(api_key="wrong").models.list(), openai.AuthenticationError, "invalid_api_key"),
        ):  # fmt: skip
            try:
                ask()
            except kind as error:
                assert error.code == code, (error.code, code)
            else:
                raise AssertionError(f"no {kind.__name__}")


def _ask(**fields: Any) -> object:
    return client.chat.completions.create(**{"model": MODEL, "messages": ASKED, "max_tokens": 4} | fields)


if __name__ == "__main__":
    models()
    chat()
    structured()
    responses()
    others()
    errors()
    checks.end()
