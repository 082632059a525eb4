"""Figures of the server in Prometheus' text form."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import psutil
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from llmdesk.datatypes.chat import Event, Finished, TokenEvent
from llmdesk.datatypes.model import ModelInMemory
from llmdesk.services.live.throughput import told_prompt_tps

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
_TOKEN_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
_SPEEDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


class Metrics:
    """Event loop only. A registry of its own: two servers in one process do not mix their figures.

    Args:
        models: what the engine has in memory.
        waiting: (answers being given, requests waiting) right now.
    """

    def __init__(self, models: Callable[[], tuple[ModelInMemory, ...]], waiting: Callable[[], tuple[int, int]]) -> None:
        self._registry = CollectorRegistry()
        self._models, self._waiting = models, waiting
        self._last_token_s: dict[str, float] = {}
        make = self._counter
        self._requests = make("requests", "HTTP requests answered", ("route", "status"))
        self._prompt_tokens = make("prompt_tokens", "Prompt tokens computed")
        self._cached_tokens = make("prompt_tokens_cached", "Prompt tokens found in the cache")
        self._prompt_seconds = make("prompt_seconds", "Time spent on prompts")
        self._predicted = make("tokens_predicted", "Tokens generated")
        self._predicted_seconds = make("tokens_predicted_seconds", "Time from first to last tokens")
        self._ends = make("answers", "Answers by how they ended", ("end",))
        histogram = self._histogram
        self._ttft = histogram("time_to_first_token_seconds", "From the request to its first token", _SECONDS)
        self._per_token = histogram("time_per_output_token_seconds", "Between two tokens", _TOKEN_SECONDS)
        self._queue_seconds = histogram("queue_seconds", "Until an answer was begun", _SECONDS)
        self._prefill_tps = histogram("prefill_tokens_per_second", "Speed of prompts", _SPEEDS)
        self._decode_tps = histogram("decode_tokens_per_second", "Speed of answers", _SPEEDS)
        self._processing = self._gauge("requests_processing", "Answers being given")
        self._deferred = self._gauge("requests_deferred", "Requests that wait")
        self._rss = self._gauge("process_resident_memory_bytes", "Memory of the whole program")
        self._loaded = self._gauge("models_loaded", "Models in memory")
        self._weights = self._gauge("model_weights_bytes", "Weights of a model in memory", ("model",))
        self._held = self._gauge("model_held_bytes", "Weights of a model and what it keeps of texts", ("model",))
        self._answers = self._gauge("model_answers", "Answers that a model is giving", ("model",))

    def note_response(self, route: str, status: int) -> None:
        """A request was answered."""
        self._requests.labels(route, str(status)).inc()

    def note_event(self, request_id: str, event: Event) -> None:
        """An event of an answer."""
        if isinstance(event, TokenEvent):
            before_s = self._last_token_s.get(request_id)
            if before_s is not None:
                self._per_token.observe(max(0.0, event.t_s - before_s))
            self._last_token_s[request_id] = event.t_s

    def note_end(self, request_id: str, event: Event) -> None:
        """The engine is done with an answer."""
        self._last_token_s.pop(request_id, None)
        self._ends.labels(event.reason if isinstance(event, Finished) else "failed").inc()
        stats = getattr(event, "stats", None)
        if stats is None or stats.from_response_cache:
            return
        if stats.prefill_s:  # else it was not read to its end
            self._prompt_tokens.inc(max(0, stats.prompt_tokens - stats.cached_tokens))
        self._cached_tokens.inc(stats.cached_tokens)
        self._prompt_seconds.inc(stats.prefill_s)
        self._predicted.inc(stats.new_tokens)
        self._predicted_seconds.inc(stats.decode_s)
        self._queue_seconds.observe(stats.queue_s)
        if stats.new_tokens:
            self._ttft.observe(stats.ttft_s)
        if (prompt_tps := told_prompt_tps(stats)) is not None:
            self._prefill_tps.observe(prompt_tps)
        if stats.decode_tps:
            self._decode_tps.observe(stats.decode_tps)

    def text(self) -> bytes:
        """All figures as they are now."""
        processing, deferred = self._waiting()
        models = [each for each in self._models() if each.info is not None]
        self._processing.set(processing)
        self._deferred.set(deferred)
        self._rss.set(psutil.Process().memory_info().rss)
        self._loaded.set(len(models))
        for gauge in (self._weights, self._held, self._answers):
            gauge.clear()
        for each in models:
            self._weights.labels(each.model_id).set(each.info.weights_bytes if each.info else 0)
            self._held.labels(each.model_id).set(each.memory_bytes)
            self._answers.labels(each.model_id).set(each.running)
        return generate_latest(self._registry)

    def _counter(self, name: str, text: str, labels: Iterable[str] = ()) -> Counter:
        return Counter(f"llmdesk_{name}", text, labels, registry=self._registry)

    def _gauge(self, name: str, text: str, labels: Iterable[str] = ()) -> Gauge:
        return Gauge(f"llmdesk_{name}", text, labels, registry=self._registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"llmdesk_{name}", text, registry=self._registry, buckets=buckets)


def now() -> int:
    """Unix seconds, as OpenAI's ``created``."""
    return int(time.time())
