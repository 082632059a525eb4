"""Answers with calls as each family writes them, for several tests."""

from __future__ import annotations

from dataclasses import dataclass

from llmdesk.datatypes.tools import Tool, ToolUse
from llmdesk.engine.generation.tools.dialects import DIALECTS

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
    Answer("plain", f"<tool_call>{_PARIS_JSON}</tool_call>", calls=(PARIS,)),
    Answer("plain", f"Look:\n```json\n{_PARIS_JSON}\n```\nDone.", "Look:Done.", (PARIS,)),
    Answer("plain", '```tool_code\nprint(get_weather(city="Paris", days=2))\n```', calls=(PARIS,)),
    Answer("plain", f"```tool_code\n{_CLOCK_JSON}\n```", calls=(("clock", "{}"),)),
    Answer("plain", _PARIS_JSON, calls=(PARIS,)),
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
    Answer("plain", '```json\n{"a": [1, 2]}\n```\nThat was JSON.'),
    Answer("plain", "```tool_code\nimport os\nos.remove('x')\n```"),
    Answer("plain", "```tool_code\nget_weather(city=open('/etc/passwd'))\n```"),
    Answer("plain", f'```json\n{{"text": "{"x" * 3000}"}}\n```'),
)
"""What looks like calls and is none: text, to the last letter."""
