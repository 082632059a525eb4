"""What an answer that calls tools may be, letter by letter, for each family; and what is read out of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from llmdesk.datatypes.tools import Tool, ToolUse
from llmdesk.engine.generation.tools.dialects import (
    DIALECTS,
    SECTION,
    SECTION_END,
    SECTIONS_END,
    SEPARATOR,
    Dialect,
    ReasoningMarks,
    reasoning_of,
)
from llmdesk.engine.generation.tools.grammar import arguments_schema, calls_grammar
from llmdesk.engine.generation.tools.harmony import answer_parts
from llmdesk.errors import PromptError
from tests.engine.generation.tools.answers import BEGIN

pytest.importorskip("transformers")
pytest.importorskip("llguidance")
pytestmark = pytest.mark.model

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"$ref": "#/$defs/Days"}},
    "required": ["city"],
    "$defs": {"Days": {"type": "integer"}},
}
TOOLS = (Tool("get_weather", "", json.dumps(SCHEMA)), Tool("clock"))
STRICT = (Tool("get_weather", "", json.dumps(SCHEMA), is_strict=True), Tool("clock"))
THINK = ReasoningMarks("<think>", "</think>")
CONTROL = [
    "[TOOL_CALLS]", "[ARGS]", "<|tool_call|>", "<|/tool_call|>", "<|python_tag|>",
    BEGIN, SECTION, SEPARATOR, SECTION_END, SECTIONS_END,
    "<|start|>", "<|channel|>", "<|message|>", "<|constrain|>", "<|return|>",
]  # fmt: skip

JSON_CALL = '{"name": "get_weather", "arguments": {"city": "Paris", "days": 2}}'
ONE = {
    "tagged": f"<tool_call>\n{JSON_CALL}\n</tool_call>",
    "list": f"OPENING[{JSON_CALL}]CLOSING",
    "named": '[TOOL_CALLS]get_weather[ARGS]{"city": "Paris", "days": 2}',
    "bare": JSON_CALL.replace("arguments", "parameters"),
    "pairs": "<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Paris</arg_value>\n<arg_key>days</arg_key>\n"
    "<arg_value>2</arg_value>\n</tool_call>",
    "sections": f'{BEGIN}{SECTION}get_weather{SEPARATOR}{{"city": "Paris", "days": 2}}{SECTION_END}{SECTIONS_END}',
    "fenced": f"{BEGIN}{SECTION}function{SEPARATOR}get_weather\n```json\n"
    f'{{"city": "Paris", "days": 2}}\n```{SECTION_END}{SECTIONS_END}',
    "channels": "<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>"
    '{"city": "Paris", "days": 2}',
    "tags": "<tool_call>\n<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n<parameter=days>\n2\n"
    "</parameter>\n</function>\n</tool_call>",
}


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A token per byte, and the families' control tokens."""
    from tokenizers import AddedToken
    from transformers import AutoTokenizer

    from tests.engine.tiny_models import save_tokenizer

    folder: Path = tmp_path_factory.mktemp("tokenizer")
    save_tokenizer(folder)
    found = AutoTokenizer.from_pretrained(folder)
    found.add_tokens([AddedToken(word, special=True) for word in CONTROL], special_tokens=True)
    return found


class Judge:
    """Says whether a text is a whole answer, and makes answers of whatever is allowed."""

    def __init__(self, tokenizer: Any, dialect: Dialect) -> None:
        from llmdesk.engine.generation.constraint import Constraints

        self.tokenizer, self.dialect = tokenizer, dialect
        self.is_in_channels = dialect.form == "channels"  # where <|end|> ends no more than a message
        self.end = tokenizer.convert_tokens_to_ids("<|return|>" if self.is_in_channels else "<|end|>")
        self._constraints = Constraints(tokenizer, frozenset({self.end}))
        words = [*CONTROL, "<|end|>"] if self.is_in_channels else CONTROL
        self._special = {word: tokenizer.convert_tokens_to_ids(word) for word in words}

    def said(self, text: str, channel: str = "final") -> str:
        """Words that are no call, as this family says them."""
        return f"<|channel|>{channel}<|message|>{text}" if self.is_in_channels else text

    def said_first(self, text: str, channel: str = "commentary") -> str:
        """The same, and then something else."""
        return f"{self.said(text, channel)}<|end|><|start|>assistant" if self.is_in_channels else text

    def constraint(self, use: ToolUse, **more: Any) -> Any:
        from llmdesk.engine.generation.constraint import lark_grammar

        return self._constraints.make(lark_grammar(calls_grammar(use, self.dialect, self._special.get, **more)))

    def allows(self, use: ToolUse, text: str, **more: Any) -> bool:
        constraint, size = self.constraint(use, **more), len(self.tokenizer)
        for token in [*self.tokenizer.encode(text, add_special_tokens=False), self.end]:
            if not constraint.allowed(size)[token]:
                return False
            if token != self.end:
                constraint.take(token)
        return True


