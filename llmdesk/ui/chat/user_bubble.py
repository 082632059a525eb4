"""The user's words in a tinted bubble at the right; they can be edited and sent again (GUI thread only)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QEnterEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from llmdesk.services.chats.message import Message
from llmdesk.ui.chat.attachments.chip_rows import SentChips
from llmdesk.ui.chat.markdown.stream import clean
from llmdesk.ui.chat.plain_view import PlainView
from llmdesk.ui.chat.prompt_edit import PromptEdit
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.chat.version_pager import VersionPager
from llmdesk.ui.kit.buttons import Button, CopyButton, IconButton
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.spacing import FlowLayout, gap, space
from llmdesk.ui.kit.surfaces import Panel
from llmdesk.ui.kit.words import tr

MAX_SHOWN_CHARS = 6_000
WIDTH_SHARE = 0.82
ACTIONS_PX = 112  # the three buttons beside the bubble
PADDING_PX = (16, 7, 16, 13)  # the line height adds 6 px above the words


def shown_text(text: str) -> str:
    """The words of a prompt; of a gigantic one the beginning."""
    if len(text) <= MAX_SHOWN_CHARS:
        return clean(text)
    more = tr("{count} more characters", count=digits(len(text) - MAX_SHOWN_CHARS))
    return f"{clean(text[:MAX_SHOWN_CHARS])} …\n\n{more}"


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Other words for a prompt that were not sent: in the field, or left with Cancel, where undo brings them back."""

    text: str
    is_open: bool


