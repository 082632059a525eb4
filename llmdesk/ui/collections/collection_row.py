"""A collection on its page: name, figures, progress, what could not be read, and what can be done (GUI thread only)."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from llmdesk.services.collections.collection import Collection, IndexProgress
from llmdesk.ui.kit.buttons import Button, IconButton
from llmdesk.ui.kit.labels import MEDIUM, ElidedLabel, Label
from llmdesk.ui.kit.numbers import day, time_of_day
from llmdesk.ui.kit.selectable_label import SelectableLabel
from llmdesk.ui.kit.spacing import FlowLayout, row, space
from llmdesk.ui.kit.styled import FieldStyle
from llmdesk.ui.kit.surfaces import Panel, ThinBar
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import size_text
from llmdesk.ui.kit.words import told, tr

_LONGEST_NAME = 80


class CollectionRow(Panel):
    """Signals: use_requested(bool), rescan_requested(), folder_requested(), renamed(str), remove_requested(),
    cancel_requested().
    """

    use_requested = Signal(bool)
    rescan_requested = Signal()
    folder_requested = Signal()
    renamed = Signal(str)
    remove_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, theme: Theme, collection: Collection) -> None:
        super().__init__(theme, 12)
        self._theme, self._collection, self._shown = theme, collection, ""
        self.name = ElidedLabel(theme, step="body", weight=MEDIUM, least=80)
        self.field = QLineEdit()
        self.field.setAccessibleName(tr("Name of the collection"))
        self.field.installEventFilter(self)
        self.field.editingFinished.connect(self._on_named)
        FieldStyle(theme, self.field)
        self.field.hide()
        self.use = Button(theme, tr("Use in this chat"), bordered=True)
        self.use.setCheckable(True)
        self.use.clicked.connect(self.use_requested)
        self.buttons = {
            "rename": self._button("edit", self.start_rename),
            "rescan": self._button("refresh", self.rescan_requested.emit),
            "folder": self._button("plus", self.folder_requested.emit),
            "remove": self._button("trash", self.remove_requested.emit),
        }
        self.facts = Label(theme, "", "secondary", "small", wraps=True)
        self.folders = Label(theme, "", "secondary", "note", wraps=True)
        self.progress = Label(theme, "", "secondary", "small", wraps=True)
        self._bar = ThinBar(theme, tr("Indexing"))
        self.cancel = Button(theme, tr("Cancel"), "x", bordered=True)
        self.cancel.clicked.connect(self.cancel_requested)
        self.unfold = IconButton(theme, "chevron-down", "", text=" ")
        self.unfold.clicked.connect(self._toggle_problems)
        self.problems = SelectableLabel(theme, "", "secondary", "small")
        self.problems.hide()
        self._build()
        self.show_collection(collection, is_used=False)

    def show_collection(self, collection: Collection, *, is_used: bool) -> None:
        """As it is now."""
        self._collection = collection
        self.name.setText(collection.name)
        self.setAccessibleName(tr("Collection {name}", name=collection.name))
        names = {
            "rename": tr("Rename {name}", name=collection.name),
            "rescan": tr("Look for changed files of {name}", name=collection.name),
            "folder": tr("Add another folder to {name}", name=collection.name),
            "remove": tr("Remove {name}", name=collection.name),
        }
        for deed, button in self.buttons.items():
            button.setAccessibleName(names[deed])
            button.setToolTip(names[deed])
        self.use.setChecked(is_used)
        self.use.set_text(tr("Used in this chat") if is_used else tr("Use in this chat"))
        self.use.setAccessibleName(
            tr("{name} is used in this chat", name=collection.name)
            if is_used
            else tr("Use {name} in this chat", name=collection.name)
        )
        self.facts.setText(facts_of(collection))
        self.folders.setText("\n".join(collection.folders))
        self._show_problems()
        if collection.state not in ("waiting", "indexing"):
            self._set_busy(False)
        elif collection.state == "waiting":
            self._set_busy(True)
            self.progress.setText(tr("Waiting for its turn"))
            self._bar.set_fraction(None)

    def show_progress(self, progress: IndexProgress) -> None:
        """It is being read, or made findable by its meaning."""
        self._set_busy(True)
        done, total = progress.done, progress.total
        if progress.step == "read":
            words = tr("Reading {done:,} of {total:,} files", done=done, total=total)
        else:
            words = tr("Learning the meaning of {done:,} of {total:,} passages", done=done, total=total)
        self.progress.setText(f"{words}: {progress.path}" if progress.path else words)
        self._bar.set_fraction(done / total if total else None)

    @Slot()
    def start_rename(self) -> None:
        """The name becomes a field; Enter keeps what is written, Esc leaves it."""
        name = self._collection.name
        self.field.setMaxLength(max(_LONGEST_NAME, len(name)))
        self.field.setText(name)
        self._shown = self.field.text()  # a folder's name may be longer than the field takes: that renames nothing
        self.name.hide()
        self.field.show()
        self.field.selectAll()
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc in the field leaves the name as it is; it does not leave the page."""
        is_key = event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if is_key and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and watched is self.field:
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                self.field.setText(self._collection.name)
                self._end_rename()
            return True
        return super().eventFilter(watched, event)

    @Slot()
    def _on_named(self) -> None:
        name = self.field.text().strip()
        if not self.field.isHidden():
            self._end_rename()
            if name and name != self._collection.name and self.field.text() != self._shown:
                self.renamed.emit(name)

    def _end_rename(self) -> None:
        had_focus = self.field.hasFocus()
        self.field.hide()
        self.name.show()
        if had_focus:
            self.buttons["rename"].setFocus()

    @Slot()
    def _toggle_problems(self) -> None:
        self.problems.setVisible(self.problems.isHidden())
        self._show_problems()

    def _show_problems(self) -> None:
        collection, is_open = self._collection, not self.problems.isHidden()
        self.unfold.setVisible(collection.problem_count > 0)
        if not collection.problem_count:
            self.problems.hide()
        self.unfold.set_text(tr("%n file(s) could not be read", n=collection.problem_count))
        self.unfold.set_icon_name("chevron-up" if is_open else "chevron-down")
        lines = [f"{each.path}\n{told(each.message)}" for each in collection.problems]
        more = collection.problem_count - len(collection.problems)
        lines += [tr("And %n more.", n=more)] if more > 0 else []
        lines.append(tr("Mend them, or move them out of the folder; then look for changed files."))
        self.problems.setText("\n\n".join(lines))

    def _set_busy(self, is_busy: bool) -> None:
        for part in (self.progress, self._bar, self.cancel):
            part.setVisible(is_busy)

    def _button(self, icon: str, slot: Callable[[], None]) -> IconButton:
        button = IconButton(self._theme, icon, "")
        button.clicked.connect(slot)
        return button

    def _build(self) -> None:
        theme = self._theme
        head = row(theme, spacing=6)
        head.addWidget(self.name)
        head.addWidget(self.field, 1)
        head.addStretch(1)
        actions = FlowLayout(theme, spacing=2)
        for part in (self.use, *self.buttons.values()):
            actions.addWidget(part)
        under_way = QWidget()
        line = row(theme, spacing=12)
        line.addWidget(self._bar, 1)
        line.addWidget(self.cancel)
        under_way.setLayout(line)
        layout = QVBoxLayout(self)
        space(theme, layout, (16, 12, 12, 14), spacing=6)
        layout.addLayout(head)
        for label in (self.facts, self.folders, self.progress, under_way):
            layout.addWidget(label)
        layout.addWidget(self.unfold, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.problems)
        layout.addLayout(actions)


def facts_of(collection: Collection) -> str:
    """How much there is to be found, and how."""
    parts = [tr("%n file(s)", n=collection.files), tr("%n passage(s)", n=collection.passages)]
    if collection.size_bytes:
        parts.append(size_text(max(collection.size_bytes, 1000)))  # never "0 kB"
    if collection.passages and collection.embedded < collection.passages:
        parts.append(
            tr("{count:,} of them by their meaning, too", count=collection.embedded)
            if collection.embedded
            else tr("found by their words only")
        )
    if collection.scanned_s:
        moment = datetime.datetime.fromtimestamp(collection.scanned_s)
        parts.append(tr("looked at {day}, {time}", day=day(moment.date()), time=time_of_day(moment)))
    return " · ".join(parts)
