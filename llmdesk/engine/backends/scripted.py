"""A backend without a model, for tests and screenshots: it answers from a script, with real timing and real failures.

``LLMDESK_BACKEND=scripted`` selects it. A directive at the start of the last user message steers it:
``[tokens=200 tps=100 fail_at=50 prefill=2000 draft=4] ...``. Without a directive it echoes a short markdown answer.

A token is a word. The prompt has as many as the chat has words (``prefill`` says how many a message stands for), what
it has in common with earlier chats counts as cached, and context policies and the response cache are the real ones.
With ``draft=4`` five tokens come out of each step, as if four had been drafted and accepted. With ``say`` the rest of
the message is the answer, and with ``dialect=llama`` it is read as that family's: calls of tools, reasoning.
"""

from __future__ import annotations

import re
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from llmdesk.datatypes.chat import (
    ChatMessage,
    EmbeddingRequest,
    Event,
    Finished,
    FinishReason,
    GenerationRequest,
    GenerationStats,
    PromptProgress,
    TemplateValues,
    TokenEvent,
)
from llmdesk.datatypes.model import LocalModel, ModelInfo
from llmdesk.datatypes.tools import Tool
from llmdesk.engine.backend import LoadOptions, LoadReporter
from llmdesk.engine.backends.script import parse_script, pieces_of
from llmdesk.engine.generation.chat_pictures import told_unseen
from llmdesk.engine.generation.chat_template import EncodedChat
from llmdesk.engine.generation.context import check_tokens, fit_chat, fit_text
from llmdesk.engine.generation.embedding import embedded
from llmdesk.engine.generation.prefix_cache import common_length
from llmdesk.engine.generation.response_cache import ResponseCache
from llmdesk.engine.generation.timing import answer_times, reasoning_s
from llmdesk.engine.generation.tools.answer_parts import Piece
from llmdesk.engine.generation.tools.dialects import DIALECTS, ReasoningMarks
from llmdesk.engine.generation.tools.harmony import answer_parts
from llmdesk.errors import ModelDamaged
from llmdesk.words import say

MOST_ANSWERS = 2
"""At once."""
_CHUNK_TOKENS = 256
_CHUNK_S = 0.02
_REMEMBERED_CHATS = 8
MARKS = ReasoningMarks("<think>", "</think>")
_THOUGHT = re.compile(r"<think>.*</think>\s*", re.DOTALL)


class ScriptedModel:
    """See the module. The time of a step is slept on the engine thread. ``requests`` gets every request it answers."""

    def __init__(self, info: ModelInfo, requests: list[GenerationRequest] | None = None) -> None:
        self.info = info
        self.responses = ResponseCache()
        self.cache_bytes = 0
        self._requests = requests if requests is not None else []
        self._chats: list[list[int]] = []  # what would be in caches
        self._words: dict[int, str] = {}

    def can_start(self, request: GenerationRequest, running: Sequence[GenerationRequest]) -> bool:
        """See LoadedModel."""
        return len(running) < MOST_ANSWERS

    def generate(self, request: GenerationRequest, submitted_s: float, cancel: threading.Event) -> Iterator[Event]:
        """See LoadedModel."""
        self._requests.append(request)
        if (stored := self.responses.find(request)) is not None:
            yield from stored.replay(request.request_id, submitted_s)
            return
        answer = _Answer(self.info, request, submitted_s, self._chats)
        yield from answer.read_prompt(cancel)
        yield from answer.write(cancel)
        self._chats = [*self._chats, answer.ids][-_REMEMBERED_CHATS:]
        finished = answer.finished()
        self.responses.keep(request, answer.parts.told, finished)
        yield finished

    def embed(self, request: EmbeddingRequest, submitted_s: float, cancel: threading.Event) -> Iterator[Event | None]:
        """See LoadedModel. Texts with the same words have the same vector, of 8 numbers."""

        def vector_of(ids: Sequence[int]) -> list[float]:
            return [1.0 + sum((token_id >> place) & 7 for token_id in ids) for place in range(8)]

        def vectors_of(texts: Sequence[Sequence[int]]) -> list[list[float]]:
            return [vector_of(ids) for ids in texts]

        return embedded(request, submitted_s, cancel, self.info.context_tokens, _ids, vectors_of)

    def tokenize(self, text: str) -> list[int]:
        """See LoadedModel."""
        self._words |= {zlib.crc32(word.encode()): word for word in text.split()}
        return _ids(text)

    def detokenize(self, ids: Sequence[int]) -> str:
        """See LoadedModel. It knows the words that were tokenized."""
        check_tokens(ids, self._words.__contains__)
        return " ".join(self._words[token_id] for token_id in ids)

    def count_tokens(
        self, messages: tuple[ChatMessage, ...], tools: tuple[Tool, ...] = (), values: TemplateValues = ()
    ) -> int:
        """See LoadedModel."""
        return len(_encode(messages).ids) + sum(len(_ids(tool.description)) for tool in tools)

    def close(self) -> None:
        """See LoadedModel."""


