"""Calls that are no JSON: Qwen3-Coder's and GLM's tags, and Python, which Gemma writes (pure). See call_readers.py."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

from llmdesk.engine.generation.tools.calls import Calls, Progress, loaded

_FENCE = "```"
_FUNCTION = re.compile(r"<function=([^<>\s]+)>")
_PARAMETER = re.compile(r"<parameter=([^<>]+)>")
_TAGS = ("<function=", "<parameter=", "</function>")
_END_OF_VALUE = "</parameter>"
_KEY, _END_OF_KEY, _VALUE, _END_OF_PAIR_VALUE = "<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>"
_END_OF_PAIRS = "</tool_call>"
_LONGEST_TAG = 200
_MOST_STEPS = 8  # of one schema into the next


class TagReader:
    """Qwen3-Coder's ``<function=name> <parameter=key> value </parameter> </function>``.

    A parameter is told when it is whole: its schema says whether its text is a string.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._name = self._key = self._held = ""
        self._count = 0

    def take(self, letter: str) -> Progress:
        """See Reader."""
        self._held += letter
        if self._key:
            if self._held.endswith(_END_OF_VALUE):
                self._take_value(self._held.removesuffix(_END_OF_VALUE))
            return "more"
        self._held = self._held.lstrip()
        return self._tag() if self._held else "more"

    def _tag(self) -> Progress:
        held = self._held
        if not held.endswith(">"):
            is_begun = any(tag.startswith(held) or held.startswith(tag) for tag in _TAGS)
            return "more" if is_begun and len(held) <= _LONGEST_TAG else "broken"
        self._held = ""
        if self._name and held == "</function>":
            self._calls.add("}" if self._count else "{}")
            self._calls.end()
            return "done"
        if not self._name and (match := _FUNCTION.fullmatch(held)) and match[1] in self._calls.schemas:
            self._name = match[1]
            self._calls.begin(self._name)
            return "more"
        if self._name and (match := _PARAMETER.fullmatch(held)):
            self._key = match[1]
            return "more"
        return "broken"

    def _take_value(self, text: str) -> None:
        text = text.removeprefix("\n").removesuffix("\n")
        self._calls.add(_argument(self._calls, self._name, self._key, text, self._count))
        self._count += 1
        self._key = self._held = ""


def _argument(calls: Calls, tool: str, key: str, text: str, number: int) -> str:
    """An argument as a piece of JSON: what its schema calls a string stands there as it is, and all else is JSON.

    What may be a string among others is one wherever it is no null; where calls are enforced, it is written in quotes.
    """
    schema = calls.schemas[tool]
    wanted = (schema.get("properties") or {}).get(key)
    value: Any = text
    if not isinstance(wanted, dict) or wanted.get("type") != "string":
        kinds, value = _kinds(wanted, schema, set()), loaded(text, text)
        is_null = value is None and "null" in kinds
        value = text if "string" in kinds and not isinstance(value, str) and not is_null else value
    before = ", " if number else "{"
    return f"{before}{json.dumps(key)}: {_dumped(value, text)}"


def _kinds(wanted: Any, schema: dict[str, Any], seen: set[str], depth: int = 0) -> set[str]:
    """What a value may be by its schema: also one of several, or one that stands elsewhere in the whole ``schema``.

    Each place there is looked at once (``seen``).
    """
    if not isinstance(wanted, dict) or depth > _MOST_STEPS:
        return set()
    named = wanted.get("type")
    found = {kind for kind in (named if isinstance(named, list) else [named]) if isinstance(kind, str)}
    if isinstance(values := wanted.get("enum"), list) and values and all(isinstance(value, str) for value in values):
        found.add("string")
    choices = [one for key in ("anyOf", "oneOf", "allOf") if isinstance(wanted.get(key), list) for one in wanted[key]]
    path = wanted.get("$ref")
    if isinstance(path, str) and path.startswith("#/") and path not in seen:
        seen.add(path)
        place: Any = schema
        for step in path[2:].split("/"):
            place = place.get(step) if isinstance(place, dict) else None
        choices.append(place)
    return found.union(*(_kinds(one, schema, seen, depth + 1) for one in choices))


def _dumped(value: Any, text: str) -> str:
    """A value, or the text that it was read from where JSON has nothing for it (NaN)."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError):
        return json.dumps(text, ensure_ascii=False)


class PairReader:
    """GLM's ``name <arg_key>key</arg_key> <arg_value>value</arg_value> ... </tool_call>``.

    An argument is told when it is whole. The name may stand alone.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._name = self._key = self._held = ""
        self._step = self._in_name
        self._count = 0

    def take(self, letter: str) -> Progress:
        """See Reader."""
        self._held += letter
        return self._step()

    def _in_name(self) -> Progress:
        name, bracket, _ = self._held.partition("<")
        if not bracket:
            return "more" if len(name) <= _LONGEST_TAG else "broken"
        self._name, self._held, self._step = name.strip(), bracket, self._between
        return "more" if self._name in self._calls.schemas else "broken"

    def _between(self) -> Progress:
        """A tag that begins a key, or the end."""
        self._held = self._held.lstrip()
        if self._held == _KEY:
            self._begin()
            self._held, self._step = "", self._in_key
        elif self._held == _END_OF_PAIRS:
            self._begin()
            self._calls.add("}" if self._count else "{}")
            self._calls.end()
            return "done"
        elif not (_KEY.startswith(self._held) or _END_OF_PAIRS.startswith(self._held)):
            return "broken"
        return "more"

    def _begin(self) -> None:
        if not self._calls.is_open:
            self._calls.begin(self._name)

    def _in_key(self) -> Progress:
        if self._held.endswith(_END_OF_KEY):
            self._key, self._held = self._held.removesuffix(_END_OF_KEY).strip(), ""
            self._step = self._before_value
        return "more" if len(self._held) <= _LONGEST_TAG else "broken"

    def _before_value(self) -> Progress:
        self._held = self._held.lstrip()
        if self._held == _VALUE:
            self._held, self._step = "", self._in_value
        return "more" if _VALUE.startswith(self._held) else "broken"

    def _in_value(self) -> Progress:
        if self._held.endswith(_END_OF_PAIR_VALUE):
            text = self._held.removesuffix(_END_OF_PAIR_VALUE)
            self._calls.add(_argument(self._calls, self._name, self._key, text, self._count))
            self._count += 1
            self._held, self._step = "", self._between
        return "more"


class PythonReader:
    """``name(key="value")`` up to the fence's end, maybe in ``print()``. Literals only: nothing is ever run."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._text = ""

    def take(self, letter: str) -> Progress:
        """See Reader."""
        self._text += letter
        if not self._text.endswith(_FENCE):
            return "more"
        found = _python_calls(self._text.removesuffix(_FENCE))
        if not found or any(name not in self._calls.schemas for name, _ in found):
            return "broken"
        for name, values in found:
            self._calls.begin(name)
            self._calls.add(values)
            self._calls.end()
        return "done"


def _python_calls(text: str) -> list[tuple[str, str]]:
    """Names and arguments (JSON) of the calls that a text of Python consists of; none if it has anything else."""
    found = []
    try:
        for line in ast.parse(text.strip()).body:
            call = line.value if isinstance(line, ast.Expr | ast.Assign) else None
            if isinstance(call, ast.Call) and _name_of(call) == "print" and len(call.args) == 1:
                call = call.args[0]
            if not isinstance(call, ast.Call) or call.args or any(word.arg is None for word in call.keywords):
                return []
            values = {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
            found.append((_name_of(call), json.dumps(values, ensure_ascii=False, allow_nan=False)))
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return []
    return found


def _name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""
