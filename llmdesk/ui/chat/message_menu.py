"""What can be done with a message, as a menu (GUI thread only)."""

from __future__ import annotations

from typing import Literal

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from llmdesk.services.chats.conversation import Conversation
from llmdesk.services.chats.message import Message
from llmdesk.ui.chat.copies import code_of
from llmdesk.ui.kit.styled import Menu
from llmdesk.ui.kit.theme import Theme
from llmdesk.ui.kit.words import tr

Deed = Literal["copy_markdown", "copy_text", "copy_code", "copy_thinking", "quote", "source", "fork", "remove"]


def message_menu(
    theme: Theme, parent: QWidget, conversation: Conversation, message: Message, is_source_shown: bool
) -> Menu:
    """Its actions are named after what they do (``Deed``)."""
    menu = Menu(theme, parent)
    is_answer = message.role == "assistant"
    _add(menu, "copy_markdown", tr("Copy as Markdown"))
    _add(menu, "copy_text", tr("Copy as plain text"))
    _add(menu, "copy_code", tr("Copy the code alone")).setEnabled(bool(code_of(message.text)))
    if message.reasoning:
        _add(menu, "copy_thinking", tr("Copy with the thinking"))
    menu.addSeparator()
    _add(menu, "quote", tr("Quote in the prompt")).setEnabled(bool(message.text.strip()))
    source = _add(menu, "source", tr("Show the source"))
    source.setCheckable(True)
    source.setChecked(is_source_shown)
    _add(menu, "fork", tr("Fork into a new chat from here") if is_answer else tr("Ask otherwise in a new chat"))
    menu.addSeparator()
    _add(menu, "remove", removal_words(conversation, message))
    return menu


def removal_words(conversation: Conversation, message: Message) -> str:
    """What would be deleted with it."""
    removal = conversation.removal_of(message.id)
    root = removal[0]
    own = [each for each in removal if each is root or (root.role == "user" and each.parent_id == root.id)]
    count = len(removal) - len(own)
    is_version = len(conversation.versions(root.id)) > 1
    if count and is_version:
        return tr("Delete this version and %n message(s) after it", n=count)
    if count:
        return tr("Delete this turn and %n message(s) after it", n=count)
    return tr("Delete this version") if is_version else tr("Delete this turn")


def _add(menu: Menu, deed: Deed, words: str) -> QAction:
    action = menu.addAction(words)
    action.setObjectName(deed)
    return action
