"""Total tok/s of 1, 2, 4 and 8 answers that share their steps, in short rounds that take turns, on one machine.

    python benchmarks/many_at_once.py                         # the embedded model and the 1B shape
    python benchmarks/many_at_once.py --against ../before     # one answer alone beside another checkout of llmdesk

What is timed is what the program does for each token: the step of the kernels, and the choice of each answer's token.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from llmdesk.engine.measuring.subject import Subject

EMBEDDED, SHAPE = "smollm2-135m", "llama-3.2-1b"
STREAMS = (1, 2, 4, 8)
DEPTH_TOKENS = 100
TOKENS_PER_ROUND = {EMBEDDED: 24, SHAPE: 8}


def subject_of(name: str) -> Subject:
    """The embedded model in its files, or a shape's random weights; int4, on the threads that the program would use."""
    from llmdesk.engine.measuring.subject import load_subject
    from llmdesk.models.catalogue import Catalogue

    target = name if name == SHAPE else Catalogue.load().resolve(name)
    backend = "native"  # its own operators do nothing here: our own kernels run
    return load_subject(target, backend, "int4", None, DEPTH_TOKENS + 512, lambda phase, done: None)


class Streams:
    """Answers under way, each at the same depth."""

    def __init__(self, subject: Subject, count: int) -> None:
        from llmdesk.datatypes.chat import SamplingParams
        from llmdesk.engine.generation.sampling import Sampler

        self._network = subject.network
        prompt = [(7 * at) % 1000 + 5 for at in range(DEPTH_TOKENS)]
        self._caches = [self._network.new_cache() for _ in range(count)]
        for cache in self._caches:
            self._network.forward(prompt, cache, 0)
        self._samplers = [Sampler(SamplingParams(seed=number), prompt) for number in range(count)]
        self._tokens = [number + 5 for number in range(count)]
        self.choosing_s: list[float] = []

    def tps(self, tokens: int) -> float:
        """Tokens a second of all together, over so many of each."""
        for cache in self._caches:
            cache.truncate(DEPTH_TOKENS)
        started_s = time.perf_counter()
        for _ in range(tokens):
            rows = self._rows()
            computed_s = time.perf_counter()
            self._tokens = [sampler.choose(row) for sampler, row in zip(self._samplers, rows, strict=True)]
            self.choosing_s.append(time.perf_counter() - computed_s)
        return tokens * len(self._caches) / (time.perf_counter() - started_s)

    def _rows(self) -> list[Any]:
        if len(self._caches) == 1:
            return [self._network.forward(self._tokens, self._caches[0])[0]]
        from llmdesk.engine.generation.step import Step, compute

        pairs = zip(self._tokens, self._caches, strict=True)
        steps = [Step(self._network, [token], cache) for token, cache in pairs]
        compute(steps)
        return [step.result()[0] for step in steps]


def measure(name: str, rounds: int) -> None:
    """Print each number of streams, and how much it is of one in the same round."""
    subject = subject_of(name)
    streams = {count: Streams(subject, count) for count in STREAMS}
    found: dict[int, list[float]] = {count: [] for count in STREAMS}
    for number in range(rounds + 1):
        for count in STREAMS:
            tps = streams[count].tps(TOKENS_PER_ROUND[name])
            if number:  # the first round warms up
                found[count].append(tps)
    print(
        f"{subject.name} int4, {subject.engine}, {subject.threads} threads, {DEPTH_TOKENS} tokens deep, {rounds} rounds"
    )
    for count in STREAMS:
        ratio = statistics.median(many / one for many, one in zip(found[count], found[1], strict=True))
        print(
            f"  {count} at once: {statistics.median(found[count]):6.1f} tok/s together, {ratio:.2f} of one", flush=True
        )


def serve_rounds(name: str) -> None:
    """As a process of its own: one answer alone, a round for each line that comes."""
    stream = Streams(subject_of(name), 1)
    stream.tps(4)
    print("ready", flush=True)
    for _ in sys.stdin:
        print(json.dumps(stream.tps(TOKENS_PER_ROUND[name])), flush=True)


def compare(name: str, other: Path, rounds: int) -> None:
    """One answer alone, here and in another checkout, in turn."""
    here = Path(__file__).parents[1]
    command = [sys.executable, __file__, "--serve-rounds", name]
    processes = [
        subprocess.Popen(
            command,
            env=os.environ | {"PYTHONPATH": str(path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for path in (here, other)
    ]

    def said(process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None
        return process.stdout.readline()

    def one_round(process: subprocess.Popen[str]) -> float:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
        return float(json.loads(said(process)))

    for process in processes:
        said(process)
    pairs = []
    for number in range(rounds):
        order = processes if number % 2 else processes[::-1]
        found = {process: one_round(process) for process in order}
        pairs.append([found[process] for process in processes])
    ratio = statistics.median(mine / theirs for mine, theirs in pairs)
    mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{name} alone: {mine:.1f} tok/s here, {theirs:.1f} there, {ratio:.3f} of it ({rounds} pairs)", flush=True)
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def conditions() -> str:
    """What the figures hold for."""
    import psutil

    processor = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    return f"{processor}, {psutil.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {platform.platform()}"


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", default=[EMBEDDED, SHAPE], choices=[EMBEDDED, SHAPE])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--against", type=Path, help="another checkout of llmdesk")
    parser.add_argument("--serve-rounds", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve_rounds:
        serve_rounds(arguments.serve_rounds)
        return
    print(conditions())
    for name in arguments.models:
        if arguments.against:
            compare(name, arguments.against.resolve(), arguments.rounds)
        else:
            measure(name, arguments.rounds)


if __name__ == "__main__":
    main()
