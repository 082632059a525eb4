"""Questions that are searched for before they are sent: what the engine gets, what is kept, and what a stop does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest

from llmdesk.datatypes.chat import ChatMessage, GenerationRequest, SamplingParams
from llmdesk.datatypes.model import ErrorInfo
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.services.chats.context_count import ContextCount, guess_count, source_room
from llmdesk.services.chats.searched import Searched, citations
from llmdesk.services.chats.session import Session
from llmdesk.services.chats.source_budget import PassageLimits, guess_passages
from llmdesk.services.chats.source_search import Searching, SourceQuestion
from llmdesk.services.collections.passage import Passage
from llmdesk.services.files.attachment import Attachment
from tests.engine.engine_thread import running
from tests.services.chats.test_session import Owner

FERRY = Passage(1, "c1", "/notes/harbour.md", "lines 1-3", "Harbour", "The ferry leaves at noon.")
FOUND = Searched(40, ("Notes",))


@dataclass
class Finder:
    """Says that it searches; what it finds is the test's to say."""

    questions: list[SourceQuestion] = field(default_factory=list)
    given_up: int = 0
    done: Callable[[tuple[Passage, ...], Searched], None] = lambda *_: None
    failed: Callable[[ErrorInfo], None] = lambda _: None

    def find(
        self,
        question: SourceQuestion,
        searching: Callable[[int], None],
        done: Callable[[tuple[Passage, ...], Searched], None],
        failed: Callable[[ErrorInfo], None],
    ) -> Callable[[], None]:
        self.questions.append(question)
        self.done, self.failed = done, failed
        searching(40)

        def give_up() -> None:
            self.given_up += 1

        return give_up


@pytest.fixture
def owner() -> Iterator[Owner]:
    backend = ScriptedBackend(0.01)
    with running(lambda: backend) as engine:
        yield Owner(engine, backend)


@pytest.fixture
def finder(owner: Owner) -> Finder:
    finder = Finder()
    owner.sessions.search_with(finder)
    session = owner.sessions.current
    session.configure(replace(session.options, collections=("c1",)))
    return finder


def ask(owner: Owner, finder: Finder, text: str) -> Session:
    session = owner.sessions.current
    session.submit(text)
    finder.done((FERRY,), FOUND)
    owner.until_idle()
    return session


def test_passages_go_with_the_question_once_they_are_found(owner: Owner, finder: Finder) -> None:
    session = owner.sessions.current
    session.submit("When?")
    assert session.answer is not None
    assert session.answer.progress == Searching(session.answer.request_id, 40)
    assert owner.backend.requests == []
    assert (finder.questions[0].text, finder.questions[0].collection_ids) == ("When?", ("c1",))
    finder.done((FERRY,), FOUND)
    owner.until_idle()
    told = owner.told()[0][-1]
    assert "[1] harbour.md, lines 1-3" in told
    assert "leaves at noon" in told
    assert told.endswith("When?")
    prompt = session.conversation.path[0]
    assert (prompt.text, prompt.sources, prompt.searched) == ("When?", (FERRY,), FOUND)


def test_an_answer_made_again_has_the_same_passages_and_another_question_is_searched_for(
    owner: Owner, finder: Finder
) -> None:
    session = ask(owner, finder, "When?")
    session.answer_again(session.conversation.path[-1].id)
    owner.until_idle()
    assert len(finder.questions) == 1
    assert owner.told()[0] == owner.told()[1]
    session.ask_again(session.conversation.path[0].id, "Where to?")
    assert [each.text for each in finder.questions] == ["When?", "Where to?"]
    finder.done((), FOUND)
    owner.until_idle()
    assert owner.told()[-1] == ["Where to?"]


def test_passages_of_earlier_questions_are_not_told_again(owner: Owner, finder: Finder) -> None:
    session = ask(owner, finder, "When?")
    assert session.source_tokens == FERRY.guessed_tokens
    ask(owner, finder, "And back?")
    assert owner.told()[-1][0] == "When?"
    assert "leaves at noon" in owner.told()[-1][-1]


def test_a_stop_while_it_is_searched_ends_the_answer(owner: Owner, finder: Finder) -> None:
    session = owner.sessions.current
    session.submit("When?")
    session.stop()
    owner.until_idle()
    assert finder.given_up == 1
    assert session.conversation.path[-1].state == "cancelled"
    assert session.conversation.path[0].searched is None


def test_a_search_that_fails_is_told_and_the_question_can_be_sent_without(owner: Owner, finder: Finder) -> None:
    session = owner.sessions.current
    session.submit("When?")
    finder.failed(ErrorInfo("CollectionError", "The index is damaged.", "Look for changed files."))
    answer = session.conversation.path[-1]
    assert (answer.state, session.is_generating) == ("failed", False)
    session.answer_without_sources(answer.id)
    owner.until_idle()
    assert owner.told() == [["When?"]]
    session.answer_again(session.conversation.path[-1].id)
    owner.until_idle()
    assert len(finder.questions) == 1


def test_a_file_that_is_too_long_is_searched_without_any_collection(owner: Owner) -> None:
    finder = Finder()
    owner.sessions.search_with(finder)
    session = owner.sessions.current
    long = Attachment("log.txt", "text", text="word " * 9000, is_searched=True)
    session.submit("", (long, Attachment("a.txt", "text", text="short")))
    assert finder.questions[0].files == (long,)
    assert finder.questions[0].text == "log.txt, a.txt"
    finder.done((replace(FERRY, collection_id="", path="log.txt"),), Searched(9, ("log.txt",)))
    owner.until_idle()
    told = owner.told()[0][-1]
    assert "word word" not in told
    assert 'File "a.txt"' in told
    assert "leaves at noon" in told
    assert session.conversation.title == "log.txt, a.txt"


def test_as_many_passages_as_there_is_room_for() -> None:
    found = [replace(FERRY, number=n, text="x" * (4000 if n == 2 else 400)) for n in range(1, 9)]
    request = GenerationRequest("", "alpha", (ChatMessage("user", "When?"),), SamplingParams(max_new_tokens=1000))
    taken = guess_passages(request, found, PassageLimits(4, 900), 4096)
    assert [(each.number, len(each.text)) for each in taken] == [(1, 400), (2, 400), (3, 400), (4, 400)]
    assert guess_passages(request, found, PassageLimits(8, 900), 512)[-1].number == 3
    full = ContextCount(history=3900, typed=50, context=4096)
    assert source_room(full, 1000, 2000) == 1024  # the oldest turns give way to a quarter of it
    assert source_room(replace(full, context=0), 1000, 2000) == 2000
    counted = guess_count(request, 0, 4096, typed="When?", most_source_tokens=2000)
    assert (counted.sources, counted.total) == (2000, 2000 + counted.typed)


def test_numbers_in_brackets_cite_sources() -> None:
    assert citations("At noon [1], not [9] nor [a].", {1, 2}) == [(8, 11, 1)]
    assert citations("Both [1, 2] and [2][1].", {1, 2}) == [(6, 7, 1), (9, 10, 2), (16, 19, 2), (19, 22, 1)]
    assert citations("[1, 3]", {1, 2}) == []
