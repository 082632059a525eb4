"""Clients that come, ask, leave in the middle and misbehave (for server_soak.py)."""

from __future__ import annotations

import collections
import http.client
import json
import random
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_S = 180
MOST_WORDS = 1500
"""That a guest adds to some questions."""
_BUSY = {"server_busy", "not_enough_memory", "loading"}
_TOPICS = ("the sea", "rain", "a bicycle", "bread", "the moon", "trees", "a clock", "music", "ice", "maps")


class Guest:
    """One client: does one thing after the other until the time is over, and counts what came."""

    def __init__(self, url: str, seed: int, until_s: float) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        self._host, self._port, self._until_s = parts.hostname, parts.port, until_s
        self._random = random.Random(seed)
        self.counts: collections.Counter[str] = collections.Counter()
        self.failures: list[str] = []

    def run(self) -> None:
        """The thread's whole life."""
        ways: list[Callable[[], str]] = [
            self.whole, self.stream, self.left_before_the_first_token, self.left_in_the_middle, self.half_a_body,
            self.slow, self.nonsense, self.figures, self.over_a_socket,
        ]  # fmt: skip
        while time.monotonic() < self._until_s:
            way = self._random.choice(ways)
            try:
                end = way()
                self.counts[f"{way.__name__}: {end}"] += 1
                if end.startswith("503"):  # the answer asks for 5 seconds
                    time.sleep(self._random.uniform(0.2, 1))
            except Exception as error:
                self.failures.append(f"{way.__name__}: {type(error).__name__}: {error}")

    def whole(self) -> str:
        """An answer in one piece."""
        status, body = self._asked("POST", "/v1/chat/completions", self._question())
        return "answered" if status == 200 and json.loads(body)["choices"] else refused(status, body)

    def stream(self) -> str:
        """A stream to its end."""
        with self._sent(self._question(stream=True)) as response:
            body = response.read()
            if response.status != 200:
                return refused(response.status, body)
        return stream_end(body)

    def left_before_the_first_token(self) -> str:
        """Asks, and is gone."""
        with self._raw() as link:
            link.sendall(self._request(self._question(stream=self._random.random() < 0.5)))
            time.sleep(self._random.uniform(0, 0.05))
            self._leave(link)
        return "left"

    def left_in_the_middle(self) -> str:
        """Reads some of a stream."""
        with self._sent(self._question(stream=True, max_tokens=200)) as response:
            if response.status != 200:
                return refused(response.status, response.read())
            response.read(self._random.randint(1, 3000))
        return "left"

    def half_a_body(self) -> str:
        """Promises more than it sends."""
        with self._raw() as link:
            request = self._request(self._question())
            link.sendall(request[: self._random.randint(10, len(request) - 1)])
            time.sleep(self._random.uniform(0, 0.5))
            self._leave(link)
        return "left"

    def slow(self) -> str:
        """Takes a few bytes at a time, and leaves after a while."""
        with self._sent(self._question(stream=True, max_tokens=100)) as response:
            if response.status != 200:
                return refused(response.status, response.read())
            until_s = time.monotonic() + 3
            while time.monotonic() < until_s and response.read(64):
                time.sleep(0.02)
        return "left"

    def nonsense(self) -> str:
        """What must be refused with 400."""
        wrong: Any = self._random.choice([{"messages": []}, {"messages": 1}, [], {"messages": [{"role": "x"}]}])
        status, body = self._asked("POST", "/v1/chat/completions", wrong)
        if status != 400:
            raise AssertionError(f"{status}: {body[:200]!r}")
        return "refused"

    def figures(self) -> str:
        """What programs ask beside answers."""
        path, wanted = self._random.choice(
            [("/v1/models", None), ("/metrics", None), ("/tokenize", {"content": "a b"})]
        )
        status, body = self._asked("POST" if wanted else "GET", path, wanted)
        return "answered" if status == 200 else refused(status, body)

    def over_a_socket(self) -> str:
        """Three answers at once; one is cancelled, and the client leaves with or without the rest."""
        from websockets.sync.client import connect

        url = f"ws://{self._host}:{self._port}/chat/stream"
        with connect(url, open_timeout=TIMEOUT_S, close_timeout=2) as link:
            for number in range(3):
                link.send(json.dumps({"type": "chat", "id": str(number), **self._question()}))
            link.send(json.dumps({"type": "cancel", "id": "1"}))
            ends = 0
            for _ in range(self._random.randint(0, 300)):
                event = json.loads(link.recv(timeout=TIMEOUT_S))
                if event["type"] == "error" and event["error"]["code"] not in {*_BUSY, "not_found"}:
                    raise AssertionError(str(event))
                ends += event["type"] == "done" or (event["type"] == "error" and event["id"] is not None)
                if ends >= 3:
                    return "answered"
        return "left"

    def _question(self, **fields: Any) -> dict[str, Any]:
        text = f"Tell me {self._random.randint(1, 9)} facts about {self._random.choice(_TOPICS)}."
        if self._random.random() < 0.1:
            text += " And mind this:" + " word" * self._random.randint(100, MOST_WORDS)
        messages = [{"role": "user", "content": text}]
        return {"messages": messages, "max_tokens": self._random.randint(1, 60), "cache_prompt": False} | fields

    def _asked(self, method: str, path: str, body: Any) -> tuple[int, bytes]:
        with self._sent(body, method, path) as response:
            return response.status, response.read()

    @contextmanager
    def _sent(
        self, body: Any, method: str = "POST", path: str = "/v1/chat/completions"
    ) -> Iterator[http.client.HTTPResponse]:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT_S)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, path, content, {"Content-Type": "application/json"} if content else {})
            yield connection.getresponse()
        finally:
            connection.close()

    def _raw(self) -> socket.socket:
        return socket.create_connection((self._host, self._port), timeout=TIMEOUT_S)

    def _request(self, body: Any) -> bytes:
        content = json.dumps(body).encode()
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
        return f"{head}Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content

    def _leave(self, link: socket.socket) -> None:
        if self._random.random() < 0.5:  # as a program that is killed: a reset instead of an end
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def refused(status: int, body: bytes) -> str:
    """The documented refusal of a server that has too much to do. Raises AssertionError for everything else."""
    code = json.loads(body)["error"]["code"] if status == 503 else None
    if code not in _BUSY:
        raise AssertionError(f"{status}: {body[:200]!r}")
    return f"503 {code}"


def stream_end(body: bytes) -> str:
    """How a stream ended. Raises AssertionError, as ``refused``."""
    if body.endswith(b"data: [DONE]\n\n"):
        return "answered"
    last = json.loads(body.rstrip().rpartition(b"data: ")[2])
    if last.get("error", {}).get("code") not in _BUSY:
        raise AssertionError(f"a stream ended with {body[-200:]!r}")
    return f"{last['error']['code']} within the stream"


def play(url: str, clients: int, seconds: float, seed: int) -> tuple[collections.Counter[str], list[str]]:
    """So many clients for so long; what they did, and what went wrong."""
    until_s = time.monotonic() + seconds
    guests = [Guest(url, 1000 * seed + number, until_s) for number in range(clients)]
    threads = [threading.Thread(target=guest.run) for guest in guests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum((guest.counts for guest in guests), collections.Counter()), [f for g in guests for f in g.failures]
