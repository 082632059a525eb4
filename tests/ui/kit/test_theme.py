"""Light, dark and the system; fonts that are looked up once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QApplication

from llmdesk.ui.kit.theme import DARK, LIGHT, Theme
from llmdesk.ui.kit.type_scale import SIZES_PX, ZOOM_PERCENTS, next_zoom_percent

Scheme = Qt.ColorScheme


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    theme = Theme()
    theme.force(Scheme.Unknown)
    yield theme
    theme.set_zoom(100)
    theme.force(Scheme.Unknown)


def test_back_to_the_system_reads_the_systems_scheme_where_no_signal_comes(theme: Theme) -> None:
    """The offscreen platform, like X11 without a portal, sends no signal and knows no scheme: that is light."""
    assert QGuiApplication.styleHints().colorScheme() == Scheme.Unknown
    theme.force(Scheme.Dark)
    assert theme.colors is DARK
    theme.force(Scheme.Unknown)
    assert theme.colors is LIGHT


def test_a_change_of_the_system_counts_only_while_it_is_followed(theme: Theme) -> None:
    hints = QGuiApplication.styleHints()
    hints.colorSchemeChanged.emit(Scheme.Dark)
    assert theme.is_dark
    theme.force(Scheme.Light)
    hints.colorSchemeChanged.emit(Scheme.Dark)
    assert not theme.is_dark


def test_no_font_makes_qt_list_all_families(theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    theme.font(), theme.code_font()
    monkeypatch.setattr(QFontDatabase, "families", lambda *_: pytest.fail("all families were listed"))
    theme.font("display"), theme.code_font()


def test_sizes_follow_the_zoom(theme: Theme) -> None:
    for percent in ZOOM_PERCENTS:
        theme.set_zoom(percent)
        assert theme.px(100) == percent
        for step, size_px in SIZES_PX.items():
            assert abs(theme.font(step).pixelSize() - size_px * percent / 100) <= 0.5


def test_the_steps_of_the_zoom_have_ends(theme: Theme) -> None:
    assert next_zoom_percent(100, 1) == 110
    assert next_zoom_percent(105, -1) == 100
    assert next_zoom_percent(250, 1) == 250
    assert next_zoom_percent(70, -1) == 70
    theme.set_zoom(1000)
    assert theme.zoom_percent == 250
