"""Folders in sentence-transformers' form: what they say of how a text becomes one vector (any thread; reads files).

One judgement for the catalogue, which refuses a folder when it is added, and for the engine, which computes it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from llmdesk.errors import UnsupportedModel
from llmdesk.file_errors import said_of_a_file
from llmdesk.words import say

Pooling = Literal["cls", "mean", "max", "mean_sqrt_len", "weightedmean", "lasttoken"]
_MODES: dict[str, Pooling] = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
_MODULES, _POOLING = "modules.json", "1_Pooling"
_COMPUTED = ("Transformer", "Pooling", "Normalize")
_MOST_TOKENS = 1 << 24


@dataclass(frozen=True, slots=True)
class EmbeddingForm:
    """``pooling``: how the tokens' vectors become one. ``most_tokens``: the longest text; 0 if it is not said."""

    pooling: Pooling
    most_tokens: int


def is_embedding_folder(folder: Path) -> bool:
    """True if the folder says that it makes vectors out of texts."""
    return (folder / _MODULES).is_file() or (folder / _POOLING / "config.json").is_file()


def embedding_form(folder: Path) -> EmbeddingForm:
    """What the folder says.

    Raises:
        ModelDamaged: its files cannot be read. UnsupportedModel: it asks for what is not computed here.
    """
    with said_of_a_file(say("What {name} says of its vectors cannot be read", name=folder.name)):
        pooling = _POOLING
        if (folder / _MODULES).is_file():
            pooling = _checked_modules(folder, json.loads((folder / _MODULES).read_text(encoding="utf-8")))
        values = json.loads((folder / pooling / "config.json").read_text(encoding="utf-8"))
        return EmbeddingForm(_pooling(folder, values), _most_tokens(folder))


def _checked_modules(folder: Path, modules: Any) -> str:
    """The folder of the pooling. Raises UnsupportedModel."""
    kinds = [str(module["type"]).rpartition(".")[2] for module in modules]
    if other := next((kind for kind in kinds if kind not in _COMPUTED), None):
        raise UnsupportedModel(
            say(
                "{name} computes its vectors in a way that is not known here ({kind}).",
                name=folder.name,
                kind=other[:60],
            ),
            say("Choose another embedding model, for example of BERT's or Qwen3's kind."),
        )
    paths = {kind: str(module.get("path", "")) for kind, module in zip(kinds, modules, strict=True)}
    path = paths.get("Pooling", _POOLING)
    if paths.get("Transformer") or Path(path).name != path:
        raise UnsupportedModel(
            say("{name} keeps its parts in folders that are not looked into.", name=folder.name), say("Get it anew.")
        )
    return path


def _pooling(folder: Path, values: dict[str, Any]) -> Pooling:
    found = [mode for key, mode in _MODES.items() if values.get(key) is True]
    if not found:  # newer files name it
        found = [mode for mode in _MODES.values() if mode == values.get("pooling_mode")]
    if len(found) != 1:
        raise UnsupportedModel(
            say("{name} makes a vector of several (or in a way that is not known here).", name=folder.name),
            say("Choose another embedding model, for example of BERT's or Qwen3's kind."),
        )
    return found[0]


def _most_tokens(folder: Path) -> int:
    file = folder / "sentence_bert_config.json"
    values = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    most = values.get("max_seq_length")
    return most if isinstance(most, int) and not isinstance(most, bool) and 0 < most <= _MOST_TOKENS else 0
