"""Figures in words, the same everywhere in the window (GUI thread only)."""

from __future__ import annotations

import textwrap

from llmdesk.services.figure_text import share_text as plain_share_text
from llmdesk.services.figure_text import tps_text as plain_tps_text
from llmdesk.services.kl_text import kl_text as plain_kl_text
from llmdesk.ui.kit.numbers import digits, localised
from llmdesk.ui.kit.words import tr

NOTHING = "–"
"""Where nothing was measured."""
_TIP_LETTERS, _WIDE_TIP_LETTERS, _FIRST_WIDE = 72, 36, "\u2e80"


def tip_text(words: str) -> str:
    """A long explanation in lines, as a tool tip: Qt breaks none, so it would be as wide as the screen."""
    letters = _WIDE_TIP_LETTERS if any(letter >= _FIRST_WIDE for letter in words) else _TIP_LETTERS
    return "\n".join(textwrap.fill(line, letters) for line in words.splitlines())


def size_text(size_bytes: float) -> str:
    """724 MB, 2.5 GB: for people, in powers of ten as file managers show them."""
    if size_bytes >= 1e9:
        return tr("{figure} GB", figure=digits(size_bytes / 1e9, ".1f"))
    if size_bytes >= 1e6:
        return tr("{figure} MB", figure=digits(size_bytes / 1e6, ".0f"))
    return tr("{figure} kB", figure=digits(size_bytes / 1e3, ".0f"))


def percent_text(fraction: float) -> str:
    """40 %, with the space that units have everywhere in the window."""
    return tr("{figure} %", figure=digits(fraction * 100, ".0f"))


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
    return localised(_plain(value, ","))


def field_text(value: float) -> str:
    """0.7, 4096: the same to be edited, without separators of thousands."""
    return localised(_plain(value))


def _plain(value: float, group: str = "") -> str:
    text = f"{value:{group}.6f}"
    return text.rstrip("0").rstrip(".")


def duration_text(seconds: float) -> str:
    """3.4 s, 12 s, 2 min 5 s: how long something took that people wait for."""
    if seconds < 10:
        return tr("{seconds} s", seconds=digits(seconds, ".1f"))
    minutes, rest = divmod(round(seconds), 60)
    if minutes:
        return tr("{minutes} min {seconds} s", minutes=minutes, seconds=rest)
    return tr("{seconds} s", seconds=rest)


_TOLD_FROM = 0.05
"""Share of a piece of work from which on its rest can be foretold."""


def left_s(fraction: float, taken_s: float) -> float | None:
    """How long the rest of something takes; None: nobody can know yet."""
    return taken_s * (1 - fraction) / fraction if fraction > _TOLD_FROM else None


def occupied_text(words: str, rest_s: float | None) -> str:
    """What has the engine for itself, how long still (``left_s``), and what that means for chats."""
    rest = "" if rest_s is None else tr("about {time} left", time=duration_text(rest_s))
    return " · ".join(filter(None, (words, rest, tr("Chats wait until it is over."))))


def kl_text(mean_kl: float) -> str:
    """As ``services.kl_text`` has it, with the window's decimal point."""
    return localised(plain_kl_text(mean_kl))


def share_text(share: float) -> str:
    """98.6: as ``services.figure_text`` has it, with the window's decimal point."""
    return localised(plain_share_text(share))


def tps_text(tps: float) -> str:
    """8.4, 123: tokens per second, as ``services.figure_text`` has them, with the window's decimal point."""
    return localised(plain_tps_text(tps))


def short_duration_text(seconds: float) -> str:
    """84 ms, 3.4 s: how long something took that is mostly quick."""
    if seconds < 0.1:
        return tr("{ms} ms", ms=digits(seconds * 1000, ".0f"))
    return tr("{seconds} s", seconds=digits(seconds, ".1f"))
