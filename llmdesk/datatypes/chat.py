"""A chat as plain, frozen data: messages, requests, events and figures (standard library only).

A request lives as a series of events: ``Queued* LoadProgress* PromptProgress* TokenEvent*`` and then
exactly one of ``Finished | Failed``. All times named ``t_s`` are ``time.perf_counter()`` seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Literal

from llmdesk.datatypes.model import AnsweredBy, ErrorInfo, Origin
from llmdesk.datatypes.pictures import Picture
from llmdesk.datatypes.tools import CallDelta, ToolCall, ToolUse

Role = Literal["system", "user", "assistant", "tool"]

FinishReason = Literal["stop", "length", "context_full", "cancelled"]
TemplateValues = tuple[tuple[str, str | float | bool | None], ...]
"""Further values for a model's chat template, as (("enable_thinking", False),)."""
ContextPolicy = Literal["drop_oldest", "stop", "refuse"]
"""When a chat outgrows the context: leave out the oldest turns (never the system prompt), end the answer where the
context ends and refuse the next question, or refuse a question that leaves no room for a whole answer."""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One turn of a conversation.

    An assistant's may have ``calls``, and the ``reasoning`` that led to it. A tool's is the result of the call with
    the id ``call_id``; ``name`` is the tool's. ``pictures`` (a user's) stand in their order in the text.
    """

    role: Role
    content: str
    calls: tuple[ToolCall, ...] = ()
    reasoning: str = ""
    call_id: str = ""
    name: str = ""
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class SamplingParams:
    """How the next token is chosen. ``temperature == 0`` is greedy; ``top_k == 0`` and ``top_p == 1`` are off.

    ``presence_penalty`` is taken off the logit of each token that the answer has already, ``frequency_penalty`` as
    often as it has it. ``logit_bias`` holds (token id, what is added to its logit). ``top_logprobs``: how many
    alternatives each TokenEvent tells besides its own log probability; None: no log probabilities. ``json_schema``: the
    answer is JSON that fits this schema (JSON, too), and nothing else; empty: it is free.
    """

    temperature: float = 0.7
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    max_new_tokens: int = 1024
    seed: int | None = None
    stop: tuple[str, ...] = ()
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    logit_bias: tuple[tuple[int, float], ...] = ()
    top_logprobs: int | None = None
    json_schema: str = ""


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """One answer to be generated. ``request_id`` is unique within the process.

    With a ``prompt`` (text, in which control tokens count, or token ids) that is continued as it is; there are no
    messages then.
    If the last message is an assistant's, it is the beginning of an answer that goes on where it stopped.
    """

    request_id: str
    model_id: str
    messages: tuple[ChatMessage, ...]
    sampling: SamplingParams = field(default_factory=SamplingParams)
    origin: Origin = "gui"
    context_policy: ContextPolicy = "drop_oldest"
    response_cache: bool = True
    """Whether the exact same greedy request may be answered from the response cache (regenerate says no)."""
    prompt: str | tuple[int, ...] | None = None
    tools: ToolUse = field(default_factory=ToolUse)
    template_values: TemplateValues = ()
    has_parts: bool = False
    """The answer is told in its parts: reasoning and calls by themselves, not in the text. Set where tools are."""


@dataclass(frozen=True, slots=True)
class EmbeddingRequest:
    """Texts (or token ids) to be made vectors of, each of length 1, of which ``dimensions`` keeps the first ones."""

    request_id: str
    model_id: str
    inputs: tuple[str | tuple[int, ...], ...]
    dimensions: int | None = None
    origin: Origin = "api"


Request = GenerationRequest | EmbeddingRequest


@dataclass(frozen=True, slots=True)
class GenerationStats:
    """The figures of one answer; every speed shown anywhere is one of these properties.

    ``prefill_s`` runs from the first PromptProgress (by then the chat is tokens; from the last one that ``looked``) to
    the first new token (0 where the prompt was not read to its end), ``decode_s`` from there to the last one. Of an
    answer that was continued, the times before its first token are those of its first part, and reading it again counts
    in none.
    ``ttft_s`` (time to first token) is from submission, so it includes waiting and loading.
    """

    prompt_tokens: int = 0
    cached_tokens: int = 0
    new_tokens: int = 0
    queue_s: float = 0.0
    prefill_s: float = 0.0
    decode_s: float = 0.0
    ttft_s: float = 0.0
    dropped_messages: int = 0
    """Oldest messages that were left out because the chat has outgrown the context."""
    drafted_tokens: int = 0
    """Proposed by prompt lookup or a draft model; ``accepted_tokens`` of them were what the model would have said."""
    accepted_tokens: int = 0
    model_drafted_tokens: int = 0
    """Those of them that a draft model proposed."""
    model_accepted_tokens: int = 0
    model_read_tokens: int = 0
    """Of prompt and answer, what a draft model read beside the answer; that time is in ``decode_s``."""
    from_response_cache: bool = False
    """Nothing was computed: the same greedy request had been answered before, and the text is that answer."""
    counts_estimated: bool = False
    """A server told no figures: ``new_tokens`` counts the pieces that came, ``prompt_tokens`` is not known (0)."""
    paused_s: float = 0.0
    """The program did not run for so long meanwhile (llmdesk/pauses.py); in no other figure."""
    parts: int = 1
    """More than one for an answer that was continued."""
    reasoning_tokens: int = 0
    """New tokens of the reasoning, where the answer is told in its parts."""
    reasoning_s: float = 0.0
    """From the first token to the last one of the reasoning; a part of ``decode_s``."""
    untimed_tokens: int = 1
    """New tokens that ``decode_s`` does not hold: the first of each part (of a server's answer: those of its first
    piece), and all of a part that was not computed."""
    energy_j: float | None = None
    """What the power figure's source took from the first prompt token to the last new one, whoever computed; None
    where it was not measured."""

    @property
    def prompt_tps(self) -> float:
        """Prompt tokens computed per second (cached ones not counted); 0 if nothing was computed."""
        computed = self.prompt_tokens - self.cached_tokens
        return computed / self.prefill_s if self.prefill_s > 0 else 0.0

    @property
    def decode_tps(self) -> float:
        """New tokens per second after the first one (or a server's first piece) of each part; 0 if no more."""
        timed_tokens = self.new_tokens - self.untimed_tokens
        return timed_tokens / self.decode_s if self.decode_s > 0 and timed_tokens > 0 else 0.0

    def continued_by(self, part: GenerationStats) -> GenerationStats:
        """The figures of the whole answer; ``self`` are those of its beginning, which was in the part's prompt."""
        prompt_tokens, prefill_s = self.prompt_tokens, self.prefill_s
        if part.dropped_messages != self.dropped_messages:  # another prompt, whose reading was not measured by itself
            prompt_tokens, prefill_s = max(0, part.prompt_tokens - self.new_tokens), 0.0
        return replace(
            self,
            prompt_tokens=prompt_tokens,
            cached_tokens=min(self.cached_tokens, prompt_tokens),
            prefill_s=prefill_s,
            new_tokens=self.new_tokens + part.new_tokens,
            decode_s=self.decode_s + part.decode_s,
            dropped_messages=part.dropped_messages,
            drafted_tokens=self.drafted_tokens + part.drafted_tokens,
            accepted_tokens=self.accepted_tokens + part.accepted_tokens,
            model_drafted_tokens=self.model_drafted_tokens + part.model_drafted_tokens,
            model_accepted_tokens=self.model_accepted_tokens + part.model_accepted_tokens,
            model_read_tokens=self.model_read_tokens + part.model_read_tokens,
            from_response_cache=self.from_response_cache and part.from_response_cache,
            counts_estimated=self.counts_estimated or part.counts_estimated,
            paused_s=self.paused_s + part.paused_s,
            parts=self.parts + 1,
            reasoning_tokens=self.reasoning_tokens + part.reasoning_tokens,
            reasoning_s=self.reasoning_s + part.reasoning_s,
            untimed_tokens=_untimed_tokens(self) + _untimed_tokens(part),
            energy_j=None if self.energy_j is None or part.energy_j is None else self.energy_j + part.energy_j,
        )

    def as_dict(self) -> dict[str, float]:
        """All fields that are known and the speeds derived from them, for reports."""
        known = {name: value for name, value in asdict(self).items() if value is not None}
        return {**known, "prompt_tps": self.prompt_tps, "decode_tps": self.decode_tps}

    @property
    def context_used_tokens(self) -> int:
        """Tokens of the context that this turn occupies."""
        return self.prompt_tokens + self.new_tokens


def _untimed_tokens(stats: GenerationStats) -> int:
    return min(stats.untimed_tokens, stats.new_tokens) if stats.decode_s > 0 else stats.new_tokens


@dataclass(frozen=True, slots=True)
class Queued:
    """The request waits; ``position`` 1 is next. ``waits_for`` says what else has the engine first ("a benchmark")."""

    request_id: str
    position: int
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class LoadProgress:
    """The model of this request is being loaded; ``fraction`` is 0..1."""

    request_id: str
    model_id: str
    phase: str
    fraction: float


@dataclass(frozen=True, slots=True)
class PromptProgress:
    """Prompt tokens processed so far (cached ones count as done); ``looked``: the share (0..1) of its pictures."""

    request_id: str
    done_tokens: int
    total_tokens: int
    t_s: float
    looked: float | None = None


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """A token by itself (``raw``: its bytes, maybe a part of a character) and the natural logarithm of how likely the
    model held it, before penalties and temperature; ``top``: the likeliest tokens at its place, likeliest first.
    """

    raw: bytes
    logprob: float
    top: tuple[TokenLogprob, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenEvent:
    """One new token. ``text`` may be empty (incomplete UTF-8, possible stop string); ``t_s`` is the engine's clock.

    ``reasoning`` comes before the text, ``calls`` after it, if the request wants its answer in parts.
    """

    request_id: str
    text: str
    new_tokens: int
    t_s: float
    logprob: TokenLogprob | None = None
    """If the request asks for it."""
    reasoning: str = ""
    calls: tuple[CallDelta, ...] = ()
    token_id: int | None = None
    """The token in the model's vocabulary; None where a server chose it, or for text that was held back until now."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """The vector of an EmbeddingRequest's next input: 32-bit numbers, little-endian."""

    request_id: str
    vector: bytes


@dataclass(frozen=True, slots=True)
class Finished:
    """Terminal: the answer ended. ``by``: the model that gave it; None if none had begun to."""

    request_id: str
    reason: FinishReason
    stats: GenerationStats
    by: AnsweredBy | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """Terminal: the answer could not be (fully) generated; ``by`` as above."""

    request_id: str
    error: ErrorInfo
    stats: GenerationStats | None = None
    by: AnsweredBy | None = None


Event = Queued | LoadProgress | PromptProgress | TokenEvent | Embedded | Finished | Failed

EventSink = Callable[[Event], None]
"""Called on the engine thread; must neither block nor raise."""
