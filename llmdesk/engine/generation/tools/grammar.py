"""The grammar (llguidance's form of Lark) of an answer that calls tools, in the way its model writes calls (pure)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from llmdesk.datatypes.tools import Tool, ToolUse
from llmdesk.engine.generation.tools.dialects import (
    CHANNEL,
    CONSTRAIN,
    MESSAGE,
    MESSAGE_END,
    PLAIN,
    START,
    Dialect,
    ReasoningMarks,
    section_gap,
    section_parts,
)

MOST_CALLS = 16
"""In one answer whose calls are enforced: small models do not know when to stop."""

JSON_FORM = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
"""On one line: where any space is allowed, small models write nothing else."""

_OPEN = frozenset(
    {"additionalProperties", "patternProperties", "unevaluatedProperties", "$ref", "allOf", "anyOf", "oneOf"}
)
_SPACES = r"/[ \n]{0,4}/"
_ANY_TEXT = r"/(.|\n)*/"
_CONTROL = re.compile(r"(<\|?/?[a-z_]+\|?>)")
"""What may be a control token within a mark of several."""


def calls_grammar(
    use: ToolUse,
    dialect: Dialect = PLAIN,
    token_of: Callable[[str], int | None] = lambda word: None,
    reasoning: tuple[ReasoningMarks, bool] | None = None,
    json_schema: str = "",
) -> str:
    """What an answer with these tools may be.

    Args:
        use: the tools. If no call must be made, text may come instead, or before them.
        dialect: how calls are written.
        token_of: the id of a mark that is a control token; None: it is text.
        reasoning: the marks around the reasoning that may come first, and whether the prompt has begun it.
        json_schema: what an answer without calls must be; empty: any text.
    """
    return _Grammar(use, dialect, token_of).text(reasoning, json_schema)


class _Grammar:
    def __init__(self, use: ToolUse, dialect: Dialect, token_of: Callable[[str], int | None]) -> None:
        self._use, self._dialect, self._token_of = use, dialect, token_of
        self._opening = dialect.openings[0]
        self._rules: list[str] = []

    def text(self, reasoning: tuple[ReasoningMarks, bool] | None, json_schema: str) -> str:
        if self._dialect.form == "channels":
            answer = self._analysis(reasoning is not None, reasoning is not None and reasoning[1])
        else:
            answer = f"{self._reasoning(reasoning)} answer" if reasoning else "answer"
        self._rules = [f"start: {answer}", *self._rules]
        for index, tool in enumerate(self._use.callable):
            self._rules.append(self._call(index, tool))
        self._rules.append("any_call: " + " | ".join(f"call_{n}" for n in range(len(self._use.callable))))
        if self._dialect.form == "channels":
            self._rules += self._messages(json_schema)
        elif self._use.must_call:
            self._rules.append(f"answer: {self._calls()}")
        elif json_schema:
            if self._dialect.form == "bare":  # two kinds of JSON cannot be told apart by their first letter
                calls = f"{self._mark(self._dialect.openings[1].text)} any_call"
            else:
                calls = self._calls()
            self._rules += [f"answer: ({calls}) | content", f"content: {_json(json.loads(json_schema))}"]
        else:
            self._rules += self._free_answer()
        return "\n".join(self._rules)

    def _reasoning(self, reasoning: tuple[ReasoningMarks, bool]) -> str:
        """The rule that the reasoning is, with what follows its end."""
        marks, is_begun = reasoning
        if not self._mark(marks.closing).startswith("<["):
            self._rules.append(f"thought[suffix={json.dumps(marks.closing)}]: {_ANY_TEXT}")
        else:
            self._rules.append(f"thought: {_ANY_TEXT} {self._mark(marks.closing)}")
        whole = f"thought {_SPACES}"
        return whole if is_begun else f"({self._mark(marks.opening)} {whole})?"

    def _analysis(self, may_be: bool, is_begun: bool) -> str:
        """gpt-oss's reasoning is a message, and the answer is one or two others."""
        marks = (self._mark(MESSAGE_END), self._mark(START))
        if marks[0].startswith("<["):
            self._rules.append(f'thought: {_ANY_TEXT} {marks[0]} {marks[1]} "assistant"')
        else:
            self._rules.append(f"thought[suffix={json.dumps(f'{MESSAGE_END}{START}assistant')}]: {_ANY_TEXT}")
        head = f'{self._mark(CHANNEL)} "analysis" {self._mark(MESSAGE)}'
        if is_begun:
            return "thought answer"
        return f"({head} thought)? answer" if may_be else "answer"

    def _messages(self, json_schema: str) -> list[str]:
        """What gpt-oss says after its reasoning: words in between, and a call; or the answer."""
        channel, message = self._mark(CHANNEL), self._mark(MESSAGE)
        call = f'{channel} "commentary to=functions." any_call'
        if self._use.must_call:
            return [f"answer: {call}"]
        final = f'{channel} "final" {message} content'
        content = f"content: {_json(json.loads(json_schema))}" if json_schema else f"content: {_ANY_TEXT}"
        return [f'answer: ({channel} "commentary" {message} thought)? {call} | {final}', content]

    def _calls(self) -> str:
        """One call, or several."""
        several = self._use.is_parallel and not self._use.only
        opening, closing = self._mark(self._opening.text), self._mark(self._opening.closing)
        match self._dialect.form:
            case "list":
                more = f' (", " any_call){{0,{MOST_CALLS - 1}}}' if several else ""
                return f'{opening} "[" any_call{more} "]" {closing}'
            case "named":
                one, gap = f"{opening} any_call", ""
            case "bare":
                return "any_call"
            case "sections" | "fenced":
                gap = f"{_quoted(section_gap(self._dialect))} " if section_gap(self._dialect) else ""
                more = f" ({gap}any_call){{0,{MOST_CALLS - 1}}}" if several else ""
                return f"{opening} any_call{more} {closing}"
            case "pairs":
                one, gap = f"{opening} any_call", '"\\n" '
            case _:
                one, gap = f'{opening} "\\n" any_call "\\n" {closing}', '"\\n" '
        return f"{one} ({gap}{one}){{0,{MOST_CALLS - 1}}}" if several else one

    def _free_answer(self) -> list[str]:
        """Text in which calls may come. What begins one is followed by one."""
        opening = self._opening
        if opening.is_body:
            return ["answer: any_call | TEXT?", r"TEXT: /[^{](.|\n)*/"]
        if self._token_of(opening.text) is not None:
            return [f"answer: TEXT? ({self._calls()})?", f"TEXT: {_ANY_TEXT}"]
        calls = self._calls().removeprefix(self._mark(opening.text))
        begun = json.dumps(opening.text)
        return [f"answer: (begun {calls})? TEXT?", f"begun[suffix={begun}]: {_ANY_TEXT}", f"TEXT: {_ANY_TEXT}"]

    def _call(self, index: int, tool: Tool) -> str:
        """The rules of one tool's call."""
        is_held = self._use.must_call or tool.is_strict
        schema = arguments_schema(json.loads(tool.parameters)) if is_held else {"type": "object"}
        name = json.dumps(tool.name)
        match self._dialect.form:
            case "named":
                begin, end = f"{_quoted(tool.name)} {self._mark(self._dialect.middle)}", ""
            case "tags":
                return self._tags(index, tool.name, schema if is_held else None)
            case "pairs":
                return self._pairs(index, tool.name, schema if is_held else None)
            case "sections" | "fenced":
                before, after = section_parts(self._dialect, tool.name)
                begin, end = " ".join(map(self._mark, before)), f" {' '.join(map(self._mark, after))}"
            case "channels":
                begin, end = f'{_quoted(f"{tool.name} ")} {self._mark(CONSTRAIN)} "json" {self._mark(MESSAGE)}', ""
            case _:
                key = self._dialect.arguments_key
                begin, end = _quoted(f'{{"name": {name}, "{key}": '), ' "}"'
        return f"call_{index}: {begin} arguments_{index}{end}\narguments_{index}: {_json(schema)}"

    def _tags(self, index: int, name: str, schema: dict[str, Any] | None) -> str:
        """Qwen3-Coder's form: the parameters in the order of the schema, texts as they are; without one anything."""
        begin = _quoted(f"<function={name}>\n")
        if schema is None:
            return f'call_{index}: {begin} body_{index}\nbody_{index}[suffix="</function>"]: {_ANY_TEXT}'
        steps = ((key, f"<parameter={key}>\n", "\n</parameter>") for key in schema.get("properties") or {})
        return self._arguments(index, begin, schema, [(*step, "\n") for step in steps], _quoted("</function>"))

    def _pairs(self, index: int, name: str, schema: dict[str, Any] | None) -> str:
        """GLM's form, likewise."""
        begin, end = _quoted(f"{name}\n"), self._opening.closing
        if schema is None:
            if (mark := self._mark(end)) != _quoted(end):
                return f"call_{index}: {begin} {_ANY_TEXT} {mark}"
            return f"call_{index}: {begin} body_{index}\nbody_{index}[suffix={json.dumps(end)}]: {_ANY_TEXT}"
        keys = schema.get("properties") or {}
        steps = [(key, f"<arg_key>{key}</arg_key>\n<arg_value>", "</arg_value>", "\n") for key in keys]
        return self._arguments(index, begin, schema, steps, self._mark(end))

    def _arguments(
        self, index: int, begin: str, schema: dict[str, Any], steps: list[tuple[str, str, str, str]], end: str
    ) -> str:
        """The rules of a call whose arguments have tags: of each its key, its opening and closing, and what follows."""
        rules, body = [], [begin]
        shared: dict[str, Any] = {key: schema[key] for key in ("$defs", "definitions") if key in schema}
        for number, (key, opening, closing, gap) in enumerate(steps):
            rule = f"value_{index}_{number}"
            step = f"{self._mark(opening)} {rule} {_quoted(gap)}"
            body.append(step if key in schema.get("required", ()) else f"({step})?")
            rules.append(f"{rule}{self._tag_value(schema['properties'][key], shared, closing)}")
        return "\n".join((f"call_{index}: {' '.join(filter(None, (*body, end)))}", *rules))

    def _tag_value(self, wanted: Any, shared: dict[str, Any], closing: str) -> str:
        end = self._mark(closing)
        if isinstance(wanted, dict) and wanted.get("type") == "string":
            if isinstance(choices := wanted.get("enum"), list):
                return f": ({' | '.join(_quoted(str(choice)) for choice in choices)}) {end}"
            if end != _quoted(closing):  # a control token: no text has it
                return f": {_ANY_TEXT} {end}"
            return f"[suffix={json.dumps(closing)}]: {_ANY_TEXT}"
        whole = {**shared, **wanted} if isinstance(wanted, dict) else wanted
        return f": {_json(whole)} {end}"

    def _mark(self, word: str) -> str:
        """A mark as the model writes it: one control token, or some with words between them."""
        if not word or (token := self._token_of(word)) is None:
            pieces = [piece for piece in _CONTROL.split(word) if piece]
            tokens = [self._token_of(piece) for piece in pieces]
            if any(found is not None for found in tokens):
                written = zip(pieces, tokens, strict=True)
                return " ".join(_quoted(piece) if found is None else f"<[{found}]>" for piece, found in written)
            return _quoted(word)
        return f"<[{token}]>"


