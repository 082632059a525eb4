"""An OpenAI-compatible server as a process of its own: the project's engine with the scripted backend behind HTTP.

``python -m tests.remote.stand_in`` prints its address and serves until its standard input ends. Each model of
``MODELS`` is a way in which a server can behave; "scripted" is a good one. GET /seen tells what came in.
"""

from __future__ import annotations

import json
import os
import queue
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from llmdesk.datatypes.chat import ChatMessage, Event, Failed, Finished, GenerationRequest, SamplingParams, TokenEvent
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.engine.serving.runner import EngineRunner
from tests.engine.engine_thread import resolve_any

KEY_VARIABLE = "STAND_IN_KEY"
CONTEXT_VARIABLE = "STAND_IN_CONTEXT_TOKENS"
STANDARD_FIELDS = {"model", "messages", "stream", "temperature", "top_p", "max_completion_tokens", "stop", "seed"}


class Api(ThreadingHTTPServer):
    """The server with its engine and its memory of requests."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.key = os.environ.get(KEY_VARIABLE, "")
        self.context_tokens = int(os.environ.get(CONTEXT_VARIABLE, "4096"))
        self.runner = EngineRunner(ScriptedBackend, resolve_any)
        self.seen: list[dict[str, Any]] = []


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Api

    def log_message(self, *args: object) -> None:
        """Not to stderr."""

    def do_GET(self) -> None:
        """The list of models, and what the tests ask for."""
        if self.path == "/seen":
            self.send_json(200, {"seen": self.server.seen})
        elif not self._may_enter():
            self.send_json(401, {"error": {"message": "Incorrect API key provided"}})
        elif self.path == "/v1/models":
            tokens = self.server.context_tokens
            data = [{"id": name, "object": "model", "max_model_len": tokens} for name in MODELS]
            self.send_json(200, {"object": "list", "data": data})
        else:
            self.send_json(404, {"detail": "Not Found"})

    def do_POST(self) -> None:
        """A chat."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        note = {"body": body, "headers": dict(self.headers), "path": self.path, "left_s": None}
        self.server.seen.append(note)
        if not self._may_enter():
            self.send_json(401, {"error": {"message": "Incorrect API key provided"}})
            return
        try:
            MODELS[body["model"]](self, body)
        except (BrokenPipeError, ConnectionResetError):
            note["left_s"] = time.time()

    def _may_enter(self) -> bool:
        return self.server.key in ("", self.headers.get("Authorization", "").removeprefix("Bearer "))

    # -- ways to answer --------------------------------------------------------------------------------------------

    def send_json(self, status: int, data: object, **headers: str) -> None:
        """A whole answer."""
        text = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(text)

    def begin_stream(self, content_type: str = "text/event-stream; charset=utf-8", **headers: str) -> None:
        """The head of a stream; it ends with the connection."""
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def send_event(self, data: object) -> None:
        """One event. Raises if the client has left."""
        text = data if isinstance(data, str) else json.dumps(data)
        self.wfile.write(f"data: {text}\n\n".encode())

    def send_text(self, text: str, **delta: object) -> None:
        """One piece of an answer."""
        self.send_event({"choices": [{"index": 0, "delta": {"content": text, **delta}, "finish_reason": None}]})

    def send_end(self, reason: str, usage: dict[str, Any] | None = None) -> None:
        """The last events."""
        self.send_event({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}], "usage": None})
        if usage is not None:
            self.send_event({"choices": [], "usage": usage})
        self.send_event("[DONE]")

    def wait_until_left(self) -> None:
        """Be silent until the client closes the connection."""
        self.connection.settimeout(60)
        if self.connection.recv(1) == b"":
            raise BrokenPipeError

    def tokens(self, body: dict[str, Any]) -> Iterator[Event]:
        """What the engine says; the answer is cancelled if the client leaves."""
        limit = body.get("max_tokens") or body.get("max_completion_tokens") or 100_000
        messages = tuple(ChatMessage(m["role"], m["content"]) for m in body["messages"])
        sampling = SamplingParams(max_new_tokens=limit)
        runner, events = self.server.runner, queue.SimpleQueue[Event]()
        request = GenerationRequest(runner.new_request_id(), "scripted", messages, sampling, "api")
        handle = runner.submit(request, events.put)
        try:
            while True:
                event = events.get()
                yield event
                if isinstance(event, Finished | Failed):
                    return
        finally:
            handle.cancel()