class _Answer:
    """The state of one answer."""

    def __init__(self, info: ModelInfo, request: GenerationRequest, submitted_s: float, chats: list[list[int]]) -> None:
        self._request, self._submitted_s = request, submitted_s
        self._started_s = time.perf_counter()
        self._prefill_started_s: float | None = None
        wanted = request.sampling.max_new_tokens
        if request.prompt is not None:
            # any number may be a word of this script
            chat, self._dropped = fit_text(request.prompt, wanted, info.context_tokens, _ids, lambda _: True), 0
            prompt = request.prompt if isinstance(request.prompt, str) else ""
        else:
            messages = told_unseen(request)
            chat, self._dropped = fit_chat(
                messages, request.context_policy, wanted, info.context_tokens, _encode, lambda t: len(_ids(t))
            )
            said = [m.content for m in messages if m.role in ("user", "tool")]
            prompt = said[-1] if said else messages[-1].content
        self.ids = list(chat.ids)
        self._prompt_tokens = len(chat.ids)
        known = max((common_length(old, chat.ids) for old in chats), default=0)
        self._cached = max(0, min(known, len(chat.ids) - 1))  # an empty prompt has nothing that could be known
        self._script = parse_script(prompt)
        last = request.messages[-1] if request.messages else None
        goes_on = last is not None and last.role == "assistant"
        self._begun = MARKS.written(last.reasoning, last.content, is_open=False) if last is not None and goes_on else ""
        self._limit = min(wanted, info.context_tokens - self._prompt_tokens)
        dialect = next(found for found in DIALECTS if found.name == self._script.dialect)
        if ("enable_thinking", False) in request.template_values:
            self._script = replace(self._script, text=_THOUGHT.sub("", self._script.text))
        is_reasoning = request.has_parts and MARKS.is_open_in("", self._begun)
        marks = MARKS if request.has_parts and (is_reasoning or not goes_on) else None
        self.parts = answer_parts(dialect, request.tools, marks, is_reasoning, goes_on)
        self._times_s: list[float] = []
        self._reason: FinishReason | None = None

    def read_prompt(self, cancel: threading.Event) -> Iterator[Event]:
        """The prompt, a chunk per step."""
        rid, total, done = self._request.request_id, self._prompt_tokens, self._cached
        self._prefill_started_s = begun_s = time.perf_counter()
        yield PromptProgress(rid, done, total, begun_s)
        while done < total:
            if cancel.is_set():
                self._reason, self._prefill_started_s = "cancelled", None
                return
            if total - done > _CHUNK_TOKENS:
                time.sleep(_CHUNK_S)
            done = min(done + _CHUNK_TOKENS, total)
            yield PromptProgress(rid, done, total, time.perf_counter())

    def write(self, cancel: threading.Event) -> Iterator[Event]:
        """The answer, a step's tokens with one time."""
        pieces = pieces_of(self._script, self._begun)
        for count, piece in enumerate(pieces[: self._limit], start=1):
            if (count - 1) % (self._script.draft + 1) == 0:
                if self._reason is None and cancel.is_set():
                    self._reason = "cancelled"
                if self._reason is not None:
                    return
                time.sleep(1.0 / self._script.tps)
                now_s = time.perf_counter()
            if self._script.fail_at is not None and count >= self._script.fail_at:
                raise RuntimeError("scripted failure")
            self._times_s.append(now_s)
            self.ids += _ids(piece)
            yield self._event(self.parts.feed(piece))
            if self.parts.is_over:
                self._reason = "stop"
                return
        if rest := self.parts.rest():
            yield self._event(rest)
        if self._reason is None:
            limited: FinishReason = "length" if self._limit == self._request.sampling.max_new_tokens else "context_full"
            self._reason = limited if len(pieces) > self._limit else "stop"

    def _event(self, piece: Piece) -> TokenEvent:
        count, now_s = len(self._times_s), self._times_s[-1]
        return TokenEvent(
            self._request.request_id, piece.text, count, now_s, reasoning=piece.reasoning, calls=piece.calls
        )

    def finished(self) -> Finished:
        """The terminal event with this answer's figures."""
        times_s = self._times_s
        first_s, last_s = (times_s[0], times_s[-1]) if times_s else (None, None)
        drafted = len(times_s) - len(set(times_s))
        stats = GenerationStats(
            prompt_tokens=self._prompt_tokens,
            cached_tokens=self._cached,
            new_tokens=len(times_s),
            **answer_times(self._submitted_s, self._started_s, self._prefill_started_s, first_s, last_s),
            dropped_messages=self._dropped,
            drafted_tokens=drafted,
            accepted_tokens=drafted,
            reasoning_tokens=self.parts.reasoning_tokens,
            reasoning_s=reasoning_s(times_s, self.parts.reasoning_tokens),
        )
        assert self._reason is not None
        return Finished(self._request.request_id, self._reason, stats)


