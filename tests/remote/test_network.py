"""Certificates, proxies and redirects: the way to a server."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from llmdesk.datatypes.chat import Failed, Finished
from llmdesk.datatypes.model import LocalModel, ModelSource, ModelSpec
from llmdesk.engine.backends.remote import RemoteBackend
from tests.engine.engine_thread import Collector, request, running
from tests.models.hub_stand_in import HubStandIn, serve
from tests.models.test_downloads import self_signed
from tests.remote.servers import Server

pytestmark = pytest.mark.may_log("loading ")  # a server that is not right is what they are about


def end_at(url: str) -> Finished | Failed:
    """How an answer of a server at this address ends."""

    def resolve(model_id: str) -> LocalModel:
        return LocalModel(ModelSpec(model_id, "M", ModelSource("server", url, served_model="scripted")), Path())

    with running(RemoteBackend, resolve) as runner:
        sink = Collector()
        runner.submit(request(runner, "[tokens=2] hi"), sink)
        return sink.result()


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = self_signed(tmp_path)
    with serve(HubStandIn({}), certificate) as stand_in:
        refused = end_at(f"{stand_in.url}/v1")
        assert isinstance(refused, Failed)
        assert "certificate of 127.0.0.1" in refused.error.user_message
        assert "SSL_CERT_FILE" in refused.error.hint
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        accepted = end_at(f"{stand_in.url}/v1")
    assert isinstance(accepted, Failed)
    assert "certificate" not in accepted.error.user_message  # it was let in, and is a hub


def test_the_proxy_of_the_environment_is_asked_for_other_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def refuse() -> None:
            connection, _ = listener.accept()
            with connection:
                asked.append(connection.recv(65536))
                connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

        proxy = threading.Thread(target=refuse)
        proxy.start()
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{listener.getsockname()[1]}")
        result = end_at("http://model-server.invalid:8000/v1")
        proxy.join()
    assert isinstance(result, Failed)
    assert asked[0].startswith(b"GET http://model-server.invalid:8000/v1/models ")


def test_this_machine_is_asked_without_a_proxy(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert isinstance(end_at(server.url), Finished)
    assert isinstance(end_at(server.url.replace("127.0.0.1", "localhost")), Finished)


def test_what_is_no_http(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")
                connection.recv(65536)

        host = threading.Thread(target=greet)
        host.start()
        result = end_at(f"http://127.0.0.1:{listener.getsockname()[1]}/v1")
        host.join()
    assert isinstance(result, Failed)
    assert result.error.kind == "ServerError"
    assert result.error.hint
