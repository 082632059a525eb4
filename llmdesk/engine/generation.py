"""One answer: prompt in chunks, then token by token, as a generator with a step per ``next()`` (engine thread only)."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from llmdesk.datatypes import (
    ChatMessage,
    Event,
    Finished,
    FinishReason,
    GenerationRequest,
    GenerationStats,
    PromptProgress,
    TokenEvent,
)
from llmdesk.engine.prefix_cache import PrefixCache, SequenceCache
from llmdesk.engine.sampling import Sampler
from llmdesk.engine.streaming import StopStrings, TokenStreamer
from llmdesk.errors import PromptError

PREFILL_CHUNK_TOKENS = 256
_MIN_ANSWER_TOKENS = 64
_MAX_CHARS_PER_TOKEN = 16


class Network(Protocol):
    """Token ids to logits."""

    def new_cache(self) -> SequenceCache:
        """An empty cache for one sequence."""
        ...

    def forward(self, ids: list[int], cache: Any, last: int = 1) -> Any:
        """Process new tokens; float32 logits (last, V) of the last of them."""
        ...


@dataclass(frozen=True, slots=True)
class TextModel:
    """A network with all that turns text into its tokens and back."""

    network: Network
    tokenizer: Any
    stop_ids: frozenset[int]
    context_tokens: int
    prefix_cache: PrefixCache


def generate(
    model: TextModel, request: GenerationRequest, submitted_s: float, cancel: threading.Event
) -> Iterator[Event]:
    """See LoadedModel.generate."""
    answer = _Answer(model, request, submitted_s)
    yield from answer.read_prompt(cancel)
    yield from answer.write(cancel)
    answer.give_cache_back()  # not after an error: it may have left a step half done in the cache
    yield answer.finished()


class _Answer:
    """The state of one answer."""

    def __init__(self, model: TextModel, request: GenerationRequest, submitted_s: float) -> None:
        self._model, self._request = model, request
        self._submitted_s, self._started_s = submitted_s, time.perf_counter()
        self._prompt_ids, self._dropped_messages = encode_chat(model, request.messages)
        self._ids = list(self._prompt_ids)
        self._cache = model.prefix_cache.take(self._prompt_ids) or model.network.new_cache()
        self._cached_tokens = self._cache.length
        self._sampler = Sampler(request.sampling, self._prompt_ids)
        self._streamer = TokenStreamer(model.tokenizer)
        self._stops = StopStrings(request.sampling.stop)
        self._reason: FinishReason | None = None
        self._logits: Any = None

    def read_prompt(self, cancel: threading.Event) -> Iterator[Event]:
        """The prompt, a chunk per step."""
        total = len(self._prompt_ids)
        while self._cache.length < total:
            if cancel.is_set():
                self._reason = "cancelled"
                return
            done = self._cache.length
            chunk = self._prompt_ids[done : done + PREFILL_CHUNK_TOKENS]
            self._logits = self._model.network.forward(chunk, self._cache)[0]
            yield PromptProgress(self._request.request_id, self._cache.length, total, time.perf_counter())

    def write(self, cancel: threading.Event) -> Iterator[Event]:
        """The answer, a token per step."""
        room = self._model.context_tokens - len(self._prompt_ids)
        limit = min(self._request.sampling.max_new_tokens, room)
        while self._reason is None:
            if cancel.is_set():
                self._reason = "cancelled"
            elif self._new_tokens >= limit:
                self._reason = "length"
            else:
                yield from self._next_token()
        rest = self._streamer.rest() if self._reason != "stop" else ""
        if held := self._stops.feed(rest) + self._stops.rest():
            yield self._token_event(held)

    def _next_token(self) -> Iterator[Event]:
        if self._new_tokens:  # the first token comes out of the prompt's own logits
            self._logits = self._model.network.forward(self._ids[-1:], self._cache)[0]
        token = self._sampler.choose(self._logits)
        if token in self._model.stop_ids:
            self._reason = "stop"
            return
        self._ids.append(token)
        text = self._stops.feed(self._streamer.put_token(token))
        if self._stops.found:
            self._reason = "stop"
        yield self._token_event(text)

    @property
    def _new_tokens(self) -> int:
        return len(self._streamer.token_times_s)

    def _token_event(self, text: str) -> TokenEvent:
        times_s = self._streamer.token_times_s
        return TokenEvent(self._request.request_id, text, len(times_s), times_s[-1])

    def finished(self) -> Finished:
        """The terminal event with this answer's figures."""
        times_s = self._streamer.token_times_s
        first_s = times_s[0] if times_s else time.perf_counter()
        stats = GenerationStats(
            prompt_tokens=len(self._prompt_ids),
            cached_tokens=self._cached_tokens,
            new_tokens=len(times_s),
            queue_s=self._started_s - self._submitted_s,
            prefill_s=first_s - self._started_s,
            decode_s=times_s[-1] - first_s if times_s else 0.0,
            ttft_s=first_s - self._submitted_s if times_s else 0.0,
            dropped_messages=self._dropped_messages,
        )
        assert self._reason is not None
        return Finished(self._request.request_id, self._reason, stats)

    def give_cache_back(self) -> None:
        """Keep what was computed for the next turn."""
        self._model.prefix_cache.give_back(self._ids, self._cache)


