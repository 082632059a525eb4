"""Answers in parts: whatever pieces they come in, the same calls are found, and nothing of their marks is text."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator

import pytest

from llmdesk.datatypes.tools import CallDelta, Tool, ToolUse
from llmdesk.engine.generation.tools.answer_parts import AnswerParts, Piece
from llmdesk.engine.generation.tools.calls import Calls
from llmdesk.engine.generation.tools.dialects import PLAIN, SECTION, SEPARATOR, ReasoningMarks, reasoning_of
from llmdesk.engine.generation.tools.harmony import answer_parts
from llmdesk.engine.generation.tools.tag_readers import _argument
from tests.engine.generation.tools.answers import BY_NAME, CALLS, CLOCK, TEXTS, USE, WEATHER, Answer

THINK = ReasoningMarks("<think>", "</think>")


def read(answer: Answer, pieces: list[str], use: ToolUse = USE) -> Piece:
    """The answer's parts, as they were told piece by piece."""
    parts = answer_parts(BY_NAME[answer.dialect], use, THINK)
    told = [*(parts.feed(piece) for piece in pieces), parts.rest()]
    check_order(told)
    whole = Piece("".join(p.text for p in told), "".join(p.reasoning for p in told), parts.told.calls)
    assert parts.told == whole
    return whole


def check_order(told: list[Piece]) -> None:
    """Each call begins with its name, has it once, and is over when the next one begins."""
    at = -1
    for delta in (delta for piece in told for delta in piece.calls):
        if delta.name:
            assert delta.index == at + 1
            at = delta.index
        assert delta.index == at
        assert delta.name or delta.arguments


def expected(answer: Answer) -> Piece:
    calls = tuple(CallDelta(index, name, values) for index, (name, values) in enumerate(answer.calls))
    return Piece(answer.text, answer.reasoning, calls)


def splits(text: str) -> Iterator[list[str]]:
    """All cuts in two, each letter by itself, and many at random."""
    yield [text]
    yield list(text)
    yield from ([text[:at], text[at:]] for at in range(1, len(text)))
    chance = random.Random(text)
    for _ in range(50):
        cuts = sorted(chance.sample(range(len(text)), min(len(text) - 1, chance.randint(2, 12))))
        yield [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]


@pytest.mark.parametrize("answer", CALLS, ids=lambda a: f"{a.dialect}: {a.raw[:30]!r}")
def test_every_cut_gives_the_same_calls_and_no_mark_is_text(answer: Answer) -> None:
    for pieces in splits(answer.raw):
        assert read(answer, pieces) == expected(answer)


@pytest.mark.parametrize("answer", TEXTS, ids=lambda a: f"{a.dialect}: {a.raw[:30]!r}")
def test_what_is_no_call_is_text_to_the_last_letter(answer: Answer) -> None:
    for pieces in splits(answer.raw) if len(answer.raw) < 500 else [[answer.raw], list(answer.raw)]:
        assert read(answer, pieces) == Piece(answer.raw)


@pytest.mark.parametrize("answer", CALLS, ids=lambda a: f"{a.dialect}: {a.raw[:30]!r}")
def test_an_answer_may_break_off_anywhere(answer: Answer) -> None:
    whole = expected(answer)
    for end in range(len(answer.raw)):
        found = read(answer, [answer.raw[:end]])
        for call, wanted in zip(found.calls, whole.calls, strict=False):
            assert call.name == wanted.name
            assert wanted.arguments.startswith(call.arguments)


def test_arguments_come_bit_by_bit() -> None:
    parts = AnswerParts(BY_NAME["hermes"], USE)
    pieces = ['<tool_call>{"name": "get_', 'weather", "arguments": {"ci', 'ty": "Par', 'is"}}</tool', "_call>"]
    deltas = [list(parts.feed(piece).calls) for piece in pieces]
    assert deltas == [
        [],
        [CallDelta(0, "get_weather"), CallDelta(0, "", '{"ci')],
        [CallDelta(0, "", 'ty": "Par')],
        [CallDelta(0, "", 'is"}')],
        [],
    ]


def test_text_is_told_at_once_but_for_what_may_be_a_mark() -> None:
    parts = AnswerParts(BY_NAME["hermes"], USE)
    assert [parts.feed(piece).text for piece in ("Hello", " world", " <tool", "s> is", " ok")] == [
        "Hello", " world", "", " <tools> is", " ok",
    ]  # fmt: skip


def test_a_call_that_breaks_after_its_name_stays_and_leaks_nothing() -> None:
    raw = '<tool_call>{"name": "get_weather", "arguments": {"city": ]}}</tool_call> Sorry.'
    found = read(Answer("hermes", raw), [raw])
    assert found == Piece("Sorry.", "", (CallDelta(0, "get_weather", '{"city": '),))


