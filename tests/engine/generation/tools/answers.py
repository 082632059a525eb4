"""Answers with calls as each family writes them, for several tests."""

from __future__ import annotations

from dataclasses import dataclass

from llmdesk.datatypes.tools import Tool, ToolUse
from llmdesk.engine.generation.tools.dialects import DIALECTS, SECTION, SECTION_END, SEPARATOR

WEATHER = Tool(
    "get_weather",
    "The weather of a city.",
    '{"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}, "required": ["city"]}',
)
CLOCK = Tool("clock", "The time.", '{"type": "object", "properties": {}}')
USE = ToolUse((WEATHER, CLOCK))
BY_NAME = {dialect.name: dialect for dialect in DIALECTS}


@dataclass(frozen=True)
class Answer:
    """What a model writes, and what is in it."""

    dialect: str
    raw: str
    text: str = ""
    calls: tuple[tuple[str, str], ...] = ()
    reasoning: str = ""


PARIS = ("get_weather", '{"city": "Paris", "days": 2}')
_PARIS_JSON = '{"name": "get_weather", "arguments": {"city": "Paris", "days": 2}}'
_PARIS_VALUES = PARIS[1]
BEGIN, END = BY_NAME["deepseek"].openings[0].text, BY_NAME["deepseek"].openings[0].closing
HARMONY_CALL = f"<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{_PARIS_VALUES}"
_CLOCK_JSON = '{"name": "clock", "arguments": {}}'

CALLS = (
    Answer("hermes", f"<tool_call>\n{_PARIS_JSON}\n</tool_call>", calls=(PARIS,)),
    Answer(
        "hermes",
        f"Let me see. \n<tool_call>\n{_PARIS_JSON}\n</tool_call>\n<tool_call>{_CLOCK_JSON}</tool_call>\n",
        "Let me see.",
        (PARIS, ("clock", "{}")),
    ),
    Answer(
        "hermes",
        f"<think>\nA <tool_call> is due.\n</think>\n\nOk.<tool_call>{_PARIS_JSON}</tool_call>",
        "Ok.",
        (PARIS,),
        "A <tool_call> is due.",
    ),
    Answer("hermes", '<tool_call>{"arguments": {"city": "a}\\"]b"}, "id": 7, "name": "get_weather"}</tool_call>',
           calls=(("get_weather", '{"city": "a}\\"]b"}'),)),
    Answer("hermes", '<tool_call>{"name": "get_weather", "arguments": "{\\"city\\": \\"Rome\\"}"}</tool_call>',
           calls=(("get_weather", '{"city": "Rome"}'),)),
    Answer("hermes", '<tool_call>{"name": "get_weather", "arguments": {"city": "a\nb"}}</tool_call>',
           calls=(("get_weather", '{"city": "a\\nb"}'),)),
    Answer("hermes", '<tool_call>{"name": "clock"}</tool_call>', calls=(("clock", "{}"),)),
    Answer("llama", '{"name": "get_weather", "parameters": {"city": "Paris", "days": 2}}', calls=(PARIS,)),
    Answer("llama", '<|python_tag|>{"name": "get_weather", "parameters": {"city": "Paris", "days": 2}}; '
           '{"name": "clock", "parameters": {}}', calls=(PARIS, ("clock", "{}"))),
    Answer("mistral", f"[TOOL_CALLS] [{_PARIS_JSON}, {_CLOCK_JSON}]", calls=(PARIS, ("clock", "{}"))),
    Answer("mistral-named", 'Sure. [TOOL_CALLS]get_weather[ARGS]{"city": "Paris", "days": 2}'
           "[TOOL_CALLS]clock[CALL_ID]a1b2c3d4e[ARGS]{}", "Sure.", (PARIS, ("clock", "{}"))),
    Answer("mistral-named", 'Hm.[TOOL_CALLS]get_weather{"city": "Paris", "days": 2}', "Hm.", (PARIS,)),
    Answer("phi", f"<|tool_call|>[{_PARIS_JSON}]<|/tool_call|>", calls=(PARIS,)),
    Answer("phi", f"functools[{_PARIS_JSON},{_CLOCK_JSON}]", calls=(PARIS, ("clock", "{}"))),
    Answer("qwen3-coder", "I look.\n<tool_call>\n<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n"
           "<parameter=days>\n2\n</parameter>\n</function>\n</tool_call>", "I look.", (PARIS,)),
    Answer("qwen3-coder", "<function=clock>\n</function>\n</tool_call>", calls=(("clock", "{}"),)),
    Answer("glm", "I look.\n<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Paris</arg_value>\n"
           "<arg_key>days</arg_key>\n<arg_value>2</arg_value>\n</tool_call>\n<tool_call>clock\n</tool_call>", "I look.",
           (PARIS, ("clock", "{}"))),
    Answer("glm", '<tool_call>get_weather<arg_key>city</arg_key><arg_value>a </b> "c</arg_value></tool_call>',
           calls=(("get_weather", '{"city": "a </b> \\"c"}'),)),
    Answer("deepseek", f"<think>\nHm.\n</think>\n\n{BEGIN}{SECTION}function{SEPARATOR}get_weather\n```json\n"
           f"{_PARIS_VALUES}\n```{SECTION_END}\n{SECTION}function{SEPARATOR}clock\n```json\n{{}}\n```{SECTION_END}{END}",
           calls=(PARIS, ("clock", "{}")), reasoning="Hm."),
    Answer("deepseek-3.1", f"Look.{BEGIN}{SECTION}get_weather{SEPARATOR}{_PARIS_VALUES}{SECTION_END}"
           f"{SECTION}clock{SEPARATOR}{{}}{SECTION_END}{END}", "Look.", (PARIS, ("clock", "{}"))),
    Answer("deepseek-3.1", f"{SECTION}clock{SEPARATOR}{{}}{SECTION_END}", calls=(("clock", "{}"),)),
    Answer("harmony", f"<|channel|>analysis<|message|>So.<|end|><|start|>assistant{HARMONY_CALL}<|call|>",
           calls=(PARIS,), reasoning="So."),
    Answer("harmony", f"<|channel|>commentary<|message|>I look.<|end|><|start|>assistant{HARMONY_CALL}", "I look.",
           (PARIS,)),
    Answer("harmony", "to=functions.clock<|channel|>commentary json<|message|>{}<|call|>", calls=(("clock", "{}"),)),
    Answer("plain", f"<tool_call>{_PARIS_JSON}</tool_call>", calls=(PARIS,)),
    Answer("plain", f"Look:\n```json\n{_PARIS_JSON}\n```\nDone.", "Look:Done.", (PARIS,)),
    Answer("plain", '```tool_code\nprint(get_weather(city="Paris", days=2))\n```', calls=(PARIS,)),
    Answer("plain", f"```tool_code\n{_CLOCK_JSON}\n```", calls=(("clock", "{}"),)),
    Answer("plain", _PARIS_JSON, calls=(PARIS,)),
    Answer("harmony", "<|channel|>commentary to=functions.clock<|message|> <|call|>", calls=(("clock", "{}"),)),
    Answer("harmony", "to=functions.clock<|channel|>commentary<|message|><|call|>", calls=(("clock", "{}"),)),
)  # fmt: skip
"""Calls that are calls."""

