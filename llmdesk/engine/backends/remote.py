"""Models on an OpenAI-compatible server: vLLM, Ollama, llama.cpp's, LM Studio, another llmdesk (engine thread only).

Nothing is loaded here and no torch is imported. Times are those on this side of the network: ``prefill_s`` lasts until
the first piece arrives, so it holds the server's own queue too; tokens are counted as the server tells.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Iterator, Sequence

from llmdesk.datatypes.chat import (
    ChatMessage,
    EmbeddingRequest,
    Event,
    Finished,
    FinishReason,
    GenerationRequest,
    GenerationStats,
    TemplateValues,
    TokenEvent,
)
from llmdesk.datatypes.model import MOST_CONTEXT_TOKENS, LocalModel, ModelInfo
from llmdesk.datatypes.tools import Tool
from llmdesk.engine.backend import LoadOptions, LoadReporter
from llmdesk.engine.backends.remote_connection import Connection, Patience, most_bytes_of
from llmdesk.engine.backends.remote_counts import Usage, counts
from llmdesk.engine.backends.remote_protocol import NotUnderstood, Piece, TooLong, request_body, served_name
from llmdesk.engine.backends.remote_tools import RemoteCalls, tool_fields
from llmdesk.engine.generation.chat_pictures import told_unseen
from llmdesk.engine.generation.timing import answer_times
from llmdesk.errors import ModelNotFound, PromptError, UnsupportedModel
from llmdesk.words import say

log = logging.getLogger(__name__)

MOST_ANSWERS = 2
"""At once: each may wait 50 ms for its server's news, and the engine thread with it."""
_QUEUED_PIECES = 64
_DROPPED_SHARE = 0.2
"""Of a chat's text, left out at each attempt to make it fit: the server does not say how much is too much."""
_SHOWN_NAMES = 12


class RemoteBackend:
    """See the module."""

    name = "remote"

    def __init__(self, patience: Patience | None = None) -> None:
        self._patience = patience or Patience()

    def load(self, model: LocalModel, options: LoadOptions, report: LoadReporter) -> RemoteModel:
        """Ask the server whether it serves the model. Raises ServerError, ModelNotFound or SetupError (no key)."""
        started_s, spec = time.perf_counter(), model.spec
        connection = Connection(spec.source, self._patience)
        try:
            served = list_models(connection, report)
            name = served_name(spec.source.served_model, served)
            if name is None:
                raise not_served(spec.source.host, spec.source.served_model, list(served))
        except BaseException:
            connection.close()
            raise
        info = ModelInfo(
            model_id=spec.id,
            title=spec.title,
            backend=self.name,
            precision=spec.precision,
            threads=0,
            context_tokens=options.context_tokens or served[name] or spec.context_tokens,
            weights_bytes=0,
            load_s=time.perf_counter() - started_s,
            server=spec.source.host,
        )
        return RemoteModel(info, connection, name)


def list_models(connection: Connection, report: LoadReporter) -> dict[str, int]:
    """The models of a server and their contexts in tokens (0: not told), with the key that its source names."""
    host = connection.source.host
    connection.finish(connection.unlock(), lambda: report(say("waiting for the key"), 0.0))
    return connection.finish(connection.models(), lambda: report(say("asking {host}", host=host), 0.5))


def not_served(host: str, wanted: str, names: list[str]) -> ModelNotFound:
    """The error for a model that a server does not have, with those that it has."""
    shown = ", ".join(names[:_SHOWN_NAMES])
    hint = say("It serves {shown}.", shown=shown) if names else say("It serves no model at all now.")
    if len(names) > _SHOWN_NAMES:
        hint = say("It serves {shown} and others.", shown=shown)
    return ModelNotFound(say("{host} does not serve {wanted}.", host=host, wanted=wanted), hint)


