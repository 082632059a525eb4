"""Code is saved where the user says."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from llmdesk.ui.chat.markdown.code_card import CodeCard
from llmdesk.ui.chat.markdown.save_code import suggested_name
from llmdesk.ui.kit import files
from tests.ui.chat.conftest import DrivenPane, button, markdown_of


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("python", "code.py"),
        ("Python", "code.py"),
        ("rust", "code.rs"),
        ("c++", "code.cpp"),
        ("bash", "code.sh"),
        ("json", "code.json"),
        ("dockerfile", "Dockerfile"),
        ("mermaid", "code.mmd"),
        ("", "code.txt"),
        ("../../evil", "code.txt"),
        ("no such language", "code.txt"),
    ],
)
def test_names(language: str, name: str) -> None:
    assert suggested_name(language) == name


def card_of(pane: DrivenPane, text: str) -> CodeCard:
    pane.begin_turn("1", "prompt")
    pane.append_text("1", text)
    pane.finish_turn("1")
    card = markdown_of(pane, "1").segments[0].content
    assert isinstance(card, CodeCard)
    return card


def test_code_is_saved(qtbot: QtBot, pane: DrivenPane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = card_of(pane, "```python\nprint('é')\n```")
    suggested: list[str] = []

    def choose(parent: object, title: str, name: str, kinds: str) -> Path:
        suggested.append(name)
        return tmp_path / "x.py"

    monkeypatch.setattr(files, "ask_where", choose)
    (tmp_path / "x.py").write_text("old")
    with qtbot.waitSignal(card._saving.saved):
        button(card, "Save code").click()
    assert suggested == ["code.py"]
    assert (tmp_path / "x.py").read_text(encoding="utf-8") == "print('é')\n"
    assert [each.name for each in tmp_path.iterdir()] == ["x.py"]


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_a_place_that_cannot_be_written_is_said(
    qtbot: QtBot, pane: DrivenPane, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = card_of(pane, "```\nx\n```")
    monkeypatch.setattr(files, "ask_where", lambda parent, title, name, kinds: tmp_path / "missing" / name)
    button(card, "Save code").click()
    qtbot.waitUntil(lambda: pane.window().findChild(QMessageBox, "saveCode") is not None)
    box = pane.window().findChild(QMessageBox, "saveCode")
    assert box is not None
    assert "could not be written" in box.text()
    box.accept()
