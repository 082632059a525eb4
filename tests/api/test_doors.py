"""Who gets in: names, web pages, keys, sizes, slow and hostile clients. The tests that docs/security.md names."""

from __future__ import annotations

import json
import logging
import socket
import stat
import time
from pathlib import Path

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from llmdesk.api.guard import Doors, doors_of, host_name
from llmdesk.api.keys import ServerKeys, key_file
from llmdesk.api.limits import Limits
from llmdesk.api.server import Address, check_own_key, listen, require_key
from llmdesk.cli import main
from llmdesk.errors import SettingsError, SetupError
from llmdesk.services.network import is_loopback
from llmdesk.services.settings.definition import ServerGroup
from tests.api.conftest import MODEL, Make, Served, error_of

PAGE = "https://chat.example"
LOCAL = frozenset({"127.0.0.1", "localhost"})
QUESTION = {"type": "chat", "messages": [{"role": "user", "content": "x"}], "max_tokens": 1}


# -- where it listens -------------------------------------------------------------------------------------------------


def test_it_listens_on_this_machine_only(server: Served) -> None:
    assert {url.rpartition(":")[0] for url in server.server.urls} <= {"http://127.0.0.1", "http://[::1]"}
    others = [found[4][0] for found in socket.getaddrinfo(socket.gethostname(), server.port, socket.AF_INET)]
    for address in {str(other) for other in others if not str(other).startswith("127.")}:
        with pytest.raises(OSError):  # noqa: PT011  (refused or unreachable)
            socket.create_connection((address, server.port), timeout=2).close()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "myhost", "example.org"])
