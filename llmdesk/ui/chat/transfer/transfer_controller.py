"""Export and import of chats: asks where, works on another thread, tells how it went (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.errors import StoreError, WorkStopped
from llmdesk.services.chats.kept import ChatInfo, KeptChat
from llmdesk.services.chats.sessions import Sessions
from llmdesk.services.chats.store import ChatStore
from llmdesk.services.chats.transfer import conversation_markdown
from llmdesk.services.chats.transfer.exporting import ChatExport, Exported, Load, Progress, file_name
from llmdesk.services.chats.transfer.snapshot import snapshot
from llmdesk.ui.chat.transfer.kinds import Kind, kinds_for_one, kinds_for_several
from llmdesk.ui.chat.transfer.wording import import_failures, import_words
from llmdesk.ui.kit import files
from llmdesk.ui.kit.notice import Action, NoticeBar, Tone
from llmdesk.ui.kit.words import tr
from llmdesk.ui.threads.background import Background

if TYPE_CHECKING:
    from llmdesk.services.chats.transfer.importing import Imported

NOTICE = "transfer"
_TELL_MS = 300
_A_DAY_S = 86_400.0


class TransferController(QObject):
    """One export or import at a time.

    Args:
        chats: gives the store, and may take a moment; None: no chats are kept.
    """

    def __init__(
        self,
        window: QWidget,
        notice: NoticeBar,
        sessions: Sessions,
        chats: Callable[[], ChatStore] | None,
        background: Background,
    ) -> None:
        super().__init__(window)
        self._window, self._notice, self._sessions = window, notice, sessions
        self._chats, self._background = chats, background
        self._progress: Progress | None = None
        self._words, self._is_told = "", False
        self._timer = QTimer(self)
        self._timer.setInterval(_TELL_MS)
        self._timer.timeout.connect(self._tell_progress)

    @property
    def is_busy(self) -> bool:
        """True while something is written or read."""
        return self._progress is not None

    @Slot()
    def copy_current(self) -> None:
        """The chat shown, to the clipboard."""
        QGuiApplication.clipboard().setText(conversation_markdown(self._sessions.current.conversation))
        message = tr("The conversation is on the clipboard.")
        self._notice.show_notice("copied", message, tone="good", duration_s=3)

    @Slot()
    def export_current(self) -> None:
        """The chat shown, private or not."""
        self.export([self._sessions.current.conversation.id])

    @Slot()
    def export_all(self) -> None:
        """Every chat that is kept, also those in the archive."""

        def ids() -> list[str]:
            store = self._store()
            return [info.id for info in (*store.chats(), *store.chats(archived=True))]

        self._background.run(ids, self.export, self._on_failed)

    def export(self, chat_ids: Sequence[str]) -> None:
        """These chats: ask as what and where, then write them."""
        if not chat_ids:
            self._notice.show_notice(NOTICE, tr("There are no chats to export."), duration_s=5)
        elif len(chat_ids) > 1:
            self._ask(list(chat_ids), tr("Chats"), kinds_for_several())
        elif (session := self._sessions.find(chat_ids[0])) is not None:
            self._ask(list(chat_ids), session.conversation.title, kinds_for_one())
        else:
            self._background.run(lambda: self._store().infos(chat_ids), self._ask_of, self._on_failed)

    @Slot()
    def import_files(self, paths: Sequence[Path] = ()) -> None:
        """Add the chats in these files, folders and ZIPs; ask which, if none are given."""
        if self._refuses():
            return
        kinds = [tr("Chats") + " (*.json *.jsonl *.zip)", tr("All files") + " (*)"]
        chosen = list(paths) or files.ask_for_files(self._window, tr("Import chats"), ";;".join(kinds))
        if chosen:
            progress = self._begin(tr("Importing chats…"))
            work = partial(self._import, chosen, progress)
            self._background.run(work, self._on_imported, self._on_failed)

    @Slot(object)
    def ask_to_import(self, paths: Sequence[Path]) -> None:
        """Files that were dropped: perhaps not on purpose."""
        count, name = len(paths), paths[0].name
        question = tr("Import the chats in “{name}”?", name=name)
        question = question if count == 1 else tr("Import the chats in %n file(s)?", n=count)
        if not self._refuses():
            actions = [Action(tr("Import"), partial(self.import_files, paths))]
            self._notice.show_notice("import_question", question, actions=actions)

    @Slot()
    def stop(self) -> None:
        """End what is under way: an export leaves nothing half written, imported chats stay."""
        if self._progress is not None:
            self._progress.stop()

    # -- out ----------------------------------------------------------------------------------------------------------

    def _ask_of(self, infos: Sequence[ChatInfo]) -> None:
        for info in infos:
            self._ask([info.id], info.title, kinds_for_one())

    def _ask(self, chat_ids: list[str], title: str, kinds: list[Kind]) -> None:
        if self._refuses():
            return
        name = _without_suffix(file_name(title), kinds)
        heading = tr("Export %n chat(s)", n=len(chat_ids))
        answer = files.ask_where_to_write(self._window, heading, name, [kind.filter for kind in kinds])
        if answer is None:
            return
        target, kind = _chosen(answer[0], kinds, answer[1])
        is_unseen = kind.container != "folder" and target != answer[0] and target.exists()
        if not is_unseen or files.ask_to_replace(self._window, target):
            self._write(chat_ids, kind, target)

    def _write(self, chat_ids: list[str], kind: Kind, target: Path) -> None:
        progress = self._begin(tr("Exporting %n chat(s)…", n=len(chat_ids)))
        open_ones = [session for chat_id in chat_ids if (session := self._sessions.find(chat_id)) is not None]
        now = {session.conversation.id: snapshot(session) for session in open_ones}
        private = {session.conversation.id for session in open_ones if session.is_private}

        def work() -> Exported:
            export = ChatExport(chat_ids, self._loader(now, private), progress)
            kind.write(export, target, progress)
            return export.result

        self._background.run(work, partial(self._on_exported, target), self._on_failed)

    def _loader(self, now: dict[str, KeptChat], private: set[str]) -> Load:
        """Open chats as they are now, with what the store knows of them; the others out of the store (file thread)."""

        def load(chat_id: str) -> KeptChat:
            if chat_id not in now:
                return self._store().load(chat_id)
            if chat_id in private or self._chats is None:
                return now[chat_id]
            known = self._store().infos([chat_id])
            return replace(now[chat_id], info=known[0]) if known else now[chat_id]

        return load

    def _on_exported(self, target: Path, exported: Exported) -> None:
        self._end()
        message = tr("Exported %n chat(s) to {name}.", n=exported.count, name=target.name)
        show = Action(tr("Show it"), partial(_show, target))
        if exported.failed:
            hint = tr(
                "%n chat(s) could not be read: {reason}",
                n=len(exported.failed),
                reason=exported.failed[0][1].user_message,
            )
            self._notice.show_notice(NOTICE, message, hint, tone="warning", actions=[show])
        else:
            self._notice.show_notice(NOTICE, message, tone="good", actions=[show], duration_s=10)

    # -- in -----------------------------------------------------------------------------------------------------------

    def _import(self, paths: Sequence[Path], progress: Progress) -> Imported:
        from llmdesk.services.chats.transfer.importing import import_chats  # all formats: not for the first painting

        return import_chats(paths, self._store(), progress)

    def _on_imported(self, made: Imported) -> None:
        self._end()
        actions = []
        if len(made.added) == 1:
            actions.append(Action(tr("Open it"), partial(self._open, made.added[0].id)))
        tone: Tone = "bad" if made.failed and not made.added else "warning" if made.failed else "good"
        self._notice.show_notice(NOTICE, import_words(made), import_failures(made), tone=tone, actions=actions)

    def _open(self, chat_id: str) -> None:
        self._background.run(lambda: self._store().load(chat_id), self._on_loaded, self._on_failed)

    def _on_loaded(self, kept: KeptChat) -> None:
        self._sessions.open_kept(kept)

    # -- both ---------------------------------------------------------------------------------------------------------

    def _store(self) -> ChatStore:
        """Not on the GUI thread: the first time it is opened. Raises StoreError."""
        if self._chats is None:
            raise StoreError("No chats are kept here.")
        return self._chats()

    def _refuses(self) -> bool:
        if self.is_busy:
            self._notice.show_notice("busy", tr("Another export or import is under way."), duration_s=5)
        return self.is_busy

    def _begin(self, words: str) -> Progress:
        self._words, self._is_told = words, False
        self._notice.dismiss(NOTICE)  # how the last one went: this one has a button of its own
        self._progress = Progress()
        self._timer.start()
        return self._progress

    def _end(self) -> None:
        self._progress = None
        self._timer.stop()
        self._notice.dismiss(NOTICE)

    @Slot()
    def _tell_progress(self) -> None:
        """What takes longer than a moment is told, with a way to stop it."""
        progress = self._progress
        if progress is None:
            return
        words = self._words
        if progress.total > 1:
            words = tr("{words} {done} of {total}", words=words, done=progress.done, total=progress.total)
        elif progress.done:
            words = tr("{words} {done}", words=words, done=progress.done)
        if self._notice.key == NOTICE:
            self._notice.retell(NOTICE, words)
        elif not self._is_told or not self._notice.key:  # once in place of what stands there
            self._is_told = True
            self._notice.show_notice(NOTICE, words, actions=[Action(tr("Stop"), self.stop)], duration_s=_A_DAY_S)

    def _on_failed(self, error: ErrorInfo) -> None:
        was_busy = self.is_busy
        self._end()
        if error.kind == WorkStopped.__name__ and was_busy:
            self._notice.show_notice(NOTICE, tr("The export was stopped."), duration_s=5)
        else:
            self._notice.show_notice(NOTICE, error.user_message, error.hint, tone="bad")


def _show(target: Path) -> None:
    """The folder that was written, or that the file is in."""
    files.show_in_system(target if target.is_dir() else target.parent)


def _without_suffix(name: str, kinds: list[Kind]) -> str:
    """A title may end like a file's name, which would go before the kind that is chosen in the dialog."""
    suffix = Path(name).suffix
    return f"{name.removesuffix(suffix)} {suffix[1:]}" if suffix in [kind.suffix for kind in kinds if suffix] else name


def _chosen(path: Path, kinds: list[Kind], number: int) -> tuple[Path, Kind]:
    """What is written where: the suffix that was typed counts, else the kind that was chosen gives one."""
    kind = kinds[number]
    if kind.container == "folder" or path.suffix.lower() == kind.suffix:
        return path, kind
    typed = [each for each in kinds if each.suffix and each.suffix == path.suffix.lower()]
    if typed:
        return path, typed[0]
    return path.with_name(path.name + kind.suffix), kind
