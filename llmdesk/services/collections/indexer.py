"""The thread that keeps the index up to date: looks at folders, reads what changed, has passages embedded.

It takes one step at a time, a folder, a file or a few passages, and gives way to answers between them; documents, which
take long, are read beside that. What it has not done when the program ends is done at the next start.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from llmdesk.error_values import error_info
from llmdesk.services.collections import database
from llmdesk.services.collections.collection import CollectionEvent, CollectionTrouble, IndexProgress
from llmdesk.services.collections.document_reads import DocumentRead, DocumentReads
from llmdesk.services.collections.embedding import Embedder
from llmdesk.services.collections.index import FileState, Index
from llmdesk.services.collections.reading import ReadFile, differs, is_still, look_at, read_file
from llmdesk.services.collections.scan import Scan
from llmdesk.services.collections.vector_work import GIVE_WAY_S, VectorWork
from llmdesk.services.files.documents import is_document_name

log = logging.getLogger(__name__)

_PUBLISH_S = 0.5


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
        self._index = indexes[0]
        self._tell, self._publish, self._on_damage = tell, publish, on_damage
        self._changed = threading.Condition(threading.RLock())
        self._scans: dict[str, Scan] = {}
        self._documents = DocumentReads(self._wake)
        self._is_closing = self._is_woken = False
        self._vectors = VectorWork(indexes, embedder, model_id, tell, lambda: self._is_closing)
        self._published_s = 0.0
        self._thread = threading.Thread(target=self._run, name="collections-index", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self, timeout_s: float) -> bool:
        """End after the file that is being read; True if it has ended in this time. Idempotent."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()  # what reads a document is not waited for
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
            if scan is None or scan.is_begun:
                fresh = scan.is_fresh if scan else threading.Event()
                tries_again |= scan is not None and scan.tries_again
                scan = self._scans[collection_id] = Scan(collection_id, tries_again, fresh)
            scan.tries_again |= tries_again
            scan.is_stopped = False
            self._wake()
            return scan.is_fresh

    def stop(self, collection_id: str) -> None:
        """Read no more of a collection; if it is read, embed no more. Until somebody asks again."""
        with self._changed:
            if (scan := self._scans.get(collection_id)) is not None:
                scan.is_stopped = True
            else:
                self._vectors.stop()
            self._wake()

    def embed(self) -> None:
        """There are passages without vectors, or there is a model now."""
        with self._changed:
            self._vectors.want(at_once=True)
            self._wake()

    def is_reading(self, collection_id: str) -> bool:
        """True until a collection is up to date, but for its vectors."""
        with self._changed:
            return collection_id in self._scans

    @property
    def is_embedding(self) -> bool:
        """True while passages may get vectors."""
        return self._vectors.is_due

    # -- on the thread -----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._is_closing:
            self._is_woken = False
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
        if (ended := self._documents.take()) is not None:
            self._keep_document(*ended)
            return True
        with self._changed:
            scans = list(self._scans.values())
        for scan in scans:
            if scan.is_stopped or (scan.to_read == [] and not scan.reading):
                self._end_scan(scan)
                return True
            if scan.to_read is None or self._next_file(scan) is not None:
                self._give_way(GIVE_WAY_S / 4)
                (self._look if scan.to_read is None else self._read)(scan)
                return True
        return self._embed_some()

    def _embed_some(self) -> bool:
        """While documents are being read, too. False if nothing is to be done now."""
        if not self._vectors.is_due:
            return False
        if self._give_way(GIVE_WAY_S):
            return True
        if is_done := self._vectors.step():
            self._publish_soon()
        return is_done

    def _next_file(self, scan: Scan) -> int | None:
        """The place of what can be read now: a document only while few are."""
        has_room, files = self._documents.has_room, enumerate(scan.to_read or ())
        return next((place for place, (path, _) in files if has_room or not is_document_name(Path(path))), None)

    def _wake(self) -> None:
        with self._changed:
            self._is_woken = True
            self._changed.notify()

    def _wait(self) -> None:
        with self._changed:
            if not self._is_woken and not self._is_closing and not self.is_embedding:
                left_s = self._vectors.left_s
                self._changed.wait(left_s if left_s > 0 else None)

    def _give_way(self, most_s: float) -> bool:
        """True if others had to go before."""
        if not self._vectors.must_wait:
            return False
        with self._changed:
            self._changed.wait(most_s)
        return True

    def _give_up(self, error: Exception) -> None:
        """Until somebody asks again."""
        with self._changed:
            scans, self._scans = self._scans, {}
            self._vectors.stop()
        for scan in scans.values():
            scan.is_fresh.set()
        self._tell(CollectionTrouble(next(iter(scans), ""), error_info(error)))
        self._publish()

    # -- files -------------------------------------------------------------------------------------------------------

    def _look(self, scan: Scan) -> None:
        with self._changed:
            scan.is_begun = True
        index, number = self._index, self._index.number(scan.collection_id)
        if number is None:
            self._end_scan(scan)
            return
        folders = next(each.folders for each in index.summaries() if each.id == scan.collection_id)
        seen, known = look_at(folders), index.files(number)
        gone = [path for path in known if path not in seen.files and not _is_below(path, seen.missing)]
        if gone:
            index.forget_files(number, gone)
        index.note_scan(scan.collection_id, seen.problems)
        scan.to_read = [
            (path, state)
            for path, state in seen.files.items()
            if path not in known or differs(state, known[path]) or (scan.tries_again and known[path].has_problem)
        ]
        scan.total = len(scan.to_read)
        self._publish_soon()

    def _read(self, scan: Scan) -> None:
        place, number = self._next_file(scan), self._index.number(scan.collection_id)
        path, state = (scan.to_read or []).pop(place or 0)
        if number is None:
            scan.to_read = []
            return
        scan.reading.append(path)
        self._tell_reading(scan)
        known = self._index.file(number, path)
        digest = known.digest if known and not known.has_problem else b""
        if is_document_name(Path(path)):
            self._documents.start(scan, path, state, digest)
        else:
            self._keep(scan, path, state, read_file(Path(path), state, digest))
            if scan.reading:
                self._tell_reading(scan)

    def _keep_document(self, scan: object, ended: DocumentRead) -> None:
        assert isinstance(scan, Scan)
        if ended.error is not None:
            scan.reading.remove(ended.path)
            raise ended.error
        newer = self._scans.get(scan.collection_id)
        if newer is not scan and not is_still(Path(ended.path), ended.state):
            scan.reading.remove(ended.path)  # what it holds now is another scan's to read, or was read already
            return
        if newer is not None and newer is not scan:  # nor need it be read twice
            newer.to_read = newer.to_read and [each for each in newer.to_read if each[0] != ended.path]
        self._keep(scan, ended.path, ended.state, ended.read)
        self._tell_reading(scan)

    def _keep(self, scan: Scan, path: str, state: FileState, read: ReadFile | None) -> None:
        """None: the file holds what it held."""
        scan.reading.remove(path)
        number, put = self._index.number(scan.collection_id), self._index.put_file
        if number is not None and read is None:
            self._index.touch_file(number, path, state)
        elif number is not None and read is not None:
            is_new = put(number, path, read.state, read.pieces, read.problem, read.text_bytes)
            if is_new and read.pieces:
                self._vectors.want()
        self._publish_soon()

    def _tell_reading(self, scan: Scan) -> None:
        """The one that takes longest so far."""
        done = scan.total - len(scan.to_read or ()) - len(scan.reading)
        self._tell(IndexProgress(scan.collection_id, "read", done, scan.total, next(iter(scan.reading), "")))

    def _end_scan(self, scan: Scan) -> None:
        with self._changed:
            if self._scans.get(scan.collection_id) is not scan:  # asked for again meanwhile
                return
            del self._scans[scan.collection_id]
        if scan.total:
            self._tell(IndexProgress(scan.collection_id, "read", scan.total, scan.total))
        self._publish_now()
        scan.is_fresh.set()

    # -- news --------------------------------------------------------------------------------------------------------

    def _publish_soon(self) -> None:
        if time.monotonic() - self._published_s >= _PUBLISH_S:
            self._publish_now()

    def _publish_now(self) -> None:
        self._publish()
        self._published_s = time.monotonic()


def _is_below(path: str, folders: tuple[str, ...]) -> bool:
    return any(Path(path).is_relative_to(folder) for folder in folders)
