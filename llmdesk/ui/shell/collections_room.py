"""Collections: the page, the chat's side of them, and the actions that lead to both (GUI thread only)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmdesk.ui.chat.sources.sources_controller import SourcesController
from llmdesk.ui.collections.collections_controller import CollectionsController
from llmdesk.ui.threads.background import Background

if TYPE_CHECKING:
    from llmdesk.ui.shell.desktop import Desktop


def connect_collections(desktop: Desktop) -> CollectionsController:
    """Made once, with the pages; the service opens when the window is painted."""
    window, core, bridge = desktop.window, desktop.core, desktop.bridge
    background = Background(bridge)
    sources = desktop.sources = SourcesController(
        desktop.theme, window.chat, desktop.chat, desktop.counter, core.collections, core.settings, background, bridge
    )
    controller = CollectionsController(desktop, sources, background)
    sources.manage_requested.connect(window.action_table["collections"].trigger)
    window.action_table.bind("choose_collections", sources.choose)
    window.painted.connect(core.collections.open)
    desktop.tools.files.searched.connect(core.collections.prepare_files)
    return controller
