"""The panel in which a server's models come into the list: address, key, what it serves (GUI thread only)."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import ElidedLabel, Label
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.search_field import SearchField
from llmdesk.ui.kit.spacing import column, row
from llmdesk.ui.kit.styled import FieldStyle
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import error_text, tr

_WIDTH_PX, _HEIGHT_PX = 560, 520
_MOST_WITHOUT_SEARCH = 8
_MOST_ROWS = 40
_EXAMPLE = "http://192.168.1.20:8000/v1"


class AddServerPanel(Popover):
    """See the module. It asks nobody itself; other words in a field take away what was found for those before.

    Signals:
        tested(str, str): the address and the key are to be tried.
        edited(str, str): address and key, which are not what is being tried any more.
        add_requested(str): the name of a model among those shown.
    """

    tested = Signal(str, str)
    edited = Signal(str, str)
    add_requested = Signal(str)

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(theme, window, _WIDTH_PX, _HEIGHT_PX, title=tr("Add a server"))
        self._models: dict[str, int] = {}
        self.rows: list[ServedRow] = []
        self.address, self.key = QLineEdit(), QLineEdit()
        self.test = Button(theme, tr("Test"), primary=True)
        self.filter = SearchField(theme, tr("Find a model"))
        self._message = Label(theme, "", "secondary", "note", wraps=True)
        self._more = Label(theme, "", "secondary", "small", wraps=True)
        self._list = column(theme, spacing=2)
        self._build()

    @property
    def message(self) -> str:
        """The line under the fields."""
        return self._message.text()

    def open_empty(self, anchor: QWidget) -> None:
        """For another server; no key is left from the one before."""
        self.address.clear()
        self.key.clear()
        self._on_edit()
        self.open_under(anchor)
        self.address.setFocus()

    def show_busy(self, host: str) -> None:
        """It is being asked."""
        self.test.setEnabled(False)
        self._say(tr("Asking {host}…", host=host))

    def show_models(self, host: str, models: Mapping[str, int], warning: str) -> None:
        """What it serves: contexts in tokens by names, 0 where it does not tell."""
        self._models = dict(models)
        self.test.setEnabled(True)
        found = tr("{host} answers and serves %n model(s).", n=len(models), host=host)
        self._say(f"{found} {warning}".strip(), "warning" if warning else "secondary")
        self.filter.clear()
        self.filter.setVisible(len(models) > _MOST_WITHOUT_SEARCH)
        self._fill()

    def show_warning(self, text: str) -> None:
        """Before it is asked."""
        self._say(text, "warning")

    def show_failure(self, error: ErrorInfo) -> None:
        """It did not answer as it should, or nothing could be written."""
        self.test.setEnabled(True)
        self._say(error_text(error), "bad")

    @Slot()
    def _on_test(self) -> None:
        if address := self.address.text().strip():
            self._forget()
            self.tested.emit(address, self.key.text().strip())

    @Slot()
    def _on_edit(self) -> None:
        self._forget()
        self._say("")
        self.test.setEnabled(bool(self.address.text().strip()))
        self.edited.emit(self.address.text().strip(), self.key.text().strip())

    def _forget(self) -> None:
        self._models = {}
        self.filter.hide()
        self._fill()

    @Slot()
    def _fill(self) -> None:
        for each in self.rows:
            each.hide()
            each.deleteLater()
        words = self.filter.text().casefold().split()
        shown = [name for name in self._models if all(word in name.casefold() for word in words)]
        self.rows = [ServedRow(self._theme, name, self._models[name]) for name in shown[:_MOST_ROWS]]
        for each in self.rows:
            each.button.clicked.connect(each.choose)
            each.chosen.connect(self.add_requested)
            self._list.addWidget(each)
        left_out = len(shown) - len(self.rows)
        self._more.setText(tr("%n more: type a part of its name above.", n=left_out) if left_out else "")
        self._more.setVisible(bool(left_out))

    def _say(self, text: str, color: str = "secondary") -> None:
        self._message.set_color(color)
        self._message.setText(text)

    def _build(self) -> None:
        theme = self._theme
        self.setFocusProxy(self.address)
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        for field, name, hint in (
            (self.address, tr("Address"), _EXAMPLE),
            (self.key, tr("Key"), tr("Only if it wants one; kept in the system's keyring")),
        ):
            field.setAccessibleName(name)
            field.setPlaceholderText(hint)
            FieldStyle(theme, field)
            field.textChanged.connect(self._on_edit)
            field.returnPressed.connect(self._on_test)
        self.test.clicked.connect(self._on_test)
        self.closed.connect(self.key.clear)
        self.filter.textChanged.connect(self._fill)
        about = tr("A server that speaks OpenAI's language: Ollama, vLLM, llama.cpp, LM Studio, another llmdesk.")
        parts = (
            Label(theme, about, "secondary", "note", wraps=True),
            Label(theme, tr("Address"), step="note"), self.address,
            Label(theme, tr("Key"), step="note"), self.key,
        )  # fmt: skip
        self.head.addLayout(column(theme, *parts, margins=(20, 4, 20, 8), spacing=6))
        buttons = row(theme, self.test, margins=(20, 4, 20, 12), spacing=12)
        buttons.addWidget(self._message, 1)
        self.head.addLayout(buttons)
        self.head.addLayout(column(theme, self.filter, margins=(20, 0, 20, 8)))
        self.panel_layout.addLayout(self._list)
        self.panel_layout.addLayout(column(theme, self._more, margins=(20, 4, 20, 12)))
        self.panel_layout.addStretch(1)


class ServedRow(QWidget):
    """One model of the server: its name, its context, and the button that adds it.

    Signals:
        chosen(str): its button was pressed.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, name: str, context_tokens: int) -> None:
        super().__init__()
        self.name = name
        title = ElidedLabel(theme, "text", least=120)
        title.setText(name)
        facts = ElidedLabel(theme, "secondary", "small", least=60)
        facts.setText(tr("{count} tokens of context", count=digits(context_tokens)) if context_tokens else "")
        self.button = Button(theme, tr("Add"), bordered=True, name=tr("Add {name}", name=name))
        self.setLayout(row(theme, title, facts, 1, self.button, margins=(20, 3, 20, 3), spacing=12))

    @Slot()
    def choose(self) -> None:
        """As its button does."""
        self.chosen.emit(self.name)
