"""A backup and its way back: all of it returns, in a new home and over an old one; what is hostile changes nothing."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import pytest

from llmdesk import paths
from llmdesk.errors import BackupError, NotEnoughDisk
from llmdesk.models import catalogue
from llmdesk.models.hub_fetch import COMMIT_FILE
from llmdesk.services.backup import archive, contents, restoring, writing
from llmdesk.services.backup.closed import kept_closed
from llmdesk.services.backup.restoring import look, restore
from llmdesk.services.backup.writing import write_backup
from llmdesk.services.chats.storage import database as chats_database
from llmdesk.services.chats.storage.owner import Owner
from llmdesk.services.chats.storage.schema import MIGRATIONS
from llmdesk.services.chats.store import ChatStore
from llmdesk.services.collections import database as collections_database
from llmdesk.services.collections.database import Folders, folders_in, make_file
from llmdesk.whole_files import put_in_place
from tests.other_users import open_to_all, skip_where_python_is_closed
from tests.services.chats.transfer.trees import simple_chat

FOXES = simple_chat("What is a fox?", "A red animal.", title="Of foxes")
BREAD = simple_chat("How is bread made?", "From flour.")
SETTINGS = '# mine\n[sampling]\npreset = "Precise"\n'
FOLDERS = Folders((("c1", "Notes", ("/home/me/more", "/home/me/notes")),))


def files_of(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def chats_here() -> list[str]:
    with contextlib.closing(ChatStore()) as store:
        return sorted(info.title for info in store.chats())


@pytest.fixture
def home(private_home: Path) -> Path:
    """A home with some of everything."""
    with contextlib.closing(ChatStore()) as store:
        store.add(FOXES)
        store.add(BREAD)
        assert store.flush()
    (paths.config_dir() / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    (paths.config_dir() / "prompts").mkdir()
    (paths.config_dir() / "prompts" / "fünf.toml").write_text('title = "Five"\n', encoding="utf-8")
    paths.made(paths.data_dir() / "recordings")
    (paths.data_dir() / "recordings" / "day.json").write_text("{}")
    model = paths.models_dir() / "qwen3-0.6b"
    (model / "sub").mkdir(parents=True)
    (model / "sub" / "weights.safetensors").write_bytes(bytes(range(256)) * 100)
    (model / "config.json").write_text("{}")
    (model / COMMIT_FILE).write_text("0" * 40)  # which version it is: without it none can be updated
    make_file(paths.data_dir() / "collections.sqlite", FOLDERS)
    return private_home


@pytest.fixture
def backup(home: Path, tmp_path: Path) -> Path:
    file = tmp_path / "all of it.zip"
    write_backup(file)
    return file


@pytest.fixture
def move_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """Another home, in which nothing is."""

    def move() -> Path:
        monkeypatch.setenv("LLMDESK_HOME", str(tmp_path / "new home"))
        return tmp_path / "new home"

    return move


def test_all_of_it_comes_back_in_another_home(backup: Path, move_in: Callable[[], Path]) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600  # chats are in it
    new = move_in()
    plan = look(backup)
    assert plan.replaced == ()
    assert [model.id for model in plan.missing_models] == ["qwen3-0.6b"]
    done = restore(backup)
    assert (done.parts, done.kept) == (5, None)
    assert chats_here() == ["How is bread made?", "Of foxes"]
    assert (new / "config/settings.toml").read_text(encoding="utf-8") == SETTINGS
    assert (new / "config/prompts/fünf.toml").read_text(encoding="utf-8") == 'title = "Five"\n'
    assert folders_in(new / "data/collections.sqlite") == FOLDERS
    assert not (new / "data/models").exists() or not list((new / "data/models").iterdir())
    assert not [name for name in files_of(new) if ".restore-" in name or "-backup-" in name]


@pytest.mark.skipif(sys.platform != "linux", reason="names as Linux has them")
def test_odd_names_are_no_hindrance(home: Path, tmp_path: Path, move_in: Callable[[], Path]) -> None:
    prompts = paths.config_dir() / "prompts"
    for name in ("Same.toml", "same.toml", os.fsdecode(b"\xff.toml"), "con.toml", "two\nlines.toml"):
        (prompts / name).write_text(ascii(name))
    (prompts / "link.toml").symlink_to(tmp_path / "secret")
    (tmp_path / "secret").write_text("secret")
    write_backup(tmp_path / "b.zip")
    new = move_in()
    restore(tmp_path / "b.zip")
    found = sorted(path.name for path in (new / "config/prompts").iterdir())
    assert found == ["Same.toml", "fünf.toml", "same.toml"]  # what other systems could not have stays where it is


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
def test_prompts_with_names_that_not_every_system_can_have_are_told(home: Path, tmp_path: Path) -> None:
    prompts = paths.config_dir() / "prompts"
    for name in (b"What is 2*2?.toml", b"caf\xe9.toml", b"Plain.toml", b".half-written"):
        (prompts / os.fsdecode(name)).write_text('text = "x"')
    made = write_backup(tmp_path / "odd.zip")
    assert made.left_out == (prompts / "What is 2*2?.toml", prompts / "caf\udce9.toml")
    with zipfile.ZipFile(tmp_path / "odd.zip") as file:
        assert "config/prompts/Plain.toml" in file.namelist()


def test_models_come_along_if_they_are_asked_for(home: Path, tmp_path: Path, move_in: Callable[[], Path]) -> None:
    before = files_of(paths.models_dir())
    write_backup(tmp_path / "b.zip", with_models=True)
    new = move_in()
    assert look(tmp_path / "b.zip").missing_models == ()
    restore(tmp_path / "b.zip")
    assert files_of(new / "data/models") == before
    (new / "data/models/qwen3-0.6b/config.json").write_text("changed")
    plan = look(tmp_path / "b.zip")
    assert len(plan.left) == 3  # a model that is here is left alone
    restore(tmp_path / "b.zip")
    assert (new / "data/models/qwen3-0.6b/config.json").read_text() == "changed"


def test_what_is_replaced_is_kept_and_can_be_restored(backup: Path) -> None:
    with contextlib.closing(ChatStore()) as store:
        store.delete([FOXES.info.id])
        store.add(simple_chat("Only now", "yes"))
        assert store.flush()
    (paths.config_dir() / "settings.toml").write_text("[sampling]\n")
    (paths.config_dir() / "prompts" / "later.toml").write_text("x")
    plan = look(backup)
    assert set(plan.replaced) >= {"config/settings.toml", "data/chats.sqlite"}
    done = restore(backup)
    assert done.kept is not None
    assert chats_here() == ["How is bread made?", "Of foxes"]
    assert (paths.config_dir() / "settings.toml").read_text(encoding="utf-8") == SETTINGS
    assert (paths.config_dir() / "prompts" / "later.toml").exists()  # what the backup has not stays
    restore(done.kept)
    assert chats_here() == ["How is bread made?", "Only now"]
    assert (paths.config_dir() / "settings.toml").read_text() == "[sampling]\n"


def test_a_backup_beside_a_window_has_what_is_written_until_then(home: Path, tmp_path: Path) -> None:
    with contextlib.closing(ChatStore()) as store:
        store.add(simple_chat("While it is open", "yes"))
        assert store.flush()
        assert (paths.data_dir() / "chats.sqlite-wal").stat().st_size > 0
        write_backup(tmp_path / "b.zip")
        with pytest.raises(BackupError, match="llmdesk is open"):
            restore(tmp_path / "b.zip")
    restore(tmp_path / "b.zip")
    assert "While it is open" in chats_here()


def test_chats_on_a_disk_for_reading_only_are_in_it_with_their_journal(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's answer of such a disk, as it was seen there; nobody can have one mounted in a test."""
    connect = chats_database.connect

    def cannot_open(uri: str) -> sqlite3.Connection:
        if uri.endswith("/data/chats.sqlite?mode=ro"):
            uri = f"{(tmp_path / 'nowhere' / 'chats.sqlite').as_uri()}?mode=ro"
        return connect(uri)

    with contextlib.closing(ChatStore()) as store:
        store.add(simple_chat("In the journal", "yes"))
        assert store.flush()
        monkeypatch.setattr(chats_database, "connect", cannot_open)
        write_backup(tmp_path / "b.zip")
        monkeypatch.setattr(chats_database, "connect", connect)
    monkeypatch.setenv("LLMDESK_HOME", str(tmp_path / "new home"))
    restore(tmp_path / "b.zip")
    assert "In the journal" in chats_here()


