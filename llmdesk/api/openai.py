"""OpenAI's routes: chats and texts. Each also answers without ``/v1``."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from llmdesk.api.answers import ChatChunks, CompletionChunks, Head, chat_reply, completion_reply
from llmdesk.api.documentation import ERRORS, STREAM
from llmdesk.api.errors import Refusal
from llmdesk.api.exchange import Exchange
from llmdesk.api.gateway import Gateway
from llmdesk.api.metrics import now
from llmdesk.api.prompts import chat_request, check_chat, completion_request, prompt_of
from llmdesk.api.replies import ChatReply, CompletionReply
from llmdesk.api.request_log import record_of
from llmdesk.api.requests import ChatRequest, CompletionRequest, Sampling
from llmdesk.api.stream import Chunks, EventStream, answered, was_stopped
from llmdesk.datatypes.chat import Event, Failed, Finished, GenerationRequest


def routes(gateway: Gateway) -> APIRouter:
    """The routes over this gateway."""
    router = APIRouter(tags=["generation"])

    @router.post("/v1/chat/completions", response_model=ChatReply, responses={**ERRORS, **STREAM})
    @router.post("/chat/completions", response_model=ChatReply, responses={**ERRORS, **STREAM}, include_in_schema=False)
    async def chat_completions(body: ChatRequest, request: Request) -> Any:
        """Answer a chat, as a whole or (``stream``) as server-sent events."""
        check_chat(body, gateway.limits.max_messages)  # before a look at the disk
        model_id = await gateway.model_id(body.model)
        asked = chat_request(
            body, gateway.new_id("chatcmpl"), model_id, gateway.limits.max_messages, gateway.answer_cache
        )
        if asked.sampling.json_schema:
            await gateway.check_schema(asked.sampling.json_schema)
        head = _head(gateway, asked)
        exchange = _submit(gateway, asked, request)
        if body.stream:
            return await _streamed(gateway, exchange, ChatChunks(head, _wants_usage(body)))
        events, finished = await _whole(gateway, exchange, request)
        return Response(chat_reply(head, events, finished).model_dump_json(), media_type="application/json")

    @router.post("/v1/completions", response_model=CompletionReply, responses={**ERRORS, **STREAM})
    @router.post("/completions", response_model=CompletionReply, responses=ERRORS, include_in_schema=False)
    async def completions(body: CompletionRequest, request: Request) -> Any:
        """Continue a text as it is: without a chat template, and control tokens in it are such tokens."""
        model_id = await gateway.model_id(body.model)
        asked = completion_request(body, gateway.new_id("cmpl"), model_id, gateway.answer_cache)
        echo = await _echo(gateway, body, model_id)
        head = _head(gateway, asked)
        exchange = _submit(gateway, asked, request)
        if body.stream:
            return await _streamed(gateway, exchange, CompletionChunks(head, _wants_usage(body), echo))
        events, finished = await _whole(gateway, exchange, request)
        return Response(completion_reply(head, events, finished, echo).model_dump_json(), media_type="application/json")

    return router


def _head(gateway: Gateway, asked: GenerationRequest) -> Head:
    return Head(asked.request_id, now(), asked.model_id, gateway.fingerprint)


def _wants_usage(body: Sampling) -> bool:
    return body.stream_options is not None and body.stream_options.include_usage


def _submit(gateway: Gateway, asked: GenerationRequest, request: Request) -> Exchange:
    exchange = gateway.submit(asked)
    record_of(request.scope).exchange = exchange
    return exchange


async def _streamed(gateway: Gateway, exchange: Exchange, chunks: Chunks) -> Response:
    """A refusal that the engine tells at once has its own status; one that comes later is in the stream."""
    await exchange.first(gateway.limits.first_word_s)
    if isinstance(exchange.end, Failed):
        raise gateway.refusal(exchange.end.error)
    return EventStream(exchange, chunks, lambda event: gateway.refusal(event.error), gateway.limits.keep_alive_s)


async def _whole(gateway: Gateway, exchange: Exchange, request: Request) -> tuple[list[Event], Finished]:
    """Raises Refusal: there is no answer."""
    events = await answered(exchange, request)
    last = events[-1] if events else None
    if isinstance(last, Failed):
        raise gateway.refusal(last.error)
    if exchange.is_gone or not isinstance(last, Finished) or last.reason == "cancelled":
        raise Refusal(499, "The client went away.", "cancelled") if exchange.is_gone else was_stopped()
    return events, last


async def _echo(gateway: Gateway, body: CompletionRequest, model_id: str) -> str:
    """The prompt as text, if it is wanted before the answer."""
    if not body.echo:
        return ""
    prompt = prompt_of(body)
    if isinstance(prompt, str):
        return prompt
    return await gateway.with_model(model_id, lambda model: model.detokenize(prompt))
