"""``llmdesk bench``: how fast a model runs here, and what its precisions cost, without a window.

Parses and prints; what is measured and how is in services/bench/runs.py.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from llmdesk.commands.progress import tell_problems, wait_for
from llmdesk.errors import SetupError

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

    from llmdesk.core import Core
    from llmdesk.datatypes.model import LocalModel, Precision
    from llmdesk.engine.serving.work import Work

PRECISIONS: tuple[Precision, ...] = ("bf16", "int8", "int4")
BACKENDS = ("auto", "ipex", "native")
_T = TypeVar("_T")


def add_parser(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "bench",
        help="measure how fast a model reads and writes here",
        description="Measure prefill (reading a prompt) and decode (writing) as llama-bench does: token ids in, logits "
        "out. Several values separated by commas give a row for each combination.",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--model", default="", metavar="M", help="model id (default: the first one on this machine)")
    what.add_argument("--synthetic", default="", metavar="ARCH", help="a shape with random weights, or a config.json")
    parser.add_argument(
        "--precision", type=_list_of(_precision), metavar="P", help="bf16, int8, int4 (the model's own)"
    )
    parser.add_argument("--backend", choices=BACKENDS, help="default: the fastest one here")
    parser.add_argument(
        "--threads", type=_list_of(_positive), metavar="N", help="default: as many as were found to be best here"
    )
    parser.add_argument("--prompt-tokens", type=_list_of(_positive), default=(512,), metavar="N", help="default: 512")
    parser.add_argument("--new-tokens", type=_list_of(_positive), default=(128,), metavar="N", help="default: 128")
    parser.add_argument(
        "--context-tokens", type=_list_of(_not_negative), default=(0,), metavar="N",
        help="tokens that the cache holds before each run (default: 0)",
    )  # fmt: skip
    parser.add_argument("--history-tokens", type=_positive, metavar="N", help="also a short turn after that history")
    parser.add_argument("--repetitions", type=_positive, default=5, metavar="N", help="default: 5")
    parser.add_argument(
        "--quality", action="store_true", help="how close each precision comes to float32, instead of speeds"
    )
    parser.add_argument("--output", choices=("table", "json", "csv"), default="table")
    parser.add_argument("--json", dest="output", action="store_const", const="json", help="short for --output json")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure and print. Raises LlmdeskError if the model cannot be run."""
    from llmdesk.core import Core

    if args.backend:
        os.environ["LLMDESK_BACKEND"] = args.backend
    with Core() as core:
        tell_problems(core.settings.file_problems)
        text = _quality(args, core) if args.quality else _speed(args, core)
    print(text)
    return 0


def _list_of(kind: Callable[[str], _T]) -> Callable[[str], tuple[_T, ...]]:
    return lambda text: tuple(kind(part) for part in text.split(","))


def _precision(text: str) -> str:
    if text not in PRECISIONS:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(PRECISIONS)}")
    return text


def _not_negative(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of tokens or threads")
    return int(text)


def _positive(text: str) -> int:
    if (value := _not_negative(text)) == 0:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


def _speed(args: argparse.Namespace, core: Core) -> str:
    from functools import partial

    from llmdesk.services.bench import history, report, runs

    target = args.synthetic or _local_model(args, core)
    order = runs.SpeedOrder(
        target=target,
        precisions=args.precision or (runs.default_precision(target, core.catalogue),),
        threads=args.threads or (None,),
        prompt_tokens=args.prompt_tokens,
        new_tokens=args.new_tokens,
        context_tokens=args.context_tokens,
        history_tokens=args.history_tokens or 0,
        repetitions=args.repetitions,
        name=_name_of(args.synthetic, core),
    )
    found = _wait_for(core, partial(runs.measure_speed, order=order))
    for warning in found.conditions["warnings"]:
        print(f"llmdesk: {warning}", file=sys.stderr)
    try:
        history.add_run(found.rows, found.conditions)
    except OSError as error:  # the figures are worth more than their history
        print(f"llmdesk: This benchmark was not kept: {error}", file=sys.stderr)
    write = {"table": report.as_table, "json": report.as_json, "csv": report.as_csv}[args.output]
    return write(found.rows, found.conditions)


def _quality(args: argparse.Namespace, core: Core) -> str:
    from functools import partial

    from llmdesk.services.bench import report, runs

    if args.synthetic:
        raise SetupError("Random weights foretell nothing.", "--quality needs --model.")
    target = _local_model(args, core)
    precisions, threads = args.precision or PRECISIONS, (args.threads or (None,))[0]
    found = _wait_for(core, partial(runs.measure_quality, target=target, precisions=precisions, threads=threads))
    if args.output == "table":
        return report.quality_table(found.rows)
    if args.output == "csv":
        return report.quality_csv(found.rows)
    return report.quality_json(found.rows, target.spec.id, found.conditions)


def _name_of(shape: str, core: Core) -> str:
    """The model of the catalogue that has this shape, so that the picker knows its speed; empty: none, or no shape."""
    from llmdesk.engine.measuring.shape_files import shape_of

    return next((spec.id for spec in core.catalogue.specs() if shape and shape_of(spec.id) == shape), "")


def _local_model(args: argparse.Namespace, core: Core) -> LocalModel:
    return core.catalogue.resolve(args.model or core.catalogue.default_id)


def _wait_for(core: Core, work: Work[_T]) -> _T:
    """Run it on the engine thread with its progress on stderr. Raises LlmdeskError, or KeyboardInterrupt at Ctrl+C."""
    from llmdesk.services.bench.runs import BENCHMARK

    return wait_for(core, work, occupies=BENCHMARK, when_stopped="The benchmark was stopped.")
