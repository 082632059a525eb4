"""Collections on a real engine thread, whose sentence model is one of the tests' own: texts that share words, or words
that mean the same, have vectors that lie close."""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from llmdesk.datatypes.chat import EmbeddingRequest, Event
from llmdesk.datatypes.model import LocalModel
from llmdesk.engine.backend import LoadOptions, LoadReporter
from llmdesk.engine.backends.scripted import ScriptedBackend, ScriptedModel
from llmdesk.engine.generation.embedding import embedded
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.models.catalogue import Catalogue
from llmdesk.services.collections.collection import (
    Collection,
    CollectionEvent,
    CollectionsChanged,
    CollectionTrouble,
    Found,
)
from llmdesk.services.collections.collections import Collections
from llmdesk.services.settings.settings import Settings
from tests.engine.engine_thread import running

MODEL = "meanings"
MOST_TOKENS = 200
_MEANINGS = {"car": "vehicle", "automobile": "vehicle", "feline": "cat"}


class Meanings(ScriptedModel):
    """``embed`` gives each word, or what it means, a place of 64."""

    def embed(self, request: EmbeddingRequest, submitted_s: float, cancel: threading.Event) -> Iterator[Event | None]:
        def tokens(text: str) -> list[int]:
            return [zlib.crc32(_MEANINGS.get(word, word).encode()) for word in text.lower().split()]

        def vector_of(ids: Sequence[int]) -> list[float]:
            places = [each % 64 for each in ids]
            return [float(places.count(place)) for place in range(64)]

        def vectors_of(texts: Sequence[Sequence[int]]) -> list[list[float]]:
            return [vector_of(ids) for ids in texts]

        return embedded(request, submitted_s, cancel, MOST_TOKENS, tokens, vectors_of)


class Backend(ScriptedBackend):
    """Every model is that one."""

    def load(self, model: LocalModel, options: LoadOptions, report: LoadReporter) -> ScriptedModel:
        return Meanings(super().load(model, options, report).info)


def catalogue_with_model(folder: Path, *, is_there: bool = True) -> Catalogue:
    """A catalogue whose ``MODEL`` is on this machine, or is not yet."""
    place = folder / "model"
    if is_there:
        place.mkdir(exist_ok=True)
    file = folder / "models.toml"
    file.write_text(
        f'[[model]]\nid = "{MODEL}"\ntitle = "Meanings"\nsource = "folder"\nlocation = "{place}"\n'
        'purpose = "embeddings"\n'
    )
    return Catalogue(file, folder / "none.toml")


class Heard:
    """What the collections tell."""

    def __init__(self) -> None:
        self.events: list[CollectionEvent] = []

    @property
    def troubles(self) -> list[CollectionTrouble]:
        return [each for each in self.events if isinstance(each, CollectionTrouble)]

    @property
    def changes(self) -> list[CollectionsChanged]:
        return [each for each in self.events if isinstance(each, CollectionsChanged)]


class Desk:
    """Collections, and what a test does with them."""

    def __init__(self, collections: Collections, engine: EngineRunner) -> None:
        self.collections, self.engine = collections, engine
        self.heard = Heard()
        collections.subscribe(self.heard.events.append)

    def add(self, folder: Path, name: str = "") -> Collection:
        """And wait until it is indexed."""
        return self.settled(self.collections.add(name, folder))

    def settled(self, collection_id: str) -> Collection:
        """Once nothing is to be done for it."""
        until(lambda: self._is_settled(collection_id))
        found = self.collections.collection(collection_id)
        assert found is not None
        return found

    def _is_settled(self, collection_id: str) -> bool:
        found = self.collections.collection(collection_id)
        return found is not None and found.scanned_s > 0 and found.state not in ("waiting", "indexing")

    def search(self, question: str, *ids: str, limit: int = 5) -> Found:
        """In these, or in all."""
        chosen = ids or tuple(each.id for each in self.collections.collections())
        ends: list[Found] = []
        self.collections.search(question, chosen, limit, ends.append)
        until(lambda: bool(ends))
        return ends[0]

    def names(self, question: str, *ids: str) -> list[str]:
        """Of the files with the passages found, best first."""
        return [each.name for each in self.search(question, *ids).passages]


@contextmanager
def desk(folder: Path, catalogue: Catalogue | None = None, model_id: str = MODEL) -> Iterator[Desk]:
    """Everything is in this folder; the index, too."""
    folder.mkdir(exist_ok=True)
    known = catalogue or catalogue_with_model(folder)
    settings = Settings(folder / "settings.toml")
    settings.set("collections.model", model_id)
    settings.flush()
    with running(Backend) as engine:
        collections = Collections(engine, settings, lambda: known, folder)
        try:
            yield Desk(collections, engine)
        finally:
            collections.close()


def until(condition: Callable[[], bool], timeout_s: float = 30) -> None:
    """Wait for it."""
    end_s = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end_s
        time.sleep(0.005)
