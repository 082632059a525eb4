"""Everything the window can be told to do, in one table (GUI thread only).

Menu, shortcuts, the list under F1 and tool tips are made from it; nothing else in the window names a key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import key_text, tr

ActionId = Literal[
    "send",
    "break_line",
    "stop",
    "focus_prompt",
    "scroll",
    "ends",
    "new_chat",
    "new_private_chat",
    "palette",
    "side_bar",
    "search_chats",
    "rename_chat",
    "pin_chat",
    "archive_chat",
    "delete_chat",
    "undo_chats",
    "archive",
    "models",
    "copy_selection",
    "select_message",
    "copy_markdown",
    "quote",
    "regenerate",
    "regenerate_with",
    "continue_answer",
    "fork",
    "copy_answer",
    "copy_code",
    "thinking",
    "unfold_thinking",
    "unfold_figures",
    "copy_conversation",
    "export_chat",
    "export_all",
    "import_chats",
    "backup",
    "theme_system",
    "theme_light",
    "theme_dark",
    "larger",
    "smaller",
    "actual_size",
    "dashboard",
    "live_window",
    "pause_graphs",
    "cores",
    "system_prompt",
    "prompts",
    "attach",
    "choose_collections",
    "collections",
    "context",
    "usage",
    "benchmark",
    "race",
    "presenter",
    "stand",
    "record",
    "open_recording",
    "audience",
    "settings",
    "server",
    "open_log",
    "shortcuts",
    "about",
    "quit",
]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to do.

    ``keys``: the first one is shown (Ctrl+= is there because it is Ctrl++ without Shift). ``in_field``: the prompt's
    field or the conversation acts on the keys itself, since they mean other things elsewhere; the table only lists
    them. ``group``: of these, one is chosen at a time.
    """

    id: ActionId
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    in_field: bool = False
    group: str = ""


def entries() -> tuple[Entry, ...]:
    """The table, in the order of the list under F1."""
    return (*_of_the_answer(), *_of_the_chats(), *_of_the_rooms(), *_of_the_text(), *_of_the_menu())


def _of_the_answer() -> tuple[Entry, ...]:
    return (
        Entry("send", tr("Send the prompt"), ("Enter",), "send", in_field=True),
        Entry("break_line", tr("Break the line"), ("Shift+Enter",), in_field=True),
        Entry("stop", tr("Stop the answer, or close what is open"), ("Esc",), "stop"),
        Entry("focus_prompt", tr("Go to the prompt"), ("Ctrl+L",)),
        Entry("scroll", tr("Move the conversation"), ("PgUp",), in_field=True),
        Entry("ends", tr("Go to the beginning of the conversation"), ("Ctrl+Home",), in_field=True),
        Entry("regenerate", tr("Regenerate the last answer"), ("Ctrl+R",), "refresh"),
        Entry("regenerate_with", tr("Regenerate the last answer with another model"), ("Ctrl+Shift+R",)),
        Entry("continue_answer", tr("Continue the last answer"), (), "play"),
        Entry("fork", tr("Fork the chat after its last answer"), (), "branch"),
        Entry("quote", tr("Quote what is selected, or the last answer"), ("Ctrl+'",)),
        Entry("copy_answer", tr("Copy the last answer"), (), "copy"),
        Entry("copy_code", tr("Copy the code of the last answer")),
        Entry("thinking", tr("Let the model think, or not"), ("Ctrl+T",)),
        Entry("unfold_thinking", tr("Show or fold away what the model thought"), ("Ctrl+Shift+T",)),
        Entry("unfold_figures", tr("Show or fold away all figures of the last answer")),
    )


def _of_the_chats() -> tuple[Entry, ...]:
    return (
        Entry("new_chat", tr("New chat"), ("Ctrl+N",), "plus"),
        Entry("new_private_chat", tr("New private chat"), ("Ctrl+Shift+N",), "lock"),
        Entry("palette", tr("Find an action or a chat"), ("Ctrl+K",), "search"),
        Entry("side_bar", tr("Show or hide the chats"), ("Ctrl+B",), "panel-left"),
        Entry("search_chats", tr("Search all messages"), ("Ctrl+Shift+F",), "search"),
        Entry("rename_chat", tr("Rename the chat"), ("F2",), "edit"),
        Entry("delete_chat", tr("Delete the chat"), ("Ctrl+Shift+Del",), "trash"),
        Entry("models", tr("Models"), ("Ctrl+M",), "memory"),
        Entry("system_prompt", tr("System prompt"), ("Ctrl+I",), "system-prompt"),
        Entry("prompts", tr("Prompts"), ("Ctrl+Shift+P",)),
        Entry("attach", tr("Attach files or images"), ("Ctrl+Shift+A",), "attach"),
        Entry("choose_collections", tr("Collections for this chat"), ("Ctrl+Shift+L",), "collection"),
        Entry("context", tr("What fills the context")),
    )


def _of_the_rooms() -> tuple[Entry, ...]:
    return (
        Entry("dashboard", tr("Show or hide the dashboard"), ("Ctrl+D",), "panel-right"),
        Entry("live_window", tr("Live figures in a window of their own"), ("Ctrl+Shift+D",), "expand"),
        Entry("pause_graphs", tr("Pause the graphs, or back to live"), ("Ctrl+Shift+Space",), "pause"),
        Entry("cores", tr("Show or hide each core"), (), "cpu"),
        Entry("collections", tr("Collections"), (), "collection"),
        Entry("benchmark", tr("Benchmark"), ("Ctrl+Shift+B",), "chart"),
        Entry("race", tr("Race"), ("Ctrl+Shift+G",), "flag"),
        Entry("usage", tr("Usage over time"), (), "clock"),
        Entry("presenter", tr("Presenter mode"), ("F5",), "expand"),
        Entry("stand", tr("Stand mode, for a machine that visitors use"), (), "lock"),
        Entry("record", tr("Record what is asked and answered, or stop"), ("Ctrl+Shift+E",)),
        Entry("open_recording", tr("Play a recording…"), (), "play"),
        Entry("audience", tr("Show this window to the audience, or stop")),
        Entry("server", tr("Local server"), ("Ctrl+Shift+S",)),
    )


