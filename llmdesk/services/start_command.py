"""How this installation is started from outside, without a console (any thread; looks at files)."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path


def start_command() -> list[str]:
    """The launcher of the installation, else its interpreter.

    Of a package of ours it stands beside the interpreter, on Windows beside the interpreter's folder.
    """
    name = "llmdesk-gui.exe" if sys.platform == "win32" else "llmdesk-gui"
    home = Path(sys.executable).parent
    folders = (Path(sysconfig.get_path("scripts")), home, *([home.parent] if sys.platform == "win32" else ()))
    script = next((folder / name for folder in folders if (folder / name).exists()), None)
    return [str(script)] if script else [sys.executable, "-m", "llmdesk"]