def test_one_call_where_there_may_be_one() -> None:
    answer = CALLS[1]
    parts = AnswerParts(BY_NAME["hermes"], ToolUse((WEATHER, CLOCK), is_parallel=False), THINK)
    for letter in answer.raw:
        assert not parts.is_over or not parts.feed(letter)
        parts.feed(letter)
    assert parts.is_over
    assert [call.name for call in parts.told.calls] == ["get_weather"]
    assert parts.rest() == Piece()


def test_only_the_tools_that_may_be_called_are() -> None:
    raw = '<tool_call>{"name": "clock"}</tool_call>'
    assert read(Answer("hermes", raw), [raw], ToolUse(USE.tools, True, "get_weather")) == Piece(raw)
    assert read(Answer("hermes", raw), [raw], ToolUse()) == Piece(raw)


@pytest.mark.parametrize(
    ("raw", "is_open", "text", "reasoning", "tokens"),
    [
        ("<think>\nhm\n</think>\n\nYes.", False, "Yes.", "hm", 13),
        ("hm\n</think>\n\nYes.", True, "Yes.", "hm", 11),
        ("still thinking", True, "", "still thinking", 14),
        ("No <think> here</think>", False, "No <think> here</think>", "", 0),
        (" \n<think></think>Yes.", False, "Yes.", "", 9),
        ("<thin", False, "<thin", "", 0),
    ],
)
def test_reasoning(raw: str, is_open: bool, text: str, reasoning: str, tokens: int) -> None:
    for pieces in splits(raw):
        parts = AnswerParts(PLAIN, ToolUse(), THINK, is_open)
        told = [*(parts.feed(piece) for piece in pieces), parts.rest()]
        assert "".join(piece.text for piece in told) == text
        assert "".join(piece.reasoning for piece in told) == reasoning
        if len(pieces) == len(raw):
            assert parts.reasoning_tokens == tokens


def test_a_long_answer_of_openings_takes_no_time() -> None:
    """Each opening is read again when it turns out to be none; that must not multiply."""
    for raw in ("```json\n{" * 2000, '```json\n{"a": "' * 1000, "<tool_call>" * 2000, "{" * 5000, " \n" * 5000):
        assert read(Answer("plain", raw), [raw]).text == raw


def test_a_head_of_spaces_takes_no_time() -> None:
    """Each of its letters is tried: how spaces may be shared out must not multiply that."""
    for dialect in ("deepseek", "deepseek-3.1"):
        raw = BY_NAME[dialect].openings[0].text + SECTION + "get_weather" + " " * 1900
        begun_s = time.process_time()
        assert read(Answer(dialect, raw), list(raw)) == Piece(raw)
        assert time.process_time() - begun_s < 1


HARMONY = reasoning_of("'<|start|>assistant<|channel|>analysis<|message|>' + m.thinking + '<|end|>'", ())
GEMMA = reasoning_of("'<|channel>thought\\n' + m.reasoning + '\\n<channel|>'", ())
FINAL = "<|channel|>final<|message|>"
CHANNELS = [
    (HARMONY, f"<|channel|>analysis<|message|>So <b>.<|end|><|start|>assistant{FINAL}It is.", "So <b>.", "It is."),
    (HARMONY, f"{FINAL}At once, <|nothing|>.", "", "At once, <|nothing|>."),
    (HARMONY, "<|channel|>analysis<|message|>cut o", "cut o", ""),
    (GEMMA, "<|channel>thought\nSo <channel.\n<channel|>It is.", "So <channel.", "It is."),
    (GEMMA, "It is <channel|>.", "", "It is <channel|>."),
]


@pytest.mark.parametrize(("marks", "raw", "reasoning", "text"), CHANNELS)
def test_reasoning_in_channels_is_told_apart(marks: ReasoningMarks, raw: str, reasoning: str, text: str) -> None:
    """gpt-oss writes the answer as a message of its own, Gemma 4 behind the end of a channel."""
    for pieces in splits(raw):
        parts = AnswerParts(PLAIN, ToolUse(), marks)
        told = [*(parts.feed(piece) for piece in pieces), parts.rest()]
        assert ("".join(p.reasoning for p in told).rstrip(), "".join(p.text for p in told)) == (reasoning, text)


def test_an_answer_in_channels_is_written_as_its_model_does() -> None:
    """For an answer that goes on."""
    assert HARMONY is not None
    assert GEMMA is not None
    harmony = f"<|channel|>analysis<|message|>So.<|end|><|start|>assistant{FINAL}It"
    assert HARMONY.written("So.", "It", is_open=False) == harmony
    assert HARMONY.written("", "It", is_open=False) == f"{FINAL}It"
    assert GEMMA.written("So.", "It", is_open=False) == "<|channel>thought\nSo.\n<channel|>It"
    assert GEMMA.is_closed_in("<|turn>model\n<|channel>thought\n<channel|>")


