"""The panel in which the hub is searched: words and filters above, what was found below (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.memory_need import Fit
from llmdesk.models.hub_data import Found, Query
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.hub.filters import Filters
from llmdesk.ui.hub.repository_view import Offer, RepositoryView
from llmdesk.ui.hub.result_row import ResultRow
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.search_field import SearchField
from llmdesk.ui.kit.spacing import column, row
from llmdesk.ui.kit.surfaces import Hairline
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import error_text, tr

_WIDTH_PX, _HEIGHT_PX = 760, 700


class HubPanel(Popover):
    """See the module. It asks nobody: what is searched and looked at goes out as signals, answers come back in.

    Signals:
        searched(Query), looked_at(str): to be asked of the hub.
        fetch_requested(RemoteChoice): of the repository shown.
        token_entered(str): to be kept in the keyring.
        gone(): nobody sees an answer any more.
    """

    searched = Signal(object)
    looked_at = Signal(str)
    fetch_requested = Signal(object)
    token_entered = Signal(str)
    gone = Signal()

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(theme, window, _WIDTH_PX, _HEIGHT_PX)
        self._style = ChatStyle(theme, self)
        self._found: list[tuple[Found, Fit | str]] | None = None  # None: nothing is asked, or not answered yet
        self.rows: list[ResultRow] = []
        self.view: RepositoryView | None = None
        self.field = SearchField(theme, tr("Words of a model's name, or its address"))
        self.search_button = Button(theme, tr("Search"), primary=True)
        self.back = Button(theme, tr("Back to what was found"), "chevron-left", bordered=True)
        self.filters = Filters(theme)
        self._message = Label(theme, "", "secondary", "note", wraps=True)
        self._origin = Label(theme, "", "secondary", "small", wraps=True)
        self._results = column(theme, margins=(8, 0, 8, 8), spacing=2)
        self._build()

    @property
    def message(self) -> str:
        """The line above what was found."""
        return self._message.text()

    def open_with(self, anchor: QWidget, words: str, host: str) -> None:
        """Open it with words in the field; they are searched for, if there are any."""
        self._origin.setText(tr("Searching asks {host}. Nothing is asked before that.", host=host))
        self.show_message("")  # what was asked last may have been given up
        self.open_under(anchor)
        self.field.setFocus()
        if words:
            self.field.setText(words)
            self.search()

    @Slot()
    def search(self) -> None:
        """Ask for what stands in the field."""
        words = self.field.text().strip()
        if not words:
            self.show_message(tr("Type words of a model's name."))
            return
        self._found = None
        self.show_message(tr("Asking the hub…"))
        self.searched.emit(Query(words, self.filters.format, self.filters.licence))

    def show_found(self, found: Sequence[tuple[Found, Fit | str]]) -> None:
        """What the hub has."""
        self._found = list(found)
        self._fill()

    def show_offer(self, offer: Offer) -> None:
        """A repository in the place of the list."""
        self._clear_view()
        self.show_message("")
        self.view = view = RepositoryView(self._theme, self._style, offer)
        view.chosen.connect(self.fetch_requested)
        view.token_entered.connect(self.token_entered)
        self.panel_layout.insertWidget(self.panel_layout.count() - 1, view)
        self._show_list(is_shown=False)
        self.scroll_area.verticalScrollBar().setValue(0)
        view.page.setFocus()

    def show_failure(self, error: ErrorInfo) -> None:
        """No answer: why, and what to do."""
        self.show_message(error_text(error), "bad")

    def show_message(self, text: str, color: str = "secondary") -> None:
        """A line above the list; empty takes it away."""
        self._message.set_color(color)
        self._message.setText(text)
        self._message.setVisible(bool(text))

    def hideEvent(self, event: QHideEvent) -> None:
        """Closed, or the window is."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.gone.emit()

    @Slot()
    def _fill(self) -> None:
        if self._found is None:
            return
        self._clear_view()
        for each in self.rows:
            each.hide()
            each.deleteLater()
        only_fitting = self.filters.fits.isChecked()
        shown = [(found, fit) for found, fit in self._found if not only_fitting or fit in ("fits", "tight")]
        self.rows = [ResultRow(self._theme, found, fit) for found, fit in shown]
        for each in self.rows:
            each.activated.connect(self._look)
            self._results.addWidget(each)
        self._show_list(is_shown=True)
        left_out = sum(fit == "too_large" for _, fit in self._found) if only_fitting else 0
        nothing = tr("Nothing was found. Try fewer words, or other filters.")
        if self._found and not shown:
            nothing = tr("Nothing of what was found fits this machine.")
        self.show_message("" if shown else nothing)
        if shown and left_out:
            self.show_message(tr("%n more do(es) not fit this machine.", n=left_out))

    @Slot(str)
    def _look(self, repository: str) -> None:
        self.show_message(tr("Looking at {name}…", name=repository))
        self.looked_at.emit(repository)

    @Slot()
    def _go_back(self) -> None:
        self._clear_view()
        self._show_list(is_shown=True)
        self.field.setFocus()

    def _clear_view(self) -> None:
        if self.view is not None:
            self.panel_layout.removeWidget(self.view)
            self.view.hide()
            self.view.deleteLater()
            self.view = None

    def _show_list(self, *, is_shown: bool) -> None:
        for each in self.rows:
            each.setVisible(is_shown)
        self.back.setVisible(not is_shown)
        self.filters.setVisible(is_shown)

    def _build(self) -> None:
        theme = self._theme
        self.field.returnPressed.connect(self.search)
        self.search_button.clicked.connect(self.search)
        self.filters.changed.connect(self._on_filter)
        self.filters.fits_changed.connect(self._fill)
        self.back.clicked.connect(self._go_back)
        self.back.hide()
        self._message.hide()
        words = row(theme, margins=(12, 12, 12, 8))
        words.addWidget(self.field, 1)
        words.addWidget(self.search_button)
        self.head.addLayout(words)
        self.head.addLayout(row(theme, self.back, 1, margins=(12, 0, 12, 0)))
        self.head.addLayout(column(theme, self.filters, margins=(12, 0, 12, 8)))
        self.panel_layout.addLayout(row(theme, self._message, margins=(24, 4, 24, 8)))
        self.panel_layout.addLayout(self._results)
        self.panel_layout.addStretch(1)
        self.foot.addWidget(Hairline(theme))
        self.foot.addLayout(row(theme, self._origin, margins=(20, 8, 20, 10)))

    @Slot()
    def _on_filter(self) -> None:
        """Whoever has searched wants to see the same under another filter."""
        if self._found or self.message:
            self.search()
