"""Chats in the form that a model's template wants them, tools and their calls included (engine thread).

Templates differ in what they know. What one leaves out of a small trial chat is written into the texts instead: the
tools into the system prompt, calls into the assistant's turns, results into the user's.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from llmdesk.datatypes.chat import ChatMessage
from llmdesk.datatypes.tools import Tool, ToolCall
from llmdesk.engine.generation.template_process import TemplateProcess
from llmdesk.engine.generation.tools.dialects import PLAIN, Dialect, written
from llmdesk.engine.generation.tools.turn_parts import TurnParts, unmarked
from llmdesk.errors import ModelDamaged, PromptError

Turn: TypeAlias = dict[str, Any]
"""A message for a template: "role", "content", and what templates know besides."""

Hide: TypeAlias = Callable[[str, str], str]
"""``hide(role, text)``: the text with marks instead of control words."""

Render: TypeAlias = Callable[[dict[str, Any]], str]
"""The template's text of these values."""

Values: TypeAlias = Sequence[tuple[str, str | float | bool | None]]

INSTRUCTIONS = """\
You may call functions to help the user. These are the functions, as JSON:
<tools>
{tools}
</tools>
To call a function, answer with its name and arguments as JSON between these tags, and wait for its result:
{example}"""
_EXAMPLE = (("the function's name", {"an argument": "its value"}),)

_RESULT = "<tool_response>\n{result}\n</tool_response>"
_MISTRAL_ID = re.compile(r"[A-Za-z0-9]{9}")
_MAX_DEPTH = 64
_TRIAL_TOOL = Tool("trial_tool", "A trial.", '{"type": "object", "properties": {"trial_key": {"type": "string"}}}')
_TRIAL_CALL = ToolCall("trial0000", "trial_tool", '{"trial_key": "trial_value"}')
_TRIAL_MISTAKE = re.compile(r"""\\"trial_key|'trial_key'""")
"""Arguments that were quoted twice, or written as Python's data."""
_ASKED = ChatMessage("user", "trial_question")
_CALLED = ChatMessage("assistant", "", (_TRIAL_CALL,))
_ANSWERED = ChatMessage("tool", "trial_result", call_id=_TRIAL_CALL.id, name=_TRIAL_CALL.name)


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a template writes by itself.

    ``tools``: given as a value, as Phi-4's text in the system's turn, or not at all.
    """

    tools: Literal["value", "system", ""] = ""
    calls: bool = False
    results: bool = False
    arguments_as_text: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is to be rendered: the told turns, the tools, and further values for the template."""

    messages: Sequence[ChatMessage]
    tools: Sequence[Tool] = ()
    values: Values = ()

    @property
    def is_plain(self) -> bool:
        """It has nothing to do with tools."""
        return not self.tools and not any(m.calls or m.role == "tool" for m in self.messages)


