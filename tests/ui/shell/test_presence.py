"""llmdesk beside its window: the icon, what closing means with it, what is told, and how far something is."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from llmdesk.services import autostart, start_command
from llmdesk.ui.shell import presence, task_bar
from llmdesk.ui.shell.presence import Presence, presence_of
from llmdesk.ui.shell.tray import Tray
from tests.ui.conftest import Window

# The screen without a screen has neither icons nor windows above others.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support raise", "systemTrayWindowChanged")


@pytest.fixture
def with_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """A desktop with a place for icons, which a screen without one lacks."""
    monkeypatch.setattr(Tray, "can_be_seen", property(lambda self: True))


@pytest.fixture(autouse=True)
def usual_end() -> Iterator[None]:
    """What an icon changes in the application ends with the test."""
    yield
    QGuiApplication.setQuitOnLastWindowClosed(True)


def begun(window: Window) -> Presence:
    """With all that comes after the start."""
    found = presence_of(window.desktop)
    window.qtbot.waitUntil(lambda: window.desktop._start.is_over)
    return found


def tray_of(window: Window) -> Tray:
    window.desktop.settings.set("desktop.tray", True)
    tray = begun(window).icon.tray
    assert tray is not None
    return tray


def test_there_is_no_icon_unless_it_is_wanted(window: Window) -> None:
    assert begun(window).icon.tray is None
    assert not window.main.stays_hidden()


def test_it_says_what_the_model_does_and_can_unload_it(window: Window) -> None:
    tray = tray_of(window)
    window.qtbot.waitUntil(lambda: tray.state.text().startswith("Alpha"))
    assert tray.unload.isEnabled()
    assert "Alpha" in tray.icon.toolTip()
    tray.unload.trigger()
    window.qtbot.waitUntil(lambda: tray.state.text() == "No model in memory")
    assert not tray.unload.isEnabled()
    assert window.ask("still there?")  # a question loads it again
    window.qtbot.waitUntil(lambda: tray.state.text().startswith("Alpha"))


def test_each_state_has_a_look_of_its_own(window: Window) -> None:
    tray = tray_of(window)
    pictures = [tray._look(state).pixmap(32, 32).toImage() for state in ("none", "loading", "ready", "failed")]
    assert all(one != other for n, one in enumerate(pictures) for other in pictures[:n])


def test_it_switches_the_server(window: Window) -> None:
    tray = tray_of(window)
    window.desktop.settings.set("server.port", 18_765)
    tray.serve.trigger()
    window.qtbot.waitUntil(lambda: window.desktop.server.status.state == "on")
    window.qtbot.waitUntil(lambda: tray.serve.isChecked() and "server runs" in tray.icon.toolTip())
    tray.serve.trigger()
    window.qtbot.waitUntil(lambda: window.desktop.server.status.state == "off")
    window.qtbot.waitUntil(lambda: not tray.serve.isChecked())


def test_a_stands_visitors_change_nothing_there(window: Window, with_place: None) -> None:
    tray = tray_of(window)
    window.wait_ready()
    window.main.action_table.set_locked(True)
    tray.unload.trigger()
    tray.serve.trigger()
    window.main.may_close = lambda: False
    window.main.close()
    tray.quit.trigger()
    window.qtbot.wait(100)
    assert window.main.isVisible()
    assert window.desktop.server.status.state == "off"
    assert window.desktop.core.runner.models_in_memory
    window.main.action_table.set_locked(False)
    window.main.may_close = lambda: True


def test_closing_hides_and_quitting_ends(window: Window, with_place: None) -> None:
    tray = tray_of(window)
    ends: list[int] = []
    window.main.closed.connect(lambda: ends.append(1))
    window.main.close()
    assert not window.main.isVisible()
    assert ends == []
    tray.open.trigger()
    assert window.main.isVisible()
    window.main.close()
    tray.quit.trigger()
    assert ends == [1]
    assert presence_of(window.desktop).icon.tray is None


def test_without_a_place_for_it_closing_ends(window: Window) -> None:
    tray_of(window)
    ends: list[int] = []
    window.main.closed.connect(lambda: ends.append(1))
    window.main.close()
    assert ends == [1]


def test_the_key_and_the_menu_quit(window: Window, with_place: None) -> None:
    tray_of(window)
    with window.qtbot.waitSignal(window.main.closed):
        window.main.action_table["quit"].trigger()


def test_an_icon_that_is_no_longer_wanted_brings_the_window_back(window: Window, with_place: None) -> None:
    tray_of(window)
    window.main.close()
    window.desktop.settings.set("desktop.tray", False)
    assert window.main.isVisible()
    assert presence_of(window.desktop).icon.tray is None


def test_a_start_at_login_waits_without_window_and_model(make_window: Callable[..., Window], with_place: None) -> None:
    window = make_window(has_catalogue=False, before_show=_start_hidden)
    tray = presence_of(window.desktop).icon.tray
    assert tray is not None
    window.qtbot.waitUntil(lambda: window.desktop.server.status.state == "on")
    assert not window.main.isVisible()
    assert window.desktop.models is None
    tray.open.trigger()
    window.wait_ready()
    assert window.ask("here?")


def _start_hidden(desktop: object) -> None:
    from llmdesk.ui.shell.desktop import Desktop

    assert isinstance(desktop, Desktop)
    desktop.settings.set_all({"desktop.tray": True, "server.with_window": True, "server.port": 18_766})
    presence_of(desktop).begin(is_hidden=True)
    desktop.show = lambda **_: None  # type: ignore[method-assign]  # the fixture's


# -- what is told ------------------------------------------------------------------------------------------------------


@pytest.fixture
def told(window: Window, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What the desktop is told: kind and text."""
    found: list[tuple[str, str]] = []
    notifier = begun(window).notifier
    monkeypatch.setattr(notifier, "tell", lambda kind, _, text: found.append((kind, text)))
    return found


