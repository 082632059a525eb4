"""Lists of hundreds of models, and names that are longer than any row."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from llmdesk.ui.models.row import ModelRow
from tests.quiet import until_quiet
from tests.ui.conftest import Window
from tests.ui.layout_checks import assert_nothing_is_cut, assert_parts_fit
from tests.ui.shell.test_zoom import looks, settle

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support (propagateSizeHints|raise)", extend=True)

MakeWindow = Callable[..., Window]
_MANY = """
[[model]]
id = "many-{number:04}"
title = "Model {number:04}{more}"
source = "hub"
location = "{owner}/model-{number:04}"
licence = "{licence}"
memory_bytes = 3000000000
"""
LONG = "-with-a-title-that-goes-on-and-on-and-does-not-end" * 5


def add_models(catalogue_file: Path, count: int, more: str = "", owner: str = "somebody", licence: str = "MIT") -> None:
    with catalogue_file.open("a", encoding="utf-8") as file:
        for number in range(count):
            file.write(_MANY.format(number=number, more=more, owner=owner, licence=licence))


def in_view(window: Window) -> list[ModelRow]:
    return [row for row in window.main.picker.list.rows_made if not row.visibleRegion().isEmpty()]


def test_only_rows_near_the_view_are_made(make_window: MakeWindow, catalogue_file: Path) -> None:
    add_models(catalogue_file, 1000)
    window = make_window()
    window.wait_ready()
    window.open_picker()
    picker = window.main.picker
    assert len(picker.shown_ids) > 1000
    window.qtbot.waitUntil(lambda: len(in_view(window)) > 3)
    assert len(picker.list.rows_made) < 20
    bar = picker.scroll_area.verticalScrollBar()

    def reaches_the_end() -> bool:
        bar.setValue(bar.maximum())
        return any(row.entry.spec.id == picker.shown_ids[-1] for row in in_view(window))

    window.qtbot.waitUntil(reaches_the_end)
    for value in range(0, bar.maximum(), bar.maximum() // 50):
        bar.setValue(value)
        QApplication.processEvents()
        tops = sorted(row.y() for row in in_view(window))
        assert len(tops) > 3
        assert len({after - before for before, after in itertools.pairwise(tops)}) == 1, "a hole"
    assert len(picker.list.rows_made) < 100


def test_keys_and_search_reach_every_model(make_window: MakeWindow, catalogue_file: Path) -> None:
    add_models(catalogue_file, 300)
    window = make_window()
    window.wait_ready()
    window.open_picker()
    picker = window.main.picker
    for _ in range(40):
        window.qtbot.keyClick(picker.filter, Qt.Key.Key_Down)
    assert picker.selected_id == picker.shown_ids[picker.shown_ids.index("alpha") + 40]
    selected = picker.row(picker.selected_id)
    assert selected in in_view(window)
    window.qtbot.keyClick(picker.filter, Qt.Key.Key_PageDown)
    assert picker.selected_id == picker.shown_ids[picker.shown_ids.index("alpha") + 46]
    window.qtbot.keyClicks(picker.filter, "0287")
    assert picker.shown_ids == ["many-0287"]
    assert [row.entry.spec.id for row in in_view(window)] == ["many-0287"]
    window.qtbot.keyClick(picker.filter, Qt.Key.Key_Return)
    row = picker.row("many-0287")
    assert row is not None
    assert "Fetch" in row.message
    picker.filter.clear()
    picker.list.reveal("many-0100")
    QApplication.processEvents()
    again = picker.row("many-0287")
    assert again is row, "what asks something is kept"
    assert "Fetch" in again.message


@pytest.mark.timing
@pytest.mark.parametrize("count", [200, 1000])
def test_the_list_opens_and_filters_without_a_pause(
    record_property: Callable[[str, object], None],
    monkeypatch: pytest.MonkeyPatch,
    make_window: MakeWindow,
    catalogue_file: Path,
    count: int,
) -> None:
    """Work of the window's thread (seen on two busy cores: 30 ms to open, 50 for the rows, up to 60 for a key)."""
    add_models(catalogue_file, count)

    @until_quiet
    def opens_and_filters() -> None:
        window = make_window()
        window.wait_ready()
        models, picker = window.desktop.models, window.main.picker
        assert models is not None
        figures: dict[str, float] = {}

        def timed(name: str, work: Callable[[], object]) -> None:
            begun_s = time.thread_time()
            work()
            QApplication.processEvents()
            figures[name] = max(figures.get(name, 0.0), 1000 * (time.thread_time() - begun_s))

        show = picker.show_survey
        monkeypatch.setattr(picker, "show_survey", lambda *what: timed("rows_ms", lambda: show(*what)))
        with window.qtbot.waitSignal(models.listed):
            timed("open_ms", window.desktop.open_picker)
        for key in "model 01":
            timed("slowest_key_ms", partial(window.qtbot.keyClicks, picker.filter, key))
        record_property("picker", {name: round(value, 1) for name, value in figures.items()})
        assert max(figures.values()) < 100, figures

    opens_and_filters()


def test_long_words_push_nothing_out_of_a_row(make_window: MakeWindow, catalogue_file: Path) -> None:
    add_models(catalogue_file, 8, LONG, owner="an-owner" + LONG[:60], licence=f"licence{LONG}")
    window = make_window()
    window.wait_ready()
    window.open_picker()
    picker = window.main.picker
    window.qtbot.keyClicks(picker.filter, "many")
    for _ in looks(window, ((720, 480), (1024, 600), (1280, 800))):
        rows = in_view(window)
        assert rows
        for row in rows:
            for button in (row.button, row.more):
                corner = button.mapTo(picker.scroll_area.viewport(), QPoint(button.width(), 0))
                assert corner.x() <= picker.scroll_area.viewport().width()
            assert row.words.geometry().right() < row.button.x()
        assert_parts_fit(picker.panel)
    window.desktop.theme.set_zoom(100)
    settle(window)
    picker.chosen.emit("many-0003")
    window.qtbot.wait(50)
    asking = picker.row("many-0003")
    assert asking is not None
    assert len(asking.answers()) == 2
    assert_nothing_is_cut(picker.panel)
