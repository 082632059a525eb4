"""The page about usage: its chart and tables are what was answered; it can be switched off and erased."""

from __future__ import annotations

from datetime import date

from pytestqt.qtbot import QtBot

from llmdesk.services.usage.usage import UsageRow
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.usage.day_chart import color_of
from llmdesk.ui.usage.usage_page import UsagePage
from tests.ui.conftest import Window

TODAY = date(2026, 11, 27)


def words(page: UsagePage) -> list[str]:
    return [label.text() for label in page.findChildren(Label)]


def test_chart_and_tables_show_each_day_and_model(qtbot: QtBot) -> None:
    page = UsagePage(Theme())
    qtbot.addWidget(page)
    rows = [
        UsageRow("2026-11-27", "A int4", 2, 50, 300, 12.0, 300, 10.0, 7200.0, 300),
        UsageRow("2026-11-27", "B int8", 1, 10, 500, 60.0, 500, 50.0),
        UsageRow("2026-11-01", "A int4", 1, 50, 100, 15.0, 0, 0.0),
        UsageRow("2025-01-01", "A int4", 1, 50, 1000, 15.0, 0, 0.0),
    ]
    page.show_rows(rows, TODAY)
    assert page.chart.bars[-1] == 800
    assert page.chart.bars[3] == 100
    assert sum(page.chart.bars) == 900  # older days are in the tables only
    assert "1,900 tokens in 5 answer" in page.sentence.text()
    assert page.energy.text().startswith("Energy: 2.0 Wh for 300 tokens")
    assert {"2.0 Wh", "24.00", "30.0", "1,400"} <= set(words(page))
    assert color_of("A int4", ["A int4", "B int8"]) == "tokens"
    assert page.chart.accessibleName() == "Tokens per day, at most 1,000"

    page.show_rows(rows[1:2], TODAY)
    assert page.energy.text() == "Energy: not measurable on this machine, or not measured yet."
    assert "Energy" not in words(page)


def test_it_counts_can_be_switched_off_and_erased(window: Window) -> None:
    window.ask("[tokens=7 tps=300] hello")
    window.main.action_table["usage"].trigger()
    page = window.main.pages.page
    assert isinstance(page, UsagePage)
    window.qtbot.waitUntil(lambda: "7 tokens in 1 answer" in page.sentence.text())
    page.switch.click()
    window.qtbot.waitUntil(lambda: "switched off" in page.sentence.text())
    assert not window.desktop.settings.values.usage.show
    assert not page.chart.isVisible()
    page.switch.click()
    window.qtbot.waitUntil(lambda: "7 tokens" in page.sentence.text())
    assert not page.undo.isVisible()
    page.erase.click()
    window.qtbot.waitUntil(lambda: "Nothing was answered yet" in page.sentence.text())
    page.undo.click()
    window.qtbot.waitUntil(lambda: "7 tokens" in page.sentence.text())
    assert not page.undo.isVisible()
    page.erase.click()
    window.qtbot.waitUntil(lambda: "Nothing was answered yet" in page.sentence.text())
    assert page.undo.isVisible()
    page.switch.click()
    window.qtbot.waitUntil(lambda: "switched off" in page.sentence.text())
    page.switch.click()
    window.qtbot.waitUntil(lambda: "Nothing was answered yet" in page.sentence.text())
    assert page.undo.isVisible()
