"""``llmdesk chats`` as a user meets it, with the real store."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llmdesk import cli
from llmdesk.commands.terminal_text import printable
from llmdesk.services.chats.store import ChatStore
from llmdesk.services.chats.transfer.own_format import chats_json
from tests.services.chats.transfer.trees import contents, random_chat, simple_chat

FOXES = simple_chat("What is a fox?", "A **red** animal.", "More?", "It is clever.", title="Of foxes")
BREAD = simple_chat("How is bread made?", "From flour.")


@pytest.fixture
def kept(private_home: Path) -> Iterator[ChatStore]:
    """A store with two chats, open as if in a window."""
    store = ChatStore()
    store.add(FOXES)
    store.add(BREAD)
    assert store.flush()
    yield store
    store.close()


def chats(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    code = cli.main(["chats", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_an_empty_store(capsys: pytest.CaptureFixture[str]) -> None:
    assert chats(capsys) == (0, "There are no chats yet.\n", "")
    assert chats(capsys, "list", "--json")[1] == '{\n  "chats": []\n}\n'
    assert chats(capsys, "search", "x")[:2] == (0, "Nothing was found.\n")
    assert chats(capsys, "export", "--format", "json")[0] == 0


def test_list(kept: ChatStore, capsys: pytest.CaptureFixture[str]) -> None:
    kept.set_pinned(FOXES.info.id, True)
    kept.move(FOXES.info.id, "Animals")
    code, out, _ = chats(capsys, "list")
    assert code == 0
    head, *lines = out.splitlines()
    assert head.split() == ["ID", "CHANGED", "MESSAGES", "TITLE"]
    assert {line.split("  ")[-1].strip() for line in lines} == {
        "Of foxes (pinned, in Animals)",
        "How is bread made? (in Work)",
    }
    found = json.loads(chats(capsys, "--json")[1])["chats"]
    assert {each["id"]: each["message_count"] for each in found} == {FOXES.info.id: 4, BREAD.info.id: 2}


def test_ids_can_be_shortened(kept: ChatStore, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = chats(capsys, "list")
    short = {line.split()[-2 if "fox" in line else -4]: line.split()[0] for line in out.splitlines()[1:]}
    assert all(len(each) < 36 for each in short.values())
    for each in short.values():
        assert chats(capsys, "show", each.upper())[0] == 0
    code, _, err = chats(capsys, "show", "0")
    assert code == 1
    assert "2 chats have ids that begin with 0" in err
    code, out, err = chats(capsys, "show", "ffff", "--json")
    assert (code, json.loads(out)["error"]["kind"]) == (1, "StoreError")
    assert "`llmdesk chats list`" in err


def test_show(kept: ChatStore, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = chats(capsys, "show", FOXES.info.id)
    assert code == 0
    assert out.startswith("# Of foxes\n")
    assert "**Answer** (alpha)\n\nA **red** animal." in out
    found = json.loads(chats(capsys, "show", FOXES.info.id, "--json")[1])
    assert [message["text"] for message in found["messages"]][:2] == ["What is a fox?", "A **red** animal."]


def test_search(kept: ChatStore, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = chats(capsys, "search", "red", "anim")
    assert code == 0
    assert out.splitlines()[1] == "    assistant: A **red** animal."
    hits = json.loads(chats(capsys, "search", "flour", "--json")[1])["hits"]
    assert [(hit["chat_id"], hit["role"]) for hit in hits] == [(BREAD.info.id, "assistant")]
    with pytest.raises(SystemExit) as caught:
        chats(capsys, "search", "x", "--limit", "0")
    assert caught.value.code == 2


def test_json_goes_out_and_in_without_loss(
    kept: ChatStore, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wild = [random_chat(seed) for seed in range(8)]
    for each in wild:
        kept.add(each)
    assert kept.flush()
    file = tmp_path / "all.json"
    code, out, err = chats(capsys, "export", "--output", str(file))
    assert (code, out, err) == (0, f"Exported 10 chats to {file}.\n", "")
    monkeypatch.setenv("LLMDESK_HOME", str(tmp_path / "other"))
    assert chats(capsys, "import", str(file)) == (0, "10 chats imported.\n", "")
    code, out, _ = chats(capsys, "import", str(file))
    assert (code, out) == (0, "0 chats imported. 10 chats were here already and stayed as before.\n")
    other = ChatStore()
    try:
        assert [contents(other.load(each.info.id)) for each in wild] == [contents(each) for each in wild]
    finally:
        other.close()


@pytest.mark.parametrize("kind", ["markdown", "html", "json"])
def test_one_chat_is_printed(kind: str, kept: ChatStore, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = chats(capsys, "export", FOXES.info.id, "--format", kind)
    assert code == 0
    assert out.startswith(
        {"markdown": "# Of foxes", "html": "<!DOCTYPE html>", "json": '{"format": "llmdesk-chats"'}[kind]
    )


def test_what_a_file_is_called_says_its_format(
    kept: ChatStore, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name, begin in (("a.md", "# Of foxes"), ("a.html", "<!DOCTYPE html>"), ("a.json", '{"format"')):
        assert chats(capsys, "export", FOXES.info.id, "--output", str(tmp_path / name))[0] == 0
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(begin)
    code, out, _ = chats(capsys, "export", "--output", str(tmp_path / "x.zip"), "--format", "html", "--json")
    assert (code, json.loads(out)["count"]) == (0, 2)
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert sorted(archive.namelist()) == ["How is bread made.html", "Of foxes.html"]
    one = ("export", FOXES.info.id, "--output", str(tmp_path / "one.zip"), "--format", "html")
    assert chats(capsys, *one)[0] == 0
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == ["Of foxes.html"]
    assert chats(capsys, "export", "--output", str(tmp_path / "notes"), "--format", "markdown")[0] == 0
    assert sorted(each.name for each in (tmp_path / "notes").iterdir()) == ["How is bread made.md", "Of foxes.md"]


def test_nothing_is_replaced_unasked(kept: ChatStore, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("mine")
    code, _, err = chats(capsys, "export", FOXES.info.id, "--output", str(file))
    assert (code, file.read_text()) == (2, "mine")
    assert "--force" in err
    assert chats(capsys, "export", FOXES.info.id, "--output", str(file), "--force")[0] == 0
    assert file.read_text().startswith("# Of foxes")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--output", "x.md"],
        ["--output", "y.json", "--format", "html"],
        ["--format", "markdown"],
        ["--json", "--format", "html"],
        ["--output", ".", "--format", "json"],
        ["--output", "x.zip"],
        ["--output", "", "--format", "html"],
    ],
)
def test_what_cannot_be_asked_for(arguments: list[str], kept: ChatStore, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = chats(capsys, "export", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("llmdesk: ")


def test_an_import_tells_what_failed_and_adds_the_rest(
    kept: ChatStore, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    new, bad = simple_chat("one", "two"), simple_chat("three", "four")
    document: dict[str, Any] = json.loads(chats_json([FOXES, new, bad]))
    document["chats"][2]["messages"][1]["role"] = "system"
    file = tmp_path / "x.json"
    file.write_text(json.dumps(document))
    code, out, err = chats(capsys, "import", str(file), str(tmp_path / "gone.json"), "--json")
    report = json.loads(out)
    assert code == 1
    assert [each["id"] for each in report["added"]] == [new.info.id]
    assert [each["id"] for each in report["known"]] == [FOXES.info.id]
    assert [each["name"] for each in report["failed"]] == ["three", "gone.json"]
    assert err.count("llmdesk: ") == 2
    assert {info.id for info in kept.chats()} == {FOXES.info.id, BREAD.info.id, new.info.id}


def test_a_file_that_cannot_be_imported_is_named_once(
    kept: ChatStore, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "bad.json"
    file.write_text("{")
    code, _, err = chats(capsys, "import", str(file))
    assert (code, err.count("bad.json")) == (1, 1)


def test_a_chat_whose_title_begins_the_sentence_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    document = json.loads(chats_json([simple_chat("It", "Yes.")]))
    document["chats"][0]["messages"].pop()
    file = tmp_path / "x.json"
    file.write_text(json.dumps(document))
    assert chats(capsys, "import", str(file))[2] == "llmdesk: “It”: It is damaged: a prompt has no answer.\n"


def test_a_place_without_a_name_is_told_as_it_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert chats(capsys, "import", "")[2].startswith("llmdesk: “.”: There are no chats")


def test_messages_of_another_chat_are_not_taken_over(
    kept: ChatStore, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A file by hand: the same messages under another chat's id."""
    document = json.loads(chats_json([FOXES]))
    document["chats"][0]["id"] = simple_chat("x", "y").info.id
    file = tmp_path / "x.json"
    file.write_text(json.dumps(document))
    code, out, err = chats(capsys, "import", str(file))
    assert (code, out) == (1, "0 chats imported. 1 chat could not be imported.\n")
    assert "belong to another chat" in err
    assert len(kept.chats()) == 2
    assert contents(kept.load(FOXES.info.id))["path"] == contents(FOXES)["path"]


