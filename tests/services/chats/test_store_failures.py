"""What can go wrong with a file: nothing crashes, the chat goes on in memory and is written once that works again."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from llmdesk.errors import StoreError
from llmdesk.services.chats.storage import database, thread
from llmdesk.services.chats.storage.inbox import Write
from llmdesk.services.chats.storage.schema import MIGRATIONS
from llmdesk.services.chats.store import ChatStore
from tests.other_users import open_to_all
from tests.services.chats.kept import SLOW, Owner, chat, opened, texts, working


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is tried again at once, and nobody waits long for a lock."""
    monkeypatch.setattr(thread, "RETRY_S", 0.05)
    monkeypatch.setattr(database, "BUSY_S", 0.1)


class Problems:
    """What the user would be told."""

    def __init__(self, store: ChatStore) -> None:
        self.told: list[StoreError | None] = []
        self._changed = threading.Condition()
        store.subscribe_problems(self._hear)

    def _hear(self, problem: StoreError | None) -> None:
        with self._changed:
            self.told.append(problem)
            self._changed.notify_all()

    def wait(self, count: int) -> list[StoreError | None]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.told) >= count, 20), self.told
        return self.told

    def wait_until_solved(self) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: None in self.told, 20), self.told


def saved(owner: Owner) -> list[str]:
    return texts(owner.store.load(owner.sessions.current.conversation.id))


def shown(owner: Owner) -> list[str]:
    return [message.text for message in owner.sessions.current.conversation.path]


def set_limit(store: ChatStore, pages: int) -> None:
    """As if the disk had room for so many pages only (0: as they are)."""

    def limit(connection: sqlite3.Connection) -> None:
        wanted = pages or connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {wanted}")

    store._thread.read(limit)


def test_a_full_disk_is_told_and_nothing_is_lost(keeper: Owner) -> None:
    problems = Problems(keeper.store)
    keeper.ask("before")
    set_limit(keeper.store, 0)
    keeper.ask("[tokens=400 tps=5000] " + "many words " * 1500)
    first = problems.wait(1)[0]
    assert first is not None
    assert "disk is full" in first.user_message
    assert "tried again" in first.hint
    assert keeper.store.problem is first
    assert not keeper.store.flush()
    assert keeper.ask("still here")
    assert len(problems.told) == 1  # not told again at each try
    set_limit(keeper.store, 100_000)
    assert problems.wait(2) == [first, None]
    assert keeper.store.flush()
    assert saved(keeper) == shown(keeper)


