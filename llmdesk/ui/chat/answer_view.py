"""The answer of a turn: it shows a message and holds no text of its own (GUI thread only)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QEnterEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from llmdesk.services.chats.message import Message
from llmdesk.ui.chat.error_card import ErrorCard
from llmdesk.ui.chat.figures_table import Figures
from llmdesk.ui.chat.markdown.selection import Part
from llmdesk.ui.chat.markdown.view import MarkdownView
from llmdesk.ui.chat.progress_line import ProgressLine
from llmdesk.ui.chat.source_view import SourceView
from llmdesk.ui.chat.sources.source_row import SourceRow
from llmdesk.ui.chat.style import ChatStyle, keep_painted
from llmdesk.ui.chat.thinking_block import ThinkingBlock
from llmdesk.ui.chat.version_pager import VersionPager
from llmdesk.ui.kit.buttons import Button, CopyButton, IconButton
from llmdesk.ui.kit.spacing import FlowLayout, column, space
from llmdesk.ui.kit.words import tr

_BESIDE_PX = 640  # narrower, the actions stand below the figures


class AnswerView(QWidget):
    """Progress, then reasoning and words, then figures and actions, or an error.

    Signals:
        regenerate_requested(), continue_requested(), fork_requested()
        models_requested(QWidget): the menu of other models to answer, below this button.
        menu_requested(QWidget): what else can be done, the same.
        action_requested(action): a button of the error card.
        source_requested(int, QWidget): a passage by its number, below this control.
    """

    regenerate_requested = Signal()
    continue_requested = Signal()
    fork_requested = Signal()
    models_requested = Signal(object)
    menu_requested = Signal(object)
    action_requested = Signal(str)
    source_requested = Signal(int, object)

    def __init__(self, style: ChatStyle, answer: Message, versions: Sequence[Message], prompt: Message) -> None:
        super().__init__()
        self._style = style
        self._answer, self._versions = answer, versions
        self.painted_chars = 0
        self.progress_line = ProgressLine(style)
        self.thinking = ThinkingBlock(style, answer)
        self.markdown = MarkdownView(style)
        self.markdown.rendered.connect(self._on_rendered)
        self.markdown.finished.connect(self._on_text_complete)
        self.markdown.source_requested.connect(self._on_cited)
        self._source: SourceView | None = None
        self.sources = SourceRow(style.theme)
        self.sources.chosen.connect(self.source_requested)
        self.figures = Figures(style)
        self.pager = VersionPager(style, True, versions, answer)
        # Made at the end of the answer, as are its figures; before a pager, which the keyboard reaches behind them.
        self._actions = self._make_actions() if self.pager.text else ()
        self._continue: Button | None = None
        self._goes_on_with = ""
        self._is_revealed = self._can_go_on = self._has_ended = False
        self._footer = self._make_footer()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        for widget in (
            self.progress_line,
            self.thinking,
            self.markdown,
            self.sources,
            self._footer,
            self.figures.table_holder,
        ):
            self._layout.addWidget(widget)
        keep_painted(self)
        self._show_footer(False)
        self.show_sources(prompt)
        self.thinking.refresh()
        self.progress_line.setHidden(bool(answer.reasoning_pieces))
        self.markdown.append(answer.text)
        if not answer.is_running:
            self.end()

    @property
    def is_source_shown(self) -> bool:
        """True while the words are shown as they were written."""
        return self._source is not None and not self._source.isHidden()

    def parts(self) -> list[Part]:
        """What can be selected, from top to bottom."""
        if self._source is not None and self.is_source_shown:
            return [self._source]
        return self.markdown.parts()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show what can be done."""
        self._reveal(True)

    def leaveEvent(self, event: QEvent) -> None:
        """Hide it again."""
        self._reveal(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Figures and actions stand beside each other where there is room."""
        super().resizeEvent(event)
        is_wide = self.width() >= self._style.px(_BESIDE_PX)
        direction = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        if direction != self._footer_row.direction():
            self._footer_row.setDirection(direction)
            self._order_actions()

    def show_progress(self, text: str, fraction: float | None) -> None:
        """What happens before the first word; nobody needs it afterwards."""
        if not (self._answer.text or self._answer.reasoning):
            self.progress_line.show_progress(text, fraction)

    def show_sources(self, prompt: Message) -> None:
        """What the answer may cite; before its first word."""
        self.markdown.set_sources(passage.number for passage in prompt.sources)
        self.sources.show_sources(prompt)

    def append(self, text: str) -> None:
        """More words."""
        if not self.thinking.is_over:
            self.thinking.refresh()
        self.markdown.append(text)

    def append_reasoning(self, text: str) -> None:
        """More of what the model thinks before it answers."""
        self.thinking.append(text)
        if not self.thinking.isHidden():
            self.progress_line.hide()

    def end(self) -> None:
        """The message has ended: no more text comes."""
        self.markdown.finish()

    def set_can_go_on(self, can_go_on: bool, other_model: str = "") -> None:
        """Whether this answer can be continued now, and by which model if that is not its own."""
        self._can_go_on, self._goes_on_with = can_go_on, other_model
        self._show_continue()

    def _show_continue(self) -> None:
        is_shown = self._can_go_on and self._has_ended
        if self._continue is None and is_shown:
            self._continue = Button(self._style.theme, tr("Continue"), "play", bordered=True)
            self._continue.setObjectName("continue")
            self._continue.setToolTip(tr("Go on with this answer where it stopped"))
            self._continue.clicked.connect(self.continue_requested)
            self._order_actions()
        if self._continue is not None:
            other = self._goes_on_with
            self._continue.set_text(tr("Continue with {model}", model=other) if other else tr("Continue"))
            self._continue.setVisible(is_shown)

    def _order_actions(self) -> None:
        """What is always seen stands at the edge, and not behind a gap in which a hover would show something.

        That is the right edge beside the figures, the left one below them.
        """
        always = () if self._continue is None else (self._continue,)
        is_below = self._footer_row.direction() == QBoxLayout.Direction.TopToBottom
        for widget in (*always, self.pager):
            self._flow.removeWidget(widget)
        for place, widget in enumerate((self.pager, *always) if is_below else (*always, self.pager)):
            self._flow.insertWidget(place if is_below else len(self._actions) + place, widget)

    def show_source(self, is_shown: bool) -> None:
        """The words as they were written, or in their form again."""
        if is_shown and self._source is None:
            self._source = SourceView(self._style, self._answer.text)
            self._layout.insertWidget(self._layout.indexOf(self.markdown) + 1, self._source)
        if self._source is not None:
            self._source.setVisible(is_shown)
        self.markdown.setVisible(not is_shown)

    def _make_actions(self) -> tuple[IconButton, ...]:
        theme = self._style.theme
        self._copy = CopyButton(theme, tr("Copy answer"), hides=True)
        self._copy.clicked.connect(self._on_copy)
        regenerate = IconButton(theme, "refresh", tr("Regenerate answer"), hides=True)
        regenerate.clicked.connect(self.regenerate_requested)
        models = IconButton(theme, "chevron-down", tr("Regenerate with another model"), hides=True)
        models.clicked.connect(lambda: self.models_requested.emit(models))
        fork = IconButton(theme, "branch", tr("Fork into a new chat from here"), hides=True)
        fork.clicked.connect(self.fork_requested)
        more = IconButton(theme, "more", tr("More for this answer"), hides=True)
        more.clicked.connect(lambda: self.menu_requested.emit(more))
        return (self._copy, regenerate, models, fork, more)

    def _make_footer(self) -> QWidget:
        footer, self._flow = QWidget(), FlowLayout(self._style.theme, spacing=2)
        for widget in (*self._actions, self.pager):  # the pager does not move when the answer ends
            self._flow.addWidget(widget)
        self._footer_row = row = QHBoxLayout(footer)
        space(self._style.theme, row, (0, 10, 0, 0), spacing=2)
        row.addWidget(self.figures, 1)
        row.addLayout(self._flow)
        return footer

    def _show_footer(self, has_actions: bool) -> None:
        """Figures and actions come at the end; the way to other versions is there from the start."""
        self._has_ended = has_actions
        if has_actions and not self._actions:
            self._actions = self._make_actions()
            for place, button in enumerate(self._actions):
                button.set_revealed(self._is_revealed)
                self._flow.insertWidget(place, button)
            self._order_actions()
        for button in self._actions:
            button.setVisible(has_actions)
        self._show_continue()
        self._footer.setVisible(has_actions or bool(self.pager.text))

    @Slot(int)
    def _on_rendered(self, chars: int) -> None:
        self.painted_chars += chars
        if not self.markdown.is_empty:
            self.progress_line.hide()

    @Slot()
    def _on_text_complete(self) -> None:
        self.progress_line.hide()
        self.thinking.refresh()
        answer = self._answer
        if answer.error is not None:
            card = ErrorCard(self._style, answer.error)
            card.action_requested.connect(self.action_requested)
            holder = QWidget()
            above_px = 0 if self.markdown.is_empty else 14
            holder.setLayout(column(self._style.theme, card, margins=(0, above_px, 0, 0)))
            self._layout.insertWidget(self._layout.indexOf(self._footer), holder)
        models = {by for version in self._versions for by in version.answered_by}
        self.figures.show_answer(answer, names_model=len(models) > 1)
        self.figures.set_revealed(self._is_revealed)  # what shows all of them may be new
        self._show_footer(answer.error is None or not self.markdown.is_empty or bool(answer.reasoning))

    @Slot(int)
    def _on_cited(self, number: int) -> None:
        self.source_requested.emit(number, self.sources.chips.get(number, self))

    @Slot()
    def _on_copy(self) -> None:
        self._copy.copy(self._answer.text)

    def _reveal(self, revealed: bool) -> None:
        self._is_revealed = revealed
        self.figures.set_revealed(revealed)
        for button in self._actions:
            button.set_revealed(revealed)
