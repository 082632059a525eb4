"""The real dashboard: figures, folding, colours, and what it costs."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import psutil
import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QImage, QTransform
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from llmdesk.datatypes.chat import GenerationStats, TokenEvent
from llmdesk.datatypes.resources import ResourceSample
from llmdesk.pauses import PauseWatch
from llmdesk.services.live.live_data import SAMPLES_PER_S, TICKS_PER_S
from llmdesk.ui.dashboard.dashboard import WIDTH_PX, Dashboard
from llmdesk.ui.dashboard.parts import LegendEntry
from llmdesk.ui.kit.colors import DARK, LIGHT
from llmdesk.ui.kit.theme import Theme
from tests.ui.layout_checks import assert_nothing_is_cut

# What the offscreen platform says of windows with a minimum size and of tool tips.
pytestmark = [
    pytest.mark.qt_log_ignore("This plugin does not support (propagateSizeHints|raise)", extend=True),
    pytest.mark.usefixtures("ui_family"),
]

GB = 10**9

Make = Callable[[int], Dashboard]


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    theme = Theme()
    theme.force(Qt.ColorScheme.Dark)
    yield theme
    theme.force(Qt.ColorScheme.Unknown)


@pytest.fixture
def make(qtbot: QtBot, theme: Theme, clock: Clock) -> Iterator[Make]:
    """Visible dashboards of a given height (0: the lowest) in a window, with graphs; their own timers stand still."""
    windows: list[QWidget] = []

    def make_one(height_px: int) -> Dashboard:
        window = QWidget()
        windows.append(window)
        layout = QHBoxLayout(window)
        layout.setContentsMargins(0, 0, 0, 0)
        dashboard = Dashboard(theme, clock=clock)
        dashboard.timer.stop()
        layout.addWidget(dashboard)
        window.resize(dashboard.sizeHint().width(), height_px or dashboard.minimumSizeHint().height())
        window.show()
        qtbot.waitUntil(lambda: dashboard.tokens_place.filled, timeout=20_000)
        return dashboard

    yield make_one
    for window in windows:
        window.close()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def dashboard(make: Make) -> Dashboard:
    """One of the height that a window of 900 pixels leaves."""
    return make(844)


def run(dashboard: Dashboard, clock: Clock, seconds: float, tps: float = 0.0, request_id: str = "a") -> None:
    """Let time pass, with samples twice a second and perhaps tokens."""
    begin_s, token = clock.now_s, 0
    for tick in range(1, round(seconds * TICKS_PER_S) + 1):
        clock.now_s = begin_s + tick / TICKS_PER_S
        events = []
        while tps and begin_s + token / tps <= clock.now_s:
            events.append(TokenEvent(request_id, "x", token + 1, begin_s + token / tps))
            token += 1
        dashboard.tokens(events)
        if tick % 2:
            dashboard.add_sample(ResourceSample(clock.now_s, 92.0, 97.0, int(1.6 * GB), int(4.9 * GB), 16 * GB))
        dashboard.tick()


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible() and label.text()]


def count_color(image: QImage, color: str) -> int:
    wanted = QColor(color).rgb()
    return sum(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height()))


def test_before_the_first_answer_nothing_is_made_up(dashboard: Dashboard) -> None:
    shown = texts(dashboard)
    assert shown.count("–") >= 4  # the big figure and three tiles
    assert not any(
        character.isdigit() for text in shown for character in text if text not in ("per token p50", "p50", "p99")
    )


def test_an_answer_from_start_to_end(dashboard: Dashboard, clock: Clock) -> None:
    dashboard.answer_started("a")
    run(dashboard, clock, 10.0, tps=25.0)
    shown = texts(dashboard)
    for text in (
        "25.0",
        "40 ms",
        "92 %",
        "97 %",
        "1.6 GB",
        "4.9",
        "of 16 GB",
        "llmdesk uses all processor cores.",
        "Answering",
    ):
        assert text in shown, text
    dashboard.answer_ended("a", GenerationStats(100, 0, 251, 0.0, 0.2, 10.0, 0.112))
    for text in ("25.0", "112 ms", "500", "Last answer"):
        assert text in texts(dashboard), text
    run(dashboard, clock, 30.0)
    assert "25.0" in texts(dashboard), "the figure of the answer stays"


def test_painted_line_is_hidden_until_known(dashboard: Dashboard, clock: Clock) -> None:
    dashboard.answer_started("a")
    run(dashboard, clock, 5.0, tps=25.0)
    assert not any(text.startswith("Painted") for text in texts(dashboard))
    dashboard.set_painted(24.9, 25.0, 9.0)
    run(dashboard, clock, 0.5, tps=0.0)
    assert any(text.startswith("Painted 24.9 of 25.0 ") for text in texts(dashboard))


def label_of(widget: QWidget, text: str) -> QLabel:
    return next(label for label in widget.findChildren(QLabel) if label.text() == text and label.isVisible())


def test_the_unit_stands_right_behind_the_figure_and_only_more_digits_move_it(
    dashboard: Dashboard, clock: Clock
) -> None:
    """No hole behind "140", and no dash in mid-air: figure and unit are left-aligned together."""
    unit = label_of(dashboard, "tokens / s")
    both = unit.parentWidget()
    assert both is not None
    places: dict[tuple[int, bool], set[int]] = {}
    for number, tps in enumerate((0.0, 8.0, 9.0, 27.0, 31.0, 111.0, 124.0)):
        dashboard.answer_started(f"a{number}")
        run(dashboard, clock, 3.0, tps=tps, request_id=f"a{number}")
        QApplication.processEvents()
        figure = next(label for label in both.findChildren(QLabel) if label is not unit)
        text = figure.text()
        assert text == "–" if tps == 0 else abs(float(text) - tps) < 1
        assert figure.x() == 0
        gap_px = unit.x() - (figure.x() + figure.fontMetrics().horizontalAdvance(text))
        assert 0 < gap_px < 16
        places.setdefault((len(text), "." in text), set()).add(unit.x())
        dashboard.answer_ended(f"a{number}", None)
    assert all(len(xs) == 1 for xs in places.values())


def ink_rows(image: QImage) -> tuple[int, int]:
    """The first and the last row of pixels that are not as the corner."""
    ground = image.pixel(0, 0)
    rows = [y for y in range(image.height()) if any(image.pixel(x, y) != ground for x in range(image.width()))]
    return rows[0], rows[-1]


def test_the_idle_dash_stands_among_the_letters_of_its_unit(dashboard: Dashboard, clock: Clock, theme: Theme) -> None:
    unit = label_of(dashboard, "tokens / s")
    both = unit.parentWidget()
    assert both is not None
    height = both.height()

    def assert_dash_among_letters() -> None:
        QApplication.processEvents()
        image = both.grab().toImage()
        dash = ink_rows(image.copy(0, 0, unit.x() - 2, image.height()))
        letters = ink_rows(image.copy(unit.x(), 0, unit.width(), image.height()))
        assert letters[0] < dash[0] <= dash[1] < letters[1]

    for percent in (150, 100):
        theme.set_zoom(percent)
        assert_dash_among_letters()
    dashboard.answer_started("a")
    run(dashboard, clock, 3.0, tps=25.0)
    QApplication.processEvents()
    assert both.height() == height, "nothing moves when the first figure comes"
    image = both.grab().toImage()
    figure = ink_rows(image.copy(0, 0, unit.x() - 4, image.height()))
    metrics = QFontMetricsF(unit.font())
    baseline = unit.y() + unit.height() - unit.contentsMargins().bottom() - metrics.descent()
    assert abs(figure[1] + 1 - baseline) <= 2
    dashboard.answer_ended("a", None)
    dashboard.answer_started("b")
    assert_dash_among_letters()


def test_graphs_say_their_top_value_and_how_far_they_reach_back(dashboard: Dashboard, clock: Clock) -> None:
    def scales() -> list[tuple[str, str]]:
        return [place.plot.graph.scale_texts for place in dashboard.graph_places()]

    span = f"{dashboard.tokens_place.plot.graph.span_s:.0f} s"
    dashboard.mark("Model changed")
    run(dashboard, clock, 3.0)
    assert scales() == [("", span), ("100 %", span), ("", span), ("", span)]  # nothing is made up
    dashboard.answer_started("a")
    run(dashboard, clock, 20.0, tps=25.0)
    # The top of the memory's graph is all of it, which its legend says.
    assert scales() == [("30 tok/s", span), ("100 %", span), ("", span), ("50 ms", span)]
    assert label_of(dashboard, "of 16 GB")
    assert texts(dashboard).count("40 ms") == 2, "p50 in its tile alone, p99 in the legend"


def test_a_graph_whose_figures_have_gone_out_of_sight_has_no_top(dashboard: Dashboard, clock: Clock) -> None:
    graphs = [dashboard.tokens_place.plot.graph, dashboard.time_place.plot.graph]
    dashboard.answer_started("a")
    run(dashboard, clock, 5.0, tps=25.0)
    assert [graph.scale_texts[0] for graph in graphs] == ["30 tok/s", "50 ms"]
    dashboard.answer_ended("a", None)
    run(dashboard, clock, graphs[0].span_s + 8.0)
    assert [graph.scale_texts[0] for graph in graphs] == ["", ""]
    dashboard.answer_started("b")
    run(dashboard, clock, 5.0, tps=12.0, request_id="b")
    assert [graph.scale_texts[0] for graph in graphs] == ["15 tok/s", "100 ms"]


def test_after_a_failed_answer_the_last_measured_speed_stays(dashboard: Dashboard, clock: Clock) -> None:
    dashboard.answer_started("a")
    run(dashboard, clock, 5.0, tps=25.0)
    dashboard.answer_ended("a", None)  # it failed half way
    assert "25.0" in texts(dashboard)
    assert "Last answer" in texts(dashboard)
    dashboard.answer_started("b")
    assert "25.0" not in texts(dashboard)
    dashboard.answer_ended("b", None)  # before anything was measured
    run(dashboard, clock, 1.0)
    assert "25.0" in texts(dashboard)
    assert "Last measured" in texts(dashboard)


def test_graphs_draw_in_the_colours_of_the_theme_and_follow_it(
    dashboard: Dashboard, clock: Clock, theme: Theme
) -> None:
    dashboard.answer_started("a")
    run(dashboard, clock, 60.0, tps=25.0)
    for scheme, colors in ((Qt.ColorScheme.Dark, DARK), (Qt.ColorScheme.Light, LIGHT)):
        theme.force(scheme)
        QApplication.processEvents()
        image = dashboard.grab().toImage()
        for name in ("tokens", "processor", "memory", "time"):
            assert count_color(image, getattr(colors, name)) > 100, (scheme, name)
        assert count_color(image, colors.surface) > 0.3 * image.width() * image.height()


def test_graph_reads_the_history_from_left_to_right(dashboard: Dashboard, clock: Clock) -> None:
    """Half a minute of silence, then half a minute of tokens: only the right half has an area."""
    run(dashboard, clock, 30.0)
    dashboard.answer_started("a")
    run(dashboard, clock, 30.0, tps=25.0)
    image = dashboard.tokens_place.grab().toImage()
    blue = QColor(DARK.tokens).rgb()
    middle_px = image.width() // 2
    columns = [x for x in range(image.width()) if any(image.pixel(x, y) == blue for y in range(image.height() // 2))]
    assert columns
    assert min(columns) > middle_px - 12
    assert max(columns) >= image.width() - 3


def test_what_is_no_number_makes_a_gap(dashboard: Dashboard, clock: Clock) -> None:
    """A recording of somebody else may hold anything; a memory of no bytes has no top."""
    run(dashboard, clock, 5.0)
    graph = dashboard.tokens_place.plot.graph
    t_s = np.linspace(0.0, 8.0, 9)
    y = np.array([1.0, 2.0, np.inf, 3.0, 4.0, -np.inf, np.nan, 5.0, 6.0])
    for top in (10.0, 0.0):
        graph.show_history(t_s, [y] * len(graph._styles), top, 8.0)
        box = graph.line_path(len(graph._styles) - 1).boundingRect()
        assert all(math.isfinite(each) for each in (box.left(), box.top(), box.width(), box.height()))
        assert not graph.grab().isNull()


def test_marks_show_as_a_dot_and_in_the_tool_tip(dashboard: Dashboard, clock: Clock) -> None:
    run(dashboard, clock, 5.0)
    graph = dashboard.tokens_place.plot.graph
    words = count_color(graph.grab().toImage(), DARK.secondary)
    dashboard.mark("Model changed")
    run(dashboard, clock, 30.0)
    assert count_color(graph.grab().toImage(), DARK.secondary) > words + 20
    at = QPoint(round(graph.width() * (1 - 30 / graph.span_s)), 20)
    QApplication.sendEvent(graph, QHelpEvent(QEvent.Type.ToolTip, at, graph.mapToGlobal(at)))
    assert QToolTip.text() == "Model changed, 30 s ago"
    run(dashboard, clock, 0.25)  # a tick that draws
    at = QPoint(graph.width() - 1, 20)
    QApplication.sendEvent(graph, QHelpEvent(QEvent.Type.ToolTip, at, graph.mapToGlobal(at)))
    assert QToolTip.text() == "0.0 tok/s, now"
    run(dashboard, clock, 60.0)
    assert count_color(graph.grab().toImage(), DARK.secondary) < words + 10
    QToolTip.hideText()


def test_accessible_names_tell_the_values(dashboard: Dashboard, clock: Clock) -> None:
    dashboard.answer_started("a")
    run(dashboard, clock, 10.0, tps=25.0)
    names = [place.plot.graph.accessibleName() for place in dashboard.graph_places()]
    assert names == [
        "Tokens per second, now 25.0",
        "Processor, now llmdesk 92 %, system 97 %",
        "Memory, now llmdesk 1.6 GB, system 4.9 GB of 16.0 GB",
        "Time per token, half below 40 ms, 99 % below 40 ms",
    ]
    assert dashboard.accessibleName()


@pytest.mark.parametrize("height_px", [0, 440, 480, 544, 600, 844, 2000])
def test_what_does_not_fit_is_left_out_and_nothing_is_squashed(make: Make, clock: Clock, height_px: int) -> None:
    dashboard = make(height_px)
    run(dashboard, clock, 3.0)
    QApplication.processEvents()
    assert dashboard.height() == (height_px or dashboard.minimumSizeHint().height())
    visible = [child for child in dashboard.children() if isinstance(child, QWidget) and child.isVisible()]
    for child in visible:
        assert dashboard.rect().contains(child.geometry())
        assert child.height() >= child.minimumHeight()
    for above in visible:
        assert not any(above.geometry().intersects(other.geometry()) for other in visible if other is not above)
    assert dashboard.tokens_place.isVisible()
    assert "1.6 GB" in texts(dashboard)
    if height_px != 544:  # enough for some types
        assert dashboard.time_place.isVisible() == (height_px >= 600)


def test_no_word_is_cut(dashboard: Dashboard, clock: Clock) -> None:
    """The column is as wide as the widest figures and sentences need, and no narrower than drawn."""
    total = psutil.virtual_memory().total
    dashboard.set_painted(99.9, 99.9, 888)
    for process, system, used in ((100.0, 100.0, 0.999), (0.0, 100.0, 0.95), (89.0, 89.0, 0.4)):
        dashboard.answer_started("a")
        run(dashboard, clock, 5.0, tps=88.8)
        sample = ResourceSample(clock.now_s, process, system, int(used * total), int(used * total), total)
        for _ in range(20 * SAMPLES_PER_S):
            dashboard.add_sample(sample)
        run(dashboard, clock, 0.5, tps=0.0)
        QApplication.processEvents()
        assert dashboard.width() >= WIDTH_PX
        assert_nothing_is_cut(dashboard)


def test_a_warning_about_memory_takes_room_only_while_it_is_true(dashboard: Dashboard, clock: Clock) -> None:
    def show(used_bytes: float) -> None:
        dashboard.add_sample(ResourceSample(clock.now_s, 50.0, 60.0, GB, int(used_bytes), 16 * GB))
        for _ in range(TICKS_PER_S):
            clock.now_s += 1 / TICKS_PER_S
            dashboard.tick()

    show(8 * GB)
    assert not any("Memory is" in text for text in texts(dashboard))
    show(15.6 * GB)
    assert "Memory is nearly full: 0.40 GB are free." in texts(dashboard)
    show(8 * GB)
    assert not any("Memory is" in text for text in texts(dashboard))


def test_strip_shows_the_same_figures(qtbot: QtBot, theme: Theme, clock: Clock) -> None:
    dashboard = Dashboard(theme, clock=clock)
    dashboard.timer.stop()
    qtbot.addWidget(dashboard)
    strip = dashboard.strip()
    qtbot.addWidget(strip)
    strip.resize(720, strip.height())  # the narrowest window
    strip.show()
    qtbot.waitUntil(lambda: strip.place.filled, timeout=20_000)
    QApplication.processEvents()
    dashboard.answer_started("a")
    run(dashboard, clock, 20.0, tps=25.0)
    assert {"25.0", "92 %", "1.6 GB"} <= set(texts(strip))
    QApplication.processEvents()
    assert strip.minimumSizeHint().width() < 500
    assert_nothing_is_cut(strip)
    assert count_color(strip.grab().toImage(), DARK.tokens) > 20
    assert dashboard.strip() is strip


def test_nothing_is_drawn_while_hidden_and_the_history_goes_on(dashboard: Dashboard, clock: Clock) -> None:
    dashboard.answer_started("a")
    run(dashboard, clock, 5.0, tps=25.0)
    dashboard.window().hide()
    drawn_s = dashboard.tokens_place.plot.drawn_s
    dashboard.answer_ended("a", None)
    dashboard.answer_started("b")
    run(dashboard, clock, 5.0, tps=10.0, request_id="b")
    assert dashboard.tokens_place.plot.drawn_s == drawn_s
    dashboard.window().show()
    assert dashboard.tokens_place.plot.drawn_s == clock.now_s
    assert "10.0" in texts(dashboard)
    assert len(dashboard.data.tps) == 10 * TICKS_PER_S


def test_what_graphs_need_is_imported_after_the_first_paint() -> None:
    """A window without graphs must not wait for them (in a process of its own, where nothing was imported)."""
    script = """
