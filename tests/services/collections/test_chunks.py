"""Texts in passages: along headings, with places, nothing lost."""

from __future__ import annotations

import itertools

import pytest

from llmdesk.services.collections.chunks import TARGET_TOKENS, count_tokens, pieces_of
from llmdesk.services.collections.embedding import text_for
from llmdesk.services.collections.index import ToEmbed


def test_markdown_is_cut_at_headings_and_tells_what_a_passage_stands_under() -> None:
    text = "\n".join(
        [
            "# Guide",
            "",
            "Intro " * 60,
            "",
            "## Install",
            "",
            "Run it. " * 40,
            "```",
            "# no heading",
            "```",
            "# End",
            "Bye.",
        ]
    )
    first, install, end = pieces_of("a.md", text)
    assert (first.heading, first.place.words()) == ("Guide", "lines 1-3")
    assert (install.heading, install.place.words()) == ("Guide > Install", "lines 5-10")
    assert (end.heading, end.text, end.place.words()) == ("End", "# End\nBye.", "lines 11-12")


def test_underlined_headings_have_levels_by_their_signs() -> None:
    text = (
        "Top\n===\n" + "a b c d e f g h i j\n" * 8 + "Below\n-----\n" + "k l m n o p q r s t\n" * 8 + "Next\n====\nend"
    )
    assert [piece.heading for piece in pieces_of("a.rst", text)] == ["Top", "Top > Below", "Next"]


def test_code_is_cut_at_functions_and_its_comments_are_no_headings() -> None:
    body = "".join(f"        value_{n} = compute({n})\n" for n in range(12))
    text = f"# a comment\nclass Shop:\n    def buy(self):\n{body}\n    async def sell(self):\n{body}"
    assert [piece.heading for piece in pieces_of("shop.py", text)][-2:] == ["Shop > buy", "Shop > sell"]


@pytest.mark.parametrize(
    "text", ["word " * 3000, "x" * 5000, "汉字。" * 900, "\n".join("line of text" for _ in range(900))]
)
def test_long_texts_fit_and_nothing_is_lost(text: str) -> None:
    pieces = list(pieces_of("a.txt", text))
    assert all(count_tokens(piece.text) <= TARGET_TOKENS for piece in pieces)
    assert sum(len(piece.text) for piece in pieces) >= len(text.replace("\n", "")) * 0.95
    assert pieces[-1].text.strip()[-4:] == text.strip()[-4:]


def test_passages_of_one_section_overlap() -> None:
    pieces = list(pieces_of("a.txt", "\n".join(f"Sentence number {n} of a long paragraph." for n in range(80))))
    for before, after in itertools.pairwise(pieces):
        assert before.text.splitlines()[-1] in after.text.splitlines()


def test_places_of_pages_sheets_rows_and_paragraphs() -> None:
    pdf = "[page 1]\nOne.\n\n[page 2]\n" + "Two words here.\n" * 80
    assert [piece.place.words() for piece in pieces_of("a.pdf", pdf)][:2] == ["pages 1-2", "page 2"]
    xlsx = "[sheet A]\n1: name | price\n2: tea | 3\n[sheet B]\n5: x | y"
    found = list(pieces_of("a.xlsx", xlsx))
    assert [piece.place.words() for piece in found] == ["sheet A, rows 1-2", "sheet B, rows 5"]
    rows = list(pieces_of("a.csv", "name,price\n" + "green tea from far away,3\n" * 80))
    assert {piece.heading for piece in rows[1:]} == {"name,price"}
    assert next(iter(pieces_of("a.docx", "One\nTwo"))).place.words() == "paragraphs 1-2"


def test_what_is_embedded_begins_with_file_and_heading() -> None:
    assert (
        text_for(ToEmbed(1, "/x/user_guide-2.md", "Install > Linux", "Run it."))
        == "user guide 2: Install > Linux\nRun it."
    )
    assert count_tokens(text_for(ToEmbed(1, "a.md", "very long " * 50, ""))) <= 31
