"""What every way into llmdesk shares: the engine and the catalogue, built once, without Qt or a server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from llmdesk import engine_choices
from llmdesk.datatypes.model import LocalModel
from llmdesk.engine.backend import Backend, LoadOptions
from llmdesk.engine.backends.choice import make_backend
from llmdesk.engine.backends.dispatch import DispatchingBackend
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.engine_choices import Choice

if TYPE_CHECKING:
    from pathlib import Path

    from llmdesk.models.catalogue import Catalogue
    from llmdesk.services.settings.settings import Settings


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


def open_settings(file: Path | None = None, like: Settings | None = None) -> Settings:
    """The settings, with what they say of the engine in force for this process from now on.

    ``like``: take over what these say of the engine (for a file of its own, that of a demo).
    """
    from llmdesk.services.settings.settings import Settings

    settings = Settings(file)
    if like is not None:
        engine = like.values.engine.model_dump()
        settings.set_all({f"engine.{name}": value for name, value in engine.items()})
    settings.subscribe(lambda _: _use_for_engine(settings), "engine")
    _use_for_engine(settings)
    return settings


def _use_for_engine(settings: Settings) -> None:
    """The environment needs no handing over: the engine looks there first, and refuses nonsense itself."""
    from llmdesk.services.settings.definition import SETTINGS

    with_variable = (setting for setting in SETTINGS.values() if setting.variable)
    engine_choices.use_settings(
        {
            setting.variable: Choice(str(settings.value(setting.key)).lower(), setting.key)
            for setting in with_variable
            if settings.origin(setting.key) == "file"
        }
    )


def build_engine(
    options: LoadOptions | None = None,
    catalogue: LazyCatalogue | None = None,
    make: Callable[[], Backend] = make_backend,
) -> EngineRunner:
    """The engine without its thread: whoever builds it runs ``run_forever`` on a thread of their choice."""
    return EngineRunner(lambda: DispatchingBackend(make), (catalogue or LazyCatalogue()).resolve, options)
