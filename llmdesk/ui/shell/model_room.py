"""The models in the window: the picker and what is behind it, downloads, and who shows the model in use.

Imported once the catalogue is read.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from llmdesk.models.catalogue import Catalogue
from llmdesk.models.downloads import Downloader
from llmdesk.ui.kit.late import Late
from llmdesk.ui.kit.words import tr
from llmdesk.ui.models.download_controller import DownloadController
from llmdesk.ui.models.export_controller import ExportController
from llmdesk.ui.models.library_controller import LibraryController
from llmdesk.ui.models.model_controller import ModelController
from llmdesk.ui.shell.presence import presence_of
from llmdesk.ui.shell.regenerate_menu import RegenerateMenu
from llmdesk.ui.shell.sight_room import SightRoom
from llmdesk.ui.threads.background import Background

if TYPE_CHECKING:
    from llmdesk.datatypes.model import ModelSpec
    from llmdesk.ui.hub.hub_controller import HubController
    from llmdesk.ui.models.add_server_controller import AddServerController
    from llmdesk.ui.shell.desktop import Desktop


class ModelRoom(QObject):
    """See the module (GUI thread only). Nothing is loaded before ``models.start``."""

    def __init__(self, desktop: Desktop, background: Background, catalogue: Catalogue) -> None:
        window, sessions, bridge = desktop.window, desktop.sessions, desktop.bridge
        super().__init__(window)
        self._window, runner = window, desktop.core.runner
        self.models = models = ModelController(
            window.picker, window.notice, runner, sessions, background, desktop.settings
        )
        self.library = LibraryController(window.picker, window.notice, models, sessions, background, catalogue)
        self.exports = ExportController(window.picker, window.notice, runner, bridge, background, catalogue)
        self.regenerate = RegenerateMenu(desktop.theme, window.chat, desktop.chat, models, background, catalogue)
        self.downloader = Downloader()
        downloads = self._downloads = DownloadController(
            window.picker, window.notice, models, self.downloader, bridge, background
        )
        self.hub = Late(partial(self._make_hub, desktop, background, catalogue))
        window.picker.hub_requested.connect(self._open_hub)
        self.servers = Late(partial(self._make_servers, desktop, background, catalogue))
        window.picker.server_requested.connect(self._open_servers)
        downloads.told.connect(window.status_line.show_download)
        presence_of(desktop).follow_downloads(downloads)
        models.status_shown.connect(window.top_bar.show_status)
        models.status_shown.connect(window.status_line.show_status)
        models.status_shown.connect(desktop.chat.on_model_status)
        files, drafts = desktop.tools.files, desktop.chat.drafts
        self.sight = SightRoom(files, drafts, window.notice, window.picker, catalogue, desktop.open_picker)
        models.status_shown.connect(self.sight.on_model_status)
        models.model_changed.connect(self._on_model_changed)
        precision = window.top_bar.pill.precision
        models.default_precision_known.connect(precision.set_default)
        models.picker_requested.connect(desktop.open_picker)
        models.log_requested.connect(desktop.open_log)
        precision.chosen.connect(models.choose_precision)
        bridge.model_status.connect(models.on_model_status)
        runner.subscribe(bridge.post)
        runner.subscribe_models(lambda found: bridge.run(partial(models.on_models_in_memory, found)))

    @Slot(str)
    def _open_hub(self, words: str) -> None:
        self._window.picker.close_panel()
        self.hub().open(self._window.top_bar.pill, words)

    def _make_hub(self, desktop: Desktop, background: Background, catalogue: Catalogue) -> HubController:
        from llmdesk.ui.hub.hub_controller import HubController
        from llmdesk.ui.hub.hub_panel import HubPanel

        panel = HubPanel(desktop.theme, self._window)
        return HubController(panel, catalogue, desktop.settings, background, partial(self._fetch, desktop))

    @Slot()
    def _open_servers(self) -> None:
        self._window.picker.close_panel()
        self.servers().open(self._window.top_bar.pill)

    def _make_servers(self, desktop: Desktop, background: Background, catalogue: Catalogue) -> AddServerController:
        from llmdesk.ui.models.add_server_controller import AddServerController
        from llmdesk.ui.models.add_server_panel import AddServerPanel

        return AddServerController(
            AddServerPanel(desktop.theme, self._window), catalogue, background, self.library.take
        )

    def _fetch(self, desktop: Desktop, spec: ModelSpec) -> None:
        """Once it is in the list."""
        picker = self._window.picker

        def start() -> None:
            if (row := picker.row(spec.id)) is not None and row.entry.is_installed:
                row.ask(tr("It is on this machine already."), [])
            else:
                self._downloads.start(spec)
            QTimer.singleShot(0, picker, lambda: picker.list.reveal(spec.id))  # once the row has its new height

        self.models.listed.connect(start, Qt.ConnectionType.SingleShotConnection)
        desktop.open_picker()

    @Slot()
    def _on_model_changed(self) -> None:
        self._window.dashboard.mark(tr("model ready"), "model")
