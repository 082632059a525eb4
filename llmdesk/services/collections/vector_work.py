"""Passages that have no vectors yet get them, a few at a time (the thread of the index; ``want`` and ``stop`` any)."""

from __future__ import annotations

import time
from collections.abc import Callable

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.services.collections.collection import CollectionEvent, CollectionTrouble, IndexProgress
from llmdesk.services.collections.embedding import Embedder, NoVectors, text_for
from llmdesk.services.collections.index import Index

BATCH_PASSAGES = 8
GIVE_WAY_S = 0.2
_BATCH_TIMEOUT_S = 120.0
_RETRY_S = 300.0


class VectorWork:
    """See the module.

    Args:
        indexes: the one on the disk, and that of attached files.
        model_id: of the sentence model, if it is on this machine, else empty.
        tell: hears of progress and trouble.
        is_closing: nobody waits for the engine any more.
    """

    def __init__(
        self,
        indexes: tuple[Index, ...],
        embedder: Embedder,
        model_id: Callable[[], str],
        tell: Callable[[CollectionEvent], None],
        is_closing: Callable[[], bool],
    ) -> None:
        self._indexes, self._embedder, self._model_id = indexes, embedder, model_id
        self._tell, self._is_closing = tell, is_closing
        self._wants, self._served = 1, 0  # how often vectors were wanted, and of these, how many are done with
        self._not_before_s = 0.0
        self._told: ErrorInfo | None = None  # why there were no vectors

    def want(self, *, at_once: bool = False) -> None:
        """There are passages without vectors; ``at_once``: whatever failed before may work now."""
        self._wants += 1
        if at_once:
            self._not_before_s = 0.0

    def stop(self) -> None:
        """Until somebody wants them again."""
        self._served = self._wants

    @property
    def is_due(self) -> bool:
        """True while passages may get vectors."""
        return self._served < self._wants and self.left_s <= 0 and bool(self._model_id())

    @property
    def left_s(self) -> float:
        """Until it is tried again."""
        return self._not_before_s - time.monotonic()

    @property
    def must_wait(self) -> bool:
        """True while others answer, or load a model."""
        return self._embedder.is_engine_wanted(self._model_id())

    def step(self) -> bool:
        """A few passages; False if nothing is to be done now."""
        model_id = self._model_id()
        if not model_id or not self.is_due:
            return False
        wants = self._wants
        for index in reversed(self._indexes):  # somebody waits for what is attached
            index.use_model(model_id)
            if passages := index.to_embed(BATCH_PASSAGES):
                return self._embed(index, model_id, [(each.id, text_for(each)) for each in passages])
        self._served = wants  # something may have been added while nothing was found
        return False

    def _embed(self, index: Index, model_id: str, passages: list[tuple[int, str]]) -> bool:
        try:
            texts = [text for _, text in passages]
            vectors = self._embedder.vectors(model_id, texts, _BATCH_TIMEOUT_S, self._is_closing)
        except NoVectors as error:
            self._note(error)
            return False
        index.put_vectors([(number, vector) for (number, _), vector in zip(passages, vectors, strict=True)])
        if index is self._indexes[0]:
            collection_id, done, total = index.embedding_progress(passages[-1][0])
            self._tell(IndexProgress(collection_id, "embed", done, total))
        return True

    def _note(self, error: NoVectors) -> None:
        if not self._is_closing():
            self._not_before_s = time.monotonic() + (_RETRY_S if error.info else GIVE_WAY_S)
            if error.info is not None and error.info != self._told:
                self._tell(CollectionTrouble("", error.info))
            self._told = error.info or self._told
