"""Fixtures for every test: a private home, no Qt screen needed, and no thread left behind."""

from __future__ import annotations

import gc
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import pytest

from llmdesk import engine_choices
from llmdesk.engine.backends import script
from llmdesk.engine.generation import template_process
from llmdesk.engine.serving import heap

if TYPE_CHECKING:
    from tests.memory_keyring import MemoryKeyring

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.update(LANGUAGE="en", LC_ALL="C.UTF-8")  # the words that tests look for are English
os.environ["HF_HUB_OFFLINE"] = "0"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
# Dozens of programs are started here, and each part of a run reads the same tests: to compile them once is enough.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell that ran this in the background; programs inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)


# A plain answer of the scripted backend has a hundred words, and a thousand tests wait for one. Who needs it to take
# its time says so: [tps=200].
script.USUAL_TPS = 2000.0


@pytest.fixture(autouse=True)
def private_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """No test sees or touches the user's own files. Only the folder is there for what tests write before a start, and
    nothing of it in their own one.
    """
    home = tmp_path.with_name(f"{tmp_path.name}-home")
    (home / "config").mkdir(parents=True)
    monkeypatch.setenv("LLMDESK_HOME", str(home))
    yield home
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def no_proxy_no_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of what this machine knows of the network and of the hub counts."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy", "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))


@pytest.fixture
def memory_keyring() -> Iterator[MemoryKeyring]:
    """A keyring that nobody else has, in place of the system's."""
    import keyring

    from tests.memory_keyring import MemoryKeyring

    before, ring = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def no_engine_settings() -> Iterator[None]:
    """What a test's settings say of the engine ends with it."""
    yield
    engine_choices.use_settings({})


class _FrozenOnce:
    """The collector as the engine sees it, which thaws and freezes all at each load and each unload.

    Here that would be a walk through torch, pytest's thousands of tests and their reports, half a second each time. So
    what was imported stays frozen; all that a test makes is looked through as in the program.
    """

    collect = staticmethod(gc.collect)

    @staticmethod
    def freeze() -> None:
        """Only after imports."""

    @staticmethod
    def unfreeze() -> None:
        """Never."""


heap.gc = _FrozenOnce  # type: ignore[assignment, attr-defined]


class _SharedWorkers:
    """Processes that render chat templates, each of which takes a tenth of a second of the processor to start.

    One that has answered as it should is given to the next test instead of being ended. What ends a process is tried in
    tests/engine/generation/test_template_process.py, without this.
    """

    def __init__(self) -> None:
        self.idle: list[subprocess.Popen[bytes]] = []
        self._most_idle = 2
        self._sound: set[int] = set()
        self._start, self._exchange, self.end = (
            template_process._worker,
            template_process._exchange,
            template_process._end,
        )

    def start(self) -> subprocess.Popen[bytes]:
        """Any thread."""
        return self.idle.pop() if self.idle else self._start()

    def exchange(self, process: subprocess.Popen[bytes], request: bytes, answers: SimpleQueue[bytes]) -> None:
        """Notes whether the answer came whole."""
        heard: SimpleQueue[bytes] = SimpleQueue()
        self._sound.discard(process.pid)
        self._exchange(process, request, heard)
        answer = heard.get()
        if answer.endswith(b"\n") and b'"limit"' not in answer:
            self._sound.add(process.pid)
        answers.put(answer)

    def give_back(self, process: subprocess.Popen[bytes]) -> None:
        """Instead of its end."""
        if process.pid in self._sound and process.poll() is None and len(self.idle) < self._most_idle:
            self.idle.append(process)
        else:
            self._sound.discard(process.pid)
            self.end(process)

    def close(self) -> None:
        """With the tests; a process of a model that is let go of later ends at once."""
        self._most_idle = 0
        while self.idle:
            self.end(self.idle.pop())

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """For as long as the patch lasts."""
        patch.setattr(template_process, "_worker", self.start)
        patch.setattr(template_process, "_exchange", self.exchange)
        patch.setattr(template_process, "_end", self.give_back)


