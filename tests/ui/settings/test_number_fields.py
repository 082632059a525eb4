"""Number fields on systems of other countries: what is typed counts; what is shown is written as the language does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QWidget
from pytestqt.qtbot import QtBot

from llmdesk.datatypes.chat import SamplingParams
from llmdesk.ui.kit.number_field import NumberField
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.settings.sampling import SamplingPanel

SHOWN = {
    "de_DE": ("0,5", "4.096"),
    "fr_FR": ("0,5", "4\u202f096"),
    "de_CH": ("0.5", "4'096"),
    "ar_EG": ("0٫5", "4٬096"),
}
"""One half and four thousand, where that is not as in English."""
LOCALES = ("C", "de_DE", "fr_FR", "de_CH", "ar_EG", "hi_IN", "en_IN")


@pytest.fixture(params=LOCALES)
def locale_name(request: pytest.FixtureRequest) -> Iterator[str]:
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> SamplingPanel:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 900)
    panel = SamplingPanel(Theme(window), window)
    panel.show_params(SamplingParams(temperature=0.7, top_k=40, top_p=0.95, max_new_tokens=4096))
    window.show()
    panel.open_under(window)
    return panel


def type_text(field: QWidget, text: str) -> None:
    """Key by key; QTest knows no other letters than English ones."""
    for sign in text:
        QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, sign))


def type_into(qtbot: QtBot, field: NumberField, text: str) -> None:
    """As with the keyboard: what is there is replaced; then Enter."""
    field.setFocus()
    field.selectAll()
    type_text(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize("text", ["0.5", "0,5", ".5", ",5", "٠٫٥", "०.५", "5e-1", " 0,50 "])
def test_half_is_half_in_every_country(qtbot: QtBot, locale_name: str, panel: SamplingPanel, text: str) -> None:
    with qtbot.waitSignal(panel.changed):
        type_into(qtbot, panel.temperature, text)
    assert panel.temperature.value() == 0.5
    assert panel.temperature.text() == SHOWN.get(locale_name, ("0.5",))[0]


@pytest.mark.parametrize(
    "text", ["4,096", "4.096", "4 096", "4\u202f096", "4'096", "٤٬٠٩٦", "४०९६", "4096 tokens", "4.096e3"]
)
def test_thousands_are_thousands(qtbot: QtBot, locale_name: str, panel: SamplingPanel, text: str) -> None:
    panel.max_new_tokens.setValue(1)
    QGuiApplication.clipboard().setText(text)
    panel.max_new_tokens.setFocus()
    panel.max_new_tokens.selectAll()
    panel.max_new_tokens.lineEdit().paste()
    assert panel.max_new_tokens.value() == 4096
    panel.top_k.setFocus()
    assert panel.max_new_tokens.text() == SHOWN.get(locale_name, ("", "4,096"))[1]


def test_what_a_field_shows_is_what_it_reads(locale_name: str, panel: SamplingPanel) -> None:
    for field in panel.findChildren(NumberField):
        assert field.valueFromText(field.text()) == field.value()
    assert [field.value() for field in panel.findChildren(NumberField)] == [0.7, 40, 0.95, 0, 1, 4096]


def test_no_field_of_the_window_is_left_to_qt(panel: SamplingPanel) -> None:
    assert all(isinstance(field, NumberField) for field in panel.findChildren(QAbstractSpinBox))
    sources = (Path(__file__).parents[3] / "llmdesk" / "ui").rglob("*.py")
    boxes = [file.name for file in sources if re.search(r"\bQ(Double)?SpinBox\(", file.read_text(encoding="utf-8"))]
    assert not boxes


def test_what_is_outside_becomes_the_nearest_and_what_is_no_number_changes_nothing(
    qtbot: QtBot, panel: SamplingPanel
) -> None:
    type_into(qtbot, panel.temperature, "3,5")
    assert (panel.temperature.value(), panel.temperature.text()) == (2, "2")
    type_into(qtbot, panel.temperature, "-")
    assert (panel.temperature.value(), panel.temperature.text()) == (2, "2")
    type_into(qtbot, panel.top_p, "95 %")
    assert panel.top_p.value() == 0.95
    assert "0 to 2" in panel.temperature.toolTip()


def test_a_value_of_the_file_with_many_decimals_survives_a_change_of_another(panel: SamplingPanel) -> None:
    panel.show_params(SamplingParams(temperature=0.123456, min_p=0.005))
    found: list[SamplingParams] = []
    panel.changed.connect(found.append)
    panel.top_k.setValue(7)
    assert (found[-1].temperature, found[-1].min_p, found[-1].top_k) == (0.123456, 0.005, 7)
    assert panel.temperature.text() == "0.123456"


def test_a_seed_may_be_written_in_any_way_and_nonsense_is_told(panel: SamplingPanel) -> None:
    found: list[SamplingParams] = []
    panel.changed.connect(found.append)
    for text, seed in (("1.234.567", 1_234_567), ("٤٢", 42), ("9,223,372,036,854,775,807", 2**63 - 1)):
        panel.seed.clear()
        type_text(panel.seed, text)
        assert found[-1].seed == seed
    panel.seed.clear()
    type_text(panel.seed, "lucky")
    assert found[-1].seed is None
    assert "no whole number" in panel.message
    panel.seed.clear()
    type_text(panel.seed, "7")
    assert "no whole number" not in panel.message


SCRIPT = """
import ctypes
from llmdesk.app import make_application
app = make_application()
from llmdesk.ui.kit.number_field import NumberField
field = NumberField(0, 2, 0.05)
field.setValue(float("0.7"))
field.lineEdit().setText("0.5")
strtod = ctypes.CDLL(None).strtod
strtod.restype, strtod.argtypes = ctypes.c_double, [ctypes.c_char_p, ctypes.c_void_p]
print(field.value(), field.text(), strtod(b"0.5", None))
"""


@pytest.mark.parametrize(
    "name", ["de_DE", "ar_EG", *(pytest.param(n, marks=pytest.mark.long) for n in ("fr_FR", "hi_IN"))]
)
def test_a_program_started_in_another_language_reads_dots_down_to_c(tmp_path: Path, name: str) -> None:
    """LC_ALL with the real locale, as far as this machine can make it."""
    if shutil.which("localedef"):
        command = ["localedef", "-i", name, "-f", "UTF-8", str(tmp_path / f"{name}.UTF-8")]
        subprocess.run(command, capture_output=True, timeout=60, check=False)
    place = {"LOCPATH": str(tmp_path), "LC_ALL": f"{name}.UTF-8", "LANG": f"{name}.UTF-8"}
    environment = {**os.environ, **place, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["0.5", "0.5", "0.5"], done.stderr
