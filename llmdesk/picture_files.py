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
_ENDS = {"PNG": b"IEND", "JPEG": b"\xff\xd9", "WEBP": b"", "GIF": b";"}
"""The known kinds, and what ends a file of each (WebP: its head says how long it is, which is looked at)."""
_WITH_FURTHER_ONES = "MPO"
"""What the library calls a JPEG behind which other pictures stand, as many cameras and phones write it."""
_END_BYTES = 64
_GROUND = (255, 255, 255)
_GREY_OF_16_BITS = "I;16"
_ORIENTATION, _ON_ITS_SIDE = 0x0112, (5, 6, 7, 8)


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
    return opened(_bytes_of(data, name), name)


def size_of(data: str, name: str) -> tuple[int, int]:
    """(width, height) of a picture in base64 as it will be ``decoded``, by its head.

    It is unpacked only if its end seems to be missing; other damage behind the head shows when it is decoded.

    Raises:
        FileError: it is none of the known kinds, too large, or damaged.
    """
    raw = _bytes_of(data, name)
    with _said_of(name):
        image = _with_known_head(raw, name)
        kind = "JPEG" if image.format == _WITH_FURTHER_ONES else str(image.format)
        if _ENDS[kind] not in raw[-_END_BYTES:]:
            return opened(raw, name).size
        width, height = image.size
        is_on_its_side = _exif_of(image).get(_ORIENTATION) in _ON_ITS_SIDE
    return (height, width) if is_on_its_side else (width, height)


def opened(data: bytes, name: str) -> Image.Image:
    """RGB, turned as the file says (EXIF), on white where it is transparent; of a moving picture the first frame.

    Raises:
        FileError: it is none of the known kinds, too large, or damaged.
    """
    from PIL import Image, ImageOps

    with _said_of(name):
        image = _with_known_head(data, name)
        ImageOps.exif_transpose(image, in_place=True)
        if image.mode.startswith(_GREY_OF_16_BITS):  # the library would make white of all but the darkest
            return image.convert("I").point(lambda value: value / 257).convert("L").convert("RGB")
        if not image.has_transparency_data:
            return image if image.mode == "RGB" else image.convert("RGB")
        layer = image.convert("RGBA")
        ground = Image.new("RGB", layer.size, _GROUND)
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground


def _bytes_of(data: str, name: str) -> bytes:
    """As browsers read it: there may be line breaks in it, and none of the signs that fill up its end."""
    text = "".join(data.split()).rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise FileError(say("{name} is damaged.", name=name)) from error


def _with_known_head(data: bytes, name: str) -> Image.Image:
    """Of the known kinds and not too large; nothing is unpacked yet. Raises FileError, or anything over damage."""
    from PIL import Image, UnidentifiedImageError

    if len(data) > MAX_FILE_BYTES:
        raise _too_large_file(name)
    Image.MAX_IMAGE_PIXELS = None  # it would warn of some and refuse others; all are looked at below
    try:
        image: Image.Image = Image.open(io.BytesIO(data), formats=tuple(_ENDS))
    except UnidentifiedImageError:
        raise FileError(say("{name} is no PNG, JPEG, WebP or GIF image.", name=name)) from None
    if (pixels := image.width * image.height) > MAX_PIXELS:
        raise _too_many_pixels(name, pixels)
    image.draft("RGB", (_ENOUGH_PX, _ENOUGH_PX))
    _exif_of(image)  # it is remembered: asked for later, it would count what stands behind the pixels
    return image


def _exif_of(image: Image.Image) -> Image.Exif:
    """By the head alone, while PNG's own way unpacks the picture first."""
    from PIL import Image

    return Image.Image.getexif(image)


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
