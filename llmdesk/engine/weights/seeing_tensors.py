"""The tensors of what writes, out of a folder that holds what sees as well (engine thread only)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from llmdesk.engine.weights.source import SourceTensor
from llmdesk.file_errors import said_of_a_file
from llmdesk.seeing import seeing_kind
from llmdesk.words import say

_OWN = "model."


def writing_tensors(folder: Path, tensors: list[SourceTensor]) -> list[SourceTensor]:
    """Under the names that they have where nothing sees. Raises ModelDamaged: config.json cannot be read."""
    with said_of_a_file(say("config.json in {name} cannot be read", name=folder.name)):
        kind = seeing_kind(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    if kind is None:
        return tensors
    return [
        replace(tensor, name=_OWN + tensor.name.removeprefix(kind.writes))
        if tensor.name.startswith(kind.writes)
        else tensor
        for tensor in tensors
        if not tensor.name.startswith(kind.sees)
    ]