def test_other_addresses_need_a_key(host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(SetupError, match="no key keeps them"):
        require_key(host, ServerKeys())
    require_key(host, ServerKeys(own=("a key",)))
    with pytest.raises(SetupError, match="16 letters"):
        check_own_key("short", host)
    check_own_key("short", "127.0.0.1")


def test_with_a_key_the_network_is_served(make: Make) -> None:
    keys = ServerKeys()
    key = keys.add("phone")
    server = make(host="0.0.0.0", keys=keys)
    assert server.client.get("/v1/models").status_code == 401
    assert server.client.get("/v1/models", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    keys.remove("phone")  # the last one: that does not open the door to all
    assert server.client.get("/v1/models").status_code == 401


# -- names and pages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "localhost@evil", "", "[", "10.0.0.1"]
)
def test_foreign_names_are_refused(shared: Served, host: str) -> None:
    for path in ("/health", "/v1/models", "/nope"):
        response = shared.client.get(path, headers={"Host": host})
        assert (response.status_code, error_of(response)["code"]) == (403, "host_not_allowed")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:99", "[::1]:8765"])
def test_own_names_are_known(shared: Served, host: str) -> None:
    assert shared.client.get("/health", headers={"Host": host}).status_code == 200


def test_an_open_server_is_called_by_any_address_and_by_names_that_are_listed() -> None:
    doors = doors_of(ServerGroup(allowed_hosts="box.lan, Other.lan"), "0.0.0.0")
    assert all(
        map(doors.knows_host, ["192.168.1.5:8765", "[fe80::1]", "box.lan", "other.lan:80", socket.gethostname()])
    )
    assert not doors.knows_host("evil.example")
    assert host_name("[::1]:80") == "::1"


@pytest.mark.parametrize("origin", [PAGE, "null", "http://localhost:3000", "http://127.0.0.1:1", "file://"])
def test_web_pages_are_refused(shared: Served, origin: str) -> None:
    for method, path in (("POST", f"/models/{MODEL}/unload"), ("GET", "/v1/models"), ("OPTIONS", "/v1/models")):
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        response = shared.client.request(method, path, headers=headers)
        assert (response.status_code, error_of(response)["code"]) == (403, "origin_not_allowed")
        assert not [name for name in response.headers if name.startswith("access-control")]


def test_pages_that_are_listed_may_ask_and_no_others(make: Make) -> None:
    server = make(doors=Doors(LOCAL, frozenset({PAGE})), keys=ServerKeys(own=("key",)))
    headers = {
        "Origin": PAGE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    preflight = server.client.options("/v1/chat/completions", headers=headers)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == PAGE
    assert "access-control-allow-credentials" not in preflight.headers
    refused = server.client.get("/v1/models", headers={"Origin": PAGE})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, PAGE)
    assert server.client.get("/v1/models", headers={"Origin": PAGE, "x-api-key": "key"}).status_code == 200
    assert server.client.get("/v1/models", headers={"Origin": "https://chat.example.evil"}).status_code == 403


def test_options_without_a_page_are_answered(shared: Served) -> None:
    assert shared.client.options("/v1/chat/completions").status_code == 204


def test_its_own_pages_may_ask(shared: Served) -> None:
    assert shared.client.get("/v1/models", headers={"Origin": shared.url}).status_code == 200


def test_sockets_are_guarded_like_everything_else(make: Make) -> None:
    server = make(doors=Doors(LOCAL, frozenset({PAGE})), keys=ServerKeys(own=("key",)))
    url = f"ws://127.0.0.1:{server.port}/chat/stream"
    for headers, status in (
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Bearer key", "Origin": "https://evil.example"}, 403),
    ):
        with pytest.raises(InvalidStatus) as refused:
            connect(url, additional_headers=headers).close()
        assert refused.value.response.status_code == status
    with connect(url, additional_headers={"Authorization": "Bearer key", "Origin": PAGE}) as connection:
        connection.send(json.dumps(QUESTION))
        assert json.loads(connection.recv())["id"]
    with connect(url, subprotocols=["llmdesk", "llmdesk-key.key"]) as connection:  # type: ignore[list-item]
        assert connection.subprotocol == "llmdesk"


# -- keys -------------------------------------------------------------------------------------------------------------


def test_keys_are_needed_where_there_are_keys(make: Make) -> None:
    keys = ServerKeys()
    first, second = keys.add("laptop"), keys.add("phone")
    server = make(keys=keys)
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": first}, {"Authorization": "Basic x"}):
        for path in ("/v1/models", "/metrics", "/openapi.json", "/nope", "/models"):
            response = server.client.get(path, headers=headers)
            assert (response.status_code, error_of(response)["code"]) == (401, "invalid_api_key")
            assert response.headers["www-authenticate"] == "Bearer"
    assert server.client.get("/health").json() == {"status": "ok"}
    for key in (first, second):
        assert server.client.get("/v1/models", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    ServerKeys().remove("laptop")  # another process
    assert server.client.get("/v1/models", headers={"Authorization": f"Bearer {first}"}).status_code == 401
    assert server.client.get("/v1/models", headers={"x-api-key": second}).status_code == 200


def test_the_file_of_keys_holds_no_key_and_is_for_its_owner_only() -> None:
    keys = ServerKeys()
    key = keys.add("laptop")
    assert key not in key_file().read_text()
    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600
    keys.add("phone")
    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600
    assert keys.owner(key) == "laptop"
    assert keys.owner("") is None
    assert list(keys.names()) == ["laptop", "phone"]
    for name in ("laptop", "", "a b", "x" * 65):
        with pytest.raises(SettingsError):
            keys.add(name)
    with pytest.raises(SettingsError):
        keys.remove("tablet")


@pytest.mark.logs("keys cannot be checked")
def test_a_damaged_file_of_keys_opens_no_door(make: Make) -> None:
    server = make()
    key_file().write_text('{"laptop": 1}')
    assert server.client.get("/v1/models").status_code == 503
    assert server.client.get("/health").status_code == 200


def test_keys_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "key", "add", "laptop"]) == 0
    key = capsys.readouterr().out.strip()
    assert ServerKeys().owner(key) == "laptop"
    assert main(["serve", "key"]) == 0
    assert "laptop  made 20" in capsys.readouterr().out
    assert main(["serve", "key", "add", "phone"]) == 0
    capsys.readouterr()
    assert main(["serve", "key", "remove", "phone"]) == 0
    assert "last one" not in capsys.readouterr().err
    assert main(["serve", "key", "remove", "laptop"]) == 0
    told = capsys.readouterr()
    assert told.out == "The key “laptop” is revoked.\n"  # not that it opens nothing: the last one's door needs none now
    assert "asks for none now" in told.err
    assert ServerKeys().owner(key) is None
    assert main(["serve", "key", "remove", "laptop"]) == 1
    assert main(["serve", "key", "list"]) == 0
    assert "no keys" in capsys.readouterr().out


# -- sizes, slow and hostile clients ----------------------------------------------------------------------------------


