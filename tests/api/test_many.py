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


class Guest:
    """A client of little patience, the same at each run. ``failures`` and ``answers`` are what it met."""

    def __init__(self, server: Served, number: int) -> None:
        self._server, self._random = server, random.Random(number)
        self.failures: list[str] = []
        self.answers = 0

    def run(self) -> None:
        ways = [self.whole, self.left_in_the_middle, self.impatient, self.over_a_socket]
        try:
            for way in self._random.choices(ways, k=ROUNDS):
                with httpx2.Client(base_url=self._server.url, timeout=20) as client:
                    way(client)
        except Exception as error:
            self.failures.append(repr(error))

    def whole(self, client: httpx2.Client) -> None:
        response = client.post("/v1/chat/completions", json=_question(f"tokens={self._random.randint(1, 30)} tps=2000"))
        assert response.status_code in (200, 503)
        self.answers += response.status_code == 200

    def left_in_the_middle(self, client: httpx2.Client) -> None:
        body = _question("tokens=400 tps=100") | {"stream": True}
        with client.stream("POST", "/v1/chat/completions", json=body) as response:
            pieces = response.iter_bytes()
            for _ in range(self._random.randint(0, 4)):
                next(pieces, None)

    def impatient(self, client: httpx2.Client) -> None:
        with contextlib.suppress(httpx2.TimeoutException):
            body = _question("tokens=400 tps=100")
            client.post("/v1/chat/completions", json=body, timeout=self._random.uniform(0.01, 0.2))

    def over_a_socket(self, client: httpx2.Client) -> None:
        with connect(f"ws://127.0.0.1:{self._server.port}/chat/stream") as socket:
            for _ in range(3):
                socket.send(json.dumps({"type": "chat"} | _question("tokens=100 tps=100")))
            for _ in range(self._random.randint(0, 6)):
                socket.recv(timeout=10)


def test_clients_that_come_and_go_leave_nothing_behind(server: Served) -> None:
    server.load()
    guests = [Guest(server, number) for number in range(CLIENTS)]
    threads = [threading.Thread(target=guest.run) for guest in guests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [failure for guest in guests for failure in guest.failures] == []
    assert sum(guest.answers for guest in guests) > 0
    gateway, state = server.server.gateway, server.server._server.server_state
    deadline_s = time.monotonic() + 10
    while gateway._exchanges or len(state.connections) > 1 or len(state.tasks) > 0:
        assert time.monotonic() < deadline_s, (gateway._exchanges, state.connections, state.tasks)
        time.sleep(0.05)
    assert server.chat("hello", max_tokens=3).json()["choices"][0]["message"]["content"] == "You said: hello"
    deadline_s = time.monotonic() + 10
    while (kept := _exchanges()) > 2:  # threads that waited for the last of them let go one by one
        assert time.monotonic() < deadline_s, kept
        time.sleep(0.05)


def _exchanges() -> int:
    gc.collect()
    return sum(isinstance(found, Exchange) for found in gc.get_objects())


def _question(directive: str) -> dict[str, object]:
    return {"messages": [{"role": "user", "content": f"[{directive}] x"}]}