@pytest.fixture(params=DIALECTS, ids=lambda dialect: dialect.name)
def judge(request: pytest.FixtureRequest, tokenizer: Any) -> Judge:
    return Judge(tokenizer, request.param)


def call_of(judge: Judge) -> str:
    opening = judge.dialect.openings[0]
    return ONE[judge.dialect.form].replace("OPENING", opening.text).replace("CLOSING", opening.closing)


def without_city(text: str) -> str:
    return text.replace('"city"', '"town"').replace("=city>", "=town>").replace(">city<", ">town<")


def test_a_call_that_must_be_is(judge: Judge) -> None:
    use, call = ToolUse(TOOLS, must_call=True), call_of(judge)
    assert judge.allows(use, call)
    for text in ("Hello.", "", without_city(call), call.replace("get_weather", "fly"), call.replace("2", '"x"')):
        assert not judge.allows(use, text)


def test_what_is_enforced_is_what_is_read(judge: Judge) -> None:
    parts = answer_parts(judge.dialect, ToolUse(TOOLS, must_call=True))
    parts.feed(call_of(judge))
    parts.rest()
    (call,) = parts.told.calls
    assert (call.name, json.loads(call.arguments)) == ("get_weather", {"city": "Paris", "days": 2})
    assert not parts.told.text


def test_only_the_named_tool(judge: Judge) -> None:
    assert not judge.allows(ToolUse(TOOLS, True, "clock"), call_of(judge))
    assert judge.allows(ToolUse(TOOLS, True, "get_weather"), call_of(judge))


def test_several_calls_or_one(judge: Judge) -> None:
    call = call_of(judge)
    if judge.dialect.form == "list":
        both = call.replace("}}]", f"}}}}, {JSON_CALL}]")
    elif judge.dialect.form in ("sections", "fenced"):
        one = call.removeprefix(BEGIN).removesuffix(SECTIONS_END)
        both = f"{BEGIN}{one}{chr(10) if judge.dialect.form == 'fenced' else ''}{one}{SECTIONS_END}"
    else:
        both = call + ("" if judge.dialect.form == "named" else "\n") + call
    assert judge.allows(ToolUse(TOOLS, True), both) is (judge.dialect.form not in ("bare", "channels"))
    assert not judge.allows(ToolUse(TOOLS, True, is_parallel=False), both)
    assert not judge.allows(ToolUse(TOOLS, True, "get_weather"), both)


def test_reasoning_may_come_first_and_must_end_if_it_has_begun(judge: Judge) -> None:
    use, call = ToolUse(TOOLS, must_call=True), call_of(judge)
    thought = judge.said_first("hm", "analysis") if judge.is_in_channels else "<think>\nhm\n</think>\n\n"
    for text in (call, f"{thought}{call}"):
        assert judge.allows(use, text, reasoning=(THINK, False))
    rest = thought[thought.index("hm") :]
    assert judge.allows(use, f"{rest}{call}", reasoning=(THINK, True))
    assert not judge.allows(use, "<think>hm</think>", reasoning=(THINK, False))


def test_strict_tools_are_held_to_their_schema_in_free_answers(judge: Judge) -> None:
    use, call = ToolUse(STRICT), call_of(judge)
    assert judge.allows(use, judge.said("Just text."))
    assert judge.allows(use, call)
    assert judge.allows(use, f"{judge.said_first('First this. ')}{call}") or judge.dialect.form == "bare"
    assert not judge.allows(use, without_city(call))


