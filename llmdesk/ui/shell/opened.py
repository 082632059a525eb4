"""What was opened outside the window, by a double click or a link on a web page for example (GUI thread only)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from llmdesk.errors import LinkError
from llmdesk.services import links
from llmdesk.services.opened import kind_of
from llmdesk.ui.kit.notice import Action
from llmdesk.ui.kit.words import tr

if TYPE_CHECKING:
    from llmdesk.ui.shell.desktop import Desktop

NOTICE = "link"


class Opened(QObject):
    """Models are taken into the list and used, chats are imported after a question, links show what they name.

    The last model waits until there is a list of models, all else until the chats are open. What a link brings is
    never sent: it stands in the composer.
    """

    def __init__(self, desktop: Desktop) -> None:
        super().__init__(desktop.window)
        self._desktop = desktop
        self._add: Callable[[Path], None] | None = None
        self._waiting_model: Path | None = None
        self._waiting: list[Callable[[], None]] = []
        self._is_ready = not desktop.keeps_chats
        desktop.window.chat.prompt_submitted.connect(self._on_sent)
        desktop.kept.opened.connect(self._begin)
        desktop.started.connect(self._begin)  # chats that cannot be opened keep nothing else from it

    def open(self, opened: str) -> None:
        """See services/opened.py; now or as soon as it can be."""
        match kind_of(opened):
            case "model":
                self._open_model(Path(opened))
            case "chats" if self._desktop.keeps_chats:
                self._later(lambda: self._desktop.transfers.ask_to_import([Path(opened)]))
            case "link":
                self._later(partial(self._follow, opened))

    def bind(self, add: Callable[[Path], None]) -> None:
        """There is a list of models now."""
        self._add = add
        if self._waiting_model is not None:
            add(self._waiting_model)
            self._waiting_model = None

    def _open_model(self, path: Path) -> None:
        if self._add is None:
            self._waiting_model = path
        else:
            self._add(path)

    def _later(self, call: Callable[[], None]) -> None:
        if self._is_ready:
            call()
        else:
            self._waiting.append(call)

    @Slot()
    def _begin(self) -> None:
        self._is_ready = True
        waiting, self._waiting = self._waiting, []
        for call in waiting:
            call()

    @Slot()
    def _on_sent(self) -> None:
        """It was read, or is another prompt."""
        self._desktop.window.notice.dismiss(NOTICE)

    def _follow(self, text: str) -> None:
        desktop = self._desktop
        try:
            link = links.parse(text)
        except LinkError as error:
            desktop.window.notice.show_notice(NOTICE, error.user_message, error.hint, tone="warning")
            return
        match link:
            case links.NewChat():
                self._new_chat(link.prompt)
            case links.ShowChat():
                desktop.window.pages.close_page()
                desktop.chat_list.controller.open(link.chat_id)
            case links.ShowModels():
                desktop.open_picker()
                desktop.window.picker.filter.setText(link.words)

    def _new_chat(self, prompt: str) -> None:
        """What somebody is writing in an empty chat would be lost with it: ask."""
        desktop, notice = self._desktop, self._desktop.window.notice
        is_written = bool(desktop.window.chat.prompt().strip()) and desktop.chat.conversation.is_empty
        if is_written and prompt:
            words = tr("A link brings words for the prompt. Take them in place of what stands there?")
            notice.show_notice(NOTICE, words, actions=[Action(tr("Take them"), partial(self._put, prompt))])
        elif not is_written:
            desktop.chat.new_chat()
            self._put(prompt)

    def _put(self, prompt: str) -> None:
        window = self._desktop.window
        window.pages.close_page()
        if prompt:
            window.chat.set_prompt(prompt)
            words = tr("A link wrote this prompt. Read it before you send it.")
            window.notice.show_notice(NOTICE, words)
        window.chat.setFocus()
