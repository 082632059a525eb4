"""Export and import in the real window, with the real store; the system's dialogs are answered by the test."""

from __future__ import annotations

import errno
import json
import os
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox

from llmdesk.services.chats.transfer import exporting
from llmdesk.services.chats.transfer.own_format import chats_json
from llmdesk.services.chats.transfer.reading import read_chats
from llmdesk.ui.chat.transfer import transfer_controller
from tests.services.chats.transfer.trees import simple_chat
from tests.ui.chat.transfer.pdf_text import pdf_text
from tests.ui.conftest import Window


@pytest.fixture
def answer_dialog(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path, str], list[str]]:
    """Says where to write, and as what (the beginning of the dialog's line); gives the questions that were asked."""

    def answer(path: Path, kind: str) -> list[str]:
        asked: list[str] = []

        def ask(_parent: object, title: str, name: str, kinds: str) -> tuple[str, str]:
            asked.append(f"{title}|{name}")
            return str(path), next(each for each in kinds.split(";;") if each.startswith(kind))

        monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
        return asked

    return answer


def wait_told(window: Window, words: str) -> None:
    window.qtbot.waitUntil(lambda: words in window.main.notice.text, timeout=20_000)


def wait_stored(window: Window, count: int) -> None:
    window.qtbot.waitUntil(lambda: window.desktop.kept.store is not None)
    window.qtbot.waitUntil(lambda: len(window.desktop.core.chats.chats()) == count)


def run(window: Window, action: str) -> None:
    window.main.action_table.refresh()
    entry = window.main.action_table[action]  # type: ignore[index]
    assert entry.isEnabled()
    entry.trigger()


BEGINNINGS = {
    "Markdown": ("a.md", b"# hello\n"),
    "Web page": ("a.html", b"<!DOCTYPE html>"),
    "PDF": ("a.pdf", b"%PDF-1."),
    "Everything": ("a.json", b'{"format": "llmdesk-chats"'),
}


def test_the_chat_shown_is_written(
    window: Window, answer_dialog: Callable[[Path, str], list[str]], tmp_path: Path
) -> None:
    window.ask("hello")
    for kind, (name, begin) in BEGINNINGS.items():
        asked = answer_dialog(tmp_path / "a", kind)  # the suffix comes with the kind
        run(window, "export_chat")
        wait_told(window, f"Exported 1 chat to {name}.")
        assert asked == ["Export 1 chat|hello"]
        assert (tmp_path / name).read_bytes().startswith(begin)
    assert window.turns[0].answer.text.split("\n")[0] in pdf_text((tmp_path / "a.pdf").read_bytes())


