"""Markdown for the tests of the chat pane: what models write, and what nobody should have to show."""

from __future__ import annotations

CODE_ANSWER = """A running sum keeps it linear: each step adds the new value and takes away the oldest.

```python
def moving_average(values: list[float], window: int) -> list[float]:
    # O(n) time, O(n) for the result
    total = sum(values[:window])
    means = [total / window]
    for old, new in zip(values, values[window:]):
        total += new - old
        means.append(total / window)
    return means
```
"""

EVERYTHING = """# Title of the answer

A running sum keeps it **linear**: each step *adds* the new value and takes away the one that leaves the `window`.
A [link](http://example.org/page) too, ~~struck~~ text and <b>HTML that stays text</b>.

1. First step with words that are long enough to be wrapped onto a second line of the item so that one sees the indent
2. Second
   - nested **bullet**
     with a second line
   - another with **bold**, then *slanted* and `code`, then **more** of it
     1. deep
   ```bash
   pip install thing
   ```
   a paragraph in the item
10. Third

## Heading two

> Quote of someone
> > nested quote
>
> - list in a quote

| Name | Value | Notes |
|------|------:|:-----:|
| one `x` | 1.5 | some longer words here |
| two | 22.5 | b |

---

Setext heading
--------------

The end, with ![a picture](http://example.org/a.png) that is not loaded. See also [the reference][r].

[r]: http://example.org/reference
"""

_INTERRUPTED = """para
***bold***
para
#hashtag
# head
para
1. one
1. two
2) other
- a
+ b
* c
***
text
``` a `b`
x

```
code
~~~
````
after

    indented

    code

text [a][r] and [r]

[r]: http://example.org 'T'
"""

ORDINARY: dict[str, str] = {
    "code": CODE_ANSWER,
    "everything": EVERYTHING,
    "interrupted": _INTERRUPTED,
    "plain words": "One line.\nAnother line.\n\nA paragraph.",
    "numbers": "7. a\n\n8. b\n\n   c\n\n10. d\n\ntext\n\n1. new\n",
    "nested fence": "1. do\n   ```python\n   if x:\n       y()\n   ```\n2. and\n\n   > ```\n   > quoted\n   > ```\n",
    "late definition": "see [a] and [b][a]\n\n> [a]: http://q.w\n\n[a]\n",
    "right to left": "שלום עולם **מודגש**\n\n- فقرة 😀👨‍👩‍👧\n- 中文测试 `代码`\n\n```\nكود 😀\n```\n",
    "empty": "",
    "blank": "\n\n \n",
}

HOSTILE: dict[str, str] = {
    "open fence": "Hi\n\n```python\ndef f():\n    return '''\n\n```x\n\n  ``\n",
    "quotes": ">" * 10_000 + " x",
    "lists": "- " * 5_000 + "x",
    "list levels": "\n".join("  " * i + "- a" for i in range(120)),
    "brackets": "[" * 10_000,
    "images": "![" * 5_000,
    "stars": "**a_ " * 3_000,
    "one line": "x" * 200_000,
    "one line of words": "lorem *ipsum* " * 8_000,
    "one line of code": "```js\n" + "x=1;" * 25_000 + "\n```\nend",
    "columns": "|" + "a|" * 3_000 + "\n|" + "-|" * 3_000 + "\n|" + "b|" * 3_000 + "\n",
    "rows": "| a | b |\n|-|-|\n" + "| one *two* | three |\n" * 700 + "\n\nend\n",
    "control characters": "a\x00b\x07c\u2029d\u2028e\ufdd0f\ufffcg\r\nh\r\n\r\ni\ud800j\x1b[31m\u202ek",
    "html": "<script>alert(1)</script>\n\n<b>x</b> &amp; &lt;\n\n<img src='file:///etc/passwd'>",
    "file image": "![secret](file:///etc/passwd) ![](http://localhost/x.png) [j](javascript:x) [f](file:///etc/passwd)",
}

ENDLESS: dict[str, str] = {"one line": "x" * 1_000_000, "one line of words": "lorem *ipsum* " * 30_000}
"""The same, seconds long: nothing more was ever found with them."""
