"""Rehearsed demos: what is asked of which model, in a TOML file (docs/demos.md). Any thread."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from llmdesk import paths
from llmdesk.datatypes.model import Precision
from llmdesk.errors import ScriptError
from llmdesk.toml_file import line_of, mistake, syntax_mistake
from llmdesk.words import say

Camera = Literal["chat", "dashboard", "both"]
_MOST_BYTES = 1 << 20
_HINT = say("docs/demos.md has the form; `llmdesk demo --list` shows the demos that are there.")


class Step(BaseModel):
    """One step. In this order: camera and caption, another model or precision, a new chat, the prompt, the pause.

    With ``race`` the prompt is run in these precisions of the model instead, and played side by side.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    caption: Annotated[str, Field(max_length=300)] = ""
    camera: Camera | None = None
    model: Annotated[str, Field(max_length=200)] = ""
    precision: Precision | None = None
    new_chat: bool = False
    prompt: Annotated[str, Field(max_length=100_000)] = ""
    race: Annotated[list[Precision], Field(min_length=2, max_length=4, strict=False)] | None = None
    max_tokens: Annotated[int, Field(ge=1, le=100_000)] = 160
    pause_s: Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False, strict=False)] = 1.0


class Script(BaseModel):
    """A demo. Without ``model`` in its steps it is played with the model that is loaded."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    title: Annotated[str, Field(min_length=1, max_length=200)]
    description: Annotated[str, Field(max_length=1000)] = ""
    step: Annotated[list[Step], Field(min_length=1, max_length=500, strict=False)]


def script_of(prompts: tuple[str, ...], max_tokens: int = 160) -> Script:
    """One that asks these."""
    return Script(title="Questions", step=[Step(prompt=prompt, max_tokens=max_tokens) for prompt in prompts])


def shipped_scripts() -> dict[str, Path]:
    """Name -> file of those that come with llmdesk."""
    return {file.stem: file for file in sorted((paths.shipped("assets") / "demos").glob("*.toml"))}


def find_script(name_or_path: str) -> Path:
    """A shipped one by its name, else a file. Raises ScriptError."""
    shipped = shipped_scripts()
    if name_or_path in shipped:
        return shipped[name_or_path]
    path = Path(name_or_path).expanduser()
    if path.is_file():
        return path
    names = ", ".join(shipped)
    raise ScriptError(
        say("There is no demo {name}.", name=name_or_path), say("Give a file or one of: {names}.", names=names)
    )


def read_script(path: Path) -> Script:
    """Read and check one.

    Raises:
        ScriptError: it cannot be read, or has a mistake: file, line, key, and what was expected.
    """
    text = _text_of(path)
    try:
        return Script.model_validate(tomllib.loads(text))
    except ValidationError as error:
        item = error.errors(include_url=False)[0]
        key = tuple(item["loc"])
        name = ".".join(str(step) for step in key)
        wanted = mistake(dict(item))
        line = line_of(text, key)
        message = say("{file}, line {line}, {key}: {wanted}.", file=path, line=line, key=name, wanted=wanted)
        raise ScriptError(message, _HINT) from error
    except (ValueError, RecursionError) as error:
        message = say("{file}, {mistake}.", file=path, mistake=syntax_mistake(error, text))
        raise ScriptError(message, _HINT) from error


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ScriptError(say("{file}: this is too long for a demo.", file=path), _HINT)
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ScriptError(say("{file}: this is not text in UTF-8.", file=path), _HINT) from error
    except OSError as error:
        message = say("{file} cannot be read: {reason}.", file=path, reason=error.strerror or error)
        raise ScriptError(message, _HINT) from error
