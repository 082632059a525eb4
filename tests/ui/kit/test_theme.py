"""Light, dark and the system; fonts that are looked up once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QFontMetricsF, QGuiApplication
from PySide6.QtWidgets import QApplication

from llmdesk.ui.kit.colors import DARK, HIGH_DARK, HIGH_LIGHT, LIGHT, Colors, Pair, contrast, pairs
from llmdesk.ui.kit.labels import Label, Tag
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.type_scale import SIZES_PX, ZOOM_PERCENTS, next_zoom_percent

Scheme = Qt.ColorScheme


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    theme = Theme()
    theme.force(Scheme.Unknown)
    yield theme
    theme.set_contrast(None)
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


@pytest.mark.parametrize(("colors", "least"), [(LIGHT, 4.5), (DARK, 4.5), (HIGH_LIGHT, 4.5), (HIGH_DARK, 4.5)])
def test_all_words_can_be_read_on_their_grounds(colors: Colors, least: float) -> None:
    low = {pair: round(contrast(colors, pair), 2) for pair in pairs() if contrast(colors, pair) < least}
    assert not low


@pytest.mark.parametrize("colors", [HIGH_LIGHT, HIGH_DARK])
def test_high_contrast_is_high(colors: Colors) -> None:
    """WCAG's highest level for words, and lines that can be seen."""
    for pair in pairs():
        if pair.ground != "line":
            assert contrast(colors, pair) >= 7, pair
    assert contrast(colors, Pair("line", "window")) >= 4.5
    assert contrast(colors, Pair("accent", "line")) >= 1.5  # the ring of the focus, on an edge


def test_high_contrast_follows_the_system_until_it_is_chosen(theme: Theme) -> None:
    hints = QGuiApplication.styleHints()
    accessibility = hints.accessibility()
    accessibility.contrastPreferenceChanged.emit(Qt.ContrastPreference.HighContrast)
    assert theme.colors is HIGH_LIGHT
    theme.force(Scheme.Dark)
    theme.set_contrast(True)
    assert theme.colors is HIGH_DARK
    assert theme.is_dark
    assert theme.is_high_contrast
    theme.set_contrast(False)
    accessibility.contrastPreferenceChanged.emit(Qt.ContrastPreference.HighContrast)
    assert theme.colors is DARK


def test_motion_follows_the_portal_until_it_is_chosen(theme: Theme) -> None:
    motion = theme.motion
    motion.take("org.freedesktop.appearance", "reduced-motion", 1)
    assert motion.is_reduced
    motion.choice = False
    assert not motion.is_reduced
    motion.choice = None
    motion.take("org.freedesktop.appearance", "reduced-motion", 0)
    usual = motion.is_reduced
    motion.take("org.gnome.desktop.interface", "enable-animations", False)
    assert motion.is_reduced is usual  # the newer of the two is asked first
    motion.choice = True
    assert motion.is_reduced


def test_a_hyphen_of_running_text_is_no_wider_than_its_own_type_has_it(theme: Theme) -> None:
    """Where figures are as wide as each other, Inter's hyphen is, too: words fall apart."""
    figures, text = (QFontMetricsF(theme.font("body", has_figures=has)) for has in (True, False))
    assert len({round(figures.horizontalAdvance(digit), 1) for digit in "0123456789"}) == 1
    assert text.horizontalAdvance("-") < 0.8 * figures.horizontalAdvance("-")
    for label in (Label(theme, "memory-bound", wraps=True), Tag(theme, "AVX512-VNNI")):
        font = label.font()
        font.setPixelSize(theme.font("body").pixelSize())
        assert QFontMetricsF(font).horizontalAdvance("-") == text.horizontalAdvance("-")