import sys
from PySide6.QtWidgets import QApplication
app = QApplication([])
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.dashboard.dashboard import WIDTH_PX, Dashboard
from llmdesk.ui.dashboard.parts import LegendEntry
dashboard = Dashboard(Theme())
assert "numpy" not in sys.modules
dashboard.show()
for _ in range(1000):
    app.processEvents()
    if dashboard.tokens_place.filled:
        break
assert dashboard.tokens_place.filled and "numpy" in sys.modules
dashboard.close()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.timing
def test_drawing_costs_the_model_little(
    record_property: Callable[[str, object], None], dashboard: Dashboard, clock: Clock
) -> None:
    """Processor time of the GUI thread per second of a running answer, everything live (seen: 10 to 20 ms)."""
    dashboard.answer_started("a")
    run(dashboard, clock, 60.0, tps=27.0)
    QApplication.processEvents()
    seconds = 10
    begun_s, begun_cpu_s = clock.now_s, time.thread_time()
    for tick in range(seconds * TICKS_PER_S):
        clock.now_s = begun_s + (tick + 1) / TICKS_PER_S
        number = 1700 + tick * 7
        dashboard.tokens([TokenEvent("a", "x", number + i, begun_s + (tick + i / 7) / TICKS_PER_S) for i in range(7)])
        if tick % 2:
            dashboard.add_sample(ResourceSample(clock.now_s, 91.0, 96.0, GB, 5 * GB, 16 * GB))
        dashboard.tick()
        QApplication.processEvents()
    cost_ms = 1000 * (time.thread_time() - begun_cpu_s) / seconds
    record_property("gui_thread_ms_per_s", round(cost_ms, 1))
    assert cost_ms < 60