MESSAGES = [
    ("<|channel|>final<|message|>It <b>is.<|return|>", "", "It <b>is."),
    ("<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>analysis<|message|>b<|end|>"
     "<|start|>assistant<|channel|>final<|message|>c", "a\n\nb", "c"),
    ("<|channel|>commentary to=functions.fly json<|message|>{}<|call|>", "", "{}"),
    ("<|channel|>commentary to=functions.clock json<|message|> no JSON<|call|>", "", " no JSON"),
    ("<|channel|>analysis to=python code<|message|>1+1<|end|>", "1+1", ""),
    ("<|channel|>final<|message|>cut <|en", "", "cut <|en"),
    ("<|channel|>ana", "", ""),
    ("to=functions.clock<|chan", "", "to=functions.clock<|chan"),
    ("to=functions.clock<|channel|>comm", "", ""),
    ("to=2", "", "to=2"),
    ("<|channel|>commentary to=functions.clock<|message|> <b>", "", " <b>"),
    ('{"n": 3}', "", '{"n": 3}'),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "reasoning", "text"), MESSAGES)
def test_messages_for_channels_are_told_apart(raw: str, reasoning: str, text: str) -> None:
    for pieces in splits(raw):
        parts = answer_parts(BY_NAME["harmony"], USE)
        told = [*(parts.feed(piece) for piece in pieces), parts.rest()]
        assert ("".join(p.reasoning for p in told), "".join(p.text for p in told)) == (reasoning, text)
        assert not parts.told.calls


@pytest.mark.parametrize(
    ("kinds", "text", "value"),
    [
        ('"string"', "null", "null"),
        ('["string", "null"]', "null", None),
        ('["string", "null"]', "12", "12"),
        ('["string", "integer"]', "null", "null"),
        ('["integer", "null"]', "12", 12),
        ('"number"', "NaN", "NaN"),
        ('"array"', "[-Infinity]", "[-Infinity]"),
    ],
)
def test_an_argument_is_what_its_schema_says(kinds: str, text: str, value: object) -> None:
    tool = Tool("put", "", f'{{"type": "object", "properties": {{"x": {{"type": {kinds}}}}}}}')
    parts = answer_parts(BY_NAME["glm"], ToolUse((tool,)))
    parts.feed(f"<tool_call>put\n<arg_key>x</arg_key>\n<arg_value>{text}</arg_value>\n</tool_call>")
    (call,) = parts.told.calls
    assert json.loads(call.arguments, parse_constant=pytest.fail) == {"x": value}


def test_a_message_that_was_begun_goes_on() -> None:
    for is_reasoning in (True, False):
        parts = answer_parts(BY_NAME["harmony"], USE, None, is_reasoning, goes_on=True)
        parts.feed(" it is.<|end|><|start|>assistant<|channel|>final<|message|>So")
        assert parts.told == (Piece("So", " it is.") if is_reasoning else Piece(" it is.\n\nSo"))


def test_a_call_is_cut_where_its_answer_is() -> None:
    for dialect, begun in (
        ("harmony", "to=functions.get_weather<|channel|>commentary<|message|>"),
        ("deepseek-3.1", BY_NAME["deepseek"].openings[0].text + SECTION + "get_weather" + SEPARATOR),
    ):
        parts = answer_parts(BY_NAME[dialect], USE)
        parts.feed(f'{begun}{{"city": "Pa')
        parts.rest()
        assert parts.told == Piece(calls=(CallDelta(0, "get_weather", '{"city": "Pa'),))
    parts = answer_parts(BY_NAME["glm"], USE)
    parts.feed("<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Rome</arg_value>\n<arg_key>da")
    assert parts.told.calls == (CallDelta(0, "get_weather", '{"city": "Rome"'),), "told argument by argument"


def test_what_may_be_text_is_text_wherever_its_schema_says_so() -> None:
    """An optional string, as pydantic writes it, and a name for one: "12345" is no number then."""
    schema = {
        "properties": {
            "plain": {"type": "string"},
            "maybe": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "named": {"$ref": "#/$defs/Name"},
            "count": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
            "circle": {"$ref": "#/$defs/Circle"},
            "either": {"enum": ["12345", "2"]},
            "told": {"allOf": [{"$ref": "#/$defs/Name"}], "description": "as older schemas have it"},
        },
        "$defs": {"Name": {"type": "string"}, "Circle": {"anyOf": [{"$ref": "#/$defs/Circle"}] * 300}},
    }
    calls = Calls({"save": schema})
    found = [_argument(calls, "save", key, "12345", 0) for key in schema["properties"]]
    values = [next(iter(json.loads(f"{each}}}").values())) for each in found]
    assert values == ["12345", "12345", "12345", 12345, 12345, "12345", "12345"]
    assert json.loads(_argument(calls, "save", "maybe", "null", 0) + "}") == {"maybe": None}
    # In quotes, as is enforced of all that is not plainly a string.
    for key, expected in (("plain", '"Paris"'), ("maybe", "Paris"), ("either", "Paris")):
        assert json.loads(_argument(calls, "save", key, '"Paris"', 0) + "}") == {key: expected}
