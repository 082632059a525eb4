"""``/v1/messages`` and ``/v1/messages/count_tokens``: the same answers in Anthropic's form, for text."""

from __future__ import annotations

import json
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from llmdesk.api.answers import Head
from llmdesk.api.documentation import ERRORS, STREAM
from llmdesk.api.errors import Refusal
from llmdesk.api.gateway import Gateway
from llmdesk.api.generating import head_of, streamed, submitted, whole
from llmdesk.api.prompts import chat_messages, chat_request, check_chat
from llmdesk.api.replies import end_reason
from llmdesk.api.requests import ChatRequest, ContentPart, Lenient, Listed, Message, StopText
from llmdesk.datatypes.chat import Event, Finished, GenerationStats, TokenEvent

PATH = "/v1/messages"


class Turn(Lenient):
    """One turn; ``content`` is a text or blocks of text."""

    role: Literal["user", "assistant"]
    content: str | Listed[ContentPart]


class CountRequest(Lenient):
    """POST /v1/messages/count_tokens"""

    model: str = Field(default="", max_length=500)
    messages: Listed[Turn] = Field(min_length=1)
    system: str | Listed[ContentPart] | None = None
    tools: Listed[dict[str, Any]] | None = None
    tool_choice: dict[str, Any] | None = None


class MessagesRequest(CountRequest):
    """POST /v1/messages"""

    max_tokens: int = Field(ge=1, lt=2**31)
    stop_sequences: Listed[StopText] | None = None
    temperature: float | None = Field(default=None, ge=0, le=1)
    top_p: float | None = Field(default=None, ge=0, le=1)
    top_k: int | None = Field(default=None, ge=0, le=2**31)
    stream: bool | None = None


class MessagesReply(BaseModel):
    """The answer. ``stop_reason`` is ``end_turn`` also where a stop sequence ended it."""

    id: str
    type: Literal["message"] = "message"
    role: Literal["assistant"] = "assistant"
    model: str
    content: list[dict[str, str]] = []
    stop_reason: Literal["end_turn", "max_tokens"] | None = None
    stop_sequence: None = None
    usage: dict[str, int]


class TokenCount(BaseModel):
    """How many tokens a chat has, with all that the model's template adds."""

    input_tokens: int


def routes(gateway: Gateway) -> APIRouter:
    """The routes over this gateway."""
    router = APIRouter(tags=["generation"])
    limit = gateway.limits.max_messages

    @router.post(PATH, response_model=MessagesReply, responses={**ERRORS, **STREAM})
    async def messages(body: MessagesRequest, request: Request) -> Any:
        """Answer a chat, as a whole or (``stream``) as server-sent events."""
        chat = as_chat(body)
        check_chat(chat, limit)
        model_id = await gateway.model_id(body.model)
        asked = chat_request(chat, gateway.new_id("msg"), model_id, limit, gateway.answer_cache)
        exchange = await submitted(gateway, asked, request)
        head = head_of(gateway, asked)
        if body.stream:
            return await streamed(gateway, exchange, MessageChunks(head))
        events, finished = await whole(gateway, exchange, request)
        text = "".join(event.text for event in events if isinstance(event, TokenEvent))
        return MessagesReply(
            id=head.id,
            model=head.model,
            content=[{"type": "text", "text": text}],
            stop_reason=_stop_reason(finished),
            usage=_usage(finished.stats),
        )

    @router.post(f"{PATH}/count_tokens", response_model=TokenCount, responses=ERRORS)
    async def count_tokens(body: CountRequest) -> TokenCount:
        """The tokens of a chat. Loads the model."""
        chat = _chat_of(body)
        check_chat(chat, limit)
        told = chat_messages(chat.messages)
        model_id = await gateway.model_id(body.model)
        return TokenCount(input_tokens=await gateway.with_model(model_id, lambda model: model.count_tokens(told)))

    return router


def as_chat(body: MessagesRequest) -> ChatRequest:
    """The same question as a chat."""
    return _chat_of(body).model_copy(
        update={
            "max_tokens": body.max_tokens,
            "stop": body.stop_sequences,
            "temperature": body.temperature,
            "top_p": body.top_p,
            "top_k": body.top_k,
        }
    )


def _chat_of(body: CountRequest) -> ChatRequest:
    messages = [Message(role=turn.role, content=turn.content) for turn in body.messages]
    if body.system:
        messages.insert(0, Message(role="system", content=body.system))
    choice = "none" if (body.tool_choice or {}).get("type") == "none" else None
    return ChatRequest(messages=messages, tools=body.tools, tool_choice=choice)


class MessageChunks:
    """An answer as this API's events: the message and its one block begin and end in turn."""

    def __init__(self, head: Head) -> None:
        self._reply = MessagesReply(id=head.id, model=head.model, usage={"input_tokens": 0, "output_tokens": 0})

    def begin(self) -> bytes:
        """See Chunks. The tokens of the prompt are not known yet; the last event tells them."""
        block = {"type": "text", "text": ""}
        return (
            _event("message_start", message=self._reply.model_dump())
            + _event("content_block_start", index=0, content_block=block)
            + _event("ping")
        )

    def encode(self, event: Event) -> bytes:
        """See Chunks."""
        if isinstance(event, TokenEvent) and event.text:
            return _event("content_block_delta", index=0, delta={"type": "text_delta", "text": event.text})
        if not isinstance(event, Finished):
            return b""
        delta = {"stop_reason": _stop_reason(event), "stop_sequence": None}
        return (
            _event("content_block_stop", index=0)
            + _event("message_delta", delta=delta, usage=_usage(event.stats))
            + _event("message_stop")
        )

    def failed(self, refusal: Refusal) -> bytes:
        """See Chunks."""
        return _event("error", **refusal.body())


def _event(kind: str, **fields: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


def _stop_reason(finished: Finished) -> Literal["end_turn", "max_tokens"]:
    return "end_turn" if end_reason(finished.reason) == "stop" else "max_tokens"


def _usage(stats: GenerationStats) -> dict[str, int]:
    """Here cached tokens are none of the input tokens."""
    return {
        "input_tokens": stats.prompt_tokens - stats.cached_tokens,
        "output_tokens": stats.new_tokens,
        "cache_read_input_tokens": stats.cached_tokens,
        "cache_creation_input_tokens": 0,
    }
