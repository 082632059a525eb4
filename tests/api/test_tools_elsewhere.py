"""Tools and reasoning in the other two forms of the API: /v1/responses and /v1/messages."""

from __future__ import annotations

import json
from typing import Any

import openai

from tests.api.conftest import MODEL, Served, chunks_of, error_of
from tests.api.test_tools import ASKED, TOOLS, asking, script
from tests.api.test_tools import client as client
from tests.engine.generation.tools.answers import CALLS, CLOCK, WEATHER

# -- /v1/responses -----------------------------------------------------------------------------------------------------

FLAT = [{"type": "function", **tool["function"]} for tool in TOOLS]


def test_responses_in_one_piece_and_back(client: openai.OpenAI, shared: Served) -> None:
    tools: Any = FLAT
    reply = client.responses.create(model=MODEL, input=script(CALLS[2]), tools=tools)
    kinds = [item.type for item in reply.output]
    assert kinds == ["reasoning", "message", "function_call"]
    call: Any = reply.output[2]
    assert (call.name, call.arguments, reply.output_text) == (*CALLS[2].calls[0], "Ok.")
    assert reply.usage is not None
    assert reply.usage.output_tokens_details.reasoning_tokens > 0
    items: Any = [ASKED, *reply.output, {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}]
    again = client.responses.create(model=MODEL, input=items, tools=tools)
    assert again.output_text.startswith("You said: sunny")
    _, told, result = shared.backend.requests[-1].messages
    assert (told.reasoning, told.content, told.calls[0].name) == (CALLS[2].reasoning, "Ok.", "get_weather")
    assert (result.role, result.content, result.call_id) == ("tool", "sunny", call.call_id)


def test_responses_in_a_stream(client: openai.OpenAI) -> None:
    tools: Any = FLAT
    with client.responses.stream(model=MODEL, input=script(CALLS[2]), tools=tools) as stream:
        events = list(stream)
        final: Any = stream.get_final_response()
    kinds = [event.type for event in events]
    for kind in ("reasoning_text.delta", "output_text.delta", "function_call_arguments.delta"):
        assert f"response.{kind}" in kinds
    assert [item.type for item in final.output] == ["reasoning", "message", "function_call"]
    assert final.output[2].arguments == CALLS[2].calls[0][1]
    assert [event.sequence_number for event in events] == list(range(len(events)))


def test_responses_refuse_what_is_not_here(shared: Served) -> None:
    body = {"model": MODEL, "input": "hello", "tools": [{"type": "web_search", "name": "web"}]}
    assert error_of(shared.post("/v1/responses", body))["param"] == "tools[0].type"
    item = {"type": "item_reference", "id": "x"}
    assert error_of(shared.post("/v1/responses", {"model": MODEL, "input": [item]}))["param"] == "input[0].type"


# -- /v1/messages ------------------------------------------------------------------------------------------------------

ANTHROPIC = [
    {"name": tool.name, "description": tool.description, "input_schema": json.loads(tool.parameters)}
    for tool in (WEATHER, CLOCK)
]


def message(shared: Served, messages: Any, **fields: Any) -> Any:
    body = {"model": MODEL, "max_tokens": 100, "messages": messages, "tools": ANTHROPIC, **fields}
    return shared.post("/v1/messages", body)


def test_messages_in_one_piece_and_back(shared: Served) -> None:
    reply = message(shared, asking(CALLS[2])).json()
    thinking, text, call = reply["content"]
    assert (thinking["type"], thinking["thinking"], thinking["signature"]) == ("thinking", CALLS[2].reasoning, "")
    assert text == {"type": "text", "text": "Ok."}
    assert (call["type"], call["name"], call["input"]) == ("tool_use", "get_weather", {"city": "Paris", "days": 2})
    assert reply["stop_reason"] == "tool_use"
    result = {"type": "tool_result", "tool_use_id": call["id"], "content": [{"type": "text", "text": "sunny"}]}
    turns = [ASKED, {"role": "assistant", "content": reply["content"]}, {"role": "user", "content": [result]}]
    again = message(shared, turns).json()
    assert again["content"][0]["text"].startswith("You said: sunny")
    _, told, back = shared.backend.requests[-1].messages
    assert (told.content, told.reasoning, told.calls[0].id) == ("Ok.", CALLS[2].reasoning, call["id"])
    assert (back.role, back.content, back.call_id, back.name) == ("tool", "sunny", call["id"], "get_weather")


def test_messages_in_a_stream(shared: Served) -> None:
    body = {"model": MODEL, "max_tokens": 100, "messages": asking(CALLS[2]), "tools": ANTHROPIC, "stream": True}
    with shared.client.stream("POST", "/v1/messages", json=body) as response:
        events = chunks_of([line for line in response.iter_lines() if line])
    blocks: list[dict[str, Any]] = []
    is_open = False
    for event in events:
        if event["type"] == "content_block_start":
            assert not is_open
            assert event["index"] == len(blocks)
            blocks.append({"type": event["content_block"]["type"], "told": ""})
        elif event["type"] == "content_block_delta":
            delta = event["delta"]
            blocks[event["index"]]["told"] += delta[
                {"thinking_delta": "thinking", "text_delta": "text", "input_json_delta": "partial_json"}[delta["type"]]
            ]
        is_open = event["type"] in ("content_block_start", "content_block_delta")
    assert [(block["type"], block["told"]) for block in blocks] == [
        ("thinking", CALLS[2].reasoning), ("text", "Ok."), ("tool_use", CALLS[2].calls[0][1]),
    ]  # fmt: skip
    assert events[-2]["delta"]["stop_reason"] == "tool_use"


def test_messages_choose(shared: Served) -> None:
    def asked(**fields: Any) -> Any:
        assert message(shared, [ASKED], **fields).status_code == 200
        return shared.backend.requests[-1]

    assert asked(tool_choice={"type": "any"}).tools.must_call
    assert asked(tool_choice={"type": "tool", "name": "clock"}).tools.only == "clock"
    assert asked(tool_choice={"type": "none"}).tools.tools == ()
    assert not asked(tool_choice={"type": "auto", "disable_parallel_tool_use": True}).tools.is_parallel
    assert dict(asked(thinking={"type": "disabled"}).template_values)["enable_thinking"] is False
    assert dict(asked(thinking={"type": "enabled", "budget_tokens": 99}).template_values)["enable_thinking"] is True


def test_messages_refuse_what_is_not_here(shared: Served) -> None:
    server_tool = {"type": "web_search_20250305", "name": "web_search"}
    assert error_of(message(shared, [ASKED], tools=[server_tool]))["param"] == "tools[0].type"
    assert error_of(message(shared, [ASKED], tool_choice={"type": "tool"}))["param"] == "tool_choice.name"
    nameless = {"role": "assistant", "content": [{"type": "tool_use", "id": "x", "input": {}}]}
    assert error_of(message(shared, [ASKED, nameless, ASKED]))["param"] == "messages[1].content[0].name"


def test_tools_count(shared: Served) -> None:
    def count(tools: Any) -> int:
        reply = shared.post("/v1/messages/count_tokens", {"model": MODEL, "messages": [ASKED], "tools": tools})
        return int(reply.json()["input_tokens"])

    assert count(ANTHROPIC) > count([])