class RemoteModel:
    """A model on a server (see LoadedModel)."""

    responses = None
    cache_bytes = 0

    def __init__(self, info: ModelInfo, connection: Connection, served_model: str) -> None:
        self.info = info
        self.connection = connection
        self.served_model = served_model
        self.is_plain = False  # whether the server was found to refuse fields beyond the standard
        self.is_asked_anew = False  # whether it is asked to compute what it may know already (a race)

    def can_start(self, request: GenerationRequest, running: Sequence[GenerationRequest]) -> bool:
        """See LoadedModel."""
        return len(running) < MOST_ANSWERS

    def embed(self, request: EmbeddingRequest, submitted_s: float, cancel: threading.Event) -> Iterator[Event | None]:
        """See LoadedModel."""
        raise self._only_chats()

    def generate(
        self, request: GenerationRequest, submitted_s: float, cancel: threading.Event
    ) -> Iterator[Event | None]:
        """See LoadedModel. None where the server has sent nothing new for 50 ms."""
        if request.prompt is not None:
            raise self._only_chats()
        sampling = request.sampling
        if sampling.top_logprobs is not None or sampling.logit_bias:
            raise PromptError(say("logprobs and logit_bias are for models that run here."), "")
        return _Answer(self, request, submitted_s).steps(cancel)

    def tokenize(self, text: str) -> list[int]:
        """See LoadedModel."""
        raise self._only_chats()

    def detokenize(self, ids: Sequence[int]) -> str:
        """See LoadedModel."""
        raise self._only_chats()

    def count_tokens(
        self, messages: tuple[ChatMessage, ...], tools: tuple[Tool, ...] = (), values: TemplateValues = ()
    ) -> int:
        """See LoadedModel."""
        raise self._only_chats()

    def _only_chats(self) -> UnsupportedModel:
        title = self.info.title
        return UnsupportedModel(say("{title} runs on a server, which is sent chats only.", title=title), "")

    def close(self) -> None:
        """See LoadedModel."""
        self.connection.close()


