"""The embedded model behind the server: what only a real tokenizer and real logits can show."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from llmdesk.api.keys import ServerKeys
from llmdesk.api.server import Address, ApiServer
from llmdesk.core import Core
from tests.api.conftest import chunks_of

pytest.importorskip("torch")
pytestmark = pytest.mark.model

EMBEDDED = "smollm2-135m"
CAPITAL = [{"role": "user", "content": "What is the capital of France?"}]
STORY = [{"role": "user", "content": "Tell me a story about a fox."}]
TYPED = "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """One server for all tests of this file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLMDESK_HOME", str(tmp_path_factory.mktemp("home")))
        core = Core()
        if not core.catalogue.is_installed(core.catalogue.get(EMBEDDED)):
            core.close()
            pytest.skip("the embedded model is not installed (make test installs it)")
        with core:
            server = ApiServer(core, Address("127.0.0.1", 0), ServerKeys(Path("/nonexistent/keys")))
            server.start()
            with httpx2.Client(base_url=server.urls[0], timeout=100) as found:
                found.post(f"/models/{EMBEDDED}/load").raise_for_status()
                yield found
            server.stop()


def chat(client: httpx2.Client, messages: Any, **fields: Any) -> dict[str, Any]:
    body = {"model": EMBEDDED, "messages": messages, "temperature": 0, "cache_prompt": False, **fields}
    response = client.post("/v1/chat/completions", json=body)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def text_of(reply: dict[str, Any]) -> str:
    return str(reply["choices"][0]["message"]["content"])


def streamed(client: httpx2.Client, messages: Any, **fields: Any) -> list[str]:
    body = {"messages": messages, "temperature": 0, "cache_prompt": False, "stream": True, **fields}
    with client.stream("POST", "/v1/chat/completions", json=body) as response:
        chunks = chunks_of(list(response.iter_lines()))
    return [chunk["choices"][0]["delta"].get("content", "") for chunk in chunks]


def test_it_knows_the_capital_in_one_piece_and_in_many(client: httpx2.Client) -> None:
    reply = chat(client, CAPITAL, max_tokens=20)
    assert "Paris" in text_of(reply)
    assert reply["choices"][0]["finish_reason"] == "stop"
    assert "".join(streamed(client, CAPITAL, max_tokens=20)) == text_of(reply)


def test_a_chat_model_makes_no_vectors_and_says_so_to_programs(client: httpx2.Client) -> None:
    response = client.post("/v1/embeddings", json={"model": EMBEDDED, "input": "x"})
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["param"]) == (400, "unsupported_model", "model")


def test_a_seed_repeats_and_another_does_not(client: httpx2.Client) -> None:
    texts = [text_of(chat(client, STORY, max_tokens=24, temperature=1.2, seed=seed)) for seed in (7, 7, 8)]
    assert texts[0] == texts[1] != texts[2]


def test_a_stop_string_never_shows_not_even_its_beginning(client: httpx2.Client) -> None:
    whole = text_of(chat(client, STORY, max_tokens=40))
    stop = whole[30:37]  # begins and ends within words
    before = whole[: whole.index(stop)]
    reply = chat(client, STORY, max_tokens=40, stop=[stop, "never said"])
    assert (text_of(reply), reply["choices"][0]["finish_reason"]) == (before, "stop")
    pieces = streamed(client, STORY, max_tokens=40, stop=stop)
    assert "".join(pieces) == before


def test_characters_of_several_tokens_come_whole(client: httpx2.Client) -> None:
    emoji = [{"role": "user", "content": "Repeat exactly: 🦊🦊 日本語 🎉"}]
    pieces = streamed(client, emoji, max_tokens=40, logprobs=True)
    assert not any("\ufffd" in piece for piece in pieces[:-1])
    assert any(ord(letter) > 0x2000 for letter in "".join(pieces))


def test_log_probabilities(client: httpx2.Client) -> None:
    reply = chat(client, CAPITAL, max_tokens=6, logprobs=True, top_logprobs=3)
    found = reply["choices"][0]["logprobs"]["content"]
    assert len(found) == 6
    assert b"".join(bytes(token["bytes"]) for token in found).decode() == text_of(reply)
    for token in found:
        assert len(token["top_logprobs"]) == 3
        assert token["top_logprobs"][0]["token"] == token["token"]  # greedy
        assert -20 < token["logprob"] <= 0
        assert sum(math.exp(other["logprob"]) for other in token["top_logprobs"]) <= 1.0001


