"""The prompts that wait for the running answer, above the composer (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent, QTextCursor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from llmdesk.services.chats.prompt_queue import QueuedPrompt
from llmdesk.ui.chat.attachments.chip_rows import SentChips
from llmdesk.ui.chat.prompt_edit import PromptEdit
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.kit.buttons import Button, IconButton
from llmdesk.ui.kit.labels import ElidedLabel, Label
from llmdesk.ui.kit.spacing import FlowLayout, row, space
from llmdesk.ui.kit.styled import ScrollArea
from llmdesk.ui.kit.surfaces import Panel
from llmdesk.ui.kit.words import tr

_WINDOW_SHARE = 0.25  # of its height
_LEAST_PX = 32  # a low window has no more to give


class QueuedRow(QWidget):
    """One prompt: a line of it, or a field to change it in.

    Signals:
        edit_requested(): the field is wanted; written(text): something was typed in it; changed(text), kept(): it was
            left with other words, or as it was.
        remove_requested()
    """

    edit_requested = Signal()
    written = Signal(str)
    changed = Signal(str)
    kept = Signal()
    remove_requested = Signal()

    def __init__(self, style: ChatStyle, prompt: QueuedPrompt) -> None:
        super().__init__()
        self._style, self.prompt = style, prompt
        self.field: PromptEdit | None = None
        self._label = ElidedLabel(style.theme, least=60)
        self._label.setText(" ".join(prompt.text.split())[:300] or tr("Without words"))
        self._edit = IconButton(style.theme, "edit", tr("Edit"))
        self._edit.clicked.connect(self.edit_requested)
        self._remove = IconButton(style.theme, "x", tr("Remove"))
        self._remove.clicked.connect(self.remove_requested)
        self._layout = row(style.theme, spacing=2)
        self.chips = SentChips(style.theme, prompt.attachments, is_sent=False)
        lines = QVBoxLayout(self)
        space(style.theme, lines, spacing=4)
        lines.addLayout(self._layout)
        lines.addWidget(self.chips)
        self._layout.addWidget(self._label, 1)
        self._layout.addStretch()
        self._layout.addWidget(self._edit)
        self._layout.addWidget(self._remove)
        if prompt.is_held:
            self._open(prompt.draft)

    def set_number(self, number: int) -> None:
        """Its place in the line, for screen readers."""
        self._edit.setAccessibleName(tr("Edit waiting prompt {number}", number=number))
        self._remove.setAccessibleName(tr("Remove waiting prompt {number}", number=number))

    def says(self, prompt: QueuedPrompt) -> bool:
        """True if this is the row of a prompt as it is now."""
        is_same = self.prompt.id == prompt.id and self.prompt.is_held == prompt.is_held
        return is_same and (prompt.is_held or self.prompt.text == prompt.text)

    def _open(self, text: str) -> None:
        self.field = field = PromptEdit(self._style, takes_escape=True)
        field.setAccessibleName(tr("Waiting prompt"))
        field.setPlainText(text)
        field.moveCursor(QTextCursor.MoveOperation.End)
        field.submitted.connect(self._on_submitted)
        field.cancelled.connect(self.kept)
        field.textChanged.connect(lambda: self.written.emit(field.toPlainText()))
        save = Button(self._style.theme, tr("Save"), bordered=True)
        save.clicked.connect(self._on_submitted)
        self._label.hide()
        self._edit.hide()
        self._layout.insertWidget(0, field, 1000)
        self._layout.insertWidget(1, save)

    @Slot()
    def _on_submitted(self) -> None:
        assert self.field is not None
        text = self.field.toPlainText()
        if text.strip() or self.prompt.attachments:
            self.changed.emit(text)
        else:
            self.remove_requested.emit()


class QueueView(Panel):
    """Signals: edit_requested(id), written(id, text), changed(id, text), kept(id), remove_requested(id): see QueuedRow;
    send_requested().
    """

    edit_requested = Signal(str)
    written = Signal(str, str)
    changed = Signal(str, str)
    kept = Signal(str)
    remove_requested = Signal(str)
    send_requested = Signal()

    def __init__(self, style: ChatStyle) -> None:
        super().__init__(style.theme, 12, ("raised", 0.6))
        self._style = style
        self.rows: list[QueuedRow] = []
        self._head = Label(style.theme, "", "secondary", "small", wraps=True)
        self._send = Button(style.theme, tr("Send next"), "send", bordered=True)
        self._send.clicked.connect(self.send_requested)
        head = FlowLayout(style.theme)
        head.addWidget(self._head)
        head.addWidget(self._send)
        self._column = QVBoxLayout()
        space(style.theme, self._column, spacing=2)
        inside = QWidget()
        content = QVBoxLayout(inside)
        space(style.theme, content, spacing=4)
        content.addLayout(head)
        content.addLayout(self._column)
        content.addStretch(1)
        self._scroll = _Scroll(style, inside)
        layout = QVBoxLayout(self)
        space(style.theme, layout, (16, 8, 8, 8))
        layout.addWidget(self._scroll)
        self.setAccessibleName(tr("Waiting prompts"))
        self.hide()

    @property
    def words(self) -> str:
        """What is said of them."""
        return self._head.text()

    def show_prompts(self, prompts: Sequence[QueuedPrompt], words: str, can_send: bool) -> None:
        """All that wait, why they do, and whether the next one can be sent by hand."""
        self._show_rows(prompts)
        self.setVisible(bool(prompts))
        if prompts:  # else nobody sees it
            self._head.setText(words)
            self._send.setVisible(can_send)
            self._scroll.fit()

    def _show_rows(self, prompts: Sequence[QueuedPrompt]) -> None:
        """Rows that say the same stay, so that a field which is being written in does, too."""
        old, self.rows = self.rows, []
        for place, prompt in enumerate(prompts):
            same = next((each for each in old if each.says(prompt)), None)
            self.rows.append(same or self._make_row(prompt, place))
            self.rows[-1].set_number(place + 1)
        for gone in (each for each in old if each not in self.rows):
            self._column.removeWidget(gone)
            gone.hide()
            gone.deleteLater()

    def _make_row(self, prompt: QueuedPrompt, place: int) -> QueuedRow:
        made = QueuedRow(self._style, prompt)
        self._column.insertWidget(place, made)
        made.show()
        if made.field is not None:
            made.field.setFocus(Qt.FocusReason.OtherFocusReason)
        made.written.connect(lambda text: self.written.emit(prompt.id, text))
        made.edit_requested.connect(lambda: self.edit_requested.emit(prompt.id))
        made.changed.connect(lambda text: self.changed.emit(prompt.id, text))
        made.kept.connect(lambda: self.kept.emit(prompt.id))
        made.remove_requested.connect(lambda: self.remove_requested.emit(prompt.id))
        return made


class _Scroll(ScrollArea):
    """As high as the prompts, where the window has the height; more of them scroll."""

    def __init__(self, style: ChatStyle, inside: QWidget) -> None:
        super().__init__(style.theme)
        self._shown_px = 0
        self._inside = inside
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inside)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is inside has another height."""
        result = super().eventFilter(watched, event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return result

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrower is higher."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Take the height of what is inside, within the window's share."""
        layout = self._inside.layout()
        assert layout is not None
        needed_px = layout.totalHeightForWidth(self.viewport().width())
        self._shown_px = min(needed_px, round(_WINDOW_SHARE * self.window().height()))
        self.setMaximumHeight(max(_LEAST_PX, self._shown_px))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """See ``fit``."""
        return QSize(0, max(_LEAST_PX, self._shown_px))

    def minimumSizeHint(self) -> QSize:
        """A line."""
        return QSize(0, _LEAST_PX)