@pytest.mark.parametrize(("free_bytes", "words"), [(0, "disk is full"), (10**9, "disk I/O error")])
def test_a_disk_that_is_full_where_sqlite_maps_a_file(
    file: Path, free_bytes: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite calls that an error of input and output; seen on a real full disk."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    usage = shutil.disk_usage(file.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=free_bytes))
    assert words in database.problem_of(error, file).user_message


def test_a_disk_that_is_full_when_the_file_is_made_is_told_as_that(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = database.connect

    def with_little_room(uri: str) -> sqlite3.Connection:
        connection = connect(uri)
        connection.execute("PRAGMA max_page_count = 4")
        return connection

    with contextlib.ExitStack() as stack:
        with monkeypatch.context() as patch:
            patch.setattr(database, "connect", with_little_room)
            store = stack.enter_context(opened(file))
            problems = Problems(store)
            with pytest.raises(StoreError, match="disk is full"):
                store.chats()
            store.add(chat(("one", "two")))
        problems.wait_until_solved()
        assert store.flush()
        (info,) = store.chats()
        assert texts(store.load(info.id)) == ["one", "two"]


@pytest.mark.logs("could not be written")
def test_a_disk_that_stays_full_does_not_keep_the_program_from_ending(file: Path) -> None:
    store = ChatStore(file)
    with working(store) as owner:
        store.follow(owner.sessions.current)
        owner.ask("before")
        set_limit(store, 0)
        owner.ask("many words " * 1500)
        assert store.close()
    with opened(file) as again:
        (info,) = again.chats()
        assert texts(again.load(info.id))[0] == "before"


def test_a_file_that_is_locked_is_told_and_written_later(keeper: Owner, file: Path) -> None:
    keeper.ask("before")
    keeper.store.flush()
    problems = Problems(keeper.store)
    keeper.store._thread.read(lambda connection: connection.execute("PRAGMA busy_timeout = 50").fetchone())
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "You said: meanwhile" in keeper.ask("meanwhile")
        first = problems.wait(1)[0]
        assert first is not None
        assert "locked" in first.user_message
        other.execute("ROLLBACK")
    problems.wait(2)
    assert saved(keeper) == shown(keeper)


def test_a_folder_that_is_gone_is_told_and_used_once_it_is_back(tmp_path: Path) -> None:
    file = tmp_path / "unplugged" / "chats.sqlite"
    with opened(file) as store, working(store) as owner:
        problems = Problems(store)
        store.follow(owner.sessions.current)
        assert "You said: hello" in owner.ask("hello")
        assert store.problem is not None
        assert "cannot be written" in store.problem.user_message
        file.parent.mkdir()
        while problems.wait(1)[-1] is not None:
            threading.Event().wait(0.02)
        assert saved(owner) == shown(owner)


_READ_ONLY = """
import os, sys
from pathlib import Path
from llmdesk.services.chats.store import ChatStore
from tests.services.chats.kept import chat, texts
if os.geteuid() == 0:  # whom no right stops
    os.setuid(65534)
store = ChatStore(Path(sys.argv[1]))
(info,) = store.chats()
print(texts(store.load(info.id)), len(store.search("hello")), store.is_read_only)
store.add(chat(("new", "one")))
store.flush(2)
print(store.problem.user_message)
print(len(store.chats()), store.close())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no such rights")
@pytest.mark.parametrize("has_journal", [False, True])
def test_a_folder_without_rights_is_read_from(tmp_path: Path, has_journal: bool) -> None:
    """A journal is there after a crash; the newest answers are in it alone."""
    open_to_all(tmp_path)
    live, file = tmp_path / "live" / "chats.sqlite", tmp_path / "mine" / "chats.sqlite"
    live.parent.mkdir()
    with opened(live) as store:
        store.add(chat(("hello", "there")))
        assert store.flush()
        if has_journal:
            shutil.copytree(live.parent, file.parent)
            file.with_name("chats.sqlite-shm").unlink()
            assert file.with_name("chats.sqlite-wal").stat().st_size > 0
    if not has_journal:
        shutil.copytree(live.parent, file.parent)
    for each in file.parent.iterdir():
        each.chmod(0o444)
    file.parent.chmod(0o555)
    run = subprocess.run(
        [sys.executable, "-c", _READ_ONLY, str(file)], capture_output=True, text=True, cwd=Path.cwd(), timeout=60,
        env={**os.environ, "LLMDESK_HOME": str(tmp_path / "home"), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert run.stdout.splitlines() == [
        "['hello', 'there'] 2 True",
        f"Chats are not saved: {file} cannot be written.",
        "1 True",
    ], run.stderr


@pytest.mark.logs("damaged")
def test_a_file_that_breaks_while_it_is_used_is_replaced_and_the_open_chat_is_whole(keeper: Owner, file: Path) -> None:
    keeper.ask("before")
    assert keeper.store.flush()
    problems = Problems(keeper.store)
    keeper.store._thread.read(lambda connection: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
    size = file.stat().st_size
    with file.open("r+b") as broken:
        broken.seek(4096)
        broken.write(b"\xaa" * (size - 4096))
    with contextlib.suppress(StoreError):
        keeper.store._thread.read(lambda connection: connection.execute("PRAGMA shrink_memory").fetchall())
        keeper.store.search("before")
    keeper.ask("after")
    told = problems.wait(1)[0]
    assert told is not None
    assert "damaged" in told.user_message
    keeper.ask("and more")
    assert saved(keeper) == shown(keeper)
    assert list(file.parent.glob("chats.damaged-*.sqlite"))


@pytest.mark.logs("could not be written")
def test_a_bug_in_one_write_does_not_keep_the_others_back(store: ChatStore) -> None:
    gate = threading.Event()
    store.inbox.put(Write(lambda connection: gate.wait(20)))
    store.add(chat(("one", "yes")))
    store.inbox.put(Write(lambda connection: connection.execute("INSERT INTO chats (nonsense) VALUES (1)")))
    store.add(chat(("two", "yes")))
    gate.set()
    assert store.flush()
    assert sorted(info.title for info in store.chats()) == ["one", "two"]
    assert store.problem is None


# -- two processes -----------------------------------------------------------------------------------------------------


def test_two_stores_on_one_file_do_not_hurt_each_other(file: Path) -> None:
    with opened(file) as one, opened(file) as two, working(one) as first, working(two) as second:
        one.follow(first.sessions.current)
        two.follow(second.sessions.current)
        running = first.sessions.current.submit(SLOW + "long")
        first.until(lambda: len(running.text) > 100)
        for number in range(4):
            second.ask(f"question {number}")
        assert one.flush()
        with opened(file) as third:  # opening the file marks no answer of another process that lives
            assert third.flush()
        first.sessions.current.stop()
        first.until(lambda: not first.sessions.is_generating)
        assert one.problem is None
        assert two.problem is None
        for owner in (first, second):
            assert saved(owner) == shown(owner)
        ended = two.load(first.sessions.current.conversation.id).conversation.path[-1]
        assert (ended.text, ended.state) == (running.text, "cancelled")
        assert len(one.chats()) == len(two.chats()) == 2


def test_a_file_that_another_process_is_making_is_not_damaged(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tables come between the look for a version and the look for tables."""
    version = database._version

    def beside(connection: sqlite3.Connection) -> int:
        found = version(connection)
        monkeypatch.setattr(database, "_version", version)
        with contextlib.suppress(sqlite3.OperationalError), contextlib.closing(sqlite3.connect(file, timeout=0)) as two:
            two.executescript("BEGIN; CREATE TABLE chats (id); PRAGMA user_version = 1; COMMIT;")
        return found

    monkeypatch.setattr(database, "_version", beside)
    with contextlib.closing(database.open_file(file).connection) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)


def test_an_answer_that_another_process_writes_can_be_taken_over(file: Path) -> None:
    with opened(file) as one, opened(file) as two, working(one) as first, working(two) as second:
        one.follow(first.sessions.current)
        running = first.sessions.current.submit(SLOW + "long")
        first.until(lambda: len(running.text) > 100)
        assert one.flush()
        kept = two.load(first.sessions.current.conversation.id)
        seen = kept.conversation.path[-1]
        assert (seen.state, seen.can_go_on) == ("interrupted", True)
        session = second.sessions.open_kept(kept)
        two.follow(session)
        taken = session.go_on(seen.id)
        second.until(lambda: len(taken.text) > len(running.text) + 100)
        session.stop()
        second.until(lambda: not second.sessions.is_generating)
        assert two.flush()
        first.until(lambda: len(running.text) > 1000)
        first.sessions.current.stop()
        first.until(lambda: not first.sessions.is_generating)
        assert one.flush()
        assert two.load(kept.info.id).conversation.path[-1].text == taken.text
