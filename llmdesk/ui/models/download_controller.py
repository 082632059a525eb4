"""Fetching models from the picker: question, progress, result (GUI thread only)."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, assert_never
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal, Slot

from llmdesk.datatypes.model import ErrorInfo, ModelSpec
from llmdesk.models import hub_access
from llmdesk.models.downloads import (
    DownloadCancelled,
    Downloader,
    DownloadEvent,
    DownloadFailed,
    DownloadFinished,
    DownloadProgress,
)
from llmdesk.ui.kit.notice import Action, NoticeBar
from llmdesk.ui.kit.numbers import day
from llmdesk.ui.kit.wording import duration_text, percent_text, size_text
from llmdesk.ui.kit.words import told, tr
from llmdesk.ui.models.model_controller import ModelController
from llmdesk.ui.models.picker import ModelPicker
from llmdesk.ui.threads.background import Background
from llmdesk.ui.threads.event_bridge import EventBridge

if TYPE_CHECKING:
    from llmdesk.models.hub_search import Newer


class DownloadController(QObject):
    """Shows a download in its row while the picker is open.

    Signals:
        told(str): how far it is, to be shown where the picker is not; empty when it is over.
        progressed(float): the same as a fraction; below 0 when it is over.
        ended(str): it is here, or was not fetched, in words.
    """

    told = Signal(str)
    progressed = Signal(float)
    ended = Signal(str)

    def __init__(
        self,
        picker: ModelPicker,
        notice: NoticeBar,
        models: ModelController,
        downloader: Downloader,
        bridge: EventBridge,
        background: Background,
    ) -> None:
        super().__init__(picker)
        self._picker, self._notice, self._models = picker, notice, models
        self._downloader, self._bridge, self._background = downloader, bridge, background
        self.told.connect(lambda text: None if text else self.progressed.emit(-1.0))
        self._specs: dict[str, ModelSpec] = {}
        self._anew: dict[str, bool] = {}
        models.fetch_requested.connect(self.ask)
        models.fetch_cancel_requested.connect(self.cancel)
        picker.update_requested.connect(self.look_for_update)

    @Slot(object)
    def ask(self, spec: ModelSpec) -> None:
        """Say what a download means before it begins."""
        row = self._picker.row(spec.id)
        if row is None:
            return
        size = size_text(spec.download_bytes) if spec.download_bytes else tr("an unknown amount")
        parts = [tr("Fetch {size} from {origin}?", size=size, origin=_origin(spec))]
        if spec.licence:
            parts.append(tr("Licence: {name}.", name=spec.licence))
        if spec.gated:
            parts.append(tr("Its owner asks for a login and for consent to the licence first."))
        fetch, not_now = Action(tr("Fetch"), partial(self.start, spec)), Action(tr("Not now"), lambda: None)
        row.ask(" ".join(parts), [fetch, not_now])

    def start(self, spec: ModelSpec, *, anew: bool = False) -> None:
        """Begin, or go on where it was stopped; ``anew``: what the hub has now of a model that is here."""
        self._specs[spec.id], self._anew[spec.id] = spec, anew
        self._downloader.start(spec, self._post, anew=anew)
        if row := self._picker.row(spec.id):
            before = self._downloader.waits_for(spec.id)
            waiting = tr("Waits until {title} is fetched.", title=before.title) if before else ""
            row.show_download(waiting or tr("Asking for the files…"), None)

    @Slot(str)
    def look_for_update(self, model_id: str) -> None:
        """Ask the hub whether it has something newer, and the user whether to fetch that."""
        from llmdesk.models.fetch_control import FetchControl
        from llmdesk.models.hub_search import newer

        row = self._picker.row(model_id)
        if row is None or row.is_busy:
            return
        spec = row.entry.spec
        row.ask(tr("Asking the hub…"), [])
        self._background.run(
            partial(newer, spec, FetchControl()),
            partial(self._offer_update, spec),
            partial(self._on_no_answer, spec.id),
            kind=f"update {model_id}",
        )

    def _offer_update(self, spec: ModelSpec, found: Newer | None) -> None:
        row = self._picker.row(spec.id)
        if row is None or row.is_busy:
            return
        close = Action(tr("Close"), lambda: None)
        if found is None:
            row.ask(tr("It is here as the hub has it."), [close])
            return
        newer = tr("The hub has a newer version, of {day}. Files that have not changed are not fetched again.")
        other = tr("It is not known which version is here; the hub has one of {day}. Files that are the same are not "
                   "fetched again.")  # fmt: skip
        updated = day(date.fromisoformat(found.updated)) if found.updated else tr("an unknown day")
        words = (newer if found.is_here_known else other).format(day=updated)
        not_now = Action(tr("Not now"), lambda: None)
        row.ask(words, [Action(tr("Fetch"), partial(self.start, spec, anew=True)), not_now])

    def _on_no_answer(self, model_id: str, error: ErrorInfo) -> None:
        if row := self._picker.row(model_id):
            row.show_error(error, [Action(tr("Close"), lambda: None)])

    @Slot(str)
    def cancel(self, model_id: str) -> None:
        """Stop; what has arrived is kept."""
        self._downloader.cancel(model_id)

    def _post(self, event: DownloadEvent) -> None:
        """Called on the download thread."""
        self._bridge.call(partial(self._on_event, event))

    def _on_event(self, event: DownloadEvent) -> None:
        match event:
            case DownloadProgress():
                self._on_progress(event)
            case DownloadFinished():
                self._on_finished(self._specs[event.model_id])
            case DownloadFailed():
                self._on_failed(event)
            case DownloadCancelled():
                self.told.emit("")
                if row := self._picker.row(event.model_id):
                    row.end_download(tr("Stopped. What has arrived is kept; fetching goes on from there."))
            case _:
                assert_never(event)

    def _on_progress(self, event: DownloadProgress) -> None:
        fraction = event.done_bytes / event.total_bytes if event.total_bytes else None
        amount = tr("{done} of {total}", done=size_text(event.done_bytes), total=size_text(event.total_bytes))
        speed = f", {size_text(event.bytes_per_s)}/s" if event.bytes_per_s > 0 else ""
        if event.left_s is not None:
            speed += tr(", {time} left", time=duration_text(event.left_s))
        if row := self._picker.row(event.model_id):
            row.show_download(amount + speed, fraction)
        title = self._specs[event.model_id].title
        self.told.emit(tr("Fetching {title}, {percent}", title=title, percent=percent_text(fraction or 0)))
        self.progressed.emit(fraction or 0.0)

    def _on_finished(self, spec: ModelSpec) -> None:
        self.told.emit("")
        if row := self._picker.row(spec.id):
            row.end_download(tr("It is on this machine now."))
        use = Action(tr("Use it"), partial(self._models.load, spec.id))
        message = tr("{title} is on this machine now.", title=spec.title)
        self._notice.show_notice("fetched", message, tone="good", actions=[use])
        self.ended.emit(message)
        self._models.refresh()

    def _on_failed(self, event: DownloadFailed) -> None:
        spec = self._specs[event.model_id]
        self.told.emit("")
        again = Action(tr("Try again"), partial(self.start, spec, anew=self._anew[spec.id]))
        if row := self._picker.row(event.model_id):
            row.show_error(event.error, [again, Action(tr("Close"), lambda: None)])
        message = tr("{title} was not fetched: {reason}", title=spec.title, reason=told(event.error.user_message))
        self.ended.emit(message)
        if not self._picker.isVisible():
            self._notice.show_notice("fetch", message, event.error.hint, tone="bad", actions=[again])


def _origin(spec: ModelSpec) -> str:
    return "PyPI" if spec.source.kind == "package" else urlsplit(hub_access.endpoint()).netloc
