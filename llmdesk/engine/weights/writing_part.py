"""Of a model that sees and hears, too, the part that writes, if our own decoders run it (engine thread only)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from llmdesk.gemma4_layers import WHOLE, writing_name

if TYPE_CHECKING:
    from llmdesk.engine.weights.source import SourceTensor

_COMMON = ("eos_token_id", "tie_word_embeddings", "quantization_config")
"""What is said of the whole model and counts for its parts."""


def writing_part(config: Any) -> Any:
    """transformers' configuration of what writes; any other than Gemma 4's as it is."""
    if config.model_type != WHOLE:
        return config
    part = config.get_text_config(decoder=True)
    for key in _COMMON:
        if (value := getattr(config, key, None)) is not None:
            setattr(part, key, value)
    return part


def writing_tensors(tensors: Iterable[SourceTensor]) -> list[SourceTensor]:
    """The same tensors under the names that they have alone, without those of other parts."""
    named = ((tensor, writing_name(tensor.name)) for tensor in tensors)
    return [tensor if name == tensor.name else replace(tensor, name=name) for tensor, name in named if name is not None]