def good(handler: Handler, body: dict[str, Any], with_usage: bool = True) -> None:
    """As vLLM and llama.cpp do it; silent where the question says so."""
    if body["messages"][-1]["content"] == "(be silent)":
        handler.wait_until_left()
    words = sum(len(m["content"].split()) for m in body["messages"])
    asked = words + (body.get("max_tokens") or 0)
    limit = handler.server.context_tokens
    if max(words, asked) > limit:
        text = f"This model's maximum context length is {limit} tokens. However, you requested {asked} tokens."
        handler.send_json(400, {"error": {"message": text, "code": "context_length_exceeded"}})
        return
    handler.begin_stream()
    handler.wfile.write(b": ping\n\n")
    handler.send_event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]})
    for event in handler.tokens(body):
        if isinstance(event, TokenEvent):
            handler.send_text(event.text)
        elif isinstance(event, Failed):
            handler.send_event({"error": {"message": event.error.user_message}})
        elif isinstance(event, Finished):
            asked_for = with_usage and body.get("stream_options", {}).get("include_usage")
            handler.send_end(event.reason, _usage(event) if asked_for else None)


def _usage(event: Finished) -> dict[str, Any]:
    stats = event.stats
    counts = {"prompt_tokens": stats.prompt_tokens, "completion_tokens": stats.new_tokens}
    return counts | {"prompt_tokens_details": {"cached_tokens": 1}}


def no_usage(handler: Handler, body: dict[str, Any]) -> None:
    """Older servers."""
    good(handler, body, with_usage=False)


def strict(handler: Handler, body: dict[str, Any]) -> None:
    """Refuses what the newest standard does not have."""
    unknown = sorted(set(body) - STANDARD_FIELDS)
    if unknown:
        handler.send_json(422, {"detail": [{"msg": f"Extra inputs are not permitted: {unknown}", "input": "secret"}]})
    else:
        good(handler, body)


def refuses_all(handler: Handler, body: dict[str, Any]) -> None:
    """Finds something wrong with every chat."""
    handler.send_json(400, {"error": "roles must alternate"})


def silent(handler: Handler, body: dict[str, Any]) -> None:
    """Takes the request and says nothing at all."""
    handler.wait_until_left()


def headers_only(handler: Handler, body: dict[str, Any]) -> None:
    """Says that an answer will come."""
    handler.begin_stream()
    handler.wait_until_left()


def stalls(handler: Handler, body: dict[str, Any]) -> None:
    """Begins well and then says nothing more."""
    handler.begin_stream()
    for text in ("one", " two", " three"):
        handler.send_text(text)
    handler.wait_until_left()


def reads_long(handler: Handler, body: dict[str, Any]) -> None:
    """As llmdesk's own server does it: the role at once, signs of life while the prompt is read, then the answer."""
    handler.begin_stream()
    handler.send_text("", role="assistant")
    for _ in range(6):
        time.sleep(0.1)
        handler.wfile.write(b": keep-alive\n\n")
    handler.send_text("read")
    handler.send_end("stop")


def lingers(handler: Handler, body: dict[str, Any]) -> None:
    """Ends its answer, but not the connection."""
    handler.begin_stream()
    handler.send_text("whole")
    handler.send_event({"choices": [{"delta": {}, "finish_reason": "stop"}]})
    handler.wait_until_left()


def ends_early(handler: Handler, body: dict[str, Any]) -> None:
    """Closes properly in the middle of an answer."""
    handler.begin_stream()
    handler.send_text("half an")


def resets(handler: Handler, body: dict[str, Any]) -> None:
    """As a crash looks from here."""
    handler.begin_stream()
    handler.send_text("half an")
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    handler.connection.close()


def whole(handler: Handler, body: dict[str, Any]) -> None:
    """Does not stream."""
    usage = {"prompt_tokens": 7, "completion_tokens": 3, "prompt_tokens_details": None}
    choice = {"index": 0, "message": {"role": "assistant", "content": "all at once"}, "finish_reason": "stop"}
    handler.send_json(200, {"choices": [choice], "usage": usage})


def page(handler: Handler, body: dict[str, Any]) -> None:
    """A web page."""
    handler.begin_stream("text/html")
    handler.wfile.write(b"<html>hello</html>")


def garbage(handler: Handler, body: dict[str, Any]) -> None:
    """Events without sense."""
    handler.begin_stream()
    handler.send_event("{nonsense")


def nested(handler: Handler, body: dict[str, Any]) -> None:
    """JSON that no parser gets through."""
    handler.begin_stream()
    handler.send_event("[" * 200_000)


