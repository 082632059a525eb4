"""The part of a GGUF model that sees: a second file beside it, with "mmproj" in its name (any thread; reads heads)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmdesk import gguf_header, gguf_parts
from llmdesk.errors import LlmdeskError
from llmdesk.gguf_header import GgufHeader, GgufTensor

log = logging.getLogger(__name__)

_MARK = "mmproj"
_OTHER_WORDS = 2
"""In the name of what belongs to a model: that mark, and how its numbers are held."""
_TOKENS = "tokenizer.ggml.tokens"
_HEARS = ("a.", "mm.a.")
_OF_LAYERS = "gemma4.embedding_length_per_layer_input"
"""What the models of Gemma 4 have in whose texts a picture's parts do not see those behind them."""
_OTHER_LAYERS = "v.deepstack."
"""Of rows that go into later layers, which none of the models below have."""


@dataclass(frozen=True, slots=True)
class Projector:
    """What sees, by llama.cpp's name for it.

    Attributes:
        kind: config.json's name of the whole model.
        writes: GGUF's architectures of what writes.
        projection: the tensor whose rows are as many as the model's are wide.
        word: the token that stands for a picture.
    """

    kind: str
    writes: frozenset[str]
    projection: str
    word: str


PROJECTORS = {
    "idefics3": Projector("smolvlm", frozenset({"llama"}), "mm.model.fc.weight", "<image>"),  # Idefics 3 and SmolVLM
    "qwen3vl_merger": Projector("qwen3_5", frozenset({"qwen35", "qwen35moe"}), "mm.2.weight", "<|image_pad|>"),
    "lfm2": Projector("lfm2_vl", frozenset({"lfm2", "lfm2moe"}), "mm.2.weight", "<image>"),
    "gemma4v": Projector("gemma4", frozenset({"gemma4"}), "mm.input_projection.weight", "<|image|>"),
}


@dataclass(frozen=True, slots=True)
class Mmproj:
    """One whose pictures are seen here, and its head."""

    path: Path
    header: GgufHeader

    @property
    def projector(self) -> Projector:
        """What it is; of other files than ``mmproj_of`` gives it may be none that is known."""
        return PROJECTORS[str(_kind_of(self.header))]

    @property
    def tensors(self) -> tuple[GgufTensor, ...]:
        """Of what sees: some files hold what hears, too."""
        return tuple(each for each in self.header.tensors if not each.name.startswith(_HEARS))

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
        fitting = {
            name: projector
            for name, projector in PROJECTORS.items()
            if header.architecture in projector.writes and projector.word in words and _sees_back_only(header)
        }
        if not fitting:  # a model of texts beside one that sees
            return None
        # Of several precisions the plainest: it is read once.
        beside.sort(key=lambda file: (_distance(file, model), -file.stat().st_size, file.name))
    except (LlmdeskError, OSError) as error:
        log.info("what may belong to %s and see is not looked for: %s", model.name, error)
        return None
    width = header.values.get(f"{header.architecture}.embedding_length")
    return next((found for file in beside if (found := _fitting(file, width, fitting)) is not None), None)


def unread_beside(model: Path) -> tuple[str, str] | None:
    """(name, kind) of what lies beside a GGUF file under its name, or under none, and is not read for it.

    It is for models that ``mmproj_of`` has nothing for.
    """
    try:
        beside = (file for file in model.parent.iterdir() if _is_one(file) and _distance(file, model) <= _OTHER_WORDS)
        file = min(beside, default=None)
        kind = None if file is None else _kind_of(gguf_header.read(file))
    except (LlmdeskError, OSError):
        return None
    return None if file is None else (file.name, str(kind))


def _kind_of(header: GgufHeader) -> object:
    return header.values.get("clip.vision.projector_type", header.values.get("clip.projector_type"))


def _fitting(file: Path, width: object, known: Mapping[str, Projector]) -> Mmproj | None:
    try:
        header = gguf_header.read(file)
    except (LlmdeskError, OSError) as error:
        log.info("%s cannot be used to see: %s", file.name, error)
        return None
    kind = _kind_of(header)
    if header.architecture != "clip" or not isinstance(kind, str) or kind not in known:
        log.info("%s is of a kind (%s) that is not read for a model like this one", file.name, kind)
        return None
    names = {tensor.name: tensor for tensor in header.tensors}
    projection = names.get(known[kind].projection)
    is_one = projection is not None and projection.shape[0] == width
    return Mmproj(file, header) if is_one and not any(name.startswith(_OTHER_LAYERS) for name in names) else None


def _sees_back_only(header: GgufHeader) -> bool:
    return header.architecture != "gemma4" or bool(header.values.get(_OF_LAYERS))


def _is_one(file: Path) -> bool:
    return _MARK in file.name.lower() and file.suffix.lower() == ".gguf" and file.is_file()


def _distance(file: Path, model: Path) -> int:
    """How much of the names is not the same: a folder may hold several models."""
    ours, theirs = (set(path.stem.lower().replace("_", "-").replace(".", "-").split("-")) for path in (file, model))
    return len(theirs - ours)
