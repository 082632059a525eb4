"""Many clients that come, ask, leave in the middle and come again: nothing is left of them."""

from __future__ import annotations

import contextlib
import gc
import json
import random
import threading
import time

import httpx2
from websockets.sync.client import connect

from llmdesk.api.exchange import Exchange
from tests.api.conftest import Served

CLIENTS = 8
ROUNDS = 4


def test_clients_that_come_and_go_leave_nothing_behind(server: Served) -> None:
    server.load()
    failures: list[str] = []
    counts = {200: 0, 503: 0}

    def whole(seed: random.Random, client: httpx2.Client) -> None:
        body = {"messages": [{"role": "user", "content": f"[tokens={seed.randint(1, 30)} tps=2000] x"}]}
        response = client.post("/v1/chat/completions", json=body)
        counts[response.status_code] += 1

    def left_in_the_middle(seed: random.Random, client: httpx2.Client) -> None:
        body = {"messages": [{"role": "user", "content": "[tokens=400 tps=100] x"}], "stream": True}
        with client.stream("POST", "/v1/chat/completions", json=body) as response:
            for number, _ in enumerate(response.iter_bytes()):
                if number >= seed.randint(0, 4):
                    return

    def impatient(seed: random.Random, client: httpx2.Client) -> None:
        body = {"messages": [{"role": "user", "content": "[tokens=400 tps=100] x"}]}
        with contextlib.suppress(httpx2.TimeoutException):
            client.post("/v1/chat/completions", json=body, timeout=seed.uniform(0.01, 0.2))

    def over_a_socket(seed: random.Random, client: httpx2.Client) -> None:
        with connect(f"ws://127.0.0.1:{server.port}/chat/stream") as socket:
            for _ in range(3):
                messages = [{"role": "user", "content": "[tokens=100 tps=100] x"}]
                socket.send(json.dumps({"type": "chat", "messages": messages}))
            for _ in range(seed.randint(0, 6)):
                socket.recv(timeout=10)

    def run(number: int) -> None:
        seed = random.Random(number)
        try:
            for _ in range(ROUNDS):
                with httpx2.Client(base_url=server.url, timeout=20) as client:
                    seed.choice([whole, left_in_the_middle, impatient, over_a_socket])(seed, client)
        except Exception as error:
            failures.append(f"{number}: {error!r}")

    threads = [threading.Thread(target=run, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert counts[200] > 0
    gateway, state = server.server.gateway, server.server._server.server_state
    deadline_s = time.monotonic() + 10
    while gateway._exchanges or len(state.connections) > 1 or len(state.tasks) > 0:
        assert time.monotonic() < deadline_s, (gateway._exchanges, state.connections, state.tasks)
        time.sleep(0.05)
    assert server.chat("hello", max_tokens=3).json()["choices"][0]["message"]["content"] == "You said: hello"
    gc.collect()
    assert sum(isinstance(found, Exchange) for found in gc.get_objects()) <= 2
