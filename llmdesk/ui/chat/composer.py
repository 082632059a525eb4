"""The card at the bottom: prompt, context bar, Send and Stop (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QMimeData, QObject, QSize, Signal, Slot
from PySide6.QtGui import QGuiApplication, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout

from llmdesk.ui.chat.attachments.chip_rows import DraftChips
from llmdesk.ui.chat.attachments.draft import DraftFile
from llmdesk.ui.chat.context_button import ContextButton
from llmdesk.ui.chat.policy_button import PolicyButton
from llmdesk.ui.chat.prompt_edit import PromptEdit
from llmdesk.ui.chat.sources.collection_chips import CollectionChips
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.chat.thinking_switch import ThinkingButton
from llmdesk.ui.kit.buttons import Button, IconButton
from llmdesk.ui.kit.labels import Label
from llmdesk.ui.kit.spacing import fix, row, space
from llmdesk.ui.kit.surfaces import Panel, ThinBar
from llmdesk.ui.kit.words import key_text, tr

_MOST_TITLE_CHARS = 40  # the whole one is in the pill


class Composer(Panel):
    """Signals: submitted(text), the text stays until ``clear``; stop_requested(); paste_refused(characters);
    policy_chosen(policy), what happens when the context is full; attach_requested(); files_given(QMimeData).
    """

    submitted = Signal(str)
    stop_requested = Signal()
    paste_refused = Signal(int)
    policy_chosen = Signal(str)
    attach_requested = Signal()
    files_given = Signal(object)

    def __init__(self, style: ChatStyle) -> None:
        super().__init__(style.theme, 16)
        self._style = style
        self._is_context_known = self._is_plain = self._has_files = self._offers_collections = False
        self.edit = PromptEdit(style, takes_files=True)
        self.edit.setAccessibleName(tr("Prompt"))
        self.edit.installEventFilter(self)
        self.edit.submitted.connect(self._on_submit)
        self.edit.paste_refused.connect(self.paste_refused)
        self.edit.files_given.connect(self.files_given)
        self.attach = IconButton(style.theme, "attach", tr("Attach files or images"))
        self.attach.clicked.connect(self.attach_requested)
        self.collections = IconButton(style.theme, "collection", tr("Collections for this chat"))
        self.collections.hide()  # until there is what searches them
        self.collection_chips = CollectionChips(style.theme)
        self.collection_chips.left.connect(self.edit.setFocus)
        self.chips = DraftChips(style.theme)
        self.chips.left.connect(self.edit.setFocus)
        self.edit.textChanged.connect(self._update_send)
        self._bar = ThinBar(style.theme, tr("Context used"))
        fix(style.theme, self._bar, width=120)
        self.context = ContextButton(style.theme)
        self._warning = Label(style.theme, "", "warning", "note", wraps=True)
        self._warning.hide()
        self.policy = PolicyButton(style.theme)
        self.policy.chosen.connect(self.policy_chosen)
        self.thinking = ThinkingButton(style.theme)
        self._queue = Button(style.theme, tr("Queue"), "plus", bordered=True)
        self._queue.setToolTip(tr("Send it when this answer is complete (Enter)"))
        self._queue.clicked.connect(self._on_submit)
        self._queue.hide()
        self._send = Button(style.theme, tr("Send"), "send", primary=True)
        self._send.setToolTip(key_text("Enter"))
        self._send.clicked.connect(self._on_submit)
        self._stop = Button(style.theme, tr("Stop"), "stop", bordered=True, key=key_text("Esc"))
        self._stop.setToolTip(key_text("Esc"))
        self._stop.clicked.connect(self.stop_requested)
        self._stop.hide()
        self._build()
        style.changed.connect(self.restyle)
        self._update_send()
        self.set_context(0, 0)
        self.set_model_title("")

    def text(self) -> str:
        """What is typed."""
        return self.edit.toPlainText()

    def set_text(self, text: str) -> None:
        """Replace what is typed, which undo brings back; the cursor goes to the end."""
        self.edit.replace_text(text)

    def quote(self, quotation: str) -> None:
        """Lines of their own where the cursor is, with room to write below; it can be undone."""
        before = self.edit.text_before_cursor()
        gap = "" if not before or before.endswith("\n\n") else "\n" if before.endswith("\n") else "\n\n"
        data = QMimeData()
        data.setText(f"{gap}{quotation}\n\n")
        self.edit.insertFromMimeData(data)
        self.edit.ensureCursorVisible()
        self.edit.setFocus()

    def show_files(self, files: Sequence[DraftFile], sees: bool | None = None) -> None:
        """What is attached; it can be sent without a word. ``sees``: the model sees images; None: nobody knows."""
        self.chips.show_files(files, sees)
        self._has_files = bool(files)
        self._update_send()

    def set_plain(self, is_plain: bool) -> None:
        """Only the field and its buttons: no files, no context, no options."""
        self._is_plain = is_plain
        self.attach.setVisible(not is_plain)
        self.collections.setVisible(self._offers_collections and not is_plain)
        self._leave_out()

    def offer_collections(self) -> None:
        """There is what searches them."""
        self._offers_collections = True
        self.collections.setVisible(not self._is_plain)

    def set_drop(self, is_over: bool) -> None:
        """Files are carried over the window: this is where they would go."""
        self._set_border(is_over or self.edit.hasFocus())
        self.edit.setPlaceholderText(tr("Drop files here to attach them") if is_over else self._placeholder)

    def set_thinking(self, is_on: bool | None) -> None:
        """Whether the model thinks before it answers; None: nobody can say."""
        self.thinking.show_state(is_on)
        self._leave_out()

    def set_generating(self, generating: bool) -> None:
        """Send becomes Stop, or Stop becomes Send; the focus does not get lost."""
        had_focus = self._send.hasFocus() or self._stop.hasFocus()
        if generating != self._stop.isVisibleTo(self):
            (self._stop if generating else self._send).guard()
        self._stop.setVisible(generating)
        self._send.setVisible(not generating)
        self._update_send()
        if had_focus:
            self.edit.setFocus()

    def set_model_title(self, title: str) -> None:
        """Whom the message goes to."""
        short = title if len(title) <= _MOST_TITLE_CHARS else f"{title[: _MOST_TITLE_CHARS - 1].rstrip()}…"
        self._placeholder = tr("Message {title}", title=short) if title else tr("Message")
        self.edit.setPlaceholderText(self._placeholder)
        self.edit.viewport().update()  # Qt repaints only when a placeholder comes or goes, not when it changes

    def set_context(self, used_tokens: int, available_tokens: int, *, is_exact: bool = True) -> None:
        """How full the context is; nothing is shown while there is nothing to say of it."""
        was_known = self._is_context_known
        self._is_context_known = used_tokens > 0 or available_tokens > 0
        self._bar.set_fraction(used_tokens / available_tokens if available_tokens else 0.0)
        width = self.context.sizeHint().width()
        self.context.show_tokens(used_tokens, available_tokens, is_exact)
        if self._is_context_known != was_known or self.context.sizeHint().width() != width:
            self._leave_out()

    @property
    def context_text(self) -> str:
        """How full the context is, in words; empty while nothing is known of it."""
        return self.context.text() if self._is_context_known else ""

    @property
    def shows_context(self) -> bool:
        """True while these words can be seen."""
        return self.context.isVisible()

    def set_warning(self, text: str) -> None:
        """What will happen to the next question; empty takes the line away."""
        if text != self._warning.text():
            self._warning.setText(text)
            self._warning.setVisible(bool(text))

    @property
    def warning(self) -> str:
        """The warning shown, empty if none."""
        return self._warning.text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The card's border shows the focus of the field in it."""
        if watched is self.edit and event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._set_border(event.type() == QEvent.Type.FocusIn)
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The whole card is the field: a click beside the text goes to it, too."""
        self.edit.setFocus()

    def minimumSizeHint(self) -> QSize:
        """What does not fit beside the button is left out."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what does not fit."""
        super().resizeEvent(event)
        self._leave_out()

    @Slot()
    def restyle(self) -> None:
        """Colours or sizes changed."""
        self._leave_out()

    def _build(self) -> None:
        left, right = (
            (self.attach, self.collections, self._bar, self.context, self.thinking, self.policy),
            (self._queue, self._send, self._stop),
        )
        self._row = row(self._style.theme, *left, 1, *right, spacing=12)
        layout = QVBoxLayout(self)
        space(self._style.theme, layout, (16, 14, 14, 12), spacing=10)
        layout.addWidget(self.collection_chips)
        layout.addWidget(self.chips)
        layout.addWidget(self.edit)
        layout.addWidget(self._warning)
        layout.addLayout(self._row)

    def _leave_out(self) -> None:
        """The bar says the same as the figure, so it goes first; the button always stays."""
        room = self.width() - self._style.px(16 + 14)
        parts = (self._bar, self.policy, self.context, self.thinking)
        for part in parts:
            is_known = self._is_context_known and (part is not self.thinking or self.thinking.is_on is not None)
            part.setVisible(is_known and not self._is_plain)
        for part in parts:
            self._row.invalidate()
            if self._row.sizeHint().width() > room:
                part.hide()

    def _set_border(self, has_focus: bool) -> None:
        self.set_edge("accent" if has_focus else "line", 0.6 if has_focus else 1.0)

    @Slot()
    def _on_submit(self) -> None:
        QGuiApplication.inputMethod().commit()  # a click takes the word that is being composed along
        if self.text().strip() or self._has_files:
            self.submitted.emit(self.text())

    @Slot()
    def _update_send(self) -> None:
        can_send = self._has_files or bool(self.edit.toPlainText().strip())
        self._send.setEnabled(can_send)
        is_wanted = can_send and self._stop.isVisibleTo(self)
        if is_wanted == self._queue.isHidden():
            self._queue.setVisible(is_wanted)
            self._leave_out()
