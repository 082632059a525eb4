"""What takes chats out of the window and brings them in, for menu and keys (GUI thread only)."""

from __future__ import annotations

from llmdesk.core import Core
from llmdesk.services.chats.sessions import Sessions
from llmdesk.ui.chat.transfer.transfer_controller import TransferController
from llmdesk.ui.shell.main_window import MainWindow
from llmdesk.ui.threads.background import Background


def connect_transfers(
    window: MainWindow, sessions: Sessions, core: Core, background: Background, keeps_chats: bool
) -> TransferController:
    """Without kept chats (a demo) only the chat shown can be taken out."""
    chats = (lambda: core.chats) if keeps_chats else None
    transfers = TransferController(window, window.notice, sessions, chats, background)
    window.copy_requested.connect(transfers.copy_current)
    table = window.action_table
    table.bind("export_chat", transfers.export_current, lambda: window.chat.has_turns)
    if keeps_chats:
        table.bind("export_all", transfers.export_all)
        table.bind("import_chats", transfers.import_files)
        window.side_bar.files_dropped.connect(transfers.ask_to_import)
    return transfers
