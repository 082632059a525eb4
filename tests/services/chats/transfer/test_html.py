"""The HTML page: it needs nothing else, shows HTML as text, and its links go nowhere but the web."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.services.chats.transfer.html import chat_html, markdown_html, print_html
from tests.services.chats.transfer.trees import random_chat, simple_chat

NASTY = """<script>alert(1)</script> <img src=x onerror=alert(1)> <iframe src="file:///etc/passwd"></iframe>
[js](javascript:alert(1)) [data](data:text/html,x) [file](file:///etc/passwd) ![pixel](https://spy.example/p.png)
<https://ok.example> [up](../../x) <a href="x" onclick="y">z</a> &lt;b&gt;

```html"><script>alert(2)</script>
<script>alert(3)</script>
```

| <b>a</b> | b |
|---|---|
| "><script> | `<script>` |
"""


class Page(HTMLParser):
    """The tags, attributes and words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, list[str]] = {}
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")

    def handle_data(self, data: str) -> None:
        self.words += data


ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "div", "br", "pre", "code", "span"),
    *("table", "thead", "tbody", "tr", "th", "td", "a", "em", "strong", "s", "ul", "ol", "li", "blockquote", "details"),
    *("summary", "hr", "sup", "section"),
}


@pytest.mark.parametrize("place", ["prompt", "answer", "title", "system", "error"])
def test_nothing_in_a_chat_becomes_html_of_its_own(place: str) -> None:
    chat = simple_chat(NASTY if place == "prompt" else "p", NASTY if place == "answer" else "a")
    if place == "title":
        chat = simple_chat("p", "a", title=NASTY)
    if place == "system":
        object.__setattr__(chat.options, "system_prompt", NASTY)
    if place == "error":
        answer = chat.conversation.path[-1]
        answer.state, answer.error, answer.model_id = "failed", ErrorInfo("Bug", NASTY, ""), NASTY
    for made in (chat_html(chat), print_html(chat)):
        page = Page(made)
        assert page.tags <= ALLOWED
        assert not [name for name in page.attributes if name.startswith("on") or name in ("src", "style", "action")]
        assert all(re.match(r"https?://|mailto:|#", link) for link in page.attributes.get("href", []))
        assert "<script>alert(1)</script>" in page.words


def test_the_page_lets_nothing_in() -> None:
    page = chat_html(simple_chat("one", "two"))
    assert "default-src 'none'" in page
    assert "prefers-color-scheme: dark" in page
    assert "http" not in page.replace("http-equiv", "")
    assert "@import" not in page
    assert "url(" not in page


def test_code_is_coloured_and_tables_are_tables() -> None:
    page = markdown_html("```python\nfor i in x:\n    pass\n```\n\n|a|b|\n|:-|-:|\n|1|2|", "m")
    assert '<span class="k">for</span>' in page
    assert '<p class="language">python</p>' in page
    assert "<td" in page
    assert Page(page).words.count("for i in x") == 1


def test_lists_with_boxes_footnotes_and_formulas() -> None:
    page = markdown_html(
        "- [x] done\n- [ ] open\n\nNote[^1].\n\n[^1]: Below.\n\n$a_1*b*c$ and \\(x_1*y*z\\), $5 to $10.", "m3"
    )
    assert "☑ done" in page
    assert "☐ open" in page
    assert 'id="fn-m3-1"' in page
    assert "$a_1*b*c$" in page
    assert "\\(x_1*y*z\\)" in page
    assert "$5 to $10" in page


def test_two_answers_have_footnotes_of_their_own() -> None:
    page = Page(chat_html(simple_chat("p", "a[^1]\n\n[^1]: x", "q", "b[^1]\n\n[^1]: y")))
    ids = page.attributes["id"]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("seed", range(5))
def test_any_chat_becomes_a_page_with_all_that_is_shown(seed: int) -> None:
    chat = random_chat(seed)
    page = Page(chat_html(chat))
    assert page.tags <= ALLOWED | {"img"}
    assert all(source.startswith("data:image/png;base64,") for source in page.attributes.get("src", []))
    for turn in chat.conversation.turns:
        for word in ("alpha", "עברית", "🙂", "</script>"):
            assert word not in turn.prompt.text or word in page.words


def test_an_unknown_language_and_very_long_code_stay_plain() -> None:
    assert "<span" not in markdown_html("```no-such-language\nfor\n```", "m")
    assert "<span" not in markdown_html("```python\n" + "for\n" * 30_000 + "```", "m")
