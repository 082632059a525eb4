"""Writes a code block to a file that the user chooses (GUI thread; the file is written on a thread of its own)."""

from __future__ import annotations

import threading
from pathlib import Path

from pygments.lexers import find_lexer_class_by_name
from pygments.util import ClassNotFound
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from llmdesk.ui.kit import files
from llmdesk.ui.kit.words import tr
from llmdesk.ui.threads.thread_results import ThreadResults
from llmdesk.whole_files import FOR_OTHERS, writing

_STEM = "code"
_NAMES = {"text": ".txt", "latex": ".tex", "console": ".txt", "bash": ".sh", "mermaid": ".mmd"}


def suggested_name(language: str) -> str:
    """E.g. ``code.py`` for Python, ``Dockerfile`` for that, and ``code.txt`` for what nobody knows."""
    name = language.lower()
    if name in _NAMES:
        return _STEM + _NAMES[name]
    try:
        patterns = find_lexer_class_by_name(name).filenames if name else []
    except ClassNotFound:
        patterns = []
    if patterns and str(patterns[0]).isalnum():
        return str(patterns[0])
    for pattern in patterns:
        stem, dot, ending = str(pattern).rpartition(".")
        if dot and stem == "*" and ending.isalnum():
            return f"{_STEM}.{ending}"
    return f"{_STEM}.txt"


class SaveCode(QObject):
    """Asks for a place, writes, and says so if that fails.

    Signals:
        saved(problem): the file is there, or a sentence says why not.
    """

    saved = Signal(str)

    def __init__(self, card: QWidget) -> None:
        super().__init__(card)
        self._card = card
        self._written: ThreadResults[str] = ThreadResults(self, self._on_written)

    def ask(self, text: str, language: str) -> None:
        """Let the user choose a file."""
        path = files.ask_where(self._card.window(), tr("Save code"), suggested_name(language), "")
        if path is not None:
            self._written.expect()
            threading.Thread(target=self._write, args=(path, text), name="save code", daemon=True).start()

    def _write(self, path: Path, text: str) -> None:
        problem = ""
        try:
            _replace(path, text if text.endswith("\n") else f"{text}\n")
        except OSError as error:
            problem = tr("{path} could not be written: {reason}.", path=str(path), reason=error.strerror or str(error))
        self._written.put(problem)

    def _on_written(self, problem: str) -> None:
        if problem:
            box = QMessageBox(QMessageBox.Icon.Warning, tr("Save code"), problem, parent=self._card.window())
            box.setObjectName("saveCode")
            box.finished.connect(box.deleteLater)
            box.open()
        self.saved.emit(problem)


def _replace(path: Path, text: str) -> None:
    """Write all of a file or nothing: what was there before stays if the disk is full."""
    with writing(path, FOR_OTHERS) as file:
        file.write(text.encode())
