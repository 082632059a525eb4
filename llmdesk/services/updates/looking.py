"""Asking for the version file and fetching a release's file: only when the user said so (any thread but the GUI's)."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import ssl
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from pathlib import Path

from llmdesk import __version__, paths
from llmdesk.errors import NotEnoughDisk, UpdateError
from llmdesk.file_errors import said_of_writing
from llmdesk.services.settings.definition import Values
from llmdesk.services.updates.version_file import MOST_BYTES, Publisher, Release, ReleaseFile, read
from llmdesk.whole_files import put_in_place
from llmdesk.words import say

EVERY_S = 86_400.0
_TIMEOUT_S = 20.0
_PIECE_BYTES = 1 << 20
_SPARE_BYTES = 64_000_000
_STAMP = "looked-for-version"


def publisher() -> Publisher:
    """Of this build."""
    found = tomllib.loads((paths.shipped("assets") / "releases.toml").read_text(encoding="utf-8"))
    return Publisher(str(found["address"]), str(found["public_key"]))


def is_due(now_s: float | None = None) -> bool:
    """Whether a day has passed since it was looked last. A clock that went back looks again."""
    try:
        last_s = (paths.cache_dir() / _STAMP).stat().st_mtime
    except OSError:
        return True
    return not 0 <= (time.time() if now_s is None else now_s) - last_s < EVERY_S


def refuse_offline(values: Values) -> None:
    """Raises UpdateError if nobody is to be asked."""
    if values.hub.offline:
        raise UpdateError(
            say("llmdesk is in offline mode: no newer version is looked for or fetched."),
            say("Switch hub.offline off in the settings (or start llmdesk without HF_HUB_OFFLINE)."),
        )


def look(who: Publisher) -> Release | None:
    """The newest version, if it is newer than this one. Nothing but the address is told to whoever answers there.

    Raises UpdateError: nobody publishes this build, no answer, or one that is not to be trusted.
    """
    if not who.is_known:
        raise UpdateError(
            say("Nobody publishes versions of this build of llmdesk."), say("Look where you have it from.")
        )
    with _opened(who.address) as response:
        content = _piece(response, MOST_BYTES + 1)
    release = read(content, who)
    with contextlib.suppress(OSError):  # then it is looked again, sooner than need be
        (paths.made(paths.cache_dir()) / _STAMP).touch()
    return release if release.is_newer_than(__version__) else None


def fetch(file: ReleaseFile, folder: Path, told: Callable[[int], None] = lambda done_bytes: None) -> Path:
    """Bring a release's file into a folder, made if it is not there.

    The file has its name only once it is whole and its checksum is right. Nothing is started or installed.
    Raises UpdateError, NotEnoughDisk.
    """
    target, partial = folder / file.name, folder / f".{file.name}.partial"
    with said_of_writing(target, UpdateError):
        folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(folder).free < file.size_bytes + _SPARE_BYTES:
            raise NotEnoughDisk(say("The disk has no room for {name}.", name=file.name))
        try:
            _download(file, partial, told)
            if file.kind == "one-file":
                partial.chmod(0o755)  # it is double-clicked as it is
            put_in_place(partial, target)
        finally:
            partial.unlink(missing_ok=True)
    return target


def _download(file: ReleaseFile, partial: Path, told: Callable[[int], None]) -> None:
    digest, done_bytes = hashlib.sha256(), 0
    with _opened(file.url) as response, partial.open("wb") as out:
        while (piece := _piece(response, _PIECE_BYTES)) and done_bytes <= file.size_bytes:
            done_bytes += len(piece)
            digest.update(piece)
            out.write(piece)
            told(done_bytes)
    if done_bytes != file.size_bytes or digest.hexdigest() != file.sha256:
        raise UpdateError(
            say("{name} is not the file that was published (its checksum differs).", name=file.name),
            say("It was removed. Fetch it again."),
        )


def _piece(response: HTTPResponse, most_bytes: int) -> bytes:
    try:
        return response.read(most_bytes)
    except (OSError, HTTPException) as error:
        raise UpdateError(say("The download broke off: {reason}.", reason=error), say("Fetch it again.")) from error


def _opened(address: str) -> HTTPResponse:
    """By HTTPS only, also where it is sent on to."""
    request = urllib.request.Request(address, headers={"User-Agent": "llmdesk"})
    try:
        opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=_context()), _OnlyHttps(), urllib.request.ProxyHandler()
        )
        response: HTTPResponse = opener.open(request, timeout=_TIMEOUT_S)
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise UpdateError(
            say("{address} does not answer: {reason}.", address=address, reason=reason),
            say("Check the network, and HTTPS_PROXY if you need a proxy."),
        ) from error
    return response


def _context() -> ssl.SSLContext:
    return ssl.create_default_context()


class _OnlyHttps(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        if not newurl.startswith("https://"):
            raise urllib.error.URLError(say("it sends on to an address without HTTPS"))
        return super().redirect_request(req, fp, code, msg, headers, newurl)
