"""The real window with a real engine thread, on the scripted backend and models that are files on disk."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from llmdesk import paths
from llmdesk.app import build_desktop, make_application
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.services.chats import titles
from llmdesk.services.chats.message import Turn
from llmdesk.ui.kit import fonts
from llmdesk.ui.kit.theme import ui_font
from llmdesk.ui.shell.desktop import Desktop
from llmdesk.ui.shell.window_state import WindowState
from tests.models import builders

PATIENCE_MS = 20_000
_ENTRY = """
[[model]]
id = "{id}"
title = "{title}"
source = "{source}"
location = "{location}"
precision = "int8"
context_tokens = 4096
memory_bytes = 1000000
"""


class Window:
    """A desktop under test, with the words tests use."""

    def __init__(self, qtbot: QtBot, desktop: Desktop, backend: ScriptedBackend) -> None:
        self.qtbot = qtbot
        self.backend = backend
        self.desktop = desktop
        self.chat = desktop.chat
        self.main = desktop.window

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns shown."""
        return self.chat.conversation.turns

    @property
    def told(self) -> list[list[str]]:
        """What the engine received: the words of the messages of each request that reached the model."""
        return [[message.content for message in request.messages] for request in self.backend.requests]

    @property
    def states(self) -> list[str]:
        """How the answers shown ended."""
        return [turn.answer.state for turn in self.turns]

    def button(self, name: str) -> QAbstractButton:
        """The visible button that a screen reader would announce by this name; the last one, if there are several."""

        def found() -> list[QAbstractButton]:
            buttons = self.main.findChildren(QAbstractButton)
            return [each for each in buttons if each.isVisible() and name in (each.accessibleName(), each.text())]

        self.qtbot.waitUntil(lambda: bool(found()))  # a layout shows what is new a moment later
        return found()[-1]

    def wait_ready(self, title: str = "Alpha") -> None:
        """Until the model is loaded."""

        def is_ready() -> bool:
            status = self.main.top_bar.status
            return status.state == "ready" and status.info is not None and title in status.info.title

        self.qtbot.waitUntil(is_ready)

    def send(self, text: str) -> None:
        """Type and send."""
        self.main.chat.set_prompt(text)
        self.main.chat.prompt_submitted.emit(self.main.chat.prompt())

    def wait_tokens(self) -> None:
        """Until the running answer has text."""
        self.qtbot.waitUntil(lambda: bool(self.turns and self.turns[-1].answer.text))

    def wait_idle(self, timeout_ms: int = PATIENCE_MS) -> None:
        """Until no answer is running."""
        self.qtbot.waitUntil(lambda: not self.chat.is_generating, timeout=timeout_ms)

    def ask(self, text: str) -> str:
        """Send, wait, and give the answer."""
        self.send(text)
        self.wait_idle()
        return self.turns[-1].answer.text

    def wait_settled(self) -> None:
        """Until all of the last answer is painted, its figures stand below it, and the view is at the end of that."""
        view = self.main.chat.conversation_view
        bar = view.verticalScrollBar()
        seen: list[int] = []

        def is_settled() -> bool:
            answer = self.turns[-1].answer
            seen.append(bar.maximum())
            is_painted = not answer.is_running and view.painted_chars(answer.id) == len(answer.text)
            return is_painted and bar.value() == bar.maximum() and seen[-4:] == 4 * [bar.maximum()]

        self.qtbot.waitUntil(is_settled)

    def press_escape(self) -> None:
        """Where the keyboard is."""
        self.qtbot.keyClick(self.main.focusWidget(), Qt.Key.Key_Escape)

    def open_picker(self) -> None:
        """Open the list of models and wait for it to be filled."""
        models = self.desktop.models
        assert models is not None
        with self.qtbot.waitSignal(models.listed):
            self.desktop.open_picker()