TEXTS = (
    Answer("hermes", '<tool_call>{"name": "fly", "arguments": {}}</tool_call> and on'),
    Answer("hermes", "<tool_call>no JSON</tool_call>"),
    Answer("hermes", '<tool_call>{"name": "clock", "argu'),
    Answer("hermes", "a < b, <tool> and <tool_c"),
    Answer("hermes", "  spaces \n stay \n"),
    Answer("llama", '{"name": "Bob", "age": 3}'),
    Answer("llama", "{not JSON}"),
    Answer("mistral", "[TOOL_CALLS] is a word, [TOOL_CALLS][1, 2]"),
    Answer("mistral-named", "[TOOL_CALLS]fly[ARGS]{}"),
    Answer("phi", "My functools are [1, 2]."),
    Answer("qwen3-coder", "<tool_call>\n<function=fly>\n</function>\n</tool_call>"),
    Answer("glm", "<tool_call>fly\n<arg_key>a</arg_key>\n</tool_call> and <tool_call>a word"),
    Answer("deepseek", f"{BEGIN}{SECTION}function{SEPARATOR}fly\n```json\n{{}}\n```{SECTION_END}{END}"),
    Answer("harmony", "Nothing <b>, <|nothing|> or to=functions.clock at all"),
    Answer("plain", '```json\n{"a": [1, 2]}\n```\nThat was JSON.'),
    Answer("plain", "```tool_code\nimport os\nos.remove('x')\n```"),
    Answer("plain", "```tool_code\nget_weather(city=open('/etc/passwd'))\n```"),
    Answer("plain", f'```json\n{{"text": "{"x" * 3000}"}}\n```'),
)
"""What looks like calls and is none: text, to the last letter."""
