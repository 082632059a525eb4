"""The way from the server to the engine, and what the server knows of all requests that are under way."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable
from typing import TypeVar

from llmdesk import __version__
from llmdesk.api.activity import Activity
from llmdesk.api.errors import Refusal, engine_refusal
from llmdesk.api.exchange import Exchange
from llmdesk.api.limits import Limits
from llmdesk.api.metrics import Metrics
from llmdesk.core import Core
from llmdesk.datatypes.chat import Event, GenerationRequest, Request
from llmdesk.datatypes.model import ErrorInfo, ModelInfo, ModelInMemory, ModelSpec, Purpose
from llmdesk.datatypes.work import WorkCancelled, WorkDone, WorkEvent, WorkFailed
from llmdesk.engine.backend import LoadedModel
from llmdesk.engine.generation.constraint import check_schema, check_tools
from llmdesk.engine.serving.work import WorkContext
from llmdesk.error_values import error_info, from_info
from llmdesk.errors import EngineBusy, EngineStopped, LlmdeskError, ModelNotFound, ModelNotInstalled
from llmdesk.words import say

T = TypeVar("T")


class Gateway:
    """Event loop only. Nothing here waits for the engine otherwise than by ``await``.

    Attributes:
        core: shared with the window, where there is one.
        limits: of this server.
        metrics: of this server.
        activity: is told what goes on.
        started_s: when it began (Unix seconds).
        telling: answers over WebSockets whose end was not told yet.
    """

    def __init__(self, core: Core, limits: Limits, activity: Activity | None = None) -> None:
        self.core, self.limits = core, limits
        self.activity = activity or Activity()
        self.metrics = Metrics(lambda: self.models, self._under_way)
        self.started_s = int(time.time())
        self.telling = 0
        self._exchanges: set[Exchange] = set()
        self._changes: set[asyncio.Future[ErrorInfo | None]] = set()  # loads and unloads that somebody waits for
        self._is_closing = False

    @property
    def models(self) -> tuple[ModelInMemory, ...]:
        """What the engine has in memory, and what it is loading."""
        return self.core.runner.models_in_memory

    def in_memory(self, model_id: str) -> ModelInfo | None:
        """A model that can be used right now."""
        return next((each.info for each in self.models if each.model_id == model_id and each.info), None)

    @property
    def answer_cache(self) -> bool:
        """Whether known answers are given again, as the user has set it."""
        return self.core.settings.values.chat.answer_cache

    def fingerprint(self, model_id: str) -> str:
        """OpenAI's system_fingerprint: changes when the same seed may give another answer."""
        info = self.in_memory(model_id)
        return f"llmdesk-{__version__}-{info.precision}" if info else f"llmdesk-{__version__}"

    @staticmethod
    def new_id(prefix: str) -> str:
        """An id that no other request has."""
        return f"{prefix}-{secrets.token_hex(12)}"

    async def model_id(self, asked: str, purpose: Purpose | None = "chat") -> str:
        """The model that is asked for. It may not be loaded.

        Without a name the window's or the latest one in memory, else the user's; for embeddings one that was made for
        these.

        Args:
            purpose: what it shall do; None: anything.

        Raises:
            Refusal: there is no such model, it is not on this machine, or it cannot do that.
        """
        info = self.in_memory(asked) if asked else self._usual(purpose)
        if info is not None:
            model_id, made_for = info.model_id, info.purpose
        else:
            try:
                spec = await asyncio.to_thread(self._find, asked, purpose)
            except LlmdeskError as error:
                raise self.refusal(error_info(error)) from error
            model_id, made_for = spec.id, spec.purpose
        if purpose == "chat" and made_for == "embeddings":
            words = f"“{model_id}” makes vectors out of texts (embeddings) and does not chat."
            raise Refusal(400, f"{words} Choose a chat model, or use /v1/embeddings.", "unsupported_model", "model")
        return model_id

    async def check(self, request: GenerationRequest) -> None:
        """That what is asked of the answer's form can be enforced; not on the engine thread, which others wait for.

        Raises Refusal.
        """
        if schema := request.sampling.json_schema:
            await self._check(lambda: check_schema(schema), "response_format")
        if request.tools.is_enforced:
            await self._check(lambda: check_tools(request.tools), "tools")

    async def _check(self, check: Callable[[], None], param: str) -> None:
        try:
            await asyncio.to_thread(check)
        except LlmdeskError as error:
            refusal = self.refusal(error_info(error))
            refusal.param = param
            raise refusal from error

    def submit(self, request: Request) -> Exchange:
        """Hand a request to the engine. A refusal comes as its end."""
        exchange = Exchange(request, self._on_event, self._on_end)
        if self._is_closing:
            exchange.fail(_closing())
            return exchange
        self._exchanges.add(exchange)
        self.activity.begin(exchange)
        exchange.cancel = self.core.runner.submit(request, exchange.sink).cancel
        exchange.limit(self.limits.max_request_s)
        return exchange

    async def with_model(self, model_id: str, function: Callable[[LoadedModel], T]) -> T:
        """Have a short function called with a model on the engine thread, after loading it.

        Raises:
            Refusal: the load or the function failed, or another model had to take its memory in between.
        """
        await self.load(model_id)

        def work(context: WorkContext) -> T:
            model = context.model_named(model_id)
            if model is None:
                raise EngineBusy(say("Another model took its memory meanwhile."))
            return function(model)

        loop = asyncio.get_running_loop()
        result: asyncio.Future[T] = loop.create_future()

        def sink(event: WorkEvent[T]) -> None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(_settle, result, event)

        handle = self.core.runner.run(work, sink)
        try:
            return await result
        except LlmdeskError as error:
            raise self.refusal(error.info()) from error
        finally:
            handle.cancel()

    async def load(self, model_id: str) -> None:
        """Bring a model into memory, beside the others if they fit, and wait for it. Raises Refusal: that failed."""
        if self.in_memory(model_id) is None:
            await self._changed(lambda on_end: self.core.runner.load(model_id, origin="api", on_end=on_end))

    async def unload(self, model_id: str) -> None:
        """Give a model's memory back after the answers that it is giving; nothing happens if it is not loaded."""
        if self.in_memory(model_id) is not None:
            await self._changed(lambda on_end: self.core.runner.unload(model_id, origin="api", on_end=on_end))

    async def _changed(self, change: Callable[[Callable[[ErrorInfo | None], None]], None]) -> None:
        """Have the engine do something, and wait for its end. Raises Refusal: it failed."""
        loop = asyncio.get_running_loop()
        result: asyncio.Future[ErrorInfo | None] = loop.create_future()

        def on_end(error: ErrorInfo | None) -> None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(_settle_change, result, error)

        self._changes.add(result)
        try:
            if self._is_closing:
                raise self.refusal(_closing())
            change(on_end)
            if (error := await result) is not None:
                raise self.refusal(error)
        finally:
            self._changes.discard(result)

    def refusal(self, error: ErrorInfo) -> Refusal:
        """The engine's error, for clients."""
        return engine_refusal(error, self.limits.retry_after_s)

    @property
    def is_closing(self) -> bool:
        """True from the moment on at which the server ends."""
        return self._is_closing

    def close(self) -> None:
        """The server ends: everybody who waits for an answer hears that."""
        self._is_closing = True
        for exchange in list(self._exchanges):
            exchange.fail(_closing())
        for change in self._changes:
            _settle_change(change, _closing())

    def _usual(self, purpose: Purpose | None) -> ModelInfo | None:
        """The window's model if it is in memory, else the one that was used last; what nobody asked for comes last."""
        window = self.core.runner.status.info
        there = sorted(self.models, key=lambda each: (not each.is_for_llmdesk, each.last_use_s), reverse=True)
        infos = [*([window] if window else []), *(each.info for each in there if each.info)]
        return next((info for info in infos if info.purpose == (purpose or "chat")), None)

    def _find(self, asked: str, purpose: Purpose | None) -> ModelSpec:
        """Reads files."""
        catalogue = self.core.catalogue
        if not asked and purpose == "embeddings":
            found = (each for each in catalogue.specs() if each.purpose == purpose and catalogue.is_installed(each))
            if (own := next(found, None)) is None:
                raise ModelNotFound(
                    say("There is no embedding model on this machine."),
                    say("Add a folder in sentence-transformers' form (`llmdesk models add PATH`)."),
                )
            return own
        if not asked:
            return catalogue.get(catalogue.preferred(self.core.settings.values.model.id))
        try:
            spec = catalogue.get(asked)
        except ModelNotFound:
            catalogue.reload()  # it may have been added meanwhile
            spec = catalogue.get(asked)
        if not catalogue.is_installed(spec):
            raise ModelNotInstalled(say("{title} is not on this machine yet.", title=spec.title))
        return spec

    def _under_way(self) -> tuple[int, int]:
        started = sum(exchange.has_started for exchange in self._exchanges)
        return started, len(self._exchanges) - started

    def _on_event(self, exchange: Exchange, event: Event) -> None:
        self.metrics.note_event(exchange.request.request_id, event)
        self.activity.note_event(exchange.request.request_id, event)

    def _on_end(self, exchange: Exchange, event: Event) -> None:
        self._exchanges.discard(exchange)
        self.activity.end(exchange.request.request_id)
        self.metrics.note_end(exchange.request.request_id, event)


def _settle(result: asyncio.Future[T], event: WorkEvent[T]) -> None:
    if result.done():
        return
    if isinstance(event, WorkDone):
        result.set_result(event.value)
    elif isinstance(event, WorkFailed):
        result.set_exception(from_info(event.error))
    elif isinstance(event, WorkCancelled):
        result.set_exception(EngineStopped(say("llmdesk is closing.")))


def _settle_change(result: asyncio.Future[ErrorInfo | None], error: ErrorInfo | None) -> None:
    if not result.done():
        result.set_result(error)


def _closing() -> ErrorInfo:
    return EngineStopped(say("llmdesk is closing.")).info()
