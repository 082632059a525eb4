"""``llmdesk ask PROMPT``: one answer on stdout, without a window."""

from __future__ import annotations

import argparse
import io
import json
import queue
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from llmdesk.commands.progress import ProgressLine, tell_problems
from llmdesk.numerals import decimal_number, whole_number
from llmdesk.words import whole_characters

if TYPE_CHECKING:
    from llmdesk.datatypes.chat import Event, Finished, GenerationRequest, LoadProgress, PromptProgress
    from llmdesk.datatypes.pictures import Picture
    from llmdesk.engine.serving.runner import EngineRunner

PRECISIONS = ("bf16", "int8", "int4")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``ask`` to the command line."""
    parser = subparsers.add_parser("ask", help="answer one prompt on stdout", description="Answer one prompt.")
    parser.add_argument("prompt", help="the question; - reads it from standard input")
    parser.add_argument("--model", default="", help="model id (default: the one used last in the window)")
    parser.add_argument("--precision", choices=PRECISIONS, help="weights in memory (default: as in the window)")
    parser.add_argument(
        "--image", action="append", default=[], metavar="FILE", help="show it this image (again for more of them)"
    )
    parser.add_argument("--system", default="", help="system prompt")
    parser.add_argument("--max-tokens", type=_positive, default=1024, metavar="N", help="longest answer")
    parser.add_argument("--temperature", type=_not_negative, default=0.7, metavar="T", help="0 is greedy")
    parser.add_argument("--seed", type=_whole, metavar="N", help="the same seed gives the same answer")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Stream the answer. Raises LlmdeskError if there is none."""
    from llmdesk.core import Core
    from llmdesk.engine.backend import LoadOptions

    with Core(LoadOptions(precision=args.precision)) as core:
        tell_problems(core.settings.file_problems)
        model_id = args.model or core.catalogue.preferred(core.settings.values.model.id)
        return _ask(core.runner, _request(args, model_id), args.json)


def _positive(text: str) -> int:
    value = _whole(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


def _whole(text: str) -> int:
    value = whole_number(text)
    if value is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return value


def _not_negative(text: str) -> float:
    value = decimal_number(text)
    if value is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    if value < 0:
        raise argparse.ArgumentTypeError("must be 0 or more")
    return value


def _request(args: argparse.Namespace, model_id: str) -> GenerationRequest:
    from llmdesk.datatypes.chat import ChatMessage, GenerationRequest, SamplingParams

    prompt = _of_standard_input() if args.prompt == "-" else whole_characters(args.prompt)
    messages = [ChatMessage("system", whole_characters(args.system))] if args.system else []
    sampling = SamplingParams(temperature=args.temperature, max_new_tokens=args.max_tokens, seed=args.seed)
    question = ChatMessage("user", prompt, pictures=_pictures(args.image))
    return GenerationRequest("ask", model_id, (*messages, question), sampling, origin="cli")


def _of_standard_input() -> str:
    """What comes may be anything: what is no text in it is replaced."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    return sys.stdin.read()


def _pictures(files: list[str]) -> tuple[Picture, ...]:
    """Raises FileError."""
    from llmdesk.datatypes.pictures import Picture
    from llmdesk.picture_files import read_picture

    return tuple(Picture(read_picture(path), name=path.name) for path in map(Path, files))


def _ask(runner: EngineRunner, request: GenerationRequest, as_json: bool) -> int:
    from llmdesk.datatypes.chat import Failed, Finished, LoadProgress, PromptProgress, TokenEvent
    from llmdesk.error_values import from_info

    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    handle = runner.submit(request, events.put)
    text = ""
    progress = ProgressLine()
    while True:
        try:
            event = events.get()
        except KeyboardInterrupt:
            handle.cancel()
            raise
        if isinstance(event, LoadProgress | PromptProgress):
            progress.show(_in_words(event))
        elif isinstance(event, TokenEvent):
            progress.clear()
            text += event.text
            if not as_json:
                print(event.text, end="", flush=True)
        elif isinstance(event, Finished):
            progress.clear()
            _print_end(event, text, as_json)
            return 0
        elif isinstance(event, Failed):
            progress.clear()
            raise from_info(event.error)


def _print_end(event: Finished, text: str, as_json: bool) -> None:
    if not as_json:
        print()
        print(_figures(event), file=sys.stderr)
        return
    by = event.by
    answer = {
        "text": text,
        "finish_reason": event.reason,
        "model": by.model_id if by else "",
        "backend": by.backend if by else "",
        "precision": by.precision if by and not by.server else "",
        "server": by.server if by else "",
        "stats": event.stats.as_dict(),
    }
    print(json.dumps(answer, ensure_ascii=False))


def _figures(event: Finished) -> str:
    """What was measured; nothing of what was not."""
    from llmdesk.services.figure_text import counted, tps_text
    from llmdesk.services.live.throughput import told_prompt_tps

    stats = event.stats
    prompt_tps = told_prompt_tps(stats)
    parts = [
        f"{tps_text(stats.decode_tps)} tok/s" if stats.decode_tps else "",
        f"prompt {prompt_tps:.0f} tok/s" if prompt_tps is not None else "",
        f"first token {stats.ttft_s:.2f} s" if stats.new_tokens else "",
        counted(stats.new_tokens, "token"),
        event.reason,
        f"without a pause of {stats.paused_s:.1f} s" if stats.paused_s else "",
    ]
    return ", ".join(filter(None, parts))


def _in_words(event: LoadProgress | PromptProgress) -> str:
    from llmdesk.datatypes.chat import LoadProgress

    if isinstance(event, LoadProgress):
        return f"Loading {event.model_id}: {event.phase}, {event.fraction:.0%}"
    if event.looked is not None and event.looked < 1:
        return f"Looking at the image: {event.looked:.0%}"
    return f"Reading the prompt: {event.done_tokens:,} of {event.total_tokens:,} tokens"
