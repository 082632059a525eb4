"""What people do with the page: ask, stop, ask again, give a key, choose a model, come back to where they were."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.client import connect

from llmdesk.api.keys import ServerKeys
from llmdesk.api.socket import MAX_ANSWERS
from llmdesk.engine.backend import MAX_ACTIVE
from llmdesk.engine.serving.runner import MAX_WAITING
from llmdesk.services.live.stage import StagePicture
from tests.api.conftest import MODEL, Make, Served
from tests.models.builders import remember_model
from tests.web.browser import SHIFT, Page
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.browser

KEY = "a-key-of-the-stage-0123456789"
DONE = "document.querySelector('.message:last-child .under') !== null"
SLOW = "[tokens=400 tps=40] a long story"


@pytest.fixture
def page(shared: Served, open_page: OpenPage) -> Page:
    found = open_page(shared.url)
    found.wait("document.getElementById('model').value === 'tiny'")
    return found


def answers(page: Page) -> int:
    return int(page.value("document.querySelectorAll('.message.assistant').length"))


def card(page: Page, title: str) -> str:
    """The text of the card with this title."""
    page.wait(f"document.querySelector('.card h2')?.textContent.includes({json.dumps(title)})")
    return page.text(".card")


def press_button(page: Page, words: str) -> None:
    page.value(
        f"[...document.querySelectorAll('button')].find((each) => each.textContent === {json.dumps(words)}).click()"
    )


# -- asking -----------------------------------------------------------------------------------------------------------


def test_an_answer_comes_as_it_is_written(page: Page) -> None:
    page.ask("[tps=40] a **bold** <b id=hit>tag</b>")
    seen = page.wait("document.querySelector('.answer.live')?.innerText")
    assert page.value("document.querySelector('.assistant').getAttribute('aria-busy')") == "true"
    speed = float(page.wait("Number(document.getElementById('speed').textContent) || null"))
    assert 5 < speed <= 50
    page.wait(DONE)
    assert len(page.text("#messages .answer")) > len(seen)
    assert page.text(".message.user") == "[tps=40] a **bold** <b id=hit>tag</b>"
    assert page.value("document.getElementById('hit')") is None
    for tag in ("strong", "code", ".code pre", "ol li", "table td"):
        assert page.value(f"document.querySelectorAll('.answer {tag}').length") > 0, tag
    assert "def fibonacci" in page.text(".code")
    figures = page.text(".under .figures")
    assert "tok/s" in figures
    assert "tokens" in figures
    assert page.text("#speed") == figures.split()[0]


def test_what_is_asked_has_what_was_said_before(shared: Served, page: Page) -> None:
    page.ask("first")
    page.wait(DONE)
    page.ask("second")
    page.wait("document.querySelectorAll('.under').length === 2")
    said = shared.backend.requests[-1].messages
    assert [message.role for message in said] == ["user", "assistant", "user"]
    assert said[1].content.startswith("You said: first")


def test_stop_and_answer_again(shared: Served, page: Page) -> None:
    page.ask(SLOW)
    page.wait("document.querySelector('.answer.live')?.innerText.length > 10")
    page.type("a draft meanwhile")
    page.press("Enter")  # not sent while the answer is written
    assert page.value("document.getElementById('prompt').value") == "a draft meanwhile"
    page.press("Escape")
    page.wait(DONE)
    assert "stopped" in page.text(".under")
    assert len(page.text("#messages .answer")) < 1000
    _wait_idle(page, shared)
    page.value("document.getElementById('prompt').value = ''")
    press_button(page, "Answer again")
    page.wait("document.querySelector('.answer.live')?.innerText.length > 10")
    assert answers(page) == 1
    page.click("#stop")
    page.wait(DONE)
    assert answers(page) == 1
    _wait_idle(page, shared)


def _wait_idle(page: Page, shared: Served) -> None:
    """The server has stopped, too."""
    page.wait("fetch('metrics').then((r) => r.text()).then((t) => /requests_processing 0/.test(t))")
    assert not shared.server.gateway._exchanges


def test_a_chat_outlives_a_reload_and_a_new_chat(page: Page, shared: Served) -> None:
    page.ask("keep me")
    page.wait(DONE)
    page.type("half a thou")
    page.go(shared.url + "/?again")
    assert page.text(".message.user") == "keep me"
    assert page.text("#messages .answer").startswith("You said: keep me")
    assert page.value("document.getElementById('prompt').value") == "half a thou"
    page.click("#new-chat")
    assert answers(page) == 0
    assert page.value("document.getElementById('prompt').value") == "half a thou"
    page.click("#last-chat")
    assert page.text(".message.user") == "keep me"
    assert page.value("localStorage.length") == 0
    assert page.value("document.cookie") == ""


def test_a_reload_in_the_middle_keeps_what_was_there(page: Page, shared: Served) -> None:
    page.ask(SLOW)
    page.wait("sessionStorage.getItem('llmdesk.messages').includes('assistant')")
    page.go(shared.url + "/?again")
    assert page.text("#messages .answer").startswith("You said")
    assert "not whole" in page.text(".under")


def test_two_tabs_have_a_chat_each(page: Page, shared: Served, open_page: OpenPage) -> None:
    other = open_page(shared.url)
    page.ask("[tokens=60 tps=40] mine")
    other.ask("[tokens=60 tps=40] yours")
    for each, words in ((page, "mine"), (other, "yours")):
        each.wait(DONE)
        assert each.text(".message.user").endswith(words)
        assert answers(each) == 1


# -- the key ----------------------------------------------------------------------------------------------------------


def test_a_wrong_key_is_asked_for_again(make: Make, open_page: OpenPage) -> None:
    page = open_page(make(keys=ServerKeys(own=(KEY,))).url)
    page.wait("document.getElementById('key-dialog').open")
    page.type("wrong-key")
    page.press("Enter")
    page.wait("document.getElementById('key-text').textContent.includes('not known')")
    page.press("Escape")
    page.ask("a question without a key")
    page.wait("document.getElementById('key-dialog').open")
    page.click("#key-cancel")
    assert "a key" in card(page, "needs a key")
    press_button(page, "Enter the key")
    page.wait("document.activeElement.id === 'key'")
    page.type(KEY)
    page.press("Enter")
    page.wait(DONE)
    assert page.text("#messages .answer").startswith("You said: a question without a key")
    assert page.value("document.querySelector('.card')") is None


def test_a_key_in_the_address_is_taken_out_of_it(make: Make, open_page: OpenPage) -> None:
    server = make(keys=ServerKeys(own=(KEY,)))
    page = open_page(f"{server.url}/#key={KEY}&view=stage")
    page.wait("document.getElementById('model').options.length > 0")
    assert page.value("location.href") == f"{server.url}/#view=stage"
    assert page.value("document.body.dataset.view") == "stage"
    assert page.value("history.length") <= 2
    assert not [url for url in page.requested() if KEY in url.partition("#")[0]]
    assert page.value("Object.entries(sessionStorage).filter(([, v]) => v.includes('stage-0123')).length") == 1
    assert KEY not in page.value("document.documentElement.outerHTML")


# -- models -----------------------------------------------------------------------------------------------------------


def test_another_model_is_loaded_by_the_next_message(make: Make, tmp_path: Path, open_page: OpenPage) -> None:
    remember_model(tmp_path, "second")
    server = make()
    server.load()
    server.backend._load_s = 2.5
    page = open_page(server.url)
    page.wait("document.getElementById('dot').dataset.state === 'loaded'")
    assert page.text("#precision") == "int8"
    page.value(
        "{ const s = document.getElementById('model'); s.value = 'second'; s.dispatchEvent(new Event('change')); }"
    )
    assert "next message" in page.text("#model-state")
    page.ask("who are you?")
    page.wait("document.querySelector('.waiting')?.textContent.startsWith('Loading Second')")
    page.wait("!document.getElementById('load').hidden && document.getElementById('dot').dataset.state === 'loading'")
    page.wait(DONE)
    page.wait("document.getElementById('dot').dataset.state === 'loaded'")
    assert server.backend.requests[-1].model_id == "second"
    labels = page.value("[...document.querySelectorAll('optgroup')].map((g) => [g.label, g.textContent])")
    assert dict(labels)["In memory"].endswith("Second")


@pytest.mark.model
def test_models_that_do_not_chat_are_not_offered(make: Make, tmp_path: Path, open_page: OpenPage) -> None:
    pytest.importorskip("torch")
    from tests.engine.tiny_embedders import save_embedder

    server = make()
    server.core.catalogue.add_path(save_embedder(tmp_path / "vectors"))
    assert "vectors" in [entry["id"] for entry in server.client.get("/models").json()["data"]]
    server.load()
    page = open_page(server.url)
    page.wait("document.getElementById('dot').dataset.state === 'loaded'")
    offered = page.value("[...document.querySelectorAll('#model option')].map((option) => option.value)")
    assert MODEL in offered
    assert "vectors" not in offered


# -- what goes wrong --------------------------------------------------------------------------------------------------


def test_a_busy_server(make: Make, open_page: OpenPage) -> None:
    server = make()
    server.load()
    page = open_page(server.url)
    with _full(server):
        page.ask("is there room?")
        assert "5 seconds" in card(page, "hands full")
        press_button(page, "Change the prompt")
        assert page.value("document.getElementById('prompt').value") == "is there room?"
        assert page.value("document.querySelectorAll('.message, .card').length") == 0


@contextlib.contextmanager
def _full(server: Served) -> Iterator[None]:
    """Every place is taken: those that are answered, and the whole line behind them."""
    message = {"type": "chat", "messages": [{"role": "user", "content": "[tokens=400 tps=40] x"}]}
    with contextlib.ExitStack() as stack:
        for _ in range(-(-(MAX_ACTIVE + MAX_WAITING) // MAX_ANSWERS)):
            address = f"ws://127.0.0.1:{server.port}/chat/stream"
            connection = stack.enter_context(connect(address, close_timeout=0.1))  # not all is read
            for number in range(MAX_ANSWERS):
                connection.send(json.dumps(message | {"id": str(number)}))
            connection.recv(timeout=10)
        yield


def test_a_chat_that_is_too_long(shared: Served, page: Page) -> None:
    page.ask("[prefill=600] too long")
    assert "600 tokens; the model takes 512" in card(page, "too long")
    press_button(page, "Ask it in a new chat")
    assert page.value("document.getElementById('prompt').value") == "[prefill=600] too long"
    assert answers(page) == 0


@pytest.mark.may_log("failed")
def test_an_answer_that_breaks_off(page: Page) -> None:
    page.ask("[fail_at=8] x")
    assert "inside llmdesk" in card(page, "did not work")
    assert page.text("#messages .answer")  # what came is kept
    assert "not whole" in page.text(".under")
    page.click("#new-chat")


def test_a_server_that_is_gone(make: Make, open_page: OpenPage) -> None:
    server = make()
    server.load()
    page = open_page(server.url)
    page.ask("before")
    page.wait(DONE)
    page.ask(SLOW)
    page.wait("document.querySelector('.answer.live')?.innerText.length > 10")
    server.server.stop()
    page.wait("document.querySelector('.card') !== null")
    page.ask("still there?")
    assert "Is llmdesk still running" in card(page, "does not answer")
    page.wait("document.getElementById('dot').dataset.state === 'failed'")
    press_button(page, "Change the prompt")
    assert page.value("document.getElementById('prompt').value") == "still there?"
    assert page.text("#messages .answer").startswith("You said: before")


# -- keyboard ---------------------------------------------------------------------------------------------------------


def test_a_chat_with_the_keyboard_only(page: Page) -> None:
    page.value("document.activeElement.blur()")
    page.press("Tab")
    assert page.value("document.activeElement.className") == "skip"
    page.press("Enter")
    page.wait("document.activeElement.id === 'prompt'")
    page.type("one")
    page.press("Enter", SHIFT)
    page.type("two")
    page.press("Enter")
    page.wait(DONE)
    assert page.text(".message.user") == "one\ntwo"
    assert page.value("document.activeElement.id") == "prompt"
    reached = set()
    for _ in range(20):
        page.press("Tab")
        reached.add(page.value("document.activeElement.id || document.activeElement.innerText"))
        if page.value("document.activeElement === document.body"):
            continue
        ring = page.value("getComputedStyle(document.activeElement).outlineStyle + document.activeElement.id")
        assert ring.startswith(("solid", "auto")) or ring.endswith("prompt"), ring  # the box shows it by its border
    assert {"model", "new-chat", "view", "main", "prompt", "Copy", "Answer again"} <= reached
    page.value("document.getElementById('view').focus()")
    page.press("Space")
    assert page.value("document.body.dataset.view") == "stage"
    page.press("Escape")
    assert page.value("document.body.dataset.view") == "chat"


# -- the audience's view ----------------------------------------------------------------------------------------------


def test_a_graph_of_nothing_names_no_speed(shared: Served, page: Page) -> None:
    for _ in range(2):
        shared.core.stage.show(StagePicture(title="Tiny", prompt="Why?", tps=65.1))
    try:
        page.click("#view")
        page.wait("document.getElementById('big').textContent === '65.1'")
        assert page.wait("document.getElementById('graph-legend').textContent") == "60 s"
    finally:
        shared.core.stage.close()


def test_the_audience_sees_what_is_written(shared: Served, page: Page) -> None:
    page.ask("[tokens=400 tps=50] a show")
    page.click("#view")
    speed = float(page.wait("Number(document.getElementById('big').textContent) || null"))
    assert 10 < speed < 75
    page.wait("document.getElementById('graph-line').getAttribute('d').includes('L')")
    assert re.fullmatch(r"\d+ tok/s · 60 s", page.text("#graph-legend"))
    assert "1 answer" in page.text("#stage-note")
    assert page.text("#memory-used").endswith("GB")
    assert page.value("document.getElementById('memory-bar').offsetWidth") > 0
    assert page.text("#messages .answer").startswith("You said: a show")
    assert page.value("document.getElementById('composer').offsetHeight") == 0
    page.press("Escape")
    page.press("Escape")
    assert page.value("document.body.dataset.view") == "chat"
    assert page.value("document.getElementById('model').value") == MODEL
