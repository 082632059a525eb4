"""Asking the hub one question, as a process of its own: ``python -m llmdesk.models.hub_ask``.

A process for the same reasons as ``hub_fetch``: it can be ended at once, and neither the imports nor the reading of an
answer takes anything from the window. One JSON object comes in on stdin (``{"ask": "search", ...}``, "look" or
"newest"), one goes out on stdout: ``{"answer": ...}`` or ``{"error": ...}`` (the fields of ErrorInfo).
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from llmdesk import server_keys
from llmdesk.error_values import error_info
from llmdesk.models import hub_answers
from llmdesk.models.hub_data import Found, Query, RemoteFile, Repository
from llmdesk.models.hub_errors import explained

TIMEOUT_S = 20
_MOST_BYTES = 200_000
_OF_A_LIST = ["cardData", "config", "downloads", "gated", "gguf", "lastModified", "likes", "pipeline_tag"]
_OF_A_LIST += ["safetensors", "tags"]


def search(query: Query) -> list[Found]:
    """Repositories whose names hold the words, the most fetched first. Raises DownloadError."""
    filters: list[str] = [query.format] if query.format != "any" else []
    filters += [f"license:{query.licence}"] if query.licence else []
    wanted = {"search": query.words, "sort": "downloads", "limit": query.limit, "expand": _OF_A_LIST}
    with explained(query.words):
        listed = list(_listed(wanted | ({"filter": filters} if filters else {}), query.limit))
        told = [each for item in listed if (each := _told(item)) is not None]
        if listed and not told:
            raise ValueError("nothing in the list is a repository")
        return [each for each in told if hub_answers.REPOSITORY.fullmatch(each.repository)]


def _told(item: Any) -> Found | None:
    """None for one of a form that nobody has thought of: the others can be shown."""
    from huggingface_hub import ModelInfo

    try:
        found = hub_answers.found(ModelInfo(**item))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return found if isinstance(found.repository, str) else None


def _listed(query: dict[str, Any], limit: int) -> Iterator[Any]:
    """As ``HfApi.list_models``, which tries for half a minute where there is no network."""
    from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status

    headers, address = build_hf_headers(library_name="llmdesk"), f"{os.environ['HF_ENDPOINT']}/api/models"
    params: dict[str, Any] | None = query
    first, count = address, 0
    while server_keys.origin(address) == server_keys.origin(first) and count < limit:  # nobody else gets the token
        response = get_session().get(address, params=params, headers=headers, timeout=TIMEOUT_S, follow_redirects=True)
        hf_raise_for_status(response)
        page = response.json()[: limit - count]
        yield from page
        count += len(page)
        following = response.links.get("next", {}).get("url")
        if not page or not following:
            return
        address, params = urljoin(address, following), None  # it holds them itself


def look(repository: str) -> Repository:
    """One repository with its files and its card. Raises DownloadError."""
    with explained(repository):
        info = _api().model_info(repository, files_metadata=True, timeout=TIMEOUT_S)
        files = tuple(RemoteFile(each.rfilename, each.size or 0) for each in info.siblings or ())
        card = hub_answers.card_text(_small_file(info, "README.md"))
        info.config = {**(info.config or {}), **hub_answers.config_of(_small_file(info, "config.json"))}
    return Repository(hub_answers.found(info), info.sha or "", files, card)


def newest(repository: str, revision: str) -> dict[str, str]:
    """The commit that a branch or tag (empty: the main one) stands at now, and its day. Raises DownloadError."""
    with explained(repository):
        info = _api().model_info(repository, revision=revision or None, timeout=TIMEOUT_S)
        if not info.sha:
            raise ValueError("no commit")
    return {"commit": info.sha, "updated": hub_answers.day(info.last_modified)}


def main() -> int:
    """See the module."""
    question = json.load(sys.stdin)
    try:
        answer = _answer(question)
    except Exception as error:
        sys.stdout.write(json.dumps({"error": dataclasses.asdict(error_info(error))}))
        return 1
    sys.stdout.write(json.dumps({"answer": answer}))
    return 0


def _answer(question: dict[str, Any]) -> object:
    match question["ask"]:
        case "search":
            return [dataclasses.asdict(found) for found in search(Query(**question["query"]))]
        case "look":
            return dataclasses.asdict(look(question["repository"]))
        case _:
            return newest(question["repository"], question["revision"])


def _api() -> Any:
    from huggingface_hub import HfApi

    return HfApi(endpoint=os.environ.get("HF_ENDPOINT"), library_name="llmdesk")


def _small_file(info: Any, name: str) -> bytes:
    """The beginning of a file; nothing if there is none, or where it is for those only who gave their consent."""
    from huggingface_hub import hf_hub_url
    from huggingface_hub.errors import GatedRepoError
    from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status

    if all(each.rfilename != name for each in info.siblings or ()):
        return b""
    url = hf_hub_url(info.id, name, revision=info.sha, endpoint=os.environ.get("HF_ENDPOINT"))
    headers = build_hf_headers(library_name="llmdesk")
    data = b""
    try:
        with get_session().stream("GET", url, headers=headers, timeout=TIMEOUT_S, follow_redirects=True) as response:
            hf_raise_for_status(response)
            for piece in response.iter_bytes():
                data += piece
                if len(data) > _MOST_BYTES:
                    break
    except GatedRepoError:
        return b""
    return data[:_MOST_BYTES]


if __name__ == "__main__":
    sys.exit(main())