def test_logit_bias_forbids_and_forces(client: httpx2.Client) -> None:
    paris = client.post("/tokenize", json={"content": " Paris"}).json()["tokens"]
    assert "Paris" not in text_of(chat(client, CAPITAL, max_tokens=12, logit_bias={str(paris[0]): -100}))
    forced = chat(client, CAPITAL, max_tokens=3, logit_bias={str(paris[0]): 100})
    assert text_of(forced) == " Paris Paris Paris"
    body = {"messages": CAPITAL, "logit_bias": {"999999": 1}, "max_tokens": 1}
    assert client.post("/v1/chat/completions", json=body).status_code == 400


def test_penalties_keep_it_from_repeating(client: httpx2.Client) -> None:
    """What is forced by a bias goes on for ever without a penalty, and stops with one."""
    paris = client.post("/tokenize", json={"content": " Paris"}).json()["tokens"][0]
    bias = {"logit_bias": {str(paris): 30}, "max_tokens": 30}
    assert text_of(chat(client, CAPITAL, **bias)).count("Paris") == 30
    assert text_of(chat(client, CAPITAL, **bias, frequency_penalty=2)).count("Paris") < 30


@pytest.mark.parametrize("temperature", [0, 1.5])
def test_json_of_a_schema_is_enforced(client: httpx2.Client, temperature: float) -> None:
    """Whatever the model would rather say; also where drafts are verified, and as a stream."""
    kinds = {"city": {"type": "string", "maxLength": 20}, "people": {"type": "integer"}, "old": {"type": "boolean"}}
    schema = {"type": "object", "properties": kinds, "required": list(kinds), "additionalProperties": False}
    wanted = {"type": "json_schema", "json_schema": {"name": "place", "schema": schema, "strict": True}}
    fields = {"response_format": wanted, "max_tokens": 120, "temperature": temperature, "seed": 3}
    reply = chat(client, STORY, **fields)
    found = json.loads(text_of(reply))
    assert list(found) == ["city", "people", "old"]
    assert (type(found["city"]), type(found["people"]), type(found["old"])) == (str, int, bool)
    assert reply["choices"][0]["finish_reason"] == "stop"
    assert "".join(streamed(client, STORY, **fields)) == text_of(reply)


def test_any_json_object(client: httpx2.Client) -> None:
    ask = [{"role": "user", "content": "Describe Paris as JSON with its name only."}]
    text = text_of(chat(client, ask, response_format={"type": "json_object"}, max_tokens=300))
    assert text.startswith("{")
    assert "\n" not in text


def test_control_tokens_count_in_texts_and_are_words_in_chats(client: httpx2.Client) -> None:
    """The same template, typed by a client of /v1/completions."""
    body = {"prompt": TYPED, "max_tokens": 20, "temperature": 0}
    choice = client.post("/v1/completions", json=body).json()["choices"][0]
    assert "Paris" in choice["text"]
    assert choice["finish_reason"] == "stop"
    ids = client.post("/tokenize", json={"content": TYPED}).json()["tokens"]
    assert client.post("/detokenize", json={"tokens": ids}).json()["content"] == TYPED
    again = client.post("/v1/completions", json=body | {"prompt": ids}).json()["choices"][0]
    assert again["text"] == choice["text"]
    for strange in (10**6, 2**31 - 1):
        assert client.post("/detokenize", json={"tokens": [strange]}).status_code == 400
        refused = client.post("/v1/completions", json=body | {"prompt": [1, strange]})
        assert refused.status_code == 400
        assert "no token" in refused.json()["error"]["message"]


def test_the_second_turn_is_not_computed_twice(client: httpx2.Client) -> None:
    first = text_of(chat(client, CAPITAL, max_tokens=20))
    more = [*CAPITAL, {"role": "assistant", "content": first}, {"role": "user", "content": "And of Italy?"}]
    reply = chat(client, more, max_tokens=20)
    cached = reply["usage"]["prompt_tokens_details"]["cached_tokens"]
    assert cached > 30
    assert reply["timings"]["cache_n"] == cached
    assert reply["timings"]["prompt_n"] == reply["usage"]["prompt_tokens"] - cached