class _Answer:
    """The state of one answer."""

    def __init__(self, model: RemoteModel, request: GenerationRequest, submitted_s: float) -> None:
        self._model, self._request = model, request
        self._submitted_s, self._started_s = submitted_s, time.perf_counter()
        self._messages = told_unseen(request)
        self._calls = RemoteCalls(model.info.server, request.tools)
        self._plain = model.is_plain
        # Whether the server is told how long the answer may become.
        self._limited = request.sampling.max_new_tokens < MOST_CONTEXT_TOKENS
        self._count, self._is_thinking = 0, False
        self._first_s = self._last_s = 0.0
        self._thoughts, self._thought_s = 0, 0.0  # pieces of reasoning, and when the last one came
        self._usage: Usage | None = None
        self._reason: FinishReason | None = None

    def steps(self, cancel: threading.Event) -> Iterator[Event | None]:
        """The answer, a piece per step; asked for again in another way where the server refuses the first."""
        last = self._messages[-1] if self._messages else None
        if last is None or not (last.content.strip() or last.role == "tool" or last.calls):
            raise PromptError(say("The prompt is empty."), say("Type something first."))
        while self._reason is None:
            try:
                yield from self._attempt(cancel)
            except (NotUnderstood, TooLong) as error:
                if self._count or not self._can_ask_otherwise(error):
                    raise
        self._model.is_plain = self._plain
        yield self._finished()

    def _attempt(self, cancel: threading.Event) -> Iterator[Event | None]:
        connection, sampling = self._model.connection, self._request.sampling
        body = request_body(
            self._model.served_model, self._messages, sampling, plain=self._plain, limited=self._limited,
            anew=self._model.is_asked_anew,
        ) | tool_fields(self._request.tools)  # fmt: skip
        most_bytes = most_bytes_of(sampling.max_new_tokens, self._model.info.context_tokens)
        pieces: asyncio.Queue[Piece] = asyncio.Queue(_QUEUED_PIECES)
        task = connection.start(connection.answer(body, most_bytes, pieces))
        try:
            while True:
                if cancel.is_set():
                    self._reason = "cancelled"
                    return
                if pieces.empty() and not task.done():
                    connection.wait_a_little()
                if not pieces.empty():
                    piece = pieces.get_nowait()
                    if self._is_cut_before(piece):
                        self._reason = "length"
                        return
                    yield self._event(piece)
                    if self._calls.is_over:
                        self._reason = "stop"
                        return
                elif not task.done():
                    yield None
                else:
                    if self._reason is None:  # else the answer is whole, whatever happened to the connection then
                        task.result()
                    self._reason = self._reason or "stop"
                    return
        finally:
            connection.stop(task)

    def _is_cut_before(self, piece: Piece) -> bool:
        """Whether the answer is long enough. A server that was told how long it may be is trusted with that."""
        is_told = self._limited and not self._plain
        return piece.says_something and not is_told and self._count >= self._request.sampling.max_new_tokens

    def _event(self, piece: Piece) -> Event | None:
        self._usage = piece.usage or self._usage
        self._reason = piece.reason or self._reason
        calls = self._calls.take(piece.calls)
        if not (piece.text or piece.thought or calls):
            return None
        self._count += 1
        self._last_s = time.perf_counter()
        self._first_s = self._first_s or self._last_s
        if piece.thought:
            self._thoughts, self._thought_s = self._count, self._last_s
        if self._request.has_parts:
            return TokenEvent(
                self._request.request_id, piece.text, self._count, self._last_s, reasoning=piece.thought, calls=calls
            )
        return TokenEvent(self._request.request_id, self._marked(piece), self._count, self._last_s)

    def _marked(self, piece: Piece) -> str:
        """The text, with thoughts between the marks that they have in answers of models that run here."""
        text = piece.thought
        if text and not self._is_thinking:
            text, self._is_thinking = f"<think>\n{text}", True
        if piece.text and self._is_thinking:
            text, self._is_thinking = f"{text}\n</think>\n\n", False
        return text + piece.text

    def _can_ask_otherwise(self, error: NotUnderstood | TooLong) -> bool:
        """Change the next request so that it may be taken; False if there is nothing left to change."""
        if isinstance(error, NotUnderstood):
            if not self._plain:
                log.info("%s is asked without fields beyond the standard", self._model.info.server)
            elif self._messages[-1].role == "assistant":
                raise PromptError(
                    say("{host} cannot continue an answer.", host=self._model.info.server),
                    say("Regenerate the answer, or ask for the rest of it."),
                ) from error
            was_plain, self._plain = self._plain, True
            return not was_plain
        if self._request.context_policy == "refuse":
            return False
        if self._limited:  # some refuse a chat that fits if the longest answer would not
            self._limited = False
            return True
        return self._request.context_policy == "drop_oldest" and self._drop_oldest()

    def _drop_oldest(self) -> bool:
        """Leave out the oldest turns, never the system prompt or the question. False if there are none."""
        head = 1 if self._messages[0].role == "system" else 0
        too_much = _DROPPED_SHARE * sum(len(m.content) for m in self._messages)
        dropped: list[ChatMessage] = []
        while len(self._messages) - head > 2 and sum(len(m.content) for m in dropped) < too_much:
            dropped += self._messages[head : head + 2]
            self._messages = self._messages[:head] + self._messages[head + 2 :]
        return bool(dropped)

    def _finished(self) -> Finished:
        first_s, last_s = (self._first_s, self._last_s) if self._count else (None, None)
        stats = GenerationStats(
            **counts(self._usage, self._count, self._thoughts),
            **answer_times(self._submitted_s, self._started_s, self._started_s, first_s, last_s),
            dropped_messages=len(self._request.messages) - len(self._messages),
            reasoning_s=self._thought_s - self._first_s if self._thoughts else 0.0,
        )
        return Finished(self._request.request_id, self._end_reason(stats), stats)

    def _end_reason(self, stats: GenerationStats) -> FinishReason:
        """The server's "length" means the context where that is what is full."""
        assert self._reason is not None
        used = 0 if stats.counts_estimated else stats.context_used_tokens
        is_full = self._reason == "length" and used >= self._model.info.context_tokens
        return "context_full" if is_full else self._reason
