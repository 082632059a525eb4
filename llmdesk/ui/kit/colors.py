"""Every colour of the window: one table, light and dark, usual and with high contrast (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

AREA_ALPHA = 0.13
HOVER_ALPHA = 0.92
"""Of a filled button below the mouse."""
HIT_ALPHA = 0.16
"""Of what marks words that were searched for."""


@dataclass(frozen=True, slots=True)
class Colors:
    """Every colour of the window; the pairs of ``pairs`` reach a contrast of 4.5:1, with high contrast 7:1."""

    window: str
    surface: str
    raised: str
    line: str
    text: str
    secondary: str
    accent: str
    on_accent: str
    user_bubble: str
    code: str
    good: str
    warning: str
    bad: str
    tokens: str
    processor: str
    memory: str
    time: str


LIGHT = Colors(
    window="#F4F6F9",
    surface="#FFFFFF",
    raised="#EDF1F6",
    line="#DAE0E8",
    text="#141920",
    secondary="#556172",
    accent="#0068B5",
    on_accent="#FFFFFF",
    user_bubble="#E1EEFA",
    code="#F3F5F8",
    good="#18794E",
    warning="#8A5A00",
    bad="#B42318",
    tokens="#0068B5",
    processor="#A84A08",
    memory="#18794E",
    time="#7A3EB1",
)
DARK = Colors(
    window="#0F1216",
    surface="#161A20",
    raised="#1E242C",
    line="#2B323C",
    text="#E8ECF2",
    secondary="#9DA8B7",
    accent="#4DA3FF",
    on_accent="#06121F",
    user_bubble="#1B2F47",
    code="#11151A",
    good="#3FD08F",
    warning="#E3B341",
    bad="#FF7B72",
    tokens="#4DA3FF",
    processor="#FF9E64",
    memory="#3FD08F",
    time="#C79BFF",
)
HIGH_LIGHT = Colors(
    window="#FFFFFF",
    surface="#FFFFFF",
    raised="#EBEBEB",
    line="#767676",
    text="#000000",
    secondary="#1F1F1F",
    accent="#003E80",
    on_accent="#FFFFFF",
    user_bubble="#E3EEFC",
    code="#FFFFFF",
    good="#004D29",
    warning="#573800",
    bad="#8A0000",
    tokens="#003E80",
    processor="#6F2F00",
    memory="#004D29",
    time="#4A1880",
)
HIGH_DARK = Colors(
    window="#000000",
    surface="#000000",
    raised="#1F1F1F",
    line="#767676",
    text="#FFFFFF",
    secondary="#E0E0E0",
    accent="#80C4FF",
    on_accent="#000000",
    user_bubble="#0A2240",
    code="#000000",
    good="#6BF0B0",
    warning="#FFD54A",
    bad="#FFA8A0",
    tokens="#80C4FF",
    processor="#FFB787",
    memory="#6BF0B0",
    time="#DDBDFF",
)

_GROUNDS = ("window", "surface", "raised", "code", "user_bubble")
_INKS = ("text", "secondary", "accent", "good", "warning", "bad", "tokens", "processor", "memory", "time")


@dataclass(frozen=True, slots=True)
class Pair:
    """Words in ``ink`` on ``ground``; a ground of some opacity (``alpha``) lies over ``below``."""

    ink: str
    ground: str
    alpha: float = 1.0
    below: str = ""


def pairs() -> Iterator[Pair]:
    """Ink and ground of all words in the window."""
    for ink in _INKS:
        yield from (Pair(ink, ground) for ground in _GROUNDS)
    yield Pair("on_accent", "accent")
    yield Pair("on_accent", "accent", HOVER_ALPHA, "surface")
    yield Pair("text", "line")  # a pressed button
    for ink in ("text", "secondary"):
        for ground in ("window", "surface"):
            yield Pair(ink, "accent", HIT_ALPHA, ground)
            yield Pair(ink, "bad", 0.07, ground)  # the card of an error


def contrast(colors: Colors, pair: Pair) -> float:
    """As WCAG 2 reckons it, 1 to 21."""
    ground = _rgb(getattr(colors, pair.ground))
    if pair.below:
        below = _rgb(getattr(colors, pair.below))
        ground = tuple(pair.alpha * a + (1 - pair.alpha) * b for a, b in zip(ground, below, strict=True))
    return _ratio(ground, _rgb(getattr(colors, pair.ink)))


def contrast_of(ink: str, ground: str) -> float:
    """The same of two colours, each as #RRGGBB."""
    return _ratio(_rgb(ink), _rgb(ground))


def _ratio(*colors: tuple[float, ...]) -> float:
    dark, light = sorted(map(_luminance, colors))
    return (light + 0.05) / (dark + 0.05)


def _rgb(color: str) -> tuple[float, ...]:
    return tuple(int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))


def _luminance(rgb: tuple[float, ...]) -> float:
    linear = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in rgb)
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
