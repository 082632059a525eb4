"""Who may use the local server: keys with names, a new one, revoking one (GUI thread only)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.ui.kit.buttons import Button, CopyButton
from llmdesk.ui.kit.labels import ElidedLabel, Label
from llmdesk.ui.kit.numbers import day
from llmdesk.ui.kit.selectable_label import CodeLabel
from llmdesk.ui.kit.spacing import row, space
from llmdesk.ui.kit.styled import FieldStyle
from llmdesk.ui.kit.surfaces import Panel
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import error_text, tr


class KeyList(QWidget):
    """See the module.

    Signals:
        add_requested(str), revoke_requested(str), restore_requested(str): the name of a key.
    """

    add_requested = Signal(str)
    revoke_requested = Signal(str)
    restore_requested = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[object, ...] = ()
        self._rows: list[QWidget] = []
        self.made = NewKey(theme)
        self.name = QLineEdit()
        self.add = Button(theme, tr("Add key"), bordered=True)
        self._note = Label(theme, "", "secondary", "note", wraps=True)
        self._problem = Label(theme, "", "bad", "note", wraps=True)
        self._list = QVBoxLayout()
        self._build()

    @property
    def names(self) -> list[str]:
        """The keys shown, revoked ones left out."""
        return [line.name for line in self._rows if isinstance(line, _KeyRow) and not line.is_revoked]

    def show_keys(self, names: Mapping[str, str], revoked: tuple[str, ...], note: str) -> None:
        """``names`` with the day they were made (ISO 8601), those that can be brought back, and what that means."""
        self._note.setText(note)
        shown = (tuple(names.items()), revoked)
        if shown == self._shown:
            return
        self._shown = shown
        for line in self._rows:
            line.hide()
            line.deleteLater()
        self._rows = [self._row(name, made) for name, made in names.items()]
        self._rows += [self._row(name, "") for name in revoked]
        for line in self._rows:
            self._list.addWidget(line)

    def show_problem(self, error: ErrorInfo | None) -> None:
        """What did not work; None: nothing any more."""
        text = error_text(error) if error else ""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

    def _row(self, name: str, made: str) -> _KeyRow:
        line = _KeyRow(self._theme, name, made)
        signal = self.restore_requested if line.is_revoked else self.revoke_requested
        line.button.clicked.connect(lambda: signal.emit(name))
        return line

    def _build(self) -> None:
        self.name.setPlaceholderText(tr("Name of a new key"))
        self.name.setAccessibleName(tr("Name of a new key"))
        self.name.setMaxLength(64)
        FieldStyle(self._theme, self.name)
        space(self._theme, self._list, spacing=4)
        layout = QVBoxLayout(self)
        space(self._theme, layout, spacing=8)
        layout.addWidget(self._note)
        layout.addWidget(self.made)
        layout.addLayout(self._list)
        layout.addLayout(row(self._theme, self.name, self.add))
        layout.addWidget(self._problem)
        self._problem.hide()
        self.add.setEnabled(False)
        self.name.textChanged.connect(self._on_text)
        self.name.returnPressed.connect(self._on_add)
        self.add.clicked.connect(self._on_add)

    @Slot(str)
    def _on_text(self, text: str) -> None:
        self.add.setEnabled(bool(text.strip()))
        self.show_problem(None)

    @Slot()
    def _on_add(self) -> None:
        if name := self.name.text().strip():
            self.add_requested.emit(name)


class NewKey(Panel):
    """A key that was just made: nobody can show it again once the window is closed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, 10, ground=("raised", 1.0))
        self._title = Label(theme, "", "secondary", "note", wraps=True)
        self.key = CodeLabel(theme)
        self.copy = CopyButton(theme, tr("Copy the key"), text=tr("Copy"))
        self.copy.clicked.connect(self._on_copy)
        layout = QVBoxLayout(self)
        space(theme, layout, (12, 8, 12, 8), spacing=4)
        layout.addWidget(self._title)
        line = row(theme)
        line.addWidget(self.key, 1, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(line)
        self.hide()

    def show_key(self, name: str, key: str) -> None:
        """Empty: there is none to be shown."""
        words = tr(
            "The key “{name}”: copy it now. It is kept nowhere and shown only until the window closes.", name=name
        )
        self._title.setText(words)
        self.key.setText(key)
        self.setVisible(bool(key))

    @Slot()
    def _on_copy(self) -> None:
        self.copy.copy(self.key.text())


class _KeyRow(QWidget):
    """A key; without the day it was made, one that was revoked just now."""

    def __init__(self, theme: Theme, name: str, made: str) -> None:
        super().__init__()
        self.name, self.is_revoked = name, not made
        title = ElidedLabel(theme, "secondary" if self.is_revoked else "text", least=80)
        title.setText(name)
        fact = tr("revoked") if self.is_revoked else tr("made {day}", day=day_text(made))
        note = ElidedLabel(theme, "secondary", "note", least=60)
        note.setText(fact)
        text = tr("Undo") if self.is_revoked else tr("Revoke")
        self.button = Button(theme, text, bordered=True)
        words = tr("Bring back the key {name}") if self.is_revoked else tr("Revoke the key {name}")
        self.button.setAccessibleName(words.format(name=name))
        self.setLayout(row(theme, title, note, 1, self.button, spacing=12))


def day_text(made: str) -> str:
    """In short, in the time of this place; what cannot be read stays as it is."""
    try:
        return day(datetime.fromisoformat(made).astimezone())
    except ValueError:
        return made
