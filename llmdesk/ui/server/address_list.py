"""Where the local server answers: each address to select and to copy (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from llmdesk.ui.kit.buttons import Button, CopyButton
from llmdesk.ui.kit.selectable_label import CodeLabel
from llmdesk.ui.kit.spacing import row, space
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr


class AddressList(QWidget):
    """One line per address. Where several could be a QR code, each has a button for that.

    Signals:
        picked(str): the QR code is to lead to this address.
    """

    picked = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self._lines: list[QWidget] = []
        self._group = QButtonGroup(self)
        layout = QVBoxLayout(self)
        space(theme, layout, spacing=4)
        self.hide()

    @property
    def urls(self) -> tuple[str, ...]:
        """What is shown."""
        return self._shown[0]

    def show_urls(self, urls: tuple[str, ...], for_phones: tuple[str, ...]) -> None:
        """Show them; those of ``for_phones`` can be reached by others."""
        if self._shown == (urls, for_phones):
            return
        self._shown = (urls, for_phones)
        for line in self._lines:
            line.hide()
            line.deleteLater()
        self._lines = [self._line(url, url in for_phones and len(for_phones) > 1) for url in urls]
        layout = self.layout()
        assert layout is not None
        for line in self._lines:
            layout.addWidget(line)
        self.setVisible(bool(urls))

    def mark(self, url: str) -> None:
        """Which address the QR code leads to."""
        for button in self._group.buttons():
            button.setChecked(button.property("url") == url)

    def _line(self, url: str, can_be_picked: bool) -> QWidget:
        line = QWidget()
        copy = CopyButton(self._theme, tr("Copy {text}", text=url), text=tr("Copy"))
        copy.clicked.connect(lambda: copy.copy(url))
        parts: list[QWidget] = [copy]
        if can_be_picked:
            pick = Button(self._theme, tr("QR code"), quiet=True, name=tr("QR code for {address}", address=url))
            pick.setCheckable(True)
            pick.setProperty("url", url)
            pick.clicked.connect(lambda: self.picked.emit(url))
            self._group.addButton(pick)
            parts.insert(0, pick)
        layout = row(self._theme, spacing=8)
        layout.addWidget(CodeLabel(self._theme, url), 1, Qt.AlignmentFlag.AlignVCenter)
        for part in parts:
            layout.addWidget(part)
        line.setLayout(layout)
        return line
