"""One stand-in server for all tests that do not kill it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from llmdesk.engine.serving.runner import EngineRunner
from tests.remote.servers import Server, engine_on, serving


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with serving() as running_server:
        yield running_server


@pytest.fixture
def runner(server: Server) -> Iterator[EngineRunner]:
    with engine_on(server) as engine:
        yield engine


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
