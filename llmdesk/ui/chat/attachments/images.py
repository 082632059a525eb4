"""Images that the user attaches: read by Qt, within bounds, into a copy of bounded size (any thread).

The copy is what is kept with the chat: at most MAX_SIDE_PX along its longer side, without what the file says besides
the picture (place, camera). Of a moving picture the first frame is taken.
"""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from llmdesk.errors import FileError
from llmdesk.picture_files import MAX_PIXELS, picture_bytes, smaller
from llmdesk.services.files.attachment import Attachment, kept_path
from llmdesk.ui.kit.numbers import digits
from llmdesk.words import printable, say

MAX_SIDE_PX = 1_600
_KINDS = frozenset({b"png", b"jpeg", b"webp", b"gif"})
_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif"})
_MIB_UNPACKED = 256  # of the whole process's reader: 40 million pixels are 153
_QUALITY = 88


def is_image_name(path: Path) -> bool:
    """True for the names of the kinds that can be attached as images."""
    return path.suffix.lower() in _SUFFIXES


def read_image(path: Path) -> Attachment:
    """Raises FileError: no file, too large, or no such image."""
    data = picture_bytes(path)
    return _attachment(printable(path.name), _decoded(path.name, data), len(data), kept_path(path))


def image_of(name: str, image: QImage) -> Attachment:
    """One from the clipboard. Raises FileError: it is too large."""
    if image.isNull() or image.width() * image.height() > MAX_PIXELS:
        raise FileError(say("The image on the clipboard cannot be used."), smaller())
    return _attachment(name, _bounded(image), 0, "")


def shown_image(attachment: Attachment) -> QImage:
    """The picture of an attachment; a null image if that is none (a chat that was imported may hold anything)."""
    try:
        return _decoded(attachment.name, base64.b64decode(attachment.image, validate=True))
    except (FileError, binascii.Error, ValueError):
        return QImage()


def _decoded(name: str, data: bytes) -> QImage:
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    if bytes(reader.format().data()) not in _KINDS:
        raise FileError(say("{name} is no PNG, JPEG, WebP or GIF image.", name=name))
    size = reader.size()
    pixels = size.width() * size.height()
    if pixels > MAX_PIXELS:
        count = digits(pixels // 1_000_000)
        message = say("{name} is too large: {count} million pixels.", name=name, count=count)
        raise FileError(message, smaller())
    if size.isValid() and (small := _fitted(size)) != size:
        reader.setScaledSize(small)
    QImageReader.setAllocationLimit(_MIB_UNPACKED)
    image = reader.read()
    if image.isNull():
        raise FileError(say("{name} is damaged.", name=name))
    return _bounded(image)


def _fitted(size: QSize) -> QSize:
    most = QSize(MAX_SIDE_PX, MAX_SIDE_PX)
    if size.width() <= MAX_SIDE_PX and size.height() <= MAX_SIDE_PX:
        return size
    return size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))


def _bounded(image: QImage) -> QImage:
    size = _fitted(image.size())
    if size == image.size():
        return image
    return image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)


def _attachment(name: str, image: QImage, size_bytes: int, path: str) -> Attachment:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"PNG" if image.hasAlphaChannel() else b"JPEG"))
    if not image.hasAlphaChannel():
        writer.setQuality(_QUALITY)
    writer.write(image)
    data = bytes(buffer.data().data())
    return Attachment(name, "image", size_bytes or len(data), image=base64.b64encode(data).decode("ascii"), path=path)
