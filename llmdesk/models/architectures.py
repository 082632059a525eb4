"""Whether transformers has a class that can write with a model, read from its tables without importing it.

To import them would import torch, which takes seconds and belongs to the engine thread. Any thread.
"""

from __future__ import annotations

import ast
import logging
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from llmdesk.datatypes.model import MODEL_TYPES
from llmdesk.errors import UnsupportedModel
from llmdesk.model_purpose import purpose_of_classes
from llmdesk.words import say

log = logging.getLogger(__name__)

_TABLES = Path("models", "auto", "modeling_auto.py")
_CAUSAL = "MODEL_FOR_CAUSAL_LM_MAPPING_NAMES"
_ALSO_SEE = "MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES"
_ALSO_HEAR = "MODEL_FOR_MULTIMODAL_LM_MAPPING_NAMES"
_ENCODER_DECODER = "MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES"
_SPEECH = "MODEL_FOR_SPEECH_SEQ_2_SEQ_MAPPING_NAMES"
_GAPS = "MODEL_FOR_MASKED_LM_MAPPING_NAMES"
_ALL = "MODEL_MAPPING_NAMES"


def check_architecture(config: Mapping[str, Any]) -> None:
    """Refuse what cannot be loaded before anything is loaded; the engine looks again, at more.

    Raises:
        UnsupportedModel: the architecture and the reason are said.
    """
    kind = config.get("model_type")
    if not isinstance(kind, str) or (reason := _reason(kind, config)) is None:
        return
    raise UnsupportedModel(
        say("The architecture “{kind}” cannot be run: {reason}.", kind=kind[:60], reason=reason),
        say("Choose a model that writes text (a causal language model), with safetensors files or as GGUF."),
    )


def check_embedder(config: Mapping[str, Any]) -> None:
    """As ``check_architecture``, for a model that makes vectors out of texts. Raises UnsupportedModel."""
    kind = str(config.get("model_type"))
    known = _tables().get(_ALL, {})
    if known and (kind not in known or config.get("is_encoder_decoder")):
        if kind in known:
            reason = say("it has an encoder and a decoder")
        elif config.get("auto_map"):
            reason = say("it needs program code from its publisher, and llmdesk never runs such code")
        else:
            reason = say("the installed transformers does not know it")
        raise UnsupportedModel(
            say("The architecture “{kind}” cannot be run: {reason}.", kind=kind[:60], reason=reason),
            say("Choose another embedding model, for example of BERT's or Qwen3's kind."),
        )


def _reason(kind: str, config: Mapping[str, Any]) -> str | None:
    architectures = config.get("architectures")
    made_for = str(architectures[0]) if isinstance(architectures, list) and architectures else ""
    if purpose := purpose_of_classes(architectures):
        return f"{made_for} {purpose}"
    tables = _tables()
    causal = tables.get(_CAUSAL, {})
    if kind in MODEL_TYPES or not causal:
        return None
    writers = {**causal, **tables.get(_ALSO_SEE, {}), **tables.get(_ALSO_HEAR, {})}
    pairs = {**tables.get(_ENCODER_DECODER, {}), **tables.get(_SPEECH, {})}
    if made_for not in writers.values() and (config.get("is_encoder_decoder") or made_for in pairs.values()):
        return say("it has an encoder and a decoder, and llmdesk runs decoders only")
    text = config.get("text_config")
    text_kind = str(text.get("model_type")) if isinstance(text, dict) else ""
    if kind not in writers and text_kind not in causal:
        if config.get("auto_map"):
            return say("it needs program code from its publisher, and llmdesk never runs such code")
        is_known = kind in tables.get(_ALL, {}) or kind in pairs
        return say("it does not write text") if is_known else say("the installed transformers does not know it")
    if kind in tables.get(_GAPS, {}) and not config.get("is_decoder") and made_for not in causal.values():
        return say("it fills gaps in a text and does not go on with one")
    return None


@cache
def _tables() -> dict[str, dict[str, str]]:
    """Model types to names of classes, by the names of transformers' tables; empty if they cannot be read."""
    spec = find_spec("transformers")
    folders = spec.submodule_search_locations if spec else None
    try:
        file = Path(next(iter(folders or ()))) / _TABLES
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (OSError, StopIteration, SyntaxError, ValueError) as error:
        log.info("transformers' tables of architectures cannot be read: %s", error)
        return {}
    found: dict[str, dict[str, str]] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = dict(_pairs(node.value))
    return found


def _pairs(node: ast.expr) -> list[tuple[str, str]]:
    """All ("model type", "Class") in an expression; of several classes the first."""
    pairs = []
    for part in ast.walk(node):
        if isinstance(part, ast.Tuple) and len(part.elts) == 2 and isinstance(part.elts[0], ast.Constant):
            kind, made = part.elts[0].value, part.elts[1]
            made = made.elts[0] if isinstance(made, ast.Tuple) and made.elts else made
            if isinstance(kind, str) and isinstance(made, ast.Constant) and isinstance(made.value, str):
                pairs.append((kind, made.value))
    return pairs
