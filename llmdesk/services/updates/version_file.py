"""The file that says which version is the newest: signed, so that nobody between its publisher and here changes it.

It is JSON of two texts: ``signed``, again JSON (the form of Release), and ``signature``, Ed25519 of that text's UTF-8
in hexadecimal. Pure; any thread.
"""

from __future__ import annotations

import re
import sys
import time
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from llmdesk.errors import UpdateError
from llmdesk.services.updates.ed25519 import is_signed
from llmdesk.words import say

MOST_BYTES = 1_000_000
_NAME = r"[A-Za-z0-9][A-Za-z0-9._+-]{0,199}"
_HINT = say("Nothing was fetched. Try again later; if it happens again, somebody on the way may be changing the file.")


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class ReleaseFile(_Form):
    """What is fetched. ``kind``: ``deb``, ``linux-folder``, ``one-file``, ``windows`` or ``wheel``."""

    kind: str = Field(max_length=50)
    name: str = Field(pattern=f"^{_NAME}$")
    url: str = Field(pattern="^https://", max_length=2000)
    size_bytes: int = Field(gt=0, le=1 << 40)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Release(_Form):
    """A version.

    Attributes:
        published: the day, ``2026-12-01``.
        good_until_s: seconds since 1970 after which this file says nothing any more: an old one that is played again
            must not hide that there is a newer version.
        news: what is new, a sentence each.
        page: where a person finds it.
    """

    version: str = Field(pattern=r"^\d{1,4}(\.\d{1,6}){1,3}$")
    published: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")
    good_until_s: float = Field(ge=0, le=1e11)
    news: tuple[str, ...] = Field(max_length=200)
    page: str = Field(default="", pattern="^(https://.*)?$", max_length=2000)
    files: tuple[ReleaseFile, ...] = Field(max_length=100)

    def is_newer_than(self, version: str) -> bool:
        """Compared number by number."""
        return numbers(self.version) > numbers(version)

    def file_for(self, kind: str) -> ReleaseFile | None:
        """The one of this kind."""
        return next((file for file in self.files if file.kind == kind), None)


class _Envelope(_Form):
    signed: str
    signature: str = Field(pattern="^[0-9a-f]{128}$")


@dataclass(frozen=True, slots=True)
class Publisher:
    """Where versions are published and whose key signs them; see assets/releases.toml."""

    address: str = ""
    public_key: str = ""

    @property
    def is_known(self) -> bool:
        """False in a build that nobody publishes."""
        return bool(self.address and self.public_key)


def read(content: bytes, publisher: Publisher, now_s: float | None = None) -> Release:
    """The release that a version file tells of. Raises UpdateError: it is not signed, too old, or none."""
    try:
        envelope = _Envelope.model_validate_json(content[:MOST_BYTES])
    except ValidationError as error:
        raise UpdateError(say("What answers at {address} is no version file.", address=publisher.address)) from error
    signature, key = bytes.fromhex(envelope.signature), bytes.fromhex(publisher.public_key)
    if not is_signed(envelope.signed.encode("utf-8", "surrogatepass"), signature, key):
        raise UpdateError(say("The version file is not signed by llmdesk's publisher."), _HINT)
    try:
        release = Release.model_validate_json(envelope.signed)
    except ValidationError as error:
        raise UpdateError(say("This llmdesk does not understand the version file."), detail=str(error)) from error
    if (time.time() if now_s is None else now_s) > release.good_until_s:
        raise UpdateError(say("The version file is out of date."), _HINT)
    return release


def own_kind() -> str:
    """Which of a release's files is like this installation."""
    from llmdesk import paths
    from llmdesk.services.start_command import one_file

    place = paths.shipped("models.toml").as_posix()
    if sys.platform == "win32":
        return "windows"
    if place.startswith("/usr/lib/llmdesk/"):
        return "deb"
    if one_file() is not None:
        return "one-file"
    return "linux-folder" if re.search(r"/lib/python3/dist-packages/llmdesk/", place) else "wheel"


def numbers(version: str) -> tuple[int, ...]:
    """To compare versions by."""
    return tuple(int(part) for part in re.findall(r"\d+", version.partition("+")[0]))
