"""Addresses in a model's text are opened only after a question that shows where they lead (GUI thread only)."""

from __future__ import annotations

import re

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QTextDocument
from PySide6.QtWidgets import QMessageBox, QWidget

from llmdesk.ui.kit.words import tr

SCHEMES = ("http", "https", "mailto")
_HOST = re.compile(r"(?:https?://)?(?:[^\s/@]+@)?((?:[\w-]+\.)+[^\W\d_]{2,})(?:[:/?#]\S*)?", re.IGNORECASE)


def confirm_and_open(parent: QWidget, url: QUrl, words: str = "") -> None:
    """Ask whether to open a web or mail address outside llmdesk; anything else is not opened at all.

    ``words``: what the link reads like.
    """
    if url.scheme() not in SCHEMES:
        return
    box = QMessageBox(parent.window())
    box.setObjectName("openLink")
    doubts = warnings(url, words)
    box.setIcon(QMessageBox.Icon.Warning if doubts else QMessageBox.Icon.Question)
    box.setWindowTitle(tr("Open link"))
    box.setText(tr("Open this address outside llmdesk?"))
    box.setInformativeText("\n\n".join([ascii_address(url), *doubts]))
    box.setStandardButtons(QMessageBox.StandardButton.Open | QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    box.accepted.connect(lambda: QDesktopServices.openUrl(url))
    box.finished.connect(box.deleteLater)
    box.open()


def ascii_address(url: QUrl) -> str:
    """As it goes to the network: letters that only look like others show as what they are."""
    return bytes(url.toEncoded().data()).decode("ascii", "replace")


def warnings(url: QUrl, words: str) -> list[str]:
    """What should make one look twice."""
    host = url.host(QUrl.ComponentFormattingOption.FullyEncoded).lower()
    doubts = []
    if "xn--" in host:
        doubts.append(
            tr(
                "Its name has letters that are not plain ones ({name}). They can look like another name.",
                name=url.host(),
            )
        )
    if url.userInfo() and url.scheme() != "mailto":
        doubts.append(tr("It leads to {host}; what stands before the @ is not its name.", host=host))
    shown = _HOST.fullmatch(words.strip())
    shown_host = QUrl(f"http://{shown[1]}").host(QUrl.ComponentFormattingOption.FullyEncoded).lower() if shown else ""
    if url.scheme() != "mailto" and shown_host and shown_host.removeprefix("www.") != host.removeprefix("www."):
        doubts.append(tr("The link reads {shown}, but leads to {host}.", shown=shown_host, host=host))
    return doubts


def words_of(document: QTextDocument, address: QUrl) -> str:
    """What the links to an address read like; of several, the one that reads like an address itself."""
    found = []
    block = document.begin()
    while block.isValid():
        text = ""
        units = block.text().encode("utf-16-le", "surrogatepass")
        for piece in block.textFormats():
            if QUrl(piece.format.anchorHref()) == address:
                part = units[2 * piece.start : 2 * (piece.start + piece.length)]
                text += part.decode("utf-16-le", "replace")
            elif text:
                found.append(text)
                text = ""
        found += [text] if text else []
        block = block.next()
    return next((text for text in found if _HOST.fullmatch(text.strip())), found[0] if found else "")
