"""``llmdesk race``: the same prompt on several models, precisions or servers, one after the other, without a window."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from llmdesk.commands.new_file import wrong_place
from llmdesk.commands.progress import tell_problems, wait_for
from llmdesk.errors import PromptError

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

    from llmdesk.core import Core
    from llmdesk.services.race.race import Lane, Plan, Race

PROMPT = "Explain a heat pump to a child."
_WRONG_USAGE = 2
_LANES = "MODEL, MODEL@PRECISION or MODEL@PRECISION@KERNELS (auto, ipex, native, avx2, ...)"


def add_parser(subparsers: Subparsers) -> None:
    """Add the command to the command line."""
    parser = subparsers.add_parser(
        "race",
        help="the same prompt on several models or precisions, speed beside quality",
        description="Run the same prompt on two to four lanes, one after the other, and compare speed and quality.",
    )
    parser.add_argument("lanes", nargs="*", metavar="LANE", help=f"{_LANES}; default: the usual model in int4 and bf16")
    parser.add_argument("--prompt", default=PROMPT, metavar="TEXT", help=f"default: {PROMPT}")
    parser.add_argument("--max-tokens", type=_positive, default=128, metavar="N", help="of each answer; default: 128")
    parser.add_argument("--seed", type=int, metavar="N", help="sample with this seed; default: greedy")
    parser.add_argument("--save", type=Path, metavar="FILE", help="keep the race, to be opened in the window")
    parser.add_argument("--force", action="store_true", help="replace that file if it is there")
    parser.add_argument("--open", dest="file", type=Path, metavar="FILE", help="show a race that was kept; run nothing")
    parser.add_argument("--output", choices=("table", "json"), default="table")
    parser.add_argument("--json", dest="output", action="store_const", const="json", help="short for --output json")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run and print. Raises LlmdeskError; 1 if no lane came to its end, 2 if it cannot be kept there."""
    from llmdesk.services.race import files, report

    if args.save is not None and (problem := wrong_place(args.save, args.force)):
        print(f"llmdesk: {problem}", file=sys.stderr)
        return _WRONG_USAGE
    race = files.read_race(args.file) if args.file is not None else _run(args)
    print(report.as_json(race) if args.output == "json" else report.as_markdown(race).rstrip(), flush=True)
    if args.save is not None:
        files.write_race(race, args.save)
    return 1 if all(each.has_failed for each in race.runs) else 0


def _run(args: argparse.Namespace) -> Race:
    from llmdesk.core import Core
    from llmdesk.services.race.race import Plan

    with Core() as core:
        tell_problems(core.settings.file_problems)
        return _wait_for(core, Plan(args.prompt, _lanes(args.lanes, core), args.max_tokens, args.seed))


def _lanes(texts: list[str], core: Core) -> tuple[Lane, ...]:
    from llmdesk.services.race.choices import choices, usual_lanes
    from llmdesk.services.race.race import LEAST_LANES, MOST_LANES

    if not texts:
        lanes = usual_lanes(choices(core.catalogue).models, core.catalogue.default_id)
    else:
        lanes = tuple(_lane(text, core) for text in texts)
    if not LEAST_LANES <= len(lanes) <= MOST_LANES:
        raise PromptError(f"A race has {LEAST_LANES} to {MOST_LANES} lanes, not {len(lanes)}.", f"Each is {_LANES}.")
    return lanes


def _lane(text: str, core: Core) -> Lane:
    from typing import get_args

    from llmdesk.services.race.choices import PRECISIONS, lane_of
    from llmdesk.services.race.race import Kernels

    model_id, _, rest = text.partition("@")
    precision, _, kernels = rest.partition("@")
    if (precision and precision not in PRECISIONS) or (kernels and kernels not in get_args(Kernels)):
        raise PromptError(f"{text!r} is no lane.", f"Each is {_LANES}.")
    spec = core.catalogue.get(model_id)
    found = next((each for each in PRECISIONS if each == precision), None)
    chosen: Kernels = next((each for each in get_args(Kernels) if each == kernels), "auto")
    return lane_of(spec, found, chosen)


def _wait_for(core: Core, plan: Plan) -> Race:
    """Run it on the engine thread with its progress on stderr. Raises LlmdeskError, or KeyboardInterrupt at Ctrl+C."""
    from llmdesk.services.race.running import RACE, run_race

    return wait_for(
        core,
        lambda context: run_race(context, plan, core.catalogue.resolve),
        occupies=RACE,
        when_stopped="The race was stopped.",
    )


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return int(text)
