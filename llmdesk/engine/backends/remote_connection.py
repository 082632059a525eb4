"""The way to one server. The engine thread itself drives the event loop, a little at each step of an answer.

So there is no second thread and nothing to lock; a cancel closes a connection wherever it is, also before the first
byte; and what nobody asks for stays in the socket, which slows the server down.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx2

from llmdesk import server_keys
from llmdesk.datatypes.model import ModelSource
from llmdesk.engine.backends.remote_errors import network_error
from llmdesk.engine.backends.remote_protocol import Piece, parse_json, parse_models, parse_piece, refusal
from llmdesk.errors import ServerError
from llmdesk.words import say

_Result = TypeVar("_Result")
_STEP_S = 0.05
"""The longest that a step waits: a cancel acts after it, and the engine's other requests go on."""
_CLOSE_S = 0.1
_USAGE_S = 1.0
"""How long the figures may take after the last word."""
_MAX_EVENT_BYTES = 1 << 20
_MAX_BODY_BYTES = 4 << 20
_MAX_REFUSAL_BYTES = 64 << 10
_BYTES_PER_TOKEN = 4096
"""Far more than the event of a token has."""
_UNKNOWN_CONTEXT_TOKENS = 1 << 17
_NO_PROXY = ("all://localhost", "all://127.0.0.1", "all://[::1]")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server may take to be reached, to begin an answer (it may wait for others or read a long prompt), and
    to go on with it."""

    connect_s: float = 10.0
    first_s: float = 600.0
    next_s: float = 120.0


class Connection:
    """See the module. Made, used and closed on one thread; every answer has a connection of its own.

    Redirects are not followed, for they would take key and chat elsewhere. Proxies and certificates are the
    environment's, except that this machine itself is asked directly.
    """

    def __init__(self, source: ModelSource, patience: Patience, key: str = "") -> None:
        """``key``: one that was just typed, instead of the one that the source names."""
        self.source, self._patience = source, patience
        self._key = key
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._client = httpx2.AsyncClient(
            # Unpacked by us, a small packed answer could become a huge one.
            headers={"Accept-Encoding": "identity"},
            # Kept alive, a connection may be closed by the server in the moment in which it is used again.
            limits=httpx2.Limits(max_keepalive_connections=0),
            mounts=dict.fromkeys(_NO_PROXY),
        )

    def start(self, work: Coroutine[Any, Any, _Result]) -> asyncio.Task[_Result]:
        """Begin something; it goes on whenever somebody waits a little. End it with ``stop``."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(lambda _: self._loop.stop())
        return task

    def wait_a_little(self) -> None:
        """Let all that was begun go on until one of them has something new, for 50 ms at most."""
        self._run(_STEP_S)

    def stop(self, task: asyncio.Task[Any]) -> None:
        """End something where it is; its connection is closed."""
        self._tasks.discard(task)
        task.cancel()
        self._end(task)

    def finish(self, work: Coroutine[Any, Any, _Result], between: Callable[[], None]) -> _Result:
        """Do something to its end; ``between`` is called every 50 ms and may raise to stop it."""
        task = self.start(work)
        try:
            while not task.done():
                between()
                self.wait_a_little()
            return task.result()
        finally:
            self.stop(task)

    def close(self) -> None:
        """End everything. Idempotent."""
        if self._loop.is_closed():
            return
        for task in list(self._tasks):
            self.stop(task)
        self._end(self._loop.create_task(self._client.aclose()))
        self._end(self._loop.create_task(self._loop.shutdown_asyncgens()))
        self._loop.close()

    def _run(self, longest_s: float) -> None:
        """Run the loop until something calls its ``stop``."""
        timer = self._loop.call_later(longest_s, self._loop.stop)
        self._loop.run_forever()
        timer.cancel()

    def _end(self, task: asyncio.Task[Any]) -> None:
        """Let a task end that has no more to wait for, and its socket be closed."""
        deadline_s = time.monotonic() + _CLOSE_S
        while not task.done() and time.monotonic() < deadline_s:
            self._run(_CLOSE_S / 10)
        self._run(0)
        if task.done() and not task.cancelled():
            task.exception()  # looked at, so that nobody complains that it was not

    # -- what is asked; these run inside the loop ------------------------------------------------------------------

    async def unlock(self) -> None:
        """Get the key; a keyring may ask the user first. Raises SetupError."""
        self._key = self._key or await asyncio.to_thread(server_keys.key_for, self.source)

    async def models(self) -> dict[str, int]:
        """The served models and their contexts in tokens (0: not told). Raises LlmdeskError."""
        patience_s = self._patience.connect_s
        async with self._response("GET", "models", silence_s=patience_s) as response, asyncio.timeout(patience_s):
            body = await _read(response, _MAX_BODY_BYTES, self.source.host)
        return parse_models(parse_json(body, self.source.host), self.source.host)

    async def answer(self, body: dict[str, Any], most_bytes: int, pieces: asyncio.Queue[Piece]) -> None:
        """Put the pieces of a streamed answer into the queue, as they come. Raises LlmdeskError."""
        silence_s = self._patience.first_s
        async with self._response("POST", "chat/completions", body, silence_s=silence_s) as response:
            if response.headers.get("content-type", "").startswith("application/json"):  # it does not stream
                text = await _read(response, _MAX_BODY_BYTES, self.source.host)
                await self._put(parse_piece(parse_json(text, self.source.host), self.source.host), pieces)
            else:
                await self._stream(response, most_bytes, pieces)

    async def _stream(self, response: httpx2.Response, left_bytes: int, pieces: asyncio.Queue[Piece]) -> None:
        host, has_begun, has_ended = self.source.host, False, False
        wait_s = self._patience.first_s
        events = aiter(httpx2.EventSource(response, _MAX_EVENT_BYTES))
        while True:
            async with asyncio.timeout(wait_s):
                event = await anext(events, None)
            if event is None or event.data.strip() == "[DONE]":
                break
            left_bytes -= len(event.data)
            if left_bytes < 0:
                raise ServerError(
                    say("{host} does not stop: it sent far more than was asked for.", host=host), say("Ask again.")
                )
            piece = parse_piece(parse_json(event.data, host), host)
            has_begun = has_begun or piece.says_something
            has_ended = has_ended or piece.reason is not None
            await self._put(piece, pieces)
            # A role alone comes before the prompt is read, and before the model is loaded.
            going_on_s = self._patience.next_s if has_begun else self._patience.first_s
            wait_s = _USAGE_S if has_ended else going_on_s
        if event is None and not has_ended:
            raise _broken_off(host, has_begun)

    async def _put(self, piece: Piece, pieces: asyncio.Queue[Piece]) -> None:
        await pieces.put(piece)
        self._loop.stop()  # ends wait_a_little

    @asynccontextmanager
    async def _response(
        self, method: str, path: str, body: Any = None, *, silence_s: float
    ) -> AsyncIterator[httpx2.Response]:
        """A good answer's head, with its body to come. Raises LlmdeskError, also for what happens inside the block."""
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        content = None
        if body is not None:  # as ASCII, so half characters in a chat do no harm
            headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode("ascii")
        try:
            url = f"{self.source.location}/{path}"
            timeout = httpx2.Timeout(silence_s, connect=self._patience.connect_s)
            async with self._client.stream(method, url, headers=headers, content=content, timeout=timeout) as response:
                if response.status_code != 200:
                    refused = await _read(response, _MAX_REFUSAL_BYTES, self.source.host, cut=True)
                    raise refusal(self.source, response.status_code, response.headers, refused, self._key)
                _check_packing(response, self.source.host)
                yield response
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, TimeoutError) as error:
            raise network_error(error, self.source.host, self._patience.connect_s) from error


