"""One search from question to passages: waits a little for files that change and for the question's vector."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from llmdesk.services.collections.collection import Found
from llmdesk.services.collections.embedding import NoVectors
from llmdesk.services.collections.index import Index
from llmdesk.services.collections.search import find
from llmdesk.services.collections.search_notice import SearchNotice
from llmdesk.services.collections.shelf import Shelf
from llmdesk.services.files.attachment import Attachment

FRESH_S = 2.0
"""So long a search waits for files that changed to be read."""
VECTOR_S = 15.0
"""So long it waits for the question's vector, for which the sentence model may have to be loaded."""
ATTACHED_S = 4.0
"""So long it waits for the vectors of a file that was attached just now."""
_LOOK_S = 0.05


class Searching:
    """A search; the thread of the collections."""

    def __init__(self, shelf: Shelf, is_given_up: Callable[[], bool]) -> None:
        self._shelf, self._is_given_up = shelf, is_given_up

    def in_collections(self, question: str, collection_ids: Sequence[str], limit: int) -> Found:
        """See Collections.search."""
        ids = [each for each in collection_ids if self._shelf.index.number(each) is not None]
        fresh = [self._shelf.indexer.scan(each) for each in ids]
        self._shelf.indexer.embed()
        are_fresh = self._wait(lambda: all(each.is_set() for each in fresh), FRESH_S)
        found = self._find(self._shelf.index, question, ids, limit)
        if not are_fresh and found.notice is None:
            return Found(found.passages, SearchNotice("still_reading"))
        return found

    def in_files(self, question: str, attachments: Sequence[Attachment], limit: int) -> Found:
        """See Collections.search_files."""
        ids = self._shelf.prepare(attachments)
        index, indexer = self._shelf.attached.index, self._shelf.indexer
        self._wait(lambda: not indexer.is_embedding or not index.to_embed(1), ATTACHED_S)
        found = self._find(index, question, ids, limit)
        return Found(tuple(each.of_attachment() for each in found.passages), found.notice)

    def _find(self, index: Index, question: str, ids: Sequence[str], limit: int) -> Found:
        notice: SearchNotice | None = None
        vector: bytes | None = None
        model = self._shelf.model
        if model.state == "missing":
            notice = SearchNotice("no_model", model.title)
        elif model.state == "ready" and index.dimensions():
            try:
                found = self._shelf.embedder.vectors(model.id, (question,), VECTOR_S, self._is_given_up)
                vector = found[0] or None
            except NoVectors as error:
                info = error.info
                notice = SearchNotice("no_vectors", info.user_message) if info else SearchNotice("engine_busy")
        elif model.state == "ready":
            notice = SearchNotice("preparing")
        return Found() if self._is_given_up() else Found(find(index, question, vector, ids, limit), notice)

    def _wait(self, is_done: Callable[[], bool], most_s: float) -> bool:
        end_s = time.monotonic() + most_s
        while not is_done():
            if self._is_given_up() or time.monotonic() > end_s:
                return False
            time.sleep(_LOOK_S)
        return True
