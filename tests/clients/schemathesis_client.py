"""schemathesis: what its schema says of the server holds, whatever is sent (against scripted answers).

No answer is a 500, and none has a status, a content type, a header or a form that is not documented. What fits the
schema may still be refused: that a context is too small, or that an empty prompt makes no sense, no schema tells.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.clients.checks import KEY, ROOT_URL, Checks

checks = Checks("schemathesis")


def main() -> None:
    """One run over all routes; what it says is printed if it finds anything."""
    with checks.step("every route, documented answers only") as say:
        command = [
            str(Path(sys.executable).with_name("schemathesis")), "run", f"{ROOT_URL}/openapi.json",
            "--header", f"Authorization: Bearer {KEY}", "--phases", "examples,coverage,fuzzing",
            "--max-examples", "25", "--checks", "all", "--exclude-checks", "positive_data_acceptance",
            "--continue-on-failure", "--request-timeout", "60", "--max-response-time", "60", "--seed", "1",
        ]  # fmt: skip
        environment = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.clients.schemathesis_hooks"}
        done = subprocess.run(command, capture_output=True, text=True, timeout=900, env=environment)
        if done.returncode:
            raise RuntimeError(done.stdout[:5000] + done.stdout[-5000:] + done.stderr)
        say(next(line.strip() for line in done.stdout.splitlines() if "generated" in line and "passed" in line))


if __name__ == "__main__":
    main()
    checks.end()
