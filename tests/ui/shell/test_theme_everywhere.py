"""A change of colours reaches every word, also those of pages and panels that are hidden meanwhile."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget

from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.popover import Popover
from tests.ui.conftest import Window

PAGES = ("collections", "benchmark", "race", "usage")
PANELS = ("models", "settings", "server", "about", "shortcuts", "system_prompt", "prompts", "palette", "context")


def wrong_colors(window: Window) -> list[tuple[str, str, str]]:
    """Words whose colour is none of the theme's in force."""
    found = []
    for label in window.main.findChildren(Label):
        shown, wanted = label.palette().color(QPalette.ColorRole.WindowText), label._theme.color(label._color)
        if shown != wanted:
            found.append((label.text(), shown.name(), wanted.name()))
    return found


def open_everything(window: Window) -> list[Popover]:
    """Each page and each panel, once; returns the panels."""
    table: Any = window.main.action_table
    for action_id in (*PAGES, *PANELS):
        table[action_id].trigger()
        QCoreApplication.processEvents()
        for panel in window.main.findChildren(Popover):
            panel.close_panel()
    panels = window.main.findChildren(Popover)
    for panel in panels:
        panel.close_panel()
    return panels


def test_words_of_hidden_pages_and_panels_have_the_colours_in_force(window: Window) -> None:
    theme = window.desktop.theme
    panels = open_everything(window)
    assert len(panels) >= 8
    for scheme in (Qt.ColorScheme.Dark, Qt.ColorScheme.Light, Qt.ColorScheme.Dark):
        theme.force(scheme)
        assert wrong_colors(window) == []
        for panel in panels:  # shown anew, Qt looks at style sheets anew
            panel.open_under(window.main.top_bar)
            QCoreApplication.processEvents()
            assert wrong_colors(window) == []
            panel.close_panel()
    theme.force(Qt.ColorScheme.Light)
    with_sheet = [widget for widget in window.main.findChildren(QWidget) if widget.styleSheet()]
    above = [type(widget).__name__ for widget in with_sheet if widget.findChildren(Label)]
    assert not above, "what stands in them gets the colours back that it had when it was first shown"
