"""Every sentence of the window can be translated: it goes through ``tr`` or ``told``, and plurals are the library's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication

from llmdesk.ui.kit.words import told, tr
from llmdesk.words import filled, joined, say

ROOT = Path(__file__).parents[3]
_UI = ROOT / "llmdesk" / "ui"
# Two words, or one that begins like a sentence. Style sheets, keys, file names and identifiers look otherwise.
_SENTENCE = re.compile(r"[A-Za-z']{2,}[,:]? [A-Za-z'{]{2,}|^[A-Z][a-z]+( ?[….:]|$)")
_NOT_SHOWN = {
    "tr",
    "say",
    "debug",
    "info",
    "warning",
    "error",
    "exception",
    "assert_never",
    "trace",
    "getattr",
    "setStyleSheet",
    "Tag",
    "Literal",
    "Thread",
}
_NAMES = {
    "Inter", "JetBrains Mono", "Fusion",  # type and style
    "Precise", "Balanced", "Creative", "Custom",  # what presets are called in the settings; preset_title translates
    "Enter", "Shift+Enter", "Esc",  # keys are written as on the keyboard
    "English", "Deutsch",  # each language by its own name
    "Bug", "Authors", "Apache-2.0", "Markdown",
}  # fmt: skip
_FILES_OF_NAMES = {"fonts.py", "theme.py", "styled.py", "type_scale.py", "access.py", "motion.py", "task_bar.py"}
# Questions to a model and what the command line prints; what models.toml says, beside its translation.
_FILES_OF_CONTENT = {"demo_player.py", "uses.py"}


def _calls_and_strings(node: ast.AST, inside: tuple[str, ...]) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Line and text of every string that is no docstring, with the calls it stands in."""
    for child in ast.iter_child_nodes(node):
        within = inside
        if isinstance(child, ast.Call):
            name = child.func.attr if isinstance(child.func, ast.Attribute) else getattr(child.func, "id", "")
            within = (*inside, name)
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        if isinstance(child, ast.Subscript | ast.Raise | ast.Assert):
            within = (*inside, "getattr")  # keys, and what only a programmer reads
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.lineno, child.value, within
        else:
            yield from _calls_and_strings(child, within)


def untranslated(source: str) -> list[tuple[int, str]]:
    """Sentences that are written down without ``tr``."""
    found = _calls_and_strings(ast.parse(source), ())
    return [
        (line, text)
        for line, text, inside in found
        if _SENTENCE.search(text)
        and text not in _NAMES
        and not _NOT_SHOWN & set(inside)
        and "{ " not in text
        and not text.startswith("<svg")
    ]


def test_the_search_finds_what_it_should() -> None:
    assert untranslated('label.setText("Open the log")') == [(1, "Open the log")]
    assert untranslated('show_notice("k", f"{name} is gone.")')
    assert untranslated('x = ("Retry", 3)')
    assert not untranslated('def f():\n    """A docstring of words."""\n    return tr("Open the log")')
    assert not untranslated('log.error("no such action: %s", action)')


@pytest.mark.parametrize("file", sorted(_UI.rglob("*.py")), ids=lambda file: str(file.relative_to(_UI)))
def test_every_sentence_of_the_window_goes_through_tr(file: Path) -> None:
    if file.name not in _FILES_OF_NAMES | _FILES_OF_CONTENT:
        assert untranslated(file.read_text(encoding="utf-8")) == []


def test_plurals_are_the_librarys(qapp: QApplication) -> None:
    assert [tr("%n thread(s)", n=n) for n in (0, 1, 2)] == ["0 threads", "1 thread", "2 threads"]


class Shouting(QTranslator):
    """A language in which everything is shouted."""

    def translate(self, context: str, source: str, disambiguation: str = "", n: int = -1) -> str:  # type: ignore[override]
        return re.sub(r"[a-z]+(?![^{]*})", lambda found: found.group().upper(), source)

    def isEmpty(self) -> bool:
        return False


def test_a_translation_reaches_what_is_said_below_the_window(qapp: QApplication) -> None:
    message = say("The disk {name} is full.", name="sda")
    assert message == "The disk sda is full."
    assert told(message) == message
    language = Shouting()
    QCoreApplication.installTranslator(language)
    try:
        assert told(message) == "THE DISK sda IS FULL."
        assert told("a plain text") == "a plain text"
        assert tr("Open log") == "OPEN LOG"
    finally:
        QCoreApplication.removeTranslator(language)


def test_what_a_sentence_is_filled_with_is_translated_too(qapp: QApplication) -> None:
    inner = say("a named pipe")
    message = say("{name} is no file but {kind}.", name="x", kind=inner)
    language = Shouting()
    QCoreApplication.installTranslator(language)
    try:
        assert told(message) == "x IS NO FILE BUT A NAMED PIPE."
        assert told(joined([message, "", say("Give a file or folder.")])) == (
            "x IS NO FILE BUT A NAMED PIPE. GIVE A FILE OR FOLDER."
        )
        assert told(filled(say("more than {gt:g}"), gt=2.5)) == "MORE THAN 2.5"
    finally:
        QCoreApplication.removeTranslator(language)
    assert joined(["plain", "text"]) == "plain text"