def test_no_line_leads_over_a_time_without_the_program(dashboard: Dashboard, clock: Clock) -> None:
    watch = PauseWatch(lambda: clock.now_s, lambda: 0.0, lambda: 0.0)
    dashboard.data.watch(watch)
    dashboard.answer_started("a")
    run(dashboard, clock, 20.0, tps=25.0)
    watch.beat(0.1)
    clock.now_s += 20.0
    dashboard.tick()
    dashboard.answer_started("b")
    run(dashboard, clock, 15.0, tps=25.0, request_id="b")
    graph = dashboard.tokens_place.plot.graph
    path = graph.line_path(0)

    def has_ink(ago_s: float) -> bool:
        x = round(graph.width() * (1 - ago_s / graph.span_s))
        return path.intersects(QRectF(x - 2, -5, 4, graph.height() + 10))

    assert has_ink(5.0)
    assert has_ink(40.0)
    assert not has_ink(20.0)
    assert not has_ink(30.0)
    at = QPoint(round(graph.width() * (1 - 25.0 / graph.span_s)), 20)
    QApplication.sendEvent(graph, QHelpEvent(QEvent.Type.ToolTip, at, graph.mapToGlobal(at)))
    assert QToolTip.text() == "llmdesk did not run, 25 s ago"
    QToolTip.hideText()
    for place in dashboard.graph_places():
        place.refresh(force=True)
        place.describe()


