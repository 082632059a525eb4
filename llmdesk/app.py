"""The window on top of the core: builds it, and owns the order of start and shutdown."""

from __future__ import annotations

import builtins
import gc
import locale
import logging
import os
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from llmdesk import paths
from llmdesk.core import Core
from llmdesk.engine.backend import Backend
from llmdesk.engine.backends.choice import make_backend

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from llmdesk.services.settings.settings import Settings
    from llmdesk.ui.shell.desktop import Desktop
    from llmdesk.ui.shell.window_state import WindowState

log = logging.getLogger(__name__)

_COLLECTS_AFTER_MS = 3000


def make_application() -> QApplication:
    """Qt's application object with our names (window class, application id, icon). Main thread, once."""
    from PySide6.QtGui import QGuiApplication, QIcon
    from PySide6.QtWidgets import QApplication

    from llmdesk.ui.kit import access, words
    from llmdesk.ui.kit.icons import ASSETS
    from llmdesk.ui.kit.theme import ui_font

    _stop_watching_imports()
    _choose_input_method()
    # Qt would divide the filling of larger shapes among threads of a pool and wait for them: for each of those one of
    # the model's threads loses its core.
    os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")
    QGuiApplication.setDesktopFileName(paths.APP_ID)
    _take_place_in_task_bar()
    app = QApplication([paths.APP_NAME])  # the window's class on X11, which launchers know us by
    # Qt has taken over the system's locale for C's own functions too; libraries that read "0.5" with them would get 0.
    locale.setlocale(locale.LC_NUMERIC, "C")
    app.setApplicationName(paths.APP_NAME)
    app.setStyle("Fusion")
    app.setFont(ui_font())
    words.install(app)
    access.install()
    app.setWindowIcon(QIcon(str(ASSETS / "app" / "llmdesk.svg")))
    return app


def run_window(model_id: str = "", *, is_stand: bool = False, opened: str = "", is_hidden: bool = False) -> int:
    """Open the window and stay until it is closed; returns the exit code. A second start raises the first window.

    ``is_stand``: in stand mode, without the user's chats. ``opened``: see services/opened.py. ``is_hidden``: only the
    icon beside the clock, if there is to be one.
    """
    from llmdesk.engine.weights.read_ahead import read_last_ahead
    from llmdesk.services.logs import Logs
    from llmdesk.services.opened import absolute

    read_last_ahead()  # the disk is idle while Qt starts
    from PySide6.QtCore import QTimer

    from llmdesk.ui.shell.presence import presence_of
    from llmdesk.ui.shell.single_instance import SingleInstance

    logs = Logs()
    app = make_application()
    instance = SingleInstance()
    if not instance.acquire(opened, shows=not is_hidden):
        logs.close()
        return _told_that_it_runs() if is_stand else 0
    if not (paths.config_dir() / "settings.toml").exists():
        from llmdesk.engine.weights import reading_aside

        reading_aside.start_ahead()  # the first start ever: whatever is loaded has to be converted
    desktop = build_desktop(model_id=model_id, keeps_chats=not is_stand)
    instance.raise_requested.connect(desktop.come_forward)
    desktop.reporter.install()
    _quit_on_signals(app, desktop)
    if opened:
        desktop.opened.open(absolute(opened))
    presence_of(desktop).begin(is_hidden=is_hidden)
    QTimer.singleShot(_COLLECTS_AFTER_MS, app, gc.enable)
    if is_stand:
        _stand(desktop)
    code = app.exec()
    end_desktop(desktop)
    instance.release()
    logs.close()
    if desktop.wants_restart:
        _restart()
    return code


def _restart() -> None:
    """Does not come back, but on Windows, where a program cannot become another one."""
    if sys.platform == "win32":
        import subprocess

        subprocess.Popen(restart_command())
    else:
        os.execv(sys.executable, restart_command())


def restart_command() -> list[str]:
    """What starts this program once more, as it was started; a file was opened and is in the list by now."""
    return [sys.executable, "-m", "llmdesk", *(each for each in sys.argv[1:] if each in ("--debug", "--stand"))]


def build_desktop(
    model_id: str = "",
    state: WindowState | None = None,
    make: Callable[[], Backend] = make_backend,
    settings: Settings | None = None,
    *,
    keeps_chats: bool = True,
    loads_model: bool = True,
) -> Desktop:
    """The window with its engine and its local server, none of them started yet.

    ``state`` and ``settings`` are the user's own unless given; the chats are the user's unless none are kept.
    """
    from llmdesk.hosting import Hosting
    from llmdesk.ui.demo.rooms import add_rooms
    from llmdesk.ui.shell.backup_controller import BackupController
    from llmdesk.ui.shell.desktop import Desktop
    from llmdesk.ui.shell.presence import Presence
    from llmdesk.ui.shell.update_watch import UpdateWatch
    from llmdesk.ui.shell.window_state import WindowState

    core = Core(make=make, settings=settings)
    hosting, state = Hosting(core), state or WindowState()
    desktop = Desktop(core, hosting, state, model_id, keeps_chats=keeps_chats, loads_model=loads_model)
    add_rooms(desktop)
    Presence(desktop)
    UpdateWatch(desktop)
    BackupController(desktop)
    return desktop


def end_desktop(desktop: Desktop) -> None:
    """Take the window down; if the engine hangs inside a library, leave without it rather than crash."""
    ended = desktop.close()
    desktop.reporter.uninstall()
    if not ended:
        logging.shutdown()
        os._exit(1)


def _quit_on_signals(app: QApplication, desktop: Desktop) -> None:
    """Ctrl+C and the end of the session close the window properly (Python looks at signals at each sample)."""

    def quit_now(*_: object) -> None:
        desktop.window.may_close = lambda: True
        app.quit()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, quit_now)


def _told_that_it_runs() -> int:
    """Whoever wants a stand must not believe that the window which is raised now is one."""
    sys.stderr.write("llmdesk: The window is open already. Close it, or choose Stand mode in its menu.\n")
    return 2


def _stand(desktop: Desktop) -> None:
    from llmdesk.ui.demo.rooms import rooms_of

    rooms_of(desktop).stand.ask_to_begin(ends_program=True)


def _stop_watching_imports() -> None:
    """Take PySide6's hook out of ``import``: it reads the source of every module, in search of snake_case names for Qt.

    That takes half a second for torch and transformers. Worse, its guard against recursion is one for all threads:
    while two threads import, pydantic sometimes fails with "partially initialized module" (1 start in 10).
    """
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)


def _take_place_in_task_bar() -> None:
    """Windows would show Python's icon and group us with its other programs. Before the first window."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(paths.APP_ID)


def _choose_input_method() -> None:
    """PySide6's wheels have no fcitx plugin; fcitx5 speaks ibus's language as well, so ask for that one."""
    if os.environ.get("QT_IM_MODULE", "").startswith("fcitx"):
        os.environ["QT_IM_MODULE"] = "ibus"
