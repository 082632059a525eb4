"""Fetching the sentence model from the page of collections (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from llmdesk.datatypes.model import ErrorInfo, ModelSpec
from llmdesk.ui.collections.model_banner import ModelBanner
from llmdesk.ui.kit.wording import size_text
from llmdesk.ui.kit.words import tr
from llmdesk.ui.threads.background import Background
from llmdesk.ui.threads.event_bridge import EventBridge

if TYPE_CHECKING:
    from llmdesk.core import Core
    from llmdesk.models.downloads import Downloader, DownloadEvent


class ModelFetch(QObject):
    """See the module. It is fetched as any other model, by the same downloader.

    Args:
        downloader: of all models; None until the catalogue is read.
        is_declined, decline: whether the user was asked and did not want it.
    """

    def __init__(
        self,
        banner: ModelBanner,
        core: Core,
        downloader: Callable[[], Downloader | None],
        is_declined: Callable[[], bool],
        decline: Callable[[], None],
        background: Background,
        bridge: EventBridge,
    ) -> None:
        super().__init__(banner)
        self._banner, self._core, self._service = banner, core, core.collections
        self._downloader, self._is_declined, self._decline = downloader, is_declined, decline
        self._background, self._bridge = background, bridge
        self._is_wanted = False
        banner.fetch_requested.connect(self.start)
        banner.cancel_requested.connect(self.cancel)
        banner.declined.connect(self._on_declined)
        self._service.subscribe(lambda _event: bridge.call(self._show))

    def refresh(self) -> None:
        """It may have been fetched elsewhere meanwhile."""
        self._service.model_arrived()
        self._show()

    @Slot()
    def start(self) -> None:
        """Begin, or go on where it was stopped."""
        self._is_wanted = True
        model_id = self._service.sentence_model.id
        self._banner.show_progress(tr("Asking for the files…"), None)
        self._background.run(lambda: self._core.catalogue.get(model_id), self._fetch, self._banner.end)

    @Slot()
    def cancel(self) -> None:
        """Stop; what has arrived is kept."""
        self._is_wanted = False
        downloader, model_id = self._downloader(), self._service.sentence_model.id
        if downloader is not None and downloader.is_active(model_id):
            downloader.cancel(model_id)
        else:  # it has not begun
            self._banner.end()

    def _fetch(self, spec: ModelSpec) -> None:
        downloader = self._downloader()
        if not self._is_wanted:
            return
        if downloader is not None and downloader.is_active(spec.id):
            error = tr("It is being fetched already.")
            self._banner.end(ErrorInfo("DownloadError", error, tr("Its progress is in the list of models.")))
            return
        if downloader is None:
            error = tr("The list of models is not read yet.")
            self._banner.end(ErrorInfo("CatalogueError", error, tr("Try again in a moment.")))
            return
        downloader.start(spec, lambda event: self._bridge.call(partial(self._on_event, event)))

    def _on_event(self, event: DownloadEvent) -> None:
        from llmdesk.models.downloads import DownloadFailed, DownloadFinished, DownloadProgress

        match event:
            case DownloadProgress():
                fraction = event.done_bytes / event.total_bytes if event.total_bytes else None
                done, total = size_text(event.done_bytes), size_text(event.total_bytes)
                self._banner.show_progress(tr("{done} of {total}", done=done, total=total), fraction)
            case DownloadFinished():
                self._banner.end()
                self._service.model_arrived()
            case DownloadFailed():
                self._banner.end(event.error)
            case _:
                self._banner.end()

    @Slot()
    def _on_declined(self) -> None:
        self._decline()
        self._show()

    def _show(self) -> None:
        self._banner.show_model(self._service.sentence_model, is_declined=self._is_declined())
