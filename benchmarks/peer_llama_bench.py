"""A ``llama-bench`` that was built elsewhere, llama.cpp's or ik_llama.cpp's, as one of the engines of peers.py."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.peers import Test


class LlamaBench:
    """Measured as the other peers are; each run is a process of its own, which loads the file and warms up by itself.

    Args:
        name: in the table.
        command: the program, and what it is to be given (``-fa 1``).
        file: a GGUF file.
    """

    def __init__(self, name: str, command: list[str], file: Path, threads: int) -> None:
        self.name, self.error = name, ""
        self.facts: dict[str, Any] = {"arguments": command[1:]}
        self._command = [*command, "-m", str(file), "-t", str(threads), "-r", "1", "-o", "json"]
        self._has_depth = False
        try:
            told = subprocess.run([command[0], "--help"], capture_output=True, text=True, check=False)
            self._has_depth = "--n-depth" in told.stdout + told.stderr
            first = self._run(["-p", "8", "-n", "0"])
            self.facts |= {"build": first.get("build_commit"), "model": first.get("model_type")}
        except (OSError, RuntimeError, ValueError) as error:
            self.error = f"{type(error).__name__}: {error}"

    def seconds(self, test: Test) -> float | None:
        """One run; None if it cannot."""
        if self.error:
            return None
        try:
            return test.tokens / float(self._run(self._arguments(test))["avg_ts"])
        except (OSError, RuntimeError, ValueError, KeyError) as error:
            self.error = f"{type(error).__name__}: {error}"
            return None

    def logits(self, ids: list[int], file: Path) -> bool:
        """It gives none."""
        del ids, file
        return False

    def close(self) -> None:
        """Nothing runs between the measurements."""

    def _arguments(self, test: Test) -> list[str]:
        if test.kind == "prefill":
            return ["-p", str(test.tokens), "-n", "0"]
        if not test.depth:
            return ["-p", "0", "-n", str(test.tokens)]
        if self._has_depth:
            return ["-p", "0", "-n", str(test.tokens), "-d", str(test.depth)]
        return ["-p", "0", "-n", "0", "-gp", f"{test.depth},{test.tokens}"]  # ik_llama.cpp's way to say it

    def _run(self, what: list[str]) -> dict[str, Any]:
        done = subprocess.run([*self._command, *what], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"llama-bench ended with {done.returncode}: {done.stderr.strip()[-200:]}")
        found: list[dict[str, Any]] = json.loads(done.stdout[done.stdout.index("[") :])
        return found[-1]
