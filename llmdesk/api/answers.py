"""The engine's events in OpenAI's forms: chunks of a stream, or one whole answer."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from llmdesk.api.errors import Refusal
from llmdesk.api.replies import (
    AnswerCall,
    AnswerMessage,
    CalledTool,
    ChatChoice,
    ChatLogprobs,
    ChatReply,
    CompletionChoice,
    CompletionLogprobs,
    CompletionReply,
    EndReason,
    TokenLogprobs,
    end_reason,
    timings_of,
    usage_of,
)
from llmdesk.api.stream import DONE, data
from llmdesk.datatypes.chat import Event, Finished, TokenEvent, TokenLogprob
from llmdesk.datatypes.tools import CallDelta, ToolCall


@dataclass(frozen=True, slots=True)
class Head:
    """What every piece of an answer has: the same in all of them, but for the fingerprint.

    Attributes:
        fingerprint: asked for each piece: an answer may begin before its model is loaded, and with it the precision.
    """

    id: str
    created: int
    model: str
    fingerprint: Callable[[], str]

    @property
    def system_fingerprint(self) -> str:
        """Changes when the same seed may give another answer."""
        return self.fingerprint()

    def fields(self, kind: str) -> dict[str, Any]:
        """The first fields of a chunk."""
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "system_fingerprint": self.system_fingerprint,
        }


@dataclass(frozen=True, slots=True)
class Told:
    """An answer in one piece."""

    text: str
    reasoning: str
    calls: tuple[ToolCall, ...]


def new_call_id(prefix: str = "call_") -> str:
    """An id that no other call has."""
    return f"{prefix}{secrets.token_hex(12)}"


def told(events: list[Event], prefix: str = "call_") -> Told:
    """All of an answer, its calls with new ids."""
    tokens = [event for event in events if isinstance(event, TokenEvent)]
    deltas: dict[int, list[CallDelta]] = {}
    for delta in (delta for event in tokens for delta in event.calls):
        deltas.setdefault(delta.index, []).append(delta)
    calls = tuple(
        ToolCall(new_call_id(prefix), "".join(each.name for each in found), "".join(each.arguments for each in found))
        for found in deltas.values()
    )
    text, reasoning = "".join(event.text for event in tokens), "".join(event.reasoning for event in tokens)
    return Told(text, reasoning, calls)


class Deltas:
    """One answer's pieces as the deltas of a stream. A call's id and name come first, then its arguments."""

    def __init__(self) -> None:
        self._has_calls = False

    def of(self, event: TokenEvent) -> list[dict[str, Any]]:
        """What an event adds, in order."""
        deltas: list[dict[str, Any]] = []
        if event.reasoning:
            deltas.append({"reasoning_content": event.reasoning})
        if event.text:
            deltas.append({"content": event.text})
        for call in event.calls:
            self._has_calls = True
            if call.name:
                begun = {"index": call.index, "id": new_call_id(), "type": "function"}
                deltas.append({"tool_calls": [begun | {"function": {"name": call.name, "arguments": ""}}]})
            if call.arguments:
                piece = {"index": call.index, "function": {"arguments": call.arguments}}
                deltas.append({"tool_calls": [piece]})
        return deltas

    def end_reason(self, finished: Finished) -> EndReason:
        """Why the answer ended."""
        return end_reason(finished.reason, self._has_calls)


class _Stream:
    """What both kinds of streams share."""

    kind = ""

    def __init__(self, head: Head, include_usage: bool) -> None:
        self._head = head
        self._usage: dict[str, Any] = {"usage": None} if include_usage else {}

    @property
    def _fields(self) -> dict[str, Any]:
        return self._head.fields(self.kind)

    def encode(self, event: Event) -> bytes:
        """See Chunks."""
        if isinstance(event, TokenEvent):
            return self._token(event)
        return self._finished(event) if isinstance(event, Finished) else b""

    def failed(self, refusal: Refusal) -> bytes:
        """See Chunks."""
        return data(refusal.body())

    def _token(self, event: TokenEvent) -> bytes:
        raise NotImplementedError

    def _last_choice(self, finished: Finished) -> dict[str, Any]:
        raise NotImplementedError

    def _chunk(self, choice: dict[str, Any], **more: Any) -> bytes:
        return data(self._fields | {"choices": [choice]} | self._usage | more)

    def _finished(self, event: Finished) -> bytes:
        timings = timings_of(event.stats).model_dump()
        last = self._chunk(self._last_choice(event), timings=timings)
        if self._usage:
            last += data(self._fields | {"choices": [], "usage": usage_of(event.stats).model_dump()})
        return last + DONE


class ChatChunks(_Stream):
    """A chat's answer as a stream: the role, its pieces, how it ended, and what it cost if that is wanted."""

    kind = "chat.completion.chunk"

    def __init__(self, head: Head, include_usage: bool) -> None:
        super().__init__(head, include_usage)
        self._deltas = Deltas()

    def begin(self) -> bytes:
        """See Chunks."""
        return self._chunk(_chat_choice({"role": "assistant", "content": ""}))

    def _token(self, event: TokenEvent) -> bytes:
        choices = [_chat_choice(delta) for delta in self._deltas.of(event)]
        if event.logprob is not None:
            choices = choices or [_chat_choice({"content": ""})]
            choices[0]["logprobs"] = ChatLogprobs(content=[_token_logprobs(event.logprob)]).model_dump()
        return b"".join(map(self._chunk, choices))

    def _last_choice(self, finished: Finished) -> dict[str, Any]:
        return _chat_choice({}) | {"finish_reason": self._deltas.end_reason(finished)}


