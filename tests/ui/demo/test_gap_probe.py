"""GapProbe: it sees a stall of the GUI thread, and is quiet otherwise."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from llmdesk.ui.demo.gap_probe import GapProbe
from tests.quiet import until_quiet


def test_a_stall_is_measured_and_forgotten_on_reset(qtbot: QtBot) -> None:
    probe = GapProbe()
    probe.start()
    QTimer.singleShot(30, lambda: time.sleep(0.15))  # the stall itself
    qtbot.waitUntil(lambda: probe.max_ms > 100)
    assert probe.max_ms > 100  # more, where the machine had no time for this
    assert probe.p99_ms <= probe.max_ms
    probe.reset()
    assert probe.max_ms == 0.0
    assert probe.p99_ms == 0.0
    probe.stop()


def test_readings_stay_after_stop(qtbot: QtBot) -> None:
    probe = GapProbe()
    probe.start()
    QTimer.singleShot(0, lambda: time.sleep(0.06))
    qtbot.waitUntil(lambda: probe.max_ms > 20)
    probe.stop()
    seen_ms = probe.max_ms
    time.sleep(0.05)  # a stall after stop
    qtbot.wait(1)
    assert probe.max_ms == seen_ms


def test_nothing_was_measured_before_start() -> None:
    probe = GapProbe()
    assert probe.max_ms == 0.0
    assert probe.p99_ms == 0.0


@pytest.mark.timing
@until_quiet
def test_a_stop_of_the_process_is_no_stall(qtbot: QtBot) -> None:
    probe = GapProbe()
    probe.start()

    def stopped() -> None:
        time.sleep(0.3)
        probe.skip()

    QTimer.singleShot(30, stopped)
    qtbot.wait(500)
    probe.stop()
    assert 0 < probe.max_ms < 200
