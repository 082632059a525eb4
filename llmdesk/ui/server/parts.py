"""Small parts of the server's panel: what went wrong, the way in for phones, an example to copy (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from llmdesk.datatypes.serving import ServerStatus
from llmdesk.ui.kit.buttons import Button, CopyButton
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.selectable_label import CodeLabel, SelectableLabel
from llmdesk.ui.kit.spacing import row, space
from llmdesk.ui.kit.surfaces import Panel
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import told, tr
from llmdesk.ui.server.qr_code import QrCode


class Trouble(Panel):
    """Why the server does not run, and what to do.

    Signals:
        port_requested(int): another port is to be used.
    """

    port_requested = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, 10)
        self._free_port = 0
        self.words = SelectableLabel(theme)
        self.hint = SelectableLabel(theme, "", "secondary", "note")
        self.use_port = Button(theme, "", primary=True)
        self.use_port.clicked.connect(self._on_use_port)
        layout = QVBoxLayout(self)
        space(theme, layout, (14, 10, 14, 10), spacing=6)
        top = row(theme, spacing=10)
        top.addWidget(Label(theme, "●", "bad"), 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.words, 1)
        layout.addLayout(top)
        layout.addWidget(self.hint)
        layout.addLayout(row(theme, 1, self.use_port))
        self.hide()

    def show_status(self, status: ServerStatus, port: int) -> None:
        """Nothing, unless it has failed. ``port`` is the one that it should have had."""
        error = status.error
        self.setVisible(error is not None)
        if error is None:
            return
        words, hint = told(error.user_message), told(error.hint)
        if error.kind == "PortTaken":
            words = tr("Another program listens at port {port} already, perhaps llmdesk serve.", port=port)
            hint = "" if status.free_port else tr("Choose another port below.")
        self._free_port = status.free_port
        self.words.setText(words)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self.use_port.set_text(tr("Use port {port}", port=status.free_port))
        self.use_port.setVisible(bool(status.free_port))

    @Slot()
    def _on_use_port(self) -> None:
        self.port_requested.emit(self._free_port)


class Phones(QWidget):
    """The QR code that opens the server's page with a key in its address, or the way to get one.

    Signals:
        key_requested(): a new key, to be shown as a code.
    """

    key_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.code = QrCode(theme)
        self._note = Label(theme, "", "secondary", "note", wraps=True)
        self.new_key = Button(theme, tr("New key and QR code"), bordered=True)
        self.new_key.clicked.connect(self.key_requested)
        layout = QVBoxLayout(self)
        space(theme, layout, spacing=8)
        layout.addWidget(self.code, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._note)
        layout.addLayout(row(theme, self.new_key, 1))
        self.hide()

    def show_way(self, url: str, page: str, is_open: bool) -> None:
        """``page`` is the address with the key; empty: no key is known. No url: the machine is in no network.

        ``is_open``: the server runs, and is open to the network.
        """
        self.setVisible(is_open)
        name = tr("QR code that opens {address} with a key", address=url)
        self.code.show_text(page if url else "", name)
        self.new_key.setVisible(bool(url) and not page)
        if not url:
            self._note.setText(tr("This machine is in no network now, so no other machine can reach it."))
        elif page:
            self._note.setText(
                tr(
                    "Phones in the same network scan it: it opens {address} with the key. Show it to nobody else.",
                    address=url,
                )
            )
        else:
            self._note.setText(tr("A key is known only when it is made: make a new one to show a QR code for phones."))


class Example(QWidget):
    """A command that works as it stands, to copy."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.command = CodeLabel(theme)
        self.copy = CopyButton(theme, tr("Copy the command"), text=tr("Copy"))
        self.copy.clicked.connect(self._on_copy)
        card = Panel(theme, 10, ground=("code", 1.0))
        layout = QVBoxLayout(card)
        space(theme, layout, (12, 6, 6, 12), spacing=2)
        layout.addLayout(row(theme, 1, self.copy))
        layout.addWidget(self.command)
        outside = QVBoxLayout(self)
        space(theme, outside)
        outside.addWidget(card)

    @Slot()
    def _on_copy(self) -> None:
        self.copy.copy(self.command.text())
