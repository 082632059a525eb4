"""``/v1/messages`` and ``/v1/messages/count_tokens``: the same answers in Anthropic's form."""

from __future__ import annotations

import json
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, StrictBool

from llmdesk.api.answers import Head, told
from llmdesk.api.documentation import ERRORS, STREAM
from llmdesk.api.errors import Refusal
from llmdesk.api.gateway import Gateway
from llmdesk.api.generating import head_of, streamed, submitted, whole
from llmdesk.api.message_blocks import (
    CALL_PREFIX,
    BlockStream,
    Choice,
    ClientTool,
    Thinking,
    Tools,
    Turn,
    blocks_of,
    choice_of,
    messages_of,
    tools_of,
)
from llmdesk.api.prompts import chat_messages, chat_request, check_chat, template_values
from llmdesk.api.replies import EndReason, end_reason
from llmdesk.api.requests import ChatRequest, ContentPart, Lenient, Listed, Message, StopText
from llmdesk.api.tools import tool_use
from llmdesk.datatypes.chat import Event, Finished, GenerationStats, TokenEvent
from llmdesk.engine.generation.tools.dialects import thinking_values

PATH = "/v1/messages"

StopReason = Literal["end_turn", "max_tokens", "tool_use"]
_STOP_REASONS: dict[EndReason, StopReason] = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use"}


class CountRequest(Lenient):
    """POST /v1/messages/count_tokens"""

    model: str = Field(default="", max_length=500)
    messages: Listed[Turn] = Field(min_length=1)
    system: str | Listed[ContentPart] | None = None
    tools: Listed[ClientTool] | None = Tools
    tool_choice: Choice | None = None
    thinking: Thinking | None = None


class MessagesRequest(CountRequest):
    """POST /v1/messages"""

    max_tokens: int = Field(ge=1, lt=2**31)
    stop_sequences: Listed[StopText] | None = None
    temperature: float | None = Field(default=None, ge=0, le=1)
    top_p: float | None = Field(default=None, ge=0, le=1)
    top_k: int | None = Field(default=None, ge=0, le=2**31)
    stream: StrictBool | None = None


class MessagesReply(BaseModel):
    """The answer. ``stop_reason`` is ``end_turn`` also where a stop sequence ended it."""

    id: str
    type: Literal["message"] = "message"
    role: Literal["assistant"] = "assistant"
    model: str
    content: list[dict[str, Any]] = []
    stop_reason: StopReason | None = None
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
        answer = told(events, CALL_PREFIX)
        return MessagesReply(
            id=head.id,
            model=head.model,
            content=blocks_of(answer),
            stop_reason=_stop_reason(finished, bool(answer.calls)),
            usage=_usage(finished.stats),
        )

    @router.post(f"{PATH}/count_tokens", response_model=TokenCount, responses=ERRORS)
    async def count_tokens(body: CountRequest) -> TokenCount:
        """The tokens of a chat. Loads the model."""
        chat = _chat_of(body)
        check_chat(chat, limit)
        turns, tools, values = chat_messages(chat.messages), tool_use(chat).tools, template_values(chat)
        model_id = await gateway.model_id(body.model)
        count = await gateway.with_model(model_id, lambda model: model.count_tokens(turns, tools, values))
        return TokenCount(input_tokens=count)

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
    messages = messages_of(body.messages)
    if body.system:
        messages.insert(0, Message(role="system", content=body.system))
    is_single = body.tool_choice is not None and body.tool_choice.disable_parallel_tool_use
    kind = body.thinking.type if body.thinking else "adaptive"
    return ChatRequest(
        messages=messages,
        tools=tools_of(body.tools or []),
        tool_choice=choice_of(body.tool_choice),
        parallel_tool_calls=not is_single,
        reasoning_effort="none" if kind == "disabled" else None,
        chat_template_kwargs=dict(thinking_values(True)) if kind == "enabled" else None,
    )


class MessageChunks:
    """An answer as this API's events: the message begins, then its blocks in turn."""

    def __init__(self, head: Head) -> None:
        self._reply = MessagesReply(id=head.id, model=head.model, usage={"input_tokens": 0, "output_tokens": 0})
        self._blocks = BlockStream()

    def begin(self) -> bytes:
        """See Chunks. The tokens of the prompt are not known yet; the last event tells them."""
        return _event(type="message_start", message=self._reply.model_dump()) + _event(type="ping")

    def encode(self, event: Event) -> bytes:
        """See Chunks."""
        if isinstance(event, TokenEvent):
            return b"".join(_event(**found) for found in self._blocks.of(event))
        if not isinstance(event, Finished):
            return b""
        delta = {"stop_reason": _stop_reason(event, self._blocks.has_calls), "stop_sequence": None}
        return (
            b"".join(_event(**found) for found in self._blocks.rest())
            + _event(type="message_delta", delta=delta, usage=_usage(event.stats))
            + _event(type="message_stop")
        )

    def failed(self, refusal: Refusal) -> bytes:
        """See Chunks."""
        return _event(type="error", **refusal.body())


def _event(**fields: Any) -> bytes:
    return f"event: {fields['type']}\ndata: {json.dumps(fields)}\n\n".encode()


def _stop_reason(finished: Finished, has_calls: bool) -> StopReason:
    return _STOP_REASONS[end_reason(finished.reason, has_calls)]


def _usage(stats: GenerationStats) -> dict[str, int]:
    """Here cached tokens are none of the input tokens."""
    return {
        "input_tokens": stats.prompt_tokens - stats.cached_tokens,
        "output_tokens": stats.new_tokens,
        "cache_read_input_tokens": stats.cached_tokens,
        "cache_creation_input_tokens": 0,
    }
