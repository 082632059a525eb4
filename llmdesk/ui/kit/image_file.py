"""Pictures into files (any thread)."""

from __future__ import annotations

import errno
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from llmdesk.whole_files import FOR_OTHERS, writing


def write_image(image: QImage, path: Path) -> None:
    """In the form that the file's name ends with, whole or not at all.

    Qt writes into the file itself, and says nothing of a disk that is full at its end. Raises OSError.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, path.suffix[1:].encode())
    if not writer.write(image):
        raise OSError(errno.EINVAL, writer.errorString(), str(path))
    with writing(path, FOR_OTHERS) as file:
        file.write(buffer.data().data())
