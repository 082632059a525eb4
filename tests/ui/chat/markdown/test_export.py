"""What was selected, as words and as markdown: both against the source, for each kind of block."""

from __future__ import annotations

import pytest

from llmdesk.ui.chat.markdown.export import markdown, plain_text
from llmdesk.ui.chat.markdown.stream import read
from tests.ui.chat.samples import EVERYTHING, ORDINARY

KINDS = {
    "styles": "a **b *c* d** ~~e~~ `f` ***g*** **h**i `` ` ``",
    "marks that are words": "1\\. a \\* \\_c\\_ snake_case \\[x](y) \\<b> \\`\n\\- no item\n\\# no heading\n\\> none",
    "links": "[a](http://x.y/z) <http://x.y> https://x.y/(a) mailto:a@b.cd [**b** c](https://x.y/a_(b)_c)",
    "headings": "# a\n\n### b *c*\n\nd\n===\n\ne\nf\n---",
    "lists": "- a\n- b\n  - c\n    1. d\n    2. e\n- f\n\n  g\n\n3. h\n4. i\n",
    "mixed lists": "- a\n\n2. b\n3. c\n   - d\n\n   e\n",
    "tasks": "- [x] a\n- [ ] b\n  - [x] c\n\n1. [ ] d\n",
    "quotes": "> a\n> b\n>\n> > c\n>\n> - d\n>   e\n",
    "code": "```python\ndef f():\n\n    return '```'\n```\n\n    indented\n\n~~~~\n```\nx\n```\n~~~~\n",
    "code in a list": "1. a\n\n   ```sh\n   b\n\n     c\n   ```\n\n2. d\n",
    "table": "| a | b\\|c | d |\n|:--|:-:|--:|\n| **e** | `f` | g<br>h |\n| | i | |\n",
    "table in a quote": "> | a | b |\n> |---|---|\n> | c | d |\n",
    "rules": "a\n\n---\n\nb\n",
    "notes": "a[^1] b[^long]\n\n[^1]: c\n\n    d\n\n[^long]: e\n    - f\n",
    "Japanese": "これは**「重要」**です。\n\n- **重要。**次\n",
    "from the right": "שלום **עולם**\n\n- פריט\n",
    "everything": EVERYTHING,
    "code answer": ORDINARY["code"],
    "numbers": ORDINARY["numbers"],
}


@pytest.mark.parametrize("name", KINDS)
def test_markdown_means_what_was_selected(name: str) -> None:
    leaves = read(KINDS[name])
    assert read(markdown(leaves)) == leaves, markdown(leaves)


def test_plain_words_stay_as_they_are() -> None:
    source = "Use f(x) = a_b - c; 5 > 3, #1 & more: see [1], e.g. 10.5.\n\n- one\n- two"
    assert markdown(read(source)) == source


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a **b** [c](http://x.y)\nd", "a b c\nd"),
        ("# a\n\nb\n\n- c\n- d\n  1. e\n\nf", "a\n\nb\n\n• c\n• d\n  1. e\n\nf"),
        ("- [x] a\n- [ ] b", "☑ a\n☐ b"),
        ("x\n\n```py\na\n\tb\n```\n\ny", "x\n\na\n\tb\n\ny"),
        ("| a | b |\n|-|-|\n| c<br>d | *e* |", "a\tb\nc d\te"),
        ("a\n\n---\n\n> b", "a\n\n---\n\nb"),
        ("a[^1]\n\n[^1]: b", "a[1]\n\n[1] b"),
    ],
)
def test_words_are_clean(source: str, words: str) -> None:
    assert plain_text(read(source)) == words
