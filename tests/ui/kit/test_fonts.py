"""The type of the window: the shipped fonts in their weights, on any machine, and the system's for other scripts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QFontMetricsF, QTextLayout
from PySide6.QtWidgets import QApplication

from llmdesk.datatypes.chat import GenerationStats
from llmdesk.ui.chat.figures import FiguresLine
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit import fonts
from llmdesk.ui.kit.theme import Theme, code_font, ui_font

WORDS = "Hamburgefonstiv"
Weight = QFont.Weight


@pytest.fixture(autouse=True)
def application(qapp: QApplication) -> QApplication:
    return qapp


def width_px(font: QFont, text: str = WORDS) -> float:
    return QFontMetricsF(font).horizontalAdvance(text)


def test_the_application_s_type_is_inter_and_code_is_jetbrains_mono(application: QApplication) -> None:
    assert QFontInfo(application.font()).family() == QFontInfo(ui_font()).family() == "Inter"
    assert QFontInfo(code_font()).family() == "JetBrains Mono"
    assert width_px(code_font(), "iiii") == width_px(code_font(), "MMMM")


@pytest.mark.parametrize("signs", ["!=", "->", ">=", "//", "www", "<!--"])
def test_signs_of_code_are_drawn_as_the_characters_that_they_are(signs: str) -> None:
    """A ligature would show another sign than the one that is copied, and wrongly placed beside other scripts."""

    def glyphs(text: str) -> list[int]:
        layout = QTextLayout(text, code_font())
        layout.beginLayout()
        layout.createLine()
        layout.endLayout()
        return [glyph for run in layout.glyphRuns() for glyph in run.glyphIndexes()]

    assert glyphs(signs) == [glyph for sign in signs for glyph in glyphs(sign)]


def test_every_weight_is_drawn_as_itself() -> None:
    """A variable font that Qt takes for one weight would show the regular one for all."""
    regular, medium, semibold = (
        width_px(ui_font(14, weight)) for weight in (Weight.Normal, Weight.Medium, Weight.DemiBold)
    )
    assert regular < medium < semibold


def test_figures_are_as_wide_as_each_other() -> None:
    for weight in (Weight.Normal, Weight.Medium, Weight.DemiBold):
        assert width_px(ui_font(14, weight), "1111") == width_px(ui_font(14, weight), "8888")


def test_italics_are_drawn_not_slanted() -> None:
    font = ui_font(14)
    font.setItalic(True)
    assert QFontInfo(font).styleName() == "Italic"


def test_numbers_under_an_answer_are_a_step_stronger_than_their_units() -> None:
    line = FiguresLine(ChatStyle(Theme()))
    line.show_stats(GenerationStats(new_tokens=109, decode_s=4.0), "")
    block = line.document().firstBlock()
    weights = {}
    part = block.begin()
    while not part.atEnd():
        fragment = part.fragment()
        weights[fragment.text().strip()] = width_px(fragment.charFormat().font()) > width_px(ui_font(12.5))
        part += 1
    assert weights["27.0"]
    assert not weights["tok/s"]


def test_families_are_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ui_font(), code_font()
    monkeypatch.setattr(QFontDatabase, "families", lambda *args: pytest.fail("listed again"))
    ui_font(13), code_font(12)


@pytest.mark.parametrize(
    ("script", "text"), [("Hebrew", "שלום"), ("Arabic", "سلام"), ("Chinese", "日本"), ("emoji", "😀")]
)
@pytest.mark.parametrize("font", [ui_font, code_font])
def test_other_scripts_come_from_the_font_that_was_chosen_for_them(script: str, text: str, font: type[QFont]) -> None:
    family = fonts.family_of(next(each for each in fonts.SCRIPTS if each.name == script))
    layout = QTextLayout(text, font())
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    drawn_by = {run.rawFont().familyName() for run in layout.glyphRuns()}
    has_glyphs = all(index for run in layout.glyphRuns() for index in run.glyphIndexes())
    assert drawn_by == {family} if family else not has_glyphs or script == "emoji"  # perhaps in black and white


LOOK = """
from llmdesk.app import make_application
application = make_application()
from PySide6.QtGui import QFont, QFontMetricsF
from llmdesk.ui.dashboard.dashboard import Dashboard
from llmdesk.ui.kit.theme import Theme, code_font, ui_font
dashboard = Dashboard(Theme())
print(dashboard.sizeHint().width(), dashboard.minimumSizeHint().height())
for font in (ui_font(60, QFont.Weight.DemiBold), ui_font(12.5), code_font()):
    metrics = QFontMetricsF(font)
    print(metrics.horizontalAdvance("27.4 tok/s and 0.99 GB"), metrics.height())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="fontconfig is Linux's")
def test_the_look_is_the_same_where_no_font_is_installed(tmp_path: Path) -> None:
    """The system's rules of hinting, but none of its folders of fonts."""
    rules = '<fontconfig><include ignore_missing="yes">/etc/fonts/conf.d</include></fontconfig>'
    (tmp_path / "fonts.conf").write_text(rules, encoding="utf-8")
    bare = {"FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}
    here, elsewhere = (
        subprocess.run(
            [sys.executable, "-c", LOOK], capture_output=True, text=True, timeout=60, check=True, env=os.environ | more
        ).stdout
        for more in ({}, bare)
    )
    assert here == elsewhere
