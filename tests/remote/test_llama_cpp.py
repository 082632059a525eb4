"""A server that somebody else wrote: llama-cpp-python's, with the embedded model.

``LLMDESK_TEST_LLAMA_CPP_PYTHON`` names the interpreter of an environment with ``llama-cpp-python[server]``;
without it this environment's own is tried.
"""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmdesk.datatypes.chat import ChatMessage, Failed, Finished, GenerationRequest, SamplingParams
from llmdesk.models.catalogue import Catalogue
from tests.engine.engine_thread import Collector, request
from tests.remote.servers import Server, engine_on

PYTHON = os.environ.get("LLMDESK_TEST_LLAMA_CPP_PYTHON", "")
NAME = "smollm2"
pytestmark = pytest.mark.skipif(
    not PYTHON and importlib.util.find_spec("llama_cpp") is None,
    reason="llama-cpp-python is not installed (LLMDESK_TEST_LLAMA_CPP_PYTHON may name an interpreter that has it)",
)


@pytest.fixture
def llama_server(tmp_path: Path) -> Iterator[Server]:
    catalogue = Catalogue.load()
    spec = catalogue.get("smollm2-135m")
    if not catalogue.is_installed(spec):
        pytest.skip("the embedded model is not installed (make test installs it)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [PYTHON or sys.executable, "-m", "llama_cpp.server", "--model", str(catalogue.resolve(spec.id).path)]
    command += ["--model_alias", NAME, "--port", str(port), "--n_ctx", "512", "--n_threads", "1"]
    with (tmp_path / "server.log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            wait_for_port(port, process)
            yield Server(process, f"http://127.0.0.1:{port}/v1")
        finally:
            process.kill()


def wait_for_port(port: int, process: subprocess.Popen[bytes], timeout_s: float = 60) -> None:
    deadline_s = time.monotonic() + timeout_s
    while time.monotonic() < deadline_s and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail("the server did not start")


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
        end = cancelled.result(timeout_s=1)
        assert isinstance(end, Finished)
        assert end.reason == "cancelled"

        unplugged = Collector()
        runner.submit(request(runner, "Tell a long story about a ship.", NAME, **long), unplugged)
        unplugged.wait_for_tokens(3)
        llama_server.unplug()
        lost = unplugged.result(timeout_s=5)
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
