"""Links to llmdesk (``llmdesk://new?prompt=...``), which any web page may offer: taken apart, never carried out (pure).

A link shows something or writes into the composer. None sends a prompt, fetches a model or changes a setting.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from llmdesk.errors import LinkError
from llmdesk.words import say

SCHEME = "llmdesk"
MOST_CHARS = 8192
_JOINER, _AS_EMOJI = "\u200d", "\ufe0f"
_JOINERS = f"\u200c{_JOINER}"
_UNSEEN = f"{_JOINERS}{_AS_EMOJI}"
_IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Unicode's Default_Ignorable_Code_Point, and the empty pattern of Braille."""
_MANY_BREAKS = re.compile(r"\n{3,}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class NewChat:
    """An empty chat, with these words in the composer."""

    prompt: str = ""


@dataclass(frozen=True, slots=True)
class ShowChat:
    """A chat that is kept."""

    chat_id: str


@dataclass(frozen=True, slots=True)
class ShowModels:
    """The list of models, with these words in its filter."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class ShowWindow:
    """The window, as it is."""


Link = NewChat | ShowChat | ShowModels | ShowWindow


def is_link(text: str) -> bool:
    """Whether it is meant to be a link and no file."""
    return text.lower().startswith(f"{SCHEME}:")


def parse(text: str) -> Link:
    """What a link is for. Raises LinkError."""
    if len(text) > MOST_CHARS:
        raise LinkError(say("The link is too long."))
    try:
        parts = urlsplit(text)
        values = parse_qs(parts.query, errors="strict", max_num_fields=8) if parts.query else {}
        what, name = _path_of(parts)
    except ValueError as error:
        raise LinkError(say("This is no link that llmdesk knows."), detail=str(error)) from error
    match what, name:
        case ("" | "open", ""):
            return ShowWindow()
        case "new", "":
            return NewChat(visible(_first(values, "prompt"), keeps_lines=True))
        case "models", "":
            return ShowModels(visible(_first(values, "search")))
        case "chat", chat_id if _ID.fullmatch(chat_id):
            return ShowChat(chat_id)
    raise LinkError(say("This is no link that llmdesk knows."))


def visible(text: str, *, keeps_lines: bool = False) -> str:
    """Only what can be seen: a page must not have a prompt hold what its reader does not notice.

    Control characters, direction marks, fillers, and the invisible letters of Unicode's tags and variation selectors
    go, and what pushes words out of sight: more than one empty line. One joiner within an emoji or a word of Persian
    or Hindi stays, and one selector of an emoji's look.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    found = [_without_strays(filter(_is_kept, line.replace("\t", " "))).strip() for line in lines]
    return _MANY_BREAKS.sub("\n\n", "\n".join(found)).strip() if keeps_lines else " ".join(filter(None, found))


def _without_strays(chars: Iterable[str]) -> str:
    found = ""
    for char in chars:
        if char not in _UNSEEN or _has_meaning(char, found[-1:]):
            found = (found.rstrip(_JOINERS) if char == " " else found) + char
    return found.rstrip(_JOINERS)


def _has_meaning(char: str, before: str) -> bool:
    """Of joiners behind what can be joined, of the selector behind what has two looks; each only once."""
    if char == _AS_EMOJI:
        return before not in _UNSEEN and not before.isalpha() and not before.isspace()
    return not before.isascii() and before not in _JOINERS


def _is_kept(char: str) -> bool:
    if char in _UNSEEN:
        return True
    hidden = unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    return not hidden and not _IGNORABLE.match(char)


def _first(values: dict[str, list[str]], name: str) -> str:
    return values.get(name, [""])[0]


def _path_of(parts: SplitResult) -> tuple[str, str]:
    """``llmdesk://chat/ID`` and ``llmdesk:chat/ID`` alike: what stands first, and what stands behind it."""
    path = unquote(f"{parts.netloc}{parts.path}", errors="strict").strip("/")
    what, _, name = path.partition("/")
    return what.lower(), name
