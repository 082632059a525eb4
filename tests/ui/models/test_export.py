"""A model written as a GGUF file out of the window: with a real model, on the window's own engine thread."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from llmdesk import gguf_header
from llmdesk.engine.serving.work import WorkContext
from llmdesk.ui.kit import files
from llmdesk.ui.models.row import ModelRow
from tests.engine.tiny_models import save_model
from tests.ui.conftest import Window

pytest.importorskip("torch")
pytestmark = pytest.mark.model


@pytest.fixture
def tiny(window: Window, tmp_path: Path) -> ModelRow:
    folder = save_model(tmp_path / "tiny", "qwen2", hidden_size=256, head_dim=64)
    window.desktop.core.catalogue.add_path(folder)
    window.open_picker()
    row = window.main.picker.row("tiny")
    assert row is not None
    return row


def menu_entry(window: Window, text: str) -> None:
    picker = window.main.picker
    picker.fill_menu("tiny")
    next(action for action in picker.menu.actions() if action.text() == text).trigger()


def press(row: ModelRow, text: str) -> None:
    next(button for button in row.answers() if button.text() == text).click()


def choose(monkeypatch: pytest.MonkeyPatch, target: Path | None) -> list[str]:
    suggested: list[str] = []

    def ask(parent: object, title: str, name: str, kinds: str) -> Path | None:
        suggested.append(name)
        return target

    monkeypatch.setattr(files, "ask_where", ask)
    return suggested


def test_it_asks_for_precision_and_place_and_tells_the_end(
    window: Window, tiny: ModelRow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suggested = choose(monkeypatch, tmp_path / "out.gguf")
    menu_entry(window, "Write as a GGUF file…")
    assert [button.text() for button in tiny.answers()] == ["int8", "bf16", "int4", "Cancel"]
    press(tiny, "int4")
    assert suggested == ["tiny-int4.gguf"]
    window.qtbot.waitUntil(lambda: "is written" in window.main.notice.text)
    assert gguf_header.read(tmp_path / "out.gguf").int4
    assert "out.gguf" in window.main.notice.text


def test_who_gives_no_name_gets_no_file(
    window: Window, tiny: ModelRow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, None)
    menu_entry(window, "Write as a GGUF file…")
    press(tiny, "int8")
    assert window.main.notice.key == ""
    assert list(tmp_path.glob("*.gguf")) == []


@pytest.mark.parametrize("name", ["mine", "SmolLM2-1.7B"])
def test_a_name_without_an_ending_gets_one_and_replaces_nothing_unasked(
    window: Window, tiny: ModelRow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    choose(monkeypatch, tmp_path / name)
    (tmp_path / f"{name}.gguf").write_bytes(b"mine")
    asked: list[str] = []
    monkeypatch.setattr(files, "ask_to_replace", lambda parent, path: asked.append(path.name))
    menu_entry(window, "Write as a GGUF file…")
    press(tiny, "int8")
    assert asked == [f"{name}.gguf"]
    assert (tmp_path / f"{name}.gguf").read_bytes() == b"mine"


def test_it_can_be_stopped_and_leaves_nothing(
    window: Window, tiny: ModelRow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    partly: list[str] = []
    report = WorkContext.report

    def slow_at_the_end(context: WorkContext, text: str, fraction: float | None = None) -> None:
        report(context, text, fraction)
        if fraction is not None and fraction >= 0.5 and "out.gguf" in text:
            partly.extend(each.name for each in tmp_path.glob(".out-*"))
            while True:  # until it is stopped
                context.check()
                time.sleep(0.01)

    monkeypatch.setattr(WorkContext, "report", slow_at_the_end)
    before = sorted(tmp_path.rglob("*"))
    choose(monkeypatch, tmp_path / "out.gguf")
    menu_entry(window, "Write as a GGUF file…")
    press(tiny, "int8")
    window.qtbot.waitUntil(lambda: bool(partly))
    menu_entry(window, "Write as a GGUF file…")
    assert "One file at a time" in tiny.message
    press(tiny, "Stop it")
    window.qtbot.waitUntil(lambda: "Nothing was written" in window.main.notice.text)
    assert sorted(tmp_path.rglob("*")) == before


def test_what_cannot_be_written_is_told(
    window: Window, tiny: ModelRow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, tmp_path / "nowhere" / "out.gguf")
    menu_entry(window, "Write as a GGUF file…")
    press(tiny, "int8")
    window.qtbot.waitUntil(lambda: "out.gguf cannot be written" in window.main.notice.text)
