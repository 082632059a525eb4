"""What belongs to the chat shown and opens from bar, key, menu or slash: made and bound here (GUI thread only)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from llmdesk.services.chats.session import OptionsChanged
from llmdesk.services.chats.sessions import Change, SessionShown
from llmdesk.services.settings.settings import Settings
from llmdesk.ui.chat.attachments.attachments_controller import AttachmentsController
from llmdesk.ui.chat.chat_controller import ChatController
from llmdesk.ui.chat.options_controller import OptionsController
from llmdesk.ui.chat.token_counter import TokenCounter
from llmdesk.ui.kit.late import Late
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.wording import preset_title
from llmdesk.ui.kit.words import spoken, tr
from llmdesk.ui.settings.sampling_controller import SamplingController
from llmdesk.ui.shell.actions import ActionId
from llmdesk.ui.shell.main_window import MainWindow
from llmdesk.ui.threads.background import Background
from llmdesk.ui.threads.event_bridge import EventBridge

if TYPE_CHECKING:
    from llmdesk.ui.chat.context_panel import ContextPanel
    from llmdesk.ui.chat.prompts.prompts_controller import PromptsController
    from llmdesk.ui.chat.prompts.slash_menu import SlashEntry, SlashMenu
    from llmdesk.ui.chat.system_prompt import SystemPromptPanel

_COMMANDS: dict[ActionId, str] = {
    "new_chat": "new",
    "system_prompt": "system",
    "models": "model",
    "prompts": "prompts",
    "attach": "attach",
    "choose_collections": "collections",
    "context": "context",
    "regenerate": "regenerate",
    "continue_answer": "continue",
    "fork": "fork",
    "copy_conversation": "copy",
    "settings": "settings",
    "shortcuts": "help",
}
"""What is typed after the slash for an action of the table."""


class ChatTools(QObject):
    """System prompt, context, prompt library, slash menu, sampling; and the options of chats in step with settings."""

    def __init__(
        self,
        theme: Theme,
        window: MainWindow,
        chat: ChatController,
        counter: TokenCounter,
        settings: Settings,
        background: Background,
        bridge: EventBridge,
    ) -> None:
        super().__init__(window)
        self._theme, self._window, self._chat, self._settings = theme, window, chat, settings
        self._counter, self._background = counter, background
        sessions, bar, composer = chat.sessions, window.top_bar, window.chat.composer
        self.options = OptionsController(self, sessions, settings, bridge)
        self.sampling = SamplingController(window.panels.sampling, bar.sampling, sessions, settings, background, bridge)
        self._system_prompt: Late[SystemPromptPanel] = Late(self._make_system_prompt)
        self._context: Late[ContextPanel] = Late(self._make_context)
        self._prompts: Late[PromptsController] = Late(self._make_prompts)
        self._slash: Late[SlashMenu] = Late(self._make_slash)
        self.files = AttachmentsController(window.chat, chat, counter, background)
        window.action_table.bind("attach", self.files.ask)
        composer.context.clicked.connect(self._open_context)
        chat.policy_chosen.connect(self.options.keep_context_policy)
        bar.sampling_chosen.connect(self.sampling.choose)
        self.sampling.changed.connect(bar.show_sampling)
        window.action_table.bind("system_prompt", self._open_system_prompt)
        window.action_table.bind("prompts", lambda: self.prompts.open())
        window.action_table.bind("context", self._open_context)
        sessions.subscribe(self._on_change)
        bar.show_sampling(self.sampling.sampling)
        composer.edit.textChanged.connect(self._on_typed)

    @property
    def system_prompt(self) -> SystemPromptPanel:
        """That of the chat shown."""
        return self._system_prompt()

    @property
    def context(self) -> ContextPanel:
        """What fills the context."""
        return self._context()

    @property
    def prompts(self) -> PromptsController:
        """The prompt library."""
        return self._prompts()

    @property
    def slash(self) -> SlashMenu:
        """What a slash lists."""
        return self._slash()

    def prepare(self) -> None:
        """The start is over: what a slash lists is read."""
        self.prompts.read_once()

    @Slot()
    def _on_typed(self) -> None:
        if self._slash.made is None and self._window.chat.composer.text().startswith("/"):
            self._slash()

    def _slash_entries(self) -> Iterator[SlashEntry]:
        """The library's prompts, then what the window can do; nothing where that is locked."""
        from llmdesk.ui.chat.prompts.slash_menu import SlashEntry

        table = self._window.action_table
        if table.is_locked:
            return
        self.prompts.read_once()  # the slash may come before the start is over
        for prompt in self.prompts.library.prompts:
            text = f"{prompt.title}: {prompt.description}" if prompt.description else prompt.title
            yield SlashEntry(prompt.name, text, partial(self.prompts.use, prompt))
        table.refresh()
        for action_id, name in _COMMANDS.items():
            if table[action_id].isEnabled():
                yield SlashEntry(name, table[action_id].text(), table[action_id].trigger)
        yield SlashEntry("clear", tr("Start over in an empty chat"), table["new_chat"].trigger)
        for preset in self.sampling.sampling.names:
            title = preset_title(preset)
            words = tr("Sampling: {name}", name=title)
            yield SlashEntry(f"preset {title.lower()}", words, partial(self.sampling.choose, preset))

    @Slot()
    def _open_system_prompt(self) -> None:
        self.system_prompt.open_under(self._window.top_bar.system_prompt, align_right=True)

    @Slot()
    def _open_context(self) -> None:
        self.context.open_under(self._window.chat.composer.context)

    @Slot()
    def _fill_system_prompt(self) -> None:
        self.prompts.open_for(self._into_system_prompt)

    def _into_system_prompt(self, text: str) -> None:
        if not self.system_prompt.isVisible():
            self._open_system_prompt()
        self.system_prompt.insert(text)

    @Slot(str)
    def _keep_system_prompt(self, text: str) -> None:
        self._settings.set("chat.system_prompt", text)

    def _on_change(self, change: Change) -> None:
        sessions = self._chat.sessions
        if isinstance(change, OptionsChanged | SessionShown) and change.session is sessions.current:
            self._window.top_bar.show_system_prompt(bool(sessions.options.system_prompt))

    def _make_system_prompt(self) -> SystemPromptPanel:
        from llmdesk.ui.chat.system_prompt import SystemPromptPanel

        panel = SystemPromptPanel(self._theme, self._window, self._chat.sessions, self._counter)
        panel.save_requested.connect(self.prompts.write_new)
        panel.prompts_requested.connect(self._fill_system_prompt)
        panel.default_chosen.connect(self._keep_system_prompt)
        return panel

    def _make_context(self) -> ContextPanel:
        from llmdesk.ui.chat.context_panel import ContextPanel

        return ContextPanel(self._theme, self._window, self._chat.context)

    def _make_prompts(self) -> PromptsController:
        from llmdesk.services.prompts.library import PromptFolder
        from llmdesk.ui.chat.prompts.prompts_controller import PromptsController

        composer, anchor = self._window.chat.composer, self._window.top_bar.more
        folder = PromptFolder(language=spoken())
        return PromptsController(self._theme, self._window, composer, anchor, folder, self._background)

    def _make_slash(self) -> SlashMenu:
        from llmdesk.ui.chat.prompts.slash_menu import SlashMenu

        composer = self._window.chat.composer
        menu = SlashMenu(self._theme, self._window, composer, lambda: list(self._slash_entries()))
        self.prompts.changed.connect(menu.refresh)
        return menu
