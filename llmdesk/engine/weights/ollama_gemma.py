"""Gemma 3 as Ollama's own converter writes it: values that it leaves out or has under other names (pure functions).

What they are is published with Ollama's patches for llama.cpp (llama/compat in https://github.com/ollama/ollama).
"""

from __future__ import annotations

from typing import Any

from llmdesk.gguf_header import GgufHeader
from llmdesk.gguf_kinds import OF_PICTURES_AND_SOUND

_EPSILON = "gemma3.attention.layer_norm_rms_epsilon"
_RENAMED = {
    "gemma3.rope.global.freq_base": "gemma3.rope.freq_base",
    "gemma3.rope.local.freq_base": "gemma3.rope.freq_base_swa",
}
_LEFT_OUT = {_EPSILON: 1e-6, "gemma3.rope.freq_base": 1_000_000.0, "gemma3.rope.freq_base_swa": 10_000.0}
_SCALED = {"gemma3.rope.scaling.type": "linear", "gemma3.rope.scaling.factor": 8.0}
_SCALED_FROM_TOKENS = 131_072  # the sizes from 4B on; the 1B has no scaling


def completed(header: GgufHeader) -> dict[str, Any]:
    """The file's values, with those that only such a file lacks."""
    values: dict[str, Any] = dict(header.values)
    is_ollama_s = (
        _EPSILON not in values
        or any(key in values for key in _RENAMED)
        or any(tensor.name.startswith(OF_PICTURES_AND_SOUND) for tensor in header.tensors)
    )
    if header.architecture != "gemma3" or not is_ollama_s:
        return values
    renamed = {new: values[old] for old, new in _RENAMED.items() if old in values}
    scaled = _SCALED if header.context_tokens >= _SCALED_FROM_TOKENS else {}
    return {**_LEFT_OUT, **scaled, **renamed, **values}
