"""Texts as vectors, in OpenAI's form; also without ``/v1``."""

from __future__ import annotations

import asyncio
import base64
from array import array
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from llmdesk.api.documentation import ERRORS
from llmdesk.api.errors import Refusal
from llmdesk.api.gateway import Gateway
from llmdesk.api.generating import whole
from llmdesk.api.replies import Embedding, EmbeddingList, EmbeddingUsage
from llmdesk.api.request_log import record_of
from llmdesk.api.requests import EmbeddingsRequest
from llmdesk.datatypes.chat import Embedded, EmbeddingRequest

MAX_INPUTS = 2048
"""As OpenAI has it."""
MAX_TEXT = 500_000
"""Letters; while a text becomes tokens nobody else gets any."""


def routes(gateway: Gateway) -> APIRouter:
    """The routes over this gateway."""
    router = APIRouter(tags=["embeddings"])

    @router.post("/v1/embeddings", response_model=EmbeddingList, responses=ERRORS)
    @router.post("/embeddings", response_model=EmbeddingList, include_in_schema=False)
    async def embeddings(body: EmbeddingsRequest, request: Request) -> Any:
        """A vector for each text. It has length 1, so a product of two is their cosine. Loads the model."""
        inputs = _inputs(body)
        model_id = await gateway.model_id(body.model, "embeddings")
        exchange = gateway.submit(EmbeddingRequest(gateway.new_id("embd"), model_id, inputs, body.dimensions))
        record_of(request.scope).exchange = exchange
        try:
            events, finished = await whole(gateway, exchange, request)
        except Refusal as refusal:
            refusal.param = "input" if refusal.code == "context_length_exceeded" else refusal.param
            raise
        vectors = [event.vector for event in events if isinstance(event, Embedded)]
        content = await asyncio.to_thread(_reply, body, model_id, vectors, finished.stats.prompt_tokens)
        return Response(content, media_type="application/json")

    return router


def _inputs(body: EmbeddingsRequest) -> tuple[str | tuple[int, ...], ...]:
    """Raises Refusal: there is none, there are too many, or one is empty."""
    given = body.input
    if isinstance(given, str):
        inputs: tuple[str | tuple[int, ...], ...] = (given,)
    elif given and isinstance(given[0], int):
        inputs = (tuple(token for token in given if isinstance(token, int)),)
    else:
        inputs = tuple(each if isinstance(each, str) else tuple(each) for each in given if not isinstance(each, int))
    if not inputs:
        raise Refusal(400, "There is no input.", None, "input")
    if len(inputs) > MAX_INPUTS:
        raise Refusal(400, f"A request may have {MAX_INPUTS:,} inputs.", None, "input")
    if any(len(each) > MAX_TEXT for each in inputs):
        raise Refusal(400, f"A text may have {MAX_TEXT:,} letters.", None, "input")
    if (empty := next((n for n, each in enumerate(inputs) if not each), None)) is not None:
        raise Refusal(400, "An input is empty.", None, f"input[{empty}]" if isinstance(given, list) else "input")
    return inputs


def _reply(body: EmbeddingsRequest, model_id: str, vectors: list[bytes], tokens: int) -> bytes:
    """Vector by vector: the event loop has its turn in between."""
    data = [Embedding(index=n, embedding=_encoded(body, each)).model_dump_json() for n, each in enumerate(vectors)]
    usage = EmbeddingUsage(prompt_tokens=tokens, total_tokens=tokens)
    rest = EmbeddingList(data=[], model=model_id, usage=usage).model_dump_json(exclude={"data"})
    return f'{rest[:-1]},"data":[{",".join(data)}]}}'.encode()


def _encoded(body: EmbeddingsRequest, vector: bytes) -> list[float] | str:
    if body.encoding_format == "base64":
        return base64.b64encode(vector).decode("ascii")
    return array("f", vector).tolist()