def test_a_full_disk_is_told_and_leaves_nothing_half_written(
    window: Window,
    answer_dialog: Callable[[Path, str], list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window.ask("hello")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for kind, (name, _) in BEGINNINGS.items():
        answer_dialog(tmp_path / name, kind)
        run(window, "export_chat")
        wait_told(window, f"The disk is full: {name} was not written.")
        assert "Free some space" in window.main.notice.text
        assert list(tmp_path.glob("a.*")) == list(tmp_path.glob(".a*")) == []


def test_a_suffix_that_was_typed_goes_before_the_kind(
    window: Window, answer_dialog: Callable[[Path, str], list[str]], tmp_path: Path
) -> None:
    window.ask("README.md")
    asked = answer_dialog(tmp_path / "a.html", "Markdown")
    run(window, "export_chat")
    wait_told(window, "Exported 1 chat to a.html.")
    assert asked == ["Export 1 chat|README md"]
    assert (tmp_path / "a.html").read_text().startswith("<!DOCTYPE html>")


def test_a_zip_that_was_typed_is_one(
    window: Window, answer_dialog: Callable[[Path, str], list[str]], tmp_path: Path
) -> None:
    window.ask("hello")
    window.chat.new_chat()
    window.ask("again")
    wait_stored(window, 2)
    answer_dialog(tmp_path / "all.zip", "Everything")
    run(window, "export_all")
    wait_told(window, "Exported 2 chats to all.zip.")
    with zipfile.ZipFile(tmp_path / "all.zip") as file:
        assert sorted(file.namelist()) == ["again.md", "hello.md"]


def test_a_chat_that_is_not_open(
    window: Window, answer_dialog: Callable[[Path, str], list[str]], tmp_path: Path
) -> None:
    window.qtbot.waitUntil(lambda: window.desktop.kept.store is not None)
    chat = simple_chat("Of foxes", "Red.")
    window.desktop.core.chats.add(chat)
    asked = answer_dialog(tmp_path / "a", "Markdown")
    window.desktop.transfers.export([chat.info.id])
    wait_told(window, "Exported 1 chat to a.md.")
    assert asked == ["Export 1 chat|Of foxes"]
    assert "Red." in (tmp_path / "a.md").read_text()


def test_an_empty_chat_cannot_be_exported(window: Window) -> None:
    window.main.action_table.refresh()
    assert not window.main.action_table["export_chat"].isEnabled()


def test_a_private_chat_can_be_exported_and_is_not_kept(
    window: Window, answer_dialog: Callable[[Path, str], list[str]], tmp_path: Path
) -> None:
    window.desktop.sessions.new(private=True)
    window.ask("secret")
    answer_dialog(tmp_path / "a.json", "Everything")
    run(window, "export_chat")
    wait_told(window, "Exported 1 chat")
    (found,) = read_chats(tmp_path / "a.json")
    assert found.chat is not None
    assert found.chat.conversation.title == "secret"
    assert window.desktop.core.chats.chats() == ()


def test_a_running_answer_is_written_as_far_as_it_got(
    window: Window, answer_dialog: Callable[[Path, str], list[str]], tmp_path: Path
) -> None:
    window.send("[tokens=5000 tps=100] write 5000 words")
    window.wait_tokens()
    answer_dialog(tmp_path / "a.json", "Everything")
    run(window, "export_chat")
    wait_told(window, "Exported 1 chat")
    assert window.turns[0].answer.is_running
    (found,) = read_chats(tmp_path / "a.json")
    assert found.chat is not None
    assert found.chat.conversation.turns[0].answer.state == "interrupted"
    window.press_escape()
    window.wait_idle()


def test_nothing_is_replaced_unasked(
    window: Window,
    answer_dialog: Callable[[Path, str], list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window.ask("hello")
    (tmp_path / "a.md").write_text("mine")
    asked: list[str] = []

    def question(_parent: object, _title: str, text: str, *_: object) -> QMessageBox.StandardButton:
        asked.append(text)
        return QMessageBox.StandardButton.No if len(asked) == 1 else QMessageBox.StandardButton.Yes

    monkeypatch.setattr(QMessageBox, "question", question)
    answer_dialog(tmp_path / "a", "Markdown")  # the system's dialog has seen "a", not "a.md"
    run(window, "export_chat")
    assert asked == ["a.md is there already. Replace it?"]
    assert (tmp_path / "a.md").read_text() == "mine"
    run(window, "export_chat")
    wait_told(window, "Exported 1 chat")
    assert (tmp_path / "a.md").read_text().startswith("# hello")


def test_all_chats_into_a_zip_and_a_folder(
    window: Window, answer_dialog: Callable[[Path, str], list[str]], tmp_path: Path
) -> None:
    window.ask("first")
    window.chat.new_chat()
    window.ask("second")
    wait_stored(window, 2)
    asked = answer_dialog(tmp_path / "all.zip", "Markdown files in a ZIP")
    run(window, "export_all")
    wait_told(window, "Exported 2 chats to all.zip.")
    assert asked == ["Export 2 chats|Chats"]
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert sorted(archive.namelist()) == ["first.md", "second.md"]
    answer_dialog(tmp_path / "pages", "Web pages in a folder")
    run(window, "export_all")
    wait_told(window, "Exported 2 chats to pages.")
    assert sorted(each.name for each in (tmp_path / "pages").iterdir()) == ["first.html", "second.html"]


def test_progress_is_told_and_stop_leaves_nothing(
    window: Window,
    answer_dialog: Callable[[Path, str], list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window.ask("first")
    window.chat.new_chat()
    window.ask("second")
    wait_stored(window, 2)
    answer_dialog(tmp_path / "one.md", "Markdown")
    run(window, "export_chat")
    wait_told(window, "Exported 1 chat to one.md.")  # and is still told when the next one begins
    gate = threading.Event()

    def render(_kind: object) -> exporting.Render:
        def slow(_kept: object) -> bytes:
            assert gate.wait(20)
            return b"x"

        return slow

    monkeypatch.setattr("llmdesk.ui.chat.transfer.kinds.render_text", render)
    answer_dialog(tmp_path / "all.zip", "Markdown files in a ZIP")
    run(window, "export_all")
    wait_told(window, "Exporting 2 chats… 0 of 2")
    assert window.main.notice.buttons()[0].text() == "Stop"
    window.desktop.transfers.export_current()  # one at a time
    wait_told(window, "Another export or import is under way.")
    window.main.notice.dismiss()
    wait_told(window, "Exporting 2 chats…")
    window.button("Stop").click()
    gate.set()
    wait_told(window, "The export was stopped.")
    assert list(tmp_path.glob("*.zip")) == []
    assert not window.desktop.transfers.is_busy


def test_a_place_that_cannot_be_written_is_told(
    window: Window, answer_dialog: Callable[[Path, str], list[str]], tmp_path: Path
) -> None:
    window.ask("hello")
    answer_dialog(tmp_path / "none" / "a.md", "Markdown")
    run(window, "export_chat")
    wait_told(window, "a.md cannot be written: No such file or directory.")
    assert not window.desktop.transfers.is_busy


def test_import_adds_once_and_tells_what_failed(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = json.loads(chats_json([simple_chat("Of foxes", "Red."), simple_chat("Bad", "Bad.")]))
    document["chats"][1]["messages"].pop()
    file = tmp_path / "x.json"
    file.write_text(json.dumps(document))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(file)], ""))
    run(window, "import_chats")
    wait_told(window, "1 chat imported. 1 could not be imported.")
    assert "“Bad”: It is damaged: a prompt has no answer." in window.main.notice.text
    wait_stored(window, 1)
    window.button("Open it").click()
    window.qtbot.waitUntil(lambda: bool(window.turns))
    assert window.turns[0].answer.text == "Red."
    run(window, "import_chats")
    wait_told(window, "0 chats imported. 1 of them here already")
    wait_stored(window, 1)


def test_given_files_are_not_asked_for(window: Window, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text(chats_json([simple_chat("one", "two"), simple_chat("three", "four")]))
    window.desktop.transfers.import_files([file, tmp_path / "gone.zip"])
    wait_told(window, "2 chats imported. 1 could not be imported.")
    assert window.main.notice.text.count("gone.zip") == 1
    wait_stored(window, 2)


def test_whoever_changes_their_mind(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    window.ask("hello")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([], ""))
    run(window, "export_chat")
    run(window, "import_chats")
    assert not window.desktop.transfers.is_busy
    assert window.main.notice.key != transfer_controller.NOTICE


def test_the_conversation_is_copied(window: Window) -> None:
    window.ask("hello")
    run(window, "copy_conversation")
    assert QGuiApplication.clipboard().text().startswith("**You**\n\nhello")