def test_what_is_too_large_is_refused(make: Make) -> None:
    server = make(limits=Limits(max_body_bytes=2000, max_messages=3))
    response = server.chat("x" * 3000)
    assert (response.status_code, error_of(response)["code"]) == (413, "request_too_large")

    def chunked() -> list[bytes]:
        return [b'{"messages": [{"role": "user", "content": "'] + [b"x" * 500] * 5

    headers = {"Content-Type": "application/json"}
    response = server.client.post("/v1/chat/completions", content=iter(chunked()), headers=headers)
    assert (response.status_code, error_of(response)["code"]) == (413, "request_too_large")
    response = server.chat(messages=[{"role": "user", "content": "x"}] * 4)
    assert (response.status_code, error_of(response)["param"]) == (400, "messages")
    assert server.chat(max_tokens=1).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"messages": [1] * 250_000},
        {"messages": [{"role": "user", "content": [{}] * 200_000}]},
        {"messages": [{"role": "user", "content": "x"}], "stop": [1] * 250_000},
        {"messages": [{"role": "user", "content": "x"}] * 80_000},
        {"messages": [{"role": "user", "content": "x"}], "more": [[1]] * 700_000},
    ],
)
def test_bodies_of_many_values_hold_nobody_up(server: Served, body: object) -> None:
    """Each took from half a minute to minutes, in which nobody was answered."""
    started_s = time.monotonic()
    response = server.post("/v1/chat/completions", body)
    assert response.status_code in (400, 413)
    assert time.monotonic() < started_s + 15
    with connect(f"ws://127.0.0.1:{server.port}/chat/stream") as websocket:
        websocket.send(json.dumps({"type": "chat", **body}))  # type: ignore[dict-item]
        assert json.loads(websocket.recv(timeout=5))["type"] == "error"


def test_large_heads_are_refused(shared: Served) -> None:
    with shared.raw() as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 40_000)
        assert connection.recv(1000).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("content", [b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"\0" * 100, b"SSH-2.0-x\r\n\r\n"])
def test_what_is_no_http_is_refused(shared: Served, content: bytes) -> None:
    with shared.raw() as connection:
        connection.sendall(content + b"\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(1000), b""))
    assert answer.startswith(b"HTTP/1.1 400")
    assert b'"invalid_request_error"' in answer
    assert shared.client.get("/health").status_code == 200


def test_heads_and_bodies_come_in_time_or_not_at_all(make: Make) -> None:
    server = make(limits=Limits(head_s=0.3, body_s=0.3))
    with server.raw() as silent, server.raw() as head, server.raw() as body:
        head.sendall(b"GET /health HTTP/1.1\r\nHost:")
        body.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
        assert body.recv(1000).startswith(b"HTTP/1.1 408")
        for connection in (silent, head):
            assert _is_cut(connection)
    assert server.client.get("/health").status_code == 200


def test_a_second_head_comes_in_time_too(make: Make) -> None:
    server = make(limits=Limits(head_s=0.3))
    with server.raw() as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        while b'{"status":"ok"}' not in answer:
            answer += connection.recv(1000)
        connection.sendall(b"GET /hea")
        assert _is_cut(connection)


def test_a_client_that_reads_nothing_is_cut_off_and_hinders_nobody(make: Make) -> None:
    server = make(limits=Limits(stall_s=0.5, max_request_s=60))
    server.load()
    body = json.dumps({"messages": [{"role": "user", "content": "[tokens=400 tps=5000] x"}], "stream": True}).encode()
    head = (
        b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
    )
    stalled = socket.socket()
    stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    stalled.connect(("127.0.0.1", server.port))
    request = head + str(len(body)).encode() + b"\r\n\r\n" + body
    stalled.sendall(request * 60)  # one after the other over this connection, more than its buffers hold
    assert server.chat("[tokens=50 tps=1000] x").status_code == 200
    deadline_s = time.monotonic() + 20
    gateway = server.server.gateway
    while gateway._exchanges or len(server.server._server.server_state.connections) > 1:
        assert time.monotonic() < deadline_s
        time.sleep(0.05)
    stalled.close()
    assert len(server.backend.requests) < 60


def wait_connections(server: Served, count: int) -> None:
    """Until it has noticed those that came and went."""
    deadline_s = time.monotonic() + 20
    while len(server.server._server.server_state.connections) != count:
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


def test_too_many_clients_are_told(make: Make) -> None:
    server = make(limits=Limits(max_connections=3))
    assert server.client.get("/health").status_code == 200  # keeps its connection
    with server.raw(), server.raw():
        wait_connections(server, 3)
        with server.raw() as fourth:
            answer = fourth.recv(1000)
        assert answer.startswith(b"HTTP/1.1 503")
        assert b"retry-after: 5" in answer.lower()
        assert server.client.get("/health").status_code == 200
    wait_connections(server, 1)
    with server.raw() as fifth:
        fifth.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert fifth.recv(1000).startswith(b"HTTP/1.1 200")


def test_an_answer_that_takes_too_long_is_stopped(make: Make) -> None:
    server = make(limits=Limits(max_request_s=0.3))
    response = server.chat("[tokens=400 tps=20] x")
    assert (response.status_code, error_of(response)["type"]) == (504, "server_error")
    assert not server.server.gateway._exchanges or server.chat("hi", max_tokens=1).status_code == 200


def test_a_message_that_is_too_large_closes_its_socket_only(make: Make) -> None:
    server = make(limits=Limits(max_body_bytes=2000))
    with connect(f"ws://127.0.0.1:{server.port}/chat/stream") as connection:
        connection.send("x" * 3000)
        with pytest.raises(ConnectionClosed) as closed:
            connection.recv(timeout=5)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009
    assert server.client.get("/health").status_code == 200


def test_nothing_that_is_asked_for_opens_a_file_or_an_address(shared: Served, tmp_path: Path) -> None:
    for model in ("/etc/passwd", "../../etc/passwd", str(tmp_path), "http://127.0.0.1:1/x", "file:///etc/passwd"):
        assert shared.chat(model=model).status_code == 404
        assert shared.client.get(f"/v1/models/{model}").status_code == 404
        assert shared.post(f"/models/{model}/load").status_code == 404
    part = {"type": "image_url", "image_url": {"url": "file:///etc/passwd"}}
    response = shared.chat(messages=[{"role": "user", "content": [part]}])
    assert (response.status_code, error_of(response)["code"]) == (400, "unsupported_content")


def test_schemas_open_nothing_and_hold_nobody_up(shared: Served) -> None:
    def ask(schema: object) -> httpx2.Response:
        return shared.chat(max_tokens=1, response_format={"type": "json_object", "schema": schema})

    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.3)
        for url in (f"http://127.0.0.1:{elsewhere.getsockname()[1]}/schema", "file:///etc/passwd"):
            response = ask({"$ref": url})
            assert (response.status_code, error_of(response)["param"]) == (400, "response_format")
        with pytest.raises(TimeoutError):
            elsewhere.accept()
    started_s = time.monotonic()
    nested: object = {"type": "string"}
    for _ in range(40):
        nested = {"anyOf": [nested, {"type": "array", "items": nested}]} if len(str(nested)) < 100_000 else nested
    for schema in (nested, {"type": "string", "pattern": "(a|b)?" * 20_000}, {"type": "string", "maxLength": 10**9}):
        ask(schema)
        assert shared.client.get("/health").status_code == 200
    assert time.monotonic() - started_s < 20


