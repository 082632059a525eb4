"""Chats at work on a real engine thread (scripted backend): what it receives, what is kept, what goes on behind."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from llmdesk.datatypes.chat import Event, Finished, SamplingParams
from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.engine.serving.runner import EngineRunner
from llmdesk.services.chats.chat_options import ChatOptions
from llmdesk.services.chats.session import (
    AnswerEnded,
    AnswerStarted,
    OptionsChanged,
    Progressed,
    Session,
    TokensCame,
)
from llmdesk.services.chats.sessions import Change, Sessions, SessionShown
from tests.engine.engine_thread import running

SLOW = "[tokens=5000 tps=300] "
OPTIONS = ChatOptions("alpha", SamplingParams(temperature=0.0))


class Owner:
    """Brings the engine's events to the test's thread, as the window does to its own."""

    def __init__(self, engine: EngineRunner, backend: ScriptedBackend) -> None:
        self.backend = backend
        self._events: queue.Queue[Event] = queue.Queue()
        self.sessions = Sessions(engine, self._events.put, OPTIONS)
        self.heard: list[Change] = []
        self.sessions.subscribe(self.heard.append)

    def until(self, wanted: Callable[[], bool]) -> None:
        while not wanted():
            self.sessions.receive(self._events.get(timeout=20))

    def until_idle(self) -> None:
        self.until(lambda: not self.sessions.is_generating)

    def ask(self, text: str) -> str:
        answer = self.sessions.current.submit(text)
        self.until_idle()
        return answer.text

    def told(self) -> list[list[str]]:
        """The contents of the messages of each request that reached the model."""
        return [[message.content for message in request.messages] for request in self.backend.requests]

    def kinds(self) -> list[str]:
        names = [type(change).__name__ for change in self.heard]
        return [name for i, name in enumerate(names) if i == 0 or name != names[i - 1]]


@pytest.fixture
def owner() -> Iterator[Owner]:
    backend = ScriptedBackend(0.01)
    with running(lambda: backend) as engine:
        yield Owner(engine, backend)


def shown(session: Session) -> list[str]:
    return [message.text for message in session.conversation.path]


def test_an_answer_is_collected_with_its_figures(owner: Owner) -> None:
    assert "hello there" in owner.ask("hello there")
    answer = owner.sessions.current.conversation.turns[-1].answer
    assert answer.state == "done"
    assert answer.stats is not None
    assert answer.stats.new_tokens > 10
    assert owner.sessions.current.context_used_tokens == answer.stats.context_used_tokens
    assert owner.kinds() == ["AnswerStarted", "Progressed", "TokensCame", "AnswerEnded"]


def test_the_engine_receives_the_path_and_the_options(owner: Owner) -> None:
    first = owner.ask("one")
    sampling = SamplingParams(temperature=0.3, max_new_tokens=5)
    options = ChatOptions("beta", sampling, "stop", uses_response_cache=False, system_prompt="Be kind.")
    owner.sessions.configure(options)
    owner.ask("two")

    assert owner.told() == [["one"], ["Be kind.", "one", first, "two"]]
    request = owner.backend.requests[-1]
    assert (request.model_id, request.sampling, request.context_policy) == ("beta", sampling, "stop")
    assert not request.response_cache
    answer = owner.sessions.current.conversation.turns[-1].answer
    assert (answer.model_id, answer.sampling) == ("beta", sampling)


def test_a_running_answer_keeps_its_own_options(owner: Owner) -> None:
    answer = owner.sessions.current.submit(SLOW + "long")
    owner.until(lambda: bool(answer.pieces))
    owner.sessions.configure(replace(OPTIONS, model_id="beta"))
    owner.sessions.current.stop()
    owner.until_idle()
    assert (answer.model_id, answer.state) == ("alpha", "cancelled")


def test_another_version_of_an_answer_is_computed_anew(owner: Owner) -> None:
    first = owner.ask("one")
    answer = owner.sessions.current.conversation.turns[-1].answer
    owner.sessions.current.answer_again(answer.id)
    owner.until_idle()

    assert owner.told() == [["one"], ["one"]]
    assert [request.response_cache for request in owner.backend.requests] == [True, False]
    assert [each.text for each in owner.sessions.current.conversation.versions(answer.id)] == [first, first]


def test_an_edited_prompt_is_sent_with_what_was_before_it(owner: Owner) -> None:
    first = owner.ask("one")
    owner.ask("tow")
    prompt = owner.sessions.current.conversation.turns[-1].prompt
    owner.sessions.current.ask_again(prompt.id, "two")
    owner.until_idle()
    assert owner.told()[-1] == ["one", first, "two"]
    assert shown(owner.sessions.current)[2] == "two"


def test_the_context_used_is_that_of_the_version_shown(owner: Owner) -> None:
    session = owner.sessions.current
    owner.ask("one")
    small = session.context_used_tokens
    first = session.conversation.turns[-1].answer
    owner.ask("[prefill=500] two")
    assert session.context_used_tokens > 500
    session.answer_again(first.id)
    owner.until_idle()
    assert session.context_used_tokens == small
    session.conversation.choose(first.id)
    assert session.context_used_tokens > 500


def test_a_second_answer_in_the_same_chat_is_refused(owner: Owner) -> None:
    answer = owner.sessions.current.submit(SLOW + "long")
    with pytest.raises(RuntimeError):
        owner.sessions.current.submit("impatient")
    with pytest.raises(RuntimeError):
        owner.sessions.current.answer_again(answer.id)
    assert len(owner.sessions.current.conversation.turns) == 1
    owner.sessions.current.stop()
    owner.until_idle()


def test_a_failure_is_part_of_the_message(owner: Owner) -> None:
    owner.ask("[fail_at=20 tps=500] break")
    answer = owner.sessions.current.conversation.turns[-1].answer
    assert answer.state == "failed"
    assert answer.error is not None
    assert answer.error.kind == "Bug"
    assert answer.text


def test_an_engine_that_has_ended_refuses_with_one_event(owner: Owner) -> None:
    with running(lambda: owner.backend) as engine:
        pass
    events: queue.Queue[Event] = queue.Queue()
    sessions = Sessions(engine, events.put, OPTIONS)
    answer = sessions.current.submit("anybody?")
    sessions.receive(events.get(timeout=5))
    assert events.empty()
    assert answer.error is not None
    assert answer.error.kind == "EngineStopped"
    assert not sessions.is_generating


def test_what_comes_after_the_end_is_ignored(owner: Owner) -> None:
    owner.ask("one")
    ended = [change for change in owner.heard if isinstance(change, AnswerEnded)]
    assert isinstance(ended[0].event, Finished)
    text = shown(owner.sessions.current)
    owner.sessions.receive(replace(ended[0].event, reason="cancelled"))
    owner.sessions.current.receive(ended[0].event)
    assert shown(owner.sessions.current) == text
    assert sum(isinstance(change, AnswerEnded) for change in owner.heard) == 1


# Several chats


def test_an_answer_goes_on_behind_a_new_chat_which_may_ask_at_once(owner: Owner) -> None:
    left = owner.sessions.current
    long = left.submit("[tokens=150 tps=300] long")
    owner.until(lambda: bool(long.pieces))
    new = owner.sessions.new()
    assert new is owner.sessions.current is not left
    short = new.submit("[tokens=20 tps=300] short")
    owner.until(lambda: bool(short.pieces))
    assert left.is_generating  # the engine takes both in turn
    assert new.is_generating
    owner.until_idle()

    assert (long.state, short.state) == ("done", "done")
    assert long.stats is not None
    assert long.stats.new_tokens == 150
    assert owner.told() == [["[tokens=150 tps=300] long"], ["[tokens=20 tps=300] short"]]
    assert owner.sessions.open == (left, new)


def test_a_chat_without_messages_is_not_kept(owner: Owner) -> None:
    first = owner.sessions.current
    assert owner.sessions.new() is first
    owner.ask("one")
    empty = owner.sessions.new()
    owner.sessions.show(first)
    assert owner.sessions.open == (first,)
    assert owner.sessions.new() is not empty


def test_each_chat_has_its_own_options_and_a_new_one_what_it_shall_begin_with(owner: Owner) -> None:
    first = owner.sessions.current
    owner.ask("one")
    other = replace(OPTIONS, model_id="beta", system_prompt="Be kind.")
    second = owner.sessions.new()
    owner.sessions.configure(other)
    owner.ask("two")
    assert first.options == OPTIONS
    begun = owner.sessions.new_options = replace(OPTIONS, model_id="gamma")
    assert owner.sessions.new().options == begun
    owner.sessions.show(first)
    assert owner.sessions.options == OPTIONS
    owner.sessions.show(second)
    assert owner.sessions.options == other


def test_a_preview_is_what_is_sent(owner: Owner) -> None:
    session = owner.sessions.current
    session.configure(replace(OPTIONS, system_prompt="Be kind.", thinks=False))
    for text in ("one", "[fail_at=1] fails", "two"):
        preview = session.preview(text)
        owner.ask(text)
        sent = owner.backend.requests[-1]
        assert replace(sent, request_id="", response_cache=True) == replace(preview, response_cache=True)


def test_a_preview_without_history_costs_nothing_that_grows_with_the_chat(owner: Owner) -> None:
    session = owner.sessions.current
    session.configure(replace(OPTIONS, system_prompt="Be kind."))
    owner.ask("one")
    messages = session.preview("two", has_history=False).messages
    assert [(message.role, message.content) for message in messages] == [("system", "Be kind."), ("user", "two")]


def test_listeners_hear_of_all_chats_until_they_leave(owner: Owner) -> None:
    left = owner.sessions.current
    long = left.submit(SLOW + "long")
    owner.until(lambda: bool(long.pieces))
    owner.sessions.new()
    owner.sessions.configure(replace(OPTIONS, model_id="beta"))
    left.stop()
    owner.until_idle()

    by_kind = {type(change): change for change in owner.heard}
    assert set(by_kind) == {AnswerStarted, Progressed, TokensCame, SessionShown, OptionsChanged, AnswerEnded}
    ended, changed = by_kind[AnswerEnded], by_kind[OptionsChanged]
    assert isinstance(ended, AnswerEnded)
    assert isinstance(changed, OptionsChanged)
    assert ended.session is left
    assert changed.session is owner.sessions.current
    heard: list[Change] = []
    owner.sessions.subscribe(heard.append)()
    owner.ask("more")
    assert heard == []


# -- answers that go on ------------------------------------------------------------------------------------------------


def limit(owner: Owner, tokens: int) -> None:
    sampling = SamplingParams(temperature=0.0, max_new_tokens=tokens)
    owner.sessions.configure(replace(owner.sessions.options, sampling=sampling))


def test_an_answer_goes_on_in_the_same_message(owner: Owner) -> None:
    whole = owner.ask("[tokens=60 tps=2000] tell me")
    owner.sessions.new()
    limit(owner, 25)
    session = owner.sessions.current
    answer = session.submit("[tokens=60 tps=2000] tell me")
    owner.until_idle()
    assert answer.can_go_on
    first = answer.text
    assert session.go_on(answer.id) is answer
    assert answer.is_running
    with pytest.raises(RuntimeError):
        session.go_on(answer.id)
    owner.until_idle()
    assert answer.finish_reason == "length"
    session.go_on(answer.id)
    owner.until_idle()

    assert (answer.state, answer.finish_reason, answer.text) == ("done", "stop", whole)
    assert answer.stats is not None
    assert (answer.stats.new_tokens, answer.stats.parts) == (60, 3)
    assert 0 < answer.stats.decode_tps < 2000
    assert owner.told()[-2] == ["[tokens=60 tps=2000] tell me", first]
    assert whole.startswith(owner.told()[-1][1])
    assert len(session.conversation.path) == 2
    assert session.context_used_tokens == answer.stats.context_used_tokens
    with pytest.raises(ValueError, match="go on"):
        session.go_on(answer.id)
    owner.ask("and then?")
    assert owner.told()[-1] == ["[tokens=60 tps=2000] tell me", whole, "and then?"]


def test_a_stopped_answer_goes_on(owner: Owner) -> None:
    session = owner.sessions.current
    answer = session.submit("[tokens=80 tps=300] tell me")
    owner.until(lambda: len(answer.text) > 40)
    session.stop()
    owner.until_idle()
    assert answer.state == "cancelled"
    assert session.go_on(answer.id) is answer
    owner.until_idle()
    assert session.conversation.path[-1].state == "done"
    assert answer.stats is not None
    assert answer.stats.new_tokens == 80


def test_a_failed_answer_goes_on_and_forgets_its_error(owner: Owner) -> None:
    session = owner.sessions.current
    answer = session.submit("[tokens=80 fail_at=30 tps=2000] tell me")
    owner.until_idle()
    assert (answer.state, answer.can_go_on) == ("failed", True)
    before = len(answer.text)
    session.go_on(answer.id)
    assert answer.error is None
    owner.until_idle()
    assert len(answer.text) > before


def test_an_answer_that_said_nothing_cannot_go_on(owner: Owner) -> None:
    session = owner.sessions.current
    answer = session.submit("[tokens=80 prefill=20000 tps=300] tell me")
    session.stop()
    owner.until_idle()
    assert answer.text == ""
    assert not answer.can_go_on