@pytest.fixture(scope="session")
def all_workers() -> Iterator[_SharedWorkers]:
    """Ended with the tests."""
    workers = _SharedWorkers()
    yield workers
    workers.close()


@pytest.fixture(autouse=True)
def shared_workers(all_workers: _SharedWorkers, monkeypatch: pytest.MonkeyPatch) -> None:
    """See _SharedWorkers."""
    all_workers.install(monkeypatch)


def pytest_collection_finish() -> None:
    """The libraries that were imported so far, and the tests."""
    _freeze()


@pytest.fixture(autouse=True)
def one_thread_of_torch() -> None:
    """For what a test computes itself: of matrices as small as tests have, threads only wait for each other, the longer
    the busier the other process of tests is. The engine chooses its threads itself.
    """
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def libraries_out_of_the_garbage_collectors_way() -> Iterator[None]:
    """What tests were the first to import is the next ones' no more."""
    yield
    if len(sys.modules) > _frozen[-1] + 50:
        _freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, Any, Any]:
    """What outlives a file (reports, caches, what windows leave) is looked through once, not at each load of a model
    and before each window: one look took 68 ms in the end. Nothing of the file's own fixtures is left at this point.
    """
    result = yield
    if nextitem is None or nextitem.path != item.path:
        _freeze()
    return result


_frozen: list[int] = []
"""How many modules there were whenever all was frozen."""


def _freeze() -> None:
    gc.collect()
    gc.freeze()
    _frozen.append(len(sys.modules))


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """A test that leaves a thread running fails."""
    before = set(threading.enumerate())
    yield
    deadline_s = time.monotonic() + 5
    while leaked := [t for t in threading.enumerate() if t not in before and t.is_alive() and not _is_foreign(t)]:
        if time.monotonic() > deadline_s:
            pytest.fail(f"threads left running: {leaked}")
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def no_hidden_exceptions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An exception in a slot, a thread or a destructor fails the test (pytest-qt does not see those of PySide6)."""
    seen: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, value, tb: seen.append(f"{kind.__name__}: {value}"))
    monkeypatch.setattr(
        threading, "excepthook", lambda args: seen.append(f"{args.exc_type.__name__}: {args.exc_value}")
    )
    yield
    if seen:
        pytest.fail("exceptions that nobody caught: " + "; ".join(seen))


class _Warnings(logging.Handler):
    """Collects what is logged as a warning or worse."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Any thread."""
        self.lines.append(f"{record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def no_unexpected_warnings(request: pytest.FixtureRequest) -> Iterator[None]:
    """A warning in llmdesk's log fails the test, unless ``@pytest.mark.logs("words of it")`` expects it."""
    handler = _Warnings()
    logger = logging.getLogger("llmdesk")
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)
    expected = [words for mark in request.node.iter_markers("logs") for words in mark.args]
    allowed = [*expected, *(words for mark in request.node.iter_markers("may_log") for words in mark.args)]
    unexpected = [line for line in handler.lines if not any(words in line for words in allowed)]
    missing = [words for words in expected if not any(words in line for line in handler.lines)]
    if unexpected or missing:
        pytest.fail(f"logged but not expected: {unexpected}; expected but not logged: {missing}")


LONGEST_FILES = (
    "test_zoom.py",
    "test_fuzz.py",
    "test_app.py",
    "test_unload.py",
    "test_killed.py",
    "test_families.py",
    "test_page.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; tests that measure time last, when nothing of the others is under way any more."""
    items.sort(key=lambda item: (item.get_closest_marker("timing") is not None, item.path.name not in LONGEST_FILES))


def _is_foreign(thread: threading.Thread) -> bool:
    """Threads of libraries that live as long as the process (tqdm's monitor, Qt's dummies)."""
    return isinstance(thread, threading._DummyThread) or thread.name.startswith(("tqdm", "asyncio"))
