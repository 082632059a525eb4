"""A chat of any length, of which what is near the view exists as widgets (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot

from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.message import (
    Change,
    MessageEnded,
    MessageResumed,
    MessagesRemoved,
    PathChanged,
    ReasoningAdded,
    SourcesFound,
    TextAdded,
    Turn,
)
from llmdesk.ui.chat.found_words import FoundWords
from llmdesk.ui.chat.mark import Mark
from llmdesk.ui.chat.scroll import lay_out
from llmdesk.ui.chat.style import ChatStyle
from llmdesk.ui.chat.turn_area import AT_ONCE, TurnArea
from llmdesk.ui.kit.words import tr

if TYPE_CHECKING:
    from llmdesk.ui.chat.answer_view import AnswerView
    from llmdesk.ui.chat.turn_view import TurnView
    from llmdesk.ui.chat.user_bubble import Rewrite, UserBubble


class ConversationView(TurnArea):
    """Shows one conversation and follows its changes; it holds no text of its own.

    Signals:
        turns_changed(): other turns are shown, or none.
        regenerate_requested(answer_id), continue_requested(answer_id), edit_requested(prompt_id, text),
        version_requested(message_id), paste_refused(characters), error_action_requested(answer_id, action)
        fork_requested(message_id), models_requested(answer_id, QWidget), menu_requested(message_id, QWidget): see
            TurnView.
        source_requested(prompt_id, number, QWidget): see TurnView.
    """

    turns_changed = Signal()
    regenerate_requested = Signal(str)
    continue_requested = Signal(str)
    edit_requested = Signal(str, str)
    paste_refused = Signal(int)
    version_requested = Signal(str)
    error_action_requested = Signal(str, str)
    fork_requested = Signal(str)
    models_requested = Signal(str, object)
    menu_requested = Signal(str, object)
    source_requested = Signal(str, int, object)

    def __init__(self, style: ChatStyle) -> None:
        super().__init__(style, self._make_view, self._keep_rewrite)
        self._conversation = Conversation()
        self._leave: Callable[[], None] = lambda: None
        self._rewrites: dict[str, Rewrite] = {}  # by prompt: not sent when their turn was taken down
        self._progress: tuple[str, str, float | None] = ("", "", None)
        self._can_go_on = self._goes_on_with = ""
        self._is_paging = False
        self._found_words = FoundWords(style)
        self.setAccessibleName(tr("Conversation"))

    def view_of(self, message_id: str) -> TurnView | None:
        """The widget of the turn with this prompt or answer, if it is mounted."""
        found = (turn for turn in self.turns if message_id in (turn.prompt.id, turn.answer.id))
        return next((self.view(turn.answer.id) for turn in found), None)

    def painted_chars(self, answer_id: str) -> int | None:
        """How much of an answer's source is on the screen; None if the answer is not."""
        view = self.view(answer_id)
        return view.answer.painted_chars if view is not None else None

    def show_conversation(self, conversation: Conversation) -> None:
        """Show this one from now on, from its end."""
        self._leave()
        self.selection.clear()
        self._turns.follow(())
        self._turns.heights.clear()
        self._conversation = conversation
        self._leave = conversation.subscribe(self._on_change)
        self._turns.follow(conversation.turns)
        self._mount_end()
        self.turns_changed.emit()

    def reveal(self, message_id: str, words: Sequence[str] = ()) -> bool:
        """Scroll to a prompt or an answer, there to the first of these words, and mark it for a moment, the words until
        something else is found or shown. False if the message is not among those shown."""
        number = self._turns.number_of(message_id)
        if number is None:
            return False
        turn = self.turns[number]
        if self.view(turn.answer.id) is None:
            self._turns.restart(number)
            self._turns.mount_below()
        lay_out()
        view = self.view(turn.answer.id)
        assert view is not None
        message = view.bubble if message_id == turn.prompt.id else view.answer
        self._go_to(message, words)
        self._fill_soon()
        return True

    def _go_to(self, message: UserBubble | AnswerView, words: Sequence[str]) -> None:
        """A long answer is shown bit by bit: what is not there yet is looked for once more when all of it is."""
        above_px = self.viewport().height() // 6
        place = self._found_words.show(message, words)
        if place is not None:
            self.put_at_top(place.view, place.top_px - above_px)
        else:
            self.put_at_top(message, -above_px)
        Mark(self._style, self._content, place.view if place is not None else message)
        markdown = getattr(message, "markdown", None)
        if place is None and words and markdown is not None and not markdown.is_done:
            once = Qt.ConnectionType.SingleShotConnection
            markdown.finished.connect(lambda: self._go_to(message, words), once)

    def set_progress(self, answer_id: str, text: str, fraction: float | None) -> None:
        """What happens before the first word of an answer."""
        self._progress = (answer_id, text, fraction)
        if view := self.view(answer_id):
            view.answer.show_progress(text, fraction)

    def set_can_go_on(self, answer_id: str, other_model: str = "") -> None:
        """Which answer can be continued (empty: none), and by which model if that is not its own."""
        for each in {self._can_go_on, answer_id}:
            if view := self.view(each):
                view.answer.set_can_go_on(each == answer_id, other_model)
        self._can_go_on, self._goes_on_with = answer_id, other_model

    def close_editor(self, prompt_id: str) -> None:
        """The rewrite of a prompt was taken."""
        for view in self._turns.views():
            if view.prompt_id == prompt_id:
                view.bubble.stop_edit()

    # -- what happens -----------------------------------------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        match change:
            case TextAdded():
                self.catch_up()
                if view := self.view(change.message.id):
                    view.answer.append(change.text)
            case ReasoningAdded():
                self.catch_up()
                if view := self.view(change.message.id):
                    view.answer.append_reasoning(change.text)
            case SourcesFound():
                if view := self.view_of(change.message.id):
                    view.show_sources()
            case MessageEnded():
                if view := self.view(change.message.id):
                    view.answer.end()
            case MessageResumed():
                self._mount_again(change.message.id)
            case PathChanged() | MessagesRemoved():
                self._follow_path()

    def _follow_path(self) -> None:
        turns = self._turns
        turns.follow(self._conversation.turns)
        if self._is_paging:
            for _ in range(min(AT_ONCE, len(turns.turns) - turns.end)):
                turns.mount_below()
        elif turns.count and len(turns.turns) - turns.end <= AT_ONCE:
            while turns.end < len(turns.turns):
                turns.mount_below()
            self.follow_end()
        else:
            self._mount_end()
        self._fill_soon()
        self.turns_changed.emit()

    @Slot(str, int)
    def _on_version(self, message_id: str, step: int) -> None:
        """Another version, in the same place, with the keyboard on the same control."""
        self.stay_here()
        self._is_paging = True
        self.version_requested.emit(message_id)
        self._is_paging = False
        for view in self._turns.views():
            if view.holds(message_id):
                view.pager_of(message_id).focus(step)

    # -- widgets ----------------------------------------------------------------------------------------------------

    def _make_view(self, turn: Turn) -> TurnView:
        from llmdesk.ui.chat.turn_view import TurnView  # markdown and all: an empty window is painted without it

        versions = self._conversation.versions
        rewrite = self._rewrites.pop(turn.prompt.id, None)
        view = TurnView(self._style, turn, versions(turn.prompt.id), versions(turn.answer.id), rewrite)
        if self._progress[0] == turn.answer.id:
            view.answer.show_progress(*self._progress[1:])
        view.answer.set_can_go_on(turn.answer.id == self._can_go_on, self._goes_on_with)
        view.regenerate_requested.connect(self.regenerate_requested)
        view.continue_requested.connect(self.continue_requested)
        view.edit_requested.connect(self.edit_requested)
        view.bubble.paste_refused.connect(self.paste_refused)
        view.action_requested.connect(self.error_action_requested)
        view.version_requested.connect(self._on_version)
        view.fork_requested.connect(self.fork_requested)
        view.models_requested.connect(self.models_requested)
        view.menu_requested.connect(self.menu_requested)
        view.source_requested.connect(self.source_requested)
        return view

    def _keep_rewrite(self, view: TurnView) -> None:
        if (rewrite := view.bubble.rewrite) is not None:
            self._rewrites[view.prompt_id] = rewrite

    def _mount_again(self, answer_id: str) -> None:
        """A turn whose answer goes on, in its place."""
        if self.view(answer_id) is None:
            return
        was_following = self.is_following
        self.stay_here()
        self._turns.mount_again(answer_id)
        if was_following:
            self.follow_end()
