"""What is known of the folders' files: their passages, words and vectors (any thread, one call at a time).

Each change is a transaction: whatever ends the program, a file's passages are all there or none of them.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import apsw

from llmdesk.services.collections.chunks import Piece
from llmdesk.services.collections.summary import Summary, summaries
from llmdesk.services.collections.wording import indexed


@dataclass(frozen=True, slots=True)
class FileState:
    """By what a change of a file is noticed."""

    size: int
    mtime_ns: int
    digest: bytes = b""
    has_problem: bool = False


@dataclass(frozen=True, slots=True)
class ToEmbed:
    """A passage without a vector, with what it stands under."""

    id: int
    path: str
    heading: str
    text: str


class Index:
    """See the module.

    Attributes:
        lock: held by each call, and by searches (search.py).
    """

    def __init__(self, connection: apsw.Connection) -> None:
        self.connection = connection
        self.lock = threading.RLock()

    def close(self) -> None:
        """Once, at the end."""
        with self.lock:
            self.connection.close()

    # -- collections -------------------------------------------------------------------------------------------------

    def add(self, collection_id: str, name: str, folders: Sequence[str]) -> None:
        """A new collection."""
        with self._change() as run:
            run("INSERT INTO collections (id, name) VALUES (?, ?)", (collection_id, name))
            for folder in folders:
                run("INSERT OR IGNORE INTO folders (collection_id, path) VALUES (?, ?)", (collection_id, folder))

    def add_folder(self, collection_id: str, folder: str) -> None:
        """One more folder."""
        with self._change() as run:
            run("INSERT OR IGNORE INTO folders (collection_id, path) VALUES (?, ?)", (collection_id, folder))

    def rename(self, collection_id: str, name: str) -> None:
        """Another name."""
        with self._change() as run:
            run("UPDATE collections SET name = ? WHERE id = ?", (name, collection_id))

    def remove(self, collection_id: str) -> None:
        """With everything that is known of its files."""
        with self._change() as run:
            number = self._number(collection_id)
            for (file_id,) in run("SELECT id FROM files WHERE collection = ?", (number,)).fetchall():
                self._forget_passages(file_id)
            run("DELETE FROM files WHERE collection = ?", (number,))
            run("DELETE FROM folders WHERE collection_id = ?", (collection_id,))
            run("DELETE FROM collections WHERE id = ?", (collection_id,))

    def number(self, collection_id: str) -> int | None:
        """What its rows are marked with; None if it is gone."""
        with self.lock:
            return self._number(collection_id)

    def summaries(self) -> tuple[Summary, ...]:
        """All collections, by name."""
        with self.lock:
            return summaries(self.connection)

    def note_scan(self, collection_id: str, problems: Mapping[str, str]) -> None:
        """Its folders were looked at just now; ``problems`` of those that could not be, by path."""
        with self._change() as run:
            run("UPDATE collections SET scanned_s = ? WHERE id = ?", (time.time(), collection_id))
            run("UPDATE folders SET problem = '' WHERE collection_id = ? AND problem <> ''", (collection_id,))
            for path, problem in problems.items():
                update = "UPDATE folders SET problem = ? WHERE collection_id = ? AND path = ?"
                run(update, (problem, collection_id, path))

    # -- files -------------------------------------------------------------------------------------------------------

    def files(self, number: int) -> dict[str, FileState]:
        """All that are known of a collection, by path."""
        with self.lock:
            query = "SELECT path, size, mtime_ns, digest, problem <> '' FROM files WHERE collection = ?"
            rows: list[Any] = self.connection.execute(query, (number,)).fetchall()
        return {path: FileState(size, mtime, digest, bool(bad)) for path, size, mtime, digest, bad in rows}

    def file(self, number: int, path: str) -> FileState | None:
        """One of them."""
        with self.lock:
            query = "SELECT size, mtime_ns, digest, problem <> '' FROM files WHERE collection = ? AND path = ?"
            row: Any = self.connection.execute(query, (number, path)).fetchone()
        return None if row is None else FileState(row[0], row[1], row[2], bool(row[3]))

    def put_file(
        self, number: int, path: str, state: FileState, pieces: Sequence[Piece], problem: str = "", text_bytes: int = 0
    ) -> bool:
        """What a file holds now, in place of what it held before. False if its collection is gone meanwhile."""
        with self._change() as run:
            if run("SELECT 1 FROM collections WHERE number = ?", (number,)).get is None:
                return False
            self._forget_file(number, path)
            run(
                "INSERT INTO files (collection, path, size, mtime_ns, digest, problem, passages, text_bytes) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (number, path, state.size, state.mtime_ns, state.digest, problem, len(pieces), text_bytes),
            )
            file_id, name = self.connection.last_insert_rowid(), indexed(PurePath(path).name)
            for piece in pieces:
                place = piece.place
                run(
                    "INSERT INTO passages (file_id, collection, unit, first, last, sheet, heading, text) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (file_id, number, place.unit, place.first, place.last, place.sheet, piece.heading, piece.text),
                )
                run(
                    "INSERT INTO words (rowid, scope, name, heading, text) VALUES (?, ?, ?, ?, ?)",
                    (self.connection.last_insert_rowid(), scope_of(number), name, indexed(piece.heading),
                     indexed(piece.text)),
                )  # fmt: skip
        return True

    def touch_file(self, number: int, path: str, state: FileState) -> None:
        """It holds what it held; only its time is another one."""
        with self._change() as run:
            update = "UPDATE files SET size = ?, mtime_ns = ? WHERE collection = ? AND path = ?"
            run(update, (state.size, state.mtime_ns, number, path))

    def forget_files(self, number: int, paths: Sequence[str]) -> None:
        """They are gone."""
        with self._change():
            for path in paths:
                self._forget_file(number, path)

    # -- vectors -----------------------------------------------------------------------------------------------------

    def use_model(self, model_id: str) -> None:
        """Vectors of another model are worth nothing beside this one's."""
        with self.lock:
            if self._note("model") == model_id:
                return
            with self._change() as run:
                run("DROP TABLE IF EXISTS vectors")
                run("UPDATE passages SET is_embedded = 0 WHERE is_embedded <> 0")
                run("REPLACE INTO notes (name, value) VALUES ('model', ?)", (model_id,))
                run("DELETE FROM notes WHERE name = 'dimensions'")

    def to_embed(self, most: int) -> tuple[ToEmbed, ...]:
        """Passages that have no vector, the oldest first."""
        with self.lock:
            rows: list[Any] = self.connection.execute(
                "SELECT passages.id, files.path, heading, text FROM passages JOIN files ON files.id = file_id "
                "WHERE is_embedded = 0 ORDER BY passages.id LIMIT ?",
                (most,),
            ).fetchall()
        return tuple(ToEmbed(*row) for row in rows)

    def put_vectors(self, vectors: Sequence[tuple[int, bytes]]) -> None:
        """Of passages, by number: 32-bit numbers of length 1, or none. Those that are gone meanwhile are left out."""
        with self._change() as run:
            self._prepare_vectors(max(len(vector) for _, vector in vectors) // 4)
            for passage_id, vector in vectors:
                query = "SELECT collection FROM passages WHERE id = ? AND is_embedded = 0"
                number = run(query, (passage_id,)).get
                if number is not None and vector:
                    insert = "INSERT INTO vectors (passage_id, collection, embedding) VALUES (?, ?, ?)"
                    run(insert, (passage_id, number, vector))
                run("UPDATE passages SET is_embedded = ? WHERE id = ?", (1 if vector else 2, passage_id))

    def embedding_progress(self, passage_id: int) -> tuple[str, int, int]:
        """The id of a passage's collection, how many of its passages have vectors, and how many there are."""
        with self.lock:
            row: Any = self.connection.execute(
                "SELECT id, number, (SELECT coalesce(sum(passages), 0) FROM files WHERE collection = number), "
                "(SELECT count(*) FROM passages WHERE is_embedded = 0 AND collection = number) FROM collections "
                "WHERE number = (SELECT collection FROM passages WHERE id = ?)",
                (passage_id,),
            ).fetchone()
        return ("", 0, 0) if row is None else (row[0], row[2] - row[3], row[2])

    def dimensions(self) -> int:
        """Of the vectors; 0 if there are none."""
        with self.lock:
            return int(self._note("dimensions") or 0)

    # -- helpers -----------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _change(self) -> Iterator[Any]:
        """A transaction; gives what runs a statement."""
        with self.lock:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection.execute
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def _prepare_vectors(self, dimensions: int) -> None:
        if dimensions and int(self._note("dimensions") or 0) != dimensions:
            run = self.connection.execute
            run("DROP TABLE IF EXISTS vectors")
            run(
                "CREATE VIRTUAL TABLE vectors USING vec0 (passage_id INTEGER PRIMARY KEY, "
                f"collection INTEGER PARTITION KEY, embedding FLOAT[{dimensions}])"
            )
            run("REPLACE INTO notes (name, value) VALUES ('dimensions', ?)", (str(dimensions),))

    def _note(self, name: str) -> str:
        return self.connection.execute("SELECT value FROM notes WHERE name = ?", (name,)).get or ""

    def _number(self, collection_id: str) -> int | None:
        found = self.connection.execute("SELECT number FROM collections WHERE id = ?", (collection_id,)).get
        return None if found is None else int(found)

    def _forget_file(self, number: int, path: str) -> None:
        query = "SELECT id FROM files WHERE collection = ? AND path = ?"
        file_id = self.connection.execute(query, (number, path)).get
        if file_id is not None:
            self._forget_passages(file_id)
            self.connection.execute("DELETE FROM files WHERE id = ?", (file_id,))

    def _forget_passages(self, file_id: int) -> None:
        run = self.connection.execute
        for passage_id, is_embedded in run(
            "SELECT id, is_embedded FROM passages WHERE file_id = ?", (file_id,)
        ).fetchall():
            run("DELETE FROM words WHERE rowid = ?", (passage_id,))
            if is_embedded == 1:
                run("DELETE FROM vectors WHERE passage_id = ?", (passage_id,))
        run("DELETE FROM passages WHERE file_id = ?", (file_id,))


def scope_of(number: int) -> str:
    """A collection as a word of the index."""
    return f"c{number}"