def test_a_deleted_chat_comes_back_with_an_import(
    kept: ChatStore, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "x.json"
    file.write_text(chats_json([FOXES]))
    kept.delete([FOXES.info.id])
    assert kept.flush()
    assert chats(capsys, "import", str(file))[:2] == (0, "1 chat imported.\n")
    assert contents(kept.load(FOXES.info.id))["path"] == contents(FOXES)["path"]


def test_the_real_command_beside_an_open_store(kept: ChatStore, tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "llmdesk", "chats", *arguments]
        return subprocess.run(command, capture_output=True, timeout=60, check=False, env=dict(os.environ))

    printed = run("export", FOXES.info.id, "--format", "markdown")
    assert (printed.returncode, printed.stderr) == (0, b"")
    assert "A **red** animal." in printed.stdout.decode()
    file = tmp_path / "fox.pdf"
    pdf = run("export", FOXES.info.id, "--output", str(file))
    assert (pdf.returncode, pdf.stderr) == (0, b"")
    assert file.read_bytes().startswith(b"%PDF-1.")
    assert run("show", "zz").returncode == 1


def test_what_moves_a_cursor_is_not_printed_and_what_spells_words_is() -> None:
    persian, family = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\U0001f469\u200d\U0001f467"
    assert printable(f"{persian} {family}") == f"{persian} {family}"
    assert printable("a\x1b[2Jb\u202ec\rd\x9be") == "a [2Jb c d e"