def test_a_marks_dot_stands_clear_of_the_words_above(dashboard: Dashboard, clock: Clock, theme: Theme) -> None:
    dashboard.answer_started("a")
    run(dashboard, clock, 3.0, tps=25.0)
    graph = dashboard.tokens_place.plot.graph
    for percent in (70, 100, 130, 200):
        theme.set_zoom(percent)
        QApplication.processEvents()
        dashboard.data.marks.clear()
        dashboard.tokens_place.refresh(force=True)
        above = graph.grab().toImage().copy(0, 0, graph.width(), round(20 * percent / 100) - 1)
        words_end = ink_rows(above)[1]
        plain = graph.grab().toImage()
        dashboard.mark("Model changed")  # at the right edge, where the span stands
        dashboard.tokens_place.refresh(force=True)
        marked = graph.grab().toImage()
        changed = [
            y
            for y in range(plain.height())
            if any(plain.pixel(x, y) != marked.pixel(x, y) for x in range(plain.width()))
        ]
        assert changed, percent
        assert changed[0] > words_end, percent


def test_what_a_legend_says_ends_at_its_right_edge(theme: Theme, qtbot: QtBot) -> None:
    entry = LegendEntry(theme, "", "", "100 %", of="of 88.8 GB/s")
    qtbot.addWidget(entry)
    widths, ends = set(), []
    for value, of in (("–", ""), ("62 %", "of 24.1 GB/s"), ("–", ""), ("88 %", "")):
        entry.show_value(value, of)
        entry.adjustSize()
        entry.show()
        QApplication.processEvents()
        image = entry.grab().toImage().transformed(QTransform().rotate(90))
        widths.add(entry.width())
        ends.append(image.height() - 1 - ink_rows(image)[1])
    assert len(widths) == 1, "nothing moves when the first figure comes"
    assert max(ends) <= 3


