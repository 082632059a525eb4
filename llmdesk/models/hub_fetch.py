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
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmdesk import gguf_parts
from llmdesk.error_values import error_info
from llmdesk.errors import DownloadError, NotEnoughDisk, UnsupportedModel
from llmdesk.models.hub_errors import explained
from llmdesk.whole_files import put_in_place
from llmdesk.words import say

PARTIAL_SUFFIX = ".part"
COMMIT_FILE = ".commit"
_WANTED = ("*.safetensors", "*.json", "*.txt", "*.jinja", "tokenizer.model")
_UNWANTED = ("consolidated*.safetensors",)  # the same weights once more, under other names
_SPARE_BYTES = 200_000_000
_CHUNK_BYTES = 256 * 1024
_REPORT_INTERVAL_S = 0.1

Report = Callable[[int, int], None]
"""``report(done_bytes, total_bytes)``."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to fetch, and the folder to fetch it into. ``filename`` picks one GGUF model; "" takes the folder."""

    repository: str
    revision: str
    filename: str
    sha256: str
    folder: str


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of the repository. ``digest`` is SHA-256 for large files, git's SHA-1 for small ones."""

    name: str
    size_bytes: int
    digest: str


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
    _forget_other_commit(folder, info.sha)
    files = _select(info.siblings or (), order)
    _check_disk(folder, files)
    progress = _Progress(report, folder, files)
    for file in files:
        target = folder / Path(file.name).name
        if not target.exists():
            partial = target.with_name(target.name + PARTIAL_SUFFIX)
            with explained(order.repository):
                _transfer(api, order.repository, info.sha, file, partial, progress)
            _verify(partial, file)
            put_in_place(partial, target)
        progress.done(file)


def main() -> int:
    """See the module."""
    try:
        order = Order(**json.load(sys.stdin))
        fetch(order, lambda done, total: _say({"done_bytes": done, "total_bytes": total}))
    except BrokenPipeError:  # whoever asked for it is gone
        return 1
    except Exception as error:
        _say({"error": dataclasses.asdict(error_info(error))})
        return 1
    _say({"finished": True})
    return 0


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _forget_other_commit(folder: Path, commit: str) -> None:
    """Files of two commits must not mix."""
    note = folder / COMMIT_FILE
    if folder.exists() and (not note.exists() or note.read_text() != commit):
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
        chosen = [sibling for sibling in siblings if _is_wanted(sibling.rfilename)]
    files = [_remote_file(sibling, order) for sibling in chosen]
    if not any(file.name.endswith((".safetensors", ".gguf")) for file in files):
        missing = order.filename or "*.safetensors"
        raise UnsupportedModel(
            say("{repository} has no {missing}.", repository=order.repository, missing=missing),
            say("llmdesk reads safetensors and GGUF only; pickled weights can run any code and are never fetched."),
        )
    return sorted(files, key=lambda file: file.size_bytes)


def _is_wanted(name: str) -> bool:
    matches = any(fnmatch.fnmatch(name, pattern) for pattern in _WANTED)
    return "/" not in name and matches and not any(fnmatch.fnmatch(name, pattern) for pattern in _UNWANTED)


def _remote_file(sibling: Any, order: Order) -> RemoteFile:
    own = order.sha256 if sibling.rfilename == order.filename else ""
    digest = own or (sibling.lfs.sha256 if sibling.lfs else sibling.blob_id) or ""
    return RemoteFile(sibling.rfilename, sibling.size or 0, digest)


def _check_disk(folder: Path, files: list[RemoteFile]) -> None:
    there_bytes = sum(path.stat().st_size for path in folder.iterdir())
    needed_bytes = sum(file.size_bytes for file in files) - there_bytes
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


def _transfer(api: Any, repository: str, commit: str, file: RemoteFile, partial: Path, progress: _Progress) -> None:
    """Append to ``partial`` what it lacks."""
    from huggingface_hub import constants, hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers

    # Small pieces, so that progress moves and little is lost by a stop; this process fetches only.
    constants.DOWNLOAD_CHUNK_SIZE = _CHUNK_BYTES
    if partial.exists() and partial.stat().st_size > file.size_bytes:
        partial.unlink()
    with partial.open("ab", buffering=0) as out:
        progress.begin(file)
        http_get(
            hf_hub_url(repository, file.name, revision=commit, endpoint=api.endpoint),
            out,
            resume_size=out.tell(),
            headers=build_hf_headers(library_name="llmdesk"),
            expected_size=file.size_bytes,
            tqdm_class=progress.bar,
        )


def _verify(partial: Path, file: RemoteFile) -> None:
    """Compare the file with the hub's hash; a file that differs is removed."""
    size_bytes = partial.stat().st_size
    if len(file.digest) == 64:
        with partial.open("rb") as data:
            found = hashlib.file_digest(data, "sha256").hexdigest()
    else:  # the name git gives to a file
        found = hashlib.sha1(b"blob %d\0" % size_bytes + partial.read_bytes(), usedforsecurity=False).hexdigest()
    if size_bytes == file.size_bytes and (not file.digest or found == file.digest):
        return
    partial.unlink()
    raise DownloadError(
        say("{name} did not arrive as the hub has it (its checksum differs), so it was removed.", name=file.name),
        say("Fetch it again. If this happens twice, something on the way alters files: try another network."),
    )


class _Progress:
    """Adds up the bytes of all files, earlier runs included, and reports at most ten times a second."""

    def __init__(self, report: Report, folder: Path, files: list[RemoteFile]) -> None:
        self._report = report
        self._total_bytes = sum(file.size_bytes for file in files)
        self._bytes_by_name = {file.name: _bytes_there(folder, file) for file in files}
        self._name = ""
        self._reported_s = 0.0
        self._say()

    def begin(self, file: RemoteFile) -> None:
        """The next bytes belong to this file."""
        self._name = file.name

    def done(self, file: RemoteFile) -> None:
        """A file is whole and checked."""
        self._bytes_by_name[file.name] = file.size_bytes
        self._say()

    def add(self, new_bytes: float | None) -> None:
        """Bytes arrived (less than zero: the server began anew)."""
        self._bytes_by_name[self._name] += int(new_bytes or 0)
        if time.monotonic() - self._reported_s >= _REPORT_INTERVAL_S:
            self._say()

    def bar(self, *args: object, initial: int = 0, **kwargs: object) -> _Bar:
        """What the library calls to make a progress bar; ``initial`` is how much of the file it need not fetch."""
        self._bytes_by_name[self._name] = initial
        return _Bar(self)

    def _say(self) -> None:
        self._reported_s = time.monotonic()
        self._report(sum(self._bytes_by_name.values()), self._total_bytes)


class _Bar:
    """The part of tqdm's interface that a download uses."""

    def __init__(self, progress: _Progress) -> None:
        self.update = progress.add

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *exc_info: object) -> None:
        """Nothing is drawn, so there is nothing to close."""


def _bytes_there(folder: Path, file: RemoteFile) -> int:
    name = Path(file.name).name
    paths = (folder / name, folder / (name + PARTIAL_SUFFIX))
    return min(file.size_bytes, sum(path.stat().st_size for path in paths if path.exists()))


if __name__ == "__main__":
    sys.exit(main())
