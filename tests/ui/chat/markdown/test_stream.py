"""The leaves of a stream, without a window."""

from __future__ import annotations

import pytest

from llmdesk.ui.chat.markdown.leaves import CodeLeaf, Leaf, RuleLeaf, TableLeaf, TextLeaf
from llmdesk.ui.chat.markdown.stream import MAX_BLOCK_CHARS, MarkdownStream
from tests.ui.chat.conftest import pieces
from tests.ui.chat.samples import EVERYTHING, HOSTILE, ORDINARY


def streamed(parts: list[str]) -> list[Leaf]:
    stream = MarkdownStream()
    leaves: list[Leaf] = []
    for part in parts:
        stream.feed(part)
        leaves += stream.take().final
    update = stream.finish()
    return update.final if update.reset else leaves + update.final


def text_of(source: str) -> str:
    parts = []
    for leaf in streamed([source]):
        if isinstance(leaf, TextLeaf | CodeLeaf):
            parts.append(leaf.text)
        elif isinstance(leaf, TableLeaf):
            parts += ["".join(s.text for s in cell) for row in (leaf.header, *leaf.rows) for cell in row]
    return "\n".join(parts)


@pytest.mark.parametrize("name", ORDINARY)
@pytest.mark.parametrize("longest", [1, 4, 25, 200])
def test_slicing_does_not_change_the_result(name: str, longest: int) -> None:
    source = ORDINARY[name]
    assert streamed(pieces(source, longest, seed=longest)) == streamed([source])


@pytest.mark.parametrize("name", HOSTILE)
def test_slicing_does_not_change_the_result_of_hostile_text(name: str) -> None:
    source = HOSTILE[name]
    assert streamed(pieces(source, 4_000, seed=1)) == streamed([source])


def test_slices_around_the_length_limit_do_not_change_the_result() -> None:
    paragraph = "".join(f"line {i} with *words*\n" for i in range(400))
    table = "| a | b |\n|---|---|\n" + "".join(f"| {i} | words |\n" for i in range(500))
    items = "".join(f"{i}. item\n   - sub\n\n" for i in range(1, 300))
    nested = "1. go\n" + "   - sub *item* with words\n" * 700 + "2. end\n"
    source = f"{paragraph}\n{table}\n{items}\ntext\n\n{nested}\nend"
    whole = streamed([source])
    for longest in (50, 700, 5_000):
        assert streamed(pieces(source, longest, seed=longest)) == whole


def test_everything_that_is_written_is_kept() -> None:
    text = text_of(EVERYTHING)
    for words in ("Title of the answer", "HTML that stays text</b>", "deep", "pip install thing", "22.5", "a picture"):
        assert words in text


def test_paths_markers_and_kinds() -> None:
    leaves = streamed(["3. a\n   - b\n\n     ```py\n     x\n     ```\n4. c\n\n> q\n> - z\n\n---\n"])
    assert [(type(leaf), leaf.path) for leaf in leaves] == [
        (TextLeaf, "l"),
        (TextLeaf, "ll"),
        (CodeLeaf, "ll"),
        (TextLeaf, "l"),
        (TextLeaf, "q"),
        (TextLeaf, "ql"),
        (RuleLeaf, ""),
    ]
    assert [leaf.marker for leaf in leaves if isinstance(leaf, TextLeaf)] == ["3.", "◦", "4.", "", "•"]


def test_finished_paragraphs_are_handed_over_once_and_only_the_last_block_is_parsed_again() -> None:
    stream = MarkdownStream()
    stream.feed("one\n\ntwo\n\nthr")
    update = stream.take()
    assert [leaf.text for leaf in update.final if isinstance(leaf, TextLeaf)] == ["one"]
    assert [leaf.text for leaf in update.tail if isinstance(leaf, TextLeaf)] == ["two", "thr"]
    stream.feed("ee\n")
    update = stream.take()
    assert [leaf.text for leaf in update.final if isinstance(leaf, TextLeaf)] == ["two"]
    assert [leaf.text for leaf in update.tail if isinstance(leaf, TextLeaf)] == ["three"]


def test_a_marker_is_not_shown_before_it_is_decided() -> None:
    stream = MarkdownStream()
    stream.feed("words\n--")
    assert [leaf.text for leaf in stream.take().tail if isinstance(leaf, TextLeaf)] == ["words"]
    stream.feed("x\n")
    assert [leaf.text for leaf in stream.take().tail if isinstance(leaf, TextLeaf)] == ["words\n--x"]


def test_an_open_fence_grows_and_hides_the_fence_that_closes_it() -> None:
    stream = MarkdownStream()
    for piece, shown in (("```py\n", ""), ("a = 1", "a = 1"), ("\n``", "a = 1"), ("`\n", None)):
        stream.feed(piece)
        update = stream.take()
        if shown is None:
            assert update.final == [CodeLeaf("a = 1", "py")]
        else:
            assert update.tail == [CodeLeaf(shown, "py")]


def test_a_definition_at_the_end_makes_a_link_of_what_was_text() -> None:
    leaves = streamed(["see [a]\n\nmore\n\n", "[a]: http://example.org\n"])
    assert isinstance(leaves[0], TextLeaf)
    assert [span.link for span in leaves[0].spans] == ["", "http://example.org"]


def test_only_web_and_mail_addresses_become_links() -> None:
    leaves = streamed(["[a](file:///etc/passwd) [b](javascript:x) [c](https://x.y) <mailto:a@b.c>"])
    assert isinstance(leaves[0], TextLeaf)
    assert [span.link for span in leaves[0].spans if span.link] == ["https://x.y", "mailto:a@b.c"]


def test_nesting_beyond_the_parser_is_shown_as_it_is() -> None:
    assert ">>>> x" in text_of(">" * 200 + " x")


def test_a_table_of_too_many_columns_becomes_code() -> None:
    assert isinstance(streamed([HOSTILE["columns"][:500] + "\n" + "|-" * 60 + "|"])[0], TextLeaf)
    wide = "|" + "a|" * 100 + "\n|" + "-|" * 100 + "\n"
    assert isinstance(streamed([wide])[0], CodeLeaf)


def test_no_control_character_reaches_the_document() -> None:
    text = text_of(HOSTILE["control characters"])
    assert not [char for char in text if char in "\x00\x07\x1b\r\u2029\ufdd0\ufffc\ud800"]


def test_a_long_paragraph_is_cut_but_complete() -> None:
    words = " ".join(f"word{i}" for i in range(2_000))
    leaves = streamed([words])
    assert len(leaves) > 1
    assert all(len(leaf.text) <= MAX_BLOCK_CHARS for leaf in leaves if isinstance(leaf, TextLeaf))
    assert [leaf.continues for leaf in leaves if isinstance(leaf, TextLeaf)] == [False] + [True] * (len(leaves) - 1)
    assert " ".join(text_of(words).split()) == words


@pytest.mark.parametrize(
    "first", ["- item " + "with words " * 300, "1. go\n" + "   - sub *item*\n" * 150, "> q\n" * 90]
)
def test_a_long_block_after_a_long_block_is_cut_at_the_same_place(first: str) -> None:
    source = f"{first}\n\n" + "".join(f"line {i}\n" for i in range(500)) + "\n\nend"
    whole = streamed([source])
    for longest in (20, 300, 3_000):
        assert streamed(pieces(source, longest, seed=longest)) == whole