class CompletionChunks(_Stream):
    """A continued text as a stream; it begins with ``echo``."""

    kind = "text_completion"

    def __init__(self, head: Head, include_usage: bool, echo: str) -> None:
        super().__init__(head, include_usage)
        self._echo, self._offset = echo, len(echo)

    def begin(self) -> bytes:
        """See Chunks."""
        return self._chunk(_text_choice(self._echo)) if self._echo else b""

    def _token(self, event: TokenEvent) -> bytes:
        if not event.text and event.logprob is None:
            return b""
        choice = _text_choice(event.text)
        if event.logprob is not None:
            choice["logprobs"] = _completion_logprobs([event], self._offset).model_dump()
        self._offset += len(event.text)
        return self._chunk(choice)

    def _last_choice(self, finished: Finished) -> dict[str, Any]:
        return _text_choice("") | {"finish_reason": end_reason(finished.reason)}


def chat_reply(head: Head, events: list[Event], finished: Finished) -> ChatReply:
    """A chat's answer in one piece."""
    tokens = [event for event in events if isinstance(event, TokenEvent)]
    logprobs = [_token_logprobs(event.logprob) for event in tokens if event.logprob is not None]
    answer = told(events)
    calls = [
        AnswerCall(id=call.id, function=CalledTool(name=call.name, arguments=call.arguments)) for call in answer.calls
    ]
    choice = ChatChoice(
        message=AnswerMessage(
            content=answer.text if answer.text or not calls else None,
            reasoning_content=answer.reasoning or None,
            tool_calls=calls or None,
        ),
        logprobs=ChatLogprobs(content=logprobs) if logprobs else None,
        finish_reason=end_reason(finished.reason, bool(calls)),
    )
    return ChatReply(choices=[choice], **_around(head, finished))


def completion_reply(head: Head, events: list[Event], finished: Finished, echo: str) -> CompletionReply:
    """A continued text in one piece."""
    tokens = [event for event in events if isinstance(event, TokenEvent)]
    has_logprobs = any(event.logprob is not None for event in tokens)
    choice = CompletionChoice(
        text=echo + "".join(event.text for event in tokens),
        logprobs=_completion_logprobs(tokens, len(echo)) if has_logprobs else None,
        finish_reason=end_reason(finished.reason),
    )
    return CompletionReply(choices=[choice], **_around(head, finished))


def _around(head: Head, finished: Finished) -> dict[str, Any]:
    """What both forms of a whole answer have around its choice."""
    return {
        "id": head.id,
        "created": head.created,
        "model": head.model,
        "system_fingerprint": head.system_fingerprint,
        "usage": usage_of(finished.stats),
        "timings": timings_of(finished.stats),
    }


def _chat_choice(delta: dict[str, Any]) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}


def _text_choice(text: str) -> dict[str, Any]:
    return {"index": 0, "text": text, "logprobs": None, "finish_reason": None}


def _token_logprobs(found: TokenLogprob, with_top: bool = True) -> TokenLogprobs:
    top = [_token_logprobs(other, with_top=False).model_dump(exclude_none=True) for other in found.top]
    return TokenLogprobs(
        token=_shown(found), logprob=found.logprob, bytes=list(found.raw), top_logprobs=top if with_top else None
    )


def _completion_logprobs(tokens: list[TokenEvent], offset: int) -> CompletionLogprobs:
    reply = CompletionLogprobs(tokens=[], token_logprobs=[], top_logprobs=[], text_offset=[])
    for event in tokens:
        if event.logprob is not None:
            reply.tokens.append(_shown(event.logprob))
            reply.token_logprobs.append(event.logprob.logprob)
            reply.top_logprobs.append({_shown(other): other.logprob for other in event.logprob.top})
            reply.text_offset.append(offset)
        offset += len(event.text)
    return reply


def _shown(token: TokenLogprob) -> str:
    return token.raw.decode("utf-8", errors="replace")
