"""An attachment, to look at: the text as the model gets it, or the image enlarged (GUI thread only).

The file itself is opened only by a click on a button for that, after a question.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from llmdesk.services.files.attachment import Attachment
from llmdesk.ui.chat.attachments.chip_words import state_of
from llmdesk.ui.chat.attachments.images import shown_image
from llmdesk.ui.kit import files
from llmdesk.ui.kit.buttons import Button
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.popover import Popover
from llmdesk.ui.kit.spacing import column, row
from llmdesk.ui.kit.styled import scroll_bar_css
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

_WIDTH_PX, _HEIGHT_PX = 720, 560
_MOST_SHOWN_CHARS = 300_000


def open_viewer(theme: Theme, anchor: QWidget, attachment: Attachment) -> None:
    """Show it over the window of ``anchor``."""
    viewer = Viewer(theme, anchor.window(), attachment)
    viewer.closed.connect(viewer.deleteLater)
    viewer.open_under(anchor)


class Viewer(Popover):
    """See the module."""

    def __init__(self, theme: Theme, window: QWidget, attachment: Attachment) -> None:
        super().__init__(theme, window, _WIDTH_PX, _HEIGHT_PX, attachment.name)
        self._attachment = attachment
        self.view: QWidget = (
            _ImageView(theme, attachment) if attachment.kind == "image" else _text_view(theme, attachment)
        )
        state = state_of(attachment)
        self._told = Label(theme, state.tip, "secondary", "small", wraps=True)
        self.panel_layout.addLayout(column(theme, self._told, margins=(20, 0, 20, 8)))
        holder = column(theme, margins=(20, 0, 20, 12))
        holder.addWidget(self.view, 1)
        self.panel_layout.addLayout(holder, 1)
        self.open_file = Button(theme, tr("Open the file…"), "expand", bordered=True)
        self.open_file.clicked.connect(self._open_file)
        if not attachment.path:
            self.open_file.hide()
        self._problem = Label(theme, "", "warning", "small", wraps=True)
        foot = row(theme, margins=(20, 0, 20, 14))
        foot.addWidget(self.open_file)
        foot.addWidget(self._problem, 1)
        self.foot.addLayout(foot)
        self.setFocusProxy(self.view)

    def _open_file(self) -> None:
        path = Path(self._attachment.path)
        if not files.ask_to_open(self, path):
            return
        if not files.show_in_system(path):
            self._problem.setText(tr("The file is not there any more, or no program for it was found."))


class _ImageView(QWidget):
    """As large as there is room, never larger than it is."""

    def __init__(self, theme: Theme, attachment: Attachment) -> None:
        super().__init__()
        self.image: QImage = shown_image(attachment)
        self.setAccessibleName(tr("Image {name}", name=attachment.name))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(QSize(40, 40))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture in the middle."""
        if self.image.isNull():
            return
        size = self.image.size()
        if size.width() > self.width() or size.height() > self.height():
            size = size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(0, 0, size.width(), size.height())
        place.moveCenter(self.rect().center())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(place, self.image)


def _text_view(theme: Theme, attachment: Attachment) -> QPlainTextEdit:
    view = QPlainTextEdit()
    view.setReadOnly(True)
    view.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    view.setAccessibleName(tr("Text of {name}", name=attachment.name))
    view.setFont(theme.font("small"))
    colors = theme.colors
    view.setStyleSheet(
        f"QPlainTextEdit {{ background: {colors.window}; color: {colors.text}; border: 1px solid {colors.line};"
        f" border-radius: {theme.px(8)}px; padding: {theme.px(6)}px; }}" + scroll_bar_css(theme)
    )
    text = attachment.text
    if len(text) > _MOST_SHOWN_CHARS:
        text = f"{text[:_MOST_SHOWN_CHARS]}…"
    # Once the panel is painted: a long text takes a moment.
    QTimer.singleShot(0, view, lambda: view.setPlainText(text))
    return view
