"""The collections that this chat's questions are answered from, above the composer's text (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from llmdesk.ui.chat.attachments.chip import Chip, ChipState
from llmdesk.ui.kit.spacing import FlowLayout
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

if TYPE_CHECKING:
    from llmdesk.services.collections.collection import Collection


class CollectionChips(QWidget):
    """Signals:
    remove_requested(collection_id)
    open_requested(): a click on one, which leads to all collections.
    left(): the last chip is gone that had the keyboard.
    """

    remove_requested = Signal(str)
    open_requested = Signal()
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.chips: dict[str, Chip] = {}
        self._flow = FlowLayout(theme, spacing=8)
        self.setLayout(self._flow)
        self.setAccessibleName(tr("Collections of this chat"))
        self.hide()

    def show_collections(self, collections: Sequence[Collection]) -> None:
        """Show these; the chip with the keyboard gives it to the composer when it goes."""
        shown = {collection.id: collection for collection in collections}
        had_focus = False
        for collection_id in [each for each in self.chips if each not in shown]:
            chip = self.chips.pop(collection_id)
            had_focus = had_focus or chip.hasFocus()
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        for collection in collections:
            if collection.id in self.chips:
                self.chips[collection.id].show_state(state_of(collection))
            else:
                self._add(collection)
        self.setVisible(bool(collections))
        if had_focus:
            self.left.emit()

    def _add(self, collection: Collection) -> None:
        chip = self.chips[collection.id] = Chip(self._theme, state_of(collection), is_removable=True)
        chip.remove_requested.connect(partial(self.remove_requested.emit, collection.id))
        chip.step_requested.connect(partial(self._step, chip))
        chip.clicked.connect(self.open_requested)
        self._flow.addWidget(chip)

    def _step(self, chip: Chip, step: int) -> None:
        row = list(self.chips.values())
        place = row.index(chip) + step
        if 0 <= place < len(row):
            row[place].setFocus()


def state_of(collection: Collection) -> ChipState:
    """What a chip says of a collection."""
    tip = tr("Passages of these files that fit a question go to the model with it.")
    if not collection.passages:
        note = tr("Being read") if collection.state in ("waiting", "indexing") else tr("Nothing to be found")
        return ChipState(collection.name, "collection", note, tip)
    return ChipState(collection.name, "collection", tr("%n passage(s)", n=collection.passages), tip)
