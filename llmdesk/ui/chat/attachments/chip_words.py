"""What the chips of files and images say (GUI thread only)."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from llmdesk.services.files.attachment import Attachment
from llmdesk.ui.chat.attachments.chip import ChipState
from llmdesk.ui.chat.attachments.draft import DraftFile
from llmdesk.ui.chat.attachments.images import shown_image
from llmdesk.ui.kit.words import told, tr

_THUMBNAIL_PX = 160


def state_of_draft(file: DraftFile, sees: bool | None = None) -> ChipState:
    """One that is attached and not sent yet. ``sees``: the chat's model sees images; None: nobody knows."""
    if file.is_reading:
        return ChipState(file.name, "file", tr("Reading"), is_reading=True)
    if file.error is not None:
        tip = " ".join(filter(None, (told(file.error.user_message), told(file.error.hint))))
        return ChipState(file.name, "alert", tr("Cannot be attached"), tip, is_bad=True)
    assert file.attachment is not None
    if file.is_searched:
        return _searched_state(file.attachment, None)
    if file.attachment.kind == "image" and sees is not None:
        note, tip = (
            tr("Not seen by the model"),
            tr("This model cannot see images. It is kept with the chat; the model is told its name only."),
        )
        if sees:
            note, tip = tr("Seen by the model"), tr("The model is shown the image with the question.")
        return ChipState(file.attachment.name, "image", note, tip, image=thumbnail(file.attachment))
    return state_of(file.attachment)


def state_of(attachment: Attachment, used_passages: int | None = None) -> ChipState:
    """One that is read, or was sent. ``used_passages``: of one that was searched; None: it is not yet."""
    if attachment.is_searched:
        return _searched_state(attachment, used_passages)
    if attachment.kind == "image":
        tip = tr("Models that see are shown the image; all others are told its name only.")
        return ChipState(attachment.name, "image", tr("Image"), tip, image=thumbnail(attachment))
    tip = tr("The whole text goes to the model with the question.")
    note = tr("{count:,} tokens, whole", count=attachment.token_count)
    return ChipState(attachment.name, "file", note, tip)


def _searched_state(attachment: Attachment, used_passages: int | None) -> ChipState:
    tip = tr(
        "It is too long for this model ({count:,} tokens): the model is given the passages of it that fit the question "
        "best.",
        count=attachment.token_count,
    )
    note = tr("Searched for passages") if used_passages is None else tr("Searched: %n passage(s)", n=used_passages)
    return ChipState(attachment.name, "search", note, tip)


@lru_cache(maxsize=64)
def thumbnail(attachment: Attachment) -> QImage:
    """A small picture; null if the attachment holds none."""
    image = shown_image(attachment)
    if image.isNull():
        return image
    size = image.size().scaled(QSize(_THUMBNAIL_PX, _THUMBNAIL_PX), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    return image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
