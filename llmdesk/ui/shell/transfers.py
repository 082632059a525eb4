"""What takes chats out of the window and brings them in, for menu and keys (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from llmdesk.core import Core
from llmdesk.services.chats.sessions import Sessions
from llmdesk.ui.kit.late import Late
from llmdesk.ui.shell.main_window import MainWindow
from llmdesk.ui.threads.background import Background

if TYPE_CHECKING:
    from llmdesk.services.chats.store import ChatStore
    from llmdesk.ui.chat.transfer.transfer_controller import TransferController


def connect_transfers(
    window: MainWindow, sessions: Sessions, core: Core, background: Background, keeps_chats: bool
) -> Late[TransferController]:
    """Without kept chats (a demo) only the chat shown can be taken out."""
    chats = (lambda: core.chats) if keeps_chats else None
    transfers = Late(partial(_make, window, sessions, chats, background))
    window.copy_requested.connect(lambda: transfers().copy_current())
    table = window.action_table
    table.bind("export_chat", lambda: transfers().export_current(), lambda: window.chat.has_turns)
    if keeps_chats:
        table.bind("export_all", lambda: transfers().export_all())
        table.bind("import_chats", lambda: transfers().import_files())
        window.side_bar.files_dropped.connect(lambda paths: transfers().ask_to_import(paths))
    return transfers


def _make(
    window: MainWindow, sessions: Sessions, chats: Callable[[], ChatStore] | None, background: Background
) -> TransferController:
    from llmdesk.ui.chat.transfer.transfer_controller import TransferController

    return TransferController(window, window.notice, sessions, chats, background)
