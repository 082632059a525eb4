"""The examples of the CommonMark specification (0.31.2) against what is shown: text, styles, lists, quotes, code.

``commonmark.json`` are the specification's own examples (by John MacFarlane, CC BY-SA 4.0), as markdown-it-py ships
them in its tests. The HTML that they ask for is read here into the same plain leaves that our reader makes.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from llmdesk.ui.chat.markdown.builder import BULLETS
from llmdesk.ui.chat.markdown.inline import _link
from llmdesk.ui.chat.markdown.leaves import CodeLeaf, Leaf, RuleLeaf, Span, TextLeaf
from llmdesk.ui.chat.markdown.stream import read

EXAMPLES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("commonmark.json").read_text(encoding="utf-8"))
DOCS = Path(__file__).parents[4] / "docs" / "markdown.md"


class Reader(HTMLParser):
    """HTML to leaves."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.leaves: list[Leaf] = []
        self._path = ""
        self._numbers: list[int | None] = []
        self._marker = ""
        self._heading = 0
        self._styles: list[str] = []
        self._links: list[str] = []
        self._spans: list[Span] = []
        self._code: str | None = None
        self._language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        match tag:
            case "ul" | "ol":
                self._end_words()
                self._flush()
                self._path += "l"
                self._numbers.append(int(values.get("start", "1")) if tag == "ol" else None)
            case "li":
                self._end_words()
                number = self._numbers[-1]
                self._marker = BULLETS[min(len(self._numbers), 3) - 1] if number is None else f"{number}."
                self._numbers[-1] = None if number is None else number + 1
            case "blockquote":
                self._end_words()
                self._flush()
                self._path += "q"
            case "pre":
                self._end_words()
                self._flush()
                self._code, self._language = "", ""
            case "code" if self._code is not None:
                self._language = values.get("class", "").removeprefix("language-")
            case "hr":
                self._end_words()
                self._flush()
                self.leaves.append(RuleLeaf(self._path))
            case "p":
                self._end_words()
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                self._end_words()
                self._heading = int(tag[1])
            case "a":
                self._links.append(_link(values.get("href", "")))
            case "br":
                self._words("\n")
            case "img":
                self._image(values)
            case _:
                self._styles.append(tag)

    def _image(self, values: dict[str, str]) -> None:
        source = values.get("src", "")
        self._words(f"{values.get('alt') or 'image'} (")
        self._links.append(self._links[-1] if self._links and self._links[-1] else _link(source))
        self._words(source)
        self._links.pop()
        self._words(")")

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "ul" | "ol":
                self._end_words()
                self._path = self._path[:-1]
                self._numbers.pop()
            case "li":
                self._end_words()
                self._flush()
            case "blockquote":
                self._end_words()
                self._path = self._path[:-1]
            case "pre":
                assert self._code is not None
                self.leaves.append(CodeLeaf(self._code.removesuffix("\n"), self._language, self._path))
                self._code = None
            case "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                self._end_words(always=True)
                self._heading = 0
            case "a":
                del self._links[-1:]  # raw HTML may end what nothing began
            case "code" if self._code is not None:
                pass
            case _:
                if tag in self._styles:
                    self._styles.reverse()
                    self._styles.remove(tag)
                    self._styles.reverse()

    def handle_data(self, data: str) -> None:
        if self._code is not None:
            self._code += data
        else:
            self._words(data)

    def _words(self, text: str) -> None:
        has = self._styles.count
        link = self._links[-1] if self._links else ""
        self._spans.append(Span(text, has("strong") > 0, has("em") > 0, has("code") > 0, link=link))

    def _end_words(self, always: bool = False) -> None:
        spans = _tidy(self._spans)
        self._spans = []
        if spans or always:
            marker, self._marker = self._marker, ""
            self.leaves.append(TextLeaf(spans, self._heading, marker, self._path))

    def _flush(self) -> None:
        if self._marker:
            self.leaves.append(TextLeaf((), 0, self._marker, self._path))
            self._marker = ""


def _tidy(spans: list[Span]) -> tuple[Span, ...]:
    """Merged; without the line breaks that HTML has for its own sake."""
    result: list[Span] = []
    for span in spans:
        if result and replace(result[-1], text="") == replace(span, text=""):
            result[-1] = replace(span, text=result[-1].text + span.text)
        else:
            result.append(span)
    if result:
        result[0] = replace(result[0], text=result[0].text.lstrip("\n"))
        result[-1] = replace(result[-1], text=result[-1].text.rstrip("\n"))
    result = [replace(span, text=span.text.replace("\n\n", "\n")) for span in result]
    return tuple(span for span in result if span.text)


def wanted(example: dict[str, Any]) -> list[Leaf]:
    reader = Reader()
    reader.feed(example["html"])
    reader.close()
    reader._end_words()
    reader._flush()
    return reader.leaves


def is_as_specified(example: dict[str, Any]) -> bool:
    return read(example["markdown"]) == wanted(example)


def documented() -> set[int]:
    """The numbers of the examples that docs/markdown.md lists as shown differently."""
    numbers: set[int] = set()
    for line in DOCS.read_text(encoding="utf-8").splitlines():
        if line.startswith("| ") and "what is different" not in line:
            cell = line.split("|")[1]
            numbers |= {int(word) for word in cell.replace(",", " ").split() if word.isdigit()}
    return numbers


def test_the_examples_are_all_there() -> None:
    assert len(EXAMPLES) > 600
    assert Counter(example["section"] for example in EXAMPLES)["Emphasis and strong emphasis"] > 100


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example['example']}")
def test_the_parser_gives_the_html_of_the_specification(example: dict[str, Any]) -> None:
    """The library does what it says; what we change about it is seen in the next test."""
    shown = MarkdownIt("commonmark").render(example["markdown"])
    assert shown.replace("<blockquote></blockquote>", "<blockquote>\n</blockquote>") == example["html"]


def test_what_is_shown_is_what_the_specification_asks_for_but_for_the_listed_deviations() -> None:
    different = {example["example"] for example in EXAMPLES if not is_as_specified(example)}
    assert different == documented()


def test_most_of_it_is_as_specified() -> None:
    assert len(documented()) < 90
