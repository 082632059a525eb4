"""Tools and reasoning over the wire, with scripted answers in each family's own markup."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest

from tests.api.conftest import MODEL, Served, chunks_of, error_of
from tests.engine.generation.tools.answers import CALLS, CLOCK, TEXTS, WEATHER, Answer


def definition(name: str, description: str, parameters: str) -> Any:
    function = {"name": name, "description": description, "parameters": json.loads(parameters)}
    return {"type": "function", "function": function}


TOOLS = [definition(tool.name, tool.description, tool.parameters) for tool in (WEATHER, CLOCK)]
ASKED = {"role": "user", "content": "Well?"}


@pytest.fixture
def client(shared: Served) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{shared.url}/v1", api_key="none", max_retries=0) as found:
        yield found


def script(answer: Answer) -> str:
    return f"[say tps=5000 dialect={answer.dialect}] {answer.raw}"


def asking(answer: Answer) -> Any:
    return [{"role": "user", "content": script(answer)}]


def by_name(answer: Answer) -> str:
    return f"{answer.dialect}: {answer.raw[:30]!r}"


@pytest.mark.parametrize("answer", CALLS, ids=by_name)
def test_calls_in_one_piece(client: openai.OpenAI, answer: Answer) -> None:
    reply = client.chat.completions.create(model=MODEL, messages=asking(answer), tools=TOOLS)
    choice = reply.choices[0]
    assert choice.finish_reason == "tool_calls"
    assert (choice.message.content or "") == answer.text
    assert [(c.function.name, c.function.arguments) for c in choice.message.tool_calls or []] == list(answer.calls)  # type: ignore[union-attr]
    assert (choice.message.model_extra or {}).get("reasoning_content", "") == answer.reasoning
    assert len({call.id for call in choice.message.tool_calls or []}) == len(answer.calls)


@pytest.mark.parametrize("answer", CALLS, ids=by_name)
def test_calls_in_a_stream(client: openai.OpenAI, answer: Answer) -> None:
    stream = client.chat.completions.create(model=MODEL, messages=asking(answer), tools=TOOLS, stream=True)
    text, reasoning, reason = "", "", None
    calls: list[list[str]] = []
    for chunk in stream:
        choice = chunk.choices[0]
        text += choice.delta.content or ""
        reasoning += (choice.delta.model_extra or {}).get("reasoning_content") or ""
        for piece in choice.delta.tool_calls or []:
            assert piece.function is not None
            if piece.id:
                assert (piece.index, piece.type, piece.function.arguments) == (len(calls), "function", "")
                calls.append([str(piece.function.name), ""])
            else:
                assert piece.function.name is None
                calls[piece.index][1] += piece.function.arguments or ""
        reason = choice.finish_reason or reason
    assert (text, reasoning, reason) == (answer.text, answer.reasoning, "tool_calls")
    assert calls == [list(call) for call in answer.calls]


def test_what_is_no_call_is_text(client: openai.OpenAI) -> None:
    answer = TEXTS[0]
    choice = client.chat.completions.create(model=MODEL, messages=asking(answer), tools=TOOLS).choices[0]
    assert (choice.finish_reason, choice.message.content, choice.message.tool_calls) == ("stop", answer.raw, None)


def test_the_stream_helper_gathers_a_call(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(model=MODEL, messages=asking(CALLS[1]), tools=TOOLS) as stream:
        kinds = [event.type for event in stream]
        calls = stream.get_final_completion().choices[0].message.tool_calls or []
    assert "tool_calls.function.arguments.delta" in kinds
    assert [(call.function.name, call.function.arguments) for call in calls] == list(CALLS[1].calls)


def test_a_whole_round(client: openai.OpenAI, shared: Served) -> None:
    messages: Any = asking(CALLS[0])
    message = client.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS).choices[0].message
    assert message.tool_calls
    messages += [message, {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "sunny"}]
    reply = client.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS)
    assert (reply.choices[0].message.content or "").startswith("You said: sunny")
    _, told, result = shared.backend.requests[-1].messages
    assert (told.role, told.calls[0].name, told.calls[0].arguments) == ("assistant", *CALLS[0].calls[0])
    assert (result.role, result.content, result.name) == ("tool", "sunny", "get_weather")
    assert result.call_id == told.calls[0].id


def test_the_choice_reaches_the_engine(shared: Served) -> None:
    def use(**fields: Any) -> Any:
        assert shared.chat(max_tokens=1, tools=TOOLS, **fields).status_code == 200
        return shared.backend.requests[-1].tools

    assert use() == use(tool_choice="auto")
    assert [tool.name for tool in use().tools] == ["get_weather", "clock"]
    assert not use().is_enforced
    assert use(tool_choice="none").tools == ()
    assert use(tool_choice="required").must_call
    assert use(tool_choice={"type": "function", "function": {"name": "clock"}}).only == "clock"
    assert use(parallel_tool_calls=False).is_parallel is False


def test_one_call_if_calls_may_not_be_parallel(shared: Served) -> None:
    reply = shared.chat(script(CALLS[1]), tools=TOOLS, parallel_tool_calls=False).json()["choices"][0]
    assert [call["function"]["name"] for call in reply["message"]["tool_calls"]] == ["get_weather"]
    assert reply["finish_reason"] == "tool_calls"


def test_an_answer_that_is_cut_in_a_call_ends_by_its_length(shared: Served) -> None:
    reply = shared.chat(script(CALLS[0]), tools=TOOLS, max_tokens=5).json()["choices"][0]
    assert reply["finish_reason"] == "length"
    assert reply["message"]["tool_calls"][0]["function"]["arguments"] == '{"city":'


def test_a_known_answer_has_its_calls_again(shared: Served) -> None:
    replies = [shared.chat(script(CALLS[2]), tools=TOOLS, temperature=0).json() for _ in range(2)]
    parts = [
        (m["content"], m["reasoning_content"], m["tool_calls"][0]["function"])
        for m in (reply["choices"][0]["message"] for reply in replies)
    ]
    assert parts[0] == parts[1]
    assert replies[1]["timings"]["predicted_ms"] == 0
    details = [reply["usage"]["completion_tokens_details"]["reasoning_tokens"] for reply in replies]
    assert details[0] == details[1] > 0


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"tools": [definition("no spaces", "", "{}")]}, "tools[0].function.name"),
        ({"tools": [definition("a" * 65, "", "{}")]}, "tools[0].function.name"),
        ({"tools": [TOOLS[0], TOOLS[0]]}, "tools[1].function.name"),
        ({"tools": [{"type": "web_search"}]}, "tools[0].type"),
        ({"tools": [{"type": "function"}]}, "tools[0].function"),
        ({"tools": [definition(f"f{n}", "", "{}") for n in range(129)]}, "tools"),
        ({"tools": [definition("f", "x" * 300_000, "{}")]}, "tools"),
        ({"tools": [definition("f", "", '{"type": "array"}')]}, "tools[0].function.parameters.type"),
        ({"tools": [definition("f", "", '{"properties": []}')]}, "tools[0].function.parameters.properties"),
        ({"tools": [definition("f", "", '{"a": ' + "[" * 99 + "]" * 99 + "}")]}, "tools[0].function.parameters"),
        ({"tools": TOOLS, "tool_choice": "sometimes"}, "tool_choice"),
        (
            {"tools": TOOLS, "tool_choice": {"type": "function", "function": {"name": "fly"}}},
            "tool_choice.function.name",
        ),
        ({"tool_choice": "required"}, "tool_choice"),
        (
            {
                "tools": [definition("f", "", '{"properties": {"a": {"type": "string", "pattern": "(?=a)b"}}}')],
                "tool_choice": "required",
            },
            "tools",
        ),
        ({"functions": [{"name": "f"}]}, "functions"),
        ({"chat_template_kwargs": {"no name": 1}}, "chat_template_kwargs"),
        ({"reasoning_effort": "some"}, "reasoning_effort"),
    ],
)
def test_what_makes_no_sense_is_refused(shared: Served, fields: dict[str, Any], param: str) -> None:
    reply = shared.chat(**fields)
    assert reply.status_code == 400
    assert error_of(reply)["param"].startswith(param)


@pytest.mark.parametrize("value", ['"\\ud800"', "NaN", "1e999"])
def test_what_json_does_not_have_is_refused(shared: Served, value: str) -> None:
    body = json.dumps({"messages": [ASKED], "tools": [definition("f", "", '{"a": 123454321}')]})
    headers = {"Content-Type": "application/json"}
    for path in ("/v1/chat/completions", "/chat/completions"):
        reply = shared.client.post(path, content=body.replace("123454321", value), headers=headers)
        assert reply.status_code == 400
        assert error_of(reply)["param"] == "tools[0].function.parameters"


def test_reasoning(shared: Served) -> None:
    prompt = "[say tps=5000] <think>\nIt is late.\n</think>\n\nGood night."
    reply = shared.chat(prompt).json()
    message = reply["choices"][0]["message"]
    assert (message["reasoning_content"], message["content"]) == ("It is late.", "Good night.")
    assert reply["usage"]["completion_tokens_details"]["reasoning_tokens"] == 5
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks_of(shared.stream(prompt))]
    assert "".join(delta.get("reasoning_content", "") for delta in deltas) == "It is late."
    assert "".join(delta.get("content", "") for delta in deltas) == "Good night."


def test_reasoning_is_switched_for_the_template(shared: Served) -> None:
    def values(**fields: Any) -> dict[str, Any]:
        assert shared.chat(max_tokens=1, **fields).status_code == 200
        return dict(shared.backend.requests[-1].template_values)

    assert values() == {}
    assert values(reasoning_effort="none") == {"enable_thinking": False, "thinking": False}
    assert values(reasoning_effort="low") == {"reasoning_effort": "low"}
    assert values(chat_template_kwargs={"enable_thinking": False}) == {"enable_thinking": False}


def test_the_websocket_has_the_same_deltas(shared: Served) -> None:
    from websockets.sync.client import connect

    with connect(shared.url.replace("http", "ws") + "/chat/stream") as socket:
        socket.send(json.dumps({"type": "chat", "id": "a", "messages": asking(CALLS[2]), "tools": TOOLS}))
        events = []
        while not events or events[-1]["type"] not in ("done", "error"):
            events.append(json.loads(socket.recv(timeout=10)))
    deltas = [event for event in events if event["type"] == "delta"]
    calls = [call for delta in deltas for call in delta.get("tool_calls", [])]
    assert "".join(delta.get("reasoning_content", "") for delta in deltas) == CALLS[2].reasoning
    assert "".join(call["function"]["arguments"] for call in calls) == CALLS[2].calls[0][1]
    assert events[-1]["finish_reason"] == "tool_calls"


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
