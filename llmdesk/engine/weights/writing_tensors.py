"""The tensors of what writes, out of a folder that holds what sees or hears as well (engine thread only)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from llmdesk.engine.weights.source import SourceTensor
from llmdesk.file_errors import said_of_a_file
from llmdesk.whole_models import whole_kind, writing_name
from llmdesk.words import say


def writing_tensors(folder: Path, tensors: Iterable[SourceTensor]) -> list[SourceTensor]:
    """Under the names that they have where nothing else is. Raises ModelDamaged: config.json cannot be read."""
    with said_of_a_file(say("config.json in {name} cannot be read", name=folder.name)):
        kind = whole_kind(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    if kind is None:
        return list(tensors)
    named = ((tensor, writing_name(kind, tensor.name)) for tensor in tensors)
    return [replace(tensor, name=name) for tensor, name in named if name is not None]
