"""Two clicks on an icon of PCManFM's desktop in a fresh root, a question to the window that opens, and its end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from environment import SetupFailed
from fresh_root import HOME, USER, FreshRoot

TOOLS = "pcmanfm dbus-x11 xdg-user-dirs"
QUESTION = "Name three colours."
# Nothing but what is in the desktop's folder, on one colour, so that the icons can be found.
_DESKTOP = """[*]
wallpaper_mode=color
desktop_bg=#204060
show_documents=0
show_trash=0
show_mounts=0
"""
# Saves a picture of the screen and tells the middles of the icons of its first column: what is beside the last colour.
# An icon and its name are one where less than 12 rows lie between them.
_GRAB = """
import sys
import numpy as np
from PySide6.QtGui import QGuiApplication, QImage
app = QGuiApplication([])
image = app.primaryScreen().grabWindow(0).toImage().convertToFormat(QImage.Format.Format_RGB32)
assert image.save(sys.argv[1])
pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)[:, :120]
rows = np.flatnonzero((pixels != pixels[-1, -1]).any(axis=1))
for icon in np.split(rows, np.flatnonzero(np.diff(rows) > 12) + 1) if rows.size else ():
    columns = np.flatnonzero((pixels[icon[0] : icon[-1] + 1] != pixels[-1, -1]).any(axis=0))
    print((columns[0] + columns[-1]) // 2, (icon[0] + icon[-1]) // 2)
"""


class DoubleClick:
    """On a desktop whose folder is ``desktop``; what is shown is kept in ``pictures``; ``say`` tells what was seen."""

    def __init__(self, root: FreshRoot, pictures: Path, say: Callable[[str], None], desktop: str = "") -> None:
        self._root, self._pictures, self._say = root, pictures, say
        self._trace = root.folder / HOME.lstrip("/") / "trace"
        settings = f"{HOME}/.config/pcmanfm/default"
        root.run(f"mkdir -p {settings}; cat > {settings}/desktop-items-0.conf <<'END'\n{_DESKTOP}END\n", USER)
        if desktop:
            root.run(f"printf 'XDG_DESKTOP_DIR=\"%s\"\\n' '{desktop}' > {HOME}/.config/user-dirs.dirs", USER)

    def start(self, icon_number: int = 0, is_asked: bool = False) -> None:
        """Click, wait for the window, ask, close it.

        Args:
            icon_number: of the desktop's first column.
            is_asked: the file manager asks first whether the file is to be started.

        Raises:
            SetupFailed: something of it did not come.
        """
        with _screen() as display:
            script = "exec dbus-run-session -- pcmanfm --desktop"
            options = {"DISPLAY": display, "LLMDESK_TRACE": f"{HOME}/trace"}
            desktop = self._root.start(script, USER, network=False, **options)
            time.sleep(3)
            # Without another program on the screen PCManFM shows no desktop.
            other = self._root.start(f"exec dbus-run-session -- pcmanfm {HOME}", USER, network=False, DISPLAY=display)
            self._environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
            try:
                self._click(icon_number, is_asked)
                self._ask()
            finally:
                for process in (desktop, other):
                    process.kill()
                    process.communicate()

    def _click(self, icon_number: int, is_asked: bool) -> None:
        wait(lambda: bool(self._do("xdotool", "search", "--class", "^pcmanfm$")), "the desktop", 60)
        time.sleep(5)  # the icons come a moment after the window
        icons = self._picture("1-desktop").splitlines()
        if len(icons) <= icon_number:
            raise SetupFailed(f"the desktop shows {len(icons)} icons.")
        self._do("xdotool", "mousemove", *icons[icon_number].split(), "click", "--repeat", "2", "--delay", "120", "1")
        if is_asked:
            time.sleep(3)
            self._picture("1b-asked")
            self._do("xdotool", "key", "Return")

    def _ask(self) -> None:
        try:
            window = wait(
                lambda: self._do("xdotool", "search", "--onlyvisible", "--class", "^llmdesk$"), "the window", 90
            )
        except SetupFailed:
            self._picture("failed")
            raise
        painted_s = wait(lambda: self._milestone("window_painted"), "the painted window", 60)
        self._say(f"double click: the window is painted {painted_s} s after the process began")
        self._picture("2-window")
        ready_s = wait(lambda: self._milestone("model_ready"), "the model", 180)
        self._say(f"the model is ready after {ready_s} s (the first start ever of this user)")
        self._do("xdotool", "windowactivate", "--sync", window.split()[0])
        self._do("xdotool", "type", "--delay", "20", QUESTION)
        self._do("xdotool", "key", "Return")
        wait(lambda: self._milestone("finished"), "the answer", 180)
        time.sleep(1)
        self._picture("3-answer")
        self._do("xdotool", "key", "alt+F4")
        wait(lambda: self._milestone("closed"), "the window's end", 30)

    def _do(self, *command: str) -> str:
        done = subprocess.run(command, capture_output=True, text=True, env=self._environment)
        return done.stdout.strip()

    def _picture(self, name: str) -> str:
        """Save it; the places of icons in it."""
        return self._do(sys.executable, "-c", _GRAB, str(self._pictures / f"{name}.png"))

    def _milestone(self, name: str) -> str:
        """Seconds from the start of the program's process."""
        lines = self._trace.read_text(encoding="utf-8").splitlines() if self._trace.exists() else []
        return next((str(event["t_s"]) for event in map(json.loads, lines) if event["event"] == name), "")


def wait(look: Callable[[], str | bool], what: str, timeout_s: float) -> str:
    """Until there is something; what that is. Raises SetupFailed."""
    deadline_s = time.monotonic() + timeout_s
    while time.monotonic() < deadline_s:
        if found := look():
            return str(found)
        time.sleep(0.1)
    raise SetupFailed(f"{what} did not come within {timeout_s:.0f} s")


@contextmanager
def _screen() -> Iterator[str]:
    """Xvfb with openbox."""
    options = ["-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp", "-noreset"]
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(["Xvfb", *options], stdout=pipe, stderr=nothing, text=True) as server:
        assert server.stdout is not None
        display = f":{server.stdout.readline().strip()}"
        environment = {**os.environ, "DISPLAY": display}
        with subprocess.Popen(["openbox"], env=environment, stdout=nothing, stderr=nothing) as manager:
            try:
                yield display
            finally:
                manager.terminate()
                server.terminate()
