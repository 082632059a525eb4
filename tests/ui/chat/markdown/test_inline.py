"""Words of a paragraph: emphasis beside Chinese and Japanese marks, ``<br>``, bare addresses, tasks, footnotes."""

from __future__ import annotations

import pytest

from llmdesk.ui.chat.markdown.leaves import Span, TableLeaf, TextLeaf
from llmdesk.ui.chat.markdown.stream import MarkdownStream, read


def spans(source: str) -> tuple[Span, ...]:
    (leaf,) = read(source)
    assert isinstance(leaf, TextLeaf)
    return leaf.spans


@pytest.mark.parametrize(
    ("source", "bold"),
    [
        ("**「重要」**です", ["「重要」"]),
        ("これは**「重要」**です。", ["「重要」"]),
        ("**重要。**次", ["重要。"]),
        ("API**（接口）**的", ["（接口）"]),
        ('**"重要"**です', ['"重要"']),
        ("**Note:**です", ["Note:"]),
        ("这是**“引用”**，和**《书》**。", ["“引用”", "《书》"]),
        ("**강조(强調)**한 **'말'**은", ["강조(强調)", "'말'"]),
        ("a **(x)**y", []),  # no East Asian text: the rule of CommonMark
        ("2 ** 3 ** 4", []),
        ("日本 ** 語 ** 字", []),
    ],
)
def test_emphasis_beside_chinese_japanese_and_korean(source: str, bold: list[str]) -> None:
    assert [span.text for span in spans(source) if span.bold] == bold


@pytest.mark.parametrize(
    ("source", "links"),
    [
        ("see https://example.org.", ["https://example.org"]),
        ("(https://en.wikipedia.org/wiki/A_(b)), then", ["https://en.wikipedia.org/wiki/A_(b)"]),
        ("看https://example.com/a。然后", ["https://example.com/a"]),
        ("「https://example.com/日本」", ["https://example.com/日本"]),
        ("**https://x.y/a_b_c** and *http://x.y/?q=1&r=2*!", ["https://x.y/a_b_c", "http://x.y/?q=1&r=2"]),
        ("mailto:a.b@c.de, HTTPS://Up.Case", ["mailto:a.b@c.de", "HTTPS://Up.Case"]),
        ("`https://x.y` [a https://x.y](https://a.b)", ["https://a.b"]),
        ("<https://x.y> \\https://y.z", ["https://x.y"]),
        ("xhttp://no.no https:// http:///// file:///etc ftp://x.y javascript:x 12:30", []),
    ],
)
def test_bare_addresses(source: str, links: list[str]) -> None:
    assert [span.link for span in spans(source) if span.link][: len(links)] == [_encoded(link) for link in links]
    assert len({span.link for span in spans(source) if span.link}) == len(links)


def _encoded(link: str) -> str:
    return link.replace("日本", "%E6%97%A5%E6%9C%AC")


def test_an_address_in_a_code_block_is_no_link_and_one_that_still_comes_is_not_cut() -> None:
    stream = MarkdownStream()
    for piece in ("see https://exam", "ple.org", " now", " and then"):
        stream.feed(piece)
        (leaf,) = stream.take().tail
    assert isinstance(leaf, TextLeaf)
    assert [(span.text, span.link) for span in leaf.spans] == [
        ("see ", ""),
        ("https://example.org", "https://example.org"),
        (" now and then", ""),
    ]


def test_line_breaks_in_cells_and_elsewhere() -> None:
    (table,) = read("| a<br>b | c |\n|---|---|\n| d<BR/>e | `<br>` |")
    assert isinstance(table, TableLeaf)
    assert [cell[0].text for row in (table.header, *table.rows) for cell in row] == ["a\nb", "c", "d\ne", "<br>"]
    assert [span.text for span in spans("a<br />b <brx> <b>")] == ["a\nb <brx> <b>"]


def test_tasks() -> None:
    leaves = read("- [x] a\n- [ ] b [ ]\n- [X] **c**\n- [ ]\n- [x](y)\n- \\[x] d\n1. [x] e\n\n[x] f")
    markers = [(leaf.marker, leaf.text) for leaf in leaves if isinstance(leaf, TextLeaf)]
    assert markers == [
        ("☑", "a"),
        ("☐", "b [ ]"),
        ("☑", "c"),
        ("•", "[ ]"),
        ("•", "x"),
        ("•", "[x] d"),
        ("1. ☑", "e"),
        ("", "[x] f"),
    ]


def test_footnotes_whose_text_comes_later_and_ones_without() -> None:
    stream = MarkdownStream()
    stream.feed("a[^1] b[^none] `[^1]`\n\nmore\n\n")
    first = stream.take().final[0]
    assert isinstance(first, TextLeaf)
    assert first.text == "a[^1] b[^none] [^1]"
    stream.feed("[^1]: note *one*\n\n    second paragraph\n")
    update = stream.finish()
    assert update.reset
    notes = [(leaf.marker, leaf.path, leaf.text) for leaf in update.final[-2:] if isinstance(leaf, TextLeaf)]
    assert notes == [("[1]", "n", "note one"), ("", "n", "second paragraph")]
    (again, *_) = update.final
    assert isinstance(again, TextLeaf)
    assert [span.text for span in again.spans if span.raised] == ["1"]
