"""``/v1/responses``: OpenAI's newer form of the same answers. Nothing is stored."""

from __future__ import annotations

import json
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, StrictBool

from llmdesk.api.answers import Head
from llmdesk.api.documentation import ERRORS, STREAM
from llmdesk.api.errors import Refusal
from llmdesk.api.gateway import Gateway
from llmdesk.api.generating import head_of, streamed, submitted, whole
from llmdesk.api.prompts import chat_request
from llmdesk.api.replies import end_reason, usage_of
from llmdesk.api.requests import MAX_TOOLS, ChatRequest, Effort, JsonSchema, Lenient, Listed, Message, ResponseFormat
from llmdesk.api.response_items import (
    FunctionTool,
    InputItem,
    ItemStream,
    NamedFunctionTool,
    choice_of,
    messages_of,
    tools_of,
)
from llmdesk.datatypes.chat import Event, Finished, GenerationStats, TokenEvent


class TextFormat(Lenient):
    """As ``response_format`` of a chat, but flat."""

    type: Literal["text", "json_object", "json_schema"] = "text"
    name: str | None = None
    json_schema: dict[str, Any] | None = Field(default=None, alias="schema")


class TextOptions(Lenient):
    """``format``: what the answer must be."""

    format: TextFormat = TextFormat()


class Reasoning(Lenient):
    """``effort``: "none" switches it off, where the model's template can be told."""

    effort: Effort | None = None


class ResponsesRequest(Lenient):
    """POST /v1/responses"""

    model: str = Field(default="", max_length=500)
    input: str | Listed[InputItem]
    instructions: str | None = None
    max_output_tokens: int | None = Field(default=None, ge=-1, lt=2**31)
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, ge=0, le=1)
    text: TextOptions | None = None
    stream: StrictBool | None = None
    tools: Listed[FunctionTool] | None = Field(default=None, max_length=MAX_TOOLS)
    tool_choice: Literal["none", "auto", "required"] | NamedFunctionTool | None = None
    parallel_tool_calls: StrictBool | None = None
    reasoning: Reasoning | None = None
    previous_response_id: str | None = None


class ResponsesReply(BaseModel):
    """The answer; ``incomplete`` where it was cut by its limit or by the context."""

    id: str
    object: Literal["response"] = "response"
    created_at: int
    model: str
    status: Literal["in_progress", "completed", "incomplete", "failed"] = "in_progress"
    error: dict[str, Any] | None = None
    incomplete_details: dict[str, Any] | None = None
    instructions: str | None = None
    max_output_tokens: int | None = None
    metadata: dict[str, str] = {}
    output: list[dict[str, Any]] = []
    parallel_tool_calls: bool = True
    previous_response_id: None = None
    store: Literal[False] = False
    temperature: float | None = None
    text: dict[str, Any] = {"format": {"type": "text"}}
    tool_choice: str | dict[str, Any] = "auto"
    tools: list[dict[str, Any]] = []
    top_p: float | None = None
    truncation: Literal["disabled"] = "disabled"
    usage: dict[str, Any] | None = None


def routes(gateway: Gateway) -> APIRouter:
    """The route over this gateway."""
    router = APIRouter(tags=["generation"])

    @router.post("/v1/responses", response_model=ResponsesReply, responses={**ERRORS, **STREAM})
    async def responses(body: ResponsesRequest, request: Request) -> Any:
        """Answer a text or a list of messages, as a whole or (``stream``) as server-sent events."""
        chat = as_chat(body)
        model_id = await gateway.model_id(body.model)
        limits = gateway.limits
        asked = chat_request(chat, gateway.new_id("resp"), model_id, limits.max_messages, gateway.answer_cache)
        exchange = await submitted(gateway, asked, request)
        chunks = ResponseChunks(head_of(gateway, asked), body)
        if body.stream:
            return await streamed(gateway, exchange, chunks)
        events, finished = await whole(gateway, exchange, request)
        return JSONResponse(chunks.whole(events, finished))

    return router