def _ids(text: str) -> list[int]:
    """A number for each word."""
    return [zlib.crc32(word.encode()) for word in text.split()]


def _encode(messages: tuple[ChatMessage, ...]) -> EncodedChat:
    ids: list[int] = []
    for message in messages:
        prefill = parse_script(message.content).prefill if message.role == "user" else None
        ids += range(prefill) if prefill is not None else _ids(message.content)
    return EncodedChat("", ids)


class ScriptedBackend:
    """See the module. A model whose id ends in ``-broken`` fails to load; thinking can be switched where it is
    ``-thinks``, which leaves out what ``say`` has between marks.

    Attributes:
        requests: all that reached a model, in the order in which they were begun (appended to on the engine thread).
    """

    name = "scripted"

    def __init__(self, load_s: float = 0.05) -> None:
        self._load_s = load_s
        self.requests: list[GenerationRequest] = []

    def load(self, model: LocalModel, options: LoadOptions, report: LoadReporter) -> ScriptedModel:
        """See Backend."""
        started_s = time.perf_counter()
        for step in range(5):
            report(say("reading weights"), step / 5)
            time.sleep(self._load_s / 5)
        if model.spec.id.endswith("-broken"):
            raise ModelDamaged(say("{title} cannot be read: the file ends too early.", title=model.spec.title))
        return ScriptedModel(
            ModelInfo(
                model_id=model.spec.id,
                title=model.spec.title,
                backend=self.name,
                precision=options.precision or model.spec.precision,
                threads=options.threads or 1,
                context_tokens=options.context_tokens or model.spec.context_tokens,
                weights_bytes=0,
                load_s=time.perf_counter() - started_s,
                architecture="script",
                thinking="on" if model.spec.id.endswith("-thinks") else "always",
            ),
            self.requests,
        )
