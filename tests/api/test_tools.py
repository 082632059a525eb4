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
        events: list[dict[str, Any]] = []
        while not events or events[-1]["type"] not in ("done", "error"):
            events.append(json.loads(socket.recv(timeout=10)))
    deltas = [event for event in events if event["type"] == "delta"]
    calls = [call for delta in deltas for call in delta.get("tool_calls", [])]
    assert "".join(delta.get("reasoning_content", "") for delta in deltas) == CALLS[2].reasoning
    assert "".join(call["function"]["arguments"] for call in calls) == CALLS[2].calls[0][1]
    assert events[-1]["finish_reason"] == "tool_calls"
