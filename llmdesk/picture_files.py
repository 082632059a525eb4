"""Pictures that anybody may have sent: opened within bounds, the right way up, without transparency (any thread).

What is refused says why. Only the kinds below are tried, and sizes are looked at before anything is unpacked.
"""

from __future__ import annotations

import base64
import binascii
import io
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from llmdesk.errors import FileError
from llmdesk.words import say

if TYPE_CHECKING:
    from PIL import Image

MAX_FILE_BYTES = 20_000_000
MAX_PIXELS = 40_000_000
"""Of the file, by what its head says."""
_ENOUGH_PX = 2_048
"""Along both sides: a JPEG is unpacked no larger than that, where its form allows it."""
_KINDS = ("PNG", "JPEG", "WEBP", "GIF")
_GROUND = (255, 255, 255)


def picture_bytes(path: Path) -> bytes:
    """What a file holds. Raises FileError: no file, or too large."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise FileError(say("{name} is no file.", name=path.name))
        if found.st_size > MAX_FILE_BYTES:
            raise _too_large_file(path.name)
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileError(say("{name} cannot be read: {reason}.", name=path.name, reason=reason)) from error


def read_picture(path: Path) -> str:
    """A file in base64, which can be ``decoded``. Raises FileError: no file, too large, or no such image."""
    data = picture_bytes(path)
    opened(data, path.name)
    return base64.b64encode(data).decode("ascii")


def decoded(data: str, name: str) -> Image.Image:
    """A picture in base64, as ``opened``. Raises FileError."""
    try:
        return opened(base64.b64decode(data, validate=True), name)
    except (binascii.Error, ValueError) as error:
        raise FileError(say("{name} is damaged.", name=name)) from error


def opened(data: bytes, name: str) -> Image.Image:
    """RGB, turned as the file says (EXIF), on white where it is transparent; of a moving picture the first frame.

    Raises:
        FileError: it is none of the known kinds, too large, or damaged.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    if len(data) > MAX_FILE_BYTES:
        raise _too_large_file(name)
    Image.MAX_IMAGE_PIXELS = None  # it would warn of some and refuse others; all are looked at below
    with _said_of(name):
        try:
            image = Image.open(io.BytesIO(data), formats=_KINDS)
        except UnidentifiedImageError:
            raise FileError(say("{name} is no PNG, JPEG, WebP or GIF image.", name=name)) from None
        if (pixels := image.width * image.height) > MAX_PIXELS:
            raise _too_many_pixels(name, pixels)
        image.draft("RGB", (_ENOUGH_PX, _ENOUGH_PX))
        upright = ImageOps.exif_transpose(image)
        if not upright.has_transparency_data:
            return upright.convert("RGB")
        layer = upright.convert("RGBA")
        ground = Image.new("RGB", layer.size, _GROUND)
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground


@contextmanager
def _said_of(name: str) -> Iterator[None]:
    """The library raises whatever it likes over a damaged file."""
    try:
        yield
    except FileError:
        raise
    except Exception as error:
        raise FileError(say("{name} is damaged.", name=name)) from error


def _too_large_file(name: str) -> FileError:
    return FileError(say("{name} is larger than {limit} MB.", name=name, limit=MAX_FILE_BYTES // 1_000_000), smaller())


def _too_many_pixels(name: str, pixels: int) -> FileError:
    count = pixels // 1_000_000
    return FileError(say("{name} is too large: {count} million pixels.", name=name, count=count), smaller())


def smaller() -> str:
    """What helps with an image that is too large."""
    return say("Make it smaller in an image editor, then attach that.")
