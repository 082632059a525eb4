"""Which collections a chat's questions are answered from, and the passages that were found (GUI thread only)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from llmdesk.services.chats.session import OptionsChanged
from llmdesk.services.chats.sessions import Change, SessionShown
from llmdesk.services.collections.collection import Collection, CollectionEvent, CollectionsChanged
from llmdesk.services.collections.passage import Passage
from llmdesk.services.files.documents import is_document_name, read_document
from llmdesk.services.files.plain_text import read_text
from llmdesk.services.settings.definition import Values
from llmdesk.services.settings.settings import Settings
from llmdesk.ui.chat.chat_controller import ChatController
from llmdesk.ui.chat.chat_pane import ChatPane
from llmdesk.ui.chat.sources.passage_viewer import PassageViewer, open_passage
from llmdesk.ui.chat.sources.source_finder import SourceFinder
from llmdesk.ui.chat.token_counter import TokenCounter
from llmdesk.ui.kit.styled import Menu
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr
from llmdesk.ui.threads.background import Background
from llmdesk.ui.threads.event_bridge import EventBridge

if TYPE_CHECKING:
    from llmdesk.services.collections.collections import Collections


class SourcesController(QObject):
    """See the module.

    Attributes:
        removed: collections that cannot be chosen, though the removal can still be undone (names, by id).

    Signals:
        manage_requested(): the page of all collections.
        add_requested(): the first one.
    """

    manage_requested = Signal()
    add_requested = Signal()

    def __init__(
        self,
        theme: Theme,
        pane: ChatPane,
        chat: ChatController,
        counter: TokenCounter,
        collections: Collections,
        settings: Settings,
        background: Background,
        bridge: EventBridge,
    ) -> None:
        super().__init__(pane)
        self._theme, self._pane, self._chat, self._sessions = theme, pane, chat, chat.sessions
        self._collections, self._background = collections, background
        self.removed: Mapping[str, str] = {}
        self.finder = SourceFinder(collections, settings, counter, bridge, lambda: chat.context.context_tokens)
        self._sessions.search_with(self.finder)
        chat.context.has_collections = lambda: bool(self.chosen)
        composer = pane.composer
        composer.collection_chips.remove_requested.connect(self.remove)
        composer.collection_chips.open_requested.connect(self.manage_requested)
        pane.conversation_view.source_requested.connect(self._on_source)
        chat.collections_requested.connect(self.manage_requested)
        self._sessions.subscribe(self._on_change)
        collections.subscribe(lambda event: bridge.call(partial(self._on_event, event)))
        settings.subscribe(self._use, "collections", bridge.run)
        self._use(settings.values)
        self._show()

    @property
    def chosen(self) -> tuple[Collection, ...]:
        """Those of the chat shown, without what is gone."""
        found = map(self._collections.collection, self._sessions.options.collections)
        return tuple(collection for collection in found if collection is not None)

    @Slot()
    def choose(self) -> None:
        """Open the list of all collections above the button."""
        menu = self.make_menu()
        button = self._pane.composer.collections
        menu.popup(button.mapToGlobal(QPoint(0, -menu.sizeHint().height() - self._theme.px(4))))

    def make_menu(self) -> Menu:
        """All collections, those of this chat marked, and the way to the page."""
        menu = Menu(self._theme, self._pane)
        menu.aboutToHide.connect(menu.deleteLater)
        chosen = self._sessions.options.collections
        found = [each for each in self._collections.collections() if each.id not in self.removed]
        for collection in found:
            action = menu.addAction(collection.name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(collection.id in chosen)
            action.toggled.connect(partial(self._toggle, collection.id))
        if not found:
            nothing = QAction(tr("There are no collections yet"), menu)
            nothing.setEnabled(False)
            menu.addAction(nothing)
        menu.addSeparator()
        last = menu.addAction(tr("All collections…") if found else tr("Add a folder…"))
        last.triggered.connect(self.manage_requested if found else self.add_requested)
        return menu

    @Slot(str)
    def remove(self, collection_id: str) -> None:
        """This chat's questions are not answered from it any more."""
        self._configure(tuple(each for each in self._sessions.options.collections if each != collection_id))

    def use(self, collection_id: str) -> None:
        """This chat's questions are answered from it, too."""
        chosen = self._sessions.options.collections
        if collection_id not in chosen:
            self._configure((*chosen, collection_id))

    def _toggle(self, collection_id: str, is_chosen: bool) -> None:
        if is_chosen:
            self.use(collection_id)
        else:
            self.remove(collection_id)

    def _configure(self, collection_ids: Sequence[str]) -> None:
        self._sessions.configure(replace(self._sessions.options, collections=tuple(collection_ids)))

    def _use(self, values: Values) -> None:
        self._chat.context.most_source_tokens = values.collections.passage_tokens
        self._chat.context.refresh()

    def _on_change(self, change: Change) -> None:
        if isinstance(change, SessionShown | OptionsChanged) and change.session is self._sessions.current:
            self._show()

    def _on_event(self, event: CollectionEvent) -> None:
        if isinstance(event, CollectionsChanged):
            self._show()
            self._chat.context.refresh()  # passages of what is gone need no room

    def _show(self) -> None:
        composer, chosen = self._pane.composer, self.chosen
        composer.collection_chips.show_collections(chosen)
        composer.collections.set_lit(bool(chosen))
        names = ", ".join(collection.name for collection in chosen)
        words = tr("Collections for this chat: {names}", names=names) if chosen else tr("Collections for this chat")
        composer.collections.setAccessibleName(words)
        composer.collections.setToolTip(words)

    # -- passages -----------------------------------------------------------------------------------------------------

    @Slot(str, int, object)
    def _on_source(self, prompt_id: str, number: int, anchor: QWidget) -> None:
        conversation = self._chat.conversation
        if not conversation.holds(prompt_id):
            return
        prompt = conversation.message(prompt_id)
        passage = next((each for each in prompt.sources if each.number == number), None)
        if passage is None:
            return
        viewer = self.show_passage(passage, anchor)
        own = (each for each in prompt.attachments if (each.path or each.name) == passage.path)
        if not passage.collection_id and (file := next(own, None)) is not None:
            viewer.show_around(file.text)

    def show_passage(self, passage: Passage, anchor: QWidget) -> PassageViewer:
        """In what stands around it, as soon as its file is read."""
        collection = self._collections.collection(passage.collection_id) if passage.collection_id else None
        name = collection.name if collection is not None else ""
        if passage.collection_id and not name:
            name = tr("that was removed")
        viewer = open_passage(self._theme, anchor, passage, name)
        path = Path(passage.path)
        if collection is not None and _is_below(path, collection.folders):
            viewer_lives = [True]
            viewer.destroyed.connect(viewer_lives.clear)

            def read(text: str) -> None:
                if viewer_lives:
                    viewer.show_around(text)

            def failed(_error: object) -> None:
                if viewer_lives:
                    viewer.show_gone()

            self._background.run(partial(_text_of, path), read, failed, kind="passage")
        return viewer


def _is_below(path: Path, folders: Sequence[str]) -> bool:
    """A chat that was imported may name any path: only what the user has added is read. (No look at the disk.)"""
    return ".." not in path.parts and any(path.is_relative_to(folder) for folder in folders)


def _text_of(path: Path) -> str:
    """As much of a file as is indexed. File thread."""
    from llmdesk.services.collections.reading import MOST_TEXT_BYTES

    return (read_document(path) if is_document_name(path) else read_text(path, MOST_TEXT_BYTES)).text
