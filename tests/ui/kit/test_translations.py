"""German and Simplified Chinese are complete and fit their sources, and numbers are written as each language does."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

import pytest
import translation_checks
import translation_file
import translations
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QApplication
from translation_sources import Source, sources

from llmdesk.ui.kit import words
from llmdesk.ui.kit.numbers import day, digits, time_of_day
from llmdesk.ui.kit.wording import duration_text, field_text, number_text, size_text
from llmdesk.ui.kit.words import told, tr
from llmdesk.words import say


@pytest.fixture
def speak(qapp: QApplication) -> Iterator[None]:
    """The test may choose a language; afterwards it is English again."""
    yield
    words.install(qapp, "en")


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_every_text_is_translated_and_fits_its_source(language: str) -> None:
    found = translations.problems(language)
    assert found == [], f"{len(found)} problems: see docs/translations.md. The first ones: {found[:5]}"


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_what_the_window_reads_is_what_the_translators_wrote(qapp: QApplication, language: str) -> None:
    translator = QTranslator()
    assert translator.load(str(translations.qm_file(language)))
    here = {source.text for source in sources()}
    for source, forms in translation_file.read(translations.ts_file(language)).items():
        if source not in here:
            continue  # vanished
        if len(forms) == 1:
            assert translator.translate("llmdesk", source) == forms[0] or "%Ln" in forms[0], f"{source!r}: release it"
        else:
            assert [translator.translate("llmdesk", source, "", n) for n in (1, 2)] == forms, f"{source!r}: release it"


@pytest.mark.parametrize(
    ("source", "forms", "mistake"),
    [
        ("{name} is gone.", ["{nam} ist weg."], "names"),
        ("{name} is gone.", ["Es ist weg."], "names"),
        ("{count:,} tokens", ["{count} Token"], "names"),
        ("{a} is gone.", ["{a} ist {weg."], "braces"),
        ("It is gone.", ["Es ist weg"], "does not end with ."),
        ("Gone", ["Weg."], "point"),
        ("Gone?", ["Weg!"], "does not end"),
        ("%n thread(s)", ["Ein Thread", "Threads"], "%n"),
        ("thread(s)", ["%n Thread", "Threads"], "%n"),
        ("Use `make run`.", ["`mach lauf`."], "commands"),
        ("{{date}} is known.", ["{{datum}} ist bekannt."], "commands"),
        ("Gone", [" Weg"], "spaces"),
    ],
)
def test_a_translation_that_does_not_fit_is_found(source: str, forms: list[str], mistake: str) -> None:
    found = translation_checks.mistakes_of(Source(source, len(forms) > 1, "{" in source), forms)
    assert any(mistake in each for each in found), found


def test_a_number_may_be_left_out_where_the_form_says_one() -> None:
    assert not translation_checks.mistakes_of(Source("%n file(s)", True, False), ["eine Datei", "%Ln Dateien"])


def test_texts_are_found_wherever_they_are_shown_from() -> None:
    found = {source.text: source for source in sources()}
    assert found["%n thread(s)"].is_plural
    assert found["Size of everything in the window."]  # a setting's sentence
    assert found["{name} is not there."]  # given to say by a name
    assert not found["Settings"].is_plural


def test_filling_takes_what_fits_and_tells_the_rest(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not isinstance(tmp_path, str)
    monkeypatch.setattr(translations, "FOLDER", tmp_path)
    assert set(translations.missing("de")) == {source.text for source in sources()}
    assert translations.missing("de")["%n thread(s)"] == ["", ""]
    told_ones = translations.fill(
        "de",
        {
            "Settings": "Einstellungen",
            "%n thread(s)": ["%n Thread", "%n Threads"],
            "New chat": "",
            "Never heard of": "Nie gehört",
            "{name} is empty.": "leer.",
        },
    )
    assert len(told_ones) == 3
    assert not {"Settings", "%n thread(s)"} & set(translations.missing("de"))
    assert "New chat" in translations.missing("de")
    assert translation_file.read(translations.ts_file("de"))["%n thread(s)"] == ["%Ln Thread", "%Ln Threads"]


def test_what_vanishes_is_kept_for_its_return(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "FOLDER", tmp_path)
    gone = translation_file.Message("Gone since", ["Seither weg"], False)
    translations.ts_file("de").write_text(translation_file.text_of("de", [gone]), encoding="utf-8")
    translations.fill("de", {})
    text = translations.ts_file("de").read_text(encoding="utf-8")
    assert re.search(r'<source>Gone since</source>\s*<translation type="vanished">Seither weg<', text)
    assert '<translation type="unfinished"></translation>' in text


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["4,096", "0.7", "1,234.5", "4096", "2.5 GB", "3.4 s", "1,000 threads", "A text: 12,345"]),
        ("de", ["4.096", "0,7", "1.234,5", "4096", "2,5 GB", "3,4 s", "1.000 Threads", "A text: 12.345"]),
        ("zh_CN", ["4,096", "0.7", "1,234.5", "4096", "2.5 GB", "3.4 秒", "1,000 个线程", "A text: 12,345"]),
    ],
)
def test_numbers_are_written_as_the_language_does(
    qapp: QApplication, speak: None, language: str, expected: list[str]
) -> None:
    assert words.install(qapp, language)
    assert [
        digits(4096),
        digits(0.7, ".1f"),
        number_text(1234.5),
        field_text(4096),
        size_text(2.5e9),
        duration_text(3.4),
        tr("%n thread(s)", n=1000),
        told(say("A text: {count:,}", count=12345)),
    ] == expected


def test_names_that_are_numbers_stay_as_they_are(qapp: QApplication, speak: None) -> None:
    words.install(qapp, "de")
    assert told(say("Port {port}", port=8765)) == "Port 8765"
    assert told(say("{name} is gone", name="v1.5")) == "v1.5 is gone"


def test_days_and_plurals_are_the_languages(qapp: QApplication, speak: None) -> None:
    words.install(qapp, "de")
    assert [tr("%n chat(s)", n=n) for n in (0, 1, 2)] == ["0 Chats", "1 Chat", "2 Chats"]
    assert day(datetime.date(2026, 11, 27)) == "27.11.26"
    assert time_of_day(datetime.time(15, 4)) == "15:04"
    words.install(qapp, "zh_CN")
    assert [tr("%n chat(s)", n=n) for n in (0, 1, 2)] == ["0 个对话", "1 个对话", "2 个对话"]
    assert day(datetime.date(2026, 11, 27)) == "2026/11/27"


def test_qts_own_texts_are_translated(qapp: QApplication, speak: None) -> None:
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"
    words.install(qapp, "de")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"
    words.install(qapp, "zh_CN")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"


@pytest.mark.parametrize(
    ("systems", "expected"),
    [
        (["de-DE", "de"], "de"),
        (["de-Latn-AT"], "de"),
        (["zh-Hans-CN", "zh"], "zh_CN"),
        (["zh-CN"], "zh_CN"),
        (["zh-TW", "de"], "de"),
        (["fr-FR", "zh-Hans", "en"], "zh_CN"),
        (["fr-FR"], "en"),
        ([], "en"),
    ],
)
def test_auto_is_the_first_of_the_systems_languages_that_there_is(
    monkeypatch: pytest.MonkeyPatch, systems: list[str], expected: str
) -> None:
    class System(QLocale):
        def uiLanguages(self, *_: object) -> list[str]:
            return systems

    monkeypatch.setattr(QLocale, "system", staticmethod(lambda: System()))
    assert words._language_of_system() == expected
