"""The index that is open, and who works on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.services.collections.attached import AttachedFiles
from llmdesk.services.collections.collection import Collection, CollectionEvent, CollectionState, SentenceModel
from llmdesk.services.collections.embedding import Embedder
from llmdesk.services.collections.index import Index
from llmdesk.services.collections.indexer import Indexer
from llmdesk.services.collections.summary import Summary
from llmdesk.services.files.attachment import Attachment


class Shelf:
    """What the collections have while their index is open. Any thread.

    Attributes:
        index: of the folders.
        attached: files of prompts.
    """

    def __init__(
        self,
        index: Index,
        engine: EngineRunner,
        model: Callable[[], SentenceModel],
        tell: Callable[[CollectionEvent], None],
        publish: Callable[[], None],
        on_damage: Callable[[], None],
    ) -> None:
        self.index, self._model = index, model
        self.attached = AttachedFiles()
        self.embedder = Embedder(engine)
        indexes = (index, self.attached.index)
        self.indexer = Indexer(indexes, self.embedder, lambda: self.model_id, tell, publish, on_damage)
        self.indexer.start()

    @property
    def model(self) -> SentenceModel:
        """That makes the vectors."""
        return self._model()

    @property
    def model_id(self) -> str:
        """Its id, if it is on this machine; else empty."""
        return self._model().id if self._model().state == "ready" else ""

    def close(self, timeout_s: float) -> None:
        """Nothing is done from now on. An index that is being written is closed with the program."""
        if self.indexer.close(timeout_s):
            self.index.close()
            self.attached.index.close()

    def prepare(self, attachments: Sequence[Attachment]) -> tuple[str, ...]:
        """Attached files come into their index; returns their ids there."""
        ids = self.attached.put(attachments)
        self.indexer.embed()
        return ids

    def collections(self) -> tuple[Collection, ...]:
        """All there are now."""
        return tuple(self._collection(each) for each in self.index.summaries())

    def _collection(self, each: Summary) -> Collection:
        return Collection(
            each.id,
            each.name,
            each.folders,
            self._state(each),
            each.files,
            each.passages,
            each.passages - each.to_embed,
            each.problems,
            each.problem_count,
            each.size_bytes,
            each.scanned_s,
        )

    def _state(self, each: Summary) -> CollectionState:
        if self.indexer.is_reading(each.id):
            return "indexing" if each.scanned_s else "waiting"
        if each.to_embed and self.indexer.is_embedding:
            return "indexing"
        if each.to_embed:
            return "words_only"
        return "partly" if each.problem_count else "ready"
