"""Folders that questions are answered from: one for the whole program; any thread, nothing here waits.

Two threads of its own start with the first call: one reads files and writes the index, one searches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.listeners import Unsubscribe
from llmdesk.services.collections.collection import Collection, CollectionListener, FoundListener, SentenceModel
from llmdesk.services.files.attachment import Attachment
from llmdesk.services.settings.settings import Settings

if TYPE_CHECKING:
    from llmdesk.models.catalogue import Catalogue


class Collections:
    """See the module. ``close`` once at the end.

    Args:
        engine: makes the vectors.
        catalogue: knows the sentence model; called on the collections' threads.
        folder: of the index; None: the data folder.
    """

    def __init__(
        self,
        engine: EngineRunner,
        settings: Settings,
        catalogue: Callable[[], Catalogue],
        folder: Path | None = None,
    ) -> None:
        raise NotImplementedError

    def open(self) -> None:
        """Read what there is, and look for changed files. Idempotent; the end is told as CollectionsChanged."""
        raise NotImplementedError

    def close(self) -> None:
        """End both threads; what is not indexed is at the next start. Waits, a second at most."""
        raise NotImplementedError

    def subscribe(self, listener: CollectionListener) -> Unsubscribe:
        """Hear of all changes from now on."""
        raise NotImplementedError

    def collections(self) -> tuple[Collection, ...]:
        """All, by name, as far as is known; empty until the index is open."""
        raise NotImplementedError

    def collection(self, collection_id: str) -> Collection | None:
        """One of them; None if it is gone."""
        raise NotImplementedError

    @property
    def sentence_model(self) -> SentenceModel:
        """Whether meanings can be searched, as far as is known."""
        raise NotImplementedError

    def model_arrived(self) -> None:
        """The sentence model may have been fetched: passages that have no vector get one."""
        raise NotImplementedError

    def add(self, name: str, folder: Path) -> str:
        """A new collection; returns its id at once. What is wrong with the folder comes as CollectionTrouble."""
        raise NotImplementedError

    def add_folder(self, collection_id: str, folder: Path) -> None:
        """One more folder of a collection."""
        raise NotImplementedError

    def rename(self, collection_id: str, name: str) -> None:
        """Another name; an empty one is passed over."""
        raise NotImplementedError

    def remove(self, collection_id: str) -> None:
        """Forget it and its index; the files stay."""
        raise NotImplementedError

    def rescan(self, collection_id: str) -> None:
        """Look for new, changed and vanished files now; files that could not be read are tried again."""
        raise NotImplementedError

    def search(
        self, question: str, collection_ids: Sequence[str], limit: int, done: FoundListener
    ) -> Callable[[], None]:
        """Find passages for a question, in words of every day. Returns what gives it up; ``done`` is called then, too.

        Args:
            limit: the most passages.
        """
        raise NotImplementedError

    def search_files(
        self, question: str, attachments: Sequence[Attachment], limit: int, done: FoundListener
    ) -> Callable[[], None]:
        """The same in the texts of files that are attached to a prompt; of these nothing is written to the disk."""
        raise NotImplementedError
