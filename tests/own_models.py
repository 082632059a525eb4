"""Folders of models in the user's own list, and the window with them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from llmdesk import paths
from tests.ui.conftest import _ENTRY

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from llmdesk.services.chats.message import Message
    from llmdesk.ui.shell.desktop import Desktop


def list_models(folders: Mapping[str, Path], seeing: Collection[str] = ()) -> None:
    """In models.toml, with 256 tokens of context each; the entries of ``seeing`` say that they see."""
    entries = (
        _ENTRY.format(id=name, title=name.title(), source="folder", location=folder)
        + ("sees = true\n" if name in seeing else "")
        for name, folder in folders.items()
    )
    text = "".join(entries).replace("context_tokens = 4096", "context_tokens = 256")
    paths.user_catalogue().write_text(text, encoding="utf-8")


def opened(model_id: str) -> Iterator[Desktop]:
    """The window, until the test is over."""
    import shiboken6

    from llmdesk.app import build_desktop
    from llmdesk.ui.shell.window_state import WindowState

    made = build_desktop(model_id, WindowState())
    made.show()
    yield made
    assert made.close()
    shiboken6.delete(made)


def wait(qtbot: QtBot, wanted: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(wanted()), timeout=60_000)


def wait_ready(qtbot: QtBot, desktop: Desktop, title: str) -> None:
    """Until the model of that title is loaded."""

    def is_ready() -> bool:
        status = desktop.window.top_bar.status
        return status.state == "ready" and status.info is not None and status.info.title == title

    wait(qtbot, is_ready)


def ask(qtbot: QtBot, desktop: Desktop, text: str, tokens: int) -> Message:
    """The answer in the chat shown, chosen greedily."""
    options = desktop.sessions.options
    sampling = replace(options.sampling, max_new_tokens=tokens, temperature=0.0)
    desktop.sessions.configure(replace(options, sampling=sampling))
    desktop.chat.submit(text)
    wait(qtbot, lambda: not desktop.chat.is_generating)
    return desktop.chat.conversation.path[-1]
