"""The dashboard's ticks and the frames of an answer."""

from __future__ import annotations

import time
from itertools import pairwise

from PySide6.QtCore import QObject, Qt, QTimer
from pytestqt.qtbot import QtBot

from llmdesk.ui.dashboard.frame_timer import EARLY_MS, FrameTimer

EVERY_MS = 250


def ticks_s(qtbot: QtBot, frame_ms: int | None, seconds: float) -> tuple[list[float], list[float]]:
    """When it ticked, and when there were frames."""
    owner, ticks, frames = QObject(), list[float](), list[float]()
    timer = FrameTimer(EVERY_MS, owner)
    timer.ticked.connect(lambda: ticks.append(time.perf_counter()))
    timer.start()

    def make_frame() -> None:
        frames.append(time.perf_counter())
        timer.join_frame()

    if frame_ms is not None:
        frame = QTimer(owner)
        frame.setTimerType(Qt.TimerType.PreciseTimer)
        frame.timeout.connect(make_frame)
        frame.start(frame_ms)
    qtbot.wait(round(1000 * seconds))
    timer.stop()
    return ticks, frames


def test_while_there_are_frames_every_tick_is_in_one_and_there_are_as_many(qtbot: QtBot) -> None:
    ticks, frames = ticks_s(qtbot, 70, 3.0)
    behind_ms = [1000 * min(abs(tick - frame) for frame in frames) for tick in ticks[1:]]
    assert sum(ms < 8 for ms in behind_ms) >= 0.9 * len(behind_ms)
    gaps_ms = [1000 * (b - a) for a, b in pairwise(ticks)]
    assert abs(sum(gaps_ms) / len(gaps_ms) - EVERY_MS) < 0.12 * EVERY_MS


def test_without_frames_it_ticks_alone(qtbot: QtBot) -> None:
    ticks, _ = ticks_s(qtbot, None, 2.0)
    assert 7 <= len(ticks) <= 8


def test_frames_that_end_leave_no_gap(qtbot: QtBot) -> None:
    owner, ticks = QObject(), list[float]()
    timer = FrameTimer(EVERY_MS, owner)
    timer.ticked.connect(lambda: ticks.append(time.perf_counter()))
    timer.start()
    qtbot.wait(EVERY_MS - EARLY_MS // 2)
    timer.join_frame()
    joined_s = time.perf_counter()
    qtbot.waitUntil(lambda: len(ticks) >= 3)
    assert ticks[0] - joined_s < 0.03
    assert ticks[1] - ticks[0] < (EVERY_MS + EARLY_MS + 60) / 1000
    assert timer.interval() == EVERY_MS


def test_one_that_stands_still_is_not_woken(qtbot: QtBot) -> None:
    owner, ticks = QObject(), list[float]()
    timer = FrameTimer(EVERY_MS, owner)
    timer.ticked.connect(lambda: ticks.append(time.perf_counter()))
    timer.join_frame()
    qtbot.wait(EVERY_MS + 50)
    assert not ticks
    assert not timer.isActive()
