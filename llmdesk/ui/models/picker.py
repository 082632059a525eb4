"""The list of models under the pill: choose, fetch, open, remove (GUI thread only; files are looked at elsewhere)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QCursor, QKeyEvent
from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.memory_need import GB
from llmdesk.models.survey import Entry, Survey
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.search_field import SearchField
from llmdesk.ui.kit.spacing import FlowLayout, row
from llmdesk.ui.kit.styled import Menu
from llmdesk.ui.kit.surfaces import Hairline
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import told, tr
from llmdesk.ui.models.row_list import RowList

if TYPE_CHECKING:
    from llmdesk.ui.models.row import ModelRow

_PAGE = 6  # rows


class ModelPicker(Popover):
    """See the module.

    Signals:
        chosen(str): a model was picked: to be used, fetched, or its download stopped, as its state says.
        precision_chosen(str, str): model id and precision out of the row's menu.
        unload_requested(str), remove_requested(str): model id.
        measure_requested(str, str, bool): model id and precision, of which the speed or (True) the fidelity is wanted.
        filled(): there are other rows.
        hub_requested(str): the hub is to be searched for the words in the filter, or for some to be typed there.
        export_requested(str): a file is to be made of a model, out of the row's menu.
        update_requested(str): whether the hub has something newer of a model, out of the row's menu.
        server_requested(), folder_requested(), file_requested(), user_file_requested(), retry_requested(): a button
            at the bottom.
    """

    chosen = Signal(str)
    precision_chosen = Signal(str, str)
    unload_requested = Signal(str)
    remove_requested = Signal(str)
    measure_requested = Signal(str, str, bool)
    filled = Signal()
    hub_requested = Signal(str)
    update_requested = Signal(str)
    export_requested = Signal(str)
    server_requested = Signal()
    folder_requested = Signal()
    file_requested = Signal()
    user_file_requested = Signal()
    retry_requested = Signal()

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(theme, window, 680, 640)
        self._has_failed = False
        self._current_id = ""
        self.filter = SearchField(theme, tr("Find a model"))
        self._message = Label(theme, "", "secondary", "note", wraps=True)
        self._problem = Label(theme, "", "bad", "small", wraps=True)
        self._memory = Label(theme, "", "secondary", "small", wraps=True)
        self.open_user_file = Button(theme, tr("Open file"), bordered=True)
        self.retry = Button(theme, tr("Try again"), bordered=True)
        self.list = RowList(theme, self.scroll_area, self._new_row)
        self.menu = Menu(theme, self)
        self._build()

    def row(self, model_id: str) -> ModelRow | None:
        """The row of a model, if it is in the list."""
        return self.list.row(model_id)

    @property
    def shown_ids(self) -> list[str]:
        """All models that the filter lets through, from top to bottom."""
        return self.list.shown_ids

    @property
    def selected_id(self) -> str:
        """The row that Enter picks; empty if none."""
        return self.list.selected_id

    @property
    def memory(self) -> str:
        """The line about this machine's memory."""
        return self._memory.text()

    @property
    def message(self) -> str:
        """The line under the filter."""
        return self._message.text()

    def show_survey(self, survey: Survey, current_id: str) -> None:
        """Fill the list. Rows that are there already keep what they show below the facts."""
        self._current_id = current_id
        self.list.set_entries(survey.entries, current_id)
        self._memory.setText(memory_text(survey.available_bytes, survey.limit_bytes))
        self._memory.show()
        self._show_problems(survey)
        self._apply_filter()
        if self.selected_id not in self.list:
            self._select(current_id if current_id in self.list else "")
        self.filled.emit()

    @property
    def problem(self) -> str:
        """What is wrong with the list itself, empty if nothing is."""
        return self._problem.text()

    def show_failure(self, error: ErrorInfo) -> None:
        """There is no list: why, and what to do. ``show_survey`` takes it away again."""
        self._set_problem(f"{error.user_message} {error.hint}".strip(), has_failed=True)
        self._apply_filter()

    def show_current(self, current_id: str) -> None:
        """Another model is in use."""
        self._current_id = current_id
        self.list.show_current(current_id)

    def show_message(self, text: str) -> None:
        """A line under the filter, e.g. why a folder cannot be opened; empty takes it away."""
        self._message.setText(text)
        self._message.setVisible(bool(text))

    def open_under(self, anchor: QWidget, align_right: bool = False) -> None:
        """Open with an empty filter and the keyboard in it."""
        super().open_under(anchor, align_right)
        self.filter.clear()
        self.filter.setFocus()
        self._select(self._current_id if self._current_id in self.list else "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows and Enter work while the keyboard is in the filter."""
        if watched is self.filter and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            match event.key():
                case Qt.Key.Key_Down:
                    self._move(1)
                case Qt.Key.Key_Up:
                    self._move(-1)
                case Qt.Key.Key_PageDown:
                    self._move(_PAGE)
                case Qt.Key.Key_PageUp:
                    self._move(-_PAGE)
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    if self.selected_id:
                        self.chosen.emit(self.selected_id)
                    elif self.filter.text().strip():
                        self._search_hub()
                case _:
                    return False
            return True
        return super().eventFilter(watched, event)

    def fill_menu(self, model_id: str) -> None:
        """Make the menu of a row: other precisions, measuring, unloading, removal."""
        from llmdesk.ui.models.row_menu import fill

        fill(self.menu, self.list.entry(model_id), self.list.in_memory(model_id), self.list.book)

    @Slot(str)
    def _open_menu(self, model_id: str) -> None:
        self.fill_menu(model_id)
        self.menu.popup(QCursor.pos())

    @Slot(QAction)
    def _on_menu(self, action: QAction) -> None:
        what, model_id, precision = action.data()
        if what == "load":
            self.precision_chosen.emit(model_id, precision)
        elif what in ("speed", "fidelity"):
            self._request_measure(model_id, precision, is_fidelity=what == "fidelity")
        elif what == "unload":
            self.unload_requested.emit(model_id)
        elif what == "update":
            self.update_requested.emit(model_id)
        elif what == "export":
            self.export_requested.emit(model_id)
        else:
            self.remove_requested.emit(model_id)

    @Slot(str)
    def _on_measure(self, model_id: str) -> None:
        self._request_measure(model_id, self.list.entry(model_id).spec.precision, is_fidelity=False)

    def _request_measure(self, model_id: str, precision: str, *, is_fidelity: bool) -> None:
        self.close_panel()
        self.measure_requested.emit(model_id, precision, is_fidelity)

    @Slot(str)
    def _select(self, model_id: str) -> None:
        self.list.select(model_id)

    def _move(self, step: int) -> None:
        ids = self.shown_ids
        if not ids:
            return
        selected = self.selected_id
        index = ids.index(selected) + step if selected in ids else (0 if step > 0 else len(ids) - 1)
        self._select(ids[max(0, min(index, len(ids) - 1))])
        self.list.reveal(self.selected_id)

    @Slot(str)
    def _on_asked(self, model_id: str) -> None:
        # Once the row has its new height.
        QTimer.singleShot(0, self, lambda: self.list.reveal(model_id))

    @Slot()
    def _apply_filter(self) -> None:
        words = self.filter.text()
        self.list.apply_filter(words)
        shown = self.shown_ids
        if words and self.selected_id not in shown:
            self._select(shown[0] if shown else "")
        nothing = tr("There is no list of models.") if self._has_failed else tr("Looking at the disk…")
        unknown = tr("No model of this name is in the list. Enter searches the hub for it.")
        self.show_message("" if shown else (unknown if len(self.list) else nothing))

    @Slot()
    def _search_hub(self) -> None:
        self.hub_requested.emit(self.filter.text().strip())

    def _new_row(self, entry: Entry) -> ModelRow:
        from llmdesk.ui.models.row import ModelRow  # with the first rows

        widget = ModelRow(self._theme, entry)
        widget.activated.connect(self.chosen)
        widget.hovered.connect(self._select)
        widget.menu_requested.connect(self._open_menu)
        widget.asked.connect(self._on_asked)
        widget.measure_requested.connect(self._on_measure)
        return widget

    def _show_problems(self, survey: Survey) -> None:
        text = "\n".join(f"{told(problem.user_message)} {told(problem.hint)}".strip() for problem in survey.problems)
        self._set_problem(text, has_failed=False)

    def _set_problem(self, text: str, has_failed: bool) -> None:
        self._has_failed = has_failed
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        self.open_user_file.setVisible(bool(text) and not has_failed)
        self.retry.setVisible(has_failed)
        for button in self._add_buttons:
            button.setEnabled(not has_failed)

    def _build(self) -> None:
        theme = self._theme
        self.filter.textChanged.connect(self._apply_filter)
        self.filter.installEventFilter(self)
        self.head.addLayout(row(theme, self.filter, margins=(12, 12, 12, 8)))
        self._memory.hide()
        self.panel_layout.addLayout(row(theme, self._memory, margins=(20, 0, 20, 6)))
        self.panel_layout.addLayout(row(theme, self._message, margins=(24, 4, 24, 8)))
        self.panel_layout.addWidget(self.list)
        self.panel_layout.addStretch(1)
        self._build_foot()
        self.menu.triggered.connect(self._on_menu)

    def _build_foot(self) -> None:
        theme = self._theme
        self._problem.hide()
        self.open_user_file.hide()
        self.open_user_file.clicked.connect(self.user_file_requested)
        self.retry.hide()
        self.retry.clicked.connect(self.retry_requested)
        folder = Button(theme, tr("Open folder…"), "folder")
        file = Button(theme, tr("Open GGUF file…"), "file")
        self.hub = Button(theme, tr("Search the hub…"), "search")
        self.server = Button(theme, tr("Add a server…"), "plus")
        self.hub.clicked.connect(self._search_hub)
        self.server.clicked.connect(self.server_requested)
        folder.clicked.connect(self.folder_requested)
        file.clicked.connect(self.file_requested)
        self._add_buttons = (self.hub, folder, file, self.server)
        self.foot.addWidget(Hairline(theme))
        problems = row(theme, margins=(20, 8, 12, 0))
        problems.addWidget(self._problem, 1)
        problems.addWidget(self.open_user_file)
        problems.addWidget(self.retry)
        self.foot.addLayout(problems)
        buttons = FlowLayout(theme, 4, (12, 8, 12, 10))
        for button in self._add_buttons:
            buttons.addWidget(button)
        self.foot.addLayout(buttons)


def memory_text(available_bytes: int, limit_bytes: int) -> str:
    """What the rows' judgements go by, once for all."""
    words = tr("{free} GB of memory are free here, and a model may take {limit} GB.")
    return words.format(free=digits(available_bytes / GB, ".1f"), limit=digits(limit_bytes / GB, ".1f"))
