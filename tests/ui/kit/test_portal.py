"""With a session bus, as every desktop has one, the portal is asked; without a portal nothing comes of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

ASK = """
from PySide6.QtWidgets import QApplication
app = QApplication(["x"])
from llmdesk.ui.kit.motion import Motion
Motion(app).ask_portal()
print("asked")
"""


@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="not installed: dbus-run-session (package dbus)")
def test_the_portal_is_asked_over_a_real_bus() -> None:
    command = ["dbus-run-session", "--", sys.executable, "-c", ASK]
    done = subprocess.run(
        command, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "asked\n", done.stderr
