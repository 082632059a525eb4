"""Tools and JSON in the OpenAI-compatible protocol: what a server is told of them, and the calls it answers (pure).

Servers differ in how they cut a call into events, and a broken one may send anything: what leaves here has dense
numbers, a name first, and calls one after the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from llmdesk.datatypes.chat import ChatMessage
from llmdesk.datatypes.tools import CallDelta, ToolUse
from llmdesk.engine.generation.constraint import ANY_OBJECT
from llmdesk.engine.generation.tools.json_reader import SPACES, Progress, ValueReader
from llmdesk.errors import ServerError
from llmdesk.words import say, whole_characters

_MOST_CALLS = 128


@dataclass(frozen=True, slots=True)
class CallPiece:
    """What an event says of one call, as it stands there: everything may be missing."""

    index: int | None = None
    call_id: str = ""
    name: str = ""
    arguments: str = ""


def tool_fields(use: ToolUse) -> dict[str, Any]:
    """The fields of a request that offer tools."""
    if not use.tools:
        return {}
    fields: dict[str, Any] = {"tools": [{"type": "function", "function": _function(tool)} for tool in use.tools]}
    if use.only:
        fields["tool_choice"] = {"type": "function", "function": {"name": use.only}}
    elif use.must_call:
        fields["tool_choice"] = "required"
    if not use.is_parallel:  # true is what all servers do, and some know no such field
        fields["parallel_tool_calls"] = False
    return fields


def _function(tool: Any) -> dict[str, Any]:
    found = {"name": tool.name, "description": tool.description, "parameters": json.loads(tool.parameters)}
    return found | {"strict": True} if tool.is_strict else found


def format_fields(schema: str) -> dict[str, Any]:
    """The field that asks for JSON. ``schema``: as SamplingParams has it."""
    if not schema:
        return {}
    if schema == ANY_OBJECT:
        return {"response_format": {"type": "json_object"}}
    wanted = {"name": "answer", "strict": True, "schema": json.loads(schema)}
    return {"response_format": {"type": "json_schema", "json_schema": wanted}}


def message_fields(message: ChatMessage) -> dict[str, Any]:
    """One turn. An assistant's that only calls tools has no content."""
    found: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.calls:
        found["content"] = message.content or None
        found["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.calls
        ]
    if message.role == "tool":
        found["tool_call_id"] = message.call_id
        found |= {"name": message.name} if message.name else {}
    return found


def parse_calls(value: object) -> tuple[CallPiece, ...]:
    """The calls in a delta or a message; what is none is left out. Raises ValueError: arguments that are no JSON."""
    entries = value if isinstance(value, list) else []
    return tuple(_piece(entry) for entry in entries[: _MOST_CALLS + 1] if isinstance(entry, dict))


def _piece(entry: dict[str, Any]) -> CallPiece:
    function = entry.get("function")
    function = function if isinstance(function, dict) else {}
    arguments, index = function.get("arguments"), entry.get("index")
    if isinstance(arguments, dict | list):  # some send them as they are
        try:
            arguments = json.dumps(arguments, ensure_ascii=False, allow_nan=False)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
    is_number = isinstance(index, int) and not isinstance(index, bool)
    return CallPiece(
        index if is_number else None, readable(entry.get("id")), readable(function.get("name")), readable(arguments)
    )


def readable(value: object) -> str:
    """A string that can be written anywhere: half characters (lone surrogates) are replaced."""
    return whole_characters(value) if isinstance(value, str) else ""


def senseless_calls(host: str) -> ServerError:
    """The error for calls that nobody could answer."""
    return ServerError(say("{host} calls a tool in a form that makes no sense.", host=host), say("Ask again."))


class RemoteCalls:
    """The calls of one answer, in the order in which they begin.

    Args:
        host: for errors.
        use: what was offered; without tools nothing is a call.
    """

    def __init__(self, host: str, use: ToolUse) -> None:
        self._host, self._use = host, use
        self._names = {tool.name for tool in use.tools}
        self._last: CallPiece | None = None
        self._value = ValueReader()  # the last call's arguments so far
        self._progress: Progress = "before"
        self._count = 0
        self._numbers: set[int] = set()  # the server's own, of all calls so far
        self.is_over = False
        """There is the one call that may be, and the server begins another."""

    def take(self, pieces: Iterable[CallPiece]) -> tuple[CallDelta, ...]:
        """What an event adds. Raises ServerError: it makes no sense."""
        found: list[CallDelta] = []
        for piece in pieces if self._use.tools else ():
            if self._is_of_an_earlier(piece):
                self._refuse_late(piece)
                continue
            if self._is_new(piece):
                if self._count and not self._use.is_parallel:
                    self.is_over = True
                    break
                found.append(self._begun(piece))
            if piece.arguments:
                self._read(piece.arguments)
                found.append(CallDelta(self._count - 1, "", piece.arguments))
        return tuple(found)

    def _is_of_an_earlier(self, piece: CallPiece) -> bool:
        last = self._last
        is_known = piece.index is not None and piece.index in self._numbers
        return is_known and last is not None and piece.index != last.index

    def _is_new(self, piece: CallPiece) -> bool:
        """By its number, or where that is missing or the same for all by another id with a name, another name, a bare
        name, or its own name once its arguments are whole.
        """
        last = self._last
        if last is None or (piece.index is not None and piece.index != last.index):
            return True
        if not piece.name:  # some send a new id with each piece
            return False
        if piece.name.strip() != last.name.strip() or (piece.index is None and not piece.call_id):
            return True
        if piece.call_id and last.call_id and (piece.index is not None or piece.call_id != last.call_id):
            return piece.call_id != last.call_id
        return self._progress == "done"

    def _read(self, arguments: str) -> None:
        """See whether the last call's arguments are a whole object now ("done")."""
        for letter in arguments:
            if letter in SPACES and self._progress in ("before", "done"):
                continue
            if self._progress == "before":
                self._progress = "more" if letter == "{" else "broken"
            self._progress = self._value.take(letter)[0] if self._progress == "more" else "broken"

    def _begun(self, piece: CallPiece) -> CallDelta:
        name = piece.name.strip()
        if name not in self._names or self._count >= _MOST_CALLS:
            raise senseless_calls(self._host)
        self._last, self._value, self._progress = piece, ValueReader(), "before"
        self._count += 1
        if piece.index is not None:
            self._numbers.add(piece.index)
        return CallDelta(self._count - 1, name)

    def _refuse_late(self, piece: CallPiece) -> None:
        """Nobody could tell these arguments from those of the call that is under way."""
        if piece.arguments:
            raise ServerError(say("{host} mixes up the calls of tools.", host=self._host), say("Ask again."))
