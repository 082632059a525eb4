"""From a path that somebody opens to an entry of the catalogue (any thread; reads heads of files)."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

from llmdesk.datatypes.model import ModelSize, ModelSource, ModelSpec, Precision, SourceKind
from llmdesk.errors import UnsupportedModel
from llmdesk.file_errors import advising
from llmdesk.memory_need import sight_bytes
from llmdesk.models import checks, memory, on_disk
from llmdesk.models.checks import Checked
from llmdesk.models.on_disk import OnDisk
from llmdesk.words import printable, say

DAMAGED_HINT = say("Copy or download these files again.")
"""Of files that llmdesk did not fetch: there is nothing to remove, and nowhere to fetch them from."""

_FALLBACK_CONTEXT_TOKENS = 4096
_LONGEST_TITLE = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def find(path: Path) -> OnDisk:
    """The model that a path means.

    Raises:
        UnsupportedModel: there is none, there are several, or one may not look; or models.toml cannot hold its name.
        ModelDamaged: a part of it is missing.
    """
    try:
        with advising(DAMAGED_HINT):
            path = path.expanduser().absolute()
            found = on_disk.find(path.resolve() if ".." in path.parts else path)
        _check_name(found.path)
        return found
    except RuntimeError as error:  # of expanduser: nobody's home is known for ~name
        raise UnsupportedModel(say("There is no {path}.", path=path), say("Give a path that exists.")) from error
    except PermissionError as error:
        place = printable(str(error.filename or path))
        raise UnsupportedModel(
            say("{path} may not be read by you: permission denied.", path=place),
            say("Give yourself the right to read it, or copy the model to a folder of yours."),
        ) from error
    except (OSError, ValueError) as error:  # links in a circle, names that are too long, a zero byte in one
        reason = error.strerror if isinstance(error, OSError) else str(error)
        text = say("{path} cannot be opened: {reason}.", path=_shortened(str(path)), reason=reason)
        raise UnsupportedModel(text, say("Give a folder or a .gguf file that exists.")) from error


def described(found: OnDisk, model_id: str) -> ModelSpec:
    """Its entry. Raises ModelDamaged or UnsupportedModel if it is no whole model that is read here."""
    path = found.path
    with advising(DAMAGED_HINT):
        checked = checks.check(path)
    kind: SourceKind = "folder" if path.is_dir() else "gguf"
    precision: Precision = "int4" if checked.int4 else "int8"
    if checked.purpose == "embeddings":
        precision = "bf16"
    size = memory.size_of(checked)
    return ModelSpec(
        id=model_id,
        title=(found.name.replace("-", " ").strip() or found.name)[:_LONGEST_TITLE],
        source=ModelSource(kind, str(path)),
        precision=precision,
        context_tokens=checked.context_tokens or _FALLBACK_CONTEXT_TOKENS,
        memory_bytes=memory.estimate(size, precision),
        purpose=checked.purpose,
        sees=checked.sees,
        sight_bytes=sight_bytes(size),
        added_by_user=True,
    )


def as_found(spec: ModelSpec, checked: Checked, size: ModelSize) -> ModelSpec:
    """An entry, corrected by what its files say: what it is for, whether it sees, and what that takes."""
    sees = sight_bytes(size)
    if (checked.purpose, checked.sees, sees) == (spec.purpose, spec.sees, spec.sight_bytes):
        return spec
    grown = sees - spec.sight_bytes if spec.memory_bytes and not spec.memory_measured else 0
    memory_bytes = max(0, spec.memory_bytes + grown)
    return replace(spec, purpose=checked.purpose, sees=checked.sees, sight_bytes=sees, memory_bytes=memory_bytes)


def _check_name(path: Path) -> None:
    """Raises UnsupportedModel for what a text file cannot hold or a list cannot show."""
    text = os.fspath(path)
    if printable(text) != text:
        raise UnsupportedModel(
            say("The name of {path} is not valid UTF-8, so models.toml cannot hold it.", path=text),
            say("Rename the file, or the folder that it lies in, then open it again."),
        )
    if _CONTROL.search(text):
        raise UnsupportedModel(
            say("The name of {path} holds characters that control a terminal.", path=ascii(text)),
            say("Rename the file, or the folder that it lies in, then open it again."),
        )


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TITLE else f"{text[:_LONGEST_TITLE]}…"
