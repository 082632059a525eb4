"""Anthropic's form of the same answers."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from llmdesk.api.message_blocks import Turn, messages_of
from llmdesk.engine.backends.scripted import ScriptedModel
from tests.api.conftest import MODEL, Served


def ask(shared: Served, prompt: str = "hello", **fields: Any) -> Any:
    body = {"model": MODEL, "max_tokens": 3, "messages": [{"role": "user", "content": prompt}], **fields}
    return shared.post("/v1/messages", body)


def test_a_whole_answer(shared: Served) -> None:
    system = [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}]
    reply = ask(shared, system=system, stop_sequences=["END"], top_k=5, metadata={"user_id": "me"}).json()
    assert (reply["type"], reply["role"], reply["model"]) == ("message", "assistant", MODEL)
    assert reply["content"] == [{"type": "text", "text": "You said: hello"}]
    assert (reply["stop_reason"], reply["stop_sequence"]) == ("max_tokens", None)
    usage = reply["usage"]
    assert (usage["input_tokens"] + usage["cache_read_input_tokens"], usage["output_tokens"]) == (3, 3)
    asked = shared.backend.requests[-1]
    assert [(m.role, m.content) for m in asked.messages] == [("system", "Be brief."), ("user", "hello")]
    assert (asked.sampling.stop, asked.sampling.top_k) == (("END",), 5)
    assert ask(shared, "[tokens=2] x").json()["stop_reason"] == "end_turn"


def test_a_stream(shared: Served) -> None:
    body = {"max_tokens": 3, "stream": True, "messages": [{"role": "user", "content": "hello"}]}
    with shared.client.stream("POST", "/v1/messages", json=body) as response:
        lines = [line for line in response.iter_lines() if line]
    events = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    kinds = [event["type"] for event in events]
    assert [line.removeprefix("event: ") for line in lines if line.startswith("event: ")] == kinds
    assert kinds == [
        "message_start", "ping", "content_block_start", *["content_block_delta"] * 3, "content_block_stop",
        "message_delta", "message_stop",
    ]  # fmt: skip
    assert "".join(e["delta"]["text"] for e in events if e["type"] == "content_block_delta") == "You said: hello"
    assert events[-2]["delta"] == {"stop_reason": "max_tokens", "stop_sequence": None}
    assert events[-2]["usage"]["output_tokens"] == 3


def test_many_results_of_tools_hold_nobody_up() -> None:
    """Each was compared with all others, on the thread that all clients share."""
    block = {"type": "tool_result", "tool_use_id": "t", "content": "x"}
    turn = Turn.model_validate({"role": "user", "content": [block] * 20_000 + [{"type": "text", "text": "and?"}]})
    begun_s = time.perf_counter()
    found = messages_of([turn])
    assert time.perf_counter() - begun_s < 5.0
    assert [message.role for message in found[-2:]] == ["tool", "user"]
    assert len(found) == 20_001


def test_tokens_are_counted(shared: Served) -> None:
    body = {"system": "Be brief.", "messages": [{"role": "user", "content": "three more words"}]}
    assert shared.post("/v1/messages/count_tokens", body).json() == {"input_tokens": 5}


def test_thinking_counts(shared: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template may write more, or less, where the model shall not think first."""
    count, told = ScriptedModel.count_tokens, []

    def noted(model: ScriptedModel, messages: Any, tools: Any = (), values: Any = ()) -> int:
        told.append(values)
        return count(model, messages, tools, values)

    monkeypatch.setattr(ScriptedModel, "count_tokens", noted)
    body = {"messages": [{"role": "user", "content": "hi"}], "thinking": {"type": "disabled"}}
    assert shared.post("/v1/messages/count_tokens", body).status_code == 200
    assert ("enable_thinking", False) in told[-1]


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"max_tokens": None}, "max_tokens"),
        ({"temperature": 1.5}, "temperature"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "system", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": [{"type": "image"}]}]}, "messages[0].content[0].type"),
        ({"tools": [{"name": "a clock"}]}, "tools[0].name"),
        ({"stream": 0}, "stream"),
        ({"tool_choice": {"type": "auto", "disable_parallel_tool_use": 0}}, "tool_choice.disable_parallel_tool_use"),
        ({"model": "nope"}, "model"),
    ],
)
def test_errors_have_a_type_around_them(shared: Served, fields: dict[str, Any], param: str) -> None:
    response = ask(shared, **fields)
    assert response.status_code in (400, 404)
    body = response.json()
    assert (body["type"], body["error"]["type"], body["error"]["param"]) == ("error", "invalid_request_error", param)


def test_a_failure_within_a_stream_is_an_event(shared: Served) -> None:
    body = {"max_tokens": 9, "stream": True, "messages": [{"role": "user", "content": "[fail_at=3] x"}]}
    with shared.client.stream("POST", "/v1/messages", json=body) as response:
        lines = [line for line in response.iter_lines() if line]
    assert lines[-2] == "event: error"
    assert json.loads(lines[-1].removeprefix("data: "))["error"]["code"] == "internal_error"
