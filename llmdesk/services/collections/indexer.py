"""The thread that keeps the index up to date: looks at folders, reads what changed, has passages embedded.

It takes one step at a time, a folder, a file or a few passages, and gives way to answers between them. What it has not
done when the program ends is done at the next start.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.error_values import error_info
from llmdesk.services.collections import database
from llmdesk.services.collections.collection import CollectionEvent, CollectionTrouble, IndexProgress
from llmdesk.services.collections.embedding import Embedder, NoVectors, text_for
from llmdesk.services.collections.index import FileState, Index
from llmdesk.services.collections.reading import look_at, read_file

log = logging.getLogger(__name__)

BATCH_PASSAGES = 8
_BATCH_TIMEOUT_S = 120.0
_RETRY_S = 300.0
_PUBLISH_S = 0.5
_GIVE_WAY_S = 0.2


@dataclass(slots=True)
class _Scan:
    """A collection on the way to being up to date."""

    tries_again: bool
    is_fresh: threading.Event = field(default_factory=threading.Event)
    to_read: list[tuple[str, FileState]] | None = None  # None: its folders have not been looked at yet
    total: int = 0
    is_stopped: bool = False


class Indexer:
    """See the module. ``start`` once; all but ``start`` and ``close`` from any thread.

    Args:
        indexes: the one on the disk, and that of attached files.
        model_id: of the sentence model, if it is on this machine, else empty.
        tell: hears of progress and trouble, on this thread.
        publish: counts changed; told at most twice a second, on this thread.
        on_damage: the index is not whole; told on this thread, which ends.
    """

    def __init__(
        self,
        indexes: tuple[Index, ...],
        embedder: Embedder,
        model_id: Callable[[], str],
        tell: Callable[[CollectionEvent], None],
        publish: Callable[[], None],
        on_damage: Callable[[], None],
    ) -> None:
        self._indexes, self._embedder, self._model_id = indexes, embedder, model_id
        self._tell, self._publish, self._on_damage = tell, publish, on_damage
        self._changed = threading.Condition()
        self._scans: dict[str, _Scan] = {}
        self._is_closing = False
        self._wants_vectors = True
        self._no_vectors_until_s = 0.0
        self._told: ErrorInfo | None = None  # why there were no vectors
        self._published_s = 0.0
        self._thread = threading.Thread(target=self._run, name="collections-index", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self, timeout_s: float) -> bool:
        """End after the file that is being read; True if it has ended in this time. Idempotent."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def scan(self, collection_id: str, *, tries_again: bool = False) -> threading.Event:
        """Bring a collection up to date; what is returned is set once its files are read (or it is gone).

        Args:
            tries_again: read files anew that could not be read.
        """
        with self._changed:
            scan = self._scans.get(collection_id)
            if scan is None or scan.to_read is not None:  # what changed since that look would be missed
                fresh = scan.is_fresh if scan else threading.Event()
                scan = self._scans[collection_id] = _Scan(tries_again, fresh)
            scan.tries_again |= tries_again
            scan.is_stopped = False
            self._changed.notify()
            return scan.is_fresh

    def stop(self, collection_id: str) -> None:
        """Read no more of a collection; if it is read, embed no more. Until somebody asks again."""
        with self._changed:
            if (scan := self._scans.get(collection_id)) is not None:
                scan.is_stopped = True
            else:
                self._wants_vectors = False
            self._changed.notify()

    def embed(self) -> None:
        """There are passages without vectors, or there is a model now."""
        with self._changed:
            self._wants_vectors, self._no_vectors_until_s = True, 0.0
            self._changed.notify()

    def is_reading(self, collection_id: str) -> bool:
        """True until a collection is up to date, but for its vectors."""
        with self._changed:
            return collection_id in self._scans

    @property
    def is_embedding(self) -> bool:
        """True while passages may get vectors."""
        return self._wants_vectors and time.monotonic() >= self._no_vectors_until_s and bool(self._model_id())

    # -- on the thread -----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._is_closing:
            try:
                if not self._step():
                    self._publish_now()
                    self._wait()
            except Exception as error:
                if database.is_damage(error):
                    self._on_damage()
                    return
                if database.is_of_the_system(error):
                    log.warning("the index of folders cannot be written: %s", error)
                    self._give_up(database.problem_of(error))
                else:
                    log.exception("indexing failed")
                    self._give_up(error)

    def _step(self) -> bool:
        """The next thing to be done; False if there is nothing."""
        if (found := self._next_scan()) is not None:
            self._give_way()
            collection_id, scan = found
            if scan.is_stopped:
                self._end_scan(collection_id, scan)
            elif scan.to_read is None:
                self._look(collection_id, scan)
            elif scan.to_read:
                self._read(collection_id, scan)
            else:
                self._end_scan(collection_id, scan)
            return True
        return self._embed_some()

    def _next_scan(self) -> tuple[str, _Scan] | None:
        with self._changed:
            return next(iter(self._scans.items()), None)

    def _wait(self) -> None:
        with self._changed:
            if not self._scans and not self._is_closing and not self.is_embedding:
                left_s = self._no_vectors_until_s - time.monotonic()
                self._changed.wait(left_s if left_s > 0 else None)

    def _give_way(self) -> None:
        if self._embedder.is_engine_wanted(self._model_id()):
            with self._changed:
                self._changed.wait(_GIVE_WAY_S / 4)

    def _give_up(self, error: Exception) -> None:
        """Until somebody asks again."""
        with self._changed:
            scans, self._scans = self._scans, {}
            self._wants_vectors = False
        for scan in scans.values():
            scan.is_fresh.set()
        self._tell(CollectionTrouble(next(iter(scans), ""), error_info(error)))
        self._publish()

    # -- files -------------------------------------------------------------------------------------------------------

    def _look(self, collection_id: str, scan: _Scan) -> None:
        index = self._indexes[0]
        number = index.number(collection_id)
        if number is None:
            self._end_scan(collection_id, scan)
            return
        folders = next(each.folders for each in index.summaries() if each.id == collection_id)
        seen, known = look_at(folders), index.files(number)
        gone = [path for path in known if path not in seen.files and not _is_below(path, seen.missing)]
        if gone:
            index.forget_files(number, gone)
        index.note_scan(collection_id, seen.problems)
        scan.to_read = [
            (path, state)
            for path, state in seen.files.items()
            if path not in known or _differs(state, known[path]) or (scan.tries_again and known[path].has_problem)
        ]
        scan.total = len(scan.to_read)
        self._publish_soon()

    def _read(self, collection_id: str, scan: _Scan) -> None:
        index = self._indexes[0]
        assert scan.to_read is not None
        path, state = scan.to_read.pop(0)
        self._tell(IndexProgress(collection_id, "read", scan.total - len(scan.to_read) - 1, scan.total, path))
        number = index.number(collection_id)
        if number is None:
            scan.to_read.clear()
            return
        known = index.file(number, path)
        read = read_file(Path(path), state, known.digest if known and not known.has_problem else b"")
        if read is None:
            index.touch_file(number, path, state)
        elif index.put_file(number, path, read.state, read.pieces, read.problem, read.text_bytes) and read.pieces:
            self._wants_vectors = True
        self._publish_soon()

    def _end_scan(self, collection_id: str, scan: _Scan) -> None:
        with self._changed:
            if self._scans.get(collection_id) is not scan:  # asked for again meanwhile
                return
            del self._scans[collection_id]
        if scan.total:
            self._tell(IndexProgress(collection_id, "read", scan.total, scan.total))
        self._publish_now()
        scan.is_fresh.set()

    # -- vectors -----------------------------------------------------------------------------------------------------

    def _embed_some(self) -> bool:
        """A few passages; False if nothing is to be done now."""
        model_id = self._model_id()
        if not model_id or not self.is_embedding:
            return False
        if self._embedder.is_engine_wanted(model_id):
            with self._changed:
                self._changed.wait(_GIVE_WAY_S)
            return True
        for index in reversed(self._indexes):  # somebody waits for what is attached
            index.use_model(model_id)
            if passages := index.to_embed(BATCH_PASSAGES):
                return self._embed(index, model_id, [(each.id, text_for(each)) for each in passages])
        self._wants_vectors = False
        return False

    def _embed(self, index: Index, model_id: str, passages: list[tuple[int, str]]) -> bool:
        try:
            texts = [text for _, text in passages]
            vectors = self._embedder.vectors(model_id, texts, _BATCH_TIMEOUT_S, lambda: self._is_closing)
        except NoVectors as error:
            if not self._is_closing:
                self._no_vectors_until_s = time.monotonic() + (_RETRY_S if error.info else _GIVE_WAY_S)
                if error.info is not None and error.info != self._told:
                    self._tell(CollectionTrouble("", error.info))
                self._told = error.info or self._told
            return False
        index.put_vectors([(number, vector) for (number, _), vector in zip(passages, vectors, strict=True)])
        if index is self._indexes[0]:
            collection_id, done, total = index.embedding_progress(passages[-1][0])
            self._tell(IndexProgress(collection_id, "embed", done, total))
            self._publish_soon()
        return True

    # -- news --------------------------------------------------------------------------------------------------------

    def _publish_soon(self) -> None:
        if time.monotonic() - self._published_s >= _PUBLISH_S:
            self._publish_now()

    def _publish_now(self) -> None:
        self._publish()
        self._published_s = time.monotonic()


def _differs(state: FileState, known: FileState) -> bool:
    return (state.size, state.mtime_ns) != (known.size, known.mtime_ns)


def _is_below(path: str, folders: tuple[str, ...]) -> bool:
    return any(Path(path).is_relative_to(folder) for folder in folders)
