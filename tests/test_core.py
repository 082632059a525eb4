"""What window, commands and server share: built once, started by whom it suits, closed once."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from llmdesk import engine_choices, paths
from llmdesk.core import Core
from llmdesk.datatypes.chat import Finished
from llmdesk.engine.backend import LoadOptions
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.errors import ModelNotFound
from tests.engine.engine_thread import Collector, Statuses, request
from tests.models.builders import remember_model


def test_a_core_answers_on_an_engine_thread_of_its_own(tmp_path: Path) -> None:
    remember_model(tmp_path, "tiny")
    sink = Collector()
    threads: set[str] = set()
    with Core(LoadOptions(precision="int4"), ScriptedBackend) as core:
        core.runner.subscribe(lambda status: threads.add(threading.current_thread().name))
        core.runner.submit(request(core.runner), sink)
        assert isinstance(sink.result(), Finished)
        info = core.runner.status.info
    assert info is not None
    assert (info.model_id, info.precision) == ("tiny", "int4")
    assert threads == {"MainThread", "engine"}
    assert not any(thread.name == "engine" for thread in threading.enumerate())


def test_somebody_else_may_run_the_engine(tmp_path: Path) -> None:
    remember_model(tmp_path, "tiny")
    core = Core(make=ScriptedBackend)
    sink = Collector()
    core.runner.submit(request(core.runner), sink)
    thread = threading.Thread(target=core.runner.run_forever, name="somebody's")
    thread.start()
    assert isinstance(sink.result(), Finished)
    core.close()
    core.close()
    thread.join(10)
    assert not thread.is_alive()


def test_building_a_core_starts_nothing_and_reads_no_catalogue() -> None:
    before = set(threading.enumerate())
    core = Core(make=ScriptedBackend)
    assert set(threading.enumerate()) == before
    assert core._catalogue is None
    core.close()


def test_all_threads_get_the_same_catalogue() -> None:
    core = Core()
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(core.catalogue)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(catalogue) for catalogue in found}) == 1
    with pytest.raises(ModelNotFound):
        core.catalogue.resolve("nope")
    core.close()


def test_an_exception_inside_ends_the_engine_too() -> None:
    with pytest.raises(ZeroDivisionError), Core(make=ScriptedBackend):
        raise ZeroDivisionError
    assert not any(thread.name == "engine" for thread in threading.enumerate())


@pytest.mark.logs("the engine thread failed")
def test_a_bug_in_the_engine_prints_no_traceback_and_refuses(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with Core(make=ScriptedBackend) as core:
        sink = Collector()
        monkeypatch.setattr(core.runner._loop, "_admit", lambda: 1 / 0)
        core.runner.submit(request(core.runner), sink)
        sink.result()
    assert capfd.readouterr().out == ""


def test_the_engine_follows_the_settings_until_the_end() -> None:
    (paths.config_dir() / "settings.toml").write_text("[engine]\nthreads = 3\n", encoding="utf-8")
    with Core(make=ScriptedBackend) as core:
        choice = engine_choices.chosen("LLMDESK_THREADS")
        assert choice is not None
        assert (choice.text, choice.origin) == ("3", "engine.threads")
        core.settings.set("engine.threads", 2)
        changed = engine_choices.chosen("LLMDESK_THREADS")
        assert changed is not None
        assert changed.text == "2"
    assert engine_choices.chosen("LLMDESK_THREADS") is None
    core.settings.set("engine.threads", 5)  # nobody listens any more
    core.settings.flush()
    assert engine_choices.chosen("LLMDESK_THREADS") is None
    assert "threads = 5" in core.settings.file.read_text(encoding="utf-8")


def test_the_monitor_is_the_cores_and_ends_with_it() -> None:
    with Core(make=ScriptedBackend) as core:
        core.monitor.start()
        assert any(thread.name == "resource-monitor" for thread in threading.enumerate())
    assert not any(thread.name == "resource-monitor" for thread in threading.enumerate())


def test_a_core_needs_neither_qt_nor_torch() -> None:
    code = """
import sys
from llmdesk.core import Core
core = Core()
core.catalogue.default_id
core.close()
print([name for name in ("PySide6", "torch", "fastapi", "transformers") if name in sys.modules])
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert result.stdout.strip() == "[]"


def test_a_model_that_nobody_has_is_a_failed_status() -> None:
    with Core(make=ScriptedBackend) as core:
        statuses = Statuses()
        core.runner.subscribe(statuses)
        core.runner.load("nope")
        failed = statuses.wait_for(lambda s: s.state == "failed")
    assert failed.error is not None
    assert failed.error.http_status == 404


def test_the_engine_is_told_of_chat_models_on_this_disk_only(tmp_path: Path) -> None:
    remember_model(tmp_path, "tiny")
    next(remember_model(tmp_path, "damaged").glob("*.safetensors")).write_bytes(b"")
    core = Core(make=ScriptedBackend)
    found = [local.spec.id for local in core._installed()]
    assert "tiny" in found
    assert not {"damaged", "minilm-l6", "qwen3-1.7b"} & set(found)
    core.close()
