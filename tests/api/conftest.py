"""A real server on a free port: uvicorn, the whole application and an engine, on the scripted backend."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from llmdesk.api.guard import Doors
from llmdesk.api.keys import ServerKeys
from llmdesk.api.limits import Limits
from llmdesk.api.server import Address, ApiServer
from llmdesk.core import Core
from llmdesk.engine.backends.scripted import ScriptedBackend
from tests.models.builders import remember_model

MODEL = "tiny"


@dataclass
class Served:
    """A server under test, with the words tests use."""

    core: Core
    server: ApiServer
    backend: ScriptedBackend
    client: httpx2.Client

    @property
    def url(self) -> str:
        return self.server.urls[0]

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def post(self, path: str, body: Any = None, **more: Any) -> httpx2.Response:
        return self.client.post(path, json=body, **more)

    def chat(self, prompt: str = "hello", **fields: Any) -> httpx2.Response:
        messages = fields.pop("messages", [{"role": "user", "content": prompt}])
        return self.post("/v1/chat/completions", {"model": MODEL, "messages": messages, **fields})

    def stream(self, prompt: str = "hello", path: str = "/v1/chat/completions", **fields: Any) -> list[str]:
        """The lines of a stream, without empty ones."""
        body = {"model": MODEL, "messages": [{"role": "user", "content": prompt}], "stream": True, **fields}
        with self.client.stream("POST", path, json=body) as response:
            assert response.status_code == 200
            assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
            return [line for line in response.iter_lines() if line]

    def raw(self, timeout_s: float = 10) -> socket.socket:
        """A connection of bytes."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout_s)

    def load(self) -> None:
        assert self.post(f"/models/{MODEL}/load").status_code == 200


Make = Callable[..., Served]


@contextmanager
def served(
    core: Core,
    backend: ScriptedBackend,
    keys: ServerKeys | None = None,
    doors: Doors | None = None,
    limits: Limits | None = None,
    host: str = "127.0.0.1",
) -> Iterator[Served]:
    """A running server; ended at the end of the block."""
    server = ApiServer(core, Address(host, 0), keys or ServerKeys(), doors, limits)
    server.start()
    try:
        with httpx2.Client(base_url=server.urls[0].replace("0.0.0.0", "127.0.0.1"), timeout=20) as client:
            yield Served(core, server, backend, client)
    finally:
        server.stop()


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes servers: ``make(keys=..., doors=..., limits=...)``."""
    remember_model(tmp_path, MODEL)
    backend = ScriptedBackend(load_s=0.01)
    with ExitStack() as stack:
        core = stack.enter_context(Core(make=lambda: backend))
        yield lambda **options: stack.enter_context(served(core, backend, **options))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server as it is by default, for all tests of a file that leave no trace in it. Its model is loaded."""
    folder = tmp_path_factory.mktemp("shared")
    backend = ScriptedBackend(load_s=0.01)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLMDESK_HOME", str(folder / "home"))
        remember_model(folder, MODEL)
        with Core(make=lambda: backend) as core, served(core, backend) as found:
            found.load()
            yield found


@pytest.fixture
def server(make: Make) -> Served:
    """One as it is by default."""
    return make()


def chunks_of(lines: list[str]) -> list[dict[str, Any]]:
    """The JSON of a stream's events, without comments and [DONE]."""
    data = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
    return [json.loads(text) for text in data if text != "[DONE]"]


def error_of(response: httpx2.Response) -> dict[str, Any]:
    """The error in OpenAI's form."""
    error: dict[str, Any] = response.json()["error"]
    assert {"message", "type", "param", "code"} <= error.keys()
    return error