def odd(handler: Handler, body: dict[str, Any]) -> None:
    """Valid JSON of unexpected kinds, and then an answer."""
    handler.begin_stream()
    pieces: list[dict[str, Any]] = [{"choices": None}, {"choices": [None]}, {"choices": [{"delta": 3}]}, {"usage": []}]
    for data in (*pieces, {"choices": []}):
        handler.send_event(data)
    handler.send_event({"usage": {"prompt_tokens": True, "completion_tokens": -3}, "choices": [{"delta": None}]})
    handler.send_event({"choices": [{"delta": {"content": ["no"]}, "finish_reason": ""}]})
    handler.send_text("fine \ud83d half")
    handler.send_end("stop", {"prompt_tokens": "many", "completion_tokens": 1e99})


def endless_line(handler: Handler, body: dict[str, Any]) -> None:
    """One event that does not end."""
    handler.begin_stream()
    handler.wfile.write(b"data: ")
    while True:
        handler.wfile.write(b"x" * 65536)


def endless(handler: Handler, body: dict[str, Any]) -> None:
    """An answer that does not end."""
    handler.begin_stream()
    while True:
        handler.send_text("word " * 200)


def endless_refusal(handler: Handler, body: dict[str, Any]) -> None:
    """An error without an end."""
    handler.send_response(500)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 65536)


def packed(handler: Handler, body: dict[str, Any]) -> None:
    """Compressed, although nobody asked for that."""
    handler.begin_stream(Content_Encoding="gzip")


def thinks(handler: Handler, body: dict[str, Any]) -> None:
    """A thinking model."""
    handler.begin_stream()
    handler.send_text("", reasoning_content="let me")
    handler.send_text("", reasoning=" see")
    handler.send_text("yes")
    handler.send_end("stop")


def filtered(handler: Handler, body: dict[str, Any]) -> None:
    """Withholds the rest."""
    handler.begin_stream()
    handler.send_text("so")
    handler.send_end("content_filter")


def ends_with_error(handler: Handler, body: dict[str, Any]) -> None:
    """Fails in mid-answer."""
    handler.begin_stream()
    handler.send_text("so")
    handler.send_event({"error": {"message": "out of memory"}})


def told(handler: Handler, body: dict[str, Any]) -> None:
    """Sends the deltas that stand in the question, and the reason at their end."""
    *deltas, reason = json.loads(body["messages"][-1]["content"])
    handler.begin_stream()
    for delta in deltas:
        handler.send_event({"choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
    handler.send_end(reason, {"prompt_tokens": 5, "completion_tokens": 9})


def redirects(handler: Handler, body: dict[str, Any]) -> None:
    """Sends callers elsewhere."""
    port = handler.server.server_address[1]
    handler.send_json(307, {}, Location=f"http://localhost:{port}/elsewhere")


def status(code: int, words: str, **headers: str) -> Callable[[Handler, dict[str, Any]], None]:
    """A refusal."""
    return lambda handler, body: handler.send_json(code, {"error": {"message": words}}, **headers)


MODELS: dict[str, Callable[[Handler, dict[str, Any]], None]] = {
    "scripted": good,
    "no-usage": no_usage,
    "strict": strict,
    "refuses-all": refuses_all,
    "silent": silent,
    "headers-only": headers_only,
    "stalls": stalls,
    "reads-long": reads_long,
    "lingers": lingers,
    "ends-early": ends_early,
    "resets": resets,
    "whole": whole,
    "page": page,
    "garbage": garbage,
    "nested": nested,
    "odd": odd,
    "endless-line": endless_line,
    "endless": endless,
    "endless-refusal": endless_refusal,
    "packed": packed,
    "thinks": thinks,
    "filtered": filtered,
    "ends-with-error": ends_with_error,
    "told": told,
    "redirects": redirects,
    "gone": status(404, "The model `gone` does not exist."),
    "nowhere": status(404, "Not Found"),
    "hurried": status(429, "Rate limit reached", Retry_After="17"),
    "loading": status(503, "Loading model"),
    "crashed": status(500, "CUDA error " + "x" * 1000),
}


def main() -> None:
    """Serve until standard input ends."""
    api = Api()
    threading.Thread(target=api.runner.run_forever, daemon=True).start()
    threading.Thread(target=api.serve_forever, daemon=True).start()
    sys.stdout.write(f"http://127.0.0.1:{api.server_address[1]}/v1\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
