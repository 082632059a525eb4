"""What is dropped or pasted that can be attached (pure)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage


def has_files(data: QMimeData) -> bool:
    """True for files of this machine, and for an image without words: a spreadsheet gives its cells as both."""
    return bool(files_of(data)) or (data.hasImage() and not data.text().strip())


def files_of(data: QMimeData) -> list[Path]:
    """Files and folders; addresses of the web are left to be pasted as text."""
    urls = data.urls() if data.hasUrls() else []
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]


def image_in(data: QMimeData) -> QImage | None:
    """An image without a file."""
    image = data.imageData() if data.hasImage() else None
    return image if isinstance(image, QImage) and not image.isNull() else None
