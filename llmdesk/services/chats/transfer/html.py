"""A chat as one HTML page that needs nothing else: no scripts, nothing from the network (pure).

The words of a model are not trusted: HTML in them is shown as text, links lead to the web or to nobody, images are
their description. A content security policy in the page says the same to the browser.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_all_lexers, get_lexer_by_name

from llmdesk import __version__
from llmdesk.services.chats.kept import KeptChat
from llmdesk.services.chats.message import Message
from llmdesk.services.chats.transfer.html_style import page_style, print_style
from llmdesk.services.chats.transfer.words import end_words, figures, moment, source_words

_log = logging.getLogger(__name__)

MAX_HIGHLIGHT_CHARS = 100_000
_LINE_END = "\n"
_SCHEMES = ("http://", "https://", "mailto:", "#")
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
_BOX = re.compile(r"\[([ xX])\]\s")
_IMAGE_STARTS = {"iVBORw0KGgo": "png", "/9j/": "jpeg"}
_BASE64 = re.compile("[A-Za-z0-9+/]+=*")
_MATH_PAIRS = {"\\(": "\\)", "\\[": "\\]"}


def chat_html(kept: KeptChat) -> str:
    """A page for browsers, light or dark as the reader's system is."""
    head = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
    head += '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    head += '<meta name="referrer" content="no-referrer">'
    return _page(kept, head, page_style(), folds=True)


def print_html(kept: KeptChat) -> str:
    """The same for paper, in the part of HTML and CSS that Qt's text documents know."""
    return _page(kept, "", print_style(), folds=False)


def _page(kept: KeptChat, head: str, style: str, *, folds: bool) -> str:
    title = escape(kept.info.title)
    parts = [
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{head}',
        f'<meta name="generator" content="llmdesk {__version__}">\n<title>{title}</title>',
        f"<style>{style}</style>\n</head>",
        f'<body>\n<h1 dir="auto">{title}</h1>\n<p class="note">{moment(kept.info.created_s)}</p>',
    ]
    if kept.options.system_prompt:
        parts.append(_folded("System prompt", _plain(kept.options.system_prompt), folds))
    for number, turn in enumerate(kept.conversation.turns):
        parts.append(_role("You", folds))
        parts += _attached(turn.prompt, folds)
        if turn.prompt.text.strip() or not turn.prompt.attachments:
            parts.append(f'<div class="prompt" dir="auto">{_plain(turn.prompt.text)}</div>')
        parts.append(_answer(turn.answer, f"m{number}", folds))
        parts += _sources(turn.prompt, folds)
    return "\n".join([*parts, "</body>\n</html>\n"])


def _attached(prompt: Message, folds: bool) -> Iterator[str]:
    """The files of a prompt: images to be seen, texts to be unfolded. On paper, the names of texts are enough."""
    for attachment in prompt.attachments:
        name = escape(attachment.name)
        if attachment.kind == "image" and (source := _image_source(attachment.image)):
            yield f'<p><img src="{source}" alt="{name}" width="320"></p>\n<p class="note">{name}</p>'
        elif attachment.text and folds:
            yield _folded(name, f"<pre>{escape(attachment.text)}</pre>", folds)
        else:
            yield f'<p class="note">{name}</p>'


def _sources(prompt: Message, folds: bool) -> Iterator[str]:
    """What the answer was given to read, to be unfolded; on paper, where it stands is enough."""
    for words, passage in zip(source_words(prompt), prompt.sources, strict=True):
        if folds:
            yield _folded(escape(words), f"<pre>{escape(passage.text)}</pre>", folds)
        else:
            yield f'<p class="note">{escape(words)}</p>'


def _image_source(image: str) -> str:
    """The image within the page; empty if this is none (a chat that was imported may hold anything)."""
    kind = next((kind for start, kind in _IMAGE_STARTS.items() if image.startswith(start)), "")
    return f"data:image/{kind};base64,{image}" if kind and _BASE64.fullmatch(image) else ""


def _answer(answer: Message, name: str, folds: bool) -> str:
    parts = [_role(answer.model_id or "Answer", folds)]
    if reasoning := answer.reasoning:
        parts.append(_folded("Thinking", markdown_html(reasoning, f"{name}t"), folds))
    parts.append(f'<div class="answer" dir="auto">\n{markdown_html(answer.text, name)}</div>')
    for words in filter(None, (end_words(answer), figures(answer.stats))):
        parts.append(f'<p class="note">{escape(words)}</p>')
    return "\n".join(parts)


