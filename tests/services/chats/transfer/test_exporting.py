"""Chats to files, folders and ZIPs."""

from __future__ import annotations

import errno
import json
import os
import zipfile
from pathlib import Path

import pytest

from llmdesk.error_values import error_info
from llmdesk.errors import NotEnoughDisk, StoreError, TransferError, WorkStopped
from llmdesk.services.chats.kept import KeptChat
from llmdesk.services.chats.transfer.exporting import ChatExport, Progress, file_name, render_text
from llmdesk.services.chats.transfer.reading import read_chats
from tests.services.chats.transfer.trees import contents, random_chat, simple_chat

CHATS = {str(number): simple_chat("one", f"answer {number}", title="Same / name?") for number in range(3)}
MARKDOWN = render_text("markdown")


def export(ids: str = "012", progress: Progress | None = None) -> ChatExport:
    def load(chat_id: str) -> KeptChat:
        if chat_id not in CHATS:
            raise StoreError("It is gone.")
        return CHATS[chat_id]

    return ChatExport(list(ids), load, progress)


def test_all_into_one_json_that_can_be_imported(tmp_path: Path) -> None:
    chats = [random_chat(seed) for seed in range(5)]
    by_id = {chat.info.id: chat for chat in chats}
    exported = ChatExport(list(by_id), by_id.__getitem__)
    exported.to_json(tmp_path / "all.json")
    assert exported.result.count == 5
    found = [each.chat for each in read_chats(tmp_path / "all.json")]
    assert [contents(chat) for chat in found if chat] == [contents(chat) for chat in chats]
    assert json.loads((tmp_path / "all.json").read_text())["version"] == 1


def test_a_folder_keeps_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "same name.MD").write_text("mine")
    export().to_folder(tmp_path, ".md", MARKDOWN)
    names = sorted(each.name for each in tmp_path.iterdir())
    assert names == ["Same name (2).md", "Same name (3).md", "Same name (4).md", "same name.MD"]
    assert (tmp_path / "same name.MD").read_text() == "mine"
    assert "answer 2" in (tmp_path / "Same name (4).md").read_text()


def test_a_zip(tmp_path: Path) -> None:
    export().to_zip(tmp_path / "x.zip", ".html", render_text("html"))
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["Same name (2).html", "Same name (3).html", "Same name.html"]


def test_a_chat_that_cannot_be_loaded_is_told_and_the_others_are_written(tmp_path: Path) -> None:
    exported = export("0x2")
    exported.to_zip(tmp_path / "x.zip", ".md", MARKDOWN)
    assert exported.result.count == 2
    assert [(name, error.user_message) for name, error in exported.result.failed] == [("x", "It is gone.")]


def test_stopped_in_the_middle_nothing_is_left_half_written(tmp_path: Path) -> None:
    target = tmp_path / "x.zip"
    target.write_text("old")
    progress = Progress()

    def render(kept: KeptChat) -> bytes:
        progress.stop()
        return b"words"

    with pytest.raises(WorkStopped):
        export(progress=progress).to_zip(target, ".md", render)
    assert (progress.done, progress.total) == (1, 3)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("x.zip", "old")]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "x.md"
    target.write_text("old")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotEnoughDisk, match=r"The disk is full: x\.md was not written\."):
        export("0").to_file(target, MARKDOWN)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("x.md", "old")]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
def test_a_disk_that_is_full_from_the_beginning(tmp_path: Path) -> None:
    with pytest.raises(OSError) as caught, open("/dev/full", "wb", buffering=0) as out:  # noqa: PT011
        export().to_json_stream(out)
    assert error_info(caught.value).kind == "NotEnoughDisk"


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for write in (
        lambda: export("0").to_file(tmp_path / "file" / "x.md", MARKDOWN),
        lambda: export().to_json(tmp_path / "none" / "x.json"),
        lambda: export().to_folder(tmp_path / "file", ".md", MARKDOWN),
    ):
        with pytest.raises(TransferError, match="cannot be written"):
            write()


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Of foxes", "Of foxes"),
        ("../../etc/passwd", "etc passwd"),
        ("a\x00b\nc\\d:e", "a b c d e"),
        ("con", "_con"),
        ("LPT1.txt", "_LPT1.txt"),
        ("...", "Chat"),
        ("", "Chat"),
        ("\u202egnp.exe", "gnp.exe"),
        ("ä" * 200, "ä" * 60),
        ("🙂" * 99, "🙂" * 30),
    ],
)
def test_titles_as_names_of_files(title: str, name: str) -> None:
    assert file_name(title) == name
