"""What every client script shares: it says what it did, and its exit code says whether all of that worked."""

from __future__ import annotations

import json
import os
import sys
import traceback
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

ROOT_URL = os.environ.get("LLMDESK_URL", "http://127.0.0.1:8765")
"""Of the server, without ``/v1``."""
KEY = os.environ.get("LLMDESK_CLIENT_KEY", "none")
MODEL = os.environ.get("LLMDESK_MODEL", "smollm2-135m")
EMBEDDING_MODEL = os.environ.get("LLMDESK_EMBEDDING_MODEL", MODEL)
QUESTION = "What is the capital of France?"
WEATHER_SCHEMA = {"type": "object", "properties": {"city": {"type": "string", "maxLength": 20}}, "required": ["city"]}
_NOT_THERE = ("not_found", "unsupported_parameter")

Say = Callable[[object], None]


class Checks:
    """The steps of one script."""

    def __init__(self, client: str) -> None:
        self._client = client
        self._failures = 0

    @contextmanager
    def step(self, what: str) -> Iterator[Say]:
        """One thing that is tried. What is said of it is printed with its end."""
        said: list[object] = []
        try:
            yield said.append
        except Exception as error:
            self._failures += 1
            self._tell("FAIL", what, [*said, f"{type(error).__name__}: {error}"])
            traceback.print_exc()
        else:
            self._tell("OK", what, said)

    def has_tools(self) -> bool:
        """Whether the server calls tools; that it does not is told, and is no failure."""
        tool = {"type": "function", "function": {"name": "get_weather", "parameters": WEATHER_SCHEMA}}
        asked = [{"role": "user", "content": QUESTION}]
        return self._has("tools", "/v1/chat/completions", {"messages": asked, "tools": [tool], "max_tokens": 1})

    def has_embeddings(self) -> bool:
        """The same of embeddings."""
        return self._has("embeddings", "/v1/embeddings", {"model": EMBEDDING_MODEL, "input": "rain"})

    def end(self) -> None:
        """Ends the script; 1 if anything failed."""
        sys.exit(min(self._failures, 1))

    def _has(self, what: str, path: str, body: dict[str, Any]) -> bool:
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{ROOT_URL}{path}", json.dumps({"model": MODEL, **body}).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=120):
                return True
        except urllib.error.HTTPError as error:
            refusal = json.loads(error.read())["error"]
        if refusal["code"] in _NOT_THERE:
            self._tell("not there", what, [refusal["message"]])
            return False
        return True  # so that what goes wrong shows

    def _tell(self, end: str, what: str, said: list[object]) -> None:
        words = "; ".join(str(each).replace("\n", " ")[:160] for each in said)
        sys.stdout.write(f"{end:9} {self._client}: {what}{': ' if words else ''}{words}\n")
        sys.stdout.flush()
