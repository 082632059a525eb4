"""Fetching one model from the hub, as a process of its own: ``python -m llmdesk.models.hub_fetch``.

A process and not a thread, because a transfer that hangs can only be stopped at once by ending its process, and because
hashing and unpacking then take nothing from the window. It reads one JSON object (the fields of ``Order``) from stdin
and writes JSON lines to stdout: ``{"done_bytes", "total_bytes"}`` any number of times, then ``{"finished": true}`` or
``{"error": ...}`` (the fields of ErrorInfo). What has arrived stays in the folder; the next run goes on from there.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import hashlib
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmdesk import gguf_parts
from llmdesk.error_values import error_info
from llmdesk.errors import DownloadError, NotEnoughDisk, UnsupportedModel
from llmdesk.models.hub_errors import explained
from llmdesk.models.hub_pieces import RemoteFile, bytes_there, is_of_module
from llmdesk.models.hub_transfer import PIECE_BYTES, Connections, Progress, Report
from llmdesk.whole_files import put_in_place
from llmdesk.words import say

COMMIT_FILE = ".commit"
_WANTED = ("*.safetensors", "*.json", "*.txt", "*.jinja", "tokenizer.model")
_UNWANTED = ("consolidated*.safetensors",)  # the same weights once more, under other names
_SPARE_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Order:
    """What to fetch, and the folder to fetch it into. ``filename`` picks one GGUF model; "" takes the folder.

    ``have``: a folder with files of an earlier commit; ``piece_bytes``: larger files come in pieces of this size.
    """

    repository: str
    revision: str
    filename: str
    sha256: str
    folder: str
    have: str = ""
    piece_bytes: int = PIECE_BYTES


def fetch(order: Order, report: Report) -> None:
    """Fetch everything that is not there yet, and check it.

    Raises:
        DownloadError: network, login, or a file that arrived altered.
        NotEnoughDisk: before anything is fetched, if it would not fit.
        UnsupportedModel: the repository holds nothing that llmdesk reads.
    """
    from huggingface_hub import HfApi

    folder = Path(order.folder)
    with explained(order.repository):
        api = HfApi(endpoint=os.environ.get("HF_ENDPOINT"), library_name="llmdesk")
        info = api.model_info(order.repository, revision=order.revision or None, files_metadata=True, timeout=20)
        if not info.sha:
            raise ValueError("no commit")
    _forget_other_commit(folder, info.sha)
    files = _select(info.siblings or (), order)
    for file in files:
        (folder / file.place).parent.mkdir(exist_ok=True)
    if order.have:
        _take_over(Path(order.have), folder, files)
    there = sum(bytes_there(folder, file, order.piece_bytes) for file in files)
    _check_disk(folder, sum(file.size_bytes for file in files) - there)

    def whole(file: RemoteFile, partial: Path) -> None:
        _verify(partial, file)
        put_in_place(partial, folder / file.place)

    progress = Progress(report, files, there)
    missing = [file for file in files if not (folder / file.place).exists()]
    with progress.told_while_silent():
        Connections(api, order.repository, info.sha, progress, whole, order.piece_bytes).fetch(folder, missing)
    progress.say()


def main() -> int:
    """See the module."""
    try:
        order = Order(**json.load(sys.stdin))
        fetch(order, lambda done, total: _say({"done_bytes": done, "total_bytes": total}))
    except BrokenPipeError:  # whoever asked for it is gone
        os._exit(1)
    except Exception as error:
        _say({"error": dataclasses.asdict(error_info(error))})
        os._exit(1)  # at once: other connections may be waiting for a server
    _say({"finished": True})
    return 0


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _forget_other_commit(folder: Path, commit: str) -> None:
    """Files of two commits must not mix."""
    note = folder / COMMIT_FILE
    if folder.exists() and (not note.exists() or note.read_bytes() != commit.encode()):
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    note.write_text(commit)


def _select(siblings: Any, order: Order) -> list[RemoteFile]:
    """The files to fetch: weights, tokenizer and configuration at the top of the repository; never pickle or code."""
    if order.filename:
        folder, slash, name = order.filename.rpartition("/")
        wanted = {folder + slash + part for part in gguf_parts.names_of(name)}
        chosen = [sibling for sibling in siblings if sibling.rfilename in wanted]
    else:
        chosen = [sibling for sibling in siblings if is_wanted(sibling.rfilename)]
    files = [_remote_file(sibling, order) for sibling in chosen]
    if not any(file.name.endswith((".safetensors", ".gguf")) for file in files):
        missing = order.filename or "*.safetensors"
        raise UnsupportedModel(
            say("{repository} has no {missing}.", repository=order.repository, missing=missing),
            say("llmdesk reads safetensors and GGUF only; pickled weights can run any code and are never fetched."),
        )
    return sorted(files, key=lambda file: file.size_bytes)


def is_wanted(name: str) -> bool:
    """True for a file of a folder of safetensors that is fetched: at its top (or what an embedding model says of its
    modules), and neither pickle nor code."""
    if is_of_module(name):
        return True
    matches = any(fnmatch.fnmatch(name, pattern) for pattern in _WANTED)
    return "/" not in name and matches and not any(fnmatch.fnmatch(name, pattern) for pattern in _UNWANTED)


def _remote_file(sibling: Any, order: Order) -> RemoteFile:
    own = order.sha256 if sibling.rfilename == order.filename else ""
    digest = own or (sibling.lfs.sha256 if sibling.lfs else sibling.blob_id) or ""
    return RemoteFile(sibling.rfilename, sibling.size or 0, digest)


def _take_over(have: Path, folder: Path, files: list[RemoteFile]) -> None:
    """What an earlier commit had of the same files is the same: a second name for it, or a copy."""
    for file in files:
        known, target = have / file.place, folder / file.place
        if target.exists() or not known.is_file() or not file.digest or _digest(known, file) != file.digest:
            continue
        try:
            os.link(known, target)
        except OSError:
            shutil.copyfile(known, target)


def _check_disk(folder: Path, needed_bytes: int) -> None:
    free_bytes = shutil.disk_usage(folder).free
    if needed_bytes + _SPARE_BYTES > free_bytes:
        raise NotEnoughDisk(
            say(
                "Not enough space in {parent}: {needed:.2f} GB are needed, {free:.2f} GB are free.",
                parent=folder.parent.parent,
                needed=needed_bytes / 1e9,
                free=free_bytes / 1e9,
            )
        )


def _verify(partial: Path, file: RemoteFile) -> None:
    """Compare the file with the hub's hash; a file that differs is removed."""
    if partial.stat().st_size == file.size_bytes and file.digest in ("", _digest(partial, file)):
        return
    partial.unlink()
    raise DownloadError(
        say("{name} did not arrive as the hub has it (its checksum differs), so it was removed.", name=file.name),
        say("Fetch it again. If this happens twice, something on the way alters files: try another network."),
    )


def _digest(path: Path, file: RemoteFile) -> str:
    """In the form in which the hub tells that of the file."""
    with path.open("rb") as data:
        if len(file.digest) == 64:
            return hashlib.file_digest(data, "sha256").hexdigest()
        git = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)  # the name git gives to a file
        while piece := data.read(1 << 20):
            git.update(piece)
        return git.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
