"""The form of models.toml, and its mistakes in words (file, line, key, what was expected)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from llmdesk import server_keys
from llmdesk.datatypes.model import MOST_CONTEXT_TOKENS, ModelSource, ModelSpec, Precision, Purpose, SourceKind
from llmdesk.errors import CatalogueError
from llmdesk.toml_file import KeyMistake, expectation, line_of, syntax_mistake
from llmdesk.words import say

TABLE = "model"
_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
_LONGEST_ID = 200
_LONGEST_SHOWN = 100
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
_IN_PACKAGE = re.compile(r"[A-Za-z_]\w*/.+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_NON_NEGATIVE = Annotated[int, Field(ge=0, lt=1 << 63)]
_PLAIN = r"^[^\x00-\x1f\x7f]*$"
_TEXT = Annotated[str, Field(min_length=1, max_length=1000, pattern=_PLAIN)]
_PLACE = Annotated[str, Field(min_length=1, max_length=4096, pattern=_PLAIN)]  # as long as Linux lets a path be


class ModelEntry(BaseModel):
    """One ``[[model]]`` table; the head of the shipped models.toml explains each key."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: str
    title: _TEXT
    source: SourceKind
    location: _PLACE
    revision: str = ""
    file: str = ""
    sha256: str = ""
    served_model: str = ""
    api_key: str = ""
    licence: str = ""
    gated: bool = False
    precision: Precision = "int8"
    context_tokens: Annotated[int, Field(ge=16, le=MOST_CONTEXT_TOKENS)] = 4096
    memory_bytes: _NON_NEGATIVE = 0
    memory_measured: bool = False
    download_bytes: _NON_NEGATIVE = 0
    notes: str = ""
    good_for: Annotated[str, Field(max_length=60, pattern=_PLAIN)] = ""
    thinks: bool = False
    tools: bool = False
    purpose: Purpose = "chat"
    sees: bool = False
    sight_bytes: _NON_NEGATIVE = 0

    @field_validator("id")
    @classmethod
    def _id_is_a_safe_name(cls, value: str) -> str:
        # It becomes a folder's name.
        if not _ID.fullmatch(value) or len(value) > _LONGEST_ID:
            raise ValueError(say("small letters, digits, dots and dashes, with a letter or digit first"))
        return value

    @field_validator("sha256")
    @classmethod
    def _sha256_is_one(cls, value: str) -> str:
        if value and not re.fullmatch(r"[0-9a-f]{64}", value):
            raise ValueError(say("64 hexadecimal digits"))
        return value

    @field_validator("file")
    @classmethod
    def _file_stays_inside(cls, value: str) -> str:
        parts = value.removesuffix("/").split("/")
        is_one = value.endswith((".gguf", "/")) and all(parts) and ".." not in parts and not _CONTROL.search(value)
        if value and not is_one:
            raise ValueError(
                say("the name of a .gguf file inside the repository or package, or of its folder with a /")
            )
        return value

    @field_validator("api_key", mode="before")
    @classmethod
    def _no_key_in_the_file(cls, value: object) -> object:
        if value != "" and not (isinstance(value, str) and server_keys.FORM.fullmatch(value)):
            # Shown in the window and in logs, so not with what was found.
            raise KeyMistake(
                "api_key",
                say(
                    'expected "keyring" or "env:NAME" (an environment variable); a key itself is a secret and does not '
                    "belong into this file. Take it out and enter it with `llmdesk models add URL --key`"
                ),
            )
        return value

    @model_validator(mode="after")
    def _source_is_complete(self) -> ModelEntry:
        if self.source == "hub" and not _REPOSITORY.fullmatch(self.location):
            raise KeyMistake(
                "location", say('expected OWNER/NAME for source = "hub", found “{location}”', location=self.location)
            )
        if self.source == "package" and not (self.file and self.revision):
            key = "revision" if self.file else "file"
            raise KeyMistake(key, say('is missing; source = "package" needs `file` and `revision`'))
        if self.source == "package" and not _IN_PACKAGE.fullmatch(self.file):
            raise KeyMistake("file", say("expected PACKAGE/NAME.gguf, found “{file}”", file=self.file))
        if self.source != "package" and self.file.endswith("/"):
            raise KeyMistake("file", say("expected NAME.gguf, found “{file}”", file=self.file))
        if self.source == "server":
            self._check_server()
        elif self.served_model or self.api_key:
            raise KeyMistake("served_model" if self.served_model else "api_key", say('is for source = "server" only'))
        return self

    def _check_server(self) -> None:
        try:
            server_address(self.location)
        except ValueError as error:
            raise KeyMistake("location", say('{error} for source = "server"', error=error.args[0])) from None
        if not self.served_model:
            raise KeyMistake(
                "served_model", say('is missing; source = "server" needs the name that the model has there')
            )

    def spec(self, home: Path, added_by_user: bool) -> ModelSpec:
        """As a ModelSpec; relative paths start at ``home``, the folder of the models.toml."""
        location = self.location
        if self.source in ("folder", "gguf"):
            location = str(home / _expanded(location))
        if self.source == "server":
            location = server_address(location)
        own = self.model_dump(exclude={"source", "location", "revision", "file", "sha256", "served_model", "api_key"})
        source = ModelSource(
            self.source,
            location,
            self.revision,
            self.file,
            self.sha256,
            served_model=self.served_model,
            api_key=self.api_key,
        )
        return ModelSpec(source=source, added_by_user=added_by_user, **own)


