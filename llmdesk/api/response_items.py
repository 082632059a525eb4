"""What chats of ``/v1/responses`` consist of: messages, reasoning, calls of functions and their outputs."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, StrictBool

from llmdesk.api.answers import new_call_id
from llmdesk.api.errors import Refusal
from llmdesk.api.requests import (
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

Status = Literal["in_progress", "completed", "incomplete"]
_PART_KINDS = {"message": "output_text", "reasoning": "reasoning_text"}


class InputItem(Lenient):
    """A message, reasoning, a call of a function, or its output. References to what is stored elsewhere are refused."""

    type: str = "message"
    role: Literal["system", "developer", "user", "assistant"] = "user"
    content: str | Listed[ContentPart] | None = None
    call_id: str = Field(default="", max_length=256)
    name: str = Field(default="", max_length=256)
    arguments: str = ""
    output: str | Listed[ContentPart] = ""


class FunctionTool(Lenient):
    """A tool of the client's, flat."""

    type: str = "function"
    name: ToolName
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: StrictBool | None = None


class NamedFunctionTool(Lenient):
    """The one function that must be called."""

    type: Literal["function"]
    name: str


def messages_of(items: list[InputItem]) -> list[Message]:
    """Items as messages: reasoning and calls are the assistant's. Raises Refusal for items of other kinds."""
    found = []
    for index, item in enumerate(items):
        match item.type:
            case "message":
                found.append(Message(role=item.role, content=item.content))
            case "reasoning":
                parts = item.content if isinstance(item.content, list) else []
                text = "\n\n".join(part.text or "" for part in parts)
                found.append(Message(role="assistant", reasoning_content=text or None))
            case "function_call":
                if not item.name:
                    raise Refusal(400, "A call has a name.", None, f"input[{index}].name")
                call = PastCall(id=item.call_id, function=CalledFunction(name=item.name, arguments=item.arguments))
                found.append(Message(role="assistant", tool_calls=[call]))
            case "function_call_output":
                found.append(Message(role="tool", content=item.output, tool_call_id=item.call_id))
            case _:
                message = "Only messages, reasoning, and calls of functions are read here."
                raise Refusal(400, message, "unsupported_content", f"input[{index}].type")
    return found


def tools_of(tools: list[FunctionTool]) -> list[ToolDefinition]:
    """Raises Refusal: one of them is OpenAI's own (a search, say)."""
    for index, tool in enumerate(tools):
        if tool.type != "function":
            raise Refusal(400, "Only functions can be called here.", "unsupported_parameter", f"tools[{index}].type")
    return [
        ToolDefinition(
            function=FunctionDefinition(
                name=tool.name, description=tool.description, parameters=tool.parameters, strict=tool.strict
            )
        )
        for tool in tools
    ]


def choice_of(choice: Literal["none", "auto", "required"] | NamedFunctionTool | None) -> ToolChoice | None:
    """The same as a chat has it."""
    if isinstance(choice, NamedFunctionTool):
        return NamedTool(function=NamedFunction(name=choice.name))
    return choice


class ItemStream:
    """An answer's items as they come, and the events that tell of them.

    Attributes:
        items: those that have ended.
    """

    def __init__(self, answer_id: str) -> None:
        self.items: list[dict[str, Any]] = []
        self._answer_id = answer_id
        self._open: dict[str, Any] | None = None
        self._text: list[str] = []

    def of(self, event: TokenEvent) -> list[dict[str, Any]]:
        """The events of one token."""
        found: list[dict[str, Any]] = []
        if event.reasoning:
            found += self._begun("reasoning", {"summary": [], "content": []})
            found.append(self._delta("response.reasoning_text.delta", event.reasoning, content_index=0))
        if event.text:
            found += self._begun("message", {"role": "assistant", "content": []})
            found.append(self._delta("response.output_text.delta", event.text, content_index=0, logprobs=[]))
        for call in event.calls:
            if call.name:
                fields = {"call_id": new_call_id(), "name": call.name, "arguments": ""}
                found += self._ended("completed") + self._begun("function_call", fields)
            if call.arguments:
                found.append(self._delta("response.function_call_arguments.delta", call.arguments))
        return found

    def rest(self, status: Status) -> list[dict[str, Any]]:
        """The end of the last item. An empty answer has an empty message."""
        begun = [] if self._open or self.items else self._begun("message", {"role": "assistant", "content": []})
        return begun + self._ended(status)

    def _begun(self, kind: str, fields: dict[str, Any]) -> list[dict[str, Any]]:
        if self._open is not None and self._open["type"] == kind != "function_call":
            return []
        found = self._ended("completed")
        prefix = {"message": "msg", "reasoning": "rs", "function_call": "fc"}[kind]
        item_id = f"{prefix}-{len(self.items)}-{self._answer_id}"
        self._open, self._text = {"id": item_id, "type": kind, "status": "in_progress", **fields}, []
        found.append({"type": "response.output_item.added", "output_index": len(self.items), "item": self._open})
        if kind in _PART_KINDS:
            found.append(self._event("response.content_part.added", content_index=0, part=_part(kind, "")))
        return found

    def _ended(self, status: Status) -> list[dict[str, Any]]:
        if self._open is None:
            return []
        kind, text = self._open["type"], "".join(self._text)
        if kind == "function_call":
            found = [self._event("response.function_call_arguments.done", name=self._open["name"], arguments=text)]
            ended = {**self._open, "arguments": text, "status": status}
        else:
            more: dict[str, Any] = {"logprobs": []} if kind == "message" else {}
            done = f"response.{_PART_KINDS[kind]}.done"
            found = [
                self._event(done, content_index=0, text=text, **more),
                self._event("response.content_part.done", content_index=0, part=_part(kind, text)),
            ]
            ended = {**self._open, "content": [_part(kind, text)], "status": status}
        found.append({"type": "response.output_item.done", "output_index": len(self.items), "item": ended})
        self.items.append(ended)
        self._open = None
        return found

    def _delta(self, kind: str, text: str, **fields: Any) -> dict[str, Any]:
        self._text.append(text)
        return self._event(kind, delta=text, **fields)

    def _event(self, kind: str, **fields: Any) -> dict[str, Any]:
        assert self._open is not None
        return {"type": kind, "item_id": self._open["id"], "output_index": len(self.items), **fields}


def _part(kind: str, text: str) -> dict[str, Any]:
    part: dict[str, Any] = {"type": _PART_KINDS[kind], "text": text}
    return part | ({"annotations": [], "logprobs": []} if kind == "message" else {})
