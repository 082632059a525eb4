"""What tells which system packages a run used."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import used_packages  # in scripts/, see pythonpath in pyproject.toml

pytestmark = pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="not a Debian system")


def test_programs_and_libraries_of_a_run_are_seen(tmp_path: Path) -> None:
    marked = {**os.environ, "LLMDESK_FRESH_CHECK": str(tmp_path)}
    seen: set[str] = set()
    watcher = threading.Thread(target=lambda: seen.update(used_packages.watch(tmp_path)))
    # In the shell of the run: what it starts is found as well.
    with subprocess.Popen(
        ["sh", "-c", "tail -f /dev/null & read line; kill $!"], stdin=subprocess.PIPE, env=marked
    ) as run:
        watcher.start()
        deadline_s = time.monotonic() + 20
        time.sleep(1)
        (tmp_path / "done").touch()
        watcher.join(timeout=deadline_s - time.monotonic())
        run.communicate(b"\n")
    assert any(path.endswith("/tail") for path in seen)
    assert {"coreutils", "libc6"} <= used_packages.packages_of(sorted(seen))
    assert str(Path(sys.executable).resolve()) not in seen  # ours, which does not belong to the run


def test_names_and_what_they_need() -> None:
    readme = "You need `make`, and on X11 `libxcb1`; libxcb10 is not it."
    assert used_packages.named_in(readme, {"make", "libxcb1", "xvfb", "need"}) == {"make", "libxcb1", "need"}
    assert "libc6" in used_packages.with_dependencies(set())  # every Debian system has it
    assert used_packages.packages_of([]) == set()
