"""A change of colours reaches every word, also those of pages and panels that are hidden meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QWidget

from llmdesk.ui.kit.labels import Label
from tests.ui.conftest import Window
from tests.ui.everything import open_everything


def wrong_colors(window: Window) -> list[tuple[str, str, str]]:
    """Words whose colour is none of the theme's in force."""
    found = []
    for label in window.main.findChildren(Label):
        shown, wanted = label.palette().color(QPalette.ColorRole.WindowText), label._theme.color(label._color)
        if shown != wanted:
            found.append((label.text(), shown.name(), wanted.name()))
    return found


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
