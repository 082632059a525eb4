"""What the window's entries of the table do, and its menu (GUI thread only)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from llmdesk.services.settings.definition import ThemeName
from llmdesk.ui.kit.styled import Menu
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.type_scale import DEFAULT_ZOOM_PERCENT, ZOOM_PERCENTS
from llmdesk.ui.kit.words import tr
from llmdesk.ui.shell.actions import ActionId

if TYPE_CHECKING:
    from llmdesk.ui.shell.main_window import MainWindow

THEMES: dict[ThemeName, ActionId] = {"system": "theme_system", "light": "theme_light", "dark": "theme_dark"}


def bind_actions(window: MainWindow, theme: Theme) -> None:
    """Everything that the window itself can do, or only has to pass on."""
    table = window.action_table
    table.bind("stop", window.chat.stop_requested.emit, lambda: window.chat.is_generating)
    window.chat.generating_changed.connect(table.refresh)
    table.bind("focus_prompt", window.chat.setFocus)
    table.bind("new_chat", window.new_chat_requested.emit)
    table.bind("models", window.top_bar.models_requested.emit)
    table.bind("copy_markdown", window.chat.copy_selection_as_markdown)
    table.bind("copy_conversation", window.copy_requested.emit, lambda: window.chat.has_turns)
    table.bind("side_bar", window.side_bar_place.toggle)
    table.bind("dashboard", window.toggle_dashboard)
    table.bind("live_window", window.dashboard.window_wanted.emit)
    table.bind("pause_graphs", window.dashboard.time_view.toggle)
    table.bind("cores", window.dashboard.toggle_cores)
    table.bind("settings", window.settings_requested.emit)
    table.bind("server", window.server_requested.emit)
    table.bind("open_log", window.log_requested.emit)
    table.bind("shortcuts", window.show_shortcuts)
    table.bind("about", window.show_about)
    table.bind("quit", window.quit)
    table.bind("larger", lambda: window.choose_zoom(1), lambda: theme.zoom_percent < ZOOM_PERCENTS[-1])
    table.bind("smaller", lambda: window.choose_zoom(-1), lambda: theme.zoom_percent > ZOOM_PERCENTS[0])
    table.bind(
        "actual_size",
        lambda: window.zoom_chosen.emit(DEFAULT_ZOOM_PERCENT),
        lambda: theme.zoom_percent != DEFAULT_ZOOM_PERCENT,
    )
    for name, action_id in THEMES.items():
        table.bind(action_id, partial(window.theme_chosen.emit, name))


def fill_menu(window: MainWindow, theme: Theme) -> None:
    """The menu at the right end of the top bar: as short as a small screen, or Qt breaks it into columns."""
    menu, table = window.top_bar.menu, window.action_table

    def below(title: str, *action_ids: ActionId) -> Menu:
        made = Menu(theme, menu, title)
        made.addActions([table[action_id] for action_id in action_ids])
        return made

    menu.addActions([table[action_id] for action_id in ("new_chat", "new_private_chat", "palette", "models")])
    menu.addMenu(window.top_bar.sampling_menu)
    menu.addMenu(
        below(
            tr("This chat"), "system_prompt", "prompts", "attach", "choose_collections", "context", "copy_conversation"
        )
    )
    menu.addMenu(below(tr("Export and import"), "export_chat", "export_all", "import_chats", "backup"))
    menu.addSeparator()
    menu.addActions([table["side_bar"], table["dashboard"], table["live_window"]])
    menu.addMenu(below(tr("Theme"), *THEMES.values()))
    menu.addMenu(below(tr("Zoom"), "larger", "smaller", "actual_size"))
    menu.addMenu(below(tr("Demo"), "presenter", "stand", "record", "open_recording", "audience"))
    menu.addSeparator()
    pages: tuple[ActionId, ...] = ("collections", "benchmark", "race", "usage")
    menu.addActions([table[each] for each in (*pages, "server", "settings")])
    menu.addSeparator()
    menu.addMenu(below(tr("Help"), "shortcuts", "open_log", "about"))
    menu.addAction(table["quit"])
