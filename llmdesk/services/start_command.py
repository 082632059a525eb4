"""How this installation is started from outside (any thread; looks at files)."""

from __future__ import annotations

import os
import struct
import sys
import sysconfig
from pathlib import Path

UNPACKED = "program"
"""The folder of the cache that the single file unpacks itself into."""
MAGIC = b"llmdesk1"
FOOT = struct.Struct("<8sQQ40s")
"""The single file's last bytes: ``struct foot`` in packaging/one_file.h."""


def start_command(name: str = "llmdesk-gui") -> list[str]:
    """The launcher of the installation, else its interpreter; that of ``llmdesk-gui`` has no console.

    Of a package of ours it stands beside the interpreter, on Windows beside the interpreter's folder.
    """
    if (file := one_file()) is not None:
        return [str(file)]
    if sys.platform == "win32":
        name += ".exe"
    home = Path(sys.executable).parent
    folders = (Path(sysconfig.get_path("scripts")), home, *([home.parent] if sys.platform == "win32" else ()))
    script = next((folder / name for folder in folders if (folder / name).exists()), None)
    return [str(script)] if script else [sys.executable, "-m", "llmdesk"]


def one_file() -> Path | None:
    """The single file that this installation was unpacked from (packaging/one_file.c); None: it is another kind."""
    file = os.environ.get("LLMDESK_ONE_FILE", "")
    return Path(file) if file and Path(sys.executable).parts[-4:-3] == (UNPACKED,) else None


def version_of(file: Path) -> str:
    """Of a single file, as "0.1.0"; empty if it is none. Raises OSError."""
    with file.open("rb") as opened:
        size_bytes = opened.seek(0, os.SEEK_END)
        opened.seek(max(0, size_bytes - FOOT.size))
        foot = opened.read()
    if len(foot) != FOOT.size or not foot.startswith(MAGIC):
        return ""
    name: bytes = FOOT.unpack(foot)[3]
    return name.rstrip(b"\0").decode("ascii", "replace").partition("-")[0]
