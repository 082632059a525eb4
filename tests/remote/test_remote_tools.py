"""Calls of tools by models on servers: in whatever pieces they come, they leave as one call after the other."""

from __future__ import annotations

import json
from typing import Any

import pytest

from llmdesk.datatypes.chat import ChatMessage, Failed, Finished, GenerationRequest, TokenEvent
from llmdesk.datatypes.tools import CallDelta, ToolCall, ToolUse
from llmdesk.engine.backends.remote_connection import most_bytes_of
from llmdesk.engine.backends.remote_protocol import parse_piece
from llmdesk.engine.backends.remote_tools import RemoteCalls, message_fields, parse_calls, tool_fields
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.errors import ServerError
from tests.engine.engine_thread import Collector
from tests.engine.generation.tools.answers import USE, WEATHER

PARIS = '{"city": "Paris"}'


def call(name: Any = None, arguments: Any = None, index: Any = None, call_id: Any = None) -> dict[str, Any]:
    """A piece of a call, without what is None."""
    function = {k: v for k, v in (("name", name), ("arguments", arguments)) if v is not None}
    return {k: v for k, v in (("index", index), ("id", call_id)) if v is not None} | {"function": function}


def asked(runner: EngineRunner, *deltas: dict[str, Any], reason: str = "tool_calls", use: ToolUse = USE) -> Collector:
    told = json.dumps([*deltas, reason])
    messages = (ChatMessage("user", told),)
    sink = Collector()
    runner.submit(GenerationRequest(runner.new_request_id(), "told", messages, tools=use, has_parts=True), sink)
    sink.result()
    return sink


def test_tokens_are_those_of_the_server_also_of_its_reasoning_and_its_speed(runner: EngineRunner) -> None:
    deltas = ({"reasoning_content": "hm"}, {"content": "one two"}, {"content": " three"})
    end = asked(runner, *deltas, reason="stop").result()
    assert isinstance(end, Finished)
    assert (end.stats.new_tokens, end.stats.reasoning_tokens, end.stats.untimed_tokens) == (9, 3, 3)


def calls_of(sink: Collector) -> list[tuple[str, str]]:
    found: list[list[str]] = []
    for delta in (delta for event in sink.events if isinstance(event, TokenEvent) for delta in event.calls):
        if delta.name:
            assert (delta.index, delta.arguments) == (len(found), "")
            found.append([delta.name, ""])
        else:
            assert delta.index == len(found) - 1
            found[-1][1] += delta.arguments
    return [(name, arguments) for name, arguments in found]


TWO = [("get_weather", PARIS), ("clock", "{}")]
"""What all of these say."""
WAYS: dict[str, list[list[Any]]] = {
    "as OpenAI does it": [
        [call("get_weather", "", 0, "a")], [call(arguments='{"city": ', index=0)],
        [call(arguments='"Paris"}', index=0)], [call("clock", "", 1, "b")], [call(arguments="{}", index=1)],
    ],
    "whole calls in one event": [[call("get_weather", PARIS, 0, "a"), call("clock", "{}", 1, "b")]],
    "all with the number 0": [[call("get_weather", PARIS, 0, "a")], [call("clock", "{}", 0, "b")]],
    "gaps between the numbers": [[call("get_weather", PARIS, 3, "a")], [call("clock", "{}", -7, "b")]],
    "without numbers": [[call("get_weather", PARIS, call_id="a")], [call("clock", "{}", call_id="b")]],
    "without numbers and ids": [[call("get_weather", PARIS)], [call("clock", "{}")]],
    "the same number for all, without ids": [[call("get_weather", PARIS, 0)], [call("clock", "{}", 0)]],
    "the same number and id for all": [[call("get_weather", PARIS, 0, "a")], [call("clock", "{}", 0, "a")]],
    "the same id for all, without numbers": [
        [call("get_weather", PARIS, call_id="a")], [call("clock", "{}", call_id="a")],
    ],
    "an id for each piece": [
        [call("get_weather", "", 0, "a")], [call(arguments=PARIS, index=0, call_id="b")], [call("clock", "{}", 1, "c")],
    ],
    "the name in each piece": [
        [call("get_weather", '{"city"', 0, "a")], [call("get_weather", ': "Paris"}', 0, "a")],
        [call("clock", "{}", 1, "b")], [call("get_weather", "", 0, "a")],
    ],
    "arguments as data": [[call("get_weather", {"city": "Paris"}, 0), call("clock", {}, 1)]],
    "other things beside them": [
        [7, None, call("get_weather", PARIS, True, 5), {"function": 3}], [call("clock", "{}", 1, ["b"])],
    ],
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_calls_in_all_ways(way: str) -> None:
    calls, found = RemoteCalls("host", USE), list[CallDelta]()
    for entries in WAYS[way]:
        found += calls.take(parse_calls(entries))
    told = [("".join(d.name for d in found if d.index == n), "".join(d.arguments for d in found if d.index == n))
            for n in range(1 + max(d.index for d in found))]  # fmt: skip
    assert told == TWO


@pytest.mark.parametrize("marks", [{"index": 0}, {"call_id": "a"}], ids=["number", "id"])
def test_one_tool_twice_under_one_mark(marks: dict[str, Any]) -> None:
    """Its name may stand in each piece: what begins anew is told by the arguments before, which are whole."""
    calls, found = RemoteCalls("host", USE), list[CallDelta]()
    for arguments in ("", ' {"city": ', '"{}"}', " ", PARIS):
        found += calls.take(parse_calls([call("get_weather", arguments, **marks)]))
    told = ["".join(delta.arguments for delta in found if delta.index == number) for number in range(3)]
    assert [text.strip() for text in told] == ['{"city": "{}"}', PARIS, ""]


@pytest.mark.parametrize("value", [float("nan"), [float("inf")]])
def test_arguments_that_are_no_json_are_an_error(value: Any) -> None:
    message = {"tool_calls": [call("clock", {"x": value}, 0)]}
    with pytest.raises(ServerError):
        parse_piece({"choices": [{"message": message}]}, "host")


def test_arguments_that_are_too_deep_are_an_error() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ValueError, match="deeply"):
        parse_calls([call("clock", deep, 0)])


