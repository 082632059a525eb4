"""Models that see or hear and whose texts our own decoders write, as their files tell (plain data, pure functions).

Such a folder holds several models: those that make rows out of pictures or sound, and a decoder that reads these in its
embedding's place. The decoder is one of those that llmdesk runs anyway, under longer names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from llmdesk.datatypes.model import MODEL_TYPES

_OWN = "model."


@dataclass(frozen=True, slots=True)
class WholeKind:
    """What the files of a kind hold. Tensors of other names (the output layer) belong to what writes, as they are.

    Attributes:
        text: the architecture of what writes, where config.json does not say it.
        writes: with what the names of its tensors begin, which begin with "model." where it is alone.
        eyes: with what those of the part that sees begin, where llmdesk runs that, too.
        left: with what those of parts begin that are left out.
    """

    text: str
    writes: str
    eyes: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def others(self) -> tuple[str, ...]:
        """With what the names of all tensors begin that are not of the part that writes."""
        return self.eyes + self.left


_IDEFICS = WholeKind("llama", "model.text_model.", ("model.vision_model.", "model.connector."))
_LIQUID_EYES = ("model.vision_tower.", "model.multi_modal_projector.")
_GEMMA4_EYES, _GEMMA4_LEFT = (
    ("model.vision_tower.", "model.embed_vision."),
    ("model.audio_tower.", "model.embed_audio."),
)
WHOLE_KINDS = {
    "idefics3": _IDEFICS,
    "smolvlm": _IDEFICS,
    "qwen3_5": WholeKind("qwen3_5_text", "model.language_model.", ("model.visual.",), ("mtp.",)),
    "qwen3_5_moe": WholeKind("qwen3_5_moe_text", "model.language_model.", ("model.visual.",), ("mtp.",)),
    "lfm2_vl": WholeKind("lfm2", "model.language_model.", _LIQUID_EYES),
    "gemma4": WholeKind("gemma4_text", "model.language_model.", _GEMMA4_EYES, _GEMMA4_LEFT),
}
"""By what config.json calls them."""


def whole_kind(config: Mapping[str, Any]) -> WholeKind | None:
    """Of a config.json; None if it has one part, or its texts are of a kind that our own decoders do not write."""
    kind, text = WHOLE_KINDS.get(str(config.get("model_type"))), config.get("text_config")
    if kind is None or not isinstance(text, Mapping) or text.get("model_type", kind.text) not in MODEL_TYPES:
        return None
    if text.get("use_bidirectional_attention") == "vision":  # parts of a picture that see what comes after them
        return replace(kind, eyes=(), left=kind.others)
    return kind


def sees(config: Mapping[str, Any]) -> bool:
    """Whether llmdesk runs what sees of a model with this config.json."""
    kind = whole_kind(config)
    return kind is not None and bool(kind.eyes)


def writing_values(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of a config.json that says what writes: itself, where nothing else is in it that is known here."""
    kind = whole_kind(config)
    return config if kind is None else {"model_type": kind.text, **config["text_config"]}


def writing_name(kind: WholeKind, name: str) -> str | None:
    """A tensor's name where what writes is alone; None: it is of another part."""
    if name.startswith(kind.others):
        return None
    return _OWN + name.removeprefix(kind.writes) if name.startswith(kind.writes) else name
