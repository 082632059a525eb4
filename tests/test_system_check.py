"""The check for Qt's system libraries."""

from __future__ import annotations

import sys

import pytest

from llmdesk.errors import SetupError
from llmdesk.services import system_check
from llmdesk.services.system_check import Library, has_display, install_command, missing_libraries, platform_name

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="other systems bring these libraries along")
ABSENT = Library("libllmdesk-nowhere.so.9", "libnowhere9", "nowhere-libs")


@linux_only
def test_display_is_found() -> None:
    assert has_display({"DISPLAY": ":0"})
    assert has_display({"WAYLAND_DISPLAY": "wayland-0"})
    assert not has_display({})
    assert not has_display({"DISPLAY": ""})


def test_platform_follows_the_display_unless_qt_is_told() -> None:
    assert platform_name({}) == "offscreen"
    assert platform_name({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}) == "xcb"
    assert platform_name({"WAYLAND_DISPLAY": "wayland-0"}) == "wayland"
    assert platform_name({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen:configfile=x"}) == "offscreen"


@linux_only
def test_missing_library_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(system_check._NEEDED, "offscreen", (Library("libc.so.6", "libc6", "glibc"), ABSENT))
    assert missing_libraries("offscreen") == (ABSENT,)
    with pytest.raises(SetupError) as caught:
        system_check.require_libraries("offscreen")
    assert "libllmdesk-nowhere.so.9" in caught.value.user_message
    assert "nowhere" in caught.value.hint


@linux_only
def test_qt_loads_where_nothing_is_missing() -> None:
    """The list is complete enough: with it satisfied, the offscreen window comes up in this very test run."""
    assert missing_libraries("offscreen") == ()


def test_packages_of_this_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = (ABSENT, Library("libother.so.1", "libnowhere9", "nowhere-libs"))
    monkeypatch.setattr("llmdesk.services.system_check.shutil.which", {"apt-get": "/usr/bin/apt-get"}.get)
    assert install_command(twice) == "sudo apt install libnowhere9"
    monkeypatch.setattr("llmdesk.services.system_check.shutil.which", {"dnf": "/usr/bin/dnf"}.get)
    assert install_command(twice) == "sudo dnf install nowhere-libs"
