"""Debian packages that pip cannot bring: Qt's system libraries and the tools of the desktop tests (Linux only)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from llmdesk.services import system_check  # standard library only

# program -> package; tests/desktop needs them all
DESKTOP_TEST_TOOLS = {
    "Xvfb": "xvfb",
    "openbox": "openbox",
    "xdotool": "xdotool",
    "xprop": "x11-utils",
    "desktop-file-validate": "desktop-file-utils",
    "gio": "libglib2.0-bin",
}

# tests/web looks at the server's page with it.
BROWSER = {"chromium": "chromium"}

# For `make deb`, `make deb-test`, which makes a fresh root, `make windows`, and `make one-file`.
PACKAGE_TOOLS = {"strip": "binutils", "mmdebstrap": "mmdebstrap", "makensis": "nsis", "zstd": "zstd"}

# What llama.cpp's wheel needs for the tests beside it.
TEST_LIBRARIES = {"libgomp.so.1": "libgomp1"}


def ensure(desktop_tools: bool, package_tools: bool = False) -> None:
    """Install what is missing (as root with apt) or say in one line how to; never fails."""
    if sys.platform != "linux":
        return
    packages = _missing(desktop_tools)
    for_packages = [package for tool, package in PACKAGE_TOOLS.items() if package_tools and shutil.which(tool) is None]
    packages += for_packages
    if not packages:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"set-up: apt-get install {' '.join(packages)}", flush=True)
        if _apt_install(packages):
            return
        print("set-up: apt-get failed.", file=sys.stderr)
    missing = system_check.missing_libraries(_platform(desktop_tools))
    if missing:
        print(f"set-up: Qt needs system libraries: {system_check.install_command(missing)}", file=sys.stderr)
    if for_packages:
        print(f"set-up: packages cannot be made without: sudo apt install {' '.join(for_packages)}", file=sys.stderr)
    if tools := _missing_tools(desktop_tools):
        print(f"set-up: some tests are skipped or fail without: sudo apt install {' '.join(tools)}", file=sys.stderr)


def _missing(desktop_tools: bool) -> list[str]:
    libraries = system_check.missing_libraries(_platform(desktop_tools))
    return list(dict.fromkeys([*(library.debian for library in libraries), *_missing_tools(desktop_tools)]))


def _missing_tools(desktop_tools: bool) -> list[str]:
    if not desktop_tools:
        return []
    tools = [package for tool, package in (DESKTOP_TEST_TOOLS | BROWSER).items() if shutil.which(tool) is None]
    return tools + [package for name, package in TEST_LIBRARIES.items() if not system_check.loads(name)]


def _platform(desktop_tools: bool) -> system_check.Platform:
    return "xcb" if desktop_tools else system_check.platform_name()


def _apt_install(packages: list[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        command = ["apt-get", "-qq", *arguments]
        result = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if result.returncode != 0 and arguments[0] == "install":
            print(result.stderr[-1000:], file=sys.stderr)
            return False
    return True
