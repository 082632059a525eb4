"""The words of the OpenAI-compatible protocol: what is sent, what comes back, and what a refusal means (no network)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from llmdesk.datatypes.chat import ChatMessage, FinishReason, SamplingParams
from llmdesk.datatypes.model import ErrorInfo, ModelSource
from llmdesk.engine.backends.remote_counts import Usage, is_count, parse_usage
from llmdesk.engine.backends.remote_tools import (
    CallPiece,
    format_fields,
    message_fields,
    parse_calls,
    readable,
    senseless_calls,
)
from llmdesk.errors import LlmdeskError, ModelNotFound, NoSuchServer, PromptError, ServerBusy, ServerError
from llmdesk.words import joined, say

_DEFAULTS = SamplingParams()
_REASONS: dict[str, FinishReason] = {"length": "length", "max_tokens": "length"}
_BROKEN_OFF = ("abort", "error", "content_filter")
_TOO_LONG = re.compile(
    r"context[ _](length|size|window)|exceed_context|maximum (model|context)|max_model_len|too many tokens",
    re.IGNORECASE,
)
_MAX_WORDS = 300


@dataclass(frozen=True, slots=True)
class Piece:
    """One event of a streamed answer. ``thought`` is text that a thinking model does not say but think."""

    text: str = ""
    thought: str = ""
    reason: FinishReason | None = None
    usage: Usage | None = None
    calls: tuple[CallPiece, ...] = ()

    @property
    def says_something(self) -> bool:
        """It has a part of the answer, not only what is around it."""
        return bool(self.text or self.thought or self.calls)


class TooLong(PromptError):
    """The server says that the chat and the answer do not fit into the model's context."""

    def info(self) -> ErrorInfo:
        """See LlmdeskError: to users it is what it is where a model runs here."""
        return replace(super().info(), kind=PromptError.__name__)


class NotUnderstood(ServerError):
    """The server refuses the form of the request (400 or 422): perhaps a field that it does not know."""

    def info(self) -> ErrorInfo:
        """See LlmdeskError."""
        return replace(super().info(), kind=ServerError.__name__)