class UserBubble(QWidget):
    """Signals:
    edited(new_text): the user wants the answer to another prompt. The field stays until ``stop_edit``.
    paste_refused(characters): too much for the field.
    menu_requested(QWidget): what else can be done, in a menu below this button.
    """

    edited = Signal(str)
    paste_refused = Signal(int)
    menu_requested = Signal(object)

    def __init__(self, style: ChatStyle, prompt: Message, versions: Sequence[Message]) -> None:
        super().__init__()
        self._style = style
        self._text = text = prompt.text
        self._prompt = prompt
        self.pager = VersionPager(style, False, versions, prompt)
        self.view = PlainView(style, shown_text(text))
        self._ideal_px = self.view.ideal_width_px()
        self._bubble = Panel(style.theme, 14, ("user_bubble", 1.0), None, tail=True)
        inside = QVBoxLayout(self._bubble)
        space(style.theme, inside, PADDING_PX)
        inside.addWidget(self.view)
        self._copy = CopyButton(style.theme, tr("Copy prompt"), hides=True)
        self._copy.clicked.connect(self._on_copy)
        self._edit = IconButton(style.theme, "edit", tr("Edit prompt"), hides=True)
        self._edit.clicked.connect(self.start_edit)
        self._more = IconButton(style.theme, "more", tr("More for this prompt"), hides=True)
        self._more.clicked.connect(lambda: self.menu_requested.emit(self._more))
        self._buttons = (self._copy, self._edit, self._more)
        self._editor: Panel | None = None  # hidden after Cancel: it can undo that
        self._cancelled: Rewrite | None = None
        self._layout = QHBoxLayout()
        space(style.theme, self._layout, spacing=4)
        self._layout.addStretch(1)
        for button in self._buttons:
            self._layout.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        gap(style.theme, self._layout, 4)
        self._layout.addWidget(self._bubble)
        column = QVBoxLayout(self)
        space(style.theme, column, spacing=4)
        self.chips = SentChips(style.theme, prompt.attachments)
        self.show_sources()
        if not text.strip():
            self._bubble.hide()
        column.addWidget(self.chips)
        column.addLayout(self._layout)
        column.addWidget(self.pager, 0, Qt.AlignmentFlag.AlignRight)
        style.changed.connect(self.restyle)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show what can be done."""
        self._reveal(True)

    def leaveEvent(self, event: QEvent) -> None:
        """Hide it again."""
        self._reveal(False)

    def minimumSizeHint(self) -> QSize:
        """The words have a fixed width, which must not keep the column from getting narrower."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As wide as the words, up to a share of the column."""
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self.view.restyle()
        self._ideal_px = self.view.ideal_width_px()
        self._fit()

    def show_sources(self) -> None:
        """How much of files that are too long to be told went with the question."""
        if self._prompt.searched is not None:
            self.chips.show_used(Counter(each.path for each in self._prompt.sources if not each.collection_id))

    def _fit(self) -> None:
        beside_px = max(self.width() * (1 - WIDTH_SHARE), self._style.px(ACTIONS_PX))
        room_px = round(self.width() - beside_px) - self._style.px(PADDING_PX[0] + PADDING_PX[2])
        self.view.setFixedWidth(max(20, min(self._ideal_px, room_px)))

    def show_source(self, is_shown: bool) -> None:
        """The prompt as it was typed, or in its form again."""
        self.view.show_source(is_shown)
        self.restyle()

    @property
    def rewrite(self) -> Rewrite | None:
        """What was written in the field and not sent; None if nothing was."""
        return Rewrite(self._editor_field.toPlainText(), True) if self._is_editing else self._cancelled

    @property
    def _is_editing(self) -> bool:
        return self._editor is not None and not self._editor.isHidden()

    @Slot()
    def start_edit(self) -> None:
        """Turn the bubble into a field with Cancel and Send."""
        if not self._is_editing:
            self._show_editor(self._cancelled.text if self._cancelled is not None else self._text)
            if self._editor_field.toPlainText() != self._text:
                self._editor_field.replace_text(self._text)
        self._editor_field.setFocus()

    def restore(self, rewrite: Rewrite) -> None:
        """What another bubble of this prompt had, without taking the keyboard."""
        if rewrite.is_open:
            self._show_editor(rewrite.text)
        else:
            self._cancelled = rewrite

    def _show_editor(self, text: str) -> None:
        if self._editor is None:
            self._editor = self._make_editor(text)
            self._layout.addWidget(self._editor, 1000)
        self._editor.show()
        for widget in (self._bubble, *self._buttons):
            widget.hide()

    def _make_editor(self, text: str) -> Panel:
        theme = self._style.theme
        frame = Panel(theme, 14, edge=("accent", 1.0))
        field = self._editor_field = PromptEdit(self._style, takes_escape=True)
        field.setAccessibleName(tr("Edit prompt"))
        field.setPlainText(text)
        field.moveCursor(QTextCursor.MoveOperation.End)
        field.submitted.connect(self._on_submitted)
        field.cancelled.connect(self.cancel_edit)
        field.paste_refused.connect(self.paste_refused)
        cancel = Button(theme, tr("Cancel"), bordered=True)
        cancel.clicked.connect(self.cancel_edit)
        send = Button(theme, tr("Send"), primary=True)
        send.clicked.connect(self._on_submitted)
        if not self._prompt.attachments:
            field.textChanged.connect(lambda: send.setEnabled(bool(field.toPlainText().strip())))
        buttons = FlowLayout(theme)
        buttons.addWidget(cancel)
        buttons.addWidget(send)
        layout = QVBoxLayout(frame)
        space(theme, layout, (16, 12, 12, 12), spacing=6)
        layout.addWidget(field)
        layout.addLayout(buttons)
        return frame

    @Slot()
    def cancel_edit(self) -> None:
        """The bubble again; what was written in the field comes back when it is opened again and undone."""
        if not self._is_editing:
            return
        written = self._editor_field.toPlainText()
        if written != self._text:
            self._cancelled = Rewrite(written, False)
            self._editor_field.replace_text(self._text)
        self._show_bubble()

    def stop_edit(self) -> None:
        """The rewrite was taken: the bubble again."""
        if self._editor is None:
            return
        self._layout.removeWidget(self._editor)
        self._editor.deleteLater()
        self._show_bubble()
        self._editor = self._cancelled = None

    def _show_bubble(self) -> None:
        assert self._editor is not None
        self._editor.hide()
        self._bubble.setVisible(bool(self._text.strip()))
        for button in self._buttons:
            button.show()
        self._edit.setFocus()

    @Slot()
    def _on_submitted(self) -> None:
        text = self._editor_field.toPlainText()
        if text.strip() or self._prompt.attachments:
            self.edited.emit(text)

    @Slot()
    def _on_copy(self) -> None:
        self._copy.copy(self._text)

    def _reveal(self, revealed: bool) -> None:
        for button in self._buttons:
            button.set_revealed(revealed)
