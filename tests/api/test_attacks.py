"""What somebody with bad intentions, or a broken client, sends: a clear error each, and nobody else is disturbed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

from tests.api.conftest import MODEL, Served, error_of

CHAT = "/v1/chat/completions"
BODY = json.dumps({"model": MODEL, "messages": [{"role": "user", "content": "[tokens=2] hi"}]}).encode()


def answers(server: Served, data: bytes) -> tuple[list[int], bytes]:
    """The statuses of what comes back, and its last body."""
    with server.raw() as connection:
        connection.sendall(data)
        found = b""
        while piece := connection.recv(65536):
            found += piece
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", found)], found.rpartition(b"\r\n\r\n")[2]


def head(server: Served, *lines: str, method: str = f"POST {CHAT}") -> bytes:
    told = (f"{method} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", "Content-Type: application/json", *lines)
    return ("\r\n".join(told) + "\r\n\r\n").encode()


def test_a_request_has_one_length(shared: Served) -> None:
    """Else a proxy may see two requests where this server sees one, or the other way round."""
    inner = head(shared, "Connection: close", method="GET /health")
    for lines in (
        ["Transfer-Encoding: chunked", "Content-Length: 5"],
        ["Content-Length: 5", "Transfer-Encoding: chunked"],
    ):
        statuses, body = answers(shared, head(shared, *lines) + b"0\r\n\r\n" + inner)
        assert statuses == [400]
        assert json.loads(body)["error"]["type"] == "invalid_request_error"
    statuses, _ = answers(shared, head(shared, "Content-Length: 3", f"Content-Length: {len(BODY)}") + BODY)
    assert statuses == [400]
    whole = head(shared, f"Content-Length: {len(BODY)}")
    statuses, _ = answers(shared, whole + BODY + whole + BODY + inner)
    assert statuses == [200, 200, 200], "one after the other on one connection they are fine"


def test_heads_are_counted_however_they_come(shared: Served) -> None:
    many = [f"X{number}: a" for number in range(4000)]
    for lines in (["X: " + "a" * 40_000], many):
        statuses, body = answers(shared, head(shared, *lines, "Connection: close", method="GET /health"))
        assert statuses == [413] or (statuses, b"Invalid HTTP" in body) == ([400], True)
    statuses, _ = answers(shared, head(shared, "Connection: close", method=f"GET /{'a' * 40_000}"))
    assert statuses in ([413], [400])


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        (CHAT, {"messages": [{"role": "user", "content": "HALF"}]}, "messages[0].content"),
        (
            CHAT,
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "a HALF"}]}]},
            "messages[0].content",
        ),
        (CHAT, {"messages": [{"role": "user", "content": "x"}], "stop": ["HALF"]}, "stop"),
        ("/v1/completions", {"prompt": "HALF"}, "prompt"),
        ("/v1/completions", {"prompt": ["HALF"]}, "prompt"),
        ("/v1/embeddings", {"input": ["a", "HALF"]}, "input"),
        ("/tokenize", {"content": "HALF"}, "content"),
        ("/v1/responses", {"input": "HALF"}, "input"),
        ("/v1/messages", {"max_tokens": 1, "messages": [{"role": "user", "content": "HALF"}]}, "messages[0].content"),
    ],
)
def test_half_characters_are_refused(shared: Served, path: str, body: dict[str, Any], param: str) -> None:
    text = json.dumps({"model": MODEL, **body}).replace("HALF", "\\ud83d").encode()
    reply = shared.client.post(path, content=text, headers={"Content-Type": "application/json"})
    assert reply.status_code == 400
    assert error_of(reply)["param"].startswith(param)


def test_truth_is_no_number_anywhere(shared: Served) -> None:
    assert error_of(shared.chat(logit_bias={"1": True}))["param"].startswith("logit_bias")


def test_a_body_that_does_not_say_what_it_is_is_told_how(shared: Served) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        reply = shared.client.post(CHAT, content=BODY, headers={"Content-Type": kind})
        assert (reply.status_code, error_of(reply)["code"]) == (400, "invalid_json")
        assert "Content-Type" in error_of(reply)["message"]


@pytest.mark.parametrize("host", ["localhost:80:80", "127.0.0.1:port", "127.0.0.1:99999999"])
def test_a_host_with_no_port_is_no_host(shared: Served, host: str) -> None:
    assert shared.client.get("/health", headers={"Host": host}).status_code == 403


_HELLO = (
    "GET /chat/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_NO_TEXT, _NO_FRAME, _CLOSE = b"\x81\x82\0\0\0\0\xff\xfe", b"\xff\x80\0\0\0\0", b"\x88\x82\0\0\0\0\x03\xe8"


@pytest.mark.parametrize(
    "frames", [_NO_TEXT, _NO_FRAME, _CLOSE, _NO_TEXT + _CLOSE], ids=["text", "frame", "end", "both"]
)
def test_frames_in_one_piece_end_a_socket_without_a_traceback(
    shared: Served, frames: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with shared.raw() as connection:
        connection.sendall(_HELLO.format(port=shared.port).encode())
        assert b" 101 " in connection.recv(65536)
        connection.sendall(frames)
        while connection.recv(65536):
            pass
    assert shared.client.get("/health").status_code == 200
    assert not [record for record in caplog.records if record.exc_info]


def test_a_text_that_is_none_ends_its_socket_and_no_more(shared: Served) -> None:
    """Without a word in the log: whoever can send one can send a million."""
    with connect(f"ws://127.0.0.1:{shared.port}/chat/stream") as other:
        with connect(f"ws://127.0.0.1:{shared.port}/chat/stream") as socket:
            socket.send(b"\xff\xfe", text=True)
            with pytest.raises(ConnectionClosedError) as closed:
                socket.recv(timeout=10)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1007
        other.send("[]")
        assert json.loads(other.recv(timeout=10))["type"] == "error"
