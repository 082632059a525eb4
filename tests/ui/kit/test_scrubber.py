"""A press on the line goes there, and the knob follows the mouse from there on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from llmdesk.ui.kit.scrubber import Scrubber
from llmdesk.ui.kit.theme import Theme

_STEPS = 754


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_a_press_goes_there_and_drags_on(qtbot: QtBot, direction: Qt.LayoutDirection) -> None:
    scrubber = Scrubber(Theme(), _STEPS)
    qtbot.addWidget(scrubber)
    scrubber.setLayoutDirection(direction)
    scrubber.resize(354, 24)
    scrubber.show()
    scrubber.setValue(500)
    places: list[int] = []
    scrubber.valueChanged.connect(places.append)

    def at(share: float) -> QPoint:
        left = share if direction == Qt.LayoutDirection.LeftToRight else 1 - share
        return QPoint(round(8 + 338 * left), 12)

    QTest.mousePress(scrubber, Qt.MouseButton.LeftButton, pos=at(0.1))
    assert places == [pytest.approx(0.1 * _STEPS, abs=4)]
    for share in (0.3, 0.8):
        QTest.mouseMove(scrubber, at(share))
        assert scrubber.value() == pytest.approx(share * _STEPS, abs=4)
    QTest.mouseRelease(scrubber, Qt.MouseButton.LeftButton, pos=at(0.8))
    QTest.mousePress(scrubber, Qt.MouseButton.LeftButton, pos=at(0.8))  # the knob itself: nothing moves
    assert scrubber.value() == places[-1]
    assert len(places) == 3