def as_chat(body: ResponsesRequest) -> ChatRequest:
    """The same question as a chat. Raises Refusal for what is not done here."""
    if body.previous_response_id:
        raise Refusal(
            400, "Answers are not stored; send the whole chat.", "unsupported_parameter", "previous_response_id"
        )
    items = [InputItem(content=body.input)] if isinstance(body.input, str) else body.input
    messages = messages_of(items)
    if body.instructions:
        messages.insert(0, Message(role="system", content=body.instructions))
    if not messages:
        raise Refusal(400, "There is no message.", None, "input")
    return ChatRequest(
        messages=messages,
        max_tokens=body.max_output_tokens,
        temperature=body.temperature,
        top_p=body.top_p,
        tools=tools_of(body.tools or []),
        tool_choice=choice_of(body.tool_choice),
        parallel_tool_calls=body.parallel_tool_calls,
        reasoning_effort=body.reasoning.effort if body.reasoning else None,
        response_format=_format(body.text.format) if body.text else None,
    )


def _format(wanted: TextFormat) -> ResponseFormat:
    schema = JsonSchema(schema=wanted.json_schema) if wanted.json_schema is not None else None
    return ResponseFormat(type=wanted.type, json_schema=schema)


class ResponseChunks:
    """An answer as this API's events: it begins, then its items in turn, then it ends."""

    def __init__(self, head: Head, body: ResponsesRequest) -> None:
        self._number = 0
        self._items = ItemStream(head.id)
        choice = body.tool_choice
        self._reply = ResponsesReply(
            id=head.id,
            created_at=head.created,
            model=head.model,
            instructions=body.instructions,
            max_output_tokens=body.max_output_tokens,
            temperature=body.temperature,
            top_p=body.top_p,
            parallel_tool_calls=body.parallel_tool_calls is not False,
            tools=[tool.model_dump() for tool in body.tools or ()],
            tool_choice=choice.model_dump() if isinstance(choice, NamedFunctionTool) else choice or "auto",
        )

    def whole(self, events: list[Event], finished: Finished) -> dict[str, Any]:
        """The answer in one piece."""
        for event in events:
            if isinstance(event, TokenEvent):
                self._items.of(event)
        self._items.rest(_status(finished))
        return self._ended(finished)

    def begin(self) -> bytes:
        """See Chunks."""
        begun = self._reply.model_dump()
        return self._event("response.created", response=begun) + self._event("response.in_progress", response=begun)

    def encode(self, event: Event) -> bytes:
        """See Chunks."""
        if isinstance(event, TokenEvent):
            return self._events(self._items.of(event))
        if not isinstance(event, Finished):
            return b""
        last = self._events(self._items.rest(_status(event)))
        reply = self._ended(event)
        return last + self._event(f"response.{reply['status']}", response=reply)

    def failed(self, refusal: Refusal) -> bytes:
        """See Chunks."""
        error = {"code": refusal.code, "message": refusal.message, "param": refusal.param}
        ended = self._reply.model_copy(update={"status": "failed", "error": error}).model_dump()
        return self._event("error", **error) + self._event("response.failed", response=ended)

    def _ended(self, finished: Finished) -> dict[str, Any]:
        status = _status(finished)
        ended = {
            "status": status,
            "incomplete_details": None if status == "completed" else {"reason": "max_output_tokens"},
            "output": self._items.items,
            "usage": _usage(finished.stats),
        }
        return self._reply.model_copy(update=ended).model_dump()

    def _events(self, found: list[dict[str, Any]]) -> bytes:
        return b"".join(self._event(event.pop("type"), **event) for event in found)

    def _event(self, kind: str, **fields: Any) -> bytes:
        content = {"type": kind, "sequence_number": self._number, **fields}
        self._number += 1
        return f"event: {kind}\ndata: {json.dumps(content)}\n\n".encode()


def _status(finished: Finished) -> Literal["completed", "incomplete"]:
    return "completed" if end_reason(finished.reason) == "stop" else "incomplete"


def _usage(stats: GenerationStats) -> dict[str, Any]:
    usage = usage_of(stats)
    return {
        "input_tokens": usage.prompt_tokens,
        "input_tokens_details": {"cached_tokens": stats.cached_tokens},
        "output_tokens": usage.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": stats.reasoning_tokens},
        "total_tokens": usage.total_tokens,
    }
