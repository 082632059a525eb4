"""Which libraries the programs of a folder for Windows ask for, and which nobody has (standard library only)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path

# What every Windows 10 and 11 has of those that the wheels name; `api-ms-` and `ext-ms-` are names for parts of it.
_OF_WINDOWS = """
advapi32 authz avrt bcrypt bcryptprimitives cabinet cfgmgr32 combase comctl32 comdlg32 crypt32 cryptbase d2d1 d3d11
d3d12 d3d9 dbghelp dcomp dnsapi dwmapi dwrite dxgi dxva2 evr gdi32 glu32 hid icuuc imagehlp imm32 iphlpapi kernel32 mf
mfplat mfreadwrite mpr msvcrt mswsock ncrypt netapi32 ntdll ole32 oleacc oleaut32 opengl32 pdh powrprof propsys psapi
rpcrt4 secur32 setupapi shcore shell32 shlwapi synchronization ucrtbase uiautomationcore urlmon user32 userenv usp10
uxtheme version winhttp wininet winmm winspool.drv wintrust wldap32 ws2_32 wsock32 wtsapi32
"""
_SYSTEM = re.compile(r"(api-ms-|ext-ms-).*")


def missing(folder: Path) -> list[str]:
    """``LIBRARY (of PROGRAM)`` for each that is neither in the folder nor a part of Windows."""
    programs = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in (".dll", ".exe", ".pyd")]
    there = {(_searched(path.relative_to(folder)), path.name.lower()) for path in programs}
    return [
        f"{name} (of {path.relative_to(folder)})"
        for path in programs
        for name in sorted(set(needed(path)))
        if not {("python", name), (_searched(path.relative_to(folder)), name)} & there and not _is_of_windows(name)
    ]


def _searched(path: Path) -> str:
    """What is looked for together: a package with what it brings along, and beside it always Python's own folder."""
    parts = path.parts
    name = parts[1] if parts[0] == "packages" else parts[0]
    return "pyside6" if name == "shiboken6" else name.lower().removesuffix(".libs")


def _is_of_windows(name: str) -> bool:
    return name.removesuffix(".dll") in _OF_WINDOWS.split() or _SYSTEM.match(name) is not None


def needed(path: Path) -> Iterator[str]:
    """The libraries that a program of Windows is linked with, in small letters.

    Raises:
        ValueError: it is none.
    """
    data = path.read_bytes()
    at = int.from_bytes(data[0x3C:0x40], "little") if data[:2] == b"MZ" else 0
    if not at or data[at : at + 4] != b"PE\0\0":
        raise ValueError(f"{path} is no program of Windows")
    sections, options_bytes = struct.unpack_from("<H12xH", data, at + 6)
    options = at + 24
    is_64 = struct.unpack_from("<H", data, options)[0] == 0x20B
    (imports,) = struct.unpack_from("<I", data, options + (120 if is_64 else 104))
    table = [struct.unpack_from("<8xIIII", data, options + options_bytes + 40 * each) for each in range(sections)]

    def place(address: int) -> int:
        for size, start, kept, offset in table:
            if start <= address < start + max(size, kept):
                return int(address - start + offset)
        raise ValueError(f"{path} names a place that it does not have")

    if not imports:
        return
    entry = place(imports)
    while (name := struct.unpack_from("<12xI4x", data, entry)[0]) != 0:
        begin = place(name)
        yield data[begin : data.index(b"\0", begin)].decode("ascii").lower()
        entry += 20
