"""What fits what was typed, and how well."""

from __future__ import annotations

import pytest

from llmdesk.ui.palette.matching import fit

TEXTS = ["New chat", "New private chat", "Show or hide the chats", "Export all chats…", "Quit", "Larger"]


def best(query: str) -> str:
    scored = [(score, text) for text in TEXTS if (score := fit(query, text)) is not None]
    return max(scored)[1] if scored else ""


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("new", "New chat"),
        ("NEW PRIV", "New private chat"),
        ("priv new", "New private chat"),
        ("exal", "Export all chats…"),
        ("eac", "Export all chats…"),
        ("q", "Quit"),
        ("hide", "Show or hide the chats"),
        ("arge", "Larger"),
        ("zzz", ""),
        ("new zzz", ""),
    ],
)
def test_the_best_text_for_what_is_typed(query: str, text: str) -> None:
    assert best(query) == text


def test_nothing_typed_fits_all_alike() -> None:
    assert {fit("  ", text) for text in TEXTS} == {0.0}