def encode_chat(model: TextModel, messages: tuple[ChatMessage, ...]) -> tuple[list[int], int]:
    """(token ids, number of left-out messages): the chat by the model's own template, ready for the answer.

    When the chat has outgrown the context its oldest turns are left out, never the system prompt or the question.

    Raises:
        PromptError: nothing to answer, or the question alone is longer than the context.
    """
    if not messages or not messages[-1].content.strip():
        raise PromptError("The prompt is empty.", "Type something first.")
    limit = model.context_tokens - min(_MIN_ANSWER_TOKENS, model.context_tokens // 4)
    _check_length(model, messages[-1].content, limit)
    head = 1 if messages[0].role == "system" else 0
    dropped = 0
    while True:
        kept = messages[:head] + messages[head + dropped :]
        ids = _apply_template(model.tokenizer, kept)
        if len(ids) <= limit:
            return ids, dropped
        if len(kept) - head <= 2:
            raise _too_long(f"{len(ids):,}", limit)
        dropped += 2  # a question and its answer


def _check_length(model: TextModel, text: str, limit: int) -> None:
    """Refuse a gigantic text without tokenising all of it."""
    if len(text) <= limit:
        return
    sample = text[: limit * _MAX_CHARS_PER_TOKEN]
    tokens = len(model.tokenizer.backend_tokenizer.encode(sample, add_special_tokens=False).ids)
    if tokens > limit:
        more = "more than " if len(sample) < len(text) else ""
        raise _too_long(f"{more}{tokens:,}", limit)


def _too_long(tokens: str, limit: int) -> PromptError:
    return PromptError(
        f"The prompt has {tokens} tokens; this model can take {limit:,} at once.",
        "Shorten it, or choose a model with a longer context.",
    )


def _apply_template(tokenizer: Any, messages: tuple[ChatMessage, ...]) -> list[int]:
    """The chat as tokens. What looks like a special token in a message is text: nobody types a turn into the chat."""
    special = sorted((t.content for t in tokenizer.added_tokens_decoder.values() if t.special), key=len, reverse=True)
    hidden = {f"\ufdd0{index}\ufdd0": token for index, token in enumerate(special)}
    shown = {token: mark for mark, token in hidden.items()}
    turns = [{"role": m.role, "content": _replaced(m.content, shown)} for m in messages]
    if tokenizer.chat_template is None:  # a base model: the plainest form that such models continue
        text = "\n\n".join(f"{turn['role'].capitalize()}: {turn['content']}" for turn in turns) + "\n\nAssistant:"
        start = [token for token in tokenizer.encode("") if token == tokenizer.bos_token_id]
    else:
        text, start = _render(tokenizer, turns), []
    return start + _encode(tokenizer.backend_tokenizer, text, hidden)


def _render(tokenizer: Any, turns: list[dict[str, str]]) -> str:
    from jinja2 import TemplateError

    try:
        return str(tokenizer.apply_chat_template(turns, add_generation_prompt=True, tokenize=False))
    except TemplateError as error:  # some know no system prompt, some insist that roles alternate
        raise PromptError(f"This model's chat template refuses the chat: {error}.", "Start a new chat.") from error


def _encode(backend: Any, text: str, hidden: dict[str, str]) -> list[int]:
    ids: list[int] = []
    for piece in _split(text, hidden):
        backend.encode_special_tokens = piece in hidden  # True: as text
        ids += backend.encode(hidden.get(piece, piece), add_special_tokens=False).ids
    backend.encode_special_tokens = False
    return ids


def _replaced(text: str, by: dict[str, str]) -> str:
    return "".join(by.get(piece, piece) for piece in _split(text, by))


def _split(text: str, words: dict[str, str]) -> list[str]:
    """The text in pieces, each of these words a piece of its own."""
    present = [re.escape(word) for word in words if word in text]
    return re.split(f"({'|'.join(present)})", text) if present else [text]
