"""System libraries that the window needs and PySide6 does not bring along (Linux only; standard library only).

Qt itself would say "could not load the platform plugin" or fail while it is imported; this says what to install.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from llmdesk.errors import SetupError
from llmdesk.words import say

Platform = Literal["offscreen", "xcb", "wayland"]


@dataclass(frozen=True, slots=True)
class Library:
    """A shared library and the packages that hold it."""

    soname: str
    debian: str
    fedora: str


_ALWAYS = (
    Library("libEGL.so.1", "libegl1", "libglvnd-egl"),
    Library("libGL.so.1", "libgl1", "libglvnd-glx"),
    Library("libX11.so.6", "libx11-6", "libX11"),
    Library("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon"),
    Library("libdbus-1.so.3", "libdbus-1-3", "dbus-libs"),
    Library("libfontconfig.so.1", "libfontconfig1", "fontconfig"),
    Library("libfreetype.so.6", "libfreetype6", "freetype"),
    Library("libglib-2.0.so.0", "libglib2.0-0", "glib2"),
    Library("libgssapi_krb5.so.2", "libgssapi-krb5-2", "krb5-libs"),
    Library("libbrotlidec.so.1", "libbrotli1", "libbrotli"),
    Library("libzstd.so.1", "libzstd1", "libzstd"),
)
_XCB = (
    Library("libX11-xcb.so.1", "libx11-xcb1", "libX11-xcb"),
    Library("libxcb.so.1", "libxcb1", "libxcb"),
    Library("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor"),
    Library("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm"),
    Library("libxcb-image.so.0", "libxcb-image0", "xcb-util-image"),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms"),
    Library("libxcb-randr.so.0", "libxcb-randr0", "libxcb"),
    Library("libxcb-render.so.0", "libxcb-render0", "libxcb"),
    Library("libxcb-render-util.so.0", "libxcb-render-util0", "xcb-util-renderutil"),
    Library("libxcb-shape.so.0", "libxcb-shape0", "libxcb"),
    Library("libxcb-shm.so.0", "libxcb-shm0", "libxcb"),
    Library("libxcb-sync.so.1", "libxcb-sync1", "libxcb"),
    Library("libxcb-util.so.1", "libxcb-util1", "xcb-util"),
    Library("libxcb-xfixes.so.0", "libxcb-xfixes0", "libxcb"),
    Library("libxcb-xkb.so.1", "libxcb-xkb1", "libxcb"),
    Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11"),
)
_WAYLAND = (
    Library("libwayland-client.so.0", "libwayland-client0", "libwayland-client"),
    Library("libwayland-cursor.so.0", "libwayland-cursor0", "libwayland-cursor"),
)
_NEEDED: dict[Platform, tuple[Library, ...]] = {
    "offscreen": _ALWAYS,
    "xcb": _ALWAYS + _XCB,
    "wayland": _ALWAYS + _WAYLAND,
}


def has_display(environ: Mapping[str, str] = os.environ) -> bool:
    """False on a Linux machine where no window can be shown; elsewhere there always is a display."""
    if sys.platform != "linux":
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def platform_name(environ: Mapping[str, str] = os.environ) -> Platform:
    """The Qt platform that a window would use here; ``QT_QPA_PLATFORM`` decides if it names one of ours."""
    asked = environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    for known in _NEEDED:
        if asked == known:
            return known
    if environ.get("DISPLAY"):
        return "xcb"
    return "wayland" if environ.get("WAYLAND_DISPLAY") else "offscreen"


def missing_libraries(platform: Platform) -> tuple[Library, ...]:
    """The libraries that this Qt platform needs and the system's loader does not find. Always empty beside Linux."""
    if sys.platform != "linux":
        return ()
    return tuple(library for library in needed(platform) if not loads(library.soname))


def needed(platform: Platform) -> tuple[Library, ...]:
    """The system's libraries that a Qt platform wants."""
    return _NEEDED[platform]


class Packaged(Protocol):
    """Something that packages of the distributions hold."""

    @property
    def debian(self) -> str:
        """Debian's and Ubuntu's package."""

    @property
    def fedora(self) -> str:
        """Fedora's package."""


def install_command(missing: Iterable[Packaged]) -> str:
    """One command for this distribution that installs what is missing (Debian's names if there is no dnf)."""
    if shutil.which("dnf") and not shutil.which("apt-get"):
        return "sudo dnf install " + " ".join(dict.fromkeys(library.fedora for library in missing))
    return "sudo apt install " + " ".join(dict.fromkeys(library.debian for library in missing))


def require_libraries(platform: Platform) -> None:
    """Call before the first import of PySide6.QtGui.

    Raises:
        SetupError: names the missing libraries and the command that installs them.
    """
    if missing := missing_libraries(platform):
        names = ", ".join(library.soname for library in missing)
        raise SetupError(
            say("The window needs system libraries that are not here: {names}.", names=names), install_command(missing)
        )


def loads(soname: str) -> bool:
    """Whether the system's loader finds this library."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True
