"""OpenAI's routes: chats and texts. Each also answers without ``/v1``."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from llmdesk.api.answers import ChatChunks, CompletionChunks, chat_reply, completion_reply
from llmdesk.api.documentation import ERRORS, STREAM
from llmdesk.api.gateway import Gateway
from llmdesk.api.generating import head_of, streamed, submitted, whole
from llmdesk.api.prompts import chat_request, check_chat, completion_request, prompt_of
from llmdesk.api.replies import ChatReply, CompletionReply
from llmdesk.api.requests import ChatRequest, CompletionRequest, Sampling


def routes(gateway: Gateway) -> APIRouter:
    """The routes over this gateway."""
    router = APIRouter(tags=["generation"])

    @router.post("/v1/chat/completions", response_model=ChatReply, responses={**ERRORS, **STREAM})
    @router.post("/chat/completions", response_model=ChatReply, include_in_schema=False)
    async def chat_completions(body: ChatRequest, request: Request) -> Any:
        """Answer a chat, as a whole or (``stream``) as server-sent events."""
        check_chat(body, gateway.limits.max_messages)  # before a look at the disk
        model_id = await gateway.model_id(body.model)
        asked = chat_request(
            body, gateway.new_id("chatcmpl"), model_id, gateway.limits.max_messages, gateway.answer_cache
        )
        head = head_of(gateway, asked)
        exchange = await submitted(gateway, asked, request)
        if body.stream:
            return await streamed(gateway, exchange, ChatChunks(head, _wants_usage(body)))
        events, finished = await whole(gateway, exchange, request)
        reply = chat_reply(head, events, finished)
        content = reply.model_dump_json(exclude={"choices": {0: {"message": reply.choices[0].message.absent}}})
        return Response(content, media_type="application/json")

    @router.post("/v1/completions", response_model=CompletionReply, responses={**ERRORS, **STREAM})
    @router.post("/completions", response_model=CompletionReply, include_in_schema=False)
    async def completions(body: CompletionRequest, request: Request) -> Any:
        """Continue a text as it is: without a chat template, and control tokens in it are such tokens."""
        model_id = await gateway.model_id(body.model)
        asked = completion_request(body, gateway.new_id("cmpl"), model_id, gateway.answer_cache)
        echo = await _echo(gateway, body, model_id)
        head = head_of(gateway, asked)
        exchange = await submitted(gateway, asked, request)
        if body.stream:
            return await streamed(gateway, exchange, CompletionChunks(head, _wants_usage(body), echo))
        events, finished = await whole(gateway, exchange, request)
        return Response(completion_reply(head, events, finished, echo).model_dump_json(), media_type="application/json")

    return router


def _wants_usage(body: Sampling) -> bool:
    return body.stream_options is not None and body.stream_options.include_usage


async def _echo(gateway: Gateway, body: CompletionRequest, model_id: str) -> str:
    """The prompt as text, if it is wanted before the answer."""
    if not body.echo:
        return ""
    prompt = prompt_of(body)
    if isinstance(prompt, str):
        return prompt
    return await gateway.with_model(model_id, lambda model: model.detokenize(prompt))
