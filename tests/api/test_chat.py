"""Chats and texts over HTTP: OpenAI's forms, whole and streamed, and what is refused."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from llmdesk.api.limits import Limits
from llmdesk.api.prompts import chat_messages
from llmdesk.api.requests import Message
from llmdesk.datatypes.chat import Event
from llmdesk.engine.backend import MAX_ACTIVE
from llmdesk.engine.backends.scripted import ScriptedModel
from llmdesk.engine.serving.runner import MAX_WAITING
from tests.api.conftest import MODEL, Make, Served, chunks_of, error_of
from tests.quiet import until_quiet


def test_a_whole_answer(shared: Served) -> None:
    reply = shared.chat("hello there", max_tokens=5).json()
    assert reply["object"] == "chat.completion"
    assert reply["model"] == MODEL
    choice = reply["choices"][0]
    assert choice["message"] == {"role": "assistant", "content": "You said: hello there\n\nHere", "refusal": None}
    assert choice["finish_reason"] == "length"
    assert reply["usage"]["completion_tokens"] == 5
    assert reply["usage"]["total_tokens"] == reply["usage"]["prompt_tokens"] + 5
    assert reply["timings"]["predicted_n"] == 5
    assert reply["timings"]["predicted_per_second"] > 0
    assert reply["timings"]["draft_n"] == reply["timings"]["draft_n_accepted"] == 0


def test_an_answer_tells_how_many_tokens_were_drafted_and_right(shared: Served) -> None:
    reply = shared.chat("[tokens=21 draft=4] quick").json()
    assert (reply["timings"]["draft_n"], reply["timings"]["draft_n_accepted"]) == (16, 16)
    details = reply["usage"]["completion_tokens_details"]
    assert (details["accepted_prediction_tokens"], details["rejected_prediction_tokens"]) == (16, 0)


def test_without_a_limit_an_answer_goes_to_its_end(shared: Served) -> None:
    choice = shared.chat("hi").json()["choices"][0]
    assert choice["finish_reason"] == "stop"
    assert choice["message"]["content"].endswith("while the graphs move.\n")


def test_a_chat_without_words_ends_like_any_other(server: Served) -> None:
    usage = server.chat(messages=[{"role": "tool", "content": ""}], max_tokens=2).json()["usage"]
    assert (usage["prompt_tokens"], usage["prompt_tokens_details"]["cached_tokens"]) == (0, 0)
    assert "llmdesk_requests_processing 0" in server.client.get("/metrics").text


def test_max_completion_tokens_counts_before_max_tokens(shared: Served) -> None:
    assert shared.chat(max_tokens=50, max_completion_tokens=2).json()["usage"]["completion_tokens"] == 2
    assert shared.chat(max_tokens=-1).json()["choices"][0]["finish_reason"] == "stop"


def test_a_stream_begins_with_a_comment_and_the_role_and_ends_with_done(server: Served) -> None:
    lines = server.stream("hello there", max_tokens=5)
    assert lines[0].startswith(": ")
    assert lines[-1] == "data: [DONE]"
    chunks = chunks_of(lines)
    assert chunks[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert "".join(c["choices"][0]["delta"].get("content", "") for c in chunks) == "You said: hello there\n\nHere"
    assert [c["choices"][0]["finish_reason"] for c in chunks] == [None] * (len(chunks) - 1) + ["length"]
    assert chunks[-1]["choices"][0]["delta"] == {}
    assert len({(c["id"], c["created"], c["model"]) for c in chunks}) == 1
    assert all("usage" not in c for c in chunks)
    assert chunks[-1]["timings"]["predicted_n"] == 5


def test_usage_has_a_chunk_of_its_own_if_it_is_wanted(shared: Served) -> None:
    *chunks, last = chunks_of(shared.stream(max_tokens=3, stream_options={"include_usage": True}))
    assert last["choices"] == []
    assert last["usage"]["completion_tokens"] == 3
    assert all(c["usage"] is None for c in chunks)


@pytest.mark.parametrize("path", ["/chat/completions", "/v1/chat/completions"])
def test_both_addresses_answer(shared: Served, path: str) -> None:
    shared.load()
    body = {"messages": [{"role": "user", "content": "x"}], "max_tokens": 1}
    assert shared.post(path, body).json()["model"] == MODEL  # the one that is loaded


def test_the_first_byte_comes_before_the_prompt_is_read(make: Make) -> None:
    """A long prompt is no reason for a client's time-out: comments come meanwhile."""
    server = make(limits=Limits(keep_alive_s=0.05))
    server.load()
    lines = server.stream("[prefill=420 tps=5 tokens=2] x")
    assert lines.count(": keep-alive") >= 2
    assert lines[-1] == "data: [DONE]"


