"""Writing the user's models.toml: comments and order survive, and the file is never half written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmdesk.datatypes.model import ModelSpec
from llmdesk.errors import CatalogueError
from llmdesk.file_errors import in_words
from llmdesk.models.schema import TABLE
from llmdesk.toml_file import replace_file
from llmdesk.words import say

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_HEAD = "# Your own models. llmdesk adds what you open in the picker; the form is that of the models.toml it ships.\n"


def append(file: Path, spec: ModelSpec) -> None:
    """Add an entry at the end, in place of one with its id. Raises CatalogueError if the file is broken or cannot be
    written; then it is as it was."""
    import tomlkit

    document = _document(file)
    tables = document.get(TABLE)
    if tables is None:
        tables = tomlkit.aot()
        document[TABLE] = tables
    for index in [i for i, table in enumerate(tables) if table.get("id") == spec.id]:
        del tables[index]
    entry = tomlkit.table()
    for key, value in _entry(spec).items():
        entry[key] = value
    tables.append(entry)
    _write(file, document)


def correct(file: Path, spec: ModelSpec) -> None:
    """Let the entry with this id say of its files what is so, if there is one. Raises as ``append`` does."""
    if not file.exists():
        return
    document = _document(file)
    entry = next((table for table in document.get(TABLE, []) if table.get("id") == spec.id), None)
    if entry is None:
        return
    told = _entry(spec)
    for key in ("purpose", "sees", "sight_bytes", "memory_bytes"):
        if key in told:
            entry[key] = told[key]
        elif key in entry:
            del entry[key]
    _write(file, document)


def remove(file: Path, model_id: str) -> bool:
    """Take the entry with this id out. Returns False if there is none. Raises as ``append`` does."""
    if not file.exists():
        return False
    document = _document(file)
    tables = document.get(TABLE, [])
    index = next((i for i, table in enumerate(tables) if table.get("id") == model_id), None)
    if index is None:
        return False
    del tables[index]
    if not tables:
        del document[TABLE]
    _write(file, document)
    return True


def _document(file: Path) -> TOMLDocument:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(file.read_text(encoding="utf-8") if file.exists() else _HEAD)
        tables = document.get(TABLE, [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise ValueError(say("“{table}” must be written as [[{table}]] tables", table=TABLE))
    except (TOMLKitError, ValueError, RecursionError, OSError) as error:
        text = say("{file} is broken, so it was left as it is: {in_words}.", file=file, in_words=in_words(error))
        raise CatalogueError(text, say("Mend it first.")) from error
    return document


def _entry(spec: ModelSpec) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": spec.id, "title": spec.title, "source": spec.source.kind}
    entry["location"] = spec.source.location
    if spec.source.kind == "server":
        entry["served_model"] = spec.source.served_model
        key = {"api_key": spec.source.api_key} if spec.source.api_key else {}
        return entry | key | {"context_tokens": spec.context_tokens}
    entry |= _of_the_hub(spec) if spec.source.kind == "hub" else {}
    purpose = {"purpose": spec.purpose} if spec.purpose != "chat" else {}
    sees = {"sees": True, "sight_bytes": spec.sight_bytes} if spec.sees else {}
    return (
        entry
        | purpose
        | sees
        | {
            "precision": spec.precision,
            "context_tokens": spec.context_tokens,
            "memory_bytes": spec.memory_bytes,
        }
    )


def _of_the_hub(spec: ModelSpec) -> dict[str, Any]:
    known = {"file": spec.source.filename, "licence": spec.licence, "gated": spec.gated}
    return {key: value for key, value in known.items() if value} | {"download_bytes": spec.download_bytes}


def _write(file: Path, document: TOMLDocument) -> None:
    import tomlkit

    try:
        replace_file(file, tomlkit.dumps(document))
    except OSError as error:
        raise CatalogueError(
            say("{file} cannot be written: {reason}.", file=file, reason=error.strerror or error),
            say("Check the rights of its folder, and the disk."),
        ) from error
