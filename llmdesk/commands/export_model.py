"""``llmdesk models export``: a model as a file that llama.cpp and other programs read."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from llmdesk.commands.model_words import say_result, size_text

if TYPE_CHECKING:
    from llmdesk.core import Core

_WRONG_USAGE = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``export`` takes."""
    parser.add_argument("target", metavar="ID")
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument(
        "--precision",
        choices=("bf16", "int8", "int4"),
        help="int4 (Q4_K, or Q4_1 where sizes ask for it), int8 (Q8_0) or bf16; without it the model's own",
    )
    parser.add_argument("--force", action="store_true", help="replace the file if it is there")


def run(args: argparse.Namespace, core: Core) -> int:
    """Write the file; 2 if it is there already. Raises LlmdeskError, or KeyboardInterrupt at Ctrl+C."""
    from llmdesk.commands.progress import wait_for
    from llmdesk.services.model_export import EXPORT, write_gguf

    target = args.file.expanduser()
    if target.is_dir():
        print(f"llmdesk: {target} is a folder; give the name of a file in it.", file=sys.stderr)
        return _WRONG_USAGE
    if target.exists() and not args.force:
        print(f"llmdesk: {target} is there already; --force replaces it.", file=sys.stderr)
        return _WRONG_USAGE
    model = core.catalogue.resolve(args.target)
    precision = args.precision or core.settings.values.model.precisions.get(model.spec.id, model.spec.precision)
    core.start_engine()
    work = partial(write_gguf, model=model, precision=precision, target=target, replaces=args.force)
    made = wait_for(core, work, occupies=EXPORT, when_stopped="The export was stopped; nothing was written.")
    text = f"{model.spec.title} as {precision}: {made.path} ({size_text(made.size_bytes)})"
    if made.lacks_sight:
        text += "\nIt writes as before, but what sees is not in it: llama.cpp has that in an mmproj file of its own."
    data = {"id": model.spec.id, "path": str(made.path), "precision": precision}
    return say_result(args, text, data | {"bytes": made.size_bytes})