@pytest.fixture(scope="session")
def qapp() -> Iterator[QApplication]:
    """The application as users get it: style, type, icon (pytest-qt's fixture, replaced)."""
    app = make_application()
    yield app
    # What Python made for the clipboard would go with Qt's own data, when there is no Python any more: a crash. A real
    # screen's clipboard ends with the application.
    app.clipboard().clear()


class PatientBot(QtBot):
    """Waits as long as it takes beside a busy neighbour: what never comes is told after a while all the same."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **how: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **how)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """Replaces pytest-qt's, which waits for five seconds at most."""
    return PatientBot(request)


_kept: set[int] = set()
"""Qt's objects (Python's ids of them) that were still there when all others had been collected."""


def collect_qts_objects() -> bool:
    """What is left of earlier tests' windows: else an engine's thread does it, and Qt's objects are of this one.

    False where there is nothing new of Qt, as after half of the tests.
    """
    if {id(each) for each in shiboken6.getAllValidWrappers()} <= _kept:
        return False
    gc.collect()
    _kept.clear()
    _kept.update(id(each) for each in shiboken6.getAllValidWrappers())
    return True


@pytest.fixture(autouse=True)
def _application(qapp: QApplication) -> None:
    """For every test here, also one without a widget: the words of the window, with their plurals, come with it."""
    collect_qts_objects()


WIDE_FAMILY = "DejaVu Sans"


@pytest.fixture(params=[fonts.UI_FAMILY, WIDE_FAMILY])
def ui_family(request: pytest.FixtureRequest, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The whole test on Inter, and on a type that is a seventh wider: no layout may count on one type's widths.

    Where DejaVu Sans is not installed, code's type, which is wider still, stands in.
    """
    family = str(request.param)
    if family == WIDE_FAMILY and family not in QFontDatabase.families():
        family = fonts.CODE_FAMILY
    monkeypatch.setattr(fonts, "ui_families", lambda: (family,))
    usual = qapp.font()
    qapp.setFont(ui_font())
    yield family
    qapp.setFont(usual)


@pytest.fixture
def catalogue_file(tmp_path: Path) -> Path:
    """The user's models.toml with two whole models and one that cannot be loaded."""
    text = ""
    for model_id in ("alpha", "beta", "gamma-broken"):
        folder = builders.model_folder(tmp_path / "models" / model_id)
        title = model_id.partition("-")[0].capitalize()
        text += _ENTRY.format(id=model_id, title=title, source="folder", location=folder)
    paths.user_catalogue().write_text(text, encoding="utf-8")
    return paths.user_catalogue()


@pytest.fixture
def make_window(qtbot: QtBot, catalogue_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Window]]:
    """Opens windows; each ends with its threads, however the test ends. No model is asked for titles in between."""
    monkeypatch.setattr(titles, "IDLE_S", 3600.0)
    open_ones: list[Desktop] = []

    def make(
        model_id: str = "alpha",
        load_s: float = 0.02,
        size: tuple[int, int] = (1280, 800),
        before_show: Callable[[Desktop], None] = lambda desktop: None,
        has_catalogue: bool = True,
        keeps_chats: bool = True,
    ) -> Window:
        backend = ScriptedBackend(load_s)
        desktop = build_desktop(model_id, WindowState(), lambda: backend, keeps_chats=keeps_chats)
        open_ones.append(desktop)
        desktop.window.resize(*size)
        before_show(desktop)
        desktop.show()
        if has_catalogue:
            qtbot.waitUntil(lambda: desktop.models is not None)
        return Window(qtbot, desktop, backend)

    yield make
    for desktop in open_ones:
        if desktop.is_open:
            assert desktop.close(), "the engine thread did not end"
        # Else the garbage collector does it, on whatever thread it happens to run, and Qt's timers do not survive that.
        shiboken6.delete(desktop)


@pytest.fixture
def window(make_window: Callable[..., Window]) -> Window:
    """A window with Alpha loaded."""
    window = make_window()
    window.wait_ready()
    return window
