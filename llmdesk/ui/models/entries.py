"""What the picker shows, gathered away from the GUI thread: it looks at files (no Qt)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from llmdesk.datatypes import ModelSpec, Precision
from llmdesk.errors import CatalogueError

if TYPE_CHECKING:
    from llmdesk.models.catalogue import Catalogue
    from llmdesk.models.memory import MemoryFit


@dataclass(frozen=True, slots=True)
class Entry:
    """One model of the catalogue on this machine. ``is_fetched``: its files are in our own folder."""

    spec: ModelSpec
    is_installed: bool
    is_fetched: bool
    fit: MemoryFit

    @property
    def precisions(self) -> tuple[Precision, ...]:
        """What it can be loaded as, its own first."""
        others: tuple[Precision, ...] = ("bf16", "int8", "int4")
        return (self.spec.precision, *(p for p in others if p != self.spec.precision))

    @property
    def facts(self) -> str:
        """The line under the title: precision, size, licence."""
        parts: list[str] = [self.spec.precision]
        if self.is_installed:
            parts.append("on this machine")
        elif self.spec.download_bytes:
            parts.append(f"{size_text(self.spec.download_bytes)} to fetch")
        else:
            parts.append("to be fetched")
        if self.spec.licence:
            parts.append(self.spec.licence)
        if self.spec.gated:
            parts.append("needs a login")
        return "  ·  ".join(parts)

    def matches(self, words: str) -> bool:
        """True if title, id or licence hold all words of the filter."""
        text = f"{self.spec.title} {self.spec.id} {self.spec.licence}".lower()
        return all(word in text for word in words.lower().split())


@dataclass(frozen=True, slots=True)
class Survey:
    """All entries, installed ones first, and what is wrong with the user's file."""

    entries: tuple[Entry, ...]
    problems: tuple[CatalogueError, ...]


def survey(catalogue: Catalogue) -> Survey:
    """Read the catalogue again, for it may have been edited meanwhile; look at the disk and the memory.

    Any thread; may be slow on a network disk.
    """
    import psutil

    from llmdesk.models.memory import fit
    from llmdesk.models.places import install_dir

    catalogue.reload()
    memory = psutil.virtual_memory()
    entries = [
        Entry(spec, catalogue.is_installed(spec), install_dir(spec).exists(), fit(spec, memory.available, memory.total))
        for spec in catalogue.specs()
    ]
    entries.sort(key=lambda entry: not entry.is_installed)
    return Survey(tuple(entries), catalogue.problems)


def size_text(size_bytes: float) -> str:
    """724 MB, 2.5 GB: for people, in powers of ten as file managers show them."""
    if size_bytes >= 1e9:
        return f"{size_bytes / 1e9:.1f} GB"
    return f"{size_bytes / 1e6:.0f} MB" if size_bytes >= 1e6 else f"{size_bytes / 1e3:.0f} kB"
