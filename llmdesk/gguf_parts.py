"""A model in one GGUF file, or in several as llama.cpp's gguf-split makes them: ``NAME-00001-of-00003.gguf``.

The first part holds all values, each holds some of the tensors. Together they read as one head.
"""

from __future__ import annotations

import re
from pathlib import Path

from llmdesk import gguf_header
from llmdesk.errors import ModelDamaged
from llmdesk.gguf_header import GgufHeader
from llmdesk.words import say

_PART = re.compile(r"(?P<stem>.*)-(?P<number>\d{5})-of-(?P<count>\d{5})(?P<ending>\.gguf)", re.DOTALL | re.IGNORECASE)
_MOST_PARTS = 1000


def stem_of(name: str) -> str:
    """A GGUF file's name without number and ending; the same for all parts of a model."""
    match = _PART.fullmatch(name)
    return match["stem"] if match else Path(name).stem


def names_of(name: str) -> tuple[str, ...]:
    """The names of all parts of the model that a file of this name is a part of; only this one if it is whole."""
    match = _PART.fullmatch(name)
    count = int(match["count"]) if match else 1
    if match is None or not 2 <= count <= _MOST_PARTS or not 1 <= int(match["number"]) <= count:
        return (name,)
    return tuple(f"{match['stem']}-{part:05}-of-{match['count']}{match['ending']}" for part in range(1, count + 1))


def files_of(path: Path) -> tuple[Path, ...]:
    """All parts beside a part, in order, whether they are there or not."""
    return tuple(path.with_name(name) for name in names_of(path.name))


def read(path: Path) -> GgufHeader:
    """The head of the model that a file is, or is a part of.

    Raises:
        ModelDamaged: a part is missing, of another model, or not whole.
        UnsupportedModel: see gguf_header.
    """
    files = files_of(path)
    missing = [file.name for file in files if not file.is_file()]
    if len(files) > 1 and missing:
        raise ModelDamaged(
            say(
                "{missing} is missing: {name} is a model in {count} files, of which {count2} are here.",
                missing=", ".join(missing[:3]) + (" ..." if len(missing) > 3 else ""),
                name=path.name,
                count=len(files),
                count2=len(files) - len(missing),
            ),
            say("Put all of them into one folder, under the names that they were published with."),
        )
    heads = [gguf_header.read(file) for file in files]
    for number, head in enumerate(heads):
        _check_part(head, number, len(files))
    values = heads[0].values
    tensors = tuple(tensor for head in heads for tensor in head.tensors)
    if len({tensor.name for tensor in tensors}) != len(tensors):
        raise ModelDamaged(say("{name} and its other parts have two tensors of one name.", name=files[0].name))
    expected = values.get("split.tensors.count", len(tensors))
    if len(files) > 1 and expected != len(tensors):
        raise ModelDamaged(
            say(
                "{name} and its other parts have {count} tensors and should have {expected}.",
                name=files[0].name,
                count=len(tensors),
                expected=expected,
            )
        )
    return GgufHeader(values, tensors, files)


def _check_part(head: GgufHeader, number: int, count: int) -> None:
    """Raises ModelDamaged if a file is another part than its name says, or one that was renamed."""
    of, name = head.values.get("split.count", 1), head.files[0].name
    at = head.values.get("split.no", number)
    if count == 1 and of not in (0, 1):
        raise ModelDamaged(
            say("{name} is one of {count} files of a model, under another name.", name=name, count=of),
            say("Give all of them the names that they were published with (…-00001-of-00003.gguf), in one folder."),
        )
    if count > 1 and (of, at) != (count, number):
        raise ModelDamaged(
            say("{name} does not belong to the parts beside it: it says of itself that it is part {number} of {count}.",
                name=name, number=int(at) + 1 if isinstance(at, int) else at, count=of),
            say("Copy or download all parts of one model into one folder."),
        )  # fmt: skip
