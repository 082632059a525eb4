"""``llmdesk bench``: how fast a model runs here, and what its precisions cost, without a window.

The main thread is the engine thread: nothing else runs.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar, cast

from llmdesk.commands.progress import ProgressLine
from llmdesk.errors import SetupError

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

    from llmdesk.datatypes.model import LocalModel, Precision
    from llmdesk.engine.measuring.speed import FollowUp
    from llmdesk.engine.measuring.subject import Subject
    from llmdesk.services.bench.report import BenchRow, QualityRow

PRECISIONS = ("bf16", "int8", "int4")
BACKENDS = ("auto", "ipex", "native")
_BUSY_LOAD = 0.5
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
    parser.add_argument("--quality", action="store_true", help="perplexity of each precision instead of speeds")
    parser.add_argument("--output", choices=("table", "json", "csv"), default="table")
    parser.add_argument("--json", dest="output", action="store_const", const="json", help="short for --output json")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure and print. Raises LlmdeskError if the model cannot be run."""
    progress = ProgressLine()
    if args.backend:
        os.environ["LLMDESK_BACKEND"] = args.backend
    try:
        progress.show("Measuring the memory")
        conditions = _conditions()
        target = args.synthetic or _local_model(args.model)
        if args.quality:
            text = _quality_report(args, target, conditions, progress)
        else:
            text = _speed_report(args, target, conditions, progress)
    finally:
        progress.clear()
    for warning in conditions["warnings"] if not args.quality else ():
        print(f"llmdesk: {warning}", file=sys.stderr)
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


def _local_model(model_id: str) -> LocalModel:
    from llmdesk.models.catalogue import Catalogue

    catalogue = Catalogue.load()
    return catalogue.resolve(model_id or catalogue.default_id)


def _conditions() -> dict[str, Any]:
    """All that the figures depend on; measures the memory before torch has threads of its own."""
    import platform
    from dataclasses import asdict
    from datetime import UTC, datetime

    from llmdesk import __version__
    from llmdesk.engine.backends.choice import choose_backend_name
    from llmdesk.services import machine

    backend, reason = choose_backend_name()
    load = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
    processor = machine.processor()
    busy = f"The machine is busy (load average {load}): these figures are too low."
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "load_average": load,
        "warnings": [busy] if load is not None and load > _BUSY_LOAD else [],
        "processor": asdict(processor),
        "system": platform.platform(),
        "python": platform.python_version(),
        "llmdesk": __version__,
        "packages": machine.package_versions(),
        "backend": backend,
        "backend_reason": reason,
        "read_bandwidth_gbps": round(machine.read_bandwidth_gbps(processor.physical_cores), 1),
    }


def _default_precision(target: LocalModel | str) -> Precision:
    """The catalogue's choice, also for the shape of one of its models; else int4."""
    from llmdesk.models.catalogue import Catalogue

    if not isinstance(target, str):
        return target.spec.precision
    return next((spec.precision for spec in Catalogue.load().specs() if target.startswith(spec.id)), "int4")


def _load(
    args: argparse.Namespace,
    target: LocalModel | str,
    precision: str,
    threads: int | None,
    least: int,
    show: ProgressLine,
) -> Subject:
    from llmdesk.engine.backends.choice import choose_backend_name
    from llmdesk.engine.measuring.subject import load_subject
    from llmdesk.services.process_memory import restart_peak

    gc.collect()
    restart_peak()
    name = target if isinstance(target, str) else target.spec.id

    def report(phase: str, fraction: float) -> None:
        show.show(f"Loading {name} ({precision}): {phase}, {fraction:.0%}")

    return load_subject(target, choose_backend_name()[0], cast("Precision", precision), threads, least, report)


def _speed_report(
    args: argparse.Namespace, target: LocalModel | str, conditions: dict[str, Any], progress: ProgressLine
) -> str:
    from llmdesk.services.bench import report as bench_report

    write = {"table": bench_report.as_table, "json": bench_report.as_json, "csv": bench_report.as_csv}[args.output]
    return write(list(_rows(args, target, conditions, progress)), conditions)


def _rows(
    args: argparse.Namespace, target: LocalModel | str, conditions: dict[str, Any], progress: ProgressLine
) -> Iterator[BenchRow]:
    from llmdesk.services.process_memory import rss_bytes

    longest = max(max(args.prompt_tokens), max(args.new_tokens)) + max(args.context_tokens)
    least = max(longest, 2 * args.history_tokens if args.history_tokens else 0)
    precisions = args.precision or (_default_precision(target),)
    for precision, threads in itertools.product(precisions, args.threads or (None,)):
        subject = _load(args, target, precision, threads, least, progress)
        loaded_bytes = rss_bytes()
        yield from _rows_of(args, subject, loaded_bytes, conditions, progress)
        del subject


