"""What models there are, where, and how they fit: looks at files, so not for the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmdesk.datatypes.model import ModelSpec, Precision
from llmdesk.errors import CatalogueError

if TYPE_CHECKING:
    from llmdesk.models.catalogue import Catalogue
    from llmdesk.models.memory import MemoryFit


@dataclass(frozen=True, slots=True)
class Entry:
    """One model of the catalogue on this machine. ``is_fetched``: its files are in our own folder; ``is_begun``: some
    of them have arrived, and fetching goes on from there.
    """

    spec: ModelSpec
    is_installed: bool
    is_fetched: bool
    fit: MemoryFit
    is_begun: bool = False

    @property
    def precisions(self) -> tuple[Precision, ...]:
        """What it can be loaded as, its own first."""
        others: tuple[Precision, ...] = ("bf16", "int8", "int4")
        return (self.spec.precision, *(p for p in others if p != self.spec.precision))

    def matches(self, words: str, said: str = "") -> bool:
        """True if each word of the filter is in title, id, licence or what else is ``said`` of it, or begins a word of
        what it is good for."""
        text = f"{self.spec.title} {self.spec.id} {self.spec.licence} {said}".lower()
        uses = f" {self.spec.good_for}".lower()
        return all(word in text or f" {word}" in uses for word in words.lower().split())


@dataclass(frozen=True, slots=True)
class Survey:
    """All entries, installed ones first, what is wrong with the user's file, and what memory the fits go by."""

    entries: tuple[Entry, ...]
    problems: tuple[CatalogueError, ...]
    available_bytes: int
    limit_bytes: int


def survey(catalogue: Catalogue, sight_weight_bytes: int) -> Survey:
    """Read the catalogue again, for it may have been edited meanwhile; look at the disk and the memory.

    ``sight_weight_bytes``: see memory.fit. Any thread; may be slow on a network disk.
    """
    import psutil

    from llmdesk.memory_need import limit_bytes
    from llmdesk.models.memory import fit
    from llmdesk.models.places import install_dir, staging_dir

    catalogue.reload()
    memory = psutil.virtual_memory()
    entries = [
        Entry(
            spec,
            catalogue.is_installed(spec),
            install_dir(spec).exists(),
            fit(spec, memory.available, memory.total, sight_weight_bytes=sight_weight_bytes),
            staging_dir(spec.id).exists(),
        )
        for spec in catalogue.specs()
    ]
    entries.sort(key=lambda entry: not entry.is_installed)
    return Survey(tuple(entries), catalogue.problems, memory.available, limit_bytes(memory.total))
