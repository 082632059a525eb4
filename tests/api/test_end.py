"""``llmdesk serve`` as a program: it begins, logs, and ends in seconds with every client told."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.api.conftest import MODEL, Served, chunks_of
from tests.models.builders import remember_model

MOST_S = 8
"""For the end of a process on a machine that others use, too (half a second where they do not); the answers under way
would take 40.
"""
SLOW = {"messages": [{"role": "user", "content": "[tokens=400 tps=10] x"}]}


class Program:
    """The command in a process of its own."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "llmdesk", "serve", "--port", "0", "--json-logs", *arguments]
        environment = {**os.environ, "LLMDESK_BACKEND": "scripted"}
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
        assert self.process.stderr is not None
        self.first = json.loads(self.process.stderr.readline())
        self.url = self.first["message"].split()[2].removesuffix("/v1")

    def end(self, number: signal.Signals) -> tuple[int, float, list[dict[str, object]]]:
        """Exit code, seconds that it took, and the log."""
        started_s = time.perf_counter()
        self.process.send_signal(number)
        _, err = self.process.communicate(timeout=20)
        return self.process.returncode, time.perf_counter() - started_s, [json.loads(line) for line in err.splitlines()]


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    remember_model(tmp_path, MODEL)
    found = Program("--model", MODEL)
    yield found
    if found.process.poll() is None:
        found.process.kill()
        found.process.communicate()


@pytest.mark.timing
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_time_and_tells_every_client(program: Program, number: signal.Signals) -> None:
    lines: list[str] = []
    whole: list[httpx2.Response] = []
    with httpx2.Client(base_url=program.url, timeout=20) as client:
        while client.get("/health").status_code == 503:
            time.sleep(0.05)

        def stream() -> None:
            with client.stream("POST", "/v1/chat/completions", json=SLOW | {"stream": True}) as response:
                lines.extend(response.iter_lines())

        threads = [
            threading.Thread(target=stream),
            threading.Thread(target=lambda: whole.append(client.post("/v1/chat/completions", json=SLOW))),
        ]
        for thread in threads:
            thread.start()
        with connect(program.url.replace("http", "ws") + "/chat/stream") as socket:
            socket.send(json.dumps({"type": "chat", "id": "a", **SLOW}))
            while _under_way(client) < 3 or not lines:  # before its first line a stream may end as another answer
                time.sleep(0.02)
            code, took_s, log = program.end(number)
            event = json.loads(socket.recv(timeout=5))
            while event["type"] in ("queued", "delta", "prompt"):
                event = json.loads(socket.recv(timeout=5))
            assert (event["type"], event["error"]["code"]) == ("error", "server_stopping")
            with pytest.raises(ConnectionClosed) as closed:
                socket.recv(timeout=5)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1012
        for thread in threads:
            thread.join(10)
    assert code == 0
    assert took_s < MOST_S
    assert chunks_of(lines)[-1]["error"]["code"] == "server_stopping"
    assert "data: [DONE]" not in lines
    assert (whole[0].status_code, whole[0].json()["error"]["code"]) == (503, "server_stopping")
    ends = [line for line in log if line.get("path") in ("/v1/chat/completions", "/chat/stream") and "model" in line]
    assert [(line["model"], line["end"], line["error"]) for line in ends] == [(MODEL, "failed", "EngineStopped")] * 3


def _under_way(client: httpx2.Client) -> float:
    found = re.findall(r"^llmdesk_requests_(?:processing|deferred) (.+)$", client.get("/metrics").text, re.MULTILINE)
    return sum(map(float, found))


def test_a_server_beside_others_can_be_stopped_and_started_again(server: Served) -> None:
    server.chat(max_tokens=1)
    started_s = time.perf_counter()
    server.server.stop()
    server.server.stop()
    assert time.perf_counter() - started_s < 3
    with pytest.raises(httpx2.ConnectError):
        server.client.get("/health")
    assert server.core.runner.status.state == "ready"
