"""What model a path means: files and folders as publishers and other programs leave them (any thread; looks at files).

A file of a model stands for all of it, a folder for the one model in it. What is not one model is said.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from llmdesk import gguf_header, gguf_parts
from llmdesk.errors import UnsupportedModel
from llmdesk.models import ollama
from llmdesk.plain_files import check_file
from llmdesk.words import first_of, say

_OF_A_FOLDER = frozenset({
    ".safetensors", "config.json", "tokenizer.json", "tokenizer.model", "tokenizer_config.json",
    "generation_config.json", "model.safetensors.index.json",
})  # fmt: skip
"""Names, or endings, of files that stand for the folder they lie in."""
_NAMELESS = frozenset({"model", "ggml-model", "weights", "pytorch_model", "consolidated"})
_HASH = re.compile(r"(sha256-)?[0-9a-f]{40,64}")
_MOST_SEEN, _MOST_NAMED, _DEEPEST = 5000, 8, 3
_HUB_PREFIX = "models--"


@dataclass(frozen=True, slots=True)
class OnDisk:
    """``path`` is a folder or a GGUF file (the first of several), ``name`` what people would call it."""

    path: Path
    name: str


def find(path: Path) -> OnDisk:
    """The model that an absolute path means; a path that means none is given back, for ``checks`` to say what it is.

    Raises:
        UnsupportedModel: there is nothing, or there are several to choose from.
        ModelDamaged: a part is missing.
        OSError: one may not look.
    """
    _check_there(path)
    if stored := ollama.stored_at(path):
        return _only_ollama(path, stored)
    if repository := _hub_folder(path):
        return _in_hub_cache(path, repository)
    if path.is_dir():
        return _in_folder(path)
    if path.name in _OF_A_FOLDER or path.suffix.lower() in _OF_A_FOLDER:
        return _in_folder(path.parent) if (path.parent / "config.json").is_file() else _named(path)
    return _named(path)


def _check_there(path: Path) -> None:
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError) as error:
        text = "{path} is a link to something that is not there." if path.is_symlink() else "There is no {path}."
        raise UnsupportedModel(say(text, path=path), say("Give a folder or a .gguf file that exists.")) from error
    if not path.is_dir():
        check_file(path)


def _named(path: Path) -> OnDisk:
    """A file, which stands for all parts of its model; a name that says nothing is replaced by its folder's."""
    if not gguf_header.is_gguf(path):
        return OnDisk(path, path.stem)
    first = gguf_parts.files_of(path)[0]
    name = gguf_parts.stem_of(path.name)
    if name.lower() in _NAMELESS:
        name = path.parent.name or name
    if _HASH.fullmatch(name):
        name = str(gguf_parts.read(path).values.get("general.name") or path.parent.name)
    return OnDisk(first if first.exists() else path, name)


# -- folders -----------------------------------------------------------------------------------------------------------


def _in_folder(folder: Path) -> OnDisk:
    """The folder itself, the one GGUF file in it, or the one model somewhere below it."""
    if _has_weights(folder):
        return OnDisk(folder, folder.name)
    if found := _ggufs(folder):
        return _named(_only(folder, found, say("has several GGUF files")))
    if (folder / "config.json").is_file():
        return OnDisk(folder, folder.name)
    if below := list(itertools.islice(_models_below(folder), _MOST_SEEN)):
        only = _only(folder, below, say("holds several models"))
        return OnDisk(only, only.name) if only.is_dir() else _named(only)
    return OnDisk(folder, folder.name)


def _has_weights(folder: Path) -> bool:
    return (folder / "config.json").is_file() and any(folder.glob("*.safetensors"))


def _ggufs(folder: Path) -> list[Path]:
    """First parts of the GGUF models in a folder. Parts for pictures and sound (mmproj) count only if alone."""
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() == ".gguf" and file.is_file())
    firsts = dict.fromkeys(next((f for f in gguf_parts.files_of(file) if f in files), file) for file in files)
    models = [file for file in firsts if "mmproj" not in file.name.lower()]
    return models or list(firsts)


def _models_below(folder: Path) -> Iterator[Path]:
    """Folders with weights and GGUF files in folders of folders; hidden ones and links to folders are left out."""
    for seen, (where, folders, _) in enumerate(os.walk(folder)):
        here = Path(where)
        depth = len(here.relative_to(folder).parts)
        folders[:] = sorted(name for name in folders if not name.startswith(".")) if depth < _DEEPEST else []
        if seen > _MOST_SEEN:
            return
        if here != folder:
            found = [here] if _has_weights(here) else _ggufs(here)
            yield from found
            folders[:] = [] if found else folders


def _only(folder: Path, found: list[Path], several: str) -> Path:
    """Raises UnsupportedModel if there is more than one."""
    if len(found) == 1:
        return found[0]
    raise _too_many(folder.name or str(folder), [str(file.relative_to(folder)) for file in found], several)


def _too_many(name: str, found: list[str], several: str) -> UnsupportedModel:
    text = say("{name} {several}.", name=name, several=several)
    return UnsupportedModel(text, say("Open one of them: {names}.", names=first_of(found, _MOST_NAMED)))


# -- other programs' stores --------------------------------------------------------------------------------------------


def _only_ollama(path: Path, stored: list[ollama.Stored]) -> OnDisk:
    if len(stored) == 1:
        return OnDisk(stored[0].blob(), stored[0].name)
    raise _too_many(path.name, [str(found.manifest) for found in stored], say("holds several models of Ollama's"))


def _hub_folder(path: Path) -> Path | None:
    """The folder ``models--OWNER--NAME`` of the hub's cache that a path is or lies in."""
    folders = (folder for folder in (path, *path.parents) if folder.name.startswith(_HUB_PREFIX))
    return next((folder for folder in folders if (folder / "snapshots").is_dir()), None)


def _in_hub_cache(path: Path, repository: Path) -> OnDisk:
    """Named by the repository; a folder in it means the snapshot, a file the model that it is or belongs to."""
    name = repository.name.removeprefix(_HUB_PREFIX).rpartition("--")[2]
    snapshots = repository / "snapshots"
    if path.parent == repository / "blobs":
        path = next((link for link in snapshots.rglob("*") if link.is_file() and link.samefile(path)), path)
    if path in (repository, snapshots, repository / "blobs"):
        path = _newest_snapshot(repository)
    if path.is_dir():
        found = _in_folder(path)
    elif gguf_header.is_gguf(path):
        found = _named(path)
    else:
        found = _in_folder(
            snapshots / path.relative_to(snapshots).parts[0] if snapshots in path.parents else path.parent
        )
    is_nameless = found.path.is_dir() or gguf_parts.stem_of(found.path.name).lower() in _NAMELESS
    return OnDisk(found.path, name if is_nameless else found.name)


def _newest_snapshot(repository: Path) -> Path:
    """The one that ``refs/main`` names, else the last one. Raises UnsupportedModel if there is none."""
    folders = [folder for folder in (repository / "snapshots").iterdir() if folder.is_dir()]
    if not folders:
        text = say("{name} holds no files of a model: its download did not finish.", name=repository.name)
        raise UnsupportedModel(text, say("Fetch it again with the program that began it."))
    main = repository / "refs" / "main"
    commit = main.read_text(encoding="utf-8", errors="replace").strip() if main.is_file() else ""
    wanted = [folder for folder in folders if folder.name == commit]
    return (wanted or sorted(folders, key=lambda folder: folder.stat().st_mtime))[-1]
