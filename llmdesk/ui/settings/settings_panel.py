"""A few settings that are not the model's own: answer cache, idle time, memory (GUI thread only)."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.choice import Choice
from llmdesk.ui.kit.labels import MEDIUM, Label
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.spacing import row
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

WIDTH_PX = 460


def idle_choices() -> list[tuple[str, float]]:
    """After how many seconds without use the model is unloaded, in words."""
    minutes = [(tr("%n minute(s)", n=minutes), 60.0 * minutes) for minutes in (5, 15)]
    return [(tr("Never"), 0.0), *minutes, (tr("%n hour(s)", n=1), 3600.0)]


def cache_choices() -> list[tuple[str, float]]:
    """On and off."""
    return [(tr("On"), 1.0), (tr("Off"), 0.0)]


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
        super().__init__(theme, window, WIDTH_PX, title=tr("Settings"))
        self.cache = Choice(theme, tr("Answer cache"), cache_choices())
        self.kept = Label(theme, "", "secondary", "note")
        self.empty_cache = Button(theme, tr("Empty"), bordered=True)
        self.idle = Choice(theme, tr("Unload the model when it is not used for"), idle_choices())
        self._memory = Label(theme, "", "secondary", "note", wraps=True)
        self.open_file = Button(theme, tr("All settings (settings.toml)"), bordered=True)
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
        self._memory.setText(text)

    @Slot(float)
    def _on_cache(self, value: float) -> None:
        self.cache_chosen.emit(bool(value))

    def _build(self) -> None:
        self.empty_cache.setAccessibleName(tr("Empty the answer cache"))
        self.empty_cache.clicked.connect(self.cache_emptied)
        self.cache.put_beside(self.kept)
        self.cache.put_beside(self.empty_cache)
        self._add(self.cache)
        self._explain(
            tr(
                "A question that was asked before in the very same words gets the same answer at once. Only with "
                "Precise sampling; kept in memory until the model is unloaded. Regenerate always computes anew."
            )
        )
        self._add(self.idle)
        self._explain(tr("The next message loads it again."))
        memory = Label(self._theme, tr("Memory"), weight=MEDIUM)
        self.panel_layout.addLayout(row(self._theme, memory, 1, margins=(20, 14, 20, 2)))
        self.panel_layout.addLayout(row(self._theme, self._memory, margins=(20, 0, 20, 8)))
        self.open_file.clicked.connect(self.file_requested)
        self.panel_layout.addLayout(row(self._theme, 1, self.open_file, margins=(20, 8, 20, 20)))
        self.cache.chosen.connect(self._on_cache)
        self.idle.chosen.connect(self.idle_chosen)

    def _add(self, choice: Choice) -> None:
        self.panel_layout.addLayout(row(self._theme, choice, margins=(20, 12, 20, 4)))

    def _explain(self, text: str) -> None:
        label = Label(self._theme, text, "secondary", "note", wraps=True)
        self.panel_layout.addLayout(row(self._theme, label, margins=(20, 0, 20, 8)))