def test_texts_are_continued_without_a_template(server: Served) -> None:
    reply = server.post("/v1/completions", {"model": MODEL, "prompt": "once upon", "max_tokens": 3}).json()
    assert reply["object"] == "text_completion"
    assert reply["choices"][0]["text"] == "You said: once"
    assert server.backend.requests[-1].prompt == "once upon"
    assert server.backend.requests[-1].messages == ()
    echoed = server.post("/v1/completions", {"prompt": "once upon ", "max_tokens": 1, "echo": True}).json()
    assert echoed["choices"][0]["text"] == "once upon You"


def test_texts_are_streamed(server: Served) -> None:
    body = {"model": MODEL, "prompt": "once", "max_tokens": 3, "stream": True}
    with server.client.stream("POST", "/v1/completions", json=body) as response:
        lines = [line for line in response.iter_lines() if line]
    chunks = chunks_of(lines)
    assert "".join(c["choices"][0]["text"] for c in chunks) == "You said: once"
    assert (chunks[-1]["choices"][0]["finish_reason"], lines[-1]) == ("length", "data: [DONE]")


def test_token_ids_are_a_prompt(server: Served) -> None:
    ids = server.post("/tokenize", {"content": "two words"}).json()
    assert ids["count"] == 2
    assert server.post("/detokenize", {"tokens": ids["tokens"]}).json() == {"content": "two words"}
    reply = server.post("/v1/completions", {"prompt": ids["tokens"], "max_tokens": 1, "echo": True}).json()
    assert reply["usage"]["prompt_tokens"] == 2
    assert reply["choices"][0]["text"] == "two wordsYou"


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"temperature": 3}, "temperature"),
        ({"temperature": "hot"}, "temperature"),
        ({"top_p": -0.1}, "top_p"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": True}, "max_tokens"),
        ({"max_tokens": -2}, "max_tokens"),
        ({"n": 2}, "n"),
        ({"n": 0}, "n"),
        ({"seed": 1.5}, "seed"),
        ({"seed": 10**30}, "seed"),
        ({"stop": ["x"] * 17}, "stop"),
        ({"stop": [1]}, "stop[0]"),
        ({"frequency_penalty": 2.1}, "frequency_penalty"),
        ({"logit_bias": {"1": 101}}, "logit_bias.1"),
        ({"logit_bias": {"x": 1}}, "logit_bias.x"),
        ({"top_logprobs": 2}, "top_logprobs"),
        ({"logprobs": True, "top_logprobs": 21}, "top_logprobs"),
        ({"response_format": {"type": "xml"}}, "response_format.type"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema"),
        ({"response_format": {"type": "json_schema", "json_schema": {}}}, "response_format.json_schema.schema"),
        ({"response_format": {"type": "json_object", "schema": {"type": "zzz"}}}, "response_format"),
        ({"response_format": {"type": "json_object", "schema": {"$ref": "file:///etc/passwd"}}}, "response_format"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "king", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": 7}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "messages[0].content[0].type"),
        ({"messages": "hello"}, "messages"),
        ({"model": ["x"]}, "model"),
        ({"stream": "maybe"}, "stream"),
    ],
)
def test_nonsense_is_refused_and_the_field_is_named(shared: Served, fields: dict[str, Any], param: str) -> None:
    response = shared.chat(**fields)
    assert response.status_code == 400
    error = error_of(response)
    assert (error["type"], error["param"]) == ("invalid_request_error", param)


@pytest.mark.parametrize("body", ["", "{", "[]", "7", '{"messages": NaN}', '"\\ud800"', "[" * 50_000])
def test_what_is_no_request_is_refused(shared: Served, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    response = shared.client.post("/v1/chat/completions", content=body, headers=headers)
    assert response.status_code == 400
    error_of(response)


@pytest.mark.parametrize("body", [b"{", b'{"\xff": 1}', b"[" * 50_000], ids=["cut", "no UTF-8", "deep"])
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/messages", "/tokenize"])
def test_what_is_no_json_is_told_so_in_the_form_of_the_address(shared: Served, path: str, body: bytes) -> None:
    response = shared.client.post(path, content=body, headers={"Content-Type": "application/json"})
    told = response.json()
    assert (response.status_code, told["error"]["code"], told["error"]["message"]) == (
        400, "invalid_json", "The body is no JSON.",
    )  # fmt: skip
    assert ("type" in told) == (path == "/v1/messages")


@pytest.mark.parametrize("body", ["", "[]", "7", '"text"'])
def test_what_is_no_object_is_told_so(shared: Served, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    error = error_of(shared.client.post("/v1/chat/completions", content=body, headers=headers))
    assert (error["code"], error["message"]) == ("invalid_json", "The body is no JSON object.")


def test_what_is_wrong_is_told_without_a_librarys_words(shared: Served) -> None:
    response = shared.chat(max_tokens=True)
    assert response.status_code == 400
    assert error_of(response)["message"] == "max_tokens: should not be true or false."


def test_unknown_fields_are_ignored(shared: Served) -> None:
    more: dict[str, Any] = {
        "store": True,
        "metadata": {"a": "b"},
        "parallel_tool_calls": True,
        "reasoning_effort": "low",
        "x": None,
    }
    assert shared.chat(max_tokens=1, user="me", tools=[], tool_choice="auto", **more).status_code == 200
    assert shared.chat(max_tokens=1, response_format={"type": "text"}, n=1, logprobs=False).status_code == 200


def test_every_field_reaches_the_engine(server: Served) -> None:
    server.chat(
        temperature=0.3, top_p=0.5, top_k=-1, min_p=0.1, repeat_penalty=1.2, frequency_penalty=-1,
        presence_penalty=1, seed=-5, stop="END", logit_bias={"7": -100, "3": 5}, logprobs=True, max_tokens=2,
        cache_prompt=False,
    )  # fmt: skip
    asked = server.backend.requests[-1]
    sampling = asked.sampling
    assert (sampling.temperature, sampling.top_p, sampling.top_k, sampling.min_p) == (0.3, 0.5, 0, 0.1)
    assert (sampling.repetition_penalty, sampling.frequency_penalty, sampling.presence_penalty) == (1.2, -1, 1)
    assert (sampling.seed, sampling.stop, sampling.logit_bias) == (-5, ("END",), ((3, 5.0), (7, -100.0)))
    assert (sampling.top_logprobs, asked.origin, asked.response_cache) == (0, "api", False)


CLOCK_CALL = {"id": "call_1", "function": {"name": "clock", "arguments": "{}"}}


def test_roles_and_parts_become_a_chat_that_every_template_knows() -> None:
    said = [
        {"role": "developer", "content": "Be brief."},
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": [{"type": "text", "text": "What"}, {"type": "text", "text": "now?"}]},
        {"role": "assistant", "content": None, "tool_calls": [CLOCK_CALL]},
        {"role": "tool", "tool_call_id": "call_1", "content": "noon"},
        {"role": "user", "content": "Well?"},
    ]
    found = chat_messages([Message.model_validate(message) for message in said])
    assert [(m.role, m.content) for m in found] == [
        ("system", "Be brief.\n\nBe kind."),
        ("user", "What\nnow?"),
        ("assistant", ""),
        ("tool", "noon"),
        ("user", "Well?"),
    ]
    assert [(call.id, call.name, call.arguments) for call in found[2].calls] == [("call_1", "clock", "{}")]
    assert (found[3].call_id, found[3].name) == ("call_1", "clock")


@pytest.mark.parametrize("stream", [False, True])
def test_a_prompt_longer_than_the_context_is_refused_with_the_numbers(server: Served, stream: bool) -> None:
    server.load()
    response = server.chat("[prefill=600] x", stream=stream)
    assert response.status_code == 400
    error = error_of(response)
    assert error["code"] == "context_length_exceeded"
    assert (error["n_prompt_tokens"], error["n_ctx"]) == (600, 512)
    assert "exceeds the available context size" in error["message"]


@pytest.mark.parametrize("stream", [False, True])
def test_a_failure_before_the_first_token(server: Served, stream: bool) -> None:
    server.load()
    response = server.chat(" ", stream=stream)
    assert response.status_code == 400
    assert error_of(response)["message"] == "The prompt is empty. Type something first."


def test_a_failure_within_a_stream_is_its_last_event(server: Served) -> None:
    lines = server.stream("[fail_at=3] x")
    assert chunks_of(lines)[-1]["error"]["code"] == "internal_error"
    assert "scripted failure" not in "".join(lines)
    assert "data: [DONE]" not in lines
    assert server.chat("[fail_at=3] x").status_code == 500


def test_a_context_that_gets_full_ends_the_answer_by_length(server: Served) -> None:
    reply = server.chat("[prefill=440 tokens=200 tps=5000] x").json()
    assert reply["choices"][0]["finish_reason"] == "length"
    assert reply["usage"]["total_tokens"] == 512


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_leaves_ends_its_answer(server: Served, stream: bool) -> None:
    server.load()
    body = {"messages": [{"role": "user", "content": "[tokens=400 tps=50] x"}], "stream": stream}
    content = json.dumps(body).encode()
    with server.raw() as connection:
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(content)}\r\n"
        connection.sendall(f"{head}Content-Type: application/json\r\n\r\n".encode() + content)
        _until(lambda: len(server.backend.requests) == 1 and server.server.gateway._exchanges)
        if stream:
            assert connection.recv(100)
    _until(lambda: not server.server.gateway._exchanges, 1.5)  # all of it would have taken 8 seconds
    assert 'llmdesk_answers_total{end="cancelled"} 1.0' in server.client.get("/metrics").text


@pytest.mark.timing
@until_quiet
def test_when_the_line_is_full_clients_hear_when_to_come_again(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is answered before the first refusal: else answers make room faster than a busy machine asks."""
    server.load()
    codes: list[tuple[int, str | None]] = []
    is_full, generate = threading.Event(), ScriptedModel.generate

    def held(self: ScriptedModel, *arguments: Any) -> Iterator[Event]:
        is_full.wait(10)
        yield from generate(self, *arguments)

    def ask() -> None:
        response = server.chat("[tokens=10 tps=200] x")
        codes.append((response.status_code, response.headers.get("retry-after")))
        if response.status_code == 503:
            is_full.set()

    threads = [threading.Thread(target=ask) for _ in range(MAX_ACTIVE + MAX_WAITING + 20)]
    health = []
    with monkeypatch.context() as patch:
        patch.setattr(ScriptedModel, "generate", held)
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            started_s = time.perf_counter()
            assert server.client.get("/health").status_code == 200
            health.append(time.perf_counter() - started_s)
            time.sleep(0.05)
    assert len(codes) == len(threads)
    assert codes.count((200, None)) >= MAX_ACTIVE + MAX_WAITING  # more, where some had ended before the last one came
    assert codes.count((503, "5")) == len(threads) - codes.count((200, None)) > 0
    assert sorted(health)[len(health) // 2] < 0.05


def test_a_model_is_loaded_when_it_is_asked_for(server: Served) -> None:
    lines = server.stream("hi", max_tokens=2)
    assert chunks_of(lines)[-1]["choices"][0]["finish_reason"] == "length"
    assert server.core.runner.status.state == "ready"


def test_an_unknown_model_is_404(shared: Served) -> None:
    response = shared.chat(model="no/such")
    assert response.status_code == 404
    assert (error_of(response)["code"], error_of(response)["param"]) == ("model_not_found", "model")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nope", 404), ("POST", "/v1/nope", 404), ("DELETE", "/v1/models", 405), ("GET", "/v1/completions", 405)],
)
def test_unknown_addresses_have_errors_in_the_same_form(shared: Served, method: str, path: str, status: int) -> None:
    response = shared.client.request(method, path)
    assert response.status_code == status
    assert error_of(response)["type"] == "invalid_request_error"


def _until(condition: Any, timeout_s: float = 5) -> None:
    deadline_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


def test_pieces_are_sent_at_once(server: Served) -> None:
    """Nagle's algorithm held every second one back until the client had confirmed the one before: 40 ms."""
    server.load()
    server.client.get("/health")
    connections = server.server._server.server_state.connections
    sockets = [each.transport.get_extra_info("socket") for each in connections]
    assert sockets
    assert all(each.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for each in sockets)
