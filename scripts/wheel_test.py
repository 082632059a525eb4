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

TRIAL = trial.Trial("wheel-test")
QUESTION = "Name three colours."


def main() -> int:
    """Everything in turn; returns the exit code."""
    return TRIAL.run(_try)


def _try() -> None:
    wheels = sorted(package.DIST.glob("llmdesk-*-manylinux*_x86_64.whl"))
    if not wheels:
        raise SetupFailed("there is no wheel for Linux in dist: run `make wheel` first.")
    with tempfile.TemporaryDirectory(prefix="llmdesk-wheel-") as folder:
        _try_in(Path(folder), wheels[-1])


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
    _run(environment, home, "models", "install", "smollm2-135m")
    started_s = time.monotonic()
    answer = _run(environment, home, "ask", "--model", "smollm2-135m", "--max-tokens", "16", QUESTION)
    if not answer.strip():
        raise SetupFailed("llmdesk ask said nothing.")
    compiled = [file for place in (home, environment / "share") for file in place.rglob("fused-*")]
    if compiled:
        raise SetupFailed(f"the kernels inside were not taken, others were compiled: {compiled}")
    TRIAL.say(f"`llmdesk ask` after {time.monotonic() - started_s:.1f} s by the kernels inside: {answer.strip()!r}")


def _run(environment: Path, home: Path, *arguments: str) -> str:
    """llmdesk with nothing else on its path, such as a compiler."""
    variables = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "HTTPS_"))}
    variables |= {"PATH": str(environment / "bin"), "HOME": str(home), "LLMDESK_HOME": str(home), "LANG": "C.UTF-8"}
    command = [str(environment / "bin" / "llmdesk"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=variables, cwd=home)
    if done.returncode != 0:
        raise SetupFailed(f"llmdesk {' '.join(arguments[:2])}: {(done.stderr or done.stdout).strip()[-600:]}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
