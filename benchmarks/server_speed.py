"""What the server costs and how it shares: over HTTP and without, one client and four, short prompts beside long ones.

    python benchmarks/server_speed.py [--shape llama-3.2-1b | --model FILE.gguf] [--no-llama] [--rounds 5]

llmdesk's server runs in this process, llama.cpp's (out of the package xllamacpp, four slots) in one of its own, clients
in a third; who is not asked is idle. Both read the same GGUF file; for a shape that is one of random Q4_0 weights, kept
in --cache. Everybody continues token ids, greedily and without an end, so no template and no text counts. Prints:

(a) tokens per second of one answer through the engine alone and through HTTP, in turn, and what is lost;
(b) tokens per second of all answers together, for one client and for four at once;
(c) the time to the first token of a prompt of 20 tokens: alone, and while a prompt of 4,000 is read for somebody else,
    the latter in pieces of the long prompt (llmdesk reads 264 tokens at a time).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if __package__ in (None, ""):  # run as a script in a checkout
    sys.path.insert(0, str(ROOT))
_PEERS = Path(__file__).with_name("server_peers.py")
_ID = "measured"
PAIRS_PER_ROUND = 6
_END_ID = 1
_ENTRY = """[[model]]
id = "{id}"
title = "Measured"
source = "gguf"
location = {location}
precision = "int4"
context_tokens = {context}
"""


@dataclass(frozen=True, slots=True)
class Server:
    """Somebody who answers."""

    name: str
    url: str


class Clients:
    """A process that asks, several things at once if it is told to."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(_PEERS), "clients"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, server: Server, *questions: dict[str, Any]) -> list[dict[str, float]]:
        """Of each answer: ``first_s`` and ``last_s`` after all were sent, ``tokens``, ``prompt_s``."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"url": server.url, "questions": questions}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise SystemExit(f"{server.name}: {answer['error']}")
        found: list[dict[str, float]] = answer["answers"]
        return found

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


class Questions:
    """Never the same twice, so that nothing is found in a cache."""

    def __init__(self, vocabulary: int) -> None:
        self._random, self._vocabulary = random.Random(20), vocabulary

    def make(self, prompt_tokens: int, new_tokens: int, delay_s: float = 0.0) -> dict[str, Any]:
        """For ``Clients.ask``; sent after ``delay_s``."""
        ids = self._random.choices(range(5, self._vocabulary), k=prompt_tokens)
        body = {
            "model": _ID, "prompt": ids, "max_tokens": new_tokens, "temperature": 0, "stream": True,
            "logit_bias": {str(_END_ID): -100}, "ignore_eos": True, "cache_prompt": False,
        }  # fmt: skip
        return {"body": body, "delay_s": delay_s}


def in_process_tps(core: Any, question: dict[str, Any]) -> float:
    """The same question to the engine, without a server."""
    from llmdesk.datatypes.chat import Failed, Finished, GenerationRequest, SamplingParams

    body, done, ends = question["body"], threading.Event(), []
    sampling = SamplingParams(temperature=0, max_new_tokens=body["max_tokens"], logit_bias=((_END_ID, -100.0),))
    request = GenerationRequest(
        core.runner.new_request_id(), _ID, (), sampling, response_cache=False, prompt=tuple(body["prompt"]),
        context_policy="stop", origin="api",
    )  # fmt: skip

    def sink(event: Any) -> None:
        if isinstance(event, Finished | Failed):
            ends.append(event)
            done.set()

    core.runner.submit(request, sink)
    done.wait()
    if isinstance(ends[0], Failed):
        raise SystemExit(ends[0].error.user_message)
    return float(ends[0].stats.decode_tps)


def http_cost(core: Any, server: Server, clients: Clients, questions: Questions, rounds: int, tokens: int) -> None:
    """(a): many short pairs, since the memory's speed changes within seconds where others use it too."""
    shares, plain, served = [], [], []
    pairs, each_tokens = PAIRS_PER_ROUND * rounds, max(16, tokens // PAIRS_PER_ROUND)

    def in_process() -> float:
        return in_process_tps(core, questions.make(16, each_tokens))

    def through_http() -> float:
        answer = clients.ask(server, questions.make(16, each_tokens))[0]
        return (answer["tokens"] - 1) / (answer["last_s"] - answer["first_s"])

    for number in range(pairs + 1):
        ways = (in_process, through_http)
        found = {way: way() for way in (ways if number % 2 else ways[::-1])}
        if number:  # the first pair warms up
            plain.append(found[in_process])
            served.append(found[through_http])
            shares.append(1 - found[through_http] / found[in_process])
    quarters = statistics.quantiles(shares)
    print(
        f"(a) one answer of {each_tokens} tokens, {pairs} pairs: {statistics.median(plain):.1f} tok/s in the process, "
        f"{statistics.median(served):.1f} through HTTP; lost: median {statistics.median(shares):.1%} "
        f"(half of them between {quarters[0]:.1%} and {quarters[2]:.1%})",
        flush=True,
    )


def together(servers: list[Server], clients: Clients, questions: Questions, rounds: int, tokens: int) -> None:
    """(b): ratios are those of neighbours in time."""
    totals: dict[tuple[str, int], list[float]] = {}
    for _ in range(rounds):
        for count in (1, 4):
            for server in servers:
                answers = clients.ask(server, *(questions.make(16, tokens) for _ in range(count)))
                total = sum(answer["tokens"] for answer in answers) / max(answer["last_s"] for answer in answers)
                totals.setdefault((server.name, count), []).append(total)

    def ratio(many: tuple[str, int], one: tuple[str, int]) -> float:
        return statistics.median(x / y for x, y in zip(totals[many], totals[one], strict=True))

    for server in servers:
        one, four = (statistics.median(totals[server.name, count]) for count in (1, 4))
        times = ratio((server.name, 4), (server.name, 1))
        print(
            f"(b) {server.name}: one client {one:.1f} tok/s, four {four:.1f} together ({times:.2f} times)", flush=True
        )
    if len(servers) > 1:
        times = ratio((servers[0].name, 4), (servers[1].name, 4))
        print(f"(b) four clients: {servers[0].name} / {servers[1].name}: {times:.2f}", flush=True)


def short_beside_long(servers: list[Server], clients: Clients, questions: Questions, rounds: int, long: int) -> None:
    """(c)"""
    from llmdesk.engine.generation.generation import PREFILL_CHUNK_TOKENS

    for server in servers:
        alone, beside, pieces = [], [], []
        for _ in range(rounds):
            alone.append(clients.ask(server, questions.make(20, 1))[0]["first_s"])
            delay_s = 0.5
            whole, short = clients.ask(server, questions.make(long, 1), questions.make(20, 1, delay_s))
            if whole["first_s"] < delay_s + short["first_s"]:
                print(f"(c) {server.name}: the long prompt was read first", file=sys.stderr)
            piece_s = whole["prompt_s"] / -(-long // PREFILL_CHUNK_TOKENS)
            beside.append(short["first_s"])
            pieces.append(short["first_s"] / piece_s)
        print(
            f"(c) {server.name}: first token of 20 after {statistics.median(alone):.2f} s alone, after "
            f"{statistics.median(beside):.2f} s beside {long:,} ({statistics.median(pieces):.1f} pieces of these)"
        )


@contextmanager
def ours(file: Path, context: int) -> Iterator[tuple[Any, Server]]:
    """llmdesk in this process, with the file as its only model of that name."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["LLMDESK_HOME"] = home
        os.environ["LLMDESK_PROMPT_LOOKUP"] = "0"  # random weights repeat themselves: drafts would be right
        from llmdesk import paths
        from llmdesk.api.keys import ServerKeys
        from llmdesk.api.server import Address, ApiServer
        from llmdesk.core import Core

        entry = _ENTRY.format(id=_ID, location=json.dumps(str(file)), context=context)
        paths.made(paths.config_dir())
        paths.user_catalogue().write_text(entry, encoding="utf-8")
        with Core() as core:
            server = ApiServer(core, Address("127.0.0.1", 0), ServerKeys())
            server.start()
            try:
                yield core, Server("llmdesk", server.urls[0])
            finally:
                server.stop()


@contextmanager
def llama(file: Path, context: int, threads: int) -> Iterator[Server]:
    """llama.cpp's server; its address is the first line that it prints."""
    command = [sys.executable, str(_PEERS), "llama", str(file), str(context), str(threads)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url:
            raise SystemExit(f"llama.cpp's server did not start (code {process.wait()})")
        yield Server("llama-server", url)
    finally:
        process.communicate()


def weights(args: argparse.Namespace) -> tuple[Path, int]:
    """The file that is measured, and how many token ids it has."""
    from llmdesk.engine.measuring.synthetic import shape_config

    if args.model:
        return args.model, args.vocabulary
    config = shape_config(args.shape)
    file: Path = args.cache / f"{args.shape}-random-Q4_0.gguf"
    if not file.exists():
        from benchmarks.random_gguf import write_random_gguf

        args.cache.mkdir(parents=True, exist_ok=True)
        print(f"writing random weights to {file}", file=sys.stderr)
        write_random_gguf(config, file, args.long_tokens + 256, "Q4_0")
    return file, config.vocab_size


def main() -> None:
    """Measure all and print it."""
    args = _arguments()
    file, vocabulary = weights(args)
    questions, context = Questions(vocabulary), args.long_tokens + 256
    with ExitStack() as stack:
        core, own = stack.enter_context(ours(file, context))
        servers = [own]
        if not args.no_llama:
            servers.append(stack.enter_context(llama(file, context, args.threads)))
        clients = Clients()
        stack.callback(clients.close)
        for server in servers:
            clients.ask(server, questions.make(16, 8))
        info = core.runner.status.info
        print(f"{platform.machine()}, {os.cpu_count()} logical processors, load {os.getloadavg()[0]:.1f}; {file.name}")
        print(f"llmdesk: {info.precision}, {info.kernels}, {info.threads} threads; llama.cpp: {args.threads} threads")
        print(f"{args.rounds} rounds, medians")
        for part in args.parts:
            if part == "a":
                http_cost(core, own, clients, questions, args.rounds, args.new_tokens)
            elif part == "b":
                together(servers, clients, questions, args.rounds, args.new_tokens)
            else:
                short_beside_long(servers, clients, questions, args.rounds, args.long_tokens)


def _arguments() -> argparse.Namespace:
    from llmdesk.engine.processor.threads import default_threads

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", default="llama-3.2-1b", help="random weights, see `llmdesk bench --synthetic`")
    parser.add_argument("--model", type=Path, help="a GGUF file instead")
    parser.add_argument("--vocabulary", type=int, default=30_000, help="token ids of that file that may be asked")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "llmdesk-benchmarks")
    parser.add_argument("--threads", type=int, default=default_threads(), help="of llama.cpp")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--new-tokens", type=int, default=96)
    parser.add_argument("--long-tokens", type=int, default=4000)
    parser.add_argument("--parts", default="abc", help="some of a, b and c")
    parser.add_argument("--no-llama", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