def _rows_of(
    args: argparse.Namespace, subject: Subject, loaded_bytes: int, conditions: dict[str, Any], progress: ProgressLine
) -> Iterator[BenchRow]:
    from llmdesk.engine.measuring.speed import SpeedTest
    from llmdesk.services.bench.report import BenchRow
    from llmdesk.services.process_memory import peak_rss_bytes

    follow_up = _follow_up(args, subject, progress) if args.history_tokens else None
    for depth in args.context_tokens:
        test = SpeedTest(
            subject.network, subject.config.vocab_size, depth, lambda text: progress.show(text.capitalize())
        )
        prefill = {n: test.prefill(n, args.repetitions) for n in args.prompt_tokens}
        decode = {n: test.decode(n, args.repetitions) for n in args.new_tokens}
        bytes_per_token = subject.weights_read_bytes + subject.cache_read_bytes(depth)
        for prompt_tokens, new_tokens in itertools.product(prefill, decode):
            used_gbps = bytes_per_token * decode[new_tokens].mean / 1e9
            yield BenchRow(
                model=subject.name,
                backend=conditions["backend"],
                engine=subject.engine,
                precision=subject.precision,
                threads=subject.threads,
                prompt_tokens=prompt_tokens,
                new_tokens=new_tokens,
                context_tokens=depth,
                repetitions=args.repetitions,
                prefill_tps=prefill[prompt_tokens],
                decode_tps=decode[new_tokens],
                load_s=subject.load_s,
                rss_bytes=loaded_bytes,
                peak_rss_bytes=peak_rss_bytes(),
                bytes_per_token=bytes_per_token,
                bandwidth_share=used_gbps / conditions["read_bandwidth_gbps"],
                follow_up=follow_up,
            )


def _follow_up(args: argparse.Namespace, subject: Subject, progress: ProgressLine) -> FollowUp:
    from llmdesk.engine.measuring.speed import follow_up_of_chat, follow_up_of_network

    progress.show(f"A short turn after {args.history_tokens:,} tokens")
    if subject.text_model is not None:
        return follow_up_of_chat(subject.text_model, args.history_tokens, args.repetitions)
    return follow_up_of_network(subject.network, subject.config.vocab_size, args.history_tokens, args.repetitions)


def _quality_report(
    args: argparse.Namespace, target: LocalModel | str, conditions: dict[str, Any], progress: ProgressLine
) -> str:
    from dataclasses import asdict

    from llmdesk.services.bench.report import quality_table

    if isinstance(target, str):
        raise SetupError("Random weights foretell nothing.", "--quality needs --model.")
    rows, tokens = _quality(args, target, progress)
    if args.output == "table":
        return quality_table(rows, tokens)
    if args.output == "csv":
        return "\n".join([",".join(asdict(rows[0])), *(",".join(map(str, asdict(row).values())) for row in rows)])
    found = {"model": target.spec.id, "backend": conditions["backend"], "text_tokens": tokens}
    return json.dumps({**found, "quality": [asdict(row) for row in rows], "conditions": conditions}, indent=2)


def _quality(args: argparse.Namespace, target: LocalModel, progress: ProgressLine) -> tuple[list[QualityRow], int]:
    """bf16 first, since the others are compared with it."""
    from llmdesk.engine.measuring.perplexity import perplexity, sample_text
    from llmdesk.services.bench.report import QualityRow

    rows: list[QualityRow] = []
    tokens = 0
    for precision in dict.fromkeys(("bf16", *(args.precision or PRECISIONS))):
        subject = _load(args, target, precision, (args.threads or (None,))[0], 0, progress)
        assert subject.text_model is not None
        ids = subject.text_model.tokenizer.encode(sample_text())[: subject.context_tokens]
        tokens = len(ids)

        def show(done: int, total: int, precision: str = precision) -> None:
            progress.show(f"Perplexity in {precision}: {done:,} of {total:,} tokens")

        found = perplexity(subject.network, ids, show)
        reference = rows[0].perplexity if rows else found
        rows.append(QualityRow(precision, found, 100 * (found / reference - 1), precision == target.spec.precision))
        del subject
    return rows, tokens
