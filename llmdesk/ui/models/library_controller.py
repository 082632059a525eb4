"""What is in the list of models: folders and files of the user's own, removal (GUI thread only)."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from llmdesk import paths
from llmdesk.datatypes.model import ModelSpec
from llmdesk.models.catalogue import Catalogue
from llmdesk.services.chats.sessions import Sessions
from llmdesk.ui.kit import files
from llmdesk.ui.kit.notice import READ_S, Action, NoticeBar
from llmdesk.ui.kit.words import tr
from llmdesk.ui.models.model_controller import ModelController
from llmdesk.ui.models.picker import ModelPicker
from llmdesk.ui.threads.background import Background


class LibraryController(QObject):
    """See the module. It exists once the catalogue was read."""

    def __init__(
        self,
        picker: ModelPicker,
        notice: NoticeBar,
        models: ModelController,
        sessions: Sessions,
        background: Background,
        catalogue: Catalogue,
    ) -> None:
        super().__init__(picker)
        self._picker, self._notice, self._models = picker, notice, models
        self._sessions, self._background, self._catalogue = sessions, background, catalogue
        self._additions = 0
        picker.remove_requested.connect(self.ask_remove)
        picker.folder_requested.connect(self.open_folder)
        picker.file_requested.connect(self.open_gguf)
        picker.user_file_requested.connect(self.open_user_file)
        models.user_file_requested.connect(self.open_user_file)

    @Slot()
    def open_folder(self) -> None:
        """Take a folder with a model into the list and use it."""
        self._add_if_any(files.ask_for_folder(self._picker.window()))

    @Slot()
    def open_gguf(self) -> None:
        """Take a GGUF file into the list and use it."""
        self._add_if_any(files.ask_for_gguf(self._picker.window()))

    @Slot()
    def open_user_file(self) -> None:
        """Show the user's models.toml in the system's editor."""
        files.open_text_file(paths.user_catalogue(), self._notice)

    @Slot(str)
    def ask_remove(self, model_id: str) -> None:
        """Remove fetched files, or an own entry, after a question."""
        row = self._picker.row(model_id)
        if row is None:
            return
        if self._models.used_id == model_id:
            in_use = tr("It is in use. Choose another model first, then remove it.")
            row.ask(in_use, [Action(tr("Close"), _nothing)])
            return
        if row.model is not None:
            in_memory = tr("It is in memory for the server. Unload it first, then remove it.")
            if row.model.is_for_llmdesk:
                in_memory = tr("It is in memory for llmdesk itself. Unload it first, then remove it.")
            row.ask(
                in_memory, [Action(tr("Unload"), partial(self._models.unload, model_id)), Action(tr("Close"), _nothing)]
            )
            return
        spec = row.entry.spec
        remove = Action(tr("Remove"), partial(self._remove, spec))
        row.ask(_question(spec), [Action(tr("Keep"), _nothing), remove])

    def _remove(self, spec: ModelSpec) -> None:
        self._background.run(
            partial(self._catalogue.remove, spec.id), lambda _: self._models.refresh(), self._models.tell_error
        )

    def _add_if_any(self, path: Path | None) -> None:
        if path is not None:
            self.add(path)

    def add(self, path: Path) -> None:
        """Take a folder or a file with a model into the list and use it."""
        self._picker.show_message(tr("Looking at {name}…", name=path.name))
        self._additions += 1
        on_added = partial(self._on_added, self._additions)
        self._background.run(partial(self._catalogue.add_path, path), on_added, self._models.tell_error)

    def _on_added(self, number: int, spec: ModelSpec) -> None:
        """It is in the list; the one that was opened last is used, whichever took longest to look at."""
        self._picker.show_message("")
        self._models.refresh()
        if number == self._additions:
            self._use(spec)

    def take(self, spec: ModelSpec) -> None:
        """One that is in the list by now: show it there and use it."""
        self._additions += 1
        self._models.refresh()
        self._use(spec)

    def _use(self, spec: ModelSpec) -> None:
        if spec.purpose == "embeddings":
            words = tr("{title} is in the list now. It makes vectors out of texts for programs, and does not chat.")
            self._notice.show_notice("added", words.format(title=spec.title), duration_s=READ_S)
            return
        if self._sessions.is_generating:
            self._notice.show_notice(
                "added",
                tr("{title} is in the list now.", title=spec.title),
                actions=[Action(tr("Use it after this answer"), partial(self._models.load, spec.id))],
            )
        else:
            self._models.load(spec.id)


def _question(spec: ModelSpec) -> str:
    if not spec.added_by_user:
        return tr("Remove its files from the disk?")
    if spec.source.kind in ("hub", "package"):  # fetched by llmdesk, or to be
        return tr("Remove it and its files?")
    if spec.source.kind == "server":
        return tr("Take it off the list? Its server stays as it is.")
    return tr("Take it off the list? Its files stay.")


def _nothing() -> None:
    """Who has read it closes it."""
