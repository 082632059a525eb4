"""Answers as the page shows them: markdown as elements, and hostile texts as what they are: text."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.conftest import Served
from tests.quiet import until_quiet
from tests.web.browser import Browser, Page

pytestmark = pytest.mark.browser

ALLOWED = {
    "P", "H1", "H2", "H3", "H4", "H5", "H6", "HR", "BLOCKQUOTE", "UL", "OL", "LI", "PRE", "CODE", "DIV", "SPAN",
    "BUTTON", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "STRONG", "EM", "DEL", "A", "BR",
}  # fmt: skip
HOSTILE = [
    "<script>window.hit = 1</script>",
    "<img src=x onerror='window.hit=1'>",
    "<svg onload=window.hit=1>",
    "<iframe src='javascript:parent.hit=1'></iframe>",
    "[x](javascript:window.hit=1)",
    "[x](JaVaScRiPt:window.hit=1)",
    "[x](\tjavascript:window.hit=1)",
    "[x](java\nscript:window.hit=1)",
    "[x](data:text/html,<script>hit=1</script>)",
    "[x](vbscript:x) [y](file:///etc/passwd) [z](blob:x) [w](//evil.example/x) [v](/v1/models)",
    "![x](https://evil.example/x.png) ![y](javascript:hit=1)",
    "<javascript:hit=1> <https://a.b/\"onclick='window.hit=1'>",
    '[x](https://a.b/"onmouseover="window.hit=1)',
    '```html"><script>window.hit=1</script>\n<script>window.hit=1</script>\n```',
    "| <img src=x onerror=hit=1> | b |\n|---|---|\n| <script>hit=1</script> | [x](javascript:hit=1) |",
    "# <style>*{display:none}</style>",
    "> <form action='https://evil.example'><input name=key></form>",
    "- <a href='javascript:hit=1'>x</a>\n- <base href='https://evil.example'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'><link rel=stylesheet href=https://evil.example>",
    "&lt;script&gt;hit=1&lt;/script&gt; &#60;img src=x onerror=hit=1&#62;",
    "**<b onclick=hit=1>**`<i>`~~<u>~~",
]
SHOW = """
import('/web/markdown.js').then(({ MarkdownView }) => {
  const node = document.createElement('div');
  const view = new MarkdownView(node);
  const text = %s;
  %s
  view.finish();
  document.body.append(node);
  const all = [...node.querySelectorAll('*')];
  const found = {
    html: node.innerHTML, text: node.textContent, tags: [...new Set(all.map((each) => each.tagName))],
    links: [...node.querySelectorAll('a')].map((each) => [each.getAttribute('href'), each.rel, each.target]),
    handlers: all.flatMap((each) => each.getAttributeNames()).filter((name) => /^(on.*|src|style)$/.test(name)),
  };
  node.remove();
  return found;
})
"""
WHOLE = "view.update(text);"
BY_LETTER = "for (let end = 1; end <= text.length; end += 1) view.update(text.slice(0, end));"


@pytest.fixture(scope="module")
def page(shared: Served, browser: Browser) -> Iterator[Page]:
    """One for all: nothing stays on it."""
    page = browser.page(shared.url)
    yield page
    problems = page.problems()
    page.close()
    assert not problems


def shown(page: Page, text: str, how: str = WHOLE) -> dict[str, Any]:
    found: dict[str, Any] = page.value(SHOW % (json.dumps(text), how))
    return found


def test_hostile_answers_stay_text(page: Page) -> None:
    for text in (*HOSTILE, "\n\n".join(HOSTILE)):
        for how in (WHOLE, BY_LETTER):
            found = shown(page, text, how)
            assert set(found["tags"]) <= ALLOWED, text
            assert not found["handlers"], text
            for href, rel, target in found["links"]:
                assert href.startswith(("https://", "http://", "mailto:")), text
                assert (rel, target) == ("noopener noreferrer", "_blank")
    assert page.value("window.hit ?? null") is None
    assert not [url for url in page.requested() if "evil" in url]


def test_html_is_shown_as_it_was_written(page: Page) -> None:
    for text in ("<script>x</script>", "<img src=x onerror=y>", "[x](javascript:y)", "&lt;b&gt;", "a < b > c"):
        assert shown(page, text)["text"] == text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# A *b*", '<h1 dir="auto">A <em>b</em></h1>'),
        ("## A ##\nb", '<h2 dir="auto">A</h2><p dir="auto">b</p>'),
        ("A\n===", '<h1 dir="auto">A</h1>'),
        ("a **b** `c*d*` ~~e~~ ***f***",
         '<p dir="auto">a <strong>b</strong> <code>c*d*</code> <del>e</del> <strong><em>f</em></strong></p>'),
        ("snake_case_name 2 * 3 * 4 \\*x\\*", '<p dir="auto">snake_case_name 2 * 3 * 4 *x*</p>'),
        ("**a *b* c** *d **e** f*",
         '<p dir="auto"><strong>a <em>b</em> c</strong> <em>d <strong>e</strong> f</em></p>'),
        ("*args and `**kwargs`", '<p dir="auto">*args and <code>**kwargs</code></p>'),
        ("a  \nb<br>c", '<p dir="auto">a<br>b<br>c</p>'),
        ("- a\n- b\n  1. c\n  2. d\n- [x] e",
         '<ul><li dir="auto">a</li><li dir="auto">b<ol><li dir="auto">c</li><li dir="auto">d</li></ol></li>'
         '<li dir="auto">☑ e</li></ul>'),
        ("3. a\n\n4. b", '<ol start="3"><li dir="auto">a</li><li dir="auto">b</li></ol>'),
        ("> a\nb\n>\n> c", '<blockquote><p dir="auto">a\nb</p><p dir="auto">c</p></blockquote>'),
        ("a\n\n---\n\nb", '<p dir="auto">a</p><hr><p dir="auto">b</p>'),
        ("a \u202eb", '<p dir="auto">a ⟨U+202E⟩b</p>'),
    ],
)  # fmt: skip
def test_markdown(page: Page, text: str, html: str) -> None:
    assert shown(page, text)["html"] == html
    assert shown(page, text, BY_LETTER)["html"] == html


def test_links(page: Page) -> None:
    text = '[a](https://a.example/x_(y) "t") <https://b.example> https://c.example/d_e_f. (http://d.example) <m@e.org>'
    assert [link[0] for link in shown(page, text)["links"]] == [
        "https://a.example/x_(y)", "https://b.example/", "https://c.example/d_e_f", "http://d.example/",
        "mailto:m@e.org",
    ]  # fmt: skip


def test_tables_and_code(page: Page) -> None:
    found = shown(page, "| a | b |\n|:--|--:|\n| 1 | `x\\|y` |\n| 2 |\n\n```py\nif a:\n    *b*\n```\nend")
    assert "<code>x|y</code>" in found["html"]
    assert found["html"].count("<td") == 4
    assert 'data-align="right"' in found["html"]
    assert "<code>if a:\n    *b*</code>" in found["html"]
    assert found["text"].endswith("end")
    assert "<code>1\n2</code>" in shown(page, "- x\n  ```\n  1\n  2\n  ```\n- y", BY_LETTER)["html"]


@pytest.mark.parametrize(
    "text",
    ["[" * 60_000, "*a " * 30_000, "`" * 50_000 + "a", "> " * 20_000, "![](" * 20_000, "**_" * 20_000, "- " * 20_000,
     "<" * 50_000, "# " + "#" * 50_000 + " " * 50_000, "|" * 50_000 + "\n" + "-|" * 25_000, "\n> - " * 10_000,
     "[a](" + "(" * 50_000, "*a_b`c" * 20_000, "a" * 100_000, "``` " * 20_000, "http://" * 20_000],
    ids=lambda text: text[:5],
)  # fmt: skip
@until_quiet
def test_no_text_keeps_the_page_busy(page: Page, text: str) -> None:
    started_s = time.perf_counter()
    assert set(shown(page, text)["tags"]) <= ALLOWED
    assert time.perf_counter() - started_s < 3
