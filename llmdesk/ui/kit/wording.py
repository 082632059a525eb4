"""Figures in words, the same everywhere in the window (GUI thread only)."""

from __future__ import annotations

from llmdesk.ui.kit.words import tr


def size_text(size_bytes: float) -> str:
    """724 MB, 2.5 GB: for people, in powers of ten as file managers show them."""
    if size_bytes >= 1e9:
        return f"{size_bytes / 1e9:.1f} GB"
    return f"{size_bytes / 1e6:.0f} MB" if size_bytes >= 1e6 else f"{size_bytes / 1e3:.0f} kB"


def percent_text(fraction: float) -> str:
    """40 %, with the space that units have everywhere in the window."""
    return f"{fraction * 100:.0f} %"


def preset_title(name: str) -> str:
    """A sampling preset in the user's language; presets of the user's own keep their names."""
    titles = {
        "Precise": tr("Precise"),
        "Balanced": tr("Balanced"),
        "Creative": tr("Creative"),
        "Custom": tr("Custom"),
    }
    return titles.get(name, name)


def number_text(value: float) -> str:
    """0.7, 4,096: a value as it was set, with all of its decimals and no more."""
    text = f"{value:,.6f}"
    return text.rstrip("0").rstrip(".")


def duration_text(seconds: float) -> str:
    """3.4 s, 12 s, 2 min 5 s: how long something took that people wait for."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
