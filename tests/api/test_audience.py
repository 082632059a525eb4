"""What the window shows to the room: to all the same picture, made once; nothing unless its user wants it."""

from __future__ import annotations

import json
import threading

from llmdesk.services.live.stage import StagePicture
from tests.api.conftest import Served


def first_picture(served: Served) -> dict[str, object]:
    with served.client.stream("GET", "/stage") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        for line in response.iter_lines():
            if line.startswith("data: "):
                found: dict[str, object] = json.loads(line[6:])
                return found
    raise AssertionError("no picture")


def test_nothing_is_shown_until_the_window_shows_something(shared: Served) -> None:
    assert first_picture(shared) == {"number": 0}
    shared.core.stage.show(StagePicture(title="Tiny", prompt="Why?", answer="Because.", is_writing=True, tps=31.4))
    try:
        found = first_picture(shared)
        assert (found["prompt"], found["answer"], found["tps"], found["watchers"]) == ("Why?", "Because.", 31.4, 1)
    finally:
        shared.core.stage.close()
    assert first_picture(shared) == {"number": 0}


def test_the_audience_is_let_go_when_the_server_ends(server: Served) -> None:
    lines: list[str] = []
    begun = threading.Event()

    def watch() -> None:
        with server.client.stream("GET", "/stage") as response:
            for line in response.iter_lines():  # raises if the answer is cut
                lines.append(line)
                begun.set()
            lines.append("the end")

    thread = threading.Thread(target=watch)
    thread.start()
    assert begun.wait(60)
    server.server.stop()
    thread.join(10)
    assert lines[-1] == "the end"