_OPEN = """
import sys
from PySide6.QtCore import QCoreApplication
from llmdesk.ui.shell.single_instance import SingleInstance
app = QCoreApplication([])
instance = SingleInstance()
print(instance.acquire(), flush=True)
sys.stdin.read()
"""


def test_a_window_of_another_process_is_in_the_way(backup: Path) -> None:
    command = [sys.executable, "-c", _OPEN]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        with pytest.raises(BackupError, match="llmdesk is open"):
            restore(backup)
        other.kill()
    restore(backup)  # the lock of a dead process is none


def test_damaged_chats_are_set_aside(backup: Path) -> None:
    chats = paths.data_dir() / "chats.sqlite"
    chats.write_bytes(b"no database at all" * 1000)
    done = restore(backup)
    assert done.kept is not None
    assert chats_here() == ["How is bread made?", "Of foxes"]
    assert [path.read_bytes()[:5] for path in paths.data_dir().glob("chats.damaged-*.sqlite")] == [b"no da"]


def test_chats_that_are_whole_are_never_moved_away(backup: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only damage sets them aside, not a lock or a place that cannot be written."""
    monkeypatch.setattr(chats_database, "BUSY_S", 0.1)
    with contextlib.closing(sqlite3.connect(paths.data_dir() / "chats.sqlite")) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(BackupError, match="locked"):
            restore(backup)
    assert chats_here() == ["How is bread made?", "Of foxes"]

    def fails(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(writing, "_add", fails)
    chats = paths.data_dir() / "chats.sqlite"
    for content in (chats.read_bytes(), b"no database at all" * 1000):
        chats.write_bytes(content)
        with pytest.raises(BackupError, match="error"):
            restore(backup)
        assert chats.read_bytes() == content
    assert not list(paths.data_dir().glob("*damaged*"))


def test_a_lock_whose_number_another_process_has_now_is_none(backup: Path) -> None:
    lock = paths.config_dir() / "window.lock"
    lock.write_text(f"{os.getppid()}\npython\n\n")
    restore(backup)
    assert not lock.exists()


def test_no_window_opens_while_it_works(backup: Path) -> None:
    """And after a restore that was killed one does."""
    lock = paths.config_dir() / "window.lock"
    command = [sys.executable, "-c", _OPEN]
    with kept_closed():
        left_behind = lock.read_bytes()
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
        assert done.stdout == "False\n"
        with pytest.raises(BackupError, match="llmdesk is open"):
            restore(backup)
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    lock.write_bytes(left_behind.replace(str(os.getpid()).encode(), str(gone.pid).encode()))
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_a_server_is_in_the_way(backup: Path) -> None:
    command = [sys.executable, "-m", "llmdesk", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        assert any("serving at" in line for line in server.stderr)
        with pytest.raises(BackupError, match="llmdesk is open"):
            restore(backup)
        server.kill()
    restore(backup)


def test_who_opens_the_chats_while_it_is_unpacked_is_noticed(backup: Path, home: Path) -> None:
    with contextlib.ExitStack() as stack:
        other = Owner(paths.data_dir() / "chats.sqlite")
        stack.callback(other.release)
        with pytest.raises(BackupError, match="llmdesk is open"):
            restore(backup, tell=lambda _: other.acquire())
    assert not list(paths.data_dir().glob("before-restore-*"))


def test_a_restore_that_breaks_off_says_where_everything_is(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_backup(tmp_path / "b.zip", with_models=True)
    shutil.rmtree(paths.models_dir() / "qwen3-0.6b")
    chats = paths.data_dir() / "chats.sqlite"
    with contextlib.closing(sqlite3.connect(chats)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("UPDATE chats SET title = 'Only in the log'")
        writer.commit()
        log = chats.with_name("chats.sqlite-wal")
        kept_log, kept_index = log.read_bytes(), chats.with_name("chats.sqlite-shm").read_bytes()
        main = chats.read_bytes()
    chats.write_bytes(main)
    log.write_bytes(kept_log)
    chats.with_name("chats.sqlite-shm").write_bytes(kept_index)

    def fails_at_chats(new: Path, file: Path) -> None:
        if file == chats:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        put_in_place(new, file)

    monkeypatch.setattr(restoring, "put_in_place", fails_at_chats)
    with pytest.raises(BackupError, match="in part only") as caught:
        restore(tmp_path / "b.zip")
    (kept,) = paths.data_dir().glob("before-restore-*.zip")
    assert str(kept) in caught.value.hint
    assert (paths.models_dir() / "qwen3-0.6b" / "config.json").exists()
    assert set(chats_here()) == {"Only in the log"}


# -- what is refused ---------------------------------------------------------------------------------------------------


def rewritten(file: Path, change: Callable[[dict[str, bytes]], None], **how: int) -> Path:
    """The same backup with other contents."""
    with zipfile.ZipFile(file) as source:
        entries = {info.filename: source.read(info) for info in source.infolist()}
    change(entries)
    made = file.with_name("hostile.zip")
    with zipfile.ZipFile(made, "w", how.get("compression", zipfile.ZIP_DEFLATED)) as target:
        for name, content in entries.items():
            target.writestr(name, content)
    return made


def with_part(name: str, content: bytes, told_bytes: int | None = None) -> Callable[[dict[str, bytes]], None]:
    """A part more, which the list knows."""

    def change(entries: dict[str, bytes]) -> None:
        import hashlib

        found = json.loads(entries[archive.LIST])
        size = len(content) if told_bytes is None else told_bytes
        found["parts"][name] = {"size_bytes": size, "sha256": hashlib.sha256(content).hexdigest()}
        entries[archive.LIST] = json.dumps(found).encode()
        entries[name] = content

    return change


def changed_list(**values: object) -> Callable[[dict[str, bytes]], None]:
    def change(entries: dict[str, bytes]) -> None:
        entries[archive.LIST] = json.dumps(json.loads(entries[archive.LIST]) | values).encode()

    return change


@contextlib.contextmanager
def nothing_changes(home: Path) -> Iterator[None]:
    before = files_of(home.parent)
    yield
    assert files_of(home.parent) == before


TRICKS = [
    "../../evil.txt",
    "config/../../evil.txt",
    "/etc/passwd",
    "config/prompts/../../../evil.toml",
    "config/prompts/a/b.toml",
    "config\\settings.toml",
    "C:/evil.txt",
    "config/prompts/con.toml",
    "config/prompts/.hidden",
    "config/prompts/trailing.",
    "config/prompts/new\nline.toml",
    "config/unknown.toml",
    "config/server-keys.json",
    "config/stand-pin.json",
    "data/models/only-a-file",
    "data/models/.commit",
    "data/models/x/.other",
    "data/models/x/sub/.commit",
    "data/models/.x/.commit",
    "config/prompts/.commit",
    "data/models/x/../../../evil",
    "cache/converted/x",
    "config/",
    "config//settings.toml",
]


@pytest.mark.parametrize("name", TRICKS)
def test_tricks_with_paths_are_refused(backup: Path, home: Path, name: str) -> None:
    hostile = rewritten(backup, with_part(name, b"evil"))
    with nothing_changes(home), pytest.raises(BackupError):
        restore(hostile)
    assert not contents.belongs(name)


def test_what_is_no_backup_is_refused(home: Path, tmp_path: Path) -> None:
    empty, text = tmp_path / "empty.zip", tmp_path / "text.zip"
    with zipfile.ZipFile(empty, "w"):
        pass
    text.write_text("no archive")
    for file in (empty, text, tmp_path / "missing.zip", tmp_path):
        with nothing_changes(home), pytest.raises(BackupError):
            restore(file)


@pytest.mark.parametrize(
    "change",
    [
        changed_list(format="other"),
        changed_list(version=2),
        changed_list(parts={}),
        changed_list(parts=[]),
        changed_list(models=[{"id": 1}]),
        lambda entries: entries.pop("config/settings.toml"),
        lambda entries: entries.update({"config/settings.toml": b"other"}),
        lambda entries: entries.update({"config/models.toml": b"not in the list"}),
        lambda entries: entries.update({archive.LIST: b"{"}),
        with_part("config/models.toml", b"longer than it says", told_bytes=3),
        with_part("config/models.toml", b"short", told_bytes=30),
        with_part("data/chats.sqlite", b"no database"),
    ],
)
def test_damage_is_found_before_anything_changes(
    backup: Path, home: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    hostile = rewritten(backup, change)
    with nothing_changes(home), pytest.raises(BackupError):
        restore(hostile)


def test_a_backup_cut_short_is_refused(backup: Path, home: Path) -> None:
    whole = backup.read_bytes()
    for length in (10, len(whole) // 2, len(whole) - 1):
        backup.write_bytes(whole[:length])
        with nothing_changes(home), pytest.raises(BackupError):
            restore(backup)


def test_a_bomb_is_refused_whatever_it_says(backup: Path, home: Path) -> None:
    zeros = bytes(40_000_000)
    for told_bytes, words in ((None, "beyond all measure"), (1000, "damaged")):
        hostile = rewritten(backup, with_part("data/benchmarks.jsonl", zeros, told_bytes))
        with nothing_changes(home), pytest.raises(BackupError, match=words):
            restore(hostile)


def test_chats_of_one_letter_are_no_bomb(home: Path, tmp_path: Path) -> None:
    with contextlib.closing(ChatStore()) as store:
        store.add(simple_chat("a" * 20_000_000, "b"))
        assert store.flush(60)
    write_backup(tmp_path / "b.zip")
    look(tmp_path / "b.zip")


@pytest.mark.parametrize(
    "statement",
    [
        f"PRAGMA user_version = {len(MIGRATIONS) + 1}",
        "DROP TABLE pieces",
        "CREATE TRIGGER t AFTER INSERT ON messages BEGIN DELETE FROM chats; END",
    ],
)
def test_chats_of_a_newer_version_or_a_stranger_are_refused(
    backup: Path, home: Path, tmp_path: Path, statement: str
) -> None:
    with zipfile.ZipFile(backup) as source:
        (tmp_path / "c.sqlite").write_bytes(source.read("data/chats.sqlite"))
    with contextlib.closing(sqlite3.connect(tmp_path / "c.sqlite")) as connection:
        connection.execute(statement)
        connection.commit()
    hostile = rewritten(backup, with_part("data/chats.sqlite", (tmp_path / "c.sqlite").read_bytes()))
    with nothing_changes(home), pytest.raises(BackupError):
        restore(hostile)


# -- full disks --------------------------------------------------------------------------------------------------------


def test_no_room_is_told_before_anything_is_unpacked(backup: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(home)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000_000))
    with nothing_changes(home), pytest.raises(NotEnoughDisk, match="1 MB are free"):
        restore(backup)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is full")
def test_a_full_disk_while_it_is_written(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = files_of(tmp_path)
    with pytest.raises(NotEnoughDisk, match="was not written"):
        write_backup(Path("/dev/full"))
    assert files_of(tmp_path) == before


def test_a_disk_that_fills_up_leaves_the_old_backup(backup: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(writing, "_add", full)
    with nothing_changes(home), pytest.raises(NotEnoughDisk):
        write_backup(backup)
    with nothing_changes(home), pytest.raises(NotEnoughDisk):  # what is there cannot be kept, so nothing is replaced
        restore(backup)


# -- where copies are made, and what cannot be read --------------------------------------------------------------------


def staged_in(monkeypatch: pytest.MonkeyPatch, target: Path) -> Path:
    """Where chats are copied to while a backup is written."""
    places: list[Path] = []
    copy_to = chats_database.copy_to

    def note(connection: sqlite3.Connection, place: Path) -> None:
        places.append(place.parent.parent)
        copy_to(connection, place)

    monkeypatch.setattr(chats_database, "copy_to", note)
    write_backup(target)
    return places[0]


def test_copies_are_made_at_home_and_beside_the_backup_only_without_room(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    with monkeypatch.context() as patch:
        assert staged_in(patch, stick / "b.zip") == paths.cache_dir()
    with monkeypatch.context() as patch:
        usage = shutil.disk_usage(home)
        patch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000_000))
        assert staged_in(patch, stick / "b.zip") == stick
    with monkeypatch.context() as patch:
        shutil.rmtree(paths.cache_dir(), ignore_errors=True)
        paths.cache_dir().write_text("no folder can be made here")
        assert staged_in(patch, stick / "b.zip") == stick
    assert list(stick.iterdir()) == [stick / "b.zip"]


def test_what_a_killed_run_left_is_cleared_away(home: Path, tmp_path: Path) -> None:
    old, new = (paths.cache_dir() / f".llmdesk-backup-{name}" for name in ("old", "new"))
    for folder in (old, new):
        folder.mkdir(parents=True)
        (folder / "chats.sqlite").write_bytes(b"all chats")
    os.utime(old, (1e9, 1e9))
    write_backup(tmp_path / "b.zip")
    assert (old.exists(), new.exists()) == (False, True)  # another run may be at work in that one


def test_a_copy_that_stays_locked_is_told_of_its_place(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chats_database, "BUSY_S", 0.2)
    copy_into = chats_database.copy_into

    def locked(copy: sqlite3.Connection, connection: sqlite3.Connection) -> None:
        (_, _, file) = copy.execute("PRAGMA database_list").fetchone()
        with contextlib.closing(sqlite3.connect(file)) as other:
            other.execute("BEGIN EXCLUSIVE")
            copy_into(copy, connection)

    monkeypatch.setattr(chats_database, "copy_into", locked)
    with pytest.raises(BackupError, match=r"b\.zip cannot be written: .*cache: database is locked"):
        write_backup(tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


@pytest.mark.parametrize("place", ["", "/"])
def test_a_place_without_a_name_is_told_as_it_is(place: str) -> None:
    with pytest.raises(BackupError, match=r"^[./] cannot be read"), archive.opened(Path(place)):
        pass


def test_a_file_that_cannot_be_read_is_told_by_its_own_name(home: Path, tmp_path: Path) -> None:
    recording = paths.data_dir() / "recordings" / "day.json"
    with pytest.raises(BackupError, match=r"day\.json cannot be read"):
        write_backup(tmp_path / "b.zip", tell=lambda part, done_bytes: recording.unlink(missing_ok=True))
    assert not (tmp_path / "b.zip").exists()


def test_no_room_to_read_folders_from_a_disk_for_reading_only_is_told(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was a backup without any collections, and nobody said so."""
    read = collections_database._folders_in

    def cannot_open(file: Path) -> Folders:
        if file.parent == paths.data_dir():
            raise apsw.CantOpenError
        return read(file)

    monkeypatch.setattr(collections_database, "_folders_in", cannot_open)
    write_backup(tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as file:
        assert "data/collections.sqlite" in file.namelist()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(collections_database, "copied", full)
    with pytest.raises(NotEnoughDisk):
        write_backup(tmp_path / "b.zip")


_BACKUP = """
import os, sys
from pathlib import Path
from llmdesk.models import catalogue
from llmdesk.services.backup.writing import write_backup
catalogue.SHIPPED = Path(sys.argv[2])
if os.geteuid() == 0:  # whom no right stops
    os.setuid(65534)
write_backup(Path(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no such rights")
@pytest.mark.parametrize("has_journal", [False, True])
def test_a_home_without_rights_is_backed_up(home: Path, tmp_path: Path, has_journal: bool) -> None:
    skip_where_python_is_closed()
    open_to_all(tmp_path)
    open_to_all(home)
    other, stick = tmp_path / "other", tmp_path / "stick"
    with contextlib.closing(ChatStore()) as store:
        store.add(simple_chat("In the journal", "yes"))
        assert store.flush()
        if has_journal:
            shutil.copytree(home, other)
            (other / "data/chats.sqlite-shm").unlink()
    if not has_journal:
        shutil.copytree(home, other)
    shutil.rmtree(other / "cache", ignore_errors=True)
    for path in (*other.rglob("*"), other):
        path.chmod(0o555 if path.is_dir() else 0o444)
    stick.mkdir()
    stick.chmod(0o777)
    shipped = shutil.copy(catalogue.SHIPPED, tmp_path)  # the project itself may lie in a closed folder
    environment = {**os.environ, "LLMDESK_HOME": str(other), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", _BACKUP, str(stick / "b.zip"), shipped]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(stick / "b.zip") as file:
        file.extract("data/chats.sqlite", tmp_path)
        assert "data/collections.sqlite" in file.namelist()
    with contextlib.closing(sqlite3.connect(tmp_path / "data/chats.sqlite")) as chats:
        titles = {title for (title,) in chats.execute("SELECT title FROM chats")}
    assert "In the journal" in titles
    assert list(stick.iterdir()) == [stick / "b.zip"]