def _expanded(location: str) -> Path:
    """With the user's home for ~. Raises KeyMistake for the home of somebody who is not there."""
    try:
        return Path(location).expanduser()
    except RuntimeError:
        raise KeyMistake("location", say("nobody's home is known for “{location}”", location=location)) from None


def server_address(text: str) -> str:
    """An address that an API begins with, without a slash at its end. Raises ValueError (which holds no secret)."""
    url = text.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a broken IPv6 address
        is_whole = False
    if not is_whole or re.search(r"[\s\\]", url):
        raise ValueError(say("expected an address such as http://10.0.0.5:8000/v1"))
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError(say("expected an address without user, password or parameters: keys have places of their own"))
    return url


def parse(text: str, file: Path, *, added_by_user: bool) -> tuple[list[ModelSpec], list[CatalogueError]]:
    """The entries of a models.toml and its mistakes. An entry with a mistake is left out, the others count."""
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, a number of 5,000 digits, a thousand brackets
        hint = say("Mend the line; the shipped models still work.")
        return [], [
            CatalogueError(
                say("{file}, {syntax_mistake}.", file=file, syntax_mistake=syntax_mistake(error, text)), hint
            )
        ]
    problems = [_mistake(file, line_of(text, (key,)), key, say("is unknown here; entries begin with [[model]]"))
                for key in document if key != TABLE]  # fmt: skip
    tables = document.get(TABLE, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        return [], [_mistake(file, line_of(text, (TABLE,)), TABLE, say("must be written as [[model]] tables"))]
    specs: dict[str, ModelSpec] = {}
    for index, table in enumerate(tables):
        try:
            spec = ModelEntry.model_validate(table).spec(file.parent, added_by_user)
        except ValidationError as error:
            problems += _mistakes(error, table, text, index, file)
            continue
        except KeyMistake as error:
            problems.append(_mistake(file, line_of(text, (TABLE, index, error.key)), error.key, error.text))
            continue
        if spec.id in specs:
            problems.append(
                _mistake(
                    file, line_of(text, (TABLE, index, "id")), "id", say("“{id}” is already taken above", id=spec.id)
                )
            )
        else:
            specs[spec.id] = spec
    return list(specs.values()), problems


def _mistakes(
    error: ValidationError, table: Mapping[str, Any], text: str, index: int, file: Path
) -> list[CatalogueError]:
    found = []
    for item in error.errors():
        cause = item.get("ctx", {}).get("error")
        key = cause.key if isinstance(cause, KeyMistake) else str(item["loc"][0])
        found.append(_mistake(file, line_of(text, (TABLE, index, key)), key, _words(item, cause, table)))
    return found


def _words(item: Mapping[str, Any], cause: object, table: Mapping[str, Any]) -> str:
    key = str(item["loc"][0]) if item["loc"] else ""
    if item["type"] == "missing":
        return say("is missing")
    if item["type"] == "extra_forbidden":
        return say("is unknown; the keys are {names}", names=", ".join(ModelEntry.model_fields))
    if isinstance(cause, KeyMistake):
        return cause.text
    found = repr(table.get(key))
    found = found if len(found) <= _LONGEST_SHOWN else f"{found[:_LONGEST_SHOWN]} ..."
    return say("expected {expected}, found {found}", expected=expectation(item), found=found)


def _mistake(file: Path, line: int, key: str, text: str) -> CatalogueError:
    hint = say("Mend the line, or take the entry out; the other models still work.")
    return CatalogueError(
        say("{file}, line {line}, key “{key}”: {text}.", file=file, line=line, key=key, text=text), hint
    )
