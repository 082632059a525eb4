"""Addresses in a model's text are opened only after a question (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget

from llmdesk.ui.kit.words import tr

SCHEMES = ("http", "https", "mailto")


def confirm_and_open(parent: QWidget, url: QUrl) -> None:
    """Ask whether to open a web or mail address outside llmdesk; anything else is not opened at all."""
    if url.scheme() not in SCHEMES:
        return
    box = QMessageBox(parent.window())
    box.setObjectName("openLink")
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(tr("Open link"))
    box.setText(tr("Open this address outside llmdesk?"))
    box.setInformativeText(url.toDisplayString(QUrl.ComponentFormattingOption.FullyEncoded))
    box.setStandardButtons(QMessageBox.StandardButton.Open | QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    box.accepted.connect(lambda: QDesktopServices.openUrl(url))
    box.finished.connect(box.deleteLater)
    box.open()
