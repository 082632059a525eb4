"""Pictures of a chat: in its messages, and in the prompt that these become (engine thread only)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from llmdesk.datatypes.chat import ChatMessage, GenerationRequest
from llmdesk.datatypes.pictures import told_by_name
from llmdesk.engine.generation.eyes import Eyes
from llmdesk.engine.generation.given import Floats, Places, has_given, places_behind
from llmdesk.engine.generation.tools.turn_parts import unmarked, with_marks
from llmdesk.errors import FileError, PromptError
from llmdesk.words import say


def with_pictures(messages: tuple[ChatMessage, ...], sight: Eyes | None) -> tuple[tuple[ChatMessage, ...], list[str]]:
    """The messages with marks for their pictures in the texts, or the names where nothing sees; and the marks' keys.

    Raises:
        FileError: a picture of the last message is damaged, or none.
    """
    if sight is None:
        return words_only(messages), []
    keys, found = list[str](), list[ChatMessage]()
    for index, message in enumerate(messages):
        try:
            own = [sight.key_of(picture) for picture in message.pictures]
        except FileError:
            if index == len(messages) - 1:
                raise
            found += words_only((message,))  # it came with an imported chat, which shall go on all the same
            continue
        keys += own
        found.append(replace(message, content=with_marks(message.content, message.pictures, own), pictures=()))
    sight.make_room(keys)
    return tuple(found), keys


def words_only(messages: tuple[ChatMessage, ...]) -> tuple[ChatMessage, ...]:
    """Messages for a model that does not see: it is told its pictures' names."""
    return tuple(
        replace(message, content=unmarked(told_by_name(message.content, message.pictures)), pictures=())
        for message in messages
    )


def told_unseen(request: GenerationRequest) -> tuple[ChatMessage, ...]:
    """The messages for a model that does not see: in the window a chat may go on with it, and it is told the names.

    Raises:
        PromptError: a program or a command sends pictures, which is a mistake there.
    """
    if request.origin in ("api", "cli") and any(message.pictures for message in request.messages):
        raise PromptError(say("This model does not see images."), say("Choose one that does, or leave the images out."))
    return words_only(request.messages)


class PromptPictures:
    """Those of one prompt.

    Attributes:
        words: the prompt's tokens as the vocabulary has them: ``ids`` themselves where there are no pictures.
    """

    def __init__(self, sight: Eyes | None, ids: list[int]) -> None:
        seeing = sight if has_given(ids) else None
        self._glance = seeing.glance(ids) if seeing is not None else None
        self._places = self._glance.places(ids) if self._glance is not None else None
        self.words = seeing.plain(ids) if seeing is not None else ids

    def look(self, ids: list[int]) -> Iterator[float]:
        """At those among these tokens, a part at a time; how much is done (0..1) after each."""
        if self._glance is not None:
            for done, total in self._glance.look(ids):
                yield done / total

    def rows_of(self, ids: list[int]) -> Floats | None:
        """What stands for pictures among these tokens (see Step.given)."""
        return self._glance.rows(ids) if self._glance is not None and has_given(ids) else None

    def places_of(self, start: int, count: int) -> Places | None:
        """Where so many tokens of prompt and answer from ``start`` on stand (see Step.places)."""
        return None if self._places is None else places_behind(self._places, start, count)