def test_a_long_answer_is_told_while_nobody_looks(
    window: Window, told: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "LONG_ANSWER_S", 0.2)
    window.main.hide()
    window.ask("[tps=200] a secret")
    assert len(told) == 1
    kind, text = told[0]
    assert kind == "answer"
    assert "tokens in" in text
    assert "secret" not in text
    window.desktop.settings.set("desktop.notifications", False)
    window.ask("[tps=200] another")
    assert len(told) == 1


def test_short_ones_and_those_that_are_seen_are_not(
    window: Window, told: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    window.main.activateWindow()
    window.qtbot.waitUntil(window.main.isActiveWindow)
    with monkeypatch.context() as patch:
        patch.setattr(presence, "LONG_ANSWER_S", 0.0)
        window.ask("seen")
    window.main.hide()
    window.ask("short")
    assert told == []


def test_a_download_is_told_and_shown_in_the_task_bar(
    window: Window, told: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from llmdesk.models.downloads import DownloadCancelled, DownloadFinished, DownloadProgress
    from llmdesk.ui.models.download_controller import DownloadController

    shown: list[float] = []
    monkeypatch.setattr(presence_of(window.desktop), "_show_in_task_bar", shown.append)
    downloads = window.main.picker.findChild(DownloadController)
    assert isinstance(downloads, DownloadController)
    spec = replace(window.desktop.core.catalogue.get("beta"), id="fetched", title="Fetched")
    downloads._specs["fetched"] = spec
    window.main.hide()
    for done_bytes in (0, 1, 500, 1000):
        downloads._on_event(DownloadProgress("fetched", done_bytes, 1000, 10.0))
    downloads._on_event(DownloadFinished("fetched"))
    assert shown == [0.0, 0.5, 1.0, -1.0]
    assert told == [("download", "Fetched is on this machine now.")]
    downloads._on_event(DownloadProgress("fetched", 10, 1000, 10.0))
    downloads._on_event(DownloadCancelled("fetched"))
    assert shown[4:] == [0.01, -1.0]
    assert len(told) == 1


def test_at_login_follows_the_setting(window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    (tmp_path / "xdg").mkdir()
    window.desktop.settings.set("desktop.at_login", True)
    window.qtbot.waitUntil(autostart.is_on)
    window.desktop.settings.set("desktop.at_login", False)
    window.qtbot.waitUntil(lambda: not (tmp_path / "xdg" / "autostart").exists())
    (tmp_path / "xdg" / "autostart").write_text("in the way")
    window.desktop.settings.set("desktop.at_login", True)
    window.qtbot.waitUntil(lambda: window.main.notice.key == "at_login")


def test_a_single_file_takes_over_what_an_older_one_left(
    make_window: Callable[..., Window], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(start_command, "one_file", lambda: tmp_path / "old, deleted.run")
    autostart.turn(True)
    new = tmp_path / "new.run"
    monkeypatch.setattr(start_command, "one_file", lambda: new)
    window = make_window()
    window.qtbot.waitUntil(lambda: autostart.started_program() == new)


# -- what the desktop hears --------------------------------------------------------------------------------------------

_BUS = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer
from llmdesk.ui.shell.notifier import Notifier
from llmdesk.ui.shell.task_bar import _show_by_signal
from llmdesk.ui.threads.background import Background
from llmdesk.ui.threads.event_bridge import EventBridge
app = QCoreApplication([])
bridge = EventBridge()
notifier = Notifier(Background(bridge), lambda *_: None, app)
_show_by_signal(0.25)
notifier.tell("answer", "llmdesk", "The answer is there: 5 tokens in 3 s.")
QTimer.singleShot(1500, app.quit)
app.exec()
"""


@contextmanager
def bus() -> Iterator[tuple[str, list[str]]]:
    """A session bus of the test's own: its address, and in the end what went over it."""
    heard: list[str] = []
    with subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True
    ) as daemon:
        assert daemon.stdout is not None
        address = daemon.stdout.readline().strip()
        with subprocess.Popen(["dbus-monitor", "--address", address], stdout=subprocess.PIPE, text=True) as monitor:
            assert monitor.stdout is not None
            monitor.stdout.readline()
            yield address, heard
            monitor.terminate()
            heard.append(monitor.stdout.read())
        daemon.terminate()


@pytest.mark.skipif(not shutil.which("dbus-monitor"), reason="not installed: dbus-monitor (package dbus-bin)")
def test_the_portal_and_the_task_bar_are_told_over_the_bus(tmp_path: Path) -> None:
    import os
    import sys

    programs = tmp_path / "programs"
    programs.mkdir()
    script = programs / "notify-send"  # where nobody answers as the portal
    script.write_text('#!/bin/sh\nprintf "%s|" "$@" > "$0.told"\n')
    script.chmod(0o755)
    with bus() as (address, heard):
        environment = os.environ | {"DBUS_SESSION_BUS_ADDRESS": address, "PATH": f"{programs}:{os.environ['PATH']}"}
        subprocess.run([sys.executable, "-c", _BUS], env=environment, check=True, timeout=60)
        time.sleep(0.2)
    text = heard[0]
    assert "member=Update" in text
    assert 'string "application://io.github.llmdesk.llmdesk.desktop"' in text
    assert "double 0.25" in text
    assert "boolean true" in text
    assert "member=AddNotification" in text
    assert 'string "The answer is there: 5 tokens in 3 s."' in text
    told = (programs / "notify-send.told").read_text()
    assert told.endswith("|--|llmdesk|The answer is there: 5 tokens in 3 s.|")


def test_without_a_bus_nothing_is_shown(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_bar, "has_session_bus", lambda: False)
    task_bar.task_bar_of(window.main)(0.5)
