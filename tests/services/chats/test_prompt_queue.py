"""Prompts that wait for a running answer, on a real engine thread (scripted backend)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from llmdesk.engine.backends.scripted import ScriptedBackend
from llmdesk.services.chats.session import QueueChanged
from tests.engine.engine_thread import running
from tests.services.chats.test_session import SLOW, Owner


@pytest.fixture
def chats() -> Iterator[Owner]:
    backend = ScriptedBackend(0.01)
    with running(lambda: backend) as engine:
        yield Owner(engine, backend)


def texts(chats: Owner) -> list[str]:
    return [prompt.text for prompt in chats.sessions.current.queue.prompts]


def sent(chats: Owner) -> list[str]:
    return [request.messages[-1].content for request in chats.backend.requests]


def test_they_are_sent_one_after_the_other(chats: Owner) -> None:
    session = chats.sessions.current
    session.submit("[tokens=20 tps=400] first")
    for text in ("[tokens=5] second", "[tokens=5] third"):
        session.queue.add(text)
    assert texts(chats) == ["[tokens=5] second", "[tokens=5] third"]
    chats.until_idle()
    assert sent(chats) == ["[tokens=20 tps=400] first", "[tokens=5] second", "[tokens=5] third"]
    assert len(chats.backend.requests[-1].messages) == 5  # each knows the answers before it
    assert texts(chats) == []
    assert sum(isinstance(change, QueueChanged) for change in chats.heard) == 4


@pytest.mark.parametrize("how", ["stop", "fail"])
def test_after_a_stop_or_an_error_they_wait(chats: Owner, how: str) -> None:
    session = chats.sessions.current
    session.submit(SLOW if how == "stop" else "[tokens=60 fail_at=20 tps=2000] break")
    session.queue.add("[tokens=5] later")
    if how == "stop":
        chats.until(lambda: bool(session.conversation.path[-1].text))
        session.stop()
    chats.until_idle()
    assert texts(chats) == ["[tokens=5] later"]
    session.queue.add("[tokens=5] last")
    assert len(sent(chats)) == 1
    session.send_next()
    chats.until_idle()
    assert sent(chats)[1:] == ["[tokens=5] later", "[tokens=5] last"]


def test_another_prompt_that_is_answered_well_takes_them_along(chats: Owner) -> None:
    session = chats.sessions.current
    session.submit(SLOW)
    session.queue.add("[tokens=5] later")
    chats.until(lambda: bool(session.conversation.path[-1].text))
    session.stop()
    chats.until_idle()
    session.submit("[tokens=5] now")
    chats.until_idle()
    assert sent(chats)[1:] == ["[tokens=5] now", "[tokens=5] later"]


def test_one_that_is_being_edited_holds_the_line(chats: Owner) -> None:
    session = chats.sessions.current
    session.submit("[tokens=20 tps=400] first")
    session.queue.add("seccond")
    session.queue.add("[tokens=5] third")
    prompt = session.queue.prompts[0]
    session.queue.hold(prompt.id)
    session.queue.write(prompt.id, "[tokens=5] seco")
    chats.until_idle()
    assert texts(chats) == ["seccond", "[tokens=5] third"]
    assert session.queue.prompts[0].draft == "[tokens=5] seco"
    session.queue.release(prompt.id, "[tokens=5] second")
    chats.until_idle()
    assert sent(chats)[1:] == ["[tokens=5] second", "[tokens=5] third"]


def test_they_go_on_in_a_chat_that_is_not_shown(chats: Owner) -> None:
    left = chats.sessions.current
    left.submit("[tokens=20 tps=400] first")
    left.queue.add("[tokens=5] second")
    left.queue.remove(left.queue.prompts[0].id)
    left.queue.add("[tokens=5] third")
    chats.sessions.new()
    chats.until_idle()
    assert [message.text for message in left.conversation.path[::2]] == [
        "[tokens=20 tps=400] first",
        "[tokens=5] third",
    ]
