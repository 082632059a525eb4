"""Many requests in a row, models switched between them; then how soon a cancel is felt.

    python benchmarks/endurance.py [--requests 1000] [--switch-every 50] [--models A,B] [--long-prompt-tokens 4000]

Two models (the same id twice: int4 and int8 in turn) answer short greedy questions. Prints errors and RSS after each
turn of the models, then the time from a cancel to the end of its request: while decoding, and inside a long prompt.
"""

from __future__ import annotations

import argparse
import random
import statistics
import threading
import time
from typing import Any

import psutil

from llmdesk.core import Core
from llmdesk.datatypes.chat import (
    ChatMessage,
    Failed,
    Finished,
    GenerationRequest,
    PromptProgress,
    SamplingParams,
    TokenEvent,
)
from llmdesk.engine.backend import LoadOptions

MAX_NEW_TOKENS = 12


class Engine(Core):
    """A core that waits for its answers."""

    def ask(self, model: str, text: str, new_tokens: int, cancel_after: Any = None) -> tuple[Any, float]:
        """(terminal event, seconds from the cancel to it); it comes after two events of the kind ``cancel_after``."""
        done, under_way = threading.Event(), threading.Event()
        events: list[Any] = []

        def sink(event: Any) -> None:
            events.append(event)
            if cancel_after and sum(isinstance(e, cancel_after) for e in events) == 2:
                under_way.set()
            if isinstance(event, Finished | Failed):
                events.append(time.perf_counter())
                under_way.set()
                done.set()

        sampling = SamplingParams(temperature=0, max_new_tokens=new_tokens)
        messages = (ChatMessage("user", text),)
        request = GenerationRequest(self.runner.new_request_id(), model, messages, sampling, response_cache=False)
        handle = self.runner.submit(request, sink)
        cancelled_s = 0.0
        if cancel_after:
            under_way.wait()
            time.sleep(random.uniform(0, 0.05))  # anywhere in a step
            cancelled_s = time.perf_counter()
            handle.cancel()
        done.wait()
        if cancel_after:
            assert events[-2].reason == "cancelled", "it was over before the cancel"
        return events[-2], events[-1] - cancelled_s


def endure(engine: Engine, models: list[str], requests: int, switch_every: int) -> None:
    """The many requests."""
    failures, after_turn = 0, []
    for number in range(requests):
        if number % switch_every == 0:
            turn = number // switch_every
            if number:
                after_turn.append(psutil.Process().memory_info().rss)
                print(f"{number} requests, {failures} failed, RSS {after_turn[-1] / 1e6:.0f} MB", flush=True)
            model = models[turn % len(models)]
            precision: Any = ("int4", "int8")[turn % 2] if len(set(models)) == 1 else None
            engine.runner.load(model, options=LoadOptions(precision=precision))
        end, _ = engine.ask(model, f"What is {number} plus {number % 7}?", MAX_NEW_TOKENS)
        failures += not (isinstance(end, Finished) and end.stats.new_tokens > 0)
    same = after_turn[::2][1:]  # turns of the first model, without the very first
    spread = (max(same) - min(same)) / statistics.median(same) if same else 0.0
    print(f"{requests} requests, {failures} failed; RSS of the first model's turns within {spread:.1%}")


def cancel(engine: Engine, model: str, long_prompt_tokens: int) -> None:
    """The cancels."""
    engine.ask(model, "Hello.", 4)
    decode = [engine.ask(model, f"Tell me a long story about the number {n}.", 400, TokenEvent)[1] for n in range(20)]
    text = "word " * long_prompt_tokens
    prompt = [engine.ask(model, f"{n} {text}", 4, PromptProgress)[1] for n in range(5)]
    for name, times_s in (("decoding", decode), (f"a prompt of {long_prompt_tokens:,} tokens", prompt)):
        print(
            f"cancel inside {name}: median {statistics.median(times_s) * 1e3:.0f} ms, worst {max(times_s) * 1e3:.0f} ms"
        )


def main() -> None:
    """Run both and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--switch-every", type=int, default=50)
    parser.add_argument("--models", default="")
    parser.add_argument("--long-prompt-tokens", type=int, default=4000)
    args = parser.parse_args()
    engine = Engine()
    engine.start_engine()
    try:
        models = args.models.split(",") if args.models else [engine.catalogue.default_id] * 2
        endure(engine, models, args.requests, args.switch_every)
        cancel(engine, models[0], args.long_prompt_tokens)
    finally:
        engine.close()


if __name__ == "__main__":
    main()
