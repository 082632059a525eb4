"""A window whose store has chats, and what people do in its list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from PySide6.QtCore import QPoint, Qt

from llmdesk.services.chats.kept import KeptChat
from llmdesk.ui.sidebar.rows import ChatRow, Heading
from llmdesk.ui.sidebar.side_bar import SideBar
from tests.ui.conftest import Window
from tests.ui.sidebar.chats import DAY_S, fill, kept_chat


class Listed:
    """A window and its list."""

    def __init__(self, window: Window) -> None:
        self.window, self.qtbot = window, window.qtbot

    @property
    def bar(self) -> SideBar:
        return self.window.main.side_bar

    @property
    def lines(self) -> list[str]:
        """The list as it is read."""
        return [f"# {r.title}" if isinstance(r, Heading) else r.info.title for r in self.bar.model.rows]

    @property
    def shown(self) -> str:
        """The title of the chat in the window."""
        return self.window.chat.conversation.title

    def wait_lines(self, *lines: str) -> None:
        self.qtbot.waitUntil(lambda: self.lines == list(lines))

    def wait_shown(self, title: str) -> None:
        self.qtbot.waitUntil(lambda: self.shown == title)

    def id_of(self, title: str) -> str:
        return next(r.info.id for r in self.bar.model.rows if isinstance(r, ChatRow) and r.info.title == title)

    def place_of(self, name: str) -> QPoint:
        """The middle of a chat's or a folder's row."""
        keys = [r.key for r in self.bar.model.rows if name in (getattr(r, "title", ""), self._title(r))]
        index = self.bar.model.index_of(keys[0])
        self.bar.chats.scrollTo(index)
        return self.bar.chats.visualRect(index).center()

    def _title(self, row: object) -> str:
        return row.info.title if isinstance(row, ChatRow) else ""

    def click(self, name: str, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        button = Qt.MouseButton.LeftButton
        self.qtbot.mouseClick(self.bar.chats.viewport(), button, modifiers, self.place_of(name))

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Where the keyboard is."""
        self.qtbot.keyClick(self.window.main.focusWidget(), key, modifiers)

    def press_notice(self, text: str) -> None:
        found = [button for button in self.window.main.notice.buttons() if button.text() == text]
        self.qtbot.mouseClick(found[0], Qt.MouseButton.LeftButton)


MakeListed = Callable[..., Listed]


@pytest.fixture
def make_listed(make_window: Callable[..., Window]) -> MakeListed:
    """Fills the store and opens a window on it."""

    def make(chats: Sequence[KeptChat], **options: object) -> Listed:
        fill(chats)
        listed = Listed(make_window(**options))
        listed.window.wait_ready()
        if not chats:  # those of the window before
            return listed
        listed.qtbot.waitUntil(lambda: len(listed.bar.model.infos) == sum(not c.info.is_archived for c in chats))
        return listed

    return make


@pytest.fixture
def listed(make_listed: MakeListed) -> Listed:
    """Three of today, one of yesterday."""
    return make_listed(
        [
            kept_chat("Apples", [("about apples", "Apples are **red** fruit.")], ago_s=1),
            kept_chat("Bread", [("about bread", "Bread is baked.")], ago_s=2),
            kept_chat("Cheese", [("about cheese", "Cheese is old milk.")], ago_s=3),
            kept_chat("Dates", [("about dates", "Dates grow on palms.")], ago_s=DAY_S),
        ]
    )
