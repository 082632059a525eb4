"""Models that see and whose texts our own decoders write, as their files tell (plain data, pure functions).

Such a folder holds two models: one that makes rows out of pictures, and a decoder that reads these in its embedding's
place. The decoder is one of those that llmdesk runs anyway, under longer names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from llmdesk.datatypes.model import MODEL_TYPES


@dataclass(frozen=True, slots=True)
class SeeingKind:
    """Beginnings of names of tensors in the files of a kind: of what writes, whose own begin with "model.", and of what
    sees. All others (the output layer) belong to what writes, under their own names."""

    writes: str
    sees: tuple[str, ...]


SEEING_KINDS = dict.fromkeys(
    ("idefics3", "smolvlm"), SeeingKind("model.text_model.", ("model.vision_model.", "model.connector."))
)
"""By what config.json calls them."""


def seeing_kind(config: Mapping[str, Any]) -> SeeingKind | None:
    """Of a config.json; None if it does not see, or its texts are of a kind that our own decoders do not write."""
    kind, text = SEEING_KINDS.get(str(config.get("model_type"))), config.get("text_config")
    is_known = isinstance(text, Mapping) and text.get("model_type", "llama") in MODEL_TYPES
    return kind if is_known else None


def writing_values(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of a config.json that says what writes: itself, where nothing else is in it that is known here."""
    if seeing_kind(config) is None:
        return config
    text: Mapping[str, Any] = config["text_config"]
    return {"model_type": "llama", **text}
