"""Chips side by side: above the composer's text, and above the bubble of a prompt (GUI thread only)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from llmdesk.services.files.attachment import Attachment
from llmdesk.ui.chat.attachments.chip import Chip
from llmdesk.ui.chat.attachments.chip_words import state_of, state_of_draft
from llmdesk.ui.chat.attachments.draft import DraftFile
from llmdesk.ui.chat.attachments.viewer import open_viewer
from llmdesk.ui.kit.spacing import FlowLayout, space
from llmdesk.ui.kit.styled import ScrollArea
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_PER_LINE = 3
_MOST_HEIGHT_PX = 124  # two lines and the beginning of a third


class DraftChips(ScrollArea):
    """Those of the prompt that is being written; more than two lines of them are scrolled.

    Signals:
        remove_requested(file_id)
        left(): the last chip is gone that had the keyboard.
    """

    remove_requested = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._theme = theme
        self._files: dict[str, DraftFile] = {}
        self._sees: bool | None = None
        self.chips: dict[str, Chip] = {}
        body = QWidget()
        self._flow = FlowLayout(theme, spacing=8)
        body.setLayout(self._flow)
        self.setWidget(body)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.changed.connect(self.fit)
        self.setAccessibleName(tr("Attached files"))
        self.hide()

    def show_files(self, files: Sequence[DraftFile], sees: bool | None = None) -> None:
        """Show these. What is shown already stays, with the keyboard; that of one which goes moves to the next.

        ``sees``: the model sees images; None: nobody knows.
        """
        self._sees = sees
        self._files = {file.id: file for file in files}
        gone = [file_id for file_id in self.chips if file_id not in self._files]
        focus = self.window().focusWidget()
        lost = next((file_id for file_id in gone if self.chips[file_id] is focus), "")
        place = list(self.chips).index(lost) if lost else 0
        for file_id in gone:
            chip = self.chips.pop(file_id)
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        for file in files:
            if file.id in self.chips:
                self.chips[file.id].show_state(state_of_draft(file, sees))
            else:
                self._add(file)
        self.setVisible(bool(files))
        self.fit()
        if lost and self.chips:
            list(self.chips.values())[min(place, len(self.chips) - 1)].setFocus()
        elif lost:
            self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width takes another number of lines."""
        super().resizeEvent(event)
        self.fit()

    @Slot()
    def fit(self) -> None:
        """As high as the chips, within bounds."""
        wanted = self._flow.heightForWidth(max(1, self.viewport().width()))
        height = min(wanted, self._theme.px(_MOST_HEIGHT_PX))
        if height != self.height():
            self.setFixedHeight(height)

    def _add(self, file: DraftFile) -> None:
        chip = self.chips[file.id] = Chip(self._theme, state_of_draft(file, self._sees), is_removable=True)
        chip.remove_requested.connect(partial(self.remove_requested.emit, file.id))
        chip.step_requested.connect(partial(_step, self.chips, chip))
        chip.clicked.connect(partial(self._open, file.id))
        chip.focused.connect(partial(self.ensureWidgetVisible, chip))
        self._flow.addWidget(chip)

    def _open(self, file_id: str) -> None:
        attachment = self._files[file_id].attachment
        if attachment is not None:
            open_viewer(self._theme, self.chips[file_id], attachment)


class SentChips(QWidget):
    """Those of a prompt that was sent: at the right, as the bubble is, and no wider than the column.

    Those of one that waits stand at the left (``is_sent`` False), as its words do.
    """

    def __init__(self, theme: Theme, attachments: Sequence[Attachment], *, is_sent: bool = True) -> None:
        super().__init__()
        self._theme = theme
        self._attachments = tuple(attachments)
        self.chips: list[Chip] = []
        column = QVBoxLayout(self)
        space(theme, column, (0, 0, 0, 2), spacing=6)
        for first in range(0, len(attachments), _PER_LINE):
            line = QHBoxLayout()
            space(theme, line, spacing=6)
            if is_sent:
                line.addStretch(1)
            for attachment in attachments[first : first + _PER_LINE]:
                line.addWidget(self._make(attachment))
            if not is_sent:
                line.addStretch(1)
            column.addLayout(line)
        if not attachments:
            self.hide()

    def show_used(self, passages: Mapping[str, int]) -> None:
        """How many passages of each file went with the question that is searched for, by its path, else its name."""
        for chip, attachment in zip(self.chips, self._attachments, strict=True):
            chip.show_state(state_of(attachment, passages.get(attachment.path or attachment.name, 0)))

    def _make(self, attachment: Attachment) -> Chip:
        chip = Chip(self._theme, state_of(attachment), is_removable=False)
        chip.clicked.connect(partial(open_viewer, self._theme, chip, attachment))
        chip.step_requested.connect(partial(self._step, chip))
        self.chips.append(chip)
        return chip

    def _step(self, chip: Chip, step: int) -> None:
        _step(dict(enumerate(self.chips)), chip, step)


def _step(chips: dict[str, Chip] | dict[int, Chip], chip: Chip, step: int) -> None:
    """The keyboard to the next chip, if there is one."""
    row = list(chips.values())
    place = row.index(chip) + step
    if 0 <= place < len(row):
        row[place].setFocus(Qt.FocusReason.TabFocusReason)
