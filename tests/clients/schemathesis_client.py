"""schemathesis: what its schema says of the server holds, whatever is sent (against scripted answers).

No answer is a 500, and none has a status, a content type, a header or a form that is not documented. What fits the
schema may still be refused: that a context is too small, or that an empty prompt makes no sense, no schema tells.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from tests.clients.checks import KEY, ROOT_URL, Checks

PHASES_S = {"coverage": 240, "fuzzing": 180}
"""How long each may take: a phase goes over all routes and says what it found at its end."""
_ENDING_S = 60

checks = Checks("schemathesis")


def main() -> None:
    """A run over all routes for each phase; what it says is shown as it comes."""
    for phase, seconds in PHASES_S.items():
        with checks.step(f"every route, documented answers only: {phase}") as say:
            code, lines = ran(phase, seconds)
            if code:
                raise RuntimeError(f"schemathesis ended with {code}" if code > 0 else "it did not end in time")
            say(next(line.strip() for line in lines if "generated, " in line))


def ran(phase: str, seconds: int) -> tuple[int, list[str]]:
    """Its exit code (negative: it had to be ended) and its output."""
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "--no-color", "run", f"{ROOT_URL}/openapi.json",
        "--header", f"Authorization: Bearer {KEY}", "--phases", phase, "--max-time", str(seconds),
        "--max-examples", "25", "--checks", "all", "--exclude-checks", "positive_data_acceptance",
        "--continue-on-failure", "--request-timeout", "60", "--max-response-time", "60", "--seed", "1",
    ]  # fmt: skip
    environment = {
        **os.environ, "SCHEMATHESIS_HOOKS": "tests.clients.schemathesis_hooks", "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    lines: list[str] = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=environment
    ) as process:
        timer = threading.Timer(seconds + _ENDING_S, process.kill)
        timer.start()
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if line.strip():
                print(f"    {line.rstrip()}", flush=True)
        timer.cancel()
    return process.returncode, lines


if __name__ == "__main__":
    main()
    checks.end()
