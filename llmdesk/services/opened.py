"""What was opened with llmdesk from outside: a file of some kind, or a link (any thread; looks at a name only)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal
from urllib.parse import unquote_to_bytes, urlsplit

from llmdesk.services.links import is_link

Kind = Literal["link", "chats", "model"]
_CHATS = (".json", ".jsonl", ".zip")


def kind_of(opened: str) -> Kind:
    """By its name: what is not read as chats is said to be no model when it is looked at."""
    if is_link(opened):
        return "link"
    return "chats" if opened.lower().endswith(_CHATS) else "model"


def absolute(opened: str) -> str:
    """The same for a program that runs in another folder; desktops give files as addresses (``file:///...``), too."""
    if is_link(opened):
        return opened
    if opened.lower().startswith("file:"):
        opened = _path_of(urlsplit(opened).path)
    return str(Path(opened).absolute())


def _path_of(address: str) -> str:
    """A name need not be UTF-8, but on Windows, where a drive stands first."""
    if os.name == "nt":
        from urllib.request import url2pathname

        return url2pathname(address)
    return os.fsdecode(unquote_to_bytes(address))
