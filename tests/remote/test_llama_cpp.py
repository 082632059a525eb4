"""A server that somebody else wrote: llama.cpp's (the package xllamacpp carries it), with the embedded model."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmdesk.datatypes.chat import ChatMessage, Failed, Finished, GenerationRequest, SamplingParams
from llmdesk.models.catalogue import Catalogue
from tests.engine.engine_thread import Collector, request
from tests.remote.servers import ROOT, Server, engine_on

NAME = "smollm2"


@pytest.fixture
def llama_server(tmp_path: Path) -> Iterator[Server]:
    catalogue = Catalogue.load()
    spec = catalogue.get("smollm2-135m")
    if not catalogue.is_installed(spec):
        pytest.skip("the embedded model is not installed (make test installs it)")
    model = str(catalogue.resolve(spec.id).path)
    command = [sys.executable, "-m", "tests.remote.llama_cpp_server", model, NAME]
    with (
        (tmp_path / "server.log").open("w") as log,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT
        ) as process,
    ):
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        try:
            assert address, (tmp_path / "server.log").read_text()
            yield Server(process, f"{address}/v1")
        finally:
            process.kill()


def test_a_chat_a_cancel_and_the_plug(llama_server: Server) -> None:
    with engine_on(llama_server) as runner:
        first = Collector()
        greedy = SamplingParams(temperature=0, max_new_tokens=12)
        turns = (ChatMessage("system", "You answer briefly."), ChatMessage("user", "Name three colours."))
        runner.submit(GenerationRequest("first", NAME, turns, greedy, "cli"), first)
        result = first.result()
        assert isinstance(result, Finished)
        assert result.reason in ("length", "stop")
        assert 2 <= result.stats.new_tokens <= 12
        assert result.stats.decode_tps > 0
        assert len(first.text.split()) >= 2

        long = {"max_new_tokens": 400, "temperature": 0.0}
        cancelled = Collector()
        handle = runner.submit(request(runner, "Tell a long story about a ship.", NAME, **long), cancelled)
        cancelled.wait_for_tokens(3)
        handle.cancel()
        end = cancelled.result(timeout_s=10)
        assert isinstance(end, Finished)
        assert end.reason == "cancelled"

        unplugged = Collector()
        runner.submit(request(runner, "Tell a long story about a ship.", NAME, **long), unplugged)
        unplugged.wait_for_tokens(3)
        llama_server.unplug()
        lost = unplugged.result(timeout_s=20)
        assert isinstance(lost, Failed)
        assert lost.error.kind == "ServerError"
        assert unplugged.text


def test_a_model_that_it_does_not_have(llama_server: Server) -> None:
    with engine_on(llama_server) as runner:
        sink = Collector()
        runner.submit(request(runner, "hi", "llama-9000"), sink)
        result = sink.result()
    assert isinstance(result, Failed)
    assert f"It serves {NAME}." in result.error.hint
