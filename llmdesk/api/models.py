"""What models there are and in which state, loading and unloading; tokens of texts."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict
from typing import Any

import psutil
from fastapi import APIRouter

from llmdesk.api.documentation import ERRORS
from llmdesk.api.errors import Refusal
from llmdesk.api.gateway import Gateway
from llmdesk.api.replies import Machine, ModelEntry, ModelList, ModelState, StateList, Text, Tokens
from llmdesk.api.requests import DetokenizeRequest, TokenizeRequest
from llmdesk.datatypes.model import ModelInMemory, Origin
from llmdesk.errors import SetupError
from llmdesk.memory_need import limit_bytes
from llmdesk.models.survey import Entry
from llmdesk.services.models_here import surveyed

MAX_TEXT = 500_000
"""Letters; meanwhile nobody else gets a token."""


_USERS: dict[Origin, str] = {"gui": "window", "api": "clients", "cli": "command", "background": "llmdesk"}


def routes(gateway: Gateway) -> APIRouter:
    """The routes over this gateway."""
    router = APIRouter(tags=["models"])

    @router.get("/v1/models", response_model=ModelList, responses=ERRORS)
    async def models() -> ModelList:
        """The models that can be used; one that is not loaded is loaded by the request that names it."""
        entries = await asyncio.to_thread(_survey, gateway)
        return ModelList(data=[_entry(gateway, entry) for entry in entries if entry.is_installed])

    @router.get("/v1/models/{model_id:path}", response_model=ModelEntry, responses=ERRORS)
    async def model(model_id: str) -> ModelEntry:
        """One of them."""
        entries = await asyncio.to_thread(_survey, gateway)
        return _entry(gateway, _find(entries, model_id, installed=True))

    @router.get("/models", response_model=StateList, responses=ERRORS)
    async def states() -> StateList:
        """All models that llmdesk knows, with their state and the memory that they take, and the machine's."""
        entries = await asyncio.to_thread(_survey, gateway)
        return StateList(data=[_state(gateway, entry) for entry in entries], memory=_machine())

    @router.get("/models/{model_id:path}", response_model=ModelState, responses=ERRORS)
    async def state(model_id: str) -> ModelState:
        """One of them."""
        entries = await asyncio.to_thread(_survey, gateway)
        return _state(gateway, _find(entries, model_id))

    @router.post("/models/{model_id:path}/load", response_model=ModelState, responses=ERRORS)
    async def load(model_id: str) -> ModelState:
        """Load a model beside those that are there; ends when it is there.

        Where not all fit, those go that were not used for longest and are not answering. What does not fit is refused.
        """
        await gateway.load(await gateway.model_id(model_id, None))
        return await state(model_id)

    @router.post("/models/{model_id:path}/unload", response_model=ModelState, responses=ERRORS)
    async def unload(model_id: str) -> ModelState:
        """Give a model's memory back, after the answers that it is giving. Nothing happens if it is not loaded."""
        found = _find(await asyncio.to_thread(_survey, gateway), model_id)
        await gateway.unload(found.spec.id)
        return await state(model_id)

    return router


def token_routes(gateway: Gateway) -> APIRouter:
    """Texts as a model's tokens and back, over this gateway."""
    router = APIRouter(tags=["tokens"])

    @router.post("/tokenize", response_model=Tokens, responses=ERRORS)
    @router.post("/v1/tokenize", response_model=Tokens, include_in_schema=False)
    async def tokenize(body: TokenizeRequest) -> Tokens:
        """A text as token ids, as /v1/completions would read it. Loads the model."""
        text = body.content if body.content is not None else body.prompt
        if text is None:
            raise Refusal(400, "There is no text to tokenize.", None, "content")
        if len(text) > MAX_TEXT:
            raise Refusal(400, f"A text of up to {MAX_TEXT:,} letters is tokenized at once.", None, "content")
        ids = await gateway.with_model(await gateway.model_id(body.model, None), lambda model: model.tokenize(text))
        return Tokens(tokens=ids, count=len(ids))

    @router.post("/detokenize", response_model=Text, responses=ERRORS)
    @router.post("/v1/detokenize", response_model=Text, include_in_schema=False)
    async def detokenize(body: DetokenizeRequest) -> Text:
        """Token ids as a text. Loads the model."""
        model_id = await gateway.model_id(body.model, None)
        return Text(content=await gateway.with_model(model_id, lambda model: model.detokenize(body.tokens)))

    return router


def _survey(gateway: Gateway) -> tuple[Entry, ...]:
    """Looks at the disk."""
    return surveyed(gateway.core.catalogue).entries


def _find(entries: tuple[Entry, ...], model_id: str, installed: bool = False) -> Entry:
    for entry in entries:
        if entry.spec.id == model_id and (entry.is_installed or not installed):
            return entry
    raise Refusal(404, f"There is no model “{model_id[:100]}” here.", "model_not_found", "model")


def _entry(gateway: Gateway, entry: Entry) -> ModelEntry:
    return ModelEntry.model_validate(_state(gateway, entry).model_dump(include=set(ModelEntry.model_fields)))


def _state(gateway: Gateway, entry: Entry) -> ModelState:
    spec, info = entry.spec, gateway.in_memory(entry.spec.id)
    found = ModelState(
        id=spec.id,
        created=gateway.started_s,
        title=spec.title,
        state="installed" if entry.is_installed else "not_installed",
        max_context_length=info.context_tokens if info else spec.context_tokens,
        precision=info.precision if info else spec.precision,
        memory_bytes=(info.memory_measured_bytes if info else 0) or spec.memory_bytes,
        memory_fit=str(entry.fit.text),
        purpose=spec.purpose,
        loaded=asdict(info) if info else None,
    )
    for each in gateway.models:
        if each.model_id == spec.id:
            found = found.model_copy(update=_loading(each) if each.state == "loading" else _loaded(each))
    return found


def _loading(model: ModelInMemory) -> dict[str, Any]:
    return {"state": "loading", "load_phase": str(model.phase), "load_fraction": model.fraction}


def _loaded(model: ModelInMemory) -> dict[str, Any]:
    return {
        "state": "loaded",
        "held_bytes": model.memory_bytes,
        "answers": model.running,
        "unused_s": 0.0 if model.running else round(max(0.0, time.perf_counter() - model.last_use_s), 3),
        "users": [_USERS[user] for user in model.users],
    }


def _machine() -> Machine:
    memory = psutil.virtual_memory()
    try:
        limit = limit_bytes(memory.total)
    except SetupError:  # it was set to what is no number; a load says so
        limit = 0
    return Machine(
        process_bytes=psutil.Process().memory_info().rss,
        available_bytes=memory.available,
        total_bytes=memory.total,
        limit_bytes=limit,
    )
