"""The two parts of a test run: nothing is left out, nothing runs twice, a failure in either is told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
import run_tests

_TESTS = """
import os, pytest
from pathlib import Path
def note(name): Path(f"{{name}}.ran").write_text(os.environ.get("PYTEST_XDIST_WORKER", "alone"))
def test_usual(): note("usual")
@pytest.mark.timing
def test_clock():
    note("clock")
    assert {clock}
@pytest.mark.all_cores
def test_cores(): note("cores")
@pytest.mark.long
def test_trial(): note("trial")
@pytest.mark.long
@pytest.mark.timing
def test_slow_clock(): note("slow_clock")
"""
_MARKERS = "[pytest]\nmarkers =\n timing: t\n all_cores: a\n long: l\n"


def run(folder: Path, *arguments: str, clock: str = "True") -> int:
    """What the script ends with for a test of each kind, one of which can fail."""
    return told(folder, _TESTS.format(clock=clock), *arguments)[0]


def told(folder: Path, tests: str, *arguments: str) -> tuple[int, str]:
    """What the script ends with for these tests, and what it says."""
    (folder / "test_kinds.py").write_text(tests)
    (folder / "pytest.ini").write_text(_MARKERS)
    command = [sys.executable, run_tests.__file__, "-q", *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": "-p xdist.plugin"}  # Qt's takes a second
    environment |= {run_tests.PLACE: str(folder)}  # with failures something stays
    found = subprocess.run(
        command, cwd=folder, check=False, stdout=subprocess.PIPE, text=True, timeout=100, env=environment
    )
    return found.returncode, found.stdout


def ran(folder: Path) -> dict[str, bool]:
    """Which tests ran, and whether by themselves."""
    return {file.stem: file.read_text() == "alone" for file in folder.glob("*.ran")}


def test_each_test_runs_once_and_clocks_and_all_cores_alone(tmp_path: Path) -> None:
    assert run(tmp_path) == 0
    assert ran(tmp_path) == {"usual": False, "clock": True, "cores": True}


def test_what_fails_once_only_is_named_and_holds_nothing_back(tmp_path: Path) -> None:
    second_time = "Path('tried').exists() or Path('tried').touch()"
    code, said = told(tmp_path, _TESTS.format(clock=second_time))
    assert code == 0
    assert "UNSTEADY, failed once and then passed: test_kinds.py::test_clock" in said
    assert ran(tmp_path) == {"usual": False, "clock": True, "cores": True}


def test_a_process_that_crashes_takes_one_test_with_it_and_no_other(tmp_path: Path) -> None:
    """With files that it had finished, and one that it had begun."""
    note = "    with open(__file__ + '.ran', 'a') as file: file.write(f'{i} ')\n"
    each = "import os, pytest\n@pytest.mark.parametrize('i', range(6))\ndef test_it(i):\n"
    crash = (
        "    if i == 3 and not os.path.exists('crashed'):\n        open('crashed', 'w').close()\n        os.abort()\n"
    )
    for other in "abde":
        (tmp_path / f"test_{other}.py").write_text(each + note)
    (tmp_path / "test_c.py").write_text(each + crash + note)
    code, said = told(tmp_path, "", "-p", "no:faulthandler")
    assert code == 0, said
    assert "UNSTEADY, failed once and then passed: test_c.py::test_it[3]" in said
    assert (tmp_path / "test_c.py.ran").read_text().split() == ["0", "1", "2", "4", "5", "3"]
    assert all((tmp_path / f"test_{name}.py.ran").read_text().split() == list("012345") for name in "abde")


def test_many_failures_are_no_chance(tmp_path: Path) -> None:
    code, said = told(tmp_path, "".join(f"def test_{i}(): assert False\n" for i in range(run_tests.MOST_UNSTEADY + 1)))
    assert code == 1
    assert "Once more" not in said


def test_a_failure_in_the_second_part_is_told_and_long_trials_are_run_if_asked_for(tmp_path: Path) -> None:
    assert run(tmp_path, "--all", clock="False") == 1
    assert ran(tmp_path) == {"usual": False, "clock": True, "cores": True, "trial": False, "slow_clock": True}


@pytest.mark.parametrize(("chosen", "code"), [("usual", 0), ("nothing_of_it", 5)])
def test_a_choice_may_leave_a_part_empty(tmp_path: Path, chosen: str, code: int) -> None:
    assert run(tmp_path, "-k", chosen) == code
    assert set(ran(tmp_path)) == ({chosen} if code == 0 else set())


@pytest.mark.parametrize(
    ("codes", "code"), [([0, 0], 0), ([1, 0], 1), ([0, 2], 2), ([5, 0], 0), ([5, 5], 5), ([5, 1], 1)]
)
def test_one_code_for_both(codes: list[int], code: int) -> None:
    assert run_tests.total(codes) == code


def test_as_many_processes_as_the_memory_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    for available, expected in ((0, "2"), (run_tests.ROOM_OF_THREE_BYTES, "3")):
        monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=available))  # noqa: B023
        assert run_tests.parts([], "")[0][:2] == ["-n", expected]


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A disk in memory with room enough."""
    monkeypatch.delenv(run_tests.PLACE, raising=False)
    monkeypatch.setattr(run_tests, "MEMORY_DISK", tmp_path)
    monkeypatch.setattr(run_tests, "ROOM_BYTES", 0)
    return tmp_path


def test_folders_of_tests_are_in_memory_where_there_is_room(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_tests.folder_in_memory() == memory / f"llmdesk-{os.getpid()}"
    with monkeypatch.context() as patch:
        patch.setattr(run_tests, "ROOM_BYTES", 10**18)
        assert run_tests.folder_in_memory() is None
    with monkeypatch.context() as patch:
        no_programs = SimpleNamespace(f_bavail=10**9, f_frsize=4096, f_flag=os.ST_NOEXEC)
        patch.setattr(os, "statvfs", lambda _: no_programs)
        assert run_tests.folder_in_memory() is None
    monkeypatch.setenv(run_tests.PLACE, "chosen by hand")
    assert run_tests.folder_in_memory() is None
    monkeypatch.delenv(run_tests.PLACE)
    monkeypatch.setattr(run_tests, "MEMORY_DISK", memory / "not there")
    assert run_tests.folder_in_memory() is None


def test_what_a_killed_run_left_goes_and_what_others_use_stays(memory: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as killed:
        pass
    for name in (f"llmdesk-{killed.pid}", f"llmdesk-{os.getppid()}", "llmdesk-demo", "pytest-of-me"):
        (memory / name / "pytest-of-me").mkdir(parents=True)
    folder = run_tests.folder_in_memory()
    assert folder is not None
    left = {each.name for each in memory.iterdir()}
    assert left == {folder.name, f"llmdesk-{os.getppid()}", "llmdesk-demo", "pytest-of-me"}


@pytest.mark.parametrize(("code", "stays"), [(0, False), (1, True), (2, False), (5, False)])
def test_a_runs_folder_stays_only_where_tests_failed(
    code: int, stays: bool, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = memory / f"llmdesk-{os.getpid()}"
    seen: list[tuple[str | None, bool]] = []

    def pytest_run(arguments: list[str]) -> tuple[int, list[str]]:
        (folder / "of a test").mkdir(exist_ok=True)
        seen.append((os.environ.get(run_tests.PLACE), folder.is_dir()))
        return code, []

    monkeypatch.setattr(run_tests, "pytest_run", pytest_run)
    assert run_tests.main([]) == code
    assert set(seen) == {(str(folder), True)}
    assert folder.exists() is stays
    assert run_tests.PLACE not in os.environ
