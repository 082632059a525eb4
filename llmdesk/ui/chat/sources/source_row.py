"""What an answer was given to read, in a row below it (GUI thread only)."""

from __future__ import annotations

import re
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from llmdesk.services.chats.message import Message
from llmdesk.services.collections.passage import Passage
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.spacing import FlowLayout, fix, space
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import told, tr

_CHIP_PX = 260
_PLACE = re.compile(r"(?:sheet (.+), )?(page|pages|lines|rows|paragraphs) ([\d-]+)")


class SourceRow(QWidget):
    """Numbered buttons with file and place; hidden where nothing was searched.

    Signals:
        chosen(int, QWidget): the number of a passage that is to be shown, below this button.
    """

    chosen = Signal(int, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.chips: dict[int, Button] = {}
        self._note: Label | None = None  # most answers have no sources, and need nothing of this
        self.setAccessibleName(tr("Sources"))
        self.hide()

    def _make_parts(self) -> Label:
        note = Label(self._theme, "", "secondary", "note", wraps=True)
        self._flow = FlowLayout(self._theme, spacing=6)
        layout = QVBoxLayout(self)
        space(self._theme, layout, (0, 12, 0, 0), spacing=6)
        layout.addWidget(note)
        layout.addLayout(self._flow)
        return note

    @property
    def text(self) -> str:
        """The line above the buttons."""
        return self._note.text() if self._note is not None else ""

    def show_sources(self, prompt: Message) -> None:
        """Those of the prompt that is answered."""
        note = _note_of(prompt)
        self.setHidden(not prompt.sources and not note)
        if self._note is None and self.isHidden():
            return
        self._note = self._note or self._make_parts()
        for chip in self.chips.values():
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = {}
        for passage in prompt.sources:
            self._add(passage)
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def _add(self, passage: Passage) -> None:
        where = place_of(passage)
        chip = Button(self._theme, f"{passage.number}  {where}", bordered=True, quiet=True, elides=True)
        chip.setAccessibleName(tr("Source {number}: {where}", number=passage.number, where=where))
        chip.setToolTip("\n".join(filter(None, (where, passage.heading))))
        fix(self._theme, chip, max_width=_CHIP_PX)
        chip.clicked.connect(partial(self.chosen.emit, passage.number, chip))
        self.chips[passage.number] = chip
        self._flow.addWidget(chip)


def place_of(passage: Passage) -> str:
    """File and place in a line."""
    return ", ".join(filter(None, (passage.name, _place_text(passage.place))))


def _place_text(place: str) -> str:
    """In the user's language, also what a chat has kept, which is plain English."""
    found = _PLACE.fullmatch(place)
    if found is None:
        return told(place)
    sheet, unit, span = found.groups()
    where = {
        "page": tr("page {span}", span=span),
        "pages": tr("pages {span}", span=span),
        "lines": tr("lines {span}", span=span),
        "rows": tr("rows {span}", span=span),
        "paragraphs": tr("paragraphs {span}", span=span),
    }[unit]
    return tr("sheet {sheet}, {where}", sheet=sheet, where=where) if sheet else where


def _note_of(prompt: Message) -> str:
    searched = prompt.searched
    if searched is None or not (searched.passages or searched.places):
        return ""
    notes = " ".join(filter(None, (searched.notice, *(told(each.words) for each in searched.notices))))
    if not prompt.sources:
        where = ", ".join(searched.places)
        nothing = tr("Nothing that fits was found in {where}.", where=where) if where else tr("Nothing was found.")
        return " ".join(filter(None, (nothing, notes)))
    return notes