def request_body(
    served_model: str, messages: Sequence[ChatMessage], sampling: SamplingParams, *, plain: bool, limited: bool,
    anew: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """The request. ``plain`` leaves out what the standard does not have; without ``limited`` the context is the limit.
    ``anew`` asks for all to be computed, also what the server knows (llmdesk and llama.cpp do so; others pass it over).

    Fields beyond the standard go out only where they differ from the default: many servers refuse unknown ones. An
    answer at the end is to be continued. Ollama, LM Studio and llama.cpp do so by themselves; vLLM and SGLang want to
    be told, by fields that the others pass over.
    """
    body: dict[str, Any] = {
        "model": served_model,
        "messages": [message_fields(message) for message in messages],
        "stream": True,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
    }
    body |= format_fields(sampling.json_schema)
    if limited:  # the old name; the newer one is not known everywhere, but the few that insist on it are rather new
        body["max_completion_tokens" if plain else "max_tokens"] = sampling.max_new_tokens
    if messages and messages[-1].role == "assistant":
        body |= {"continue_final_message": True, "add_generation_prompt": False}
    if sampling.stop:
        body["stop"] = list(sampling.stop)
    if sampling.seed is not None:
        body["seed"] = sampling.seed
    if sampling.frequency_penalty:
        body["frequency_penalty"] = sampling.frequency_penalty
    if sampling.presence_penalty:
        body["presence_penalty"] = sampling.presence_penalty
    if not plain:
        body["stream_options"] = {"include_usage": True}
        body |= _beyond_the_standard(sampling)
        body |= {"cache_prompt": False} if anew else {}
    return body


def _beyond_the_standard(sampling: SamplingParams) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    if sampling.top_k != _DEFAULTS.top_k:
        extra["top_k"] = sampling.top_k
    if sampling.min_p != _DEFAULTS.min_p:
        extra["min_p"] = sampling.min_p
    if sampling.repetition_penalty != _DEFAULTS.repetition_penalty:  # vLLM's name and llama.cpp's
        extra["repetition_penalty"] = extra["repeat_penalty"] = sampling.repetition_penalty
    return extra


def parse_json(text: str | bytes, host: str) -> Mapping[str, Any]:
    """An object. Raises ServerError for anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _no_such_server(host)
    return found


def parse_piece(found: Mapping[str, Any], host: str) -> Piece:
    """An event of a stream, or a whole answer of a server that does not stream.

    Raises ServerError if the server reports an error, broke the answer off, or calls a tool with what is no JSON.
    """
    if found.get("error") or found.get("object") == "error":
        raise ServerError(say("{host} could not finish the answer.", host=host), said(found))
    choices = found.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    message = choice.get("delta") or choice.get("message") or {}
    message = message if isinstance(message, dict) else {}
    try:
        calls = parse_calls(message.get("tool_calls"))
    except ValueError as error:
        raise senseless_calls(host) from error
    return Piece(
        readable(message.get("content")),
        readable(message.get("reasoning_content") or message.get("reasoning")),
        _reason(choice.get("finish_reason"), host),
        parse_usage(found.get("usage")),
        calls,
    )


def _reason(value: object, host: str) -> FinishReason | None:
    if not isinstance(value, str) or not value:
        return None
    if value in _BROKEN_OFF:
        raise ServerError(
            say("{host} broke the answer off ({value}).", host=host, value=value), say("Ask again, or ask otherwise.")
        )
    return _REASONS.get(value, "stop")


def parse_models(found: Mapping[str, Any], host: str) -> dict[str, int]:
    """The served models and their contexts in tokens (0: not told). Raises ServerError if this is no list of models."""
    entries = found.get("data")
    if not isinstance(entries, list):
        raise _no_such_server(host)
    return {
        entry["id"]: _context_tokens(entry)
        for entry in entries
        if isinstance(entry, dict) and isinstance(entry.get("id"), str)
    }


def _context_tokens(entry: Mapping[str, Any]) -> int:
    """vLLM's, LM Studio's and llama.cpp's ways of telling it (what a model could have at most is something else)."""
    meta = entry.get("meta")
    told = [entry.get("max_model_len"), entry.get("loaded_context_length")]
    told += [meta.get("n_ctx")] if isinstance(meta, dict) else []
    return next((tokens for tokens in told if is_count(tokens) and tokens), 0)


def served_name(wanted: str, served: Iterable[str]) -> str | None:
    """The name under which a model is served, or None. Ollama's names have a tag that may be left out."""
    return next((name for name in (wanted, f"{wanted}:latest") if name in served), None)


def refusal(source: ModelSource, status: int, headers: Mapping[str, str], body: bytes, key: str) -> LlmdeskError:
    """The error that an answer other than 200 means. The server's own words go into the hint, never the key."""
    host = source.host
    try:
        found = parse_json(body, host)
    except ServerError:
        found = {}
    words = said(found).replace(key, "…") if key else said(found)
    if 300 <= status < 400:
        hint = say("Enter the address that it sends to, if you trust it.")
        return ServerError(say("{host} sends its callers elsewhere, and chats are not sent on.", host=host), hint)
    if status in (401, 403):
        text = say("{host} does not accept the key.", host=host) if key else say("{host} wants a key.", host=host)
        return ServerError(
            text,
            _join(
                say(
                    "Enter it by “Add a server…” (list of models) or `llmdesk models add {location} --key`.",
                    location=source.location,
                ),
                words,
            ),
        )
    if status in (429, 503):
        return ServerBusy(
            say("{host} has too much to do ({status}).", host=host, status=status),
            _join(_when(headers.get("retry-after", "")), words),
        )
    if status < 500 and _TOO_LONG.search(words + json.dumps(found.get("error"))):
        text = say(
            "The chat has more tokens than {served_model} on {host} can take at once.",
            served_model=source.served_model,
            host=host,
        )
        return TooLong(text, _join(say("Shorten it or start a new chat."), words))
    if status == 404:
        return _not_there(source, words)
    if status in (400, 422):
        return NotUnderstood(say("{host} does not understand the request ({status}).", host=host, status=status), words)
    return ServerError(
        say("{host} failed ({status}).", host=host, status=status), _join(say("Try again later."), words)
    )


def said(found: Mapping[str, Any]) -> str:
    """What a server says of an error, cut to a readable length; empty if nothing."""
    error = found.get("error") or found
    words: Any = error
    if isinstance(error, dict):
        words = error.get("message") or error.get("detail")
    if isinstance(words, list):  # FastAPI's; what it found wrong is left out, for it may be the prompt
        words = "; ".join(str(item.get("msg")) for item in words if isinstance(item, dict))
    if not isinstance(words, str) or not words.strip():
        return ""
    text = " ".join(readable(words).split())
    return say("It says: “{text}”", text=text if len(text) <= _MAX_WORDS else f"{text[:_MAX_WORDS]}…")


def _join(*parts: str) -> str:
    return joined(parts)


def _not_there(source: ModelSource, words: str) -> LlmdeskError:
    if "model" in words.lower():
        return ModelNotFound(
            say("{host} does not serve {served_model}.", host=source.host, served_model=source.served_model),
            _join(words),
        )
    return _no_such_server(source.host)


def _no_such_server(host: str) -> NoSuchServer:
    return NoSuchServer(say("What answers at {host} is no OpenAI-compatible server.", host=host))


def _when(retry_after: str) -> str:
    """Retry-After, in seconds or as a date, in words."""
    try:
        wait_s = round(float(retry_after) if retry_after.strip().isdigit() else _seconds_until(retry_after))
    except (ValueError, TypeError, OverflowError):
        return ServerBusy.default_hint
    return say("It asks to try again in {seconds} s.", seconds=max(1, wait_s))


def _seconds_until(http_date: str) -> float:
    when = parsedate_to_datetime(http_date)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp()
