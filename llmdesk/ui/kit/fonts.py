"""The two typefaces that the look is drawn for, and what the system has for scripts that they lack (GUI thread only).

Inter and JetBrains Mono come as packages, so that every machine shows the same window. They have Latin, Greek and
Cyrillic letters; for other scripts the system's own fonts follow in the chain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

from PySide6.QtCore import QLocale
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

UI_FAMILY = "Inter"
CODE_FAMILY = "JetBrains Mono"
_PACKAGES = ("fontpkg_inter", "fontpkg_jetbrains_mono")
_WEIGHT_AXIS = QFont.Tag("wght")
_CJK = re.compile("([\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]+)")
_Language = QLocale.Language
_System = QFontDatabase.WritingSystem


@dataclass(frozen=True, slots=True)
class Script:
    """A script that the shipped fonts lack, with a character of it.

    Where several fonts have it, the first of ``families`` is taken.
    """

    name: str
    sample: str
    system: QFontDatabase.WritingSystem | None
    families: tuple[str, ...]
    debian: str
    fedora: str
    languages: tuple[QLocale.Language, ...] = ()


EMOJI = Script(
    "emoji",
    "😀",
    None,  # Qt does not count emoji among the scripts of a font
    ("Noto Color Emoji", "Apple Color Emoji", "Segoe UI Emoji", "Twemoji", "Noto Emoji"),
    "fonts-noto-color-emoji",
    "google-noto-color-emoji-fonts",
)
# Chinese, Japanese and Korean draw the same characters differently: the one of the system's language goes first.
SCRIPTS = (
    Script(
        "Chinese",
        "中",
        _System.SimplifiedChinese,
        ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei UI"),
        "fonts-noto-cjk",
        "google-noto-sans-cjk-fonts",
        (_Language.Chinese,),
    ),
    Script(
        "Japanese",
        "あ",
        _System.Japanese,
        ("Noto Sans CJK JP", "Noto Sans JP", "Source Han Sans JP", "Hiragino Sans", "Yu Gothic UI"),
        "fonts-noto-cjk",
        "google-noto-sans-cjk-fonts",
        (_Language.Japanese,),
    ),
    Script(
        "Korean",
        "한",
        _System.Korean,
        ("Noto Sans CJK KR", "Noto Sans KR", "Source Han Sans KR", "Apple SD Gothic Neo", "Malgun Gothic"),
        "fonts-noto-cjk",
        "google-noto-sans-cjk-fonts",
        (_Language.Korean,),
    ),
    Script(
        "Arabic",
        "ع",
        _System.Arabic,
        ("Noto Sans Arabic UI", "Noto Sans Arabic", "SF Arabic", "Segoe UI", "DejaVu Sans"),
        "fonts-noto-core",
        "google-noto-sans-arabic-fonts",
    ),
    Script(
        "Hebrew",
        "ש",
        _System.Hebrew,
        ("Noto Sans Hebrew", "SF Hebrew", "Segoe UI", "DejaVu Sans"),
        "fonts-noto-core",
        "google-noto-sans-hebrew-fonts",
    ),
    Script(
        "Devanagari",
        "न",
        _System.Devanagari,
        ("Noto Sans Devanagari UI", "Noto Sans Devanagari", "Kohinoor Devanagari", "Nirmala UI", "Lohit Devanagari"),
        "fonts-noto-core",
        "google-noto-sans-devanagari-fonts",
    ),
    EMOJI,
)


def family_of(script: Script) -> str:
    """The installed family that shows a script best; empty if there is none."""
    if script.system is None:
        known = [family for family in QFontDatabase.families() if "emoji" in family.casefold()]
    else:
        known = QFontDatabase.families(script.system)
    return next((family for family in script.families if family in known), known[0] if known else "")


def missing_scripts() -> list[Script]:
    """Scripts that no installed font has: their words show as boxes."""
    metrics = QFontMetricsF(QFont(list(ui_families())))
    return [script for script in SCRIPTS if not metrics.inFontUcs4(ord(script.sample))]


@cache
def ui_families() -> tuple[str, ...]:
    """Inter, then one family for each further script that the system has. Needs Qt's application object.

    Raises:
        ModuleNotFoundError: a package that holds a typeface is not installed.
    """
    return (UI_FAMILY, *_further_families())


@cache
def code_families() -> tuple[str, ...]:
    """The same for code."""
    return (CODE_FAMILY, *_further_families())


def weigh(font: QFont, weight: QFont.Weight, *, is_cjk: bool = False) -> None:
    """Set a font's weight. ``setWeight`` alone leaves shipped fonts as they are: Qt takes them for one weight each.

    Args:
        is_cjk: for Chinese, Japanese or Korean words, as all are where the window speaks Chinese. Below 700 Qt takes
            their font as it is, so that half-bold words look like all others; from there on it thickens what it has,
            Latin letters between them, too.
    """
    if weight >= QFont.Weight.DemiBold and (is_cjk or QLocale().language() == _Language.Chinese):
        font.setWeight(QFont.Weight.Bold)
        font.setVariableAxis(_WEIGHT_AXIS, float(QFont.Weight.Normal.value))
        return
    font.setWeight(weight)
    font.setVariableAxis(_WEIGHT_AXIS, float(weight.value))


def cjk_runs(text: str) -> list[tuple[str, bool]]:
    """A text in pieces, and which of them are Chinese, Japanese or Korean."""
    return [(run, number % 2 == 1) for number, run in enumerate(_CJK.split(text)) if run]


@cache
def _further_families() -> tuple[str, ...]:
    """Makes the shipped typefaces known to Qt, and chooses among what is installed for all they lack; some 20 ms."""
    for package in _PACKAGES:
        for file in (files(package) / "files").iterdir():
            with as_file(file) as path:
                QFontDatabase.addApplicationFont(str(path))
    language = QLocale.system().language()
    scripts = sorted(SCRIPTS, key=lambda script: language not in script.languages)
    found = {script.name: family for script in scripts if (family := family_of(script))}
    if EMOJI.name in found:
        QFontDatabase.addApplicationEmojiFontFamily(found[EMOJI.name])
    return tuple(dict.fromkeys(found.values()))
