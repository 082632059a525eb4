"""A backup out of the menu: asks where, writes it on another thread, tells how it went (GUI thread only).

Restoring is the command's work: nothing of llmdesk may be open then.
"""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.ui.kit import files
from llmdesk.ui.kit.notice import Action, Tone
from llmdesk.ui.kit.words import told, tr
from llmdesk.words import first_of

if TYPE_CHECKING:
    from llmdesk.services.backup.writing import Written
    from llmdesk.ui.shell.desktop import Desktop

NOTICE = "backup"
_A_DAY_S = 86_400.0


class BackupController(QObject):
    """One at a time."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop)
        self._desktop, self._is_busy = desktop, False
        if desktop.keeps_chats:
            desktop.window.action_table.bind("backup", self.ask, lambda: not self._is_busy)

    def ask(self) -> None:
        """Where to, then write it."""
        window = self._desktop.window
        name = f"llmdesk {time.strftime('%Y-%m-%d')}.zip"
        target = files.ask_where(window, tr("Back up chats and settings"), name, tr("Backups") + " (*.zip)")
        if target is None:
            return
        if not target.suffix:
            target = target.with_name(f"{target.name}.zip")
            if target.exists() and not files.ask_to_replace(window, target):  # the dialog has not seen this name
                return
        self._set_busy(True)
        window.notice.show_notice(NOTICE, tr("Writing {name}…", name=target.name), duration_s=_A_DAY_S)
        self._desktop.background.run(partial(_write, target), partial(self._on_written, target), self._on_failed)

    def _on_written(self, target: Path, made: Written) -> None:
        self._set_busy(False)
        words = tr("{name} holds your chats and settings.", name=target.name)
        hint = tr("It is not encrypted. `llmdesk restore FILE` puts it back while llmdesk is closed.")
        if made.left_out:
            names = told(first_of(list(map(str, made.left_out))))
            words = tr("{name} holds your chats and settings, but not {names}.", name=target.name, names=names)
            hint = tr("Not every system can have files of such names: rename them and back up again.")
        show = Action(tr("Show it"), lambda: _show(target.parent))
        tone: Tone = "warning" if made.left_out else "good"
        self._desktop.window.notice.show_notice(NOTICE, words, hint, tone=tone, actions=[show])

    def _on_failed(self, error: ErrorInfo) -> None:
        self._set_busy(False)
        self._desktop.window.notice.show_notice(NOTICE, told(error.user_message), told(error.hint), tone="bad")

    def _set_busy(self, is_busy: bool) -> None:
        self._is_busy = is_busy
        self._desktop.window.action_table.refresh()


def _write(target: Path) -> Written:
    """File thread. Imported here: it brings the index of folders."""
    from llmdesk.services.backup.writing import write_backup

    return write_backup(target)


def _show(folder: Path) -> None:
    files.show_in_system(folder)
