"""llmdesk.exe and llmdesk-gui.exe, which start the Python beside them, and their icon (needs ziglang; any system)."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import package_tree
from environment import ROOT

SOURCES = package_tree.PACKAGING / "windows"
ICON = "llmdesk.ico"
_ICON_SIZES_PX = (16, 32, 48, 64, 128, 256)
_TARGET = "x86_64-windows-gnu"


def make(folder: Path, version: str, work: Path) -> None:
    """Write the icon and both programs into ``folder``; ``work`` is for what is compiled. Raises SetupFailed."""
    work.mkdir(parents=True, exist_ok=True)
    for place in (folder, work):
        (place / ICON).write_bytes(icon())
    numbers = ",".join([*version.split("."), "0"])
    for name, options in (("llmdesk.exe", []), ("llmdesk-gui.exe", ["-DWINDOW", "-Wl,--subsystem,windows"])):
        resource = work / f"{name}.rc"
        text = (SOURCES / "start.rc").read_text(encoding="utf-8")
        for word, value in (("VERSION_NUMBERS", numbers), ("VERSION_TEXT", f'"{version}"'), ("NAME", f'"{name}"')):
            text = text.replace(f" {word}\n", f" {value}\n")
        resource.write_text(text, encoding="utf-8")
        compiled(folder / name, "start.c", str(resource), *options)


def compiled(target: Path, source: str, *options: str) -> None:
    """A program of Windows out of one of the sources. Raises SetupFailed.

    With the kernels' options (fused/systems.py): for others Zig would make Windows' libraries once more.
    """
    command = [sys.executable, "-m", "ziglang", "cc", "-target", _TARGET, "-O3", "-s", "-municode"]
    package_tree.run(*command, str(SOURCES / source), *options, "-o", str(target))


def icon() -> bytes:
    """The program's pictures as Windows wants them: a table of sizes, then the PNG files."""
    pictures = [(ROOT / "assets" / "app" / f"llmdesk-{size}.png").read_bytes() for size in _ICON_SIZES_PX]
    table, offset = struct.pack("<HHH", 0, 1, len(pictures)), 6 + 16 * len(pictures)
    for size, picture in zip(_ICON_SIZES_PX, pictures, strict=True):
        table += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), offset)
        offset += len(picture)
    return table + b"".join(pictures)
