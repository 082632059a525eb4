"""What belongs into a backup, and what its parts are called there (any thread; looks at folders)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from llmdesk import paths
from llmdesk.models.hub_fetch import COMMIT_FILE
from llmdesk.services.chats.store import FILE_NAME as CHATS
from llmdesk.services.collections.collections import FILE_NAME as COLLECTIONS

CHATS_PART, COLLECTIONS_PART = f"data/{CHATS}", f"data/{COLLECTIONS}"
MODELS_PART = "data/models"
_FILES = (
    "config/settings.toml",
    "config/models.toml",
    "config/window.ini",
    "data/benchmarks.jsonl",
    "data/chat-speeds.json",
)
# Not who may use the server, nor the stand's PIN: whoever gives somebody a backup must not get a key with it.
_FOLDERS = ("config/prompts", "data/recordings")
"""With the files that lie in them, not with folders below."""
_PLAIN = re.compile(r"[^\x00-\x1f\x7f<>:\"/\\|?*\ud800-\udfff]{1,200}")
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.I)  # names that Windows gives to devices


def place_of(part: str) -> Path:
    """Where a part lies on this machine."""
    kind, _, name = part.partition("/")
    return (paths.config_dir() if kind == "config" else paths.data_dir()) / name


def small_parts() -> Iterator[str]:
    """Those that are here and are copied as they are; chats and collections are not, they are read."""
    for part in _FILES:
        if place_of(part).is_file():
            yield part
    for folder in _FOLDERS:
        yield from (f"{folder}/{name}" for name in _own_names(folder) if _is_plain(name))


def left_out() -> tuple[Path, ...]:
    """The user's files that belong into a backup but for their names, which not every system can have."""
    return tuple(place_of(folder) / name for folder in _FOLDERS for name in _own_names(folder) if _is_left_out(name))


def model_parts() -> Iterator[str]:
    """The files of fetched models; what is still being fetched is not among them."""
    root = place_of(MODELS_PART)
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        if folder.is_dir() and not folder.name.startswith("."):
            files = sorted(each for each in folder.rglob("*") if each.is_file() and not each.is_symlink())
            found = (f"{MODELS_PART}/{each.relative_to(root).as_posix()}" for each in files)
            yield from (part for part in found if belongs(part))


def belongs(part: str) -> bool:
    """Whether a name can be one of a backup's parts: whatever else an archive holds is put nowhere."""
    names = PurePosixPath(part).parts
    is_commit = is_of_models(part) and names[3:] == (COMMIT_FILE,)  # a model can be updated by it
    if "/".join(names) != part or not all(map(_is_plain, names[:3] if is_commit else names)):
        return False
    if part in _FILES or part in (CHATS_PART, COLLECTIONS_PART):
        return True
    return len(names) >= 4 if is_of_models(part) else len(names) == 3 and "/".join(names[:2]) in _FOLDERS


def is_of_models(part: str) -> bool:
    """Whether it is of a fetched model."""
    return part.startswith(f"{MODELS_PART}/")


def _own_names(folder: str) -> list[str]:
    place = place_of(folder)
    files = place.iterdir() if place.is_dir() else ()
    return sorted(each.name for each in files if each.is_file() and not each.is_symlink())


def _is_left_out(name: str) -> bool:
    return not _is_plain(name) and not name.startswith(".")  # hidden ones are other programs' or half written


def _is_plain(name: str) -> bool:
    """A name that means the same on every system, and nothing else than a file."""
    return (
        bool(_PLAIN.fullmatch(name)) and not name.startswith(".") and name[-1] not in ". " and not _DEVICE.match(name)
    )
