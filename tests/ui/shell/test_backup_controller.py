"""A backup out of the menu, which the command can restore."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from llmdesk import paths
from llmdesk.services.backup.restoring import look
from llmdesk.ui.kit import files
from tests.ui.conftest import Window


def test_it_is_written_where_the_user_says(window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(files, "ask_where", lambda *_: tmp_path / "mine")
    monkeypatch.setattr(files, "show_in_system", shown.append)
    window.qtbot.waitUntil(lambda: window.desktop.kept.store is not None)
    window.ask("keep me")
    (paths.made(paths.config_dir() / "prompts") / "Why?.toml").write_text('text = "x"')
    action = window.main.action_table["backup"]
    action.trigger()
    assert not action.isEnabled()
    window.qtbot.waitUntil(lambda: "holds your chats" in window.main.notice.text)
    assert f"but not {paths.config_dir() / 'prompts' / 'Why?.toml'}. " in window.main.notice.text
    assert action.isEnabled()
    assert "data/chats.sqlite" in look(tmp_path / "mine.zip").found.parts
    window.button("Show it").click()
    assert shown == [tmp_path]


def test_a_file_that_nobody_was_asked_about_stays(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.zip").write_text("before")
    answers, asked = iter((False, True)), list[Path]()

    def ask_to_replace(_: object, path: Path) -> bool:
        asked.append(path)
        return next(answers)

    monkeypatch.setattr(files, "ask_where", lambda *_: tmp_path / "mine")
    monkeypatch.setattr(files, "ask_to_replace", ask_to_replace)
    window.main.action_table["backup"].trigger()
    assert window.main.action_table["backup"].isEnabled()
    assert (tmp_path / "mine.zip").read_text() == "before"
    window.main.action_table["backup"].trigger()
    window.qtbot.waitUntil(lambda: "holds your chats" in window.main.notice.text)
    assert look(tmp_path / "mine.zip").found.parts is not None
    assert asked == [tmp_path / "mine.zip"] * 2


def test_what_is_not_in_it_is_named_by_its_place_with_how_many_more(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts = paths.made(paths.config_dir() / "prompts")
    for number in range(20):
        (prompts / f"{number:02d}?.toml").write_text('text = "x"')
    monkeypatch.setattr(files, "ask_where", lambda *_: tmp_path / "mine.zip")
    window.main.action_table["backup"].trigger()
    window.qtbot.waitUntil(lambda: "but not" in window.main.notice.text)
    named = ", ".join(str(prompts / f"{number:02d}?.toml") for number in range(3))
    assert f"but not {named} and 17 more. " in window.main.notice.text


def test_what_keeps_it_from_being_written_is_told(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "ask_where", lambda *_: tmp_path / "missing" / "b.zip")
    window.main.action_table["backup"].trigger()
    window.qtbot.waitUntil(lambda: "b.zip cannot be written" in window.main.notice.text)
    assert window.main.action_table["backup"].isEnabled()


def test_whoever_changes_their_mind_gets_none(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "ask_where", lambda *_: None)
    window.main.action_table["backup"].trigger()
    assert window.main.notice.key == ""


def test_without_kept_chats_there_is_nothing_to_back_up(make_window: Callable[..., Window]) -> None:
    window = make_window(keeps_chats=False)
    assert not window.main.action_table["backup"].isEnabled()
