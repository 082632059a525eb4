"""Finds passages by words (FTS5) and by meaning (vectors), and puts both lists together (any thread)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from llmdesk.services.collections.chunks import Place
from llmdesk.services.collections.index import Index, scope_of
from llmdesk.services.collections.passage import Passage
from llmdesk.services.collections.wording import query_of

CANDIDATES = 40
"""So many of each list are put together."""
_RANK_SHIFT = 60  # k of reciprocal rank fusion: how little the first few places differ
_WEIGHTS = "0.0, 1.0, 1.0, 1.0"  # of scope, name, heading and text: measured, others are no better

Way = Literal["words", "vectors", "hybrid"]


def find(
    index: Index, question: str, vector: bytes | None, collection_ids: Sequence[str], limit: int, way: Way = "hybrid"
) -> tuple[Passage, ...]:
    """The passages that fit a question best.

    Args:
        vector: the question's, as the passages'; None: words only.
        way: one of the lists only, to be measured.
    """
    with index.lock:
        ids = {number: each for each in dict.fromkeys(collection_ids) if (number := index.number(each)) is not None}
        lists: list[list[int]] = []
        if way != "vectors":
            lists.append(_by_words(index, question, tuple(ids)))
        if way != "words" and vector is not None and index.dimensions() == len(vector) // 4:
            lists.append(_by_meaning(index, vector, tuple(ids)))
        scores = fused(lists)
        best = sorted(scores, key=lambda each: (-scores[each], each))[:limit]
        return tuple(_passage(index, rank, each, scores[each], ids) for rank, each in enumerate(best, 1))


def fused(lists: Sequence[Sequence[int]]) -> dict[int, float]:
    """Reciprocal rank fusion: the score of each passage in any of the lists, which are ordered best first."""
    scores: dict[int, float] = {}
    for ranked in lists:
        for rank, passage_id in enumerate(ranked, 1):
            scores[passage_id] = scores.get(passage_id, 0.0) + 1 / (_RANK_SHIFT + rank)
    return scores


def _by_words(index: Index, question: str, numbers: tuple[int, ...]) -> list[int]:
    query = query_of(question, tuple(map(scope_of, numbers)))
    if not query:
        return []
    statement = f"SELECT rowid FROM words WHERE words MATCH ? AND rank MATCH 'bm25({_WEIGHTS})' ORDER BY rank LIMIT ?"
    return [row[0] for row in index.connection.execute(statement, (query, CANDIDATES))]


def _by_meaning(index: Index, vector: bytes, numbers: tuple[int, ...]) -> list[int]:
    statement = "SELECT passage_id, distance FROM vectors WHERE embedding MATCH ? AND k = ? AND collection = ?"
    found: list[tuple[float, int]] = []
    for number in numbers:
        rows: Any = index.connection.execute(statement, (vector, CANDIDATES, number))
        found += [(distance, passage_id) for passage_id, distance in rows]
    return [passage_id for _, passage_id in sorted(found)[:CANDIDATES]]


def _passage(index: Index, rank: int, passage_id: int, score: float, ids: dict[int, str]) -> Passage:
    statement = (
        "SELECT passages.collection, path, unit, first, last, sheet, heading, text "
        "FROM passages JOIN files ON files.id = file_id WHERE passages.id = ?"
    )
    row: Any = index.connection.execute(statement, (passage_id,)).fetchone()
    number, path, unit, first, last, sheet, heading, text = row
    return Passage(rank, ids[number], path, Place(unit, first, last, sheet).words(), heading, text, score)
