"""Answers over a WebSocket: several at once, each with exactly one end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.api.conftest import MODEL, Served


@pytest.fixture
def socket(shared: Served) -> Iterator[ClientConnection]:
    with connect(f"ws://127.0.0.1:{shared.port}/chat/stream") as connection:
        yield connection


def ask(socket: ClientConnection, answer_id: str, prompt: str, **fields: Any) -> None:
    messages = [{"role": "user", "content": prompt}]
    socket.send(json.dumps({"type": "chat", "id": answer_id, "model": MODEL, "messages": messages, **fields}))


def events_until(socket: ClientConnection, ends: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while sum(event["type"] in ("done", "error") for event in found) < ends:
        found.append(json.loads(socket.recv(timeout=10)))
    return found


def test_an_answer_is_a_series_of_events(shared: Served, socket: ClientConnection) -> None:
    assert shared.post(f"/models/{MODEL}/unload").status_code == 200
    ask(socket, "a", "hello", max_tokens=4)
    events = events_until(socket, 1)
    kinds = [event["type"] for event in events]
    assert {event["id"] for event in events} == {"a"}
    assert "load" in kinds
    assert kinds[-6:] == ["delta"] * 4 + ["stats", "done"]
    assert "".join(event["content"] for event in events if event["type"] == "delta") == "You said: hello\n\nHere"
    assert events[-2]["usage"]["completion_tokens"] == 4
    assert events[-2]["timings"]["predicted_n"] == 4
    assert events[-1]["finish_reason"] == "length"


def test_several_at_once_and_one_after_the_other(socket: ClientConnection) -> None:
    for name in "abc":
        ask(socket, name, f"[tokens=5 tps=100] {name}")
    events = events_until(socket, 3)
    assert sorted(event["id"] for event in events if event["type"] == "done") == ["a", "b", "c"]
    assert "queued" in [event["type"] for event in events]
    ask(socket, "a", "again", max_tokens=1)
    assert events_until(socket, 1)[-1]["type"] == "done"


def test_an_answer_can_be_cancelled(socket: ClientConnection) -> None:
    ask(socket, "a", "[tokens=400 tps=20] x")
    while json.loads(socket.recv(timeout=10))["type"] != "delta":
        pass
    socket.send(json.dumps({"type": "cancel", "id": "a"}))
    assert events_until(socket, 1)[-1] == {"type": "done", "id": "a", "finish_reason": "cancelled"}
    socket.send(json.dumps({"type": "cancel", "id": "a"}))
    assert events_until(socket, 1)[-1]["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    ("message", "param"),
    [
        ("nonsense", None),
        ("[]", None),
        ("[" * 5000, None),
        ('{"type": "dance"}', "type"),
        ('{"type": "chat"}', "messages"),
        ('{"type": "chat", "messages": [{"role": "x"}]}', "messages[0].role"),
        ('{"type": "chat", "id": 7, "messages": []}', "id"),
        ('{"type": "chat", "messages": [{"role": "user", "content": "x"}], "n": 3}', "n"),
        ('{"type": "chat", "messages": [{"role": "user", "content": "x"}], "model": "nope"}', "model"),
    ],
)
def test_what_is_wrong_is_told_and_the_connection_goes_on(
    socket: ClientConnection, message: str, param: str | None
) -> None:
    socket.send(message)
    event = json.loads(socket.recv(timeout=10))
    assert (event["type"], event["error"]["param"]) == ("error", param)
    socket.send(b"bytes")
    assert json.loads(socket.recv(timeout=10))["type"] == "error"
    ask(socket, "a", "hello", max_tokens=1)
    assert events_until(socket, 1)[-1]["type"] == "done"


def test_too_many_and_doubled_answers_are_refused(socket: ClientConnection) -> None:
    for name in "aabcdefghi":
        ask(socket, name, "[tokens=10 tps=50] x")
    refused = [event for event in events_until(socket, 10) if event["type"] == "error"]
    assert [(event["id"], event["error"]["code"]) for event in refused] == [("a", "id_taken"), ("i", "server_busy")]


def test_who_leaves_wants_no_more(server: Served) -> None:
    server.load()
    with connect(f"ws://127.0.0.1:{server.port}/chat/stream") as socket:
        ask(socket, "a", "[tokens=400 tps=20] x")
        ask(socket, "b", "[tokens=400 tps=20] x")
        while json.loads(socket.recv(timeout=10))["type"] != "delta":
            pass
    assert server.chat("hi", max_tokens=1).status_code == 200
    text = server.client.get("/metrics").text
    assert 'llmdesk_answers_total{end="cancelled"} 2.0' in text


def test_a_cancel_that_comes_right_behind_its_question_counts(socket: ClientConnection) -> None:
    ask(socket, "a", "[tokens=400 tps=20] x")
    socket.send(json.dumps({"type": "cancel", "id": "a"}))
    events = events_until(socket, 1)
    assert events[-1] == {"type": "done", "id": "a", "finish_reason": "cancelled"}
    assert [event["type"] for event in events].count("delta") < 5
    ask(socket, "a", "hello", max_tokens=1)
    assert events_until(socket, 1)[-1]["finish_reason"] == "length"
