"""What the server answers, as OpenAI's API has it, with what llama.cpp and we add."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from llmdesk.datatypes.chat import FinishReason, GenerationStats
from llmdesk.datatypes.model import Purpose

EndReason = Literal["stop", "length", "tool_calls"]


class ErrorBody(BaseModel):
    """What went wrong. ``context_length_exceeded`` also has ``n_prompt_tokens`` and ``n_ctx``."""

    message: str
    type: str
    param: str | None
    code: str | None


class ErrorReply(BaseModel):
    """Every answer whose status is not 2xx."""

    error: ErrorBody


class PromptDetails(BaseModel):
    """``cached_tokens`` were known from an earlier request and not computed."""

    cached_tokens: int


class CompletionDetails(BaseModel):
    """``reasoning_tokens`` of the answer's tokens were its reasoning; predictions are drafts."""

    reasoning_tokens: int
    accepted_prediction_tokens: int
    rejected_prediction_tokens: int


class Usage(BaseModel):
    """Numbers of tokens."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: PromptDetails
    completion_tokens_details: CompletionDetails


class Timings(BaseModel):
    """llama.cpp's figures of an answer: n tokens, milliseconds, tokens per second."""

    cache_n: int
    prompt_n: int
    prompt_ms: float
    prompt_per_second: float
    predicted_n: int
    predicted_ms: float
    predicted_per_second: float
    draft_n: int
    draft_n_accepted: int


class CalledTool(BaseModel):
    """``arguments`` is JSON as the model wrote it."""

    name: str
    arguments: str


class AnswerCall(BaseModel):
    """A call of a tool."""

    id: str
    type: Literal["function"] = "function"
    function: CalledTool


class AnswerMessage(BaseModel):
    """The answer. ``content`` is null where it only calls tools."""

    role: Literal["assistant"] = "assistant"
    content: str | None
    reasoning_content: str | None = None
    tool_calls: list[AnswerCall] | None = None
    refusal: None = None

    @property
    def absent(self) -> set[str]:
        """Fields that are left out: an answer has them only if there is something in them."""
        return {name for name in ("reasoning_content", "tool_calls") if getattr(self, name) is None}


class TokenLogprobs(BaseModel):
    """A token, its log probability, and its bytes (``token`` shows replacement characters for parts of a letter)."""

    token: str
    logprob: float
    bytes: list[int]
    top_logprobs: list[dict[str, Any]] | None = None


class ChatLogprobs(BaseModel):
    """One entry per token."""

    content: list[TokenLogprobs]
    refusal: None = None


class ChatChoice(BaseModel):
    """Always one."""

    index: Literal[0] = 0
    message: AnswerMessage
    logprobs: ChatLogprobs | None = None
    finish_reason: EndReason


class ChatReply(BaseModel):
    """POST /v1/chat/completions"""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    system_fingerprint: str
    choices: list[ChatChoice]
    usage: Usage
    timings: Timings


class CompletionLogprobs(BaseModel):
    """The older form: a list per property."""

    tokens: list[str]
    token_logprobs: list[float]
    top_logprobs: list[dict[str, float]]
    text_offset: list[int]


class CompletionChoice(BaseModel):
    """Always one."""

    index: Literal[0] = 0
    text: str
    logprobs: CompletionLogprobs | None = None
    finish_reason: EndReason


class CompletionReply(BaseModel):
    """POST /v1/completions"""

    id: str
    object: Literal["text_completion"] = "text_completion"
    created: int
    model: str
    system_fingerprint: str
    choices: list[CompletionChoice]
    usage: Usage
    timings: Timings


class ModelEntry(BaseModel):
    """A model that can be used: it is loaded when a request names it."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: Literal["llmdesk"] = "llmdesk"
    title: str
    state: Literal["loaded", "loading", "installed", "not_installed"]
    purpose: Purpose
    max_context_length: int


class ModelList(BaseModel):
    """GET /v1/models"""

    object: Literal["list"] = "list"
    data: list[ModelEntry]


class ModelState(ModelEntry):
    """A model with what it takes.

    ``memory_bytes`` is the whole program's with it. Of one in memory: ``loaded`` holds its figures, ``held_bytes`` is
    what would come back if it was unloaded, ``answers`` the number that it is giving, ``users`` who has asked for it.
    """

    precision: str
    memory_bytes: int
    memory_fit: str
    load_phase: str | None = None
    load_fraction: float | None = None
    loaded: dict[str, Any] | None = None
    held_bytes: int | None = None
    answers: int | None = None
    unused_s: float | None = None
    users: list[str] | None = None


class Machine(BaseModel):
    """Bytes; ``limit_bytes`` is the most that llmdesk may take."""

    process_bytes: int
    available_bytes: int
    total_bytes: int
    limit_bytes: int


class StateList(BaseModel):
    """GET /models"""

    object: Literal["list"] = "list"
    data: list[ModelState]
    memory: Machine


class Tokens(BaseModel):
    """POST /tokenize"""

    tokens: list[int]
    count: int


class Text(BaseModel):
    """POST /detokenize"""

    content: str


class Embedding(BaseModel):
    """A vector of length 1: numbers, or with ``base64`` their 32 bits each, little-endian."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str


class EmbeddingUsage(BaseModel):
    """Numbers of tokens."""

    prompt_tokens: int
    total_tokens: int


class EmbeddingList(BaseModel):
    """POST /v1/embeddings"""

    object: Literal["list"] = "list"
    data: list[Embedding]
    model: str
    usage: EmbeddingUsage


class Health(BaseModel):
    """GET /health"""

    status: Literal["ok"] = "ok"


def usage_of(stats: GenerationStats) -> Usage:
    """The numbers of tokens of an answer."""
    return Usage(
        prompt_tokens=stats.prompt_tokens,
        completion_tokens=stats.new_tokens,
        total_tokens=stats.prompt_tokens + stats.new_tokens,
        prompt_tokens_details=PromptDetails(cached_tokens=stats.cached_tokens),
        completion_tokens_details=CompletionDetails(
            reasoning_tokens=stats.reasoning_tokens,
            accepted_prediction_tokens=stats.accepted_tokens,
            rejected_prediction_tokens=stats.drafted_tokens - stats.accepted_tokens,
        ),
    )


def timings_of(stats: GenerationStats) -> Timings:
    """llama.cpp's names for the figures of an answer; ``predicted_ms`` runs from the first token to the last."""
    return Timings(
        cache_n=stats.cached_tokens,
        prompt_n=stats.prompt_tokens - stats.cached_tokens,
        prompt_ms=round(1000 * stats.prefill_s, 3),
        prompt_per_second=round(stats.prompt_tps, 3),
        predicted_n=stats.new_tokens,
        predicted_ms=round(1000 * stats.decode_s, 3),
        predicted_per_second=round(stats.decode_tps, 3),
        draft_n=stats.drafted_tokens,
        draft_n_accepted=stats.accepted_tokens,
    )


def end_reason(reason: FinishReason, has_calls: bool = False) -> EndReason:
    """A context that is full ends an answer by its length."""
    if reason != "stop":
        return "length"
    return "tool_calls" if has_calls else "stop"
