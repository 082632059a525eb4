"""What the window does many times while a model writes costs little."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.spacing import FlowLayout
from llmdesk.ui.kit.surfaces import ThinBar
from llmdesk.ui.kit.theme import Theme

# What the offscreen platform says of windows with a minimum size.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints", extend=True)


class AskedButton(Button):
    """Counts who wants to know its size."""

    asked = 0

    def sizeHint(self) -> QSize:
        """See Button."""
        self.asked += 1
        return super().sizeHint()


def test_a_flow_keeps_its_sizes_until_a_widget_in_it_changes(qtbot: QtBot) -> None:
    theme = Theme()
    place = QWidget()
    qtbot.addWidget(place)
    flow = FlowLayout(theme)
    buttons = [AskedButton(theme, f"Button {number}", bordered=True) for number in range(4)]
    for button in buttons:
        flow.addWidget(button)
    column = QVBoxLayout(place)
    column.addLayout(flow)
    column.addStretch(1)
    place.resize(2000, 300)
    place.show()
    QApplication.processEvents()
    in_one_line = flow.heightForWidth(2000)
    in_two = flow.heightForWidth(250)
    assert in_two > in_one_line
    before = [button.asked for button in buttons]
    for _ in range(10):
        assert (flow.heightForWidth(2000), flow.heightForWidth(250)) == (in_one_line, in_two)
        flow.sizeHint()
        flow.minimumSize()
    assert [button.asked for button in buttons] == before

    width = flow.sizeHint().width()
    buttons[0].set_text("A button with many more words than before")
    QApplication.processEvents()
    assert flow.sizeHint().width() > width
    assert buttons[1].x() >= buttons[0].x() + buttons[0].sizeHint().width()
    buttons[0].hide()
    QApplication.processEvents()
    assert buttons[1].x() == column.contentsMargins().left()
    assert flow.sizeHint().width() < width
    theme.set_zoom(200)
    QApplication.processEvents()
    assert flow.heightForWidth(4000) > in_one_line
    flow.insertWidget(0, Button(theme, "First", bordered=True))
    QApplication.processEvents()
    assert buttons[1].x() > column.contentsMargins().left()


class PaintedBar(ThinBar):
    """Counts its paintings."""

    painted = 0

    def paintEvent(self, event: QPaintEvent) -> None:
        """See ThinBar."""
        self.painted += 1
        super().paintEvent(event)


def test_a_bar_is_painted_with_everything_else_not_at_once(qtbot: QtBot) -> None:
    bar = PaintedBar(Theme(), "Progress")
    qtbot.addWidget(bar)
    bar.resize(200, 6)
    bar.show()
    qtbot.waitUntil(lambda: bar.painted > 0)
    QApplication.processEvents()
    before = bar.painted
    bar.set_fraction(0.5)
    assert bar.painted == before, "the window would be painted in the middle of whatever goes on"
    qtbot.waitUntil(lambda: bar.painted > before)
    assert bar.value() == bar.maximum() // 2
