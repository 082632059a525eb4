"""The part of ``llmdesk doctor`` that tells which scripts would show as boxes.

Qt is asked in a process of its own: it needs no display then, and nothing that it does can end the report.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

_QUESTION = """
import json
from PySide6.QtGui import QGuiApplication
from llmdesk.services.system_check import install_command
from llmdesk.ui.kit import fonts
application = QGuiApplication([])
missing = fonts.missing_scripts()
print(json.dumps({
    "type": [*fonts.ui_families(), *fonts.code_families()[:1]],
    "scripts_without_font": [script.name for script in missing],
    "install": install_command(missing) if missing else "",
}))
"""
_TIMEOUT_S = 20.0


def fonts_report() -> dict[str, Any]:
    """{"fonts": what is there and what is missing}; None for it if Qt cannot tell. Takes about 0.5 s."""
    import subprocess

    try:
        done = subprocess.run(
            [sys.executable, "-c", _QUESTION],
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            check=True,
        )
        return {"fonts": json.loads(done.stdout)}
    except (OSError, subprocess.SubprocessError, ValueError):
        return {"fonts": None}


def fonts_text(fonts: dict[str, Any] | None) -> str:
    """One line for people."""
    if fonts is None:
        return "Qt cannot tell"
    if not fonts["scripts_without_font"]:
        return "there is one for every script"
    names = ", ".join(fonts["scripts_without_font"])
    to_do = f" ({fonts['install']})" if sys.platform == "linux" else ""
    return f"none here for {names}, which would show as boxes{to_do}"
