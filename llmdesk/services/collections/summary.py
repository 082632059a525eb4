"""What is counted of collections in the index (whoever holds its lock)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import apsw

from llmdesk.services.collections.collection import FileProblem

MOST_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class Summary:
    """A collection's row, and what is counted of it."""

    id: str
    name: str
    folders: tuple[str, ...]
    scanned_s: float
    files: int
    passages: int
    to_embed: int
    size_bytes: int
    problems: tuple[FileProblem, ...]
    problem_count: int


def summaries(connection: apsw.Connection) -> tuple[Summary, ...]:
    """Of all collections, by name."""
    rows: list[Any] = connection.execute("SELECT number, id, name, scanned_s FROM collections").fetchall()
    found = [_summary(connection, *row) for row in rows]
    return tuple(sorted(found, key=lambda each: (each.name.casefold(), each.id)))


def _summary(connection: apsw.Connection, number: int, collection_id: str, name: str, scanned_s: float) -> Summary:
    run: Any = connection.execute
    of_folders = "SELECT path, problem FROM folders WHERE collection_id = ? ORDER BY path"
    folders = run(of_folders, (collection_id,)).fetchall()
    files, passages, text_bytes, bad_files = run(
        "SELECT count(*), coalesce(sum(passages), 0), coalesce(sum(text_bytes), 0), "
        "coalesce(sum(problem <> ''), 0) FROM files WHERE collection = ?",
        (number,),
    ).fetchall()[0]
    to_embed = run("SELECT count(*) FROM passages WHERE is_embedded = 0 AND collection = ?", (number,)).get
    of_files = "SELECT path, problem FROM files WHERE collection = ? AND problem <> '' ORDER BY path LIMIT ?"
    bad = [each for each in folders if each[1]]
    problems = tuple(FileProblem(*each) for each in [*bad, *run(of_files, (number, MOST_PROBLEMS))])
    return Summary(
        id=collection_id,
        name=name,
        folders=tuple(path for path, _ in folders),
        scanned_s=scanned_s,
        files=files - bad_files,
        passages=passages,
        to_embed=to_embed,
        size_bytes=text_bytes,
        problems=problems,
        problem_count=bad_files + len(bad),
    )
