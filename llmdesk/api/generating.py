"""What all routes that give answers share: handing a request to the engine, and its answer whole or as a stream."""

from __future__ import annotations

from functools import partial

from fastapi import Request
from fastapi.responses import Response

from llmdesk.api.answers import Head
from llmdesk.api.errors import Refusal
from llmdesk.api.exchange import Exchange
from llmdesk.api.gateway import Gateway
from llmdesk.api.metrics import now
from llmdesk.api.request_log import record_of
from llmdesk.api.stream import Chunks, EventStream, answered, was_stopped
from llmdesk.datatypes.chat import Event, Failed, Finished, GenerationRequest


def head_of(gateway: Gateway, asked: GenerationRequest) -> Head:
    """What every piece of this answer has."""
    return Head(asked.request_id, now(), asked.model_id, partial(gateway.fingerprint, asked.model_id))


async def submitted(gateway: Gateway, asked: GenerationRequest, request: Request) -> Exchange:
    """The request on its way. Raises Refusal: a schema in it cannot be enforced."""
    await gateway.check(asked)
    exchange = gateway.submit(asked)
    record_of(request.scope).exchange = exchange
    return exchange


async def streamed(gateway: Gateway, exchange: Exchange, chunks: Chunks) -> Response:
    """A refusal that the engine tells at once has its own status; one that comes later is in the stream."""
    await exchange.first(gateway.limits.first_word_s)
    if isinstance(exchange.end, Failed):
        raise gateway.refusal(exchange.end.error)
    return EventStream(exchange, chunks, lambda event: gateway.refusal(event.error), gateway.limits.keep_alive_s)


async def whole(gateway: Gateway, exchange: Exchange, request: Request) -> tuple[list[Event], Finished]:
    """Raises Refusal: there is no answer."""
    events = await answered(exchange, request)
    last = events[-1] if events else None
    if isinstance(last, Failed):
        raise gateway.refusal(last.error)
    if exchange.is_gone or not isinstance(last, Finished) or last.reason == "cancelled":
        raise Refusal(499, "The client went away.", "cancelled") if exchange.is_gone else was_stopped()
    return events, last
