"""A few settings that are not the model's own: answer cache, idle time, memory (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from llmdesk.ui.kit.controls import Button, Label, row
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.theme import Theme

WIDTH_PX = 460
TEXT_PX = WIDTH_PX - 2 * 20 - 2
IDLE_CHOICES = (("Never", 0.0), ("5 minutes", 300.0), ("15 minutes", 900.0), ("1 hour", 3600.0))
CACHE_CHOICES = (("On", 1.0), ("Off", 0.0))


class SettingsPanel(Popover):
    """See the module. Each choice counts at once; the file holds more.

    Signals:
        cache_chosen(bool): whether answers may come from the answer cache.
        cache_emptied(): the kept answers are to be forgotten.
        idle_chosen(float): seconds without use after which the model is unloaded; 0: never.
        file_requested(): settings.toml is to be shown.
    """

    cache_chosen = Signal(bool)
    cache_emptied = Signal()
    idle_chosen = Signal(float)
    file_requested = Signal()

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(theme, window, WIDTH_PX)
        self.cache = Choice(theme, "Answer cache", CACHE_CHOICES)
        self.kept = Label(theme, "secondary", 13)
        self.empty_cache = Button(theme, "Empty", bordered=True)
        self.idle = Choice(theme, "Unload the model when it is not used for", IDLE_CHOICES)
        self._memory = Label(theme, "secondary", 13)
        self.open_file = Button(theme, "All settings (settings.toml)", bordered=True)
        self._build()

    def show_settings(self, uses_cache: bool, idle_s: float) -> None:
        """What is in force; does not emit."""
        self.cache.choose(float(uses_cache))
        self.idle.choose(idle_s)

    def show_kept(self, text: str, can_empty: bool) -> None:
        """What the answer cache holds."""
        self.kept.setText(text)
        self.empty_cache.setEnabled(can_empty)

    def show_memory(self, text: str) -> None:
        """How much memory a model may take, and takes."""
        _fill(self._memory, text)

    @Slot(float)
    def _on_cache(self, value: float) -> None:
        self.cache_chosen.emit(bool(value))

    def _build(self) -> None:
        title = Label(self._theme, size_px=15, medium=True)
        title.setText("Settings")
        done = Button(self._theme, "Done", bordered=True)
        done.clicked.connect(self.close_panel)
        self.panel_layout.addLayout(row(title, 1, done, margins=(20, 14, 14, 6)))
        self.empty_cache.setAccessibleName("Empty the answer cache")
        self.empty_cache.clicked.connect(self.cache_emptied)
        self.kept.setContentsMargins(0, 0, 4, 0)
        self.cache.put_beside(self.kept)
        self.cache.put_beside(self.empty_cache)
        self._add(self.cache)
        self._explain(
            "A question that was asked before in the very same words gets the same answer at once. Only with Precise "
            "sampling; kept in memory until the model is unloaded. Regenerate always computes anew."
        )
        self._add(self.idle)
        self._explain("The next message loads it again.")
        memory = Label(self._theme, medium=True)
        memory.setText("Memory")
        self.panel_layout.addLayout(row(memory, 1, margins=(20, 14, 20, 2)))
        self.panel_layout.addLayout(row(self._memory, margins=(20, 0, 20, 8)))
        self.open_file.clicked.connect(self.file_requested)
        self.panel_layout.addLayout(row(1, self.open_file, margins=(20, 8, 20, 20)))
        self.cache.chosen.connect(self._on_cache)
        self.idle.chosen.connect(self.idle_chosen)

    def _add(self, choice: Choice) -> None:
        self.panel_layout.addLayout(row(choice, margins=(20, 12, 20, 4)))

    def _explain(self, text: str) -> None:
        label = Label(self._theme, "secondary", 13)
        _fill(label, text)
        self.panel_layout.addLayout(row(label, margins=(20, 0, 20, 4)))


def _fill(label: Label, text: str) -> None:
    """Text in as many lines as it needs in the panel's width; a layout alone would guess."""
    label.setWordWrap(True)
    label.setText(text)
    label.setFixedSize(TEXT_PX, label.heightForWidth(TEXT_PX))


class Choice(QWidget):
    """A title above buttons of which one is down.

    Signals:
        chosen(float): the value of a button that was pressed.
    """

    chosen = Signal(float)

    def __init__(self, theme: Theme, title: str, choices: Sequence[tuple[str, float]]) -> None:
        super().__init__()
        self._values = [value for _, value in choices]
        self._group = QButtonGroup(self)
        label = Label(theme, medium=True)
        label.setText(title)
        buttons = self._buttons = row(spacing=4)
        for number, (text, _) in enumerate(choices):
            button = Button(theme, text, bordered=True)
            button.setCheckable(True)
            button.setAccessibleName(f"{title}: {text}")
            self._group.addButton(button, number)
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label)
        layout.addLayout(buttons)
        self._group.idClicked.connect(self._on_clicked)

    def put_beside(self, widget: QWidget) -> None:
        """Something that belongs to it, at the right end of the line of buttons."""
        self._buttons.addWidget(widget)

    @property
    def value(self) -> float:
        """Of the button that is down."""
        return self._values[self._group.checkedId()]

    def choose(self, value: float) -> None:
        """Press the button of a value without a signal; the first one if there is none."""
        self._group.button(self._values.index(value) if value in self._values else 0).setChecked(True)

    def press(self, value: float) -> None:
        """As if the user had clicked."""
        self._group.button(self._values.index(value)).click()

    @Slot(int)
    def _on_clicked(self, number: int) -> None:
        self.chosen.emit(self._values[number])
