"""Branches of a conversation's tree taken out and put back (threads: as the conversation)."""

from __future__ import annotations

from dataclasses import dataclass

from llmdesk.services.chats.message import Message, Removed

Versions = dict[str, list[Message]]
"""Messages by their parent, the oldest first."""


@dataclass(frozen=True, slots=True)
class Branches:
    """The tables of a conversation: all messages by id, versions and the chosen one of them by parent."""

    messages: dict[str, Message]
    versions: Versions
    chosen: dict[str, Message]

    def below(self, message_id: str) -> tuple[Message, ...]:
        """A message with all that follows it in any version, parents before children.

        An answer that has no other version takes its prompt along, for prompts and answers take turns.
        """
        root = self.messages[message_id]
        if root.role == "assistant" and len(self.versions[root.parent_id]) == 1:
            root = self.messages[root.parent_id]
        found = [root]
        for message in found:  # it grows meanwhile
            found += self.versions.get(message.id, [])
        return tuple(found)

    def take_out(self, messages: tuple[Message, ...]) -> Removed:
        """What ``below`` has found; where it was chosen, the version before it is."""
        root, chosen = messages[0], tuple(each for each in messages if self.chosen[each.parent_id] is each)
        versions = self.versions[root.parent_id]
        place = versions.index(root)
        versions.remove(root)
        for message in messages:
            del self.messages[message.id]
            self.versions.pop(message.id, None)
            self.chosen.pop(message.id, None)
        if not versions:
            del self.versions[root.parent_id], self.chosen[root.parent_id]
        elif root in chosen:
            self.chosen[root.parent_id] = versions[max(0, place - 1)]
        return Removed(messages, chosen, place)

    def put_back(self, removed: Removed) -> None:
        """Each to its place among the versions, and chosen as it was."""
        for message in removed.messages:
            self.messages[message.id] = message
            versions = self.versions.setdefault(message.parent_id, [])
            versions.insert(removed.place if message is removed.messages[0] else len(versions), message)
            self.chosen.setdefault(message.parent_id, message)
        for message in removed.chosen:
            self.chosen[message.parent_id] = message
