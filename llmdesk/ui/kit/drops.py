"""Files that are dropped onto a part of the window (GUI thread only)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDropEvent


def paths_of(data: QMimeData) -> list[Path]:
    """Files and folders of this machine in what is dragged; empty if there are none, or anything else besides."""
    urls = data.urls()
    return [Path(url.toLocalFile()) for url in urls] if all(url.isLocalFile() for url in urls) else []


def take_copies(event: QDropEvent) -> None:
    """Accept what is dragged or dropped as a copy: who offers to move files deletes them once that is accepted."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.setAccepted(event.dropAction() == Qt.DropAction.CopyAction)  # else only moving is offered
