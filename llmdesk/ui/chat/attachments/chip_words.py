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


def state_of_draft(file: DraftFile) -> ChipState:
    """One that is attached and not sent yet."""
    if file.is_reading:
        return ChipState(file.name, "file", tr("Reading"), is_reading=True)
    if file.error is not None:
        tip = " ".join(filter(None, (told(file.error.user_message), told(file.error.hint))))
        return ChipState(file.name, "alert", tr("Cannot be attached"), tip, is_bad=True)
    assert file.attachment is not None
    state = state_of(file.attachment)
    if not file.fits:
        tip = tr("It has more tokens than this model can take. Attach a part of it, or choose another model.")
        note = tr("Too long: {count:,} tokens", count=file.attachment.token_count)
        return ChipState(file.name, "alert", note, tip, is_bad=True)
    return state


def state_of(attachment: Attachment) -> ChipState:
    """One that is read, or was sent."""
    if attachment.kind == "image":
        tip = tr("The models here cannot see images. It is kept with the chat; the model is told its name only.")
        return ChipState(attachment.name, "image", tr("Not seen by the model"), tip, image=thumbnail(attachment))
    tip = tr("The whole text goes to the model with the question.")
    note = tr("{count:,} tokens, whole", count=attachment.token_count)
    return ChipState(attachment.name, "file", note, tip)


@lru_cache(maxsize=64)
def thumbnail(attachment: Attachment) -> QImage:
    """A small picture; null if the attachment holds none."""
    image = shown_image(attachment)
    if image.isNull():
        return image
    size = image.size().scaled(QSize(_THUMBNAIL_PX, _THUMBNAIL_PX), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    return image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