class TurnWriter:
    """Renders chats by one template.

    Args:
        source: the template's text; empty for a model without one.
        special: the names of special tokens, which templates use.
        dialect: how the model writes calls.
        hide: see Hide.
    """

    def __init__(self, source: str, special: Mapping[str, Any], dialect: Dialect, hide: Hide) -> None:
        self._source, self._special = source, dict(special)
        self._dialect, self._hide = dialect, hide
        self._abilities: Abilities | None = None
        self._parts = TurnParts(source, special)

    def plain_turns(self, prompt: Prompt) -> list[Turn]:
        """The chat where there is no template: all in texts."""
        return self._turns(prompt, Abilities())

    def render(self, template: TemplateProcess, prompt: Prompt, is_cancelled: Callable[[], bool]) -> str:
        """The text up to where the answer begins. Raises as TemplateProcess.render."""

        def render(values: dict[str, Any]) -> str:
            return template.render(values, is_cancelled)

        if prompt.is_plain:
            return self._rendered(self._turns(prompt, Abilities()), (), prompt.values, render)
        abilities = self._abilities = self._abilities or self._tried(render)
        if self._dialect.form == "channels":  # its template passes over further calls of a turn in silence
            prompt = replace(prompt, messages=tuple(_one_call_a_turn(prompt.messages)))
        try:
            return self._with_tools(prompt, abilities, render)
        except PromptError:  # Llama's template knows one call a turn
            if not any(len(message.calls) > 1 for message in prompt.messages):
                raise
            prompt = replace(prompt, messages=tuple(_one_call_a_turn(prompt.messages)))
            return self._with_tools(prompt, abilities, render)

    def _with_tools(self, prompt: Prompt, abilities: Abilities, render: Render) -> str:
        tools = prompt.tools if abilities.tools == "value" else ()
        return self._rendered(self._turns(prompt, abilities), tools, prompt.values, render)

    def _rendered(self, turns: list[Turn], tools: Sequence[Tool], values: Values, render: Render) -> str:
        """The template's text. A system prompt that it refuses or leaves out goes into the first turn of the user."""
        told = [self._hidden(definition(tool)) for tool in tools] or None
        fixed = {"tools": told, "documents": None, "add_generation_prompt": True}
        if told and "xml_tools" in self._source:  # SmolLM3's name
            fixed["xml_tools"] = told

        def text_of(messages: list[Turn]) -> str:
            messages = self._parts.of(messages, render)
            return render({**self._special, **dict(values), **fixed, "messages": messages})

        if not turns or turns[0]["role"] != "system" or not (system := turns[0]["content"].strip()):
            return text_of(turns)
        try:
            text = text_of(turns)
        except PromptError:
            return text_of(_without_system(turns))
        return text if system in text else text_of(_without_system(turns))

    def _tried(self, render: Render) -> Abilities:
        """What the template does with a small chat."""

        def text(prompt: Prompt, abilities: Abilities) -> str:
            try:
                return self._with_tools(prompt, abilities, render)
            except (PromptError, ModelDamaged):
                return ""

        tools = (_TRIAL_TOOL,)
        kinds: tuple[Literal["value", "system"], ...] = ("value", "system")
        kind = next((k for k in kinds if _TRIAL_TOOL.name in text(Prompt((_ASKED,), tools), Abilities(k))), None)
        if kind is None:
            return Abilities()
        for results, as_text in ((True, False), (True, True), (False, False), (False, True)):
            tried = Abilities(kind, True, results, as_text)
            found = text(Prompt((_ASKED, _CALLED, _ANSWERED), tools), tried)
            words = ("trial_key", "trial_value", "trial_result")
            if all(word in found for word in words) and not _TRIAL_MISTAKE.search(found):
                return tried
        with_results = Abilities(kind, results=True)
        is_told = "trial_result" in text(Prompt((_ASKED, _CALLED, _ANSWERED), tools), with_results)
        return with_results if is_told else Abilities(kind)

    def _turns(self, prompt: Prompt, abilities: Abilities) -> list[Turn]:
        groups: list[list[Turn]] = []
        for message in prompt.messages:
            turn = self._turn(message, abilities)
            if not (groups and groups[-1][0]["role"] == turn["role"] == "user"):
                groups.append([])
            groups[-1].append(turn)  # results, beside each other or a question, are one turn of the user's
        turns = [group[0] | {"content": "\n\n".join(turn["content"] for turn in group)} for group in groups]
        if prompt.tools and abilities.tools != "value":
            self._add_to_system(turns, prompt.tools, abilities)
        return turns

    def _turn(self, message: ChatMessage, abilities: Abilities) -> Turn:
        content = self._hide(message.role, message.content)
        if message.role == "tool":
            if not abilities.results:
                return {"role": "user", "content": _RESULT.format(result=content)}
            return {"role": "tool", "content": content, "tool_call_id": self._id(message.call_id)} | (
                {"name": message.name} if message.name else {}
            )
        turn: Turn = {"role": message.role, "content": content}
        if message.reasoning and "reasoning_content" in self._source:
            turn["reasoning_content"] = self._hide(message.role, message.reasoning)
        elif message.reasoning and "message.thinking" in self._source and not (message.calls and content):
            turn["thinking"] = self._hide(message.role, message.reasoning)  # gpt-oss takes one of the two
        if message.calls and abilities.calls:
            turn["tool_calls"] = [self._call(call, abilities) for call in message.calls]
        elif message.calls:
            calls = [(self._hidden(call.name), self._hidden(_values_of(call.arguments))) for call in message.calls]
            turn["content"] = "\n".join(filter(None, (content, written(self._dialect, calls))))
        return turn

    def _call(self, call: ToolCall, abilities: Abilities) -> Turn:
        arguments = self._hidden(_values_of(call.arguments))
        if abilities.arguments_as_text and not isinstance(arguments, str):
            arguments = json.dumps(arguments, ensure_ascii=False)
        function = {"name": call.name, "arguments": arguments}
        return {"id": self._id(call.id), "type": "function", "function": function}

    def _id(self, call_id: str) -> str:
        """Mistral's templates refuse ids that do not have nine letters."""
        if "[TOOL_CALLS]" not in self._source or _MISTRAL_ID.fullmatch(call_id):
            return self._hide("tool", call_id)
        return hashlib.sha256(call_id.encode()).hexdigest()[:9]

    def _add_to_system(self, turns: list[Turn], tools: Sequence[Tool], abilities: Abilities) -> None:
        if not turns or turns[0]["role"] != "system":
            turns.insert(0, {"role": "system", "content": ""})
        told = [self._hidden(definition(tool)) for tool in tools]
        if abilities.tools == "system":
            turns[0]["tools"] = json.dumps([one["function"] for one in told], ensure_ascii=False)
        else:
            lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in told)
            is_in_sections = self._dialect.form in ("sections", "fenced")  # which these models know by heart
            example = written(self._dialect if is_in_sections else PLAIN, _EXAMPLE)
            parts = (turns[0]["content"], INSTRUCTIONS.format(tools=lines, example=example))
            turns[0]["content"] = "\n\n".join(filter(None, parts))

    def _hidden(self, value: Any) -> Any:
        """Data of a client with marks instead of control words."""
        if isinstance(value, str):
            return self._hide("tool", unmarked(value))
        if isinstance(value, list):
            return [self._hidden(one) for one in value]
        if isinstance(value, dict):
            return {self._hidden(key): self._hidden(one) for key, one in value.items()}
        return value


