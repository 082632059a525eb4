"""Tools that a model may call, and its calls, as plain, frozen data (standard library only)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tool:
    """A function of the client. ``parameters`` is the JSON Schema of its arguments, as JSON text.

    ``is_strict``: the arguments of every call of it are held to the schema, not only those of a call that must be made.
    """

    name: str
    description: str = ""
    parameters: str = "{}"
    is_strict: bool = False


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A whole call. ``arguments`` are as the model wrote them: JSON, if it made no mistake."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class CallDelta:
    """A piece of the call number ``index`` of an answer: first its name, then its arguments bit by bit."""

    index: int
    name: str = ""
    arguments: str = ""


@dataclass(frozen=True, slots=True)
class ToolUse:
    """What an answer may call.

    ``must_call``: it consists of calls; ``only``: of calls of this tool. Both are enforced token by token.
    ``is_parallel``: there may be several calls in one answer.
    """

    tools: tuple[Tool, ...] = ()
    must_call: bool = False
    only: str = ""
    is_parallel: bool = True

    @property
    def callable(self) -> tuple[Tool, ...]:
        """Those that may be called now."""
        return tuple(tool for tool in self.tools if self.only in ("", tool.name))

    @property
    def is_enforced(self) -> bool:
        """The form of calls is held to a grammar."""
        return self.must_call or any(tool.is_strict for tool in self.tools)
