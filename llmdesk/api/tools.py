"""Tools of a client's request, and the calls and results in its chat, as data for the engine (pure)."""

from __future__ import annotations

import json
from typing import Any

from llmdesk.api.errors import Refusal
from llmdesk.api.requests import ChatRequest, Message, NamedTool, PastCall, ToolDefinition
from llmdesk.datatypes.tools import Tool, ToolCall, ToolUse

MAX_DEFINITIONS_BYTES = 256_000
MAX_SCHEMA_DEPTH = 32


def tool_use(request: ChatRequest) -> ToolUse:
    """What may be called. Raises Refusal: the tools contradict each other or the choice, or go beyond a limit."""
    choice = request.tool_choice
    definitions = request.tools or []
    _check_names(definitions)
    tools = tuple(_tool(definition, index) for index, definition in enumerate(definitions))
    if sum(len(tool.description) + len(tool.parameters) for tool in tools) > MAX_DEFINITIONS_BYTES:
        raise Refusal(400, f"The tools may have {MAX_DEFINITIONS_BYTES:,} letters together.", None, "tools")
    only = choice.function.name if isinstance(choice, NamedTool) else ""
    if only and only not in [tool.name for tool in tools]:
        raise Refusal(400, "There is no tool with the name that must be called.", None, "tool_choice.function.name")
    if choice == "required" and not tools:
        raise Refusal(400, "There is no tool that could be called.", None, "tool_choice")
    if choice == "none" or not tools:
        return ToolUse()
    must_call = bool(only) or choice == "required"
    return ToolUse(tools, must_call, only, request.parallel_tool_calls is not False)


def past_calls(message: Message) -> tuple[ToolCall, ...]:
    """The calls in an assistant's turn."""
    return tuple(_past_call(call) for call in message.tool_calls or ())


def _past_call(call: PastCall) -> ToolCall:
    arguments = call.function.arguments
    text = arguments if isinstance(arguments, str) else _json(arguments or {}, "messages")
    return ToolCall(call.id, call.function.name, text)


def _check_names(definitions: list[ToolDefinition]) -> None:
    seen: set[str] = set()
    for index, definition in enumerate(definitions):
        if definition.function.name in seen:
            raise Refusal(400, "There are two tools of this name.", None, f"tools[{index}].function.name")
        seen.add(definition.function.name)


def _tool(definition: ToolDefinition, index: int) -> Tool:
    function, place = definition.function, f"tools[{index}].function.parameters"
    schema = function.parameters or {}
    if schema.get("type", "object") != "object":
        raise Refusal(400, "The arguments of a tool are an object.", None, f"{place}.type")
    if not isinstance(schema.get("properties", {}), dict):
        raise Refusal(400, "The properties of a schema are an object.", None, f"{place}.properties")
    if is_deeper(schema, MAX_SCHEMA_DEPTH):
        raise Refusal(400, f"A schema may be {MAX_SCHEMA_DEPTH} levels deep.", None, place)
    text = _json({"type": "object", "properties": {}} | schema, place)
    return Tool(function.name, function.description or "", text, bool(function.strict))


def _json(value: Any, place: str) -> str:
    """Raises Refusal: there are numbers or characters in it that JSON does not have."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, RecursionError):
        raise Refusal(400, "This cannot be written as JSON.", None, place) from None
    return text


def is_deeper(value: Any, levels: int) -> bool:
    """Objects and lists lie in each other more than so many levels deep."""
    level = [value]
    for _ in range(levels):
        level = [inner for one in level if isinstance(one, dict | list) for inner in _values(one)]
        if not level:
            return False
    return any(isinstance(one, dict | list) for one in level)


def _values(value: dict[str, Any] | list[Any]) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value
