"""The Linux wheel of `make wheel` in a new virtual environment, installed as docs/installing.md says; it answers there.

    python scripts/wheel_test.py

pip takes the newest packages that pyproject.toml allows, from its index; the model is fetched as a user would.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import package
import package_tree
import trial
from environment import CPU_INDEX, SetupFailed, index_answers

from llmdesk import __version__

TRIAL = trial.Trial("wheel-test")
QUESTION = "Name three colours."
OF_THIS_USER = ("LLMDESK_", "PYTHON", "VIRTUAL_ENV", "XDG_", "HF_HOME", "HF_HUB_CACHE", "HF_TOKEN")
"""What would lead to this user's folders, choices and programs. The rest is kept: proxies, certificates, the hub."""


def main() -> int:
    """Everything in turn; returns the exit code."""
    return TRIAL.run(_try)


def _try() -> None:
    wheel = newest_wheel(package.DIST)
    with tempfile.TemporaryDirectory(prefix="llmdesk-wheel-") as folder:
        _try_in(Path(folder), wheel)


def newest_wheel(dist: Path) -> Path:
    """The one for Linux of this version. Raises SetupFailed: there is none."""
    wheels = list(dist.glob(f"llmdesk-{__version__}-*manylinux*_x86_64.whl"))
    if not wheels:
        raise SetupFailed(f"there is no wheel of {__version__} for Linux in {dist.name}: run `make wheel` first.")
    return max(wheels, key=lambda wheel: wheel.stat().st_mtime)


def _try_in(folder: Path, wheel: Path) -> None:
    environment, home = folder / "venv", folder / "home"
    home.mkdir()
    package_tree.run(sys.executable, "-m", "venv", str(environment))
    pip = [str(environment / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
    if index_answers(CPU_INDEX):  # else PyPI's build, which for Linux brings CUDA along
        pip += ["--extra-index-url", CPU_INDEX]
    started_s = time.monotonic()
    package_tree.run(*pip, f"{wheel}[native]")
    TRIAL.say(f"{wheel.name} with its packages is installed after {time.monotonic() - started_s:.0f} s")
    isa = trial.ready_made_isa(_run(environment, home, "python", "-s", "-P", "-c", trial.KERNELS))
    _run(environment, home, "llmdesk", "models", "install", "smollm2-135m")
    started_s = time.monotonic()
    answer = _run(environment, home, "llmdesk", "ask", "--model", "smollm2-135m", "--max-tokens", "16", QUESTION)
    if not answer.strip():
        raise SetupFailed("llmdesk ask said nothing.")
    took_s = time.monotonic() - started_s
    TRIAL.say(f"`llmdesk ask` after {took_s:.1f} s by the kernels inside for {isa}: {answer.strip()!r}")


def _run(environment: Path, home: Path, program: str, *arguments: str) -> str:
    """What a program of the virtual environment says there, with nothing else on its path, such as a compiler."""
    command = [str(environment / "bin" / program), *arguments]
    variables = fresh_variables(environment, home)
    done = subprocess.run(command, capture_output=True, text=True, env=variables, cwd=home)
    if done.returncode != 0:
        raise SetupFailed(f"{program} {' '.join(arguments[:2])}: {(done.stderr or done.stdout).strip()[-600:]}")
    return done.stdout


def fresh_variables(environment: Path, home: Path) -> dict[str, str]:
    """The whole environment of this process, in another home and with the virtual environment's programs only."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OF_THIS_USER)}
    return kept | {"PATH": str(environment / "bin"), "HOME": str(home), "LLMDESK_HOME": str(home), "LANG": "C.UTF-8"}


if __name__ == "__main__":
    sys.exit(main())
