"""Links to llmdesk (``llmdesk://new?prompt=...``), which any web page may offer: taken apart, never carried out (pure).

A link shows something or writes into the composer. None sends a prompt, fetches a model or changes a setting.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from llmdesk.errors import LinkError
from llmdesk.words import say

SCHEME = "llmdesk"
MOST_CHARS = 8192
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

    Control characters, direction marks and the invisible letters of Unicode's tags go; a joiner within an emoji or a
    word of Persian or Hindi stays.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    found = ["".join(char for char in line.replace("\t", " ") if _is_seen(char)).strip() for line in lines]
    return "\n".join(found).strip() if keeps_lines else " ".join(filter(None, found))


def _is_seen(char: str) -> bool:
    is_joiner = char in "\u200c\u200d"
    return is_joiner or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _first(values: dict[str, list[str]], name: str) -> str:
    return values.get(name, [""])[0]


def _path_of(parts: SplitResult) -> tuple[str, str]:
    """``llmdesk://chat/ID`` and ``llmdesk:chat/ID`` alike: what stands first, and what stands behind it."""
    path = unquote(f"{parts.netloc}{parts.path}", errors="strict").strip("/")
    what, _, name = path.partition("/")
    return what.lower(), name
