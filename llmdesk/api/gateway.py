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
from llmdesk.datatypes.chat import Event, GenerationRequest
from llmdesk.datatypes.model import ErrorInfo, ModelStatus
from llmdesk.datatypes.work import WorkCancelled, WorkDone, WorkEvent, WorkFailed
from llmdesk.engine.backend import LoadedModel
from llmdesk.engine.generation.constraint import check_schema, check_tools
from llmdesk.engine.serving.work import WorkContext
from llmdesk.errors import EngineStopped, LlmdeskError, ModelNotFound, ModelNotInstalled, error_info, from_info
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
    """

    def __init__(self, core: Core, limits: Limits, activity: Activity | None = None) -> None:
        self.core, self.limits = core, limits
        self.activity = activity or Activity()
        self.metrics = Metrics(lambda: self.status, self._under_way)
        self.started_s = int(time.time())
        self._exchanges: set[Exchange] = set()
        self._is_closing = False

    @property
    def status(self) -> ModelStatus:
        """The engine's model."""
        return self.core.runner.status

    @property
    def answer_cache(self) -> bool:
        """Whether known answers are given again, as the user has set it."""
        return self.core.settings.values.chat.answer_cache

    @property
    def fingerprint(self) -> str:
        """OpenAI's system_fingerprint: changes when the same seed may give another answer."""
        info = self.status.info
        return f"llmdesk-{__version__}-{info.precision}" if info else f"llmdesk-{__version__}"

    @staticmethod
    def new_id(prefix: str) -> str:
        """An id that no other request has."""
        return f"{prefix}-{secrets.token_hex(12)}"

    async def model_id(self, asked: str) -> str:
        """The model that is asked for; without a name the one that is loaded, else the user's. It may not be loaded.

        Raises:
            Refusal: there is no such model, or it is not on this machine.
        """
        info = self.status.info
        if info is not None and asked in ("", info.model_id):
            return info.model_id
        try:
            return await asyncio.to_thread(self._find, asked)
        except LlmdeskError as error:
            raise self.refusal(error_info(error)) from error

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

    def submit(self, request: GenerationRequest) -> Exchange:
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
            Refusal: the load or the function failed, or another model was loaded in between.
        """
        await self.load(model_id)

        def work(context: WorkContext) -> T:
            if context.model is None or context.model.info.model_id != model_id:
                raise ModelNotFound(say("Another model was loaded meanwhile."), say("Try again."))
            return function(context.model)

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
        """Make a model the current one, and wait for it. Raises Refusal: that failed."""
        runner = self.core.runner
        if self.status.info is not None and self.status.info.model_id == model_id and self.status.state == "ready":
            return
        loop, changed = asyncio.get_running_loop(), asyncio.Event()

        def listen(status: ModelStatus) -> None:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(changed.set)

        stale = self.status
        unsubscribe = runner.subscribe(listen)
        try:
            runner.load(model_id)
            while True:
                await changed.wait()
                changed.clear()
                status = self.status
                if status is stale:
                    continue
                if status.info is not None and status.info.model_id == model_id and status.state == "ready":
                    return
                if self._is_closing:
                    raise self.refusal(_closing())
                if status.error is not None and status.state != "loading":
                    raise self.refusal(status.error)
                if status.state == "ready":
                    raise Refusal(409, "Another model was loaded meanwhile; try again.", "superseded", "model")
        finally:
            unsubscribe()

    async def unload(self, model_id: str) -> None:
        """Give a model's memory back after the answers that are under way; not at all if it is not loaded."""
        if self.status.info is None or self.status.info.model_id != model_id:
            return
        loop, gone = asyncio.get_running_loop(), asyncio.Event()

        def listen(status: ModelStatus) -> None:
            if status.info is None or status.info.model_id != model_id:
                with contextlib.suppress(RuntimeError):
                    loop.call_soon_threadsafe(gone.set)

        unsubscribe = self.core.runner.subscribe(listen)
        try:
            self.core.runner.unload()
            await gone.wait()
        finally:
            unsubscribe()

    def refusal(self, error: ErrorInfo) -> Refusal:
        """The engine's error, for clients."""
        return engine_refusal(error, self.limits.retry_after_s)

    def close(self) -> int:
        """The server ends: everybody who waits for an answer hears that. Returns how many these are."""
        self._is_closing = True
        waiting = list(self._exchanges)
        for exchange in waiting:
            exchange.fail(_closing())
        return len(waiting)

    def _find(self, asked: str) -> str:
        """Reads files."""
        catalogue = self.core.catalogue
        if not asked:
            return catalogue.preferred(self.core.settings.values.model.id)
        try:
            spec = catalogue.get(asked)
        except ModelNotFound:
            catalogue.reload()  # it may have been added meanwhile
            spec = catalogue.get(asked)
        if not catalogue.is_installed(spec):
            raise ModelNotInstalled(say("{title} is not on this machine yet.", title=spec.title))
        return spec.id

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


def _closing() -> ErrorInfo:
    return EngineStopped(say("llmdesk is closing.")).info()
