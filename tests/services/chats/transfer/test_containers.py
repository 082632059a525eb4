"""Files, folders and ZIPs of any kind: what cannot be read is told, and nothing else is opened."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest

from llmdesk.services.chats.transfer import containers
from llmdesk.services.chats.transfer.own_format import chats_json
from llmdesk.services.chats.transfer.reading import Read, read_chats
from tests.services.chats.transfer.trees import simple_chat


def errors(path: Path) -> list[str]:
    return [each.error.user_message if each.error else "" for each in read_chats(path)]


def own(*texts: str) -> str:
    return chats_json([simple_chat(*texts)])


def test_what_is_not_there_or_no_file(tmp_path: Path) -> None:
    assert errors(tmp_path / "gone.json") == ["gone.json is not there."]
    os.mkfifo(tmp_path / "pipe.json")
    assert errors(tmp_path / "pipe.json") == ["pipe.json is no file."]


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"\xff\xfe\x00", b"null", b"[]", b"{}", b'"text"', b"[" * 200_000, b"1" * 9000]
)
def test_files_that_hold_no_chats(raw: bytes, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(raw)
    (found,) = errors(file)
    assert "x.json is not JSON" in found or "no chats in it" in found


def test_numbers_without_end(tmp_path: Path) -> None:
    document = json.loads(own("one", "two"))
    document["chats"][0]["created_s"] = 0
    file = tmp_path / "x.json"
    file.write_text(json.dumps(document).replace('"created_s": 0', f'"created_s": {"9" * 5000}'))
    (found,) = errors(file)
    assert "x.json is not JSON" in found


def test_a_folder_is_read_with_its_folders_and_without_links(tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    outside.write_text(own("secret", "secret"))
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.json").write_text(own("one", "two"))
    (folder / "deep" / "b.json").write_text(own("three", "four"))
    (folder / "deep" / "notes.txt").write_text("no")
    (folder / "deep" / "other.json").write_text('{"settings": 1}')
    (folder / "link.json").symlink_to(outside)
    (folder / "links").symlink_to(tmp_path)
    found = list(read_chats(folder))
    assert [each.chat.conversation.title for each in found if each.chat] == ["one", "three"]
    assert len(found) == 2


def test_a_broken_file_of_several_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    (tmp_path / "b.json").write_text(own("one", "two"))
    bad, good = read_chats(tmp_path)
    assert bad.error is not None
    assert "a.json" in bad.error.user_message
    assert good.chat is not None


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "x.json"
    folder.mkdir()  # a folder by a file's name holds nothing
    assert errors(folder) == ["There are no chats in it that llmdesk knows how to read."]


def zipped(tmp_path: Path, **files: str) -> Path:
    file = tmp_path / "x.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.json", content)
    return file


def test_a_bomb_is_noticed_while_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_FILE_BYTES", 1_000_000)
    file = zipped(tmp_path, a=" " * 50_000_000, b=own("one", "two"))
    assert file.stat().st_size < 100_000
    bad, good = read_chats(file)
    assert bad.error is not None
    assert "a.json is too large" in bad.error.user_message
    assert good.chat is not None


def test_many_small_bombs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_TOTAL_BYTES", 1_000_000)
    file = zipped(tmp_path, **{f"a{i}": " " * 300_000 + "[]" for i in range(9)})
    assert "too large" in errors(file)[-1]


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_ENTRIES", 3)
    assert errors(zipped(tmp_path, a="", b="", c="", d="")) == ["x.zip holds too many files."]
    folder = tmp_path / "many"
    folder.mkdir()
    for i in range(4):
        (folder / f"{i}.txt").touch()
    assert errors(folder) == ["many holds too many files."]


def test_a_damaged_zip(tmp_path: Path) -> None:
    file = zipped(tmp_path, a=own("one", "two"), b=own(*(4 * ["some more words"])))
    whole = file.read_bytes()
    file.write_bytes(whole[:40] + bytes(byte ^ 0x55 for byte in whole[40:120]) + whole[120:])
    found: list[Read] = list(read_chats(file))
    assert any(each.error and "damaged" in each.error.user_message for each in found)
    for cut in range(1, len(whole), 37):
        file.write_bytes(whole[:cut])
        assert list(read_chats(file))  # something is told, and nothing raised


def test_a_locked_zip(tmp_path: Path) -> None:
    file = zipped(tmp_path, a=own("one", "two"))
    raw = bytearray(file.read_bytes())
    raw[6] |= 1  # the flags of the file's head, and of the list's
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    file.write_bytes(bytes(raw))
    assert errors(file) == ["a.json is locked with a password."]