def definition(tool: Tool) -> dict[str, Any]:
    """A tool as OpenAI's API and most templates have it."""
    function = {"name": tool.name, "description": tool.description, "parameters": json.loads(tool.parameters)}
    return {"type": "function", "function": function}


def _values_of(arguments: str) -> Any:
    """The arguments as data; as they stand, if they are no JSON or too deep for a template."""
    try:
        found = json.loads(arguments or "{}")
    except (ValueError, RecursionError):
        return arguments
    return found if isinstance(found, dict) and _depth(found) <= _MAX_DEPTH else arguments


def _depth(value: Any) -> int:
    level, depth = [value], 0
    while level and depth <= _MAX_DEPTH:
        depth += 1
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return depth


def _one_call_a_turn(messages: Sequence[ChatMessage]) -> Iterator[ChatMessage]:
    """Each call in a turn of its own, followed by its result.

    That is, of those directly behind the turn (later ones may have the same ids), the one with its id, or the next one
    that has none of theirs.
    """
    rest = deque(messages)
    while rest:
        message = rest.popleft()
        if len(message.calls) < 2:
            yield message
            continue
        results: list[ChatMessage] = []
        while rest and rest[0].role == "tool":
            results.append(rest.popleft())
        ids = {call.id for call in message.calls}
        for index, call in enumerate(message.calls):
            first = message if index == 0 else ChatMessage("assistant", "")
            yield replace(first, calls=(call,))
            by_id = (each for each in results if call.id and each.call_id == call.id)
            in_order = (each for each in results if not each.call_id or each.call_id not in ids)
            if (result := next(by_id, None) or next(in_order, None)) is not None:
                results.remove(result)
                yield result
        yield from results


def _without_system(turns: list[Turn]) -> list[Turn]:
    """The system prompt at the head of what the user says first."""
    system, rest = turns[0]["content"], turns[1:]
    at = next((index for index, turn in enumerate(rest) if turn["role"] == "user"), None)
    if at is None:
        return [{"role": "user", "content": system}, *rest]
    first = {"role": "user", "content": f"{system}\n\n{rest[at]['content']}"}
    return [*rest[:at], first, *rest[at + 1 :]]
