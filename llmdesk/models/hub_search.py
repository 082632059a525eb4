"""Searching the hub and looking at what is there (any thread but the GUI's: waits for the network).

Nothing here is called unless the user has asked for it: there is no look at the hub at a start, and none in between.
"""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
import tempfile
from typing import Any

from llmdesk.datatypes.model import ErrorInfo, ModelSpec
from llmdesk.error_values import from_info
from llmdesk.errors import DownloadError, ModelNotInstalled
from llmdesk.models import hub_access, places
from llmdesk.models.fetch_control import FetchControl
from llmdesk.models.hub_data import Found, Query, RemoteFile, Repository
from llmdesk.models.hub_fetch import COMMIT_FILE
from llmdesk.words import say

_ASK = "llmdesk.models.hub_ask"
_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/([\w.-]+/[\w.-]+)(?:[/?#].*)?")


@dataclasses.dataclass(frozen=True, slots=True)
class Newer:
    """What the hub has of a model now: its commit and the day of it.

    ``is_here_known``: False if nobody has noted which commit the files here are of, so it may be the same.
    """

    commit: str
    updated: str
    is_here_known: bool = True


def search(query: Query, control: FetchControl) -> list[Found]:
    """Repositories whose names hold the words, the most fetched first. The address of one finds that one.

    Raises:
        DownloadError: the hub cannot be reached, or refuses.
        SetupError: the token.
        FetchCancelled: by ``control``.
    """
    words = query.words.strip()
    if match := _ADDRESS.fullmatch(words):
        words = match[1]
    asked = dataclasses.replace(query, words=words)
    answer = _ask({"ask": "search", "query": dataclasses.asdict(asked)}, control)
    return [Found(**each) for each in answer]


def look(repository: str, control: FetchControl) -> Repository:
    """A repository with its files and its card. Raises as ``search`` does."""
    answer = _ask({"ask": "look", "repository": repository}, control)
    files = tuple(RemoteFile(**each) for each in answer["files"])
    return Repository(Found(**answer["found"]), answer["commit"], files, answer["card"])


def newer(spec: ModelSpec, control: FetchControl) -> Newer | None:
    """What the hub has of a fetched model, if that is something else than what is here, or that is not known.

    Raises:
        ModelNotInstalled: it is not here.
        DownloadError: its entry is for one version, or it is not from the hub; and as ``search`` does, with the others.
    """
    if spec.source.kind != "hub":
        raise DownloadError(
            say("{title} is not from the hub.", title=spec.title),
            say("Newer versions are looked for of models from the hub only."),
        )
    if places.locate(spec) is None:
        raise ModelNotInstalled(say("{title} is not on this machine yet.", title=spec.title))
    if places.is_for_one_version(spec.source):
        raise DownloadError(
            say("{title} stays as it is: its entry in models.toml is for one version.", title=spec.title),
            say("Without `revision` and `sha256` in its entry, newer versions are looked for."),
        )
    here = commit_here(spec)
    question = {"ask": "newest", "repository": spec.source.location, "revision": spec.source.revision}
    found = Newer(**_ask(question, control), is_here_known=bool(here))
    return found if found.commit != here else None


def may_become_newer(spec: ModelSpec) -> bool:
    """Whether it makes sense to ask for something newer: it is from the hub, here, and not for one version only."""
    return spec.source.kind == "hub" and not places.is_for_one_version(spec.source) and places.locate(spec) is not None


def commit_here(spec: ModelSpec) -> str:
    """The commit that a model was fetched at; empty if it was not, or not from the hub. Reads a small file."""
    if spec.source.kind != "hub":
        return ""
    try:
        return (places.install_dir(spec) / COMMIT_FILE).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _ask(question: dict[str, Any], control: FetchControl) -> Any:
    environment = hub_access.environment()
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints,
        control.process(
            [sys.executable, "-m", _ASK],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=environment,
        ) as process,
    ):
        text, _ = process.communicate(json.dumps(question))
        control.check()
        try:
            message = json.loads(text)
        except ValueError:
            complaints.seek(0)
            raise DownloadError(
                say("The question to the hub ended unexpectedly."), say("Try again."), complaints.read()
            ) from None
    if "error" in message:
        raise from_info(ErrorInfo(**{**message["error"], "choices": ()}))
    return message["answer"]
