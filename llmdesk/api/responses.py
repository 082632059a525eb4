"""``/v1/responses``: OpenAI's newer form of the same answers, for text. Nothing is stored."""

from __future__ import annotations

import json
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from llmdesk.api.answers import Head
from llmdesk.api.documentation import ERRORS, STREAM
from llmdesk.api.errors import Refusal
from llmdesk.api.gateway import Gateway
from llmdesk.api.generating import head_of, streamed, submitted, whole
from llmdesk.api.prompts import chat_request
from llmdesk.api.replies import end_reason, usage_of
from llmdesk.api.requests import ChatRequest, ContentPart, JsonSchema, Lenient, Listed, Message, ResponseFormat
from llmdesk.datatypes.chat import Event, Finished, GenerationStats, TokenEvent


class InputItem(Lenient):
    """A message. Other items (calls of tools, references to what is stored elsewhere) are refused."""

    type: str = "message"
    role: Literal["system", "developer", "user", "assistant"] = "user"
    content: str | Listed[ContentPart] = ""


class TextFormat(Lenient):
    """As ``response_format`` of a chat, but flat."""

    type: Literal["text", "json_object", "json_schema"] = "text"
    name: str | None = None
    json_schema: dict[str, Any] | None = Field(default=None, alias="schema")


class TextOptions(Lenient):
    """``format``: what the answer must be."""

    format: TextFormat = TextFormat()


class ResponsesRequest(Lenient):
    """POST /v1/responses"""

    model: str = Field(default="", max_length=500)
    input: str | Listed[InputItem]
    instructions: str | None = None
    max_output_tokens: int | None = Field(default=None, ge=-1, lt=2**31)
    temperature: float | None = Field(default=None, ge=0, le=2)
    top_p: float | None = Field(default=None, ge=0, le=1)
    text: TextOptions | None = None
    stream: bool | None = None
    tools: Listed[dict[str, Any]] | None = None
    tool_choice: str | dict[str, Any] | None = None
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
    parallel_tool_calls: bool = False
    previous_response_id: None = None
    store: Literal[False] = False
    temperature: float | None = None
    text: dict[str, Any] = {"format": {"type": "text"}}
    tool_choice: str = "none"
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
        text = "".join(event.text for event in events if isinstance(event, TokenEvent))
        return JSONResponse(chunks.reply(text, finished))

    return router


def as_chat(body: ResponsesRequest) -> ChatRequest:
    """The same question as a chat. Raises Refusal for what is not done here."""
    if body.previous_response_id:
        raise Refusal(
            400, "Answers are not stored; send the whole chat.", "unsupported_parameter", "previous_response_id"
        )
    items = [InputItem(content=body.input)] if isinstance(body.input, str) else body.input
    for index, item in enumerate(items):
        if item.type != "message":
            raise Refusal(400, "Only messages are read here.", "unsupported_content", f"input[{index}].type")
    messages = [Message(role=item.role, content=item.content) for item in items]
    if body.instructions:
        messages.insert(0, Message(role="system", content=body.instructions))
    if not messages:
        raise Refusal(400, "There is no message.", None, "input")
    return ChatRequest(
        messages=messages,
        max_tokens=body.max_output_tokens,
        temperature=body.temperature,
        top_p=body.top_p,
        tools=body.tools,
        tool_choice=body.tool_choice,
        response_format=_format(body.text.format) if body.text else None,
    )


def _format(wanted: TextFormat) -> ResponseFormat:
    schema = JsonSchema(schema=wanted.json_schema) if wanted.json_schema is not None else None
    return ResponseFormat(type=wanted.type, json_schema=schema)


class ResponseChunks:
    """An answer as this API's events: the answer, its one message and that one's one part begin and end in turn."""

    def __init__(self, head: Head, body: ResponsesRequest) -> None:
        self._item_id = f"msg-{head.id}"
        self._number = 0
        self._text: list[str] = []
        self._reply = ResponsesReply(
            id=head.id,
            created_at=head.created,
            model=head.model,
            instructions=body.instructions,
            max_output_tokens=body.max_output_tokens,
            temperature=body.temperature,
            top_p=body.top_p,
        )

    def reply(self, text: str, finished: Finished) -> dict[str, Any]:
        """The whole answer."""
        is_whole = end_reason(finished.reason) == "stop"
        ended = {
            "status": "completed" if is_whole else "incomplete",
            "incomplete_details": None if is_whole else {"reason": "max_output_tokens"},
            "output": [self._item(text, "completed" if is_whole else "incomplete")],
            "usage": _usage(finished.stats),
        }
        return self._reply.model_copy(update=ended).model_dump()

    def begin(self) -> bytes:
        """See Chunks."""
        begun = self._reply.model_dump()
        return (
            self._event("response.created", response=begun)
            + self._event("response.in_progress", response=begun)
            + self._event("response.output_item.added", output_index=0, item=self._item(None, "in_progress"))
            + self._part_event("response.content_part.added", part=_part(""))
        )

    def encode(self, event: Event) -> bytes:
        """See Chunks."""
        if isinstance(event, TokenEvent) and event.text:
            self._text.append(event.text)
            return self._part_event("response.output_text.delta", delta=event.text, logprobs=[])
        return self._finished(event) if isinstance(event, Finished) else b""

    def failed(self, refusal: Refusal) -> bytes:
        """See Chunks."""
        error = {"code": refusal.code, "message": refusal.message, "param": refusal.param}
        ended = self._reply.model_copy(update={"status": "failed", "error": error}).model_dump()
        return self._event("error", **error) + self._event("response.failed", response=ended)

    def _finished(self, event: Finished) -> bytes:
        text = "".join(self._text)
        reply = self.reply(text, event)
        kind = "response.completed" if reply["status"] == "completed" else "response.incomplete"
        return (
            self._part_event("response.output_text.done", text=text, logprobs=[])
            + self._part_event("response.content_part.done", part=_part(text))
            + self._event("response.output_item.done", output_index=0, item=reply["output"][0])
            + self._event(kind, response=reply)
        )

    def _item(self, text: str | None, status: str) -> dict[str, Any]:
        content = [] if text is None else [_part(text)]
        return {"id": self._item_id, "type": "message", "role": "assistant", "status": status, "content": content}

    def _part_event(self, kind: str, **fields: Any) -> bytes:
        return self._event(kind, item_id=self._item_id, output_index=0, content_index=0, **fields)

    def _event(self, kind: str, **fields: Any) -> bytes:
        content = {"type": kind, "sequence_number": self._number, **fields}
        self._number += 1
        return f"event: {kind}\ndata: {json.dumps(content)}\n\n".encode()


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _usage(stats: GenerationStats) -> dict[str, Any]:
    usage = usage_of(stats)
    return {
        "input_tokens": usage.prompt_tokens,
        "input_tokens_details": {"cached_tokens": stats.cached_tokens},
        "output_tokens": usage.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage.total_tokens,
    }
