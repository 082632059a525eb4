"""Every backend that this environment has, each with a tiny model (and the embedded one where there are weights)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from llmdesk.datatypes.model import LocalModel, ModelSource, ModelSpec
from llmdesk.engine.backends.choice import ipex_obstacle
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.engine.processor.hardware import installed_version
from llmdesk.engine.serving.runner import EngineRunner
from tests.engine.engine_thread import running
from tests.remote.servers import Server, engine_on, serving


@dataclass
class Engine:
    """A running engine whose model "tiny" (and, if there, "embedded") can be asked."""

    name: str
    runner: EngineRunner
    model_id: str


def _backends() -> list[Any]:
    no_torch = installed_version("torch") is None
    obstacle = ipex_obstacle()
    return [
        "scripted",
        "remote",
        pytest.param("native", marks=[pytest.mark.model, pytest.mark.skipif(no_torch, reason="no torch")]),
        pytest.param("ipex", marks=[pytest.mark.model, pytest.mark.skipif(obstacle is not None, reason=str(obstacle))]),
    ]


def make_backend(name: str) -> Any:
    if name == "scripted":
        return ScriptedBackend()
    if name == "ipex":
        from llmdesk.engine.backends.stacks import IpexBackend

        return IpexBackend()
    from llmdesk.engine.backends.stacks import NativeBackend

    return NativeBackend()


@pytest.fixture(params=_backends())
def backend_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["int8", "int4", "bf16"])
def precision(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A program of its own, which takes a second to start: one for all tests. Each has an engine of its own on it."""
    with serving(STAND_IN_CONTEXT_TOKENS="512") as running_server:
        yield running_server


@pytest.fixture
def engine(backend_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The backend with a tiny random model in its default precision."""
    if backend_name == "remote":
        with engine_on(request.getfixturevalue("server")) as runner:
            yield Engine(backend_name, runner, "scripted")
        return
    folder = tmp_path / "tiny"
    if backend_name != "scripted":
        from tests.engine.tiny_models import save_model

        save_model(folder)

    def resolve(model_id: str) -> LocalModel:
        source = ModelSource("folder", str(folder))
        return LocalModel(ModelSpec(model_id, "Tiny", source, context_tokens=512), folder)

    with running(lambda: make_backend(backend_name), resolve) as runner:
        yield Engine(backend_name, runner, "tiny")
