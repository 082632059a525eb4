"""A look leaves no trace on the disk, and whoever writes makes the folder first."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from llmdesk import paths
from llmdesk.api.keys import ServerKeys
from llmdesk.api.server import Address, ApiServer
from llmdesk.core import Core
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.engine.backends.thread_tuning import TunedThreads, file_path, store_threads, tuning_key
from llmdesk.engine.processor.thread_team import ThreadChoice
from llmdesk.engine.weights import read_ahead
from llmdesk.models.catalogue import Catalogue
from llmdesk.services import uninstall
from llmdesk.services.backup.closed import kept_closed
from llmdesk.services.bench.chat_speeds import AnswerSpeed, note_answer, speeds_file
from llmdesk.services.bench.history import add_run, history_file
from llmdesk.services.chats.store import ChatStore
from llmdesk.services.collections.database import Folders, make_file
from llmdesk.services.logs import Logs
from llmdesk.services.settings.settings import Settings
from llmdesk.services.stand.pin import Pin

LOOKS = (
    "--help",
    "models",
    "models list --json",
    "doctor",
    "config list",
    "collections list",
    "demo --list",
    "serve key list",
    "uninstall",  # asks, and nobody answers
)


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of which nothing is there, not even the folder above it."""
    home = tmp_path / "nobody" / "home"
    monkeypatch.setenv("LLMDESK_HOME", str(home))
    return home


@pytest.mark.parametrize("command", LOOKS)
def test_a_command_that_only_looks(command: str, tmp_path: Path) -> None:
    home = tmp_path / "empty"
    home.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LLMDESK_", "XDG_"))}
    done = subprocess.run(
        [sys.executable, "-m", "llmdesk", *command.split()],
        env={**environment, "HOME": str(home), "LLMDESK_BACKEND": "scripted"},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == (2 if command == "uninstall" else 0), done.stderr
    assert list(home.rglob("*")) == []


def test_a_server_that_is_asked_for_its_models(nowhere: Path) -> None:
    with Core(make=ScriptedBackend) as core:
        server = ApiServer(core, Address("127.0.0.1", 0), ServerKeys())
        server.start()
        try:
            for path in ("/models", "/v1/models", "/health", "/"):
                assert httpx2.get(server.urls[0] + path, timeout=20).status_code in (200, 503)
        finally:
            server.stop()
    assert not nowhere.parent.exists()


def answer() -> AnswerSpeed:
    return AnswerSpeed("tiny", "int4", 2, "own", "1", "here", "2026-11-27", 10.0, 100)


WRITERS: dict[str, tuple[Callable[[], object], Callable[[], Path]]] = {
    "models.toml": (
        lambda: Catalogue.load().add_server("http://10.0.0.5:8000/v1", "org/big", "", 8192), paths.user_catalogue,
    ),
    "keys": (lambda: ServerKeys().add("phone"), lambda: paths.config_dir() / "server-keys.json"),
    "settings": (lambda: chosen(Settings()), lambda: paths.config_dir() / "settings.toml"),
    "pin": (lambda: Pin().choose("482913"), lambda: paths.config_dir() / "stand-pin.json"),
    "log": (lambda: Logs().close(), paths.log_file),
    "benchmarks": (lambda: add_run([], {}), history_file),
    "speeds": (lambda: note_answer(answer()), speeds_file),
    "chats": (
        lambda: closed(ChatStore()),
        lambda: paths.data_dir() / "chats.sqlite",
    ),
    "collections": (
        lambda: make_file(paths.data_dir() / "collections.sqlite", Folders()),
        lambda: paths.data_dir() / "collections.sqlite",
    ),
    "threads": (
        lambda: store_threads(tuning_key("native", "int4", 7), TunedThreads(ThreadChoice(1), ThreadChoice(1))),
        file_path,
    ),
    "last weights": (lambda: read_ahead.note_last(Path("x")), lambda: paths.cache_dir() / "last-weights"),
}  # fmt: skip


def closed(store: ChatStore) -> None:
    assert store.chats() == ()
    store.close()


def chosen(settings: Settings) -> None:
    settings.set("engine.threads", 3)
    settings.flush()


@pytest.mark.parametrize("name", WRITERS)
def test_a_writer_makes_its_folder(name: str, nowhere: Path) -> None:
    write, file = WRITERS[name]
    write()
    assert file().is_relative_to(nowhere)
    assert file().is_file()


def test_locks_make_their_folders_and_the_end_of_all_leaves_none(nowhere: Path) -> None:
    with kept_closed():
        assert len(list(paths.data_dir().iterdir())) == 1
        assert (paths.config_dir() / "window.lock").exists()
    uninstall.remove(with_models=True)
    uninstall.remove_empty_folders()
    assert not nowhere.exists()
