"""What the whole program holds in memory, and how it gives it back."""

from __future__ import annotations

import ctypes
import gc
import sys

import psutil


def held_bytes() -> int:
    """Resident right now."""
    return int(psutil.Process().memory_info().rss)


def exempt_from_collection() -> None:
    """What stands after a load stays: torch alone has half a million objects, which each collection would walk through.

    That takes a tenth of a second with the GIL held, in the middle of an answer and of the window's painting.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def return_memory() -> None:
    """Collect garbage and hand freed heap pages back to the system.

    What is left is exempt again: the next collection may come in the middle of an answer.
    """
    exempt_from_collection()
    return_pages()


def return_pages() -> None:
    """Hand freed heap pages back to the system (glibc keeps them otherwise). Takes a moment, and not Python's lock."""
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):  # not in musl
        trim(0)