# -- tools (a model whose template knows none) -------------------------------------------------------------------------

WEATHER_SCHEMA = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "maxLength": 20},
        "days": {"type": "integer", "minimum": 1, "maximum": 9},
        "unit": {"enum": ["C", "F"]},
    },
    "required": ["city", "days", "unit"],
}
TOOLS: Any = [
    {"type": "function", "function": {"name": "get_weather", "description": "The weather of a city for some days.",
                                      "parameters": WEATHER_SCHEMA}},
    {"type": "function", "function": {"name": "clock", "description": "The time."}},
]  # fmt: skip
NAMED = {"type": "function", "function": {"name": "get_weather"}}
RAIN = [{"role": "user", "content": "Will it rain in Paris in the next 3 days?"}]


def fits(arguments: str) -> bool:
    found = json.loads(arguments)
    kinds = [type(found["city"]), type(found["days"])]
    return list(found) == ["city", "days", "unit"] and kinds == [str, int] and found["unit"] in ("C", "F")


@pytest.mark.parametrize("temperature", [0, 1.5])
def test_a_named_tool_is_called_with_arguments_that_fit(client: httpx2.Client, temperature: float) -> None:
    fields = {"tools": TOOLS, "tool_choice": NAMED, "temperature": temperature, "seed": 3, "max_tokens": 120}
    choice = chat(client, RAIN, **fields)["choices"][0]
    (call,) = choice["message"]["tool_calls"]
    assert (call["function"]["name"], choice["finish_reason"], choice["message"]["content"]) == (
        "get_weather", "tool_calls", None,
    )  # fmt: skip
    assert fits(call["function"]["arguments"])
    body = {"messages": RAIN, "cache_prompt": False, "stream": True, **fields}
    with client.stream("POST", "/v1/chat/completions", json=body) as response:
        chunks = chunks_of(list(response.iter_lines()))
    pieces = [piece for chunk in chunks for piece in chunk["choices"][0]["delta"].get("tool_calls", [])]
    assert pieces[0]["function"]["name"] == "get_weather"
    assert len(pieces) > 5, "arguments come bit by bit"
    assert "".join(piece["function"]["arguments"] for piece in pieces) == call["function"]["arguments"]
    assert not any(chunk["choices"][0]["delta"].get("content") for chunk in chunks)


def test_some_tool_is_called_if_one_must_be(client: httpx2.Client) -> None:
    choice = chat(client, RAIN, tools=TOOLS, tool_choice="required", parallel_tool_calls=False, max_tokens=120)[
        "choices"
    ][0]
    (call,) = choice["message"]["tool_calls"]
    assert call["function"]["name"] in ("get_weather", "clock")
    assert choice["finish_reason"] == "tool_calls"
    again = [*RAIN, choice["message"], {"role": "tool", "tool_call_id": call["id"], "content": "It will be sunny."}]
    assert text_of(chat(client, again, tools=TOOLS, tool_choice="none", max_tokens=20))


def test_a_free_answer_with_a_strict_tool(client: httpx2.Client) -> None:
    strict = [{"type": "function", "function": {**TOOLS[0]["function"], "strict": True}}]
    message = chat(client, CAPITAL, tools=strict, max_tokens=60)["choices"][0]["message"]
    assert all(fits(call["function"]["arguments"]) for call in message.get("tool_calls", []))
    assert message["content"] or message["tool_calls"]


def test_tools_count_as_tokens(client: httpx2.Client) -> None:
    tools = [{"name": "get_weather", "input_schema": WEATHER_SCHEMA}]
    counts = [
        client.post("/v1/messages/count_tokens", json={"messages": RAIN, **more}).json()["input_tokens"]
        for more in ({}, {"tools": tools})
    ]
    assert counts[1] > counts[0] + 50
    reply = client.post("/v1/messages", json={"messages": RAIN, "tools": tools, "max_tokens": 2}).json()
    usage = reply["usage"]
    assert usage["input_tokens"] + usage["cache_read_input_tokens"] == counts[1]
