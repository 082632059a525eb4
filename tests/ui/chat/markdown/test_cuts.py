"""One rule for all cuts: however a text is sliced and wherever it is cut, its leaves are those of the whole text."""

from __future__ import annotations

import random

import pytest
from markdown_it import MarkdownIt

from llmdesk.ui.chat.markdown import builder, cuts, stream
from llmdesk.ui.chat.markdown.leaves import CodeLeaf, Leaf, TextLeaf
from llmdesk.ui.chat.markdown.stream import MarkdownStream, read
from tests.ui.chat.conftest import pieces
from tests.ui.chat.markdown.documents import Writer

SEEDS = range(60)
MANY = pytest.mark.parametrize(
    "seeds", [SEEDS, pytest.param(range(60, 250), marks=pytest.mark.long)], ids=["some", "many"]
)


@pytest.fixture
def short_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cuts inside of blocks after a few lines, so that short documents are cut in many places."""
    monkeypatch.setattr(stream, "MAX_BLOCK_CHARS", 60)
    monkeypatch.setattr(stream, "MAX_PIECE_CHARS", 90)
    monkeypatch.setattr(builder, "MAX_PIECE_CHARS", 90)
    monkeypatch.setattr(builder, "MAX_TABLE_ROWS", 3)
    monkeypatch.setattr(cuts, "_LONGEST_UNCUT", 100_000)


def streamed(parts: list[str]) -> list[Leaf]:
    """What has become final at the end."""
    sink = MarkdownStream()
    leaves: list[Leaf] = []
    for part in parts:
        sink.feed(part)
        update = sink.take()
        leaves = update.final if update.reset else leaves + update.final
    update = sink.finish()
    return update.final if update.reset else leaves + update.final


def assert_same(source: str, parts: list[str]) -> None:
    whole, got = read(source), streamed(parts)
    for number, (one, other) in enumerate(zip(got, whole, strict=False)):
        assert one == other, f"leaf {number} of\n{source!r}"
    assert len(got) == len(whole), repr(source)


@pytest.mark.usefixtures("short_blocks")
@MANY
def test_slices_and_cuts_do_not_change_the_leaves(seeds: range) -> None:
    for seed in seeds:
        source = Writer(seed).document()
        for longest in (7, 60) if seed % 5 else (1, 7, 60):
            assert_same(source, pieces(source, longest, seed))
        assert_same(source, source.splitlines(keepends=True))


def test_cuts_at_their_usual_length_do_not_change_the_leaves() -> None:
    for seed in range(2):
        writer = Writer(1_000 + seed)
        source = "\n\n".join(writer.document() for _ in range(40))
        assert_same(source, pieces(source, 200, seed))


@pytest.mark.usefixtures("short_blocks")
@MANY
def test_at_each_line_the_leaves_are_those_of_the_text_so_far(seeds: range) -> None:
    for seed in seeds[::3]:
        source = Writer(seed).document().replace("\r", "").replace("[", "(")  # no references, which come late
        sink, leaves, text = MarkdownStream(), list[Leaf](), ""
        for line in source.splitlines(keepends=True):
            sink.feed(line)
            text += line
            update = sink.take()
            leaves = update.final if update.reset else leaves + update.final
            if line.endswith("\n") and not line.lstrip(" >").startswith("|"):  # the head of a table is held back
                assert leaves + update.tail == read(text), repr(text)


@MANY
def test_code_is_the_same_as_the_parsers_own(seeds: range) -> None:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["html_block", "html_inline"])
    for seed in seeds:
        source = Writer(seed).document().replace("[^", "[")
        tokens = parser.parse(source)
        wanted = [token.content.removesuffix("\n") for token in tokens if token.type in ("fence", "code_block")]
        assert [leaf.text for leaf in read(source) if isinstance(leaf, CodeLeaf)] == wanted


@pytest.mark.parametrize(
    ("opener", "prefix", "closer"),
    [
        ("1. do\n   ```python\n", "   ", "   ```\n2. after **it**\n"),
        ("> so\n> ~~~~\n", "> ", "> ~~~~\n> after **it**\n"),
        ("- a\n  - b\n    > ```\n", "    > ", "    > ```\n\n  after **it**\n"),
        ("[^1]: so\n\n    ```\n", "    ", "    ```\n\nafter **it**\n"),
    ],
)
def test_long_code_in_lists_and_quotes_ends_where_its_fence_does(opener: str, prefix: str, closer: str) -> None:
    code = [f"line {i}  # ``` - > |" for i in range(900)]
    source = opener + "".join(f"{prefix}{line}\n" for line in code) + closer
    for parts in ([source], pieces(source, 40, 1), source.splitlines(keepends=True)):
        leaves = streamed(parts)
        (card,) = [leaf for leaf in leaves if isinstance(leaf, CodeLeaf)]
        assert card.text == "\n".join(code)
        last = leaves[-1]
        assert isinstance(last, TextLeaf)
        assert [span.bold for span in last.spans] == [False, True]


def test_the_tail_stays_short_in_any_container() -> None:
    for line in (
        "   - item *{}* of a list\n",
        "   > line {} of a quote\n",
        "   {} words in a paragraph\n",
        "   |{}| b |\n",
    ):
        sink = MarkdownStream()
        sink.feed("1. go\n\n" + ("   | a | b |\n   |---|---|\n" if "|" in line else ""))
        for i in range(600):
            sink.feed(line.format(i))
        assert sum(map(len, sink._rest)) < 4_000, line


def test_slices_may_end_anywhere_even_in_a_line_end() -> None:
    chance = random.Random(5)
    for seed in SEEDS[::10]:
        source = Writer(seed).document().replace("\r", "").replace("\n", "\r\n")
        place = chance.randint(0, len(source))
        assert_same(source, [source[:place], source[place:]])
