"""The other processes of server_speed.py: its clients, and llama.cpp's server.

python benchmarks/server_peers.py clients
python benchmarks/server_peers.py llama FILE.gguf CONTEXT_TOKENS THREADS
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from typing import Any
from urllib.parse import urlsplit

_SLOTS = 4
_TIMEOUT_S = 600


def asked(url: str, question: dict[str, Any], started_s: float) -> dict[str, float]:
    """One stream of /v1/completions; seconds count from when it was sent."""
    time.sleep(max(0.0, started_s + question["delay_s"] - time.perf_counter()))
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_TIMEOUT_S)
    body = json.dumps(question["body"])
    sent_s = time.perf_counter()
    connection.request("POST", "/v1/completions", body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    if response.status != 200:
        raise RuntimeError(response.read().decode())
    times_s: list[float] = []
    last: dict[str, Any] = {}
    for line in response:
        if line.startswith(b"data: {"):
            chunk = json.loads(line[6:])
            if "error" in chunk:
                raise RuntimeError(str(chunk))
            last = chunk if "timings" in chunk else last
            if not chunk["choices"][0]["finish_reason"]:
                times_s.append(time.perf_counter() - sent_s)
    connection.close()
    timings = last["timings"]
    tokens, prompt_s = timings["predicted_n"], timings["prompt_ms"] / 1000
    return {"first_s": times_s[0], "last_s": times_s[-1], "tokens": tokens, "prompt_s": prompt_s}


def clients() -> None:
    """Carry out orders, a line of JSON each, until standard input ends."""
    for line in sys.stdin:
        order = json.loads(line)
        found: list[Any] = [None] * len(order["questions"])
        errors: list[str] = []
        started_s = time.perf_counter()

        def ask(
            at: int,
            order: Any = order,
            found: list[Any] = found,
            errors: list[str] = errors,
            start_s: float = started_s,
        ) -> None:
            try:
                found[at] = asked(order["url"], order["questions"][at], start_s)
            except Exception as error:
                errors.append(f"{type(error).__name__}: {error}")

        threads = [threading.Thread(target=ask, args=(at,)) for at in range(len(found))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        sys.stdout.write(json.dumps({"error": errors[0]} if errors else {"answers": found}) + "\n")
        sys.stdout.flush()


def llama(file: str, context: int, threads: int) -> None:
    """Serve until standard input ends."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = file
    parameters.n_ctx = context * _SLOTS
    parameters.n_parallel = _SLOTS
    parameters.cont_batching = True
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
    parameters.ui = False
    server = xllamacpp.Server(parameters)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    if sys.argv[1] == "clients":
        clients()
    else:
        llama(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
