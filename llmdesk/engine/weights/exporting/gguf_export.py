"""A model as a GGUF file that llama.cpp and other llmdesks read (engine thread only). See docs/decisions/0074."""

from __future__ import annotations

from pathlib import Path

from llmdesk.datatypes.model import LocalModel, Precision
from llmdesk.engine.backend import LoadReporter
from llmdesk.engine.weights.conversion import half_the_threads
from llmdesk.engine.weights.exporting.of_file import plan_of_file
from llmdesk.engine.weights.exporting.of_folder import plan_of_folder
from llmdesk.engine.weights.exporting.writing import write_file
from llmdesk.words import say


def export_gguf(
    model: LocalModel, precision: Precision, target: Path, report: LoadReporter, *, replaces: bool = True
) -> int:
    """Write the file; its bytes. What was there under the name is replaced once all is written, or stays.

    Args:
        precision: "int4": Q4_K where columns are a multiple of 256, else Q4_1; "int8": Q8_0; "bf16": BF16. What the
            model's own files have in as few bits stays as it is.
        report: told what goes on; may raise to stop.
        replaces: see ``write_file``.

    Raises:
        ModelDamaged, UnsupportedModel, NotEnoughDisk, TransferError.
    """
    report(say("opening the model"), 0.0)
    plan = plan_of_file(model.path, precision) if model.path.is_file() else plan_of_folder(model, precision, report)
    with half_the_threads():
        words = say("writing {name}", name=target.name)
        return write_file(plan, target, lambda done: report(words, done), replaces=replaces)
