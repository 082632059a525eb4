"""One answer: the prompt in chunks, then the answer, as a generator of events and of steps (engine thread)."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from llmdesk.datatypes.chat import (
    Event,
    Finished,
    FinishReason,
    GenerationRequest,
    GenerationStats,
    PromptProgress,
    TokenEvent,
    TokenLogprob,
)
from llmdesk.engine.generation.chat_pictures import PromptPictures, told_unseen
from llmdesk.engine.generation.chat_template import EncodedChat
from llmdesk.engine.generation.context import fit_chat, fit_text
from llmdesk.engine.generation.draft_choice import may_draft
from llmdesk.engine.generation.drafting import Drafting
from llmdesk.engine.generation.sampling import Sampler
from llmdesk.engine.generation.step import PREFILL_CHUNK_TOKENS, Step
from llmdesk.engine.generation.streaming import StopStrings, TokenStreamer
from llmdesk.engine.generation.template_process import RenderCancelled
from llmdesk.engine.generation.text_model import TextModel
from llmdesk.engine.generation.timing import answer_times, reasoning_s
from llmdesk.engine.generation.tools.answer_parts import Piece
from llmdesk.error_values import is_out_of_memory


def generate(
    model: TextModel, request: GenerationRequest, submitted_s: float, cancel: threading.Event
) -> Iterator[Event | Step | None]:
    """See LoadedModel.generate. It waits where another answer is reading the same beginning of a prompt."""
    if model.sight is None:
        told_unseen(request)
    if (stored := model.responses.find(request)) is not None:
        yield from stored.replay(request.request_id, submitted_s)
        return
    try:
        answer = _Answer(model, request, submitted_s, cancel)
    except RenderCancelled:
        yield Finished(request.request_id, "cancelled", GenerationStats(queue_s=time.perf_counter() - submitted_s))
        return
    try:
        yield from answer.read_prompt(cancel)
        yield from answer.write(cancel)
    except BaseException as error:  # a step may be half done in the cache, or nobody wants the rest of the answer
        model.prefix_cache.discard(answer.cache)
        answer.drafting.close()
        if is_out_of_memory(error):
            model.prefix_cache.drop_idle()
        raise
    yield answer.finish()


def _fit(model: TextModel, request: GenerationRequest, cancel: threading.Event) -> tuple[EncodedChat, int]:
    """The prompt as tokens, and how many messages had to be left out."""
    wanted, context_tokens = request.sampling.max_new_tokens, model.context_tokens
    if request.prompt is not None:
        return fit_text(request.prompt, wanted, context_tokens, model.chats.encode_text, model.chats.is_token), 0
    return fit_chat(
        request.messages,
        request.context_policy,
        wanted,
        context_tokens,
        lambda messages: model.chats.encode(messages, cancel.is_set, request.tools.tools, request.template_values),
        model.chats.count,
    )


class _Answer:
    """The state of one answer."""

    def __init__(
        self, model: TextModel, request: GenerationRequest, submitted_s: float, cancel: threading.Event
    ) -> None:
        self._model, self._request = model, request
        self._submitted_s = submitted_s
        self._started_s = self._prefill_started_s = time.perf_counter()
        self._chat, self._dropped_messages = _fit(model, request, cancel)
        self._ids = list(self._chat.ids)
        self._pictures = PromptPictures(model.sight, self._ids)
        self._words = self._pictures.words
        constraint = model.speech.constraint(model.constraints, request, self._chat.text)
        is_foreseen = may_draft() and model.drafter is not None
        self._sampler = Sampler(request.sampling, self._words, self._chat.begun_tokens, constraint, is_foreseen)
        self._streamer = TokenStreamer(model.tokenizer, shown=model.speech.marks(request))
        self._parts = model.speech.parts(request, self._chat)
        if self._chat.begun:
            self._streamer.resume(self._words)
        self._stops = self._stop_strings()
        self.drafting = Drafting(model, self._sampler, len(self._chat.ids))
        self._text: list[str] = []
        self._reason: FinishReason | None = None
        self._prompt_logits: Any = None
        self._was_alone = True
        self._tokens_before_step = 0
        self.cache = model.prefix_cache.take(self._chat.ids, model.network.new_cache)
        self._cached_tokens = self.cache.length

    def _stop_strings(self) -> StopStrings:
        stops, begun = self._request.sampling.stop, self._chat.begun
        if self._request.prompt is not None:
            return StopStrings(stops)
        chats = self._model.chats
        return StopStrings((*stops, *chats.stops), () if begun else chats.openings, begun)

    def read_prompt(self, cancel: threading.Event) -> Iterator[Event | Step | None]:
        """The prompt, a chunk per step; first what needs no computing."""
        total = len(self._chat.ids)
        begin = self._prompt_progress()
        self._prefill_started_s = begin.t_s
        yield begin
        yield from self._look(cancel)
        while self.cache.length < total and self._reason is None:
            if cancel.is_set():
                self._reason = "cancelled"
                return
            if self._waits_for_another():
                yield None
                continue
            done = self.cache.length
            chunk = self._chat.ids[done : done + PREFILL_CHUNK_TOKENS]
            step = self._sampled_step(chunk, int(done + len(chunk) == total), is_prompt=True)
            yield step
            if (logits := step.result()) is None:
                self._reason = "cancelled"
                return
            if self.cache.length == total:
                # Another answer's step may come before they are used.
                self._prompt_logits = np.asarray(logits[0]).copy()
            self._model.prefix_cache.make_room()
            yield self._prompt_progress()

    def _look(self, cancel: threading.Event) -> Iterator[Event]:
        """At the pictures that no cache holds; other answers get their turn after each part of one."""
        for share in self._pictures.look(self._ids[self.cache.length :]):
            progress = replace(self._prompt_progress(), looked=share)
            self._prefill_started_s = progress.t_s  # it is no reading of tokens
            yield progress
            if cancel.is_set():
                self._reason = "cancelled"
                return

    def _waits_for_another(self) -> bool:
        """Whether another answer is computing what this prompt begins with, too; what it has computed is taken over."""
        caches, before = self._model.prefix_cache, self.cache.length
        self.cache, is_coming = caches.shared(self._chat.ids, self.cache)
        self._cached_tokens += self.cache.length - before
        return is_coming

    def write(self, cancel: threading.Event) -> Iterator[Event | Step]:
        """The answer. A step gives one token, or several that were drafted and accepted: an event for each."""
        wanted = self._request.sampling.max_new_tokens
        limit = min(wanted, self._model.context_tokens - len(self._chat.ids))
        while self._reason is None:
            if cancel.is_set():
                self._reason = "cancelled"
            elif self._new_tokens >= limit:
                self._reason = "length" if self._new_tokens >= wanted else "context_full"
            else:
                yield from self._step(limit - self._new_tokens)
        if held := self._stops.rest():
            yield self._token_event(held, None)
        if rest := self._parts.rest():
            yield self._event_of(rest, None)

    def _step(self, room_tokens: int) -> Iterator[Event | Step]:
        tokens = yield from self._next_tokens(room_tokens)
        now_s = time.perf_counter()
        for token in tokens:
            if token in self._model.stop_ids:
                self._reason = "stop"
                return
            self._ids.append(token)
            if self._words is not self._ids:
                self._words.append(token)
            text = self._stops.feed(self._streamer.put_token(token, now_s))
            event = self._token_event(text, self._logprob(), token)
            if self._stops.found or self._parts.is_over:
                self._reason = "stop"
            yield event
            if self._reason is not None:
                return

    def _next_tokens(self, room_tokens: int) -> Generator[Step, None, list[int]]:
        """At least one token, at most ``room_tokens``. The first one comes out of the prompt's own logits.

        A draft's tokens would slow the others that share the step, so there is none unless the last step was this
        answer's alone, and only such steps are timed.
        """
        if self._prompt_logits is not None:
            logits, self._prompt_logits = self._prompt_logits, None
            return [self._sampler.choose(logits)]
        clock, draft = self._model.step_times.clock, list[int]()
        started_s = clock()
        if self._was_alone:
            draft = yield from self.drafting.propose(self._words, self.cache, room_tokens - 1)
        if not draft:  # what was read for later ones is not this step's cost
            started_s = clock()
        new = self._ids[self.cache.length :]
        step = self._sampled_step(new + draft, 1 + len(draft), draft=draft)
        yield step
        if (logits := step.result()) is None:
            self._reason = "cancelled"
            return []
        self._was_alone = step.answers == 1
        tokens = self._chosen(draft, logits)
        accepted = sum(token == drafted for token, drafted in zip(tokens, draft, strict=False))
        self._tokens_before_step = self._new_tokens
        is_timed = self._was_alone and (not draft or self.drafting.was_alone)
        self.drafting.note(len(draft), accepted, clock() - started_s if is_timed else None)
        if accepted < len(draft):
            self.cache.truncate(len(self._ids) + accepted)
        return tokens

    def _sampled_step(self, ids: list[int], last: int, is_prompt: bool = False, draft: Sequence[int] = ()) -> Step:
        """A step whose last logits this answer's next tokens are chosen by."""
        best, lowered = self._sampler.best, self._sampler.lowered if last else ()
        if lowered:
            lowered = (*lowered, *draft)
        given, places = self._pictures.rows_of(ids), self._pictures.places_of(self.cache.length, len(ids))
        return Step(self._model.network, ids, self.cache, last, is_prompt, best, lowered, given, places)

    def _chosen(self, draft: list[int], logits: Any) -> list[int]:
        """What the model says after the last token and after each drafted one, as long as it agrees with the draft.

        Every token is chosen as it would be without a draft, so the answer is the same.
        """
        tokens: list[int] = []
        for row in logits:
            token = self._sampler.choose(row)
            at = len(tokens)
            tokens.append(token)
            if token in self._model.stop_ids or at == len(draft) or token != draft[at]:
                break
        return tokens

    @property
    def _new_tokens(self) -> int:
        return len(self._streamer.token_times_s)

    def _prompt_progress(self) -> PromptProgress:
        total = len(self._chat.ids)
        return PromptProgress(self._request.request_id, self.cache.length, total, time.perf_counter())

    def _token_event(self, text: str, logprob: TokenLogprob | None, token: int | None = None) -> TokenEvent:
        self._text.append(text)
        return self._event_of(self._parts.feed(text, token is not None), logprob, token)

    def _event_of(self, piece: Piece, logprob: TokenLogprob | None, token: int | None = None) -> TokenEvent:
        times_s, request_id = self._streamer.token_times_s, self._request.request_id
        return TokenEvent(
            request_id, piece.text, len(times_s), times_s[-1], logprob, piece.reasoning, piece.calls, token
        )

    def _logprob(self) -> TokenLogprob | None:
        """Of the token put last, if it is wanted."""
        if self._request.sampling.top_logprobs is None:
            return None
        token, logprob, top = self._sampler.logprobs[self._new_tokens - 1]
        raw = self._model.token_bytes.of
        return TokenLogprob(raw(token), logprob, tuple(TokenLogprob(raw(i), value) for i, value in top))

    def finish(self) -> Finished:
        """Keep what later requests can use; the terminal event."""
        model, request, text = self._model, self._request, "".join(self._text)
        self.drafting.cut(self._new_tokens - self._tokens_before_step)
        self.drafting.close()
        stats = self._stats()
        model.prefix_cache.give_back(self._ids, self.cache, self._chat.history_tokens or len(self._chat.ids))
        if request.prompt is None and not self._stops.found:  # a stop string is in the tokens, but not in the text
            model.chats.remember(self._chat, text, self._ids[len(self._chat.ids) :])
        assert self._reason is not None
        finished = Finished(request.request_id, self._reason, stats)
        model.responses.keep(request, self._parts.told, finished)
        return finished

    def _stats(self) -> GenerationStats:
        times_s = self._streamer.token_times_s
        first_s, last_s = (times_s[0], times_s[-1]) if times_s else (None, None)
        reading_s = self._prefill_started_s if self.cache.length >= len(self._chat.ids) else None
        return GenerationStats(
            prompt_tokens=len(self._chat.ids),
            cached_tokens=self._cached_tokens,
            new_tokens=len(times_s),
            **answer_times(self._submitted_s, self._started_s, reading_s, first_s, last_s),
            dropped_messages=self._dropped_messages,
            **self.drafting.counts,
            reasoning_tokens=self._parts.reasoning_tokens,
            reasoning_s=reasoning_s(times_s, self._parts.reasoning_tokens),
        )