@pytest.mark.parametrize(
    ("before", "replayed", "leaps_s"),
    [
        ((5.0, 280.0, "300 tok/s"), (3.0, 27.0, "30 tok/s"), 0.0),
        ((5.0, 27.0, "30 tok/s"), (3.0, 280.0, "300 tok/s"), 0.0),
        ((3.0, 280.0, "300 tok/s"), (3.0, 27.0, "30 tok/s"), 6.0),  # further than the session before
    ],
)
def test_a_replay_and_the_session_before_it_have_scales_of_their_own(
    dashboard: Dashboard,
    clock: Clock,
    before: tuple[float, float, str],
    replayed: tuple[float, float, str],
    leaps_s: float,
) -> None:
    graph = dashboard.tokens_place.plot.graph
    dashboard.answer_started("a")
    run(dashboard, clock, before[0], tps=before[1])
    assert graph.scale_texts[0] == before[2]
    bring_back = dashboard.data.set_aside()
    dashboard.answer_started("b")
    for _ in range(round(leaps_s * TICKS_PER_S)):  # a jump notes its moments before anything is drawn
        clock.now_s += 1 / TICKS_PER_S
        dashboard.data.tick(clock.now_s)
    run(dashboard, clock, replayed[0], tps=replayed[1], request_id="b")
    assert graph.scale_texts[0] == replayed[2]
    bring_back()
    dashboard.redraw()
    assert graph.scale_texts[0] == before[2]
