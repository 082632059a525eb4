"""The rows of the picker, made as they come into view: a list of a thousand models opens like one of ten (GUI thread).

Only the place of every row is known from the beginning; a row is a widget once it is near what is shown, or once
somebody asks for it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from llmdesk.datatypes.model import ModelInMemory
from llmdesk.models.survey import Entry
from llmdesk.ui.kit.theme import Theme

if TYPE_CHECKING:
    from llmdesk.services.bench.speeds import SpeedBook
    from llmdesk.ui.models.row import ModelRow

_SIDE_PX, _GAP_PX, _BELOW_PX = 8, 2, 8
_BESIDE = 1  # rows made above and below what is shown
_MOST_IDLE = 60


class RowList(QWidget):
    """See the module.

    Args:
        scroll: shows a part of the list.
        make: makes the row of an entry and connects it.
    """

    def __init__(self, theme: Theme, scroll: QScrollArea, make: Callable[[Entry], ModelRow]) -> None:
        super().__init__()
        self._theme, self._scroll, self._make = theme, scroll, make
        self._entries: dict[str, Entry] = {}
        self._rows: dict[str, ModelRow] = {}
        self._shown: list[str] = []
        self._tops: list[int] = []
        self._current_id = self._selected_id = ""
        self._in_memory: dict[str, ModelInMemory] = {}
        self._book: SpeedBook | None = None
        self._recommended_id = ""
        self._is_arranging = False
        scroll.verticalScrollBar().valueChanged.connect(self._fill)
        theme.changed.connect(self.restyle)

    @property
    def shown_ids(self) -> list[str]:
        """What the filter lets through, from top to bottom."""
        return list(self._shown)

    @property
    def selected_id(self) -> str:
        """The row that Enter picks; empty if none."""
        return self._selected_id

    @property
    def rows_made(self) -> list[ModelRow]:
        """Those that are widgets by now."""
        return list(self._rows.values())

    def entry(self, model_id: str) -> Entry:
        """What is known of a model in the list."""
        return self._entries[model_id]

    def __contains__(self, model_id: str) -> bool:
        return model_id in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def row(self, model_id: str) -> ModelRow | None:
        """The row of a model, made if need be; None if the model is not in the list."""
        if model_id not in self._entries:
            return None
        if model_id not in self._rows:
            row = self._rows[model_id] = self._make(self._entries[model_id])
            row.setParent(self)
            self._fill_row(model_id)
            row.select(model_id == self._selected_id)
        return self._rows[model_id]

    def set_entries(self, entries: Sequence[Entry], current_id: str) -> None:
        """Other models, to be filtered anew; rows that are there already keep what they show below the facts."""
        self._entries = {entry.spec.id: entry for entry in entries}
        for model_id in [known for known in self._rows if known not in self._entries]:
            gone = self._rows.pop(model_id)
            gone.hide()
            gone.deleteLater()
        self._current_id = current_id
        self._recommend()
        for model_id in self._rows:
            self._fill_row(model_id)

    def show_current(self, current_id: str) -> None:
        """Another model is in use."""
        self._current_id = current_id
        for model_id in self._rows:
            self._fill_row(model_id)

    def show_in_memory(self, models: Sequence[ModelInMemory]) -> None:
        """What is in memory now."""
        before, self._in_memory = self._in_memory, {model.model_id: model for model in models}
        for model_id in self._rows:
            if before.get(model_id) != self._in_memory.get(model_id):
                self._fill_row(model_id)

    def show_book(self, book: SpeedBook) -> None:
        """What is known of speeds and fidelity now."""
        self._book = book
        self._recommend()
        for model_id in self._rows:
            self._fill_row(model_id)

    @property
    def book(self) -> SpeedBook | None:
        """What was shown last."""
        return self._book

    @property
    def entries(self) -> list[Entry]:
        """All of them, whatever the filter says."""
        return list(self._entries.values())

    def in_memory(self, model_id: str) -> ModelInMemory | None:
        """A model, if it is in memory or on its way there."""
        return self._in_memory.get(model_id)

    def apply_filter(self, words: str) -> None:
        """Only models with these words."""
        from llmdesk.ui.models.row_words import abilities_text  # as the rows: with the list

        shown = (model_id for model_id, entry in self._entries.items() if entry.matches(words, abilities_text(entry)))
        self._shown = list(shown if words.strip() else self._entries)
        self._arrange()

    def select(self, model_id: str) -> None:
        """Mark the row that Enter picks."""
        for known in (self._selected_id, model_id):
            if known in self._rows:
                self._rows[known].select(known == model_id)
        self._selected_id = model_id

    def reveal(self, model_id: str) -> None:
        """Scroll until a row can be seen."""
        self._arrange()
        if model_id in self._shown and (row := self.row(model_id)) is not None:
            top = self._tops[self._shown.index(model_id)] + self._offset()
            bar, height = self._scroll.verticalScrollBar(), self._height_of(model_id)
            if top < bar.value():
                bar.setValue(top)
            elif top + height > bar.value() + self._scroll.viewport().height():
                bar.setValue(min(top, top + height - self._scroll.viewport().height()))
            self._fill()
            row.show()

    def event(self, event: QEvent) -> bool:
        """A row has become higher or lower."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrower rows may be higher."""
        super().resizeEvent(event)
        self._arrange()

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self._arrange()

    def _fill_row(self, model_id: str) -> None:
        is_current = model_id == self._current_id
        self._rows[model_id].show_entry(
            self._entries[model_id], is_current=is_current, model=self._in_memory.get(model_id), book=self._book,
            is_recommended=model_id == self._recommended_id,
        )  # fmt: skip

    def _recommend(self) -> None:
        from llmdesk.services.bench.recommended import recommended  # with the first rows

        self._recommended_id = recommended(self._entries.values(), self._book)

    def _arrange(self) -> None:
        """Where each row stands, without making any."""
        px, top = self._theme.px, 0
        usual = self._usual_height() if self._shown else 0
        self._tops = []
        for model_id in self._shown:
            self._tops.append(top)
            top += (self._height_of(model_id) if model_id in self._rows else usual) + px(_GAP_PX)
        height = top + px(_BELOW_PX) if self._shown else 0
        if height != self.height() and not self._is_arranging:
            self._is_arranging = True
            self.setFixedHeight(height)
            self._is_arranging = False
        self._fill()

    def _height_of(self, model_id: str) -> int:
        row = self._rows.get(model_id)
        if row is None or row.is_idle:
            return self._usual_height()
        return max(row.heightForWidth(self._row_width()), row.minimumSizeHint().height())

    def _usual_height(self) -> int:
        from llmdesk.ui.models.row import ModelRow  # with the first rows

        return ModelRow.usual_height(self._theme)

    def _row_width(self) -> int:
        return max(1, self.width() - 2 * self._theme.px(_SIDE_PX))

    def _offset(self) -> int:
        """Pixels between the top of what is scrolled and the first row."""
        body = self._scroll.widget()
        return self.mapTo(body, QPoint(0, 0)).y() if body is not None and body.isAncestorOf(self) else 0

    @Slot()
    def _fill(self) -> None:
        """Make, place and show what is near the part in view."""
        if not self.isVisible():
            return
        above = self._scroll.verticalScrollBar().value() - self._offset()
        first = max(0, bisect_right(self._tops, above) - 1 - _BESIDE)
        last = min(len(self._shown), bisect_right(self._tops, above + self._scroll.viewport().height()) + _BESIDE)
        near = set(self._shown[first:last])
        for index in range(first, last):
            row = self.row(self._shown[index])
            assert row is not None
            height = self._height_of(self._shown[index])
            row.setGeometry(self._theme.px(_SIDE_PX), self._tops[index], self._row_width(), height)
            row.show()
        for model_id, row in self._rows.items():
            if model_id not in near:
                row.hide()
        self._forget_some(near)

    def showEvent(self, event: QShowEvent) -> None:
        """The first rows."""
        super().showEvent(event)
        self._arrange()

    def _forget_some(self, near: set[str]) -> None:
        """Keep the number of widgets within bounds."""
        idle = [model_id for model_id, row in self._rows.items() if row.is_idle and model_id not in near]
        for model_id in idle[: max(0, len(self._rows) - _MOST_IDLE)]:
            self._rows.pop(model_id).deleteLater()
