"""Collections: the page, the chat's side of them, and the actions that lead to both (GUI thread only)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmdesk.ui.chat.sources.sources_controller import SourcesController
from llmdesk.ui.collections.collections_controller import CollectionsController
from llmdesk.ui.threads.background import Background

if TYPE_CHECKING:
    from llmdesk.ui.collections.model_banner import ModelBanner
    from llmdesk.ui.collections.model_fetch import ModelFetch
    from llmdesk.ui.shell.desktop import Desktop

_OFFER = "sentence_model"


def connect_collections(desktop: Desktop) -> CollectionsController:
    """Made once, with the pages; the service opens when the window is painted."""
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
    window.action_table.bind("choose_collections", sources.choose)
    window.painted.connect(service.open)
    window.closed.connect(controller.forget_removed)
    desktop.tools.files.searched.connect(service.prepare_files)
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
