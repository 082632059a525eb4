"""Server processes for tests, and engines that talk to them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from llmdesk.datatypes.model import LocalModel, ModelSource, ModelSpec
from llmdesk.engine.backends.remote import RemoteBackend
from llmdesk.engine.backends.remote_connection import Patience
from llmdesk.engine.serving.runner import EngineRunner
from tests.engine.engine_thread import running

ROOT = Path(__file__).parents[2]
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Server:
    """A stand-in that runs; ``url`` is what its API begins with."""

    def __init__(self, process: subprocess.Popen[Any] | None, url: str) -> None:
        self.process, self.url = process, url

    def unplug(self) -> None:
        """It is gone from one moment to the next."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(timeout=10)

    def seen(self, model: str) -> list[dict[str, Any]]:
        """The chats that came in for this model: body, headers, and when the client left."""
        with _DIRECT.open(self.url.replace("/v1", "/seen")) as answer:
            found: list[dict[str, Any]] = json.load(answer)["seen"]
        return [note for note in found if note["body"]["model"] == model]

    def source(self, model: str, api_key: str = "", host: str = "127.0.0.1") -> ModelSource:
        return ModelSource("server", self.url.replace("127.0.0.1", host), served_model=model, api_key=api_key)


@contextmanager
def serving(**environment: str) -> Iterator[Server]:
    """A stand-in process."""
    command = [sys.executable, "-m", "tests.remote.stand_in"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, **environment}
    ) as process:
        assert process.stdout is not None
        try:
            yield Server(process, process.stdout.readline().strip())
        finally:
            process.kill()


def resolve_on(server: Server, **spec: Any) -> Callable[[str], LocalModel]:
    """Every id is the model of this name on the server."""

    def resolve(model_id: str) -> LocalModel:
        return LocalModel(ModelSpec(model_id, model_id.title(), server.source(model_id), **spec), Path())

    return resolve


@contextmanager
def engine_on(server: Server, patience: Patience | None = None, **spec: Any) -> Iterator[EngineRunner]:
    """An engine whose models are the server's."""
    with running(lambda: RemoteBackend(patience), resolve_on(server, **spec)) as runner:
        yield runner
