"""Whether the chat's model sees: told to the chips of images, with a way to models that do (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

from llmdesk.datatypes.model import ModelStatus
from llmdesk.models.catalogue import Catalogue
from llmdesk.services.chats.session import Session
from llmdesk.ui.chat.attachments.attachments_controller import AttachmentsController
from llmdesk.ui.chat.attachments.draft import Drafts
from llmdesk.ui.kit.notice import Action, NoticeBar
from llmdesk.ui.kit.words import tr
from llmdesk.ui.models.picker import ModelPicker

_NOTICE = "sight"


class SightRoom(QObject):
    """See the module.

    Args:
        open_picker: shows the list of models.
    """

    def __init__(
        self,
        files: AttachmentsController,
        drafts: Drafts,
        notice: NoticeBar,
        picker: ModelPicker,
        catalogue: Catalogue,
        open_picker: Callable[[], None],
    ) -> None:
        super().__init__(picker)
        self._files, self._notice, self._picker, self._catalogue = files, notice, picker, catalogue
        self._open_picker, self._title = open_picker, ""
        self._told: set[str] = set()  # files of whom it was said
        drafts.subscribe(self._on_draft)

    @Slot(object)
    def on_model_status(self, status: ModelStatus) -> None:
        """Another model answers in the chat shown, or it is loaded now."""
        info = status.info if status.info is not None and status.info.model_id == status.model_id else None
        spec = next((spec for spec in self._catalogue.specs() if spec.id == status.model_id), None)
        sees = info.sees if info is not None else spec.sees if spec is not None else None
        self._title = status.title
        self._files.show_sight(sees)
        if sees:
            self._notice.dismiss(_NOTICE)

    def _on_draft(self, session: Session) -> None:
        """An image came to a model that does not see: say so once for each, and offer those that do."""
        images = {file.id for file in self._files.images_of(session)}
        new, self._told = images - self._told, images
        if not new or self._files.sees is not False:
            return
        seeing = sorted(
            (spec for spec in self._catalogue.specs() if spec.sees), key=lambda spec: not spec.added_by_user
        )
        words = tr("{title} does not see images; it is told their names only.", title=self._title)
        actions = [Action(tr("Models that see"), self._choose)] if seeing else []
        self._notice.show_notice(
            _NOTICE, words, ", ".join(spec.title for spec in seeing[:3]), tone="warning", actions=actions
        )

    def _choose(self) -> None:
        self._open_picker()
        # Once it is open: that empties the field.
        QTimer.singleShot(0, self._picker, lambda: self._picker.filter.setText(tr("sees images")))
