"""Figures in words, the same everywhere in the window (pure)."""

from __future__ import annotations


def size_text(size_bytes: float) -> str:
    """724 MB, 2.5 GB: for people, in powers of ten as file managers show them."""
    if size_bytes >= 1e9:
        return f"{size_bytes / 1e9:.1f} GB"
    return f"{size_bytes / 1e6:.0f} MB" if size_bytes >= 1e6 else f"{size_bytes / 1e3:.0f} kB"


def percent_text(fraction: float) -> str:
    """40 %, with the space that units have everywhere in the window."""
    return f"{fraction * 100:.0f} %"