def _role(name: str, is_page: bool) -> str:
    """Who speaks. On a page it is a heading, for those who jump from one to the next."""
    return f'<h2 class="role">{escape(name)}</h2>' if is_page else f'<p class="role">{escape(name)}</p>'


def _folded(summary: str, body: str, folds: bool) -> str:
    if folds:
        return f'<details><summary>{summary}</summary>\n<div dir="auto">{body}</div></details>'
    return f'<p class="note">{summary}</p>\n<div class="aside">{body}</div>'


def _plain(text: str) -> str:
    """Words as they were written, line by line."""
    return "<br>\n".join(escape(line).replace("  ", "&nbsp; ") for line in text.split("\n"))


def markdown_html(text: str, name: str) -> str:
    """Markdown as HTML; ``name``: of the message, for the anchors of its footnotes."""
    try:
        return str(_parser().render(text, {"docId": name}))
    except Exception:  # a mistake of the parser must not cost the reader the text
        _log.exception("markdown of %d characters could not be written as HTML; exported as it is", len(text))
        return f"<pre>{escape(text)}</pre>"


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin).use(dollarmath_plugin, allow_space=False, allow_digits=False, renderer=_math)
    parser.inline.ruler.before("escape", "bracket_math", _bracket_math)
    parser.core.ruler.push("task_boxes", _task_boxes)
    parser.validateLink = lambda url: url.lower().startswith(_SCHEMES)  # type: ignore[method-assign]
    parser.add_render_rule("image", _image)
    parser.add_render_rule("bracket_math", _bracket_math_html)
    parser.add_render_rule("link_open", _link)
    parser.add_render_rule("fence", _code)
    parser.add_render_rule("code_block", _code)
    return parser


def _image(self: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
    token = tokens[place]
    words = escape(self.renderInlineAsText(token.children or [], options, env) or "image")
    address = escape(str(token.attrs.get("src", "")))
    return f'<a href="{address}" rel="noopener noreferrer nofollow">[{words}]</a>'


def _link(self: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
    tokens[place].attrSet("rel", "noopener noreferrer nofollow")
    return self.renderToken(tokens, place, options, env)


def _code(self: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
    token = tokens[place]
    language = token.info.split()[0] if token.info.split() else ""
    label = f'<p class="language">{escape(language)}</p>\n' if language else ""
    return f'{label}<pre dir="ltr"><code>{_highlighted(token.content, language).removesuffix(_LINE_END)}</code></pre>\n'


def _highlighted(code: str, language: str) -> str:
    if language.lower() not in _known_languages() or len(code) > MAX_HIGHLIGHT_CHARS:
        return escape(code)
    lexer = get_lexer_by_name(language.lower(), stripnl=False, ensurenl=False)
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True)))


@cache
def _known_languages() -> frozenset[str]:
    """Without plugins: a word in an answer must not make code be imported."""
    return frozenset(alias for _, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases)


def _math(content: str, options: dict[str, Any]) -> str:
    """Formulas stay what they were written as."""
    sign = "$$" if options["display_mode"] else "$"
    return escape(f"{sign}{content}{sign}")


def _bracket_math(state: StateInline, silent: bool) -> bool:
    r"""\(..\) and \[..\], in which Markdown's signs mean nothing."""
    end = _MATH_PAIRS.get(state.src[state.pos : state.pos + 2])
    found = state.src.find(end, state.pos + 2, state.posMax) if end else -1
    if found < 0:
        return False
    if not silent:
        state.push("bracket_math", "", 0).content = state.src[state.pos : found + 2]
    state.pos = found + 2
    return True


def _bracket_math_html(self: RendererHTML, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
    return f'<span class="math">{escape(tokens[place].content)}</span>'


def _task_boxes(state: StateCore) -> None:
    """``- [x] done`` with a box."""
    for item, paragraph, inline in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if (item.type, paragraph.type, inline.type) != ("list_item_open", "paragraph_open", "inline"):
            continue
        first = inline.children[0] if inline.children else None
        if first is not None and first.type == "text" and (box := _BOX.match(first.content)):
            first.content = ("☐ " if box[1] == " " else "☑ ") + first.content[box.end() :]
