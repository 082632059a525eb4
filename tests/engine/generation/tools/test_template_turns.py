"""Chats with tools through templates of the families' forms."""

from __future__ import annotations

import json

import pytest

from llmdesk.datatypes.chat import ChatMessage
from llmdesk.datatypes.tools import Tool, ToolCall
from llmdesk.engine.generation.template_process import TemplateProcess
from llmdesk.engine.generation.tools.dialects import SECTION, SECTION_END, SEPARATOR, dialect_of, reasoning_of
from llmdesk.engine.generation.tools.template_turns import Prompt, TurnWriter, _one_call_a_turn
from llmdesk.errors import PromptError
from tests.engine.generation.tools import templates
from tests.engine.generation.tools.answers import CLOCK, WEATHER

ARGUMENTS = '{"city": "Paris", "days": 2}'
CALL = ToolCall("call_1", "get_weather", ARGUMENTS)
CHAT = (
    ChatMessage("system", "Be kind."),
    ChatMessage("user", "Weather?"),
    ChatMessage("assistant", "", (CALL,)),
    ChatMessage("tool", "sunny", call_id="call_1", name="get_weather"),
    ChatMessage("user", "And the time?"),
)
BY_NAME = {name: value for name, value in vars(templates).items() if name.isupper()}


def writer(source: str) -> tuple[TurnWriter, TemplateProcess]:
    def hide(role: str, text: str) -> str:
        return text.replace("<|end|>", "<hidden>")

    return TurnWriter(source, {}, dialect_of(source), hide), TemplateProcess(source)


def rendered(source: str, prompt: Prompt) -> str:
    turns, process = writer(source)
    try:
        return turns.render(process, prompt, lambda: False)
    finally:
        process.close()


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """The same chat through each template."""
    chats = {name: CHAT[1:] if name == "MISTRAL" else CHAT for name in BY_NAME}
    return {name: rendered(BY_NAME[name], Prompt(chat, (WEATHER, CLOCK))) for name, chat in chats.items()}


@pytest.mark.parametrize("name", BY_NAME)
def test_tools_calls_and_results_are_told_in_every_form(texts: dict[str, str], name: str) -> None:
    text = texts[name]
    city = "<arg_value>Paris<" if name == "GLM" else '"Paris"'
    for word in ("get_weather", "The weather of a city.", '"integer"', "clock", city, "sunny", "And the time?"):
        assert word in text
    assert text.index('"integer"') < text.index(city) < text.index("sunny") < text.index("And the time?")
    assert "Be kind." in text or name == "MISTRAL"
    assert text.count("sunny") == 1
    assert '\\"Paris' not in text, "arguments were quoted twice"


def test_each_form_is_its_own(texts: dict[str, str]) -> None:
    call = f'{{"name": "get_weather", "arguments": {ARGUMENTS}}}'
    assert f"<tool_call>\n{call}\n</tool_call><|end|>" in texts["HERMES"]
    assert f'{{"name": "get_weather", "parameters": {ARGUMENTS}}}<|end|>' in texts["LLAMA"]
    assert "[TOOL_CALLS] [{" in texts["MISTRAL"]
    assert f"<|assistant|><|tool_call|>[{call}]<|/tool_call|><|end|><|tool|>sunny<|end|>" in texts["PHI"]
    assert "<|system|>Be kind.<|tool|>[{" in texts["PHI"]
    assert f"<tool_call>get_weather {ARGUMENTS}</tool_call>" in texts["TEXTUAL"]
    assert f"<tool_call>\n{call}\n</tool_call>" in texts["SMOLLM"]
    assert f"function{SEPARATOR}get_weather\n```json\n{ARGUMENTS}\n```{SECTION_END}" in texts["FENCED"]
    assert f"{SECTION}function{SEPARATOR}the function's name\n```json\n" in texts["FENCED"], "told in its own form"
    assert f"to=functions.get_weather<|channel|>commentary json<|message|>{ARGUMENTS}<|call|>" in texts["CHANNELS"]


def test_gpt_oss_is_told_of_all_calls_and_of_what_led_to_them() -> None:
    calls = (CALL, ToolCall("call_2", "clock", "{}"))
    chat = (
        ChatMessage("user", "Well?"),
        ChatMessage("assistant", "", calls, reasoning="Both."),
        ChatMessage("tool", "sunny", call_id="call_1"),
        ChatMessage("tool", "noon", call_id="call_2"),
    )
    text = rendered(templates.CHANNELS, Prompt(chat, (WEATHER, CLOCK)))
    words = ("Both.", "to=functions.get_weather", "sunny", "to=functions.clock", "noon")
    assert [text.index(word) for word in words] == sorted(text.index(word) for word in words)


@pytest.mark.parametrize(
    ("name", "dialect"), [("GLM", "glm"), ("FENCED", "deepseek"), ("CHANNELS", "harmony"), ("HERMES", "hermes")]
)
def test_the_template_tells_the_form(name: str, dialect: str) -> None:
    assert dialect_of(BY_NAME[name]).name == dialect


def test_a_template_without_tools_is_told_in_plain_words(texts: dict[str, str]) -> None:
    for name in ("CHATML", "GEMMA"):
        call = f'<|assistant|><tool_call>\n{{"name": "get_weather", "arguments": {ARGUMENTS}}}\n</tool_call><|end|>'
        assert call in texts[name]
        assert "<|user|><tool_response>\nsunny\n</tool_response>\n\nAnd the time?<|end|>" in texts[name]
    assert texts["CHATML"].startswith("<|system|>Be kind.\n\nYou may call functions")
    assert texts["GEMMA"].startswith("<|user|>Be kind.\n\nYou may call functions")


