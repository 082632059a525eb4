"""What the command palette offers: the table of actions, the chats, and a search over all messages (GUI thread)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QObject, Slot

from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr
from llmdesk.ui.palette.matching import fit
from llmdesk.ui.palette.palette import Item, Palette
from llmdesk.ui.shell.main_window import MainWindow
from llmdesk.ui.shell.window_state import WindowState
from llmdesk.ui.sidebar.chat_list_model import title_of
from llmdesk.ui.sidebar.side_bar_controller import SideBarController

_MAX_CHATS = 30
_MAX_RECENT = 8
_RECENT_BONUS = 0.05
_LEFT_OUT = frozenset({"palette"})
_SEARCH_KEY = "search"


class PaletteController(QObject):
    """Opens at a key; what was used lately comes first."""

    def __init__(self, theme: Theme, window: MainWindow, state: WindowState, chats: SideBarController) -> None:
        super().__init__(window)
        self._window, self._state, self._chats = window, state, chats
        self._recent = state.recent_actions
        self.palette = Palette(theme, window, self.find)
        self.palette.used.connect(self._on_used)

    @Slot()
    def toggle(self) -> None:
        """Open or close it."""
        self._window.action_table.refresh()
        self.palette.toggle(self._window.top_bar)

    def find(self, query: str) -> list[Item]:
        """The items for what was typed, the best ones first."""
        if not query.strip():
            actions = sorted(self._actions(), key=lambda item: (not item.is_enabled, self._age(item.key)))
            return [*actions, *self._chat_items("")]
        found = []
        for item in self._actions():
            if (score := fit(query, item.text)) is not None:
                bonus = _RECENT_BONUS * (self._age(item.key) < _MAX_RECENT)
                found.append((not item.is_enabled, -score - bonus, item))
        items = [item for *_, item in sorted(found, key=lambda each: each[:2])]
        return [*items, *self._chat_items(query), self._search_item(query)]

    def _actions(self) -> Iterator[Item]:
        table = self._window.action_table
        for entry in table:
            if entry.in_field or entry.id in _LEFT_OUT:
                continue
            action = table[entry.id]
            text = tr("Theme: {name}", name=entry.text) if entry.group == "theme" else entry.text
            yield Item(entry.id, text, action.trigger, "", table.shortcut(entry.id), entry.icon, action.isEnabled())

    def _chat_items(self, query: str) -> list[Item]:
        """Chats whose title fits, the newest first among equals; the one shown is left out."""
        model = self._window.side_bar.model
        found: list[tuple[float, float, str, str]] = []
        for info in model.infos.values():
            title = title_of(info)
            if info.id != model.shown_id and (score := fit(query, title)) is not None:
                found.append((-score, -info.changed_s, info.id, title))
        found.sort()
        kind = tr("Chat")
        return [
            Item(chat_id, title, partial(self._chats.open, chat_id), kind, "", "")
            for _, _, chat_id, title in found[:_MAX_CHATS]
        ]

    def _search_item(self, query: str) -> Item:
        words = tr("Search all messages for “{words}”", words=query.strip())
        return Item(_SEARCH_KEY, words, partial(self._search, query.strip()), "", "", "search")

    def _search(self, words: str) -> None:
        self._window.action_table["search_chats"].trigger()
        self._window.side_bar.search.setText(words)

    def _age(self, key: str) -> int:
        return self._recent.index(key) if key in self._recent else _MAX_RECENT

    @Slot(str)
    def _on_used(self, key: str) -> None:
        if key in {entry.id for entry in self._window.action_table}:
            self._recent = [key, *(each for each in self._recent if each != key)][:_MAX_RECENT]
            self._state.recent_actions = self._recent