def test_json_or_a_call(judge: Judge) -> None:
    schema = json.dumps({"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]})
    call = call_of(judge)
    if judge.dialect.form == "bare":
        call = "<|python_tag|>" + call
    for text, is_allowed in ((judge.said('{"n": 3}'), True), (call, True), ("text", False)):
        assert judge.allows(ToolUse(TOOLS), text, json_schema=schema) is is_allowed


def test_whatever_is_chosen_is_a_call_that_fits(judge: Judge) -> None:
    """Among all that is allowed, tokens are chosen at random: what comes out is read as calls that fit the schema."""
    import random

    chance = random.Random(5)
    kinds = {"kind": {"enum": ["a", "b"]}, "on": {"type": "boolean"}, "n": {"type": "integer", "maximum": 99}}
    schema = {"type": "object", "properties": kinds, "required": ["kind", "on", "n"]}
    use = ToolUse((Tool("set", "", json.dumps(schema)),), must_call=True, is_parallel=False)
    for _ in range(5):
        ids: list[int] = []
        constraint, size = judge.constraint(use), len(judge.tokenizer)
        while len(ids) < 400:
            token = chance.choice([int(i) for i in constraint.allowed(size).nonzero()[0]])
            if token == judge.end:
                break
            ids.append(token)
            constraint.take(token)
        parts = answer_parts(judge.dialect, use)
        parts.feed(judge.tokenizer.decode(ids))
        parts.rest()
        (call,) = parts.told.calls
        values = json.loads(call.arguments)
        assert values["kind"] in ("a", "b")
        assert (type(values["on"]), type(values["n"])) == (bool, int)
        assert not parts.told.text


def test_nothing_is_invented() -> None:
    assert arguments_schema({}) == {"type": "object", "additionalProperties": False}
    inner = {"type": "object", "properties": {"a": {}}}
    closed = arguments_schema({"properties": {"list": {"type": "array", "items": inner}, "any": {"type": "object"}}})
    assert closed["additionalProperties"] is False
    assert closed["properties"]["list"]["items"]["additionalProperties"] is False
    assert closed["properties"]["any"] == {"type": "object"}
    elsewhere = arguments_schema({"properties": {"a": {"anyOf": [inner, {"type": "null"}]}}, "$defs": {"A": inner}})
    assert elsewhere["properties"]["a"]["anyOf"][0]["additionalProperties"] is False
    assert elsewhere["$defs"]["A"]["additionalProperties"] is False
    base = {"properties": {"a": {"allOf": [{"$ref": "#/$defs/A"}, {"properties": {"x": {}}}]}}, "$defs": {"A": inner}}
    assert arguments_schema(base)["$defs"]["A"] == inner, "another part adds properties of its own"
    refined = {
        "properties": {"kind": {}, "x": {}},
        "oneOf": [{"properties": {"kind": {"const": "a"}}, "required": ["x"]}],
    }
    assert arguments_schema(refined)["oneOf"] == refined["oneOf"]
    opened = {"type": "object", "properties": {}, "additionalProperties": True}
    assert arguments_schema(opened) == opened


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"a": {"type": "zzz"}}},
        {"properties": {"a": {"$ref": "#/$defs/missing"}}},
        {"properties": {"a": {"type": "string", "pattern": "(?=a)b"}}},
        {"properties": {"a": {"type": "string", "pattern": "(" * 50}}},
        {"$ref": "file:///etc/passwd"},
    ],
)
def test_a_schema_that_cannot_be_enforced_is_refused(schema: Any) -> None:
    from llmdesk.engine.generation.constraint import check_tools

    with pytest.raises(PromptError, match="cannot be enforced"):
        check_tools(ToolUse((Tool("f", "", json.dumps(schema)),), must_call=True))


def test_marks_of_several_control_tokens_are_held_as_such() -> None:
    """The words between them are text."""
    tokens = {"<|channel|>": 5, "<|message|>": 6, "<|end|>": 7, "<|start|>": 8}
    marks = reasoning_of("<|channel|>analysis<|message|>", ())
    assert marks is not None
    grammar = calls_grammar(ToolUse(TOOLS), token_of=tokens.get, reasoning=(marks, False))
    assert '<[5]> "analysis" <[6]> thought' in grammar
    assert '<[7]> <[8]> "assistant" <[5]> "final" <[6]>' in grammar