@pytest.mark.parametrize(
    "entries",
    [
        [call(arguments="{}", index=0)],
        [call("fly", "{}", 0, "a")],
        [call("", "{}", 0, "a")],
        [call("x" * 300, "{}", 0, "a")],
        [call("clock", "", 0, "a"), call("clock", "", 1, "b"), call(arguments="{}", index=0)],
        [call("clock", "{}", n, str(n)) for n in range(200)],
    ],
    ids=["no name", "not offered", "empty name", "long name", "mixed", "too many"],
)
def test_calls_without_sense_are_an_error(runner: EngineRunner, entries: list[dict[str, Any]]) -> None:
    end = asked(runner, {"content": "Well."}, {"tool_calls": entries}).result()
    assert isinstance(end, Failed)
    assert end.error.kind == "ServerError"


def test_calls_through_the_engine(runner: EngineRunner) -> None:
    sink = asked(runner, {"content": "Look: "}, *({"tool_calls": entries} for entries in WAYS["as OpenAI does it"]))
    assert (sink.text, calls_of(sink), sink.result().reason) == ("Look: ", TWO, "stop")  # type: ignore[union-attr]
    half = asked(runner, {"tool_calls": [call("get_weather", '{"ci', 0, "a")]}, reason="length")
    assert (calls_of(half), half.result().reason) == ([("get_weather", '{"ci')], "length")  # type: ignore[union-attr]
    single = asked(
        runner, {"tool_calls": WAYS["whole calls in one event"][0]}, use=ToolUse(USE.tools, is_parallel=False)
    )
    assert (calls_of(single), single.result().reason) == (TWO[:1], "stop")  # type: ignore[union-attr]
    unasked = asked(runner, {"tool_calls": WAYS["whole calls in one event"][0]}, {"content": "No."}, use=ToolUse())
    assert (unasked.text, calls_of(unasked)) == ("No.", [])


def test_an_answer_without_a_limit_has_that_of_its_context() -> None:
    assert most_bytes_of(100, 8192) < most_bytes_of(1 << 27, 8192) == most_bytes_of(8192, 0)
    assert most_bytes_of(1 << 27, 0) < 1 << 30


def test_what_a_server_is_told_of_tools() -> None:
    assert tool_fields(ToolUse()) == {}
    only = tool_fields(ToolUse((WEATHER,), must_call=True, only="get_weather", is_parallel=False))
    assert only["tools"][0]["function"]["parameters"]["required"] == ["city"]
    assert only["tool_choice"] == {"type": "function", "function": {"name": "get_weather"}}
    assert only["parallel_tool_calls"] is False
    assert tool_fields(ToolUse((WEATHER,), must_call=True))["tool_choice"] == "required"
    asked = message_fields(ChatMessage("assistant", "", (ToolCall("a", "clock", "{}"),)))
    assert (asked["content"], asked["tool_calls"][0]["id"]) == (None, "a")
    result = message_fields(ChatMessage("tool", "noon", call_id="a", name="clock"))
    assert result == {"role": "tool", "content": "noon", "tool_call_id": "a", "name": "clock"}