def _of_the_text() -> tuple[Entry, ...]:
    return (
        Entry("larger", tr("Larger"), ("Ctrl++", "Ctrl+=")),
        Entry("smaller", tr("Smaller"), ("Ctrl+-",)),
        Entry("actual_size", tr("Actual size"), ("Ctrl+0",)),
        Entry("copy_selection", tr("Copy what is selected"), ("Ctrl+C",), in_field=True),
        Entry("copy_markdown", tr("Copy what is selected as Markdown"), ("Ctrl+Shift+C",), "copy"),
        Entry("select_message", tr("Select the whole message"), ("Ctrl+A",), in_field=True),
        Entry("shortcuts", tr("Shortcuts"), ("F1",)),
        Entry("quit", tr("Quit"), ("Ctrl+Q",)),
    )


def _of_the_menu() -> tuple[Entry, ...]:
    return (
        Entry("pin_chat", tr("Pin the chat, or unpin it"), (), "pin"),
        Entry("archive_chat", tr("Archive the chat"), (), "archive"),
        Entry("undo_chats", tr("Undo deleting or archiving chats"), (), "refresh"),
        Entry("archive", tr("Show the archive, or the chats"), (), "archive"),
        Entry("copy_conversation", tr("Copy conversation"), (), "copy"),
        Entry("export_chat", tr("Export chat…"), (), "download"),
        Entry("export_all", tr("Export all chats…")),
        Entry("import_chats", tr("Import chats…"), (), "folder"),
        Entry("backup", tr("Back up chats and settings…")),
        Entry("theme_system", tr("System"), group="theme"),
        Entry("theme_light", tr("Light"), (), "sun", group="theme"),
        Entry("theme_dark", tr("Dark"), (), "moon", group="theme"),
        Entry("settings", tr("Settings…"), ("Ctrl+,",)),
        Entry("open_log", tr("Open log"), (), "file"),
        Entry("about", tr("About llmdesk")),
    )


class ActionTable(QObject):
    """The entries as Qt's actions: their keys work in the whole window, their state is that of menus and buttons.

    An entry that nobody has bound is disabled.
    """

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._entries = {entry.id: entry for entry in entries()}
        self._actions: dict[str, QAction] = {}
        self._conditions: dict[ActionId, Callable[[], bool]] = {}
        self._groups: dict[str, QActionGroup] = {}
        self._bound: set[ActionId] = set()
        self._is_locked = False
        for entry in self._entries.values():
            if not entry.in_field:
                self._actions[entry.id] = self._make(entry, window)

    def __getitem__(self, action_id: ActionId) -> QAction:
        """For menus."""
        return self._actions[action_id]

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def bind(self, action_id: ActionId, slot: Callable[[], object], when: Callable[[], bool] | None = None) -> None:
        """What an entry does. ``when`` says whether it can be done now; ``refresh`` asks it."""
        action = self._actions[action_id]
        action.triggered.connect(lambda _checked=False: slot())
        self._bound.add(action_id)
        if when is not None:
            self._conditions[action_id] = when
        action.setEnabled(self._can(action_id))

    @property
    def is_locked(self) -> bool:
        """See ``set_locked``."""
        return self._is_locked

    def set_locked(self, is_locked: bool) -> None:
        """Nothing can be done by menu, key or palette, for as long as that."""
        self._is_locked = is_locked
        for action_id in self._bound:
            self._actions[action_id].setEnabled(self._can(action_id))

    def _can(self, action_id: ActionId) -> bool:
        when = self._conditions.get(action_id)
        return not self._is_locked and (when is None or when())

    @Slot()
    def refresh(self) -> None:
        """Something changed that decides what can be done."""
        for action_id in self._conditions:
            self._actions[action_id].setEnabled(self._can(action_id))

    def shortcut(self, action_id: ActionId) -> str:
        """The key as it is written on the keyboard; empty if there is none."""
        keys = self._entries[action_id].keys
        return key_text(keys[0]) if keys else ""

    def tip(self, action_id: ActionId) -> str:
        """Text and key, for tool tips."""
        entry = self._entries[action_id]
        return f"{entry.text} ({key_text(entry.keys[0])})" if entry.keys else entry.text

    def icon_name(self, action_id: ActionId) -> str:
        """Its picture in assets/icons."""
        return self._entries[action_id].icon

    def shortcuts(self) -> list[tuple[str, str]]:
        """Key and text of every entry that has a key."""
        return [(key_text(entry.keys[0]), entry.text) for entry in self if entry.keys]

    def _make(self, entry: Entry, window: QWidget) -> QAction:
        action = QAction(entry.text, self)
        action.setObjectName(entry.id)
        action.setShortcuts([QKeySequence(key) for key in entry.keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setEnabled(False)
        if entry.group:
            if entry.group not in self._groups:
                self._groups[entry.group] = QActionGroup(self)
            action.setCheckable(True)
            self._groups[entry.group].addAction(action)
        window.addAction(action)
        return action