def test_logs_hold_no_prompt_no_answer_and_no_key(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    keys = ServerKeys()
    key = keys.add("laptop")
    server = make(keys=keys)
    with caplog.at_level(logging.DEBUG):
        headers = {"Authorization": f"Bearer {key}"}
        body = {"messages": [{"role": "user", "content": "my secret plan"}], "max_tokens": 5}
        assert server.post("/v1/chat/completions?token=hidden", body, headers=headers).status_code == 200
        server.client.get("/v1/models", headers={"Authorization": "Bearer wrongkey"})
        server.client.get("/x%0afake=1", headers=headers)
    text = "\n".join(record.getMessage() for record in caplog.records if "httpx" not in record.name)
    assert 'key="laptop"' in text
    assert "new_tokens=5" in text
    for secret in ("secret", "You said", key, "wrongkey", "hidden"):
        assert secret not in text
    assert "\nfake" not in text


def test_no_telemetry_leaves(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """FastAPI brings a part for it, which is off whatever the environment says."""
    with socket.create_server(("127.0.0.1", 0)) as collector:
        collector.settimeout(0.5)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{collector.getsockname()[1]}")
        monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
        server = make()
        assert server.chat(max_tokens=1).status_code == 200
        with pytest.raises(TimeoutError):
            collector.accept()


# -- the port ---------------------------------------------------------------------------------------------------------


def test_a_port_that_is_taken_is_told_and_another_offered(server: Served, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SetupError, match=f"port {server.port} already") as taken:
        listen(Address("127.0.0.1", server.port))
    offered = int(taken.value.hint.split()[1])
    for each in listen(Address("127.0.0.1", offered)):
        each.close()
    assert main(["serve", "--port", str(server.port)]) == 1
    assert "llmdesk serve --port" in capsys.readouterr().err


def test_an_address_that_is_not_here_is_told() -> None:
    for host in ("203.0.113.7", "no.such.host.invalid"):
        with pytest.raises(SetupError, match="cannot listen"):
            listen(Address(host, 0))


def _is_cut(connection: socket.socket) -> bool:
    try:
        return connection.recv(100) == b""
    except ConnectionResetError:
        return True
