"""A chat template rendered in a process of its own, with limits of time, memory and size (engine thread only).

The process stays: a usual template takes a few tenths of a millisecond longer than in this one. It is started at the
first use and again after it had to be ended.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from llmdesk.errors import LlmdeskError, ModelDamaged, PromptError
from llmdesk.no_console import NO_CONSOLE
from llmdesk.words import say

_WORKER = Path(__file__).with_name("template_worker.py")  # not imported here: jinja2 would delay the window
LIMIT_S = 5.0
_START_LIMIT_S = 30.0
_LIMIT_CHARS = 16_000_000
_POLL_S = 0.02


class RenderCancelled(LlmdeskError):
    """Nobody wants the answer any more."""


class TemplateProcess:
    """Renders one template. ``close`` ends the process; so does the end of this object or of the program."""

    def __init__(self, template: str, limit_s: float = LIMIT_S) -> None:
        self._template, self._limit_s = template, limit_s
        self._process: subprocess.Popen[bytes] | None = None
        self._end: Callable[[], Any] = lambda: None

    def check(self) -> None:
        """Raises ModelDamaged if the template has mistakes that show without a chat."""
        self._ask(None, lambda: False)

    def render(self, values: dict[str, Any], is_cancelled: Callable[[], bool] = lambda: False) -> str:
        """The text that the template makes of these values (plain data).

        Raises:
            PromptError: the template refuses this chat.
            ModelDamaged: it fails, or goes beyond a limit.
            RenderCancelled: ``is_cancelled`` said so, which is asked many times a second.
        """
        return self._ask(values, is_cancelled)

    def close(self) -> None:
        """End the process. Idempotent; the next use starts another."""
        self._end()
        self._process = None

    def _ask(self, values: dict[str, Any] | None, is_cancelled: Callable[[], bool]) -> str:
        process = self._process
        if process is None or process.poll() is not None:
            process = self._start()
            self._exchanged(process, {"limit_s": _START_LIMIT_S}, is_cancelled)  # a busy machine takes its time
        request = {"template": self._template, "values": values, "limit_s": self._limit_s, "limit_chars": _LIMIT_CHARS}
        line = self._exchanged(process, request, is_cancelled)
        try:
            answer = json.loads(line)
        except ValueError:  # it ended in mid-sentence
            self.close()
            raise _broken(say("it takes too much memory or time")) from None
        if (error := answer.get("error")) is None:
            return str(answer["text"])
        if answer["kind"] == "limit":
            self.close()  # what it filled its memory with goes too
        if answer["kind"] == "refusal":
            raise PromptError(
                say("This model's chat template refuses the chat: {error}.", error=error), say("Start a new chat.")
            )
        raise _broken(error)

    def _exchanged(
        self, process: subprocess.Popen[bytes], request: dict[str, Any], is_cancelled: Callable[[], bool]
    ) -> bytes:
        """A line for a line. Another thread waits for it, for a pipe cannot be waited for with a limit everywhere."""
        answers: SimpleQueue[bytes] = SimpleQueue()
        line = json.dumps(request).encode() + b"\n"
        waiting = threading.Thread(target=_exchange, args=(process, line, answers), name="template", daemon=True)
        waiting.start()
        deadline_s = time.monotonic() + request["limit_s"]
        try:
            while True:
                try:
                    return answers.get(timeout=_POLL_S)
                except Empty:
                    if is_cancelled():
                        raise RenderCancelled("The chat was not rendered.", "") from None
                    if time.monotonic() > deadline_s:
                        raise _broken(
                            say("it takes longer than {value:.0f} seconds", value=request["limit_s"])
                        ) from None
        except BaseException:
            self.close()
            raise
        finally:
            waiting.join()

    def _start(self) -> subprocess.Popen[bytes]:
        self.close()
        process = _ahead.pop() if _ahead else _worker()
        self._process, self._end = process, weakref.finalize(self, _end, process)
        return process


_ahead: list[subprocess.Popen[bytes]] = []  # one at most, that no template has yet


@contextlib.contextmanager
def started_ahead() -> Iterator[None]:
    """Have a process begin now, while a model is loaded; the first template that is used within gets it."""
    if not _ahead:
        _ahead.append(_worker())
    try:
        yield
    finally:
        while _ahead:
            _end(_ahead.pop())


def _worker() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", str(_WORKER)]
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=NO_CONSOLE,
        )
    except OSError as error:
        raise LlmdeskError(
            say("The chat template's process cannot be started: {reason}.", reason=error.strerror or error)
        ) from error


def _exchange(process: subprocess.Popen[bytes], request: bytes, answers: SimpleQueue[bytes]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(request)
        process.stdin.flush()
        answers.put(process.stdout.readline())
    except (OSError, ValueError):  # it has ended, or was ended
        answers.put(b"")


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):  # something was left in it
            pipe.close()


def _broken(what: str) -> ModelDamaged:
    return ModelDamaged(say("This model's chat template cannot be used: {reason}.", reason=what.rstrip(".")))
