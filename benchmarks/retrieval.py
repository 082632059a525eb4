"""How often the right passage is among those that are found: ``python -m benchmarks.retrieval``.

49 questions, asked as somebody would who does not know the documentation's words, about the documents that come with
Python and PySide6 (retrieval_corpus.py). Each is asked by words, by meaning, and by both as the program does; the model
is the one of the settings, computed by the engine. With ``--speed`` it measures a search among 100,000 passages, too.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from array import array
from pathlib import Path
from typing import Any

from benchmarks.retrieval_corpus import Question, labelled_questions, recall, write_corpus
from llmdesk.core import Core
from llmdesk.services.collections.chunks import Piece, Place, pieces_of
from llmdesk.services.collections.database import open_in_memory
from llmdesk.services.collections.embedding import Embedder, text_for
from llmdesk.services.collections.index import FileState, Index
from llmdesk.services.collections.search import Way, find

LIMITS = (1, 3, 5, 10)
WAYS: tuple[Way, ...] = ("words", "vectors", "hybrid")
SPEED_PASSAGES, SPEED_BAR_MS = 100_000, 200
_BATCH = 16
_TIMEOUT_S = 600.0


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speed", action="store_true", help="also measure a search among 100,000 passages")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    parser.add_argument("--misses", action="store_true", help="also print the questions that are not answered by five")
    args = parser.parse_args()
    with Core() as core, tempfile.TemporaryDirectory() as folder:
        report = measure(core, Path(folder), args.misses)
    if args.json:
        print(json.dumps({**report, "search_ms": search_ms()} if args.speed else report))
        return
    print(f"{report['questions']} questions, {report['files']} files, {report['passages']} passages, {report['model']}")
    for way in WAYS:
        print(
            f"{way:8}",
            "  ".join(f"@{limit} {share:.3f}" for limit, share in zip(LIMITS, report[way], strict=True)),
            flush=True,
        )
    if args.speed:
        print(f"a search among {SPEED_PASSAGES:,} passages: {search_ms()} ms (bar {SPEED_BAR_MS})")


def measure(core: Core, folder: Path, shows_misses: bool) -> dict[str, Any]:
    """The shares of questions answered, by way of searching."""
    model_id, embedder = core.settings.values.collections.model, Embedder(core.runner)

    def vectors_of(texts: list[str]) -> list[bytes]:
        return embedder.vectors(model_id, texts, _TIMEOUT_S, lambda: False)

    names = write_corpus(folder)
    index = Index(open_in_memory())
    index.add("corpus", "corpus", ())
    number = index.number("corpus")
    assert number is not None
    index.use_model(model_id)
    passages = 0
    for name in names:
        pieces = tuple(pieces_of(name, (folder / name).read_text(encoding="utf-8")))
        index.put_file(number, name, FileState(0, 0), pieces)
        passages += len(pieces)
    while waiting := index.to_embed(_BATCH):
        vectors = vectors_of([text_for(each) for each in waiting])
        index.put_vectors([(each.id, vector) for each, vector in zip(waiting, vectors, strict=True)])
    questions = labelled_questions()
    asked = [vectors_of([question.text])[0] for question in questions]
    report: dict[str, Any] = {
        "model": model_id, "questions": len(questions), "files": len(names), "passages": passages,
    }  # fmt: skip
    for way in WAYS:
        ranks = [_rank(index, question, vector, way) for question, vector in zip(questions, asked, strict=True)]
        report[way] = [round(recall(ranks, limit), 3) for limit in LIMITS]
    if shows_misses:
        _print_misses(questions, ranks)
    index.close()
    return report


def _rank(index: Index, question: Question, vector: bytes, way: Way) -> int | None:
    found = find(index, question.text, vector, ["corpus"], max(LIMITS), way)
    return next((each.number for each in found if question.is_answered_by(each.path, each.text)), None)


def _print_misses(questions: tuple[Question, ...], ranks: list[int | None]) -> None:
    for question, rank in zip(questions, ranks, strict=True):
        if rank is None or rank > 5:
            print(f"{rank or '-':>2}  {question.text}  ({question.file})")


def search_ms() -> dict[str, float]:
    """Median and worst of 50 searches among passages of words as frequent as words are, in milliseconds."""
    chance = random.Random(1)
    words = [f"{chance.choice('bdfgklmnprst')}{chance.choice('aeiou')}{number:x}" for number in range(30_000)]
    weights = [1 / (place + 2) for place in range(len(words))]

    def text(count: int) -> str:
        return " ".join(chance.choices(words, weights, k=count))

    def vector() -> bytes:
        values = [chance.gauss(0, 1) for _ in range(384)]
        length = sum(value * value for value in values) ** 0.5
        return array("f", [value / length for value in values]).tobytes()

    with tempfile.TemporaryDirectory() as folder:
        from llmdesk.services.collections.database import open_file

        index = Index(open_file(Path(folder) / "index.sqlite").connection)
        index.add("all", "all", ())
        number = index.number("all")
        assert number is not None
        index.use_model("random")
        for file in range(SPEED_PASSAGES // 1000):
            pieces = [Piece(Place("lines", n, n), text(3), text(140)) for n in range(1000)]
            index.put_file(number, f"{file}.txt", FileState(0, 0), pieces)
            index.put_vectors([(each.id, vector()) for each in index.to_embed(1000)])
        times_ms = []
        for _ in range(50):
            question, meant = text(10), vector()
            started_s = time.perf_counter()
            find(index, question, meant, ["all"], 6)
            times_ms.append((time.perf_counter() - started_s) * 1000)
        index.close()
    return {"median": round(statistics.median(times_ms), 1), "worst": round(max(times_ms), 1)}


if __name__ == "__main__":
    main()
