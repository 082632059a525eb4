"""Motion as the desktop portal tells it, over a real session bus."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest


@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="there is no D-Bus on this machine")
def test_the_portal_is_asked_and_heard() -> None:
    command = ["dbus-run-session", "--", sys.executable, "-m", "tests.ui.kit.portal"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.splitlines() == ["read True", "changed False"], done.stderr
