"""A model of the list written as a file that others can use, as work for the engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from llmdesk.errors import UnsupportedModel
from llmdesk.words import say

if TYPE_CHECKING:
    from llmdesk.datatypes.model import LocalModel, Precision
    from llmdesk.engine.serving.work import WorkContext

EXPORT = say("a model being written to a file")
"""What others read who wait for the engine meanwhile."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The file that was written; ``lacks_sight``: the model sees, and what it sees with is not in the file."""

    path: Path
    size_bytes: int
    lacks_sight: bool = False


def write_gguf(
    context: WorkContext, model: LocalModel, precision: Precision, target: Path, *, replaces: bool
) -> Exported:
    """Write a GGUF file. Engine thread; takes seconds to minutes, and can be stopped all the time.

    ``replaces``: somebody has agreed to lose the file of that name; else one that comes meanwhile stays.

    Raises:
        ModelDamaged, UnsupportedModel, NotEnoughDisk, TransferError, WorkStopped: nothing has changed then.
    """
    from llmdesk.engine.weights.exporting.gguf_export import export_gguf

    if model.spec.source.kind == "server":
        raise UnsupportedModel(say("{title} is on a server; its files are not here.", title=model.spec.title), "")
    if model.spec.purpose != "chat":
        raise UnsupportedModel(say("{title} makes vectors; only models that write can be exported.",
                                   title=model.spec.title), "")  # fmt: skip
    if target.exists() and model.path.exists() and target.samefile(model.path):
        raise UnsupportedModel(say("{name} is the model's own file.", name=target.name), say("Choose another name."))
    size_bytes = export_gguf(model, precision, target, context.report, replaces=replaces)
    return Exported(target, size_bytes, model.spec.sees)
