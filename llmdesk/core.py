"""What every way into llmdesk shares, built once, without Qt or a server: engine, catalogue, chats, settings, monitor.

The window, ``ask``, ``bench`` and ``doctor`` differ in what they do with it, not in how it comes about::

    with Core() as core:  # with an engine thread of its own
        core.runner.submit(...)

The window runs ``core.runner.run_forever`` on a thread of its own kind instead, and calls ``close`` at the end.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

from llmdesk import engine_choices
from llmdesk.datatypes.model import LocalModel
from llmdesk.engine.backend import Backend, LoadOptions
from llmdesk.engine.backends.choice import make_backend
from llmdesk.engine.backends.dispatch import DispatchingBackend
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.engine_choices import Choice
from llmdesk.errors import LlmdeskError
from llmdesk.models import hub_access
from llmdesk.models.hub_access import HubAccess
from llmdesk.services.live.resource_monitor import ResourceMonitor
from llmdesk.services.live.stage import Stage
from llmdesk.services.settings.definition import SETTINGS
from llmdesk.services.settings.settings import Settings

if TYPE_CHECKING:
    from llmdesk.models.catalogue import Catalogue
    from llmdesk.services.chats.store import ChatStore
    from llmdesk.services.collections.collections import Collections


class Core:
    """Builds all and starts nothing. ``close`` once at the end, or use it as a context manager.

    What the settings say of the engine is in force for the whole process from here to ``close``.

    Args:
        options: how models are loaded unless a load says otherwise.
        make: builds the backend, on the engine thread, at the first load.
        settings: default: the user's own.

    Attributes:
        runner: the engine; its ``run_forever`` runs on one thread, see ``start_engine``.
        settings: read already; changes of others are told to who subscribes.
        monitor: of processor and memory; does nothing until it is started.
        stage: what the window shows to an audience; nothing, unless its user wants that.
    """

    def __init__(
        self,
        options: LoadOptions | None = None,
        make: Callable[[], Backend] = make_backend,
        settings: Settings | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.runner = EngineRunner(lambda: DispatchingBackend(make), self._resolve, options, self._installed)
        self.monitor = ResourceMonitor()
        self.stage = Stage()
        self._catalogue: Catalogue | None = None
        self._catalogue_lock = threading.Lock()
        self._chats: ChatStore | None = None
        self._chats_lock = threading.Lock()
        self._collections: Collections | None = None
        self._engine: threading.Thread | None = None
        self._subscriptions = [
            self.settings.subscribe(lambda _: self._use_settings(), key) for key in ("engine", "hub")
        ]
        self._use_settings()

    @property
    def catalogue(self) -> Catalogue:
        """Always the same one. The first time it is imported and two small files are read, on the calling thread.

        Raises:
            CatalogueError: the file that is shipped is damaged; mistakes in the user's are in ``problems``.
        """
        from llmdesk.models.catalogue import Catalogue

        with self._catalogue_lock:
            self._catalogue = self._catalogue or Catalogue.load()
            return self._catalogue

    @property
    def chats(self) -> ChatStore:
        """The chats that are kept; always the same store. Its thread, started the first time, opens the file."""
        from llmdesk.services.chats.store import ChatStore

        with self._chats_lock:
            self._chats = self._chats or ChatStore()
            return self._chats

    @property
    def collections(self) -> Collections:
        """Folders that questions are answered from; always the same ones. Nothing is opened before it is asked for."""
        from llmdesk.services.collections.collections import Collections

        with self._chats_lock:
            self._collections = self._collections or Collections(self.runner, self.settings, lambda: self.catalogue)
            return self._collections

    def start_engine(self) -> None:
        """Run the engine on a plain thread. For who has no event loop of a window; once."""
        self._engine = threading.Thread(target=self._run_engine, name="engine")
        self._engine.start()

    def close(self) -> None:
        """End engine and monitor, write what is left of chats and settings; waits, seconds at most. Idempotent."""
        if self._collections is not None:
            self._collections.close()
        self.runner.stop()
        self.monitor.stop()
        if self._engine is not None:
            self._engine.join()
        if self._chats is not None:
            self._chats.close()
        for unsubscribe in self._subscriptions:
            unsubscribe()
        self.settings.flush()
        engine_choices.use_settings({})
        hub_access.use(HubAccess())

    def __enter__(self) -> Self:
        self.start_engine()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def _resolve(self, model_id: str) -> LocalModel:
        """For the engine: with the precision that the user wants for this model, which a load may still overrule."""
        found = self.catalogue.resolve(model_id)
        precision = self.settings.values.model.precisions.get(model_id, found.spec.precision)
        return replace(found, spec=replace(found.spec, precision=precision))

    def _installed(self) -> Iterator[LocalModel]:
        """For the engine: chat models on this disk that are whole."""
        for spec in self.catalogue.specs():
            if spec.purpose == "chat" and spec.source.kind != "server" and self.catalogue.is_installed(spec):
                with contextlib.suppress(LlmdeskError):
                    yield self._resolve(spec.id)

    def _run_engine(self) -> None:
        with contextlib.suppress(Exception):  # logged by the runner, and told to all who waited
            self.runner.run_forever()

    def _use_settings(self) -> None:
        """The environment needs no handing over: the engine looks there first, and refuses nonsense itself."""
        settings = self.settings
        from_file = [
            setting for setting in SETTINGS.values() if setting.variable and settings.origin(setting.key) == "file"
        ]
        engine_choices.use_settings(
            {setting.variable: Choice(str(settings.value(setting.key)).lower(), setting.key) for setting in from_file}
        )
        hub_access.use(HubAccess(**settings.values.hub.model_dump()))
