"""Images in clients' messages: as data: URLs in three protocols, never fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest

from llmdesk.api.errors import Refusal
from llmdesk.api.keys import ServerKeys
from llmdesk.api.message_blocks import Turn, messages_of
from llmdesk.api.prompts import chat_messages
from llmdesk.api.requests import Message
from llmdesk.api.server import Address, ApiServer
from llmdesk.core import Core
from llmdesk.datatypes.pictures import Picture
from tests.api.conftest import Served, error_of
from tests.engine.tiny_seeing import picture, save_seeing_model
from tests.own_models import list_models

DATA = "iVBORw0KGgo="
URL = f"data:image/png;base64,{DATA}"


def told(*contents: Any, role: str = "user") -> list[tuple[str, tuple[Picture, ...]]]:
    messages = [Message.model_validate({"role": role, "content": content}) for content in contents]
    return [(message.content, message.pictures) for message in chat_messages(messages)]


def part(url: str, *, plain: bool = False) -> dict[str, Any]:
    return {"type": "input_image", "image_url": url} if plain else {"type": "image_url", "image_url": {"url": url}}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def test_pictures_keep_their_places_in_the_text() -> None:
    (found,) = told([text("One:"), part(URL), text("two:"), part(URL.upper()[:22].lower() + "AAAA", plain=True)])
    assert found[0] == "One:\ntwo:"
    assert [(picture.data, picture.at, picture.name) for picture in found[1]] == [
        (DATA, 4, "image 1"),
        ("AAAA", 9, "image 2"),
    ]
    (joined,) = told("Before.", [part(URL), text("after")], "End.")
    assert joined[0] == "Before.\n\nafter\n\nEnd."
    assert [picture.at for picture in joined[1]] == [9]
    (alone,) = told([part(URL)])
    assert (alone[0], len(alone[1])) == ("", 1)


def test_anthropics_form_is_the_same() -> None:
    source = {"type": "base64", "media_type": "image/png", "data": DATA}
    turn = Turn.model_validate({"role": "user", "content": [{"type": "image", "source": source}, text("What?")]})
    (message,) = chat_messages(messages_of([turn]))
    assert (message.content, message.pictures[0].data) == ("What?", DATA)
    fetched = {"type": "image", "source": {"type": "url", "url": "http://127.0.0.1:1/a.png"}}
    messages = messages_of([Turn.model_validate({"role": "user", "content": [fetched]})])
    with pytest.raises(Refusal, match="without its data"):
        chat_messages(messages)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/a.png",
        "file:///etc/passwd",
        "data:text/html;base64,AAAA",
        "data:image/png,AAAA",
        "AAAA",
        " ",
    ],
)
def test_nothing_is_fetched_and_no_file_is_read(url: str) -> None:
    for plain in (False, True):
        with pytest.raises(Refusal, match="nothing is fetched") as caught:
            told([part(url, plain=plain)])
        assert caught.value.param == "messages[0].content[0].image_url"


def test_only_users_show_pictures() -> None:
    for role in ("system", "assistant", "tool"):
        with pytest.raises(Refusal, match="user's messages"):
            told([part(URL)], role=role)


def test_a_model_that_does_not_see_refuses_and_goes_on(shared: Served) -> None:
    response = shared.chat(messages=[{"role": "user", "content": [part(URL), text("What is it?")]}])
    assert (response.status_code, error_of(response)["message"].split(".")[0]) == (
        400,
        "This model does not see images",
    )
    assert shared.chat().status_code == 200


@pytest.mark.model
def test_a_real_model_sees_what_data_urls_hold_in_their_order(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    list_models({"seer": save_seeing_model(tmp_path / "model", "qwen3_5")}, seeing=["seer"])
    png = f"data:image/png;base64,{picture(0, (40, 40))}"
    jpeg = f"data:image/jpeg;base64,{picture(1, (40, 40), 'JPEG')}"

    with Core() as core:
        server = ApiServer(core, Address("127.0.0.1", 0), ServerKeys())
        server.start()
        try:
            with httpx2.Client(base_url=server.urls[0], timeout=60) as client:

                def asked(*urls: str) -> httpx2.Response:
                    content = [*map(part, urls), text("What differs?")]
                    messages = [{"role": "user", "content": content}]
                    body = {"model": "seer", "messages": messages, "temperature": 0, "max_tokens": 6}
                    return client.post("/v1/chat/completions", json=body)

                both, other, words = (asked(*urls).raise_for_status().json() for urls in ((png, jpeg), (jpeg, png), ()))
                damaged = asked(URL)
                assert asked(png, jpeg).json()["choices"] == both["choices"]
        finally:
            server.stop()
    assert both["choices"][0]["message"]["content"] != other["choices"][0]["message"]["content"]
    assert both["usage"]["prompt_tokens"] - words["usage"]["prompt_tokens"] >= 2 * 25
    assert (damaged.status_code, "image 1" in error_of(damaged)["message"]) == (422, True)
