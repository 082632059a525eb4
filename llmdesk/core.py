"""What every way into llmdesk shares: the engine and the catalogue, built once, without Qt or a server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from llmdesk.datatypes.model import LocalModel
from llmdesk.engine.backend import Backend, LoadOptions
from llmdesk.engine.backends.choice import make_backend
from llmdesk.engine.backends.dispatch import DispatchingBackend
from llmdesk.engine.serving.runner import EngineRunner

if TYPE_CHECKING:
    from llmdesk.models.catalogue import Catalogue


class LazyCatalogue:
    """The catalogue, read at its first use, so that importing what it needs delays nobody. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._catalogue: Catalogue | None = None

    def get(self) -> Catalogue:
        """Always the same one; reads two small files the first time. Raises CatalogueError for the shipped file."""
        from llmdesk.models.catalogue import Catalogue

        with self._lock:
            self._catalogue = self._catalogue or Catalogue.load()
            return self._catalogue

    def resolve(self, model_id: str) -> LocalModel:
        """See Catalogue.resolve."""
        return self.get().resolve(model_id)


def build_engine(
    options: LoadOptions | None = None,
    catalogue: LazyCatalogue | None = None,
    make: Callable[[], Backend] = make_backend,
) -> EngineRunner:
    """The engine without its thread: whoever builds it runs ``run_forever`` on a thread of their choice."""
    return EngineRunner(lambda: DispatchingBackend(make), (catalogue or LazyCatalogue()).resolve, options)
