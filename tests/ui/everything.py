"""Each page and each panel of a window, which are made when they are opened."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication

from llmdesk.ui.kit.popover import Popover
from tests.ui.conftest import Window

PAGES = ("collections", "benchmark", "race", "usage")
PANELS = ("models", "settings", "server", "about", "shortcuts", "system_prompt", "prompts", "palette", "context")


def open_everything(window: Window) -> list[Popover]:
    """Each page and each panel, once; returns the panels."""
    table: Any = window.main.action_table
    for action_id in (*PAGES, *PANELS):
        table[action_id].trigger()
        QCoreApplication.processEvents()
        for panel in window.main.findChildren(Popover):
            panel.close_panel()
    _open_hub(window)
    panels = window.main.findChildren(Popover)
    for panel in panels:
        panel.close_panel()
    return panels


def make_every_panel(window: Window) -> list[Popover]:
    """Each panel of the main window, closed, as it is before it is filled."""
    main, tools = window.main, window.desktop.tools
    tools.prompts.open()
    _ = (main.picker, main.sampling_panel, main.settings_dialog, main.server_panel, main.shortcuts_panel)
    _ = (main.about_panel, tools.system_prompt, tools.context, tools.prompts._editor(), tools.prompts._form())
    main.action_table["palette"].trigger()
    _open_hub(window)
    panels = main.findChildren(Popover)
    for panel in panels:
        panel.close_panel()
    return panels


def _open_hub(window: Window) -> None:
    """Without words nobody is asked."""
    if window.desktop.models is not None:
        window.main.picker.hub_requested.emit("")
