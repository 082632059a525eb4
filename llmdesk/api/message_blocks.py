"""Anthropic's form of chats and answers: lists of blocks (text, thinking, calls of tools and their results)."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import Field, StrictBool

from llmdesk.api.answers import Told, new_call_id
from llmdesk.api.errors import Refusal
from llmdesk.api.requests import (
    MAX_TOOLS,
    CalledFunction,
    ContentPart,
    FunctionDefinition,
    Lenient,
    Listed,
    Message,
    NamedFunction,
    NamedTool,
    PastCall,
    ToolChoice,
    ToolDefinition,
    ToolName,
)
from llmdesk.datatypes.chat import TokenEvent

CALL_PREFIX = "toolu_"
_IGNORED = ("redacted_thinking",)


class ImageSource(Lenient):
    """A picture: ``data`` in base64, of the kind ``media_type``."""

    type: str
    media_type: str = Field(default="", max_length=256)
    data: str = ""


class Block(ContentPart):
    """A block of a turn: text, image (``source``), thinking, tool_use (``id``, ``name``, ``input``) or tool_result
    (``tool_use_id``)."""

    thinking: str | None = None
    id: str = Field(default="", max_length=256)
    name: str = Field(default="", max_length=256)
    input: dict[str, Any] | None = None
    tool_use_id: str = Field(default="", max_length=256)
    content: str | Listed[ContentPart] | None = None
    source: ImageSource | None = None


class Turn(Lenient):
    """One turn; ``content`` is a text or blocks."""

    role: Literal["user", "assistant"]
    content: str | Listed[Block]


class ClientTool(Lenient):
    """A tool of the client's. Tools of Anthropic's servers (web search, ...) are not here."""

    type: str | None = None
    name: ToolName
    description: str | None = None
    input_schema: dict[str, Any] | None = None
    strict: StrictBool | None = None


class Choice(Lenient):
    """``any``: some tool must be called; ``tool``: the one of this name."""

    type: Literal["auto", "any", "tool", "none"]
    name: str | None = None
    disable_parallel_tool_use: StrictBool = False


class Thinking(Lenient):
    """Whether the model may reason first, where its template can be told."""

    type: Literal["enabled", "disabled", "adaptive"]


Tools = Field(default=None, max_length=MAX_TOOLS)


def messages_of(turns: list[Turn]) -> list[Message]:
    """Turns as messages: results of tools are messages of their own, before what the user says besides."""
    found: list[Message] = []
    for number, turn in enumerate(turns):
        if isinstance(turn.content, str):
            found.append(Message(role=turn.role, content=turn.content))
            continue
        blocks = [block for block in turn.content if block.type not in _IGNORED]
        results = [block for block in blocks if block.type == "tool_result"] if turn.role == "user" else []
        found += [Message(role="tool", content=block.content, tool_call_id=block.tool_use_id) for block in results]
        rest = [block for block in blocks if block.type != "tool_result"] if results else blocks
        if rest or not results:
            found.append(_message(turn.role, rest, number))
    return found


def _message(role: Literal["user", "assistant"], blocks: list[Block], number: int) -> Message:
    parts, calls, thoughts = [], [], []
    for index, block in enumerate(blocks):
        if role == "assistant" and block.type == "tool_use":
            if not block.name:
                raise Refusal(400, "A call has a name.", None, f"messages[{number}].content[{index}].name")
            calls.append(PastCall(id=block.id, function=CalledFunction(name=block.name, arguments=block.input or {})))
        elif role == "assistant" and block.type == "thinking":
            thoughts.append(block.thinking or "")
        else:
            parts.append(_part(block))
    return Message(
        role=role, content=list(parts), tool_calls=calls or None, reasoning_content="\n\n".join(thoughts) or None
    )


def _part(block: Block) -> ContentPart:
    if block.type == "image" and block.source is not None and block.source.type == "base64":
        url = f"data:{block.source.media_type};base64,{block.source.data}"
        return ContentPart(type="image_url", image_url=url)
    return ContentPart(type=block.type, text=block.text, refusal=block.refusal)


def tools_of(tools: list[ClientTool]) -> list[ToolDefinition]:
    """Raises Refusal: one of them is of Anthropic's servers."""
    for index, tool in enumerate(tools):
        if tool.type not in (None, "custom"):
            raise Refusal(
                400, "Only tools of your own can be called here.", "unsupported_parameter", f"tools[{index}].type"
            )
    return [
        ToolDefinition(
            function=FunctionDefinition(
                name=tool.name, description=tool.description, parameters=tool.input_schema, strict=tool.strict
            )
        )
        for tool in tools
    ]


def choice_of(choice: Choice | None) -> ToolChoice | None:
    """The same as OpenAI says it. Raises Refusal: the name is missing."""
    if choice is None:
        return None
    if choice.type == "tool":
        if not choice.name:
            raise Refusal(400, "There is no name of the tool.", None, "tool_choice.name")
        return NamedTool(function=NamedFunction(name=choice.name))
    return "required" if choice.type == "any" else choice.type


def blocks_of(answer: Told) -> list[dict[str, Any]]:
    """A whole answer. One that is empty has an empty text."""
    blocks: list[dict[str, Any]] = []
    if answer.reasoning:
        blocks.append({"type": "thinking", "thinking": answer.reasoning, "signature": ""})
    if answer.text or not answer.calls:
        blocks.append({"type": "text", "text": answer.text})
    return blocks + [
        {"type": "tool_use", "id": call.id, "name": call.name, "input": input_of(call.arguments)}
        for call in answer.calls
    ]


def input_of(arguments: str) -> dict[str, Any]:
    """Arguments as an object; those that are none (the model broke off, say) stand in ``raw``."""
    try:
        found = json.loads(arguments)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {"raw": arguments}


class BlockStream:
    """The blocks of a streamed answer: each begins when its first piece comes, and ends before the next one."""

    def __init__(self) -> None:
        self.has_calls = False
        self._index = -1
        self._open = ""

    def of(self, event: TokenEvent) -> list[dict[str, Any]]:
        """The events of one token."""
        found: list[dict[str, Any]] = []
        if event.reasoning:
            found += self._begun("thinking", {"thinking": "", "signature": ""})
            found.append(self._delta({"type": "thinking_delta", "thinking": event.reasoning}))
        if event.text:
            found += self._begun("text", {"text": ""})
            found.append(self._delta({"type": "text_delta", "text": event.text}))
        for call in event.calls:
            self.has_calls = True
            if call.name:
                block = {"id": new_call_id(CALL_PREFIX), "name": call.name, "input": {}}
                found += self._ended() + self._begun("tool_use", block)
            if call.arguments:
                found.append(self._delta({"type": "input_json_delta", "partial_json": call.arguments}))
        return found

    def rest(self) -> list[dict[str, Any]]:
        """The end of the last block. An empty answer has an empty text."""
        return (self._begun("text", {"text": ""}) if self._index < 0 else []) + self._ended()

    def _begun(self, kind: str, block: dict[str, Any]) -> list[dict[str, Any]]:
        if self._open == kind:
            return []
        found = self._ended()
        self._open = kind
        self._index += 1
        begin = {"type": "content_block_start", "index": self._index, "content_block": {"type": kind, **block}}
        return [*found, begin]

    def _ended(self) -> list[dict[str, Any]]:
        was_open, self._open = self._open, ""
        return [{"type": "content_block_stop", "index": self._index}] if was_open else []

    def _delta(self, delta: dict[str, Any]) -> dict[str, Any]:
        return {"type": "content_block_delta", "index": self._index, "delta": delta}