def arguments_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """A tool's schema as it is enforced. A tool without parameters gets none."""
    found = closed(schema, closes_parts='"allOf"' not in json.dumps(schema))
    if _OPEN.isdisjoint(found) and "properties" not in found:
        found |= {"type": "object", "additionalProperties": False}
    return found


def closed(schema: dict[str, Any], *, closes_parts: bool) -> dict[str, Any]:
    """A schema in which objects have only the properties it names, unless it says otherwise: more would be invented.

    Not where something else has a say about the same object: choices beside properties of its own, and, unless
    ``closes_parts``, what stands under ``$defs``: ``allOf`` may put it together with others.
    """
    close = partial(closed, closes_parts=closes_parts)
    found = dict(schema)
    properties = found.get("properties")
    if isinstance(properties, dict):
        found["properties"] = {k: close(value) if isinstance(value, dict) else value for k, value in properties.items()}
        if _OPEN.isdisjoint(found):
            found = {"type": "object", **found, "additionalProperties": False}
    if isinstance(found.get("items"), dict):
        found["items"] = close(found["items"])
    for key in ("$defs", "definitions") if closes_parts else ():
        if isinstance(parts := found.get(key), dict):
            found[key] = {name: close(part) if isinstance(part, dict) else part for name, part in parts.items()}
    for key in ("anyOf", "oneOf") if not isinstance(properties, dict) else ():
        if isinstance(choices := found.get(key), list):
            found[key] = [close(one) if isinstance(one, dict) else one for one in choices]
    return found


def _json(schema: Any) -> str:
    if schema is True:
        schema = {}
    if isinstance(schema, dict):
        schema = {**schema, "x-guidance": JSON_FORM}
    return f"%json {json.dumps(schema)}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
