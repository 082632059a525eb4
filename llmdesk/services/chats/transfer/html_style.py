"""How exported pages look (pure)."""

from __future__ import annotations

from functools import cache
from typing import Any

from pygments.formatters.html import HtmlFormatter

_LIGHT_CODE, _DARK_CODE = "xcode", "github-dark"

_PAGE = """
:root { color-scheme: light dark; }
:root { --ground: #ffffff; --text: #1c1f23; --quiet: #5a6069; --card: #f3f4f6; --line: #d9dce1; --link: #0b57d0; }
@media (prefers-color-scheme: dark) {
:root { --ground: #15171a; --text: #e6e8eb; --quiet: #a0a7b1; --card: #21252a; --line: #383d44; --link: #8ab4f8; }
}
* { box-sizing: border-box; }
body { background: var(--ground); color: var(--text); margin: 2rem auto; max-width: 50rem; padding: 0 1rem;
  font: 16px/1.6 Inter, system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.5rem; line-height: 1.3; }
.role { color: var(--quiet); font-size: .8rem; font-weight: 600; margin: 2rem 0 .4rem; }
.answer h1 { font-size: 1.35rem; } .answer h2 { font-size: 1.2rem; } .answer h3 { font-size: 1.05rem; }
a { color: var(--link); }
.prompt { background: var(--card); border-radius: 12px; padding: .7rem 1rem; }
.note, .language { color: var(--quiet); font-size: .8rem; }
.language { margin: 1rem 0 -.6rem; }
details { border-left: 3px solid var(--line); margin: .6rem 0; padding-left: 1rem; }
summary { color: var(--quiet); cursor: pointer; }
pre { background: var(--card); border-radius: 8px; overflow-x: auto; padding: .8rem 1rem; white-space: pre; }
code, .math { font-family: "JetBrains Mono", ui-monospace, Consolas, monospace; font-size: .88em; }
:not(pre) > code { background: var(--card); border-radius: 4px; padding: .1em .3em; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border: 1px solid var(--line); padding: .3rem .7rem; }
blockquote { border-left: 3px solid var(--line); color: var(--quiet); margin-left: 0; padding-left: 1rem; }
@media print { body { max-width: none; } pre { white-space: pre-wrap; } }
"""

_PRINT = """
body { color: #1c1f23; font-size: 10pt; }
h1 { font-size: 16pt; } h2 { font-size: 13pt; } h3 { font-size: 11pt; }
.role { color: #5a6069; font-size: 9pt; font-weight: 600; margin-top: 14px; }
.prompt { background-color: #f3f4f6; }
.aside { color: #5a6069; margin-left: 16px; }
.note, .language { color: #5a6069; font-size: 8pt; }
pre { background-color: #f3f4f6; font-size: 8.5pt; white-space: pre-wrap; }
code { font-family: "JetBrains Mono"; }
.math { font-family: "JetBrains Mono"; }
blockquote { color: #5a6069; }
a { color: #0b57d0; }
"""


@cache
def page_style() -> str:
    """For browsers: light and dark."""
    light, dark = (_code_rules(style) for style in (_LIGHT_CODE, _DARK_CODE))
    return f"{_PAGE}{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


@cache
def print_style() -> str:
    """For Qt's text documents, which have no variables, no media and no descendants: classes alone."""
    rules = [rule.replace("pre ", "", 1) for rule in _code_rules(_LIGHT_CODE).split("\n")]
    return _PRINT + "\n".join(rules) + "\n"


def _code_rules(style: str) -> str:
    """Only those of tokens: the ground is the page's."""
    formatter: Any = HtmlFormatter(style=style)
    rules = str(formatter.get_style_defs("pre")).split("\n")
    return "\n".join(rule for rule in rules if rule.startswith("pre ."))
