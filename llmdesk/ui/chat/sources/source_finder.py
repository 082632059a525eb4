"""Finds the passages for a question: a search, then as many of what it found as the context has room for.

It is called on the GUI thread and calls back there; the search runs on the collections' threads, the counting on the
engine's, and the window waits for neither.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.errors import CollectionError
from llmdesk.services.chats.searched import Searched
from llmdesk.services.chats.source_budget import PassageLimits, guess_passages
from llmdesk.services.chats.source_search import SourceQuestion
from llmdesk.services.collections.collection import Collection, Found
from llmdesk.services.collections.passage import Passage
from llmdesk.services.settings.settings import Settings
from llmdesk.ui.chat.token_counter import TokenCounter
from llmdesk.ui.threads.event_bridge import EventBridge

if TYPE_CHECKING:
    from llmdesk.services.collections.collections import Collections

Done = Callable[[tuple[Passage, ...], Searched], None]
Failed = Callable[[ErrorInfo], None]


class SourceFinder:
    """See the module, and source_search.SourceFinder.

    Args:
        context_tokens: of the chat's model, where it is known; 0: it is not.
    """

    def __init__(
        self,
        collections: Collections,
        settings: Settings,
        counter: TokenCounter,
        bridge: EventBridge,
        context_tokens: Callable[[], int],
    ) -> None:
        self._collections, self._settings, self._counter = collections, settings, counter
        self._bridge, self._context_tokens = bridge, context_tokens

    @property
    def limits(self) -> PassageLimits:
        """What the settings let passages take."""
        values = self._settings.values.collections
        return PassageLimits(values.passages, values.passage_tokens)

    def find(
        self, question: SourceQuestion, searching: Callable[[int], None], done: Done, failed: Failed
    ) -> Callable[[], None]:
        """See source_search.SourceFinder. Collections that are gone are passed over."""
        known = (self._collections.collection(each) for each in question.collection_ids)
        found = [collection for collection in known if collection is not None]
        is_open = bool(self._collections.collections())  # else nobody knows yet which there are: right after the start
        ids = [collection.id for collection in found] if is_open else list(question.collection_ids)
        search = _Search(self, question, found, ids, done, failed)
        if not search.has_places:
            done((), Searched())
            return lambda: None
        searching(sum(collection.passages for collection in found))
        search.begin(self._collections, self._bridge)
        return search.give_up

    def fit(
        self, question: SourceQuestion, found: Sequence[Passage], done: Callable[[tuple[Passage, ...]], None]
    ) -> None:
        """As many as there is room for."""

        def counted(passages: tuple[Passage, ...] | None) -> None:
            if passages is None:  # no model is loaded that could count
                passages = guess_passages(question.request, found, self.limits, self._context_tokens())
            done(passages)

        self._counter.fit_passages(question.request, found, self.limits, counted)


class _Search:
    """One search, in collections and attached files at a time; it ends once."""

    def __init__(
        self,
        finder: SourceFinder,
        question: SourceQuestion,
        collections: Sequence[Collection],
        collection_ids: Sequence[str],
        done: Done,
        failed: Failed,
    ) -> None:
        self._finder, self._question, self._places = finder, question, collections
        self._ids = collection_ids
        self._done, self._failed = done, failed
        self._is_over = False
        self._give_up: list[Callable[[], None]] = []
        self._found: dict[str, Found] = {}
        self._awaited = bool(collection_ids) + bool(question.files)

    @property
    def has_places(self) -> bool:
        """False if there is nothing to be searched."""
        return self._awaited > 0

    def begin(self, collections: Collections, bridge: EventBridge) -> None:
        """Search; the results come over the bridge."""
        question, limit = self._question, self._finder.limits.passages
        if self._ids:
            told = partial(self._tell, bridge, "collections")
            self._give_up.append(collections.search(question.text, self._ids, limit, told))
        if question.files:
            told = partial(self._tell, bridge, "files")
            self._give_up.append(collections.search_files(question.text, question.files, limit, told))

    def give_up(self) -> None:
        """Nothing is called any more. Idempotent."""
        self._is_over = True
        for stop in self._give_up:
            stop()

    def _tell(self, bridge: EventBridge, where: str, found: Found) -> None:
        """On a thread of the collections."""
        bridge.call(partial(self._on_found, where, found))

    def _on_found(self, where: str, found: Found) -> None:
        if self._is_over:
            return
        if found.error is not None:
            self.give_up()
            # Whatever it was, the question can still be sent without passages: the card offers that for this kind.
            self._failed(replace(found.error, kind=CollectionError.__name__))
            return
        self._found[where] = found
        if len(self._found) == self._awaited:
            self._finder.fit(self._question, self._in_turn(), self._on_fitted)

    def _in_turn(self) -> list[Passage]:
        """The best of each first: scores of two searches cannot be compared."""
        lists = (found.passages for _, found in sorted(self._found.items(), reverse=True))  # files before collections
        return [passage for rank in zip_longest(*lists) for passage in rank if passage is not None]

    def _on_fitted(self, passages: tuple[Passage, ...]) -> None:
        if self._is_over:
            return
        self._is_over = True
        names = (*(file.name for file in self._question.files), *(each.name for each in self._places))
        notices = dict.fromkeys(found.notice for found in self._found.values() if found.notice is not None)
        searched = Searched(sum(each.passages for each in self._places), names, notices=tuple(notices))
        self._done(passages, searched)
