"""How well words that somebody types fit the name of something (pure)."""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+")


def fit(query: str, text: str) -> float | None:
    """From 0 (hardly) to 1 (exactly); None if some word of the query is not in the text. An empty query fits all.

    A word may be the beginning of a word (best), stand anywhere in the text, or be its letters in order, from the
    beginning of a word on ("exal" for "Export all").
    """
    wanted = query.casefold().split()
    if not wanted:
        return 0.0
    folded = text.casefold()
    fits = [_fit_word(word, folded) for word in wanted]
    found = [each for each in fits if each is not None]
    if len(found) < len(fits):
        return None
    is_same_order = _is_in_order(wanted, folded)
    covered = min(1.0, sum(map(len, wanted)) / max(1, len(folded)))
    return 0.8 * sum(found) / len(found) + 0.1 * is_same_order + 0.1 * covered


def _fit_word(word: str, text: str) -> float | None:
    starts = [match.start() for match in _WORD.finditer(text)]
    if text.startswith(word):
        return 1.0
    if any(text.startswith(word, start) for start in starts):
        return 0.9
    if word in text:
        return 0.6
    if len(word) > 1 and any(_letters_follow(word, text[start:]) for start in starts):
        return 0.3
    return None


def _letters_follow(word: str, text: str) -> bool:
    """The first letter of the text, then the others in order, each beginning a word or following the one before."""
    if not text.startswith(word[0]):
        return False
    place = 0
    for letter in word[1:]:
        following = place + 1
        if text.startswith(letter, following):
            place = following
            continue
        match = re.compile(rf"\b{re.escape(letter)}").search(text, following)
        if match is None:
            return False
        place = match.start()
    return True


def _is_in_order(wanted: list[str], text: str) -> bool:
    place = 0
    for word in wanted:
        place = text.find(word, place)
        if place < 0:
            return False
        place += len(word)
    return True