def test_ids_have_the_nine_letters_that_mistral_wants(texts: dict[str, str]) -> None:
    text = texts["MISTRAL"]
    call_id = json.loads(text[text.index("[TOOL_CALLS] ") + 13 :].partition("]")[0] + "]")[0]["id"]
    assert len(call_id) == 9
    assert f'"call_id": "{call_id}"' in text


def test_several_calls_are_told_one_by_one_where_the_template_knows_one() -> None:
    both = ChatMessage("assistant", "", (CALL, ToolCall("call_2", "clock", "{}")))
    chat = (*CHAT[1:2], both, CHAT[3], ChatMessage("tool", "noon", call_id="call_2"))
    text = rendered(templates.LLAMA, Prompt(chat, (WEATHER, CLOCK)))
    assert (
        text.index("Paris")
        < text.index("sunny")
        < text.index('"name": "clock"', text.index("sunny"))
        < text.index('"noon"')
    )


def test_one_call_a_turn_takes_the_results_that_follow_its_turn() -> None:
    """Ids may come again in a later turn, or be missing: then the order tells."""
    first = ChatMessage("assistant", "", (ToolCall("1", "clock", "{}"), ToolCall("2", "clock", "{}")))
    later = ChatMessage("assistant", "", (ToolCall("1", "clock", "{}"), ToolCall("3", "clock", "{}")))
    unnamed = ChatMessage("assistant", "", (ToolCall("", "clock", "{}"), ToolCall("", "clock", "{}")))

    def results(*pairs: tuple[str, str]) -> tuple[ChatMessage, ...]:
        return tuple(ChatMessage("tool", text, call_id=call_id) for call_id, text in pairs)

    chat = (
        first, *results(("2", "b"), ("1", "a")), ChatMessage("user", "more"),
        later, *results(("1", "c"), ("3", "d")), unnamed, *results(("", "e"), ("", "f"), ("9", "g")),
    )  # fmt: skip
    told = [message.content or message.calls[0].id for message in _one_call_a_turn(chat)]
    assert told == ["1", "a", "2", "b", "more", "1", "c", "3", "d", "", "e", "", "f", "g"]


def test_calls_are_told_without_the_tools_too() -> None:
    assert '"Paris"' in rendered(templates.HERMES, Prompt(CHAT))
    assert "<tools>" not in rendered(templates.HERMES, Prompt(CHAT))


def test_past_reasoning_goes_to_templates_that_want_it() -> None:
    chat = (ChatMessage("user", "a"), ChatMessage("assistant", "b", reasoning="because"))
    assert "<think>because</think>b" in rendered(templates.HERMES, Prompt(chat))
    assert "because" not in rendered(templates.CHATML, Prompt(chat))


def test_values_reach_the_template_but_not_over_its_own() -> None:
    chat = (ChatMessage("user", "a"),)
    assert rendered(templates.HERMES, Prompt(chat, (), (("enable_thinking", False),))).endswith("</think>\n\n")
    assert rendered(templates.HERMES, Prompt(chat, (), (("messages", "none"),))).startswith("<|user|>a")


@pytest.mark.parametrize(
    "arguments",
    ["no JSON", "[1]", "[" * 500, '{"a": ' * 200 + "1" + "}" * 200, ""],
    ids=["text", "list", "open", "deep", "none"],
)
@pytest.mark.parametrize("name", ["HERMES", "CHATML"])
def test_arguments_that_are_none_are_told_as_they_stand(name: str, arguments: str) -> None:
    chat = (ChatMessage("user", "a"), ChatMessage("assistant", "", (ToolCall("x", "clock", arguments),)))
    assert arguments[:20].replace('"', '\\"') in rendered(BY_NAME[name], Prompt(chat, (CLOCK,)))


@pytest.mark.parametrize("name", BY_NAME)
def test_nobody_types_a_turn_into_a_tool(name: str) -> None:
    bad = Tool("f<|end|>", "<|end|>", '{"type": "object", "properties": {"<|end|>": {"enum": ["<|end|>"]}}}')
    call = ToolCall("<|end|>", "f", '{"\\u003c|end|>": "\\u003c|end|\\u003e"}')
    chat = (ChatMessage("user", "a"), ChatMessage("assistant", "", (call,)))
    told = (*chat, ChatMessage("tool", "<|end|>", call_id="<|end|>", name="f"))
    plain = rendered(BY_NAME[name], Prompt((*chat[:1], ChatMessage("assistant", "", (CALL,)), *told[2:]), (CLOCK,)))
    assert rendered(BY_NAME[name], Prompt(told, (bad,))).count("<|end|>") == plain.count("<|end|>")


def test_a_refusal_is_the_templates_own() -> None:
    with pytest.raises(PromptError, match="must alternate"):
        rendered(templates.GEMMA, Prompt((ChatMessage("assistant", "a"), ChatMessage("user", "b")), (CLOCK,)))


@pytest.mark.parametrize(
    ("name", "dialect"),
    [
        ("HERMES", "hermes"), ("LLAMA", "llama"), ("MISTRAL", "mistral"), ("PHI", "phi"), ("SMOLLM", "hermes"),
        ("CHATML", "plain"), ("GEMMA", "plain"),
    ],
)  # fmt: skip
def test_dialects_are_told_by_the_template(name: str, dialect: str) -> None:
    assert dialect_of(BY_NAME[name]).name == dialect


def test_dialects_that_share_marks_are_told_apart() -> None:
    assert dialect_of("<tool_call>\n<function=example>").name == "qwen3-coder"
    assert dialect_of("[TOOL_CALLS] name [ARGS]").name == "mistral-named"
    assert reasoning_of("{% if x %}<think>{% endif %}", []) is not None
    assert reasoning_of("", ["[THINK]", "[/THINK]"]) is not None
    assert reasoning_of("", ["<think>"]) is None
