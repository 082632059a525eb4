"""Folders that are searched, as plain, frozen data, and what is told of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.services.collections.passage import Passage
from llmdesk.services.collections.search_notice import SearchNotice

CollectionState = Literal["ready", "waiting", "indexing", "partly", "words_only"]
"""All is found; it waits for its turn; its files are being read or turned into vectors; some files could not be read
(``problems``); it is found by its words only, since the sentence model is not on this machine."""

ModelState = Literal["ready", "missing", "none"]
"""The sentence model is on this machine; it could be fetched; the settings want none."""


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file, or a folder, that could not be read, or not wholly."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Collection:
    """One of them, as it was a moment ago.

    Attributes:
        folders: as they were added; their files are looked at, never changed.
        files, passages: what can be found; ``embedded`` of the passages by their meaning, too.
        problems: the first ones of ``problem_count``.
        size_bytes: of the text that is kept of it in the index.
        scanned_s: when its folders were looked at last (seconds since 1970); 0: never.
    """

    id: str
    name: str
    folders: tuple[str, ...]
    state: CollectionState = "waiting"
    files: int = 0
    passages: int = 0
    embedded: int = 0
    problems: tuple[FileProblem, ...] = ()
    problem_count: int = 0
    size_bytes: int = 0
    scanned_s: float = 0.0


@dataclass(frozen=True, slots=True)
class SentenceModel:
    """The model that makes vectors of passages; ``id`` is its entry in the catalogue (fetched as any other model)."""

    state: ModelState
    id: str = ""
    title: str = ""
    download_bytes: int = 0


@dataclass(frozen=True, slots=True)
class CollectionsChanged:
    """Collections came, went, or are in another state; ``collections`` are all there are."""

    collections: tuple[Collection, ...]


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """A collection is being indexed: first ``read`` its files, then ``embed`` its passages."""

    collection_id: str
    step: Literal["read", "embed"]
    done: int
    total: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class CollectionTrouble:
    """Something was not done, or done otherwise than asked: no such folder, the disk is full, an index set aside."""

    collection_id: str
    error: ErrorInfo


CollectionEvent = CollectionsChanged | IndexProgress | CollectionTrouble
CollectionListener = Callable[[CollectionEvent], None]
"""Called on the collections' threads; must neither block nor raise."""


@dataclass(frozen=True, slots=True)
class Found:
    """The end of a search.

    Attributes:
        passages: best first, numbered from 1.
        notice: what the user should know: searched by words only, and why; None: nothing.
        error: why there is nothing; None: the search was made.
    """

    passages: tuple[Passage, ...] = ()
    notice: SearchNotice | None = None
    error: ErrorInfo | None = None


FoundListener = Callable[[Found], None]
"""Called exactly once, on a thread of the collections."""
