"""Reading, pausing and zooming the real window's graphs; the figures in a window of their own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QToolTip, QWidget

from llmdesk.datatypes.resources import GpuReading, PowerReading, ResourceSample
from llmdesk.datatypes.token_work import TokenWork
from llmdesk.services.live.causes import meaning
from llmdesk.services.live.ceiling_watch import Ceilings
from llmdesk.services.live.roofline import AnswerStep, Roofline
from llmdesk.ui.dashboard.bars import CoreBars
from llmdesk.ui.dashboard.graph import Graph
from llmdesk.ui.dashboard.live_screen import LiveScreen
from tests.ui.conftest import Window

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (propagateSizeHints|raise)", extend=True)
SAMPLE = ResourceSample(1.0, 50.0, 60.0, 10**9, 4 * 10**9, 16 * 10**9)


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible() and label.text()]


def graph_of(window: Window) -> Graph:
    dashboard = window.main.dashboard
    window.qtbot.waitUntil(lambda: dashboard.tokens_place.filled)
    window.qtbot.waitUntil(lambda: len(dashboard.data.tick_t_s) > 3)
    return dashboard.tokens_place.plot.graph


def wheel(graph: Graph, notches: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    place = QPointF(graph.width() / 2, graph.height() / 2)
    event = QWheelEvent(
        place, graph.mapToGlobal(place), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(graph, event)


def test_wheel_and_keys_zoom_pause_and_lead_back(window: Window) -> None:
    graph, view = graph_of(window), window.main.dashboard.time_view
    span_s = graph.span_s
    wheel(graph, -1)
    assert graph.span_s > span_s
    wheel(graph, 1, Qt.KeyboardModifier.ControlModifier)  # the window's zoom, not the time's
    assert view.chosen_span_s is not None
    graph.setFocus()
    window.qtbot.keyClick(graph, Qt.Key.Key_Space)
    assert view.is_paused
    assert not window.main.chat.prompt()  # the blank was the graph's
    assert any(text.startswith("Paused") for text in texts(window.main.dashboard))
    window.qtbot.keyClick(graph, Qt.Key.Key_H)
    assert window.main.chat.prompt() == "h"  # a letter is the prompt's
    graph.setFocus()
    window.qtbot.keyClick(graph, Qt.Key.Key_Left)
    window.qtbot.keyClick(graph, Qt.Key.Key_End)
    assert not view.is_paused
    window.qtbot.keyClick(graph, Qt.Key.Key_0)
    assert view.chosen_span_s is None
    window.main.dashboard.parts.pause.click()
    assert view.is_paused
    window.main.action_table["pause_graphs"].trigger()
    assert not view.is_paused


def test_the_pointer_reads_values_at_the_time_and_a_line_stands_there_in_all_graphs(window: Window) -> None:
    graph = graph_of(window)
    window.desktop.core.monitor.stop()  # no mark of another program, which would be told instead
    window.send("[tokens=500 tps=100] go")
    window.qtbot.waitUntil(lambda: (window.main.dashboard.data.current_tps or 0) > 0)
    window.qtbot.waitUntil(lambda: any(value > 0 for value in window.main.dashboard.data.tps.window()))
    window.main.dashboard.data.marks.clear()
    window.main.dashboard.time_view.toggle()
    window.qtbot.mouseMove(graph, QPoint(graph.width() - 2, graph.height() // 2))
    window.qtbot.waitUntil(lambda: window.main.dashboard.time_view.hover_s is not None)
    assert "tok/s" in QToolTip.text()
    QApplication.sendEvent(graph, QEvent(QEvent.Type.Leave))
    assert window.main.dashboard.time_view.hover_s is None


def test_the_roofline_is_told_with_its_age_and_its_definition(window: Window) -> None:
    window.wait_ready()
    dashboard = window.main.dashboard
    data = dashboard.data
    assert not dashboard.parts.is_present(dashboard.parts.roofline)  # the scripted model reads no memory
    status = window.main.top_bar.status
    assert status.info is not None
    work = TokenWork(10**8, matrix_flops=10**8)
    window.desktop.machine._on_status(replace(status, info=replace(status.info, work=work)))
    window.desktop.machine.on_measured(Ceilings(dashboard.clock() - 200.0, 20e9, 1e12))
    window.send("[tokens=400 tps=100 prefill=900] go")
    window.qtbot.waitUntil(lambda: data.roofline.memory_share(dashboard.clock()) is not None)
    window.qtbot.waitUntil(lambda: "of 20 GB/s" in texts(dashboard))
    window.qtbot.waitUntil(lambda: dashboard.parts.roofline.sentence.endswith("Measured 3 min ago."))
    assert max(map(len, dashboard.parts.roofline._prompt.toolTip().splitlines())) <= 72  # else as wide as the screen
    share = data.roofline.memory_share(dashboard.clock())
    assert share is not None
    assert 0.1 < share.fraction < 0.55  # 100 tok/s of 0.1 GB are half of 20 GB/s, less on a busy machine
    prompt = data.roofline.prompt_share(dashboard.clock())
    assert prompt is not None
    assert 0 < prompt.fraction <= 1


def test_other_programs_after_an_answer_are_no_reason_for_its_speed(window: Window) -> None:
    block = window.main.dashboard.parts.roofline
    roofline = Roofline()
    roofline.use_model(TokenWork(10**8, matrix_flops=10**8))
    roofline.memory.note(20e9, 0.0)
    roofline.answered([AnswerStep(50.0, 0)], 1.0)
    block.show_roofline(roofline, 2.0, False)
    block.show_roofline(roofline, 3.0, True)
    assert block.sentence.startswith("Not memory-bound: faster or more cores would help")
    roofline.answered([AnswerStep(40.0, 0)], 4.0)
    block.show_roofline(roofline, 4.0, True)
    block.show_roofline(roofline, 9.0, False)
    assert block.sentence.startswith("Not memory-bound: other programs take the processor.")


def test_power_gpu_and_cores_are_shown_where_they_are_known(window: Window) -> None:
    dashboard = window.main.dashboard
    window.main.resize(1440, 1400)  # room for all
    window.desktop.core.monitor.stop()
    dashboard.add_sample(replace(SAMPLE, power=PowerReading(reason="no counter here")))
    dashboard.parts.show(dashboard.clock())
    assert "not measurable" in texts(dashboard)
    assert dashboard.parts.power_line.toolTip() == "no counter here"
    assert "Intel GPU" not in texts(dashboard)
    gpu = GpuReading("Intel GPU (xe)", 37.0, None, 2 * 10**9)
    dashboard.add_sample(
        replace(
            SAMPLE, power=PowerReading(14.2, "processor"), gpu=gpu, frequency_mhz=3100.0, core_percents=(10.0, 90.0)
        )
    )
    dashboard.parts.show(dashboard.clock())
    shown = texts(dashboard)
    assert {"14 W", "Intel GPU", "37 %", "2.0 GB", "3.1 GHz"} <= set(shown)
    window.main.action_table["cores"].trigger()
    assert window.desktop.core.monitor.reads_cores
    dashboard.parts.show(dashboard.clock())
    assert dashboard.parts.cores.percents == (10.0, 90.0)
    window.main.action_table["cores"].trigger()
    assert not window.desktop.core.monitor.reads_cores


def test_a_window_of_its_own_grows_with_its_size_and_can_be_read_from_five_metres(window: Window) -> None:
    window.wait_ready()
    window.main.action_table["live_window"].trigger()
    screen = window.desktop.machine.screen
    assert isinstance(screen, LiveScreen)
    window.qtbot.waitUntil(lambda: screen.isVisible() and screen.parts.tokens_place.filled)
    screen.resize(1920, 1080)
    window.send("[tokens=300 tps=100] go")
    window.qtbot.waitUntil(lambda: (window.main.dashboard.data.current_tps or 0) > 0)

    def figures() -> list[QLabel]:
        return [label for label in screen.findChildren(QLabel) if label.font().pixelSize() > 1080 / 9]

    window.qtbot.waitUntil(lambda: [each.text()[0].isdigit() for each in figures()] == [True])
    smallest = min(label.font().pixelSize() for label in screen.findChildren(QLabel) if label.isVisible())
    assert smallest >= 1080 / 45  # of a screen 1.2 m wide that is 14 mm, as letters on a sign for this distance
    graph = screen.parts.tokens_place.plot.graph
    graph.setFocus()
    window.qtbot.keyClick(graph, Qt.Key.Key_Space)
    assert any(text.startswith("Paused") for text in texts(screen))
    assert not window.main.dashboard.time_view.is_paused  # the column goes on
    window.qtbot.keyClick(screen, Qt.Key.Key_F11)
    assert screen.isFullScreen()
    window.qtbot.keyClick(screen, Qt.Key.Key_Escape)
    assert not screen.isFullScreen()
    window.qtbot.keyClick(screen, Qt.Key.Key_Escape)
    assert not screen.isVisible()


def test_the_first_model_is_not_told_as_a_change(window: Window) -> None:
    window.wait_ready()
    marks = window.main.dashboard.data.marks
    window.qtbot.waitUntil(lambda: len(marks) > 0)
    assert (marks[0].kind, marks[0].text) == ("model", "model ready")
    assert meaning("model") == "A model was loaded and ready from here on."


def test_the_bars_of_cores_end_where_curves_do(window: Window) -> None:
    cores = CoreBars(window.desktop.theme)
    window.qtbot.addWidget(cores)
    cores.resize(201, 40)
    cores.show_cores((100.0, 100.0))
    picture = cores.grab().toImage()
    colors = [picture.pixelColor(x, 2) for x in (0, 100, picture.width() - 1)]
    processor = window.desktop.theme.color("processor")
    assert [color == processor for color in colors] == [True, False, True]
