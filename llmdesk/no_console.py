"""For programs that are started without a console of their own popping up (Windows, where the window has none)."""

from __future__ import annotations

import subprocess

NO_CONSOLE: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""``creationflags`` of subprocess; nothing on other systems."""
