"""Keeps the options of the chats and the settings in step (GUI thread only).

Settings say what a new chat begins with, and what was chosen last becomes a setting. A chat that has begun keeps what
it has, but follows its preset where that is changed, and the answer cache, which is one for all.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Slot

from llmdesk.services.chats.chat_options import ChatOptions
from llmdesk.services.chats.sessions import Change, Sessions, SessionShown
from llmdesk.services.settings.definition import Values
from llmdesk.services.settings.settings import Settings
from llmdesk.ui.threads.event_bridge import EventBridge


def begun_with(values: Values, options: ChatOptions) -> ChatOptions:
    """What a new chat has; the model is that of ``options``."""
    return ChatOptions(
        model_id=options.model_id,
        sampling=values.sampling.params(),
        preset=values.sampling.preset,
        context_policy=values.chat.context_policy,
        uses_response_cache=values.chat.answer_cache,
        system_prompt=values.chat.system_prompt,
    )


def brought_up(options: ChatOptions, values: Values) -> ChatOptions:
    """The options of a chat that has begun."""
    sampling = values.sampling.named(options.preset) or options.sampling
    return replace(options, sampling=sampling, uses_response_cache=values.chat.answer_cache)


class OptionsController(QObject):
    """See the module."""

    def __init__(self, parent: QObject, sessions: Sessions, settings: Settings, bridge: EventBridge) -> None:
        super().__init__(parent)
        self._sessions, self._settings = sessions, settings
        self._values = settings.values
        sessions.new_options = begun_with(settings.values, sessions.new_options)
        sessions.configure(begun_with(settings.values, sessions.options))
        settings.subscribe(self._on_settings, "sampling", bridge.run)
        settings.subscribe(self._on_settings, "chat", bridge.run)
        sessions.subscribe(self._on_change)

    @Slot(str)
    def keep_context_policy(self, policy: str) -> None:
        """The user chose one for the chat shown; the next new one does the same."""
        self._settings.set("chat.context_policy", policy)

    def _on_settings(self, values: Values) -> None:
        before, self._values = self._values, values
        self._sessions.new_options = begun_with(values, self._sessions.new_options)
        current = self._sessions.current
        options = current.options
        if current.conversation.is_empty:
            options = _taken_over(options, before, values)
        current.configure(brought_up(options, values))

    def _on_change(self, change: Change) -> None:
        """Settings may have changed while a chat was not shown."""
        if isinstance(change, SessionShown):
            change.session.configure(brought_up(change.session.options, self._settings.values))


def _taken_over(options: ChatOptions, before: Values, now: Values) -> ChatOptions:
    """What has just been changed in the settings counts in a chat without messages; what was chosen for it stays."""
    if before.sampling != now.sampling:
        options = replace(options, preset=now.sampling.preset, sampling=now.sampling.params())
    if before.chat.context_policy != now.chat.context_policy:
        options = replace(options, context_policy=now.chat.context_policy)
    if options.system_prompt == before.chat.system_prompt:
        options = replace(options, system_prompt=now.chat.system_prompt)
    return options
