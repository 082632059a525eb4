"""Tokens that no vocabulary has: numbers that stand for rows which are given instead of looked up (engine thread).

A place of a picture in a text is such a token. Its number says which picture and which place, so that texts with the
same numbers are the same texts: whatever compares tokens (caches, drafts) need not know of pictures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Floats: TypeAlias = "npt.NDArray[np.float32]"
Places: TypeAlias = "npt.NDArray[np.int32]"
"""(T, 3): where tokens stand, for models whose positions have three axes (time, down, across): a picture takes as many
positions as its longer side has tokens. No token's are larger than its place in the text."""

FIRST_GIVEN = 1 << 32
"""Their numbers begin here, above those of any vocabulary."""


def has_given(ids: Sequence[int]) -> bool:
    """Whether there is such a token among them."""
    return len(ids) > 0 and max(ids) >= FIRST_GIVEN


def without_given(ids: Sequence[int]) -> Sequence[int]:
    """Those that a vocabulary has."""
    return [token for token in ids if token < FIRST_GIVEN] if has_given(ids) else ids


def with_words(ids: Sequence[int], word: int) -> Sequence[int]:
    """The same with a vocabulary's token in the place of each that it has not."""
    return [min(token, word) if token >= FIRST_GIVEN else token for token in ids] if has_given(ids) else ids


def numbered_from(first: int, ids: Sequence[int]) -> list[int]:
    """The same, with the given ones numbered in their order, from ``first`` on."""
    numbers = iter(range(first, first + len(ids)))
    return [token if token < FIRST_GIVEN else next(numbers) for token in ids]


def given_by_chunk(given: Floats | None) -> Callable[[Sequence[int]], Floats | None]:
    """What gives each chunk of a text, one after the other, its own rows."""
    done = 0

    def rows_of(chunk: Sequence[int]) -> Floats | None:
        nonlocal done
        if given is None or not has_given(chunk):
            return None
        count = sum(token >= FIRST_GIVEN for token in chunk)
        done += count
        return given[done - count : done]

    return rows_of


def places_behind(begun: Places, start: int, count: int) -> Places:
    """Where so many tokens from ``start`` on stand in a text that begins so; behind that one after the other."""
    import numpy as np  # the window is painted without it

    shift = int(begun[-1].max()) + 1 - len(begun)  # a picture's last token is its farthest
    behind = np.arange(max(start, len(begun)), start + count, dtype=np.int32) + np.int32(shift)
    return np.concatenate((begun[start : start + count], np.repeat(behind[:, None], 3, axis=1)))


def given_to(given: Floats | None, places: Places | None) -> dict[str, Any]:
    """The arguments of Network.forward, for networks that may not know them."""
    known = {"given": given, "places": places}
    return {name: value for name, value in known.items() if value is not None}
