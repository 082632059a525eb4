"""The set-up script's command line, and the make targets."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import setup  # in scripts/, see pythonpath in pyproject.toml

ROOT = Path(__file__).resolve().parent.parent
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="links and signals of POSIX")


def test_run_without_a_display_plays_the_demo(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("DISPLAY", ":0")
    assert setup._run_arguments([]) == []
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert setup._run_arguments(["ask", "Hi"]) == ["ask", "Hi"]
    assert capsys.readouterr().out == ""
    assert setup._run_arguments([]) == ["demo", "--offscreen"]
    assert "No display here" in capsys.readouterr().out


@posix_only
def test_exit_code_is_the_programs() -> None:
    python = Path(sys.executable)
    assert setup._hand_over(python, ["-c", "raise SystemExit(3)"]) == 3
    assert setup._hand_over(python, ["-c", "import os; os.kill(os.getpid(), 9)"]) == 137


@posix_only
def test_exit_code_survives_a_late_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    waitpid = os.waitpid

    def interrupted(pid: int, flags: int) -> tuple[int, int]:
        ended = waitpid(pid, flags)
        signal.raise_signal(signal.SIGINT)  # the kernel has told the exit code, and does so only once
        return ended

    monkeypatch.setattr(os, "waitpid", interrupted)
    assert setup._hand_over(Path(sys.executable), ["-c", "raise SystemExit(7)"]) == 7
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@posix_only
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 7), (signal.SIGTERM, 143)])
def test_signals_reach_the_program(number: signal.Signals, code: int) -> None:
    program = "import signal, sys; signal.signal(2, lambda *_: sys.exit(7)); print('up', flush=True); signal.pause()"
    hand_over = (
        "import sys; sys.path.insert(0, 'scripts'); import setup, pathlib; "
        f"sys.exit(setup._hand_over(pathlib.Path(sys.executable), ['-c', {program!r}]))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hand_over], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does
        else:
            process.send_signal(number)
        assert process.wait(timeout=20) == code


def test_supported_pythons_agree_with_pyproject() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    assert setup.PYTHONS == ((3, 11), (3, 13))


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize(
    ("target", "command"),
    [
        (["run", "ARGS=ask Hi"], "scripts/setup.py --stack auto run ask Hi"),
        (["run", "STACK=native"], "scripts/setup.py --stack native run"),
        (["test"], "--dev --desktop-tools python scripts/run_tests.py"),
        (["newest"], "--newest --dev --desktop-tools python scripts/run_tests.py"),
        (["lock"], "scripts/lock.py renew\n.ci/run\n"),
        (["fresh-check"], "scripts/fresh_check.sh"),
        (["contract", "STACK=native"], "--stack native --dev python scripts/run_tests.py tests/contract tests/engine"),
    ],
)
def test_make_targets(target: list[str], command: str) -> None:
    result = subprocess.run(["make", "--dry-run", *target], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0
    assert command in result.stdout