def most_bytes_of(max_new_tokens: int, context_tokens: int) -> int:
    """What a stream of so many tokens may have. ``context_tokens``: of its model, 0 if that is not known."""
    return _MAX_EVENT_BYTES + min(max_new_tokens, context_tokens or _UNKNOWN_CONTEXT_TOKENS) * _BYTES_PER_TOKEN


def _broken_off(host: str, has_begun: bool) -> ServerError:
    if has_begun:
        return ServerError(say("{host} broke off in the middle of the answer.", host=host), say("Ask again."))
    hint = say("The chat may be too long for it; its own log says more.")  # llama-cpp-python's does so
    return ServerError(say("{host} ended the connection without an answer.", host=host), hint)


def _check_packing(response: httpx2.Response, host: str) -> None:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ServerError(
            say("{host} sends packed data, which was not asked for.", host=host), say("Is there a proxy in between?")
        )


async def _read(response: httpx2.Response, limit_bytes: int, host: str, cut: bool = False) -> bytes:
    """A body of limited length, or its beginning (``cut``)."""
    found = bytearray()
    async for chunk in response.aiter_raw():
        found += chunk
        if len(found) > limit_bytes:
            if cut:
                break
            raise ServerError(say("{host} sends far more than was asked for.", host=host), say("Check the address."))
    return bytes(found[:limit_bytes])
