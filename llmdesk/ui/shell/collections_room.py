"""Collections: the page, the chat's side of them, and the actions that lead to both (GUI thread only)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from llmdesk.services.chats.session import OptionsChanged, Session
from llmdesk.services.chats.sessions import Change, SessionShown
from llmdesk.ui.kit.late import Late
from llmdesk.ui.threads.background import Background

if TYPE_CHECKING:
    from llmdesk.ui.collections.collections_controller import CollectionsController
    from llmdesk.ui.collections.model_banner import ModelBanner
    from llmdesk.ui.collections.model_fetch import ModelFetch
    from llmdesk.ui.shell.desktop import Desktop

_OFFER = "sentence_model"


def connect_collections(desktop: Desktop) -> Late[CollectionsController]:
    """Made for the page, for a chat with collections or files, else when the start is over: then the service opens."""
    room = Late(partial(_make, desktop))
    window, composer = desktop.window, desktop.window.chat.composer

    def choose() -> None:
        room()
        assert desktop.sources is not None
        desktop.sources.choose()

    def on_change(change: Change) -> None:
        if isinstance(change, SessionShown | OptionsChanged) and _needs_passages(change.session):
            room()

    def on_files(session: Session) -> None:
        if drafts.of(session).files:  # one may be too long to be told
            room()

    drafts = desktop.chat.drafts
    drafts.can_search = True
    drafts.subscribe(on_files)
    composer.offer_collections()
    composer.collections.clicked.connect(choose)
    window.action_table.bind("choose_collections", choose)
    desktop.sessions.subscribe(on_change)
    desktop.started.connect(lambda: room())
    return room


def _needs_passages(session: Session) -> bool:
    """Whether a question in it is answered out of collections, or of files that were too long to be told."""
    prompts = (message for message in session.conversation.path if message.attachments)
    return bool(session.options.collections) or any(file.is_searched for each in prompts for file in each.attachments)


def _make(desktop: Desktop) -> CollectionsController:
    from llmdesk.ui.chat.sources.sources_controller import SourcesController
    from llmdesk.ui.collections.collections_controller import CollectionsController

    theme, window, core, bridge = desktop.theme, desktop.window, desktop.core, desktop.bridge
    background, service = Background(bridge), core.collections
    sources = desktop.sources = SourcesController(
        theme, window.chat, desktop.chat, desktop.counter, service, core.settings, background, bridge
    )
    controller = CollectionsController(
        theme,
        window,
        window.notice,
        desktop.sessions,
        sources,
        service,
        bridge,
        lambda banner: _model_fetch(desktop, banner, background),
    )
    sources.manage_requested.connect(window.action_table["collections"].trigger)
    sources.add_requested.connect(window.action_table["collections"].trigger)  # where it is seen how it is read
    sources.add_requested.connect(controller.add)
    window.closed.connect(controller.forget_removed)
    desktop.tools.files.searched.connect(service.prepare_files)
    service.open()
    return controller


def _model_fetch(desktop: Desktop, banner: ModelBanner, background: Background) -> ModelFetch:
    from llmdesk.ui.collections.model_fetch import ModelFetch  # with the page

    state = desktop.state

    def decline() -> None:
        state.declined = [*state.declined, _OFFER]

    return ModelFetch(
        banner,
        desktop.core,
        lambda: desktop.downloader,
        lambda: _OFFER in state.declined,
        decline,
        background,
        desktop.bridge,
    )
