"""The page as the server hands it out: to everybody, with its headers, and nothing of it from elsewhere."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from llmdesk import paths
from llmdesk.api.guard import Doors
from llmdesk.api.keys import ServerKeys
from llmdesk.api.limits import Limits
from llmdesk.api.web import PAGE_PATHS
from tests.api.conftest import MODEL, Make, Served, error_of

FOLDER = Path(paths.shipped("assets")) / "web"
LOCAL = frozenset({"127.0.0.1"})
PAGE = "https://chat.example"
CROSS = {"Sec-Fetch-Site": "cross-site"}
LINK = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


def test_every_file_of_the_folder_is_served_and_no_other() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {
        path.rpartition("/")[2] or "index.html" for path in PAGE_PATHS - {"/web/icon.svg"}
    }


@pytest.mark.parametrize("path", sorted(PAGE_PATHS))
def test_the_page_needs_no_key_and_says_what_browsers_may_do(make: Make, path: str) -> None:
    server = make(keys=ServerKeys(own=("a key",)))
    response = server.client.get(path)
    assert response.status_code == 200
    headers = response.headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "img-src", "connect-src")} == {"'self'"}
    assert (policy["require-trusted-types-for"], policy["trusted-types"]) == ("'script'", "'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["connection"] == "close"
    assert "set-cookie" not in headers
    assert "access-control-allow-origin" not in headers
    head = server.client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == headers["content-type"]


def test_a_room_of_phones_may_open_it_at_once(make: Make) -> None:
    server = make(limits=Limits(max_connections=20))
    with ExitStack() as stack:
        phones = [stack.enter_context(httpx2.Client(base_url=server.url, timeout=20)) for _ in range(30)]
        for phone in phones:  # none lets go of a connection by itself
            assert {phone.get(path).status_code for path in ("/", "/web/style.css", "/web/app.js")} == {200}


def test_nothing_else_is_open(make: Make) -> None:
    server = make(keys=ServerKeys(own=("a key",)))
    for path in ("/web", "/web/", "/web/nothing.js", "/web/../pyproject.toml", "/web/%2e%2e/web/app.js", "/index.html"):
        assert server.client.get(path).status_code == 401
        assert server.client.get(path, headers={"x-api-key": "a key"}).status_code == 404
    refused = server.client.post("/", headers={"x-api-key": "a key"})
    assert (refused.status_code, error_of(refused)["code"]) == (405, "method_not_allowed")
    assert server.client.get("/", headers={"Host": "evil.example"}).status_code == 403


def test_nothing_comes_from_elsewhere() -> None:
    for path in FOLDER.iterdir():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"""(?:src|href|import|from|url)\s*[=(]?\s*["'(](?:[a-z]+:)?//""", text), path.name
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function",
                     "cookie", "localStorage", "createContextualFragment", "DOMParser", "style="):  # fmt: skip
            assert word not in text, f"{path.name}: {word}"
    page = (FOLDER / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=", page)


def test_the_page_is_no_part_of_the_schema(shared: Served) -> None:
    assert not [path for path in shared.client.get("/openapi.json").json()["paths"] if path in PAGE_PATHS]


# -- other people's pages ---------------------------------------------------------------------------------------------


def test_its_own_page_may_use_the_api(shared: Served) -> None:
    own = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
    assert shared.client.get("/models", headers=own).status_code == 200
    assert shared.chat(max_tokens=1).status_code == 200
    body = {"model": MODEL, "messages": [{"role": "user", "content": "x"}], "max_tokens": 1}
    assert shared.post("/v1/chat/completions", body, headers={**own, "Origin": shared.url}).status_code == 200
    assert shared.client.get("/models", headers={"Sec-Fetch-Site": "none", **LINK}).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
@pytest.mark.parametrize("target", ["image", "script", "iframe", "embed", "empty"])
def test_other_pages_get_nothing_even_without_an_origin(shared: Served, site: str, target: str) -> None:
    mode = "navigate" if target in ("iframe", "embed") else "no-cors"
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": target}
    for path in ("/", "/web/app.js", "/models", "/metrics", "/health"):
        response = shared.client.get(path, headers=headers)
        assert (response.status_code, error_of(response)["code"]) == (403, "origin_not_allowed")


def test_links_lead_to_the_page_and_to_nothing_else(shared: Served) -> None:
    assert shared.client.get("/", headers=CROSS | LINK).status_code == 200
    assert shared.client.get("/models", headers=CROSS | LINK).status_code == 403
    assert shared.post("/", headers=CROSS | LINK | {"Origin": "null"}).status_code == 403


def test_pages_that_are_listed_may_ask_across_sites(make: Make) -> None:
    server = make(doors=Doors(LOCAL, frozenset({PAGE})))
    assert server.client.get("/v1/models", headers=CROSS | {"Origin": PAGE}).status_code == 200
    assert server.client.get("/v1/models", headers=CROSS).status_code == 403
