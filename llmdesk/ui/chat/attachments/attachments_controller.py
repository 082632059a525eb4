"""Files and images become attachments of the prompt that is being written: read, counted, shown (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal, Slot
from PySide6.QtGui import QImage

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.errors import FileError
from llmdesk.services.chats.session import AnswerEnded, OptionsChanged, Session
from llmdesk.services.chats.sessions import Change, SessionShown
from llmdesk.services.files.attachment import Attachment
from llmdesk.services.files.documents import is_document_name, read_document
from llmdesk.services.files.plain_text import files_in, read_text
from llmdesk.ui.chat.attachments.draft import MAX_ATTACHED, Draft, DraftFile
from llmdesk.ui.chat.attachments.given import files_of, image_in
from llmdesk.ui.chat.attachments.images import image_of, is_image_name, read_image
from llmdesk.ui.chat.chat_controller import ChatController
from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.chat.token_counter import TokenCounter
from llmdesk.ui.kit import files
from llmdesk.ui.kit.words import tr
from llmdesk.ui.threads.background import Background


class AttachmentsController(QObject):
    """See the module. What is read belongs to the chat in which it was attached, whichever is shown by then.

    Attributes:
        sees: whether the model of the chat shown sees images; None: nobody knows.

    Signals:
        searched(tuple[Attachment]): these are too long to be told, so they will be searched.
    """

    searched = Signal(object)

    def __init__(self, pane: ChatPane, chat: ChatController, counter: TokenCounter, background: Background) -> None:
        super().__init__(pane)
        self._pane, self._chat, self._sessions = pane, chat, chat.sessions
        self._counter, self._background, self._drafts = counter, background, chat.drafts
        self.sees: bool | None = None
        pane.attach_requested.connect(self.ask)
        pane.files_given.connect(self._on_given)
        pane.composer.chips.remove_requested.connect(self.remove)
        self._drafts.subscribe(self._on_draft)
        self._sessions.subscribe(self._on_change)
        self._show()

    @Slot()
    def ask(self) -> None:
        """Choose files to attach."""
        kinds = tr("Text, code, documents and images (*);;All files (*)")
        for path in files.ask_for_files(self._pane, tr("Attach files or images"), kinds):
            self.attach(path)
        self._pane.setFocus()

    def attach(self, path: Path) -> None:
        """A file, or the files in a folder. What cannot be attached says so on its chip."""
        session = self._sessions.current
        if self._drafts.of(session).has(str(path)):
            return
        file = DraftFile(path.name or str(path), path=str(path))
        self._begin(session, file, partial(_read, path))

    def attach_image(self, image: QImage) -> None:
        """One from the clipboard."""
        name = tr("Image from the clipboard")
        self._begin(self._sessions.current, DraftFile(name), lambda: [image_of(name, image)])

    @Slot(str)
    def remove(self, file_id: str) -> None:
        """It is not to be sent."""
        self._draft.replace(file_id)
        self._drafts.tell(self._sessions.current)

    def show_sight(self, sees: bool | None) -> None:
        """Another model, which sees images or does not."""
        if sees != self.sees:
            self.sees = sees
            self._show()

    def images_of(self, session: Session) -> list[DraftFile]:
        """The images that are attached in a chat."""
        return [file for file in self._drafts.of(session).files if file.attachment and file.attachment.kind == "image"]

    @property
    def _draft(self) -> Draft:
        return self._drafts.of(self._sessions.current)

    @Slot(object)
    def _on_given(self, data: QMimeData) -> None:
        """Dropped or pasted."""
        paths = files_of(data)
        for path in paths:
            self.attach(path)
        if not paths and (image := image_in(data)) is not None:
            self.attach_image(image)

    def _begin(self, session: Session, file: DraftFile, work: Callable[[], list[Attachment | Path]]) -> None:
        draft = self._drafts.of(session)
        if len(draft.files) >= MAX_ATTACHED:
            self._chat.refused.emit(
                tr("%n file(s) are attached, which is the most.", n=MAX_ATTACHED),
                tr("Remove some that are not needed."),
            )
            return
        draft.add(file)
        self._drafts.tell(session)
        self._background.run(work, partial(self._on_read, file), partial(self._on_failed, file))

    def _on_read(self, file: DraftFile, found: list[Attachment | Path]) -> None:
        session = self._drafts.holder(file.id)
        if session is None:
            return
        draft = self._drafts.of(session)
        if len(found) == 1 and isinstance(attachment := found[0], Attachment):
            draft.replace(file.id, replace(file, attachment=attachment))
            self._count(session, file.id, attachment)
        else:
            draft.replace(file.id)
            for path in found:
                if isinstance(path, Path) and not draft.has(str(path)):
                    self._begin(session, DraftFile(path.name, path=str(path)), partial(_read, path))
        self._measure(session)

    def _on_failed(self, file: DraftFile, error: ErrorInfo) -> None:
        session = self._drafts.holder(file.id)
        if session is not None:
            self._drafts.of(session).replace(file.id, replace(file, error=error))
            self._drafts.tell(session)

    def _count(self, session: Session, file_id: str, attachment: Attachment) -> None:
        """By the model itself; until then, and without one, a guess is shown."""
        if attachment.kind != "text":
            return

        def counted(tokens: int | None) -> None:
            holder = self._drafts.holder(file_id)
            if tokens is not None and holder is not None:
                self._drafts.of(holder).count(file_id, tokens)
                self._measure(holder)

        self._counter.count_text(session.options.model_id, attachment.text, counted)

    def _measure(self, session: Session) -> None:
        draft = self._drafts.of(session)
        draft.measure(self._context_tokens)
        self._drafts.tell(session)
        if draft.searches:
            self.searched.emit(tuple(each for each in draft.to_send if each.is_searched))

    @property
    def _context_tokens(self) -> int:
        """What decides what is searched; 0: nothing is."""
        return self._chat.context.context_tokens if self._drafts.can_search else 0

    def _on_draft(self, session: Session) -> None:
        if session is self._sessions.current:
            self._show()

    def _on_change(self, change: Change) -> None:
        if change.session is not self._sessions.current:
            return
        if isinstance(change, SessionShown | OptionsChanged | AnswerEnded):
            self._draft.measure(self._context_tokens)
            self._show()

    def _show(self) -> None:
        self._pane.composer.show_files(self._draft.files, self.sees)


def _read(path: Path) -> list[Attachment | Path]:
    """What a file is, or which files a folder has (file thread)."""
    if path.is_dir():
        return [*files_in(path)]
    if is_image_name(path):
        return [read_image(path)]
    if is_document_name(path):
        return [read_document(path)]
    try:
        return [read_text(path)]
    except FileError:
        if path.suffix:
            raise
        return [read_image(path)]
