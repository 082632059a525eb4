"""The part of a GGUF model that sees: a second file beside it, with "mmproj" in its name (any thread; reads heads)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmdesk import gguf_header, gguf_parts
from llmdesk.errors import LlmdeskError
from llmdesk.gguf_header import GgufHeader

log = logging.getLogger(__name__)

_MARK = "mmproj"
_PROJECTORS = frozenset({"idefics3"})  # SmolVLM's too
_PROJECTION = "mm.model.fc.weight"
_TOKENS, _PICTURE_WORD = "tokenizer.ggml.tokens", "<image>"


@dataclass(frozen=True, slots=True)
class Mmproj:
    """One whose pictures are seen here, and its head."""

    path: Path
    header: GgufHeader

    def value(self, key: str, default: Any = None) -> Any:
        """A value of its vision part, by the name after "clip.vision."."""
        return self.header.values.get(f"clip.vision.{key}", default)


def mmproj_of(model: Path) -> Mmproj | None:
    """The one that belongs to a GGUF file: of those in its folder the one whose rows are as wide as the model's.

    None: there is none, or none that is known here; what is damaged is told in the log, for the model goes without.
    """
    try:
        if not (beside := [file for file in model.parent.iterdir() if _is_one(file)]):
            return None
        header = gguf_parts.read(model)
        words = gguf_header.read_arrays(header.files[0], (_TOKENS,)).get(_TOKENS, [])
        if _PICTURE_WORD not in words:  # a model of texts beside one that sees
            return None
        # Of several precisions the plainest: it is read once.
        beside.sort(key=lambda file: (_distance(file, model), -file.stat().st_size, file.name))
    except (LlmdeskError, OSError) as error:
        log.info("what may belong to %s and see is not looked for: %s", model.name, error)
        return None
    width = header.values.get(f"{header.architecture}.embedding_length")
    return next((found for file in beside if (found := _fitting(file, width)) is not None), None)


def _fitting(file: Path, width: object) -> Mmproj | None:
    try:
        header = gguf_header.read(file)
    except (LlmdeskError, OSError) as error:
        log.info("%s cannot be used to see: %s", file.name, error)
        return None
    kind = header.values.get("clip.vision.projector_type", header.values.get("clip.projector_type"))
    rows = next((tensor.shape[0] for tensor in header.tensors if tensor.name == _PROJECTION), None)
    is_one = header.architecture == "clip" and kind in _PROJECTORS and rows is not None and rows == width
    return Mmproj(file, header) if is_one else None


def _is_one(file: Path) -> bool:
    return _MARK in file.name.lower() and file.suffix.lower() == ".gguf" and file.is_file()


def _distance(file: Path, model: Path) -> int:
    """How much of the names is not the same: a folder may hold several models."""
    ours, theirs = (set(path.stem.lower().replace("_", "-").replace(".", "-").split("-")) for path in (file, model))
    return len(theirs - ours)
