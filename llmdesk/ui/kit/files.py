"""Everything that leaves the window for the system: file dialogs and opening a file or folder.

In one place, so that tests can stand in for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from llmdesk.ui.kit.notice import NoticeBar
from llmdesk.ui.kit.words import tr


def ask_for_folder(parent: QWidget, title: str = "") -> Path | None:
    """A folder, with a model if no ``title`` says otherwise; None if the user changed their mind."""
    name = QFileDialog.getExistingDirectory(parent, title or tr("Open a folder with a model"))
    return Path(name) if name else None


def ask_for_gguf(parent: QWidget) -> Path | None:
    """A GGUF file; None if the user changed their mind."""
    name, _ = QFileDialog.getOpenFileName(parent, tr("Open a GGUF file"), "", tr("GGUF models (*.gguf);;All files (*)"))
    return Path(name) if name else None


def ask_for_file(parent: QWidget, title: str, kinds: str) -> Path | None:
    """A file to read; ``kinds`` in Qt's form; None if the user changed their mind."""
    name, _ = QFileDialog.getOpenFileName(parent, title, "", kinds)
    return Path(name) if name else None


def ask_for_files(parent: QWidget, title: str, kinds: str) -> list[Path]:
    """Several of them; empty if the user changed their mind."""
    names, _ = QFileDialog.getOpenFileNames(parent, title, "", kinds)
    return [Path(name) for name in names]


def ask_where(parent: QWidget, title: str, name: str, kinds: str) -> Path | None:
    """Where to write; the system asks before it replaces a file. None if the user changed their mind."""
    answer = ask_where_to_write(parent, title, name, [kinds] if kinds else [])
    return answer[0] if answer is not None else None


def ask_where_to_write(parent: QWidget, title: str, name: str, kinds: Sequence[str]) -> tuple[Path, int] | None:
    """The same, with which of the kinds was chosen.

    Args:
        name: suggested; with a folder, or in the one that the system suggests.
        kinds: as the dialog lists them, such as ``Markdown (*.md)``.
    """
    path, kind = QFileDialog.getSaveFileName(parent, title, name, ";;".join(kinds))
    return (Path(path), kinds.index(kind) if kind in kinds else 0) if path else None


def ask_to_replace(parent: QWidget, path: Path) -> bool:
    """Whether a file that is there may be replaced. For names that the system's dialog has not seen."""
    question = tr("{name} is there already. Replace it?", name=path.name)
    yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
    return QMessageBox.question(parent, tr("Replace the file"), question, yes | no, no) == yes


def ask_to_open(parent: QWidget, path: Path) -> bool:
    """Whether a file that a chat names is to be opened: it may have come from anywhere, and says so in full."""
    question = tr("Open this file in the program that the system has for it?")
    yes, no = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.No
    return QMessageBox.question(parent, tr("Open the file"), f"{question}\n\n{path}", yes | no, no) == yes


def show_in_system(path: Path) -> bool:
    """Open a file or folder in the program the system has for it. False if there is none."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def open_text_file(path: Path, notice: NoticeBar) -> None:
    """Show a file of ours in the system's editor, made empty if it is not there; say so if that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError as error:
        message = tr("The file cannot be opened: {reason}.", reason=error.strerror)
        notice.show_notice("open", message, str(path), tone="bad")
        return
    if not show_in_system(path):
        notice.show_notice("open", tr("No program for this file was found."), str(path))
