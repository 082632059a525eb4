"""What the hub's API answers, read into plain data (pure). Nothing in it is trusted: any field may be missing."""

from __future__ import annotations

import json
import re
from typing import Any

from llmdesk.datatypes.model import MODEL_TYPES, MOST_CONTEXT_TOKENS
from llmdesk.errors import UnsupportedModel
from llmdesk.gguf_kinds import ARCHITECTURES, EMBEDDERS
from llmdesk.model_purpose import CONTEXT_KEYS
from llmdesk.models.architectures import check_architecture
from llmdesk.models.hub_data import Found, Problem

REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
_WRITERS = frozenset(
    {"", "text-generation", "conversational", "image-text-to-text", "any-to-any", "text2text-generation"}
)
_EMBEDDERS = frozenset({"feature-extraction", "sentence-similarity"})
_READ_FORMS = frozenset({"bitnet"})
_HEAD = re.compile(r"\A\s*---[ \t]*\r?\n.*?^---[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE)
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_LONGEST_WORD = 100
_MOST_WEIGHTS = 1 << 50


def found(info: Any) -> Found:
    """A ``ModelInfo`` of the hub's library as a Found."""
    tags = [tag for tag in info.tags or () if isinstance(tag, str)]
    config = info.config if isinstance(info.config, dict) else {}
    gguf = info.gguf if isinstance(info.gguf, dict) else {}
    names = [each.rfilename for each in info.siblings or ()]
    has_gguf = "gguf" in tags or bool(gguf) or any(name.lower().endswith(".gguf") for name in names)
    has_safetensors = bool(info.safetensors) or "safetensors" in tags
    total = getattr(info.safetensors, "total", None) or gguf.get("total")
    task = info.pipeline_tag if isinstance(info.pipeline_tag, str) else ""
    return Found(
        repository=info.id,
        licence=licence(tags, info.card_data),
        gated=info.gated if info.gated in ("auto", "manual") else "",
        downloads=_count(info.downloads),
        likes=_count(info.likes),
        updated=day(info.last_modified),
        weights=_count(total),
        context_tokens=_context_tokens(config, gguf),
        architecture=_word(config.get("model_type") or gguf.get("architecture")),
        has_gguf=has_gguf,
        has_safetensors=has_safetensors,
        is_embedder=task in _EMBEDDERS or gguf.get("architecture") in EMBEDDERS,
        problem=_problem(task, config, gguf, has_gguf=has_gguf, has_safetensors=has_safetensors),
    )


def licence(tags: list[str], card: Any) -> str:
    """The hub's short name of the licence; where that is "other", the name that the owner gives it."""
    short = next((tag.removeprefix("license:") for tag in tags if tag.startswith("license:")), "")
    own = getattr(card, "license_name", None)
    return _word(own) if short in ("", "other") and isinstance(own, str) and own else _word(short)


def day(moment: Any) -> str:
    """As 2026-11-27."""
    return moment.date().isoformat() if moment is not None else ""


def card_text(data: bytes) -> str:
    """A README as text, without the table of values at its head, and without what steers a terminal."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    return _STEERING.sub("", _HEAD.sub("", text, count=1)).strip()


def config_of(data: bytes) -> dict[str, Any]:
    """A config.json; empty if it is none. Of a model that also sees, what its text part says stands above the rest."""
    try:
        config = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(config, dict):
        return {}
    text = config.get("text_config")
    lengths = {key: text[key] for key in CONTEXT_KEYS if key in text} if isinstance(text, dict) else {}
    return config | lengths


def _problem(
    task: str, config: dict[str, Any], gguf: dict[str, Any], *, has_gguf: bool, has_safetensors: bool
) -> Problem:
    if task not in _WRITERS | _EMBEDDERS:
        return "task"
    if not (has_gguf or has_safetensors):
        return "format"
    architecture = gguf.get("architecture")
    if has_gguf and (not architecture or architecture in ARCHITECTURES or architecture in EMBEDDERS):
        return ""
    if not has_safetensors:
        return "architecture"
    packing = config.get("quantization_config")
    if isinstance(packing, dict) and packing.get("quant_method") not in _READ_FORMS:
        return "packed"
    return "" if task in _EMBEDDERS or _is_run(config) else "architecture"


def _is_run(config: dict[str, Any]) -> bool:
    if config.get("model_type") in MODEL_TYPES or "model_type" not in config:
        return True
    try:
        check_architecture(config)
    except UnsupportedModel:
        return False
    return True


def _context_tokens(config: dict[str, Any], gguf: dict[str, Any]) -> int:
    """The hub's lists tell it of GGUF files only, config.json of the others."""
    told = next((config[key] for key in CONTEXT_KEYS if config.get(key)), None) or gguf.get("context_length")
    return min(_count(told), MOST_CONTEXT_TOKENS)


def _count(value: Any) -> int:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if is_number and 0 <= value < _MOST_WEIGHTS else 0


def _word(value: Any) -> str:
    """A short name out of somebody's file: no line breaks, not endless."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", value)[:_LONGEST_WORD].strip() if isinstance(value, str) else ""
