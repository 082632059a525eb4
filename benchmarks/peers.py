"""llmdesk beside llama.cpp and OpenVINO GenAI: the same machine, the same minutes, the same number of threads.

    python benchmarks/peers.py --model FILE.gguf        --python-llama ENV/bin/python [--python-openvino ENV/bin/python]
    python benchmarks/peers.py --synthetic llama-3.2-1b --python-llama ENV/bin/python --cache FOLDER \\
        --llama-bench "ik_llama.cpp=PATH/llama-bench -rtr 1 -fa 1 -ctk q8_0 -ctv q8_0"

Each engine has a process of its own and waits while another one works; in each round every engine has one run of the
same test, and the ratios are those of the medians. For a GGUF file all engines read that file. For a shape llmdesk
draws random weights, and llama.cpp gets a GGUF file of random weights in the same shape, which is written to the cache
folder once (F16, tensor by tensor) and quantised there by llama-cpp-python itself. A llama-bench that was built
elsewhere takes part with each of these files. The memory's speed is measured at the beginning of each round and stands
below each test. With --quality, all that read one real file are compared with that file in float32 as well: speeds are
to be quoted only beside these figures.

How to install the peers, in an environment of their own:

    python -m venv ENV && ENV/bin/pip install numpy gguf openvino-genai
    CMAKE_ARGS="-DGGML_NATIVE=OFF -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_BMI2=ON \\
      -DGGML_AVX512=ON -DGGML_AVX512_VBMI=ON -DGGML_AVX512_VNNI=ON -DGGML_AVX512_BF16=ON" \\
      ENV/bin/pip install --no-binary llama-cpp-python llama-cpp-python

That is for a processor with AVX-512; leave out what yours lacks (`llmdesk doctor` shows it). -DGGML_AVX_VNNI=ON belongs
there only where lscpu says avx_vnni: many processors with AVX512-VNNI lack it, and die of it. Its AMX code
(GGML_AMX_TILE, GGML_AMX_INT8, GGML_AMX_BF16) crashed when compiled by gcc 12: turn it on with a newer compiler only,
and try it. The report prints what llama.cpp says of its own build.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
if __package__ in (None, ""):  # run as a script in a checkout
    sys.path.insert(0, str(ROOT))

from benchmarks.peer_fidelity import fidelities, fidelity_table, reference_of  # noqa: E402
from benchmarks.peer_files import context_tokens, environment, llama_files  # noqa: E402
from benchmarks.peer_llama_bench import LlamaBench  # noqa: E402

OURS, MEMORY = "llmdesk", "memory_gbps"
_ENGINES_SCRIPT = Path(__file__).with_name("peer_engines.py")


@dataclass(frozen=True, slots=True)
class Test:
    """One thing that is measured: ``pp512``, ``tg64 @ d128``."""

    kind: str
    tokens: int
    depth: int

    @property
    def name(self) -> str:
        """As llama-bench names it."""
        start = "pp" if self.kind == "prefill" else "tg"
        return f"{start}{self.tokens}" + (f" @ d{self.depth}" if self.depth else "")


class Peer:
    """A running engine. ``error`` is set when it could not start or measure."""

    def __init__(self, name: str, engine: str, python: str, settings: dict[str, Any]) -> None:
        self.name, self.error, self.facts = name, "", {}
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  (close() closes it)
        self._process = subprocess.Popen(
            [python, str(_ENGINES_SCRIPT), engine, json.dumps(settings)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True,
            env=environment(engine),
        )  # fmt: skip
        self.facts: dict[str, Any] = self._answer().get("facts", {})

    def seconds(self, test: Test) -> float | None:
        """One run; None if the engine cannot."""
        if self.error or self._process.stdin is None:
            return None
        self._process.stdin.write(json.dumps({"test": test.kind, "tokens": test.tokens, "depth": test.depth}) + "\n")
        self._process.stdin.flush()
        return self._answer().get("seconds")

    def logits(self, ids: list[int], file: Path) -> bool:
        """What it foretells after each token, written to a file; False if it cannot."""
        if self.error or self._process.stdin is None:
            return False
        self._process.stdin.write(json.dumps({"test": "logits", "ids": ids, "file": str(file)}) + "\n")
        self._process.stdin.flush()
        return "seconds" in self._answer()

    def close(self) -> None:
        """End the process."""
        self._process.communicate()
        self._log.close()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._log.seek(0)
            tail = self._log.read().decode(errors="replace").strip().splitlines()[-3:]
            self.error = f"ended with code {self._process.wait()}: {' / '.join(tail)}"
            return {}
        answer: dict[str, Any] = json.loads(line)
        self.error = answer.get("error", "")
        return answer


Engine = Peer | LlamaBench


def measure(
    peers: Sequence[Engine], test: Test, rounds: int, memory_gbps: Callable[[], float]
) -> dict[str, list[float]]:
    """Tokens per second of each round by engine; engines in turn, beginning with another one in each round.

    Under MEMORY stands what ``memory_gbps`` said at the beginning of each round.
    """
    found: dict[str, list[float]] = {peer.name: [] for peer in peers} | {MEMORY: []}
    for number in range(rounds):
        found[MEMORY].append(memory_gbps())
        for peer in [*peers[number % len(peers) :], *peers[: number % len(peers)]]:
            seconds = peer.seconds(test)
            if seconds is not None:
                found[peer.name].append(test.tokens / seconds)
            told = f"{found[peer.name][-1]:.1f} tok/s" if seconds is not None else peer.error
            print(f"{test.name}, round {number + 1} of {rounds}: {peer.name}: {told}", file=sys.stderr)
    return found


def summary(test: Test, samples: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Medians, and how many times as fast we are as each peer, as the better of the llama.cpp files, and as all."""
    medians = {name: statistics.median(values) for name, values in samples.items() if values and name != MEMORY}
    ours = medians.get(OURS)
    others = {name: speed for name, speed in medians.items() if name != OURS}
    ratios = {name: ours / speed for name, speed in others.items()} if ours else {}
    llama = [ratio for name, ratio in ratios.items() if name.startswith("llama.cpp")]
    return {
        "test": test.name,
        "memory_gbps": list(samples[MEMORY]),
        "tps": {name: {"median": medians[name], "samples": list(samples[name])} for name in medians},
        "ratios": ratios,
        "ratio_to_best_llama_cpp": min(llama, default=None),
        "ratio_to_best": min(ratios.values(), default=None),
    }


def table(summaries: Sequence[dict[str, Any]]) -> str:
    """Markdown: tokens per second of each engine, then our ratios, and the memory's speed of these minutes."""
    from llmdesk.services.bench.report import markdown

    engines = list(dict.fromkeys(name for found in summaries for name in found["tps"]))
    others = [name for name in engines if name != OURS]
    lines = [["test", *engines, *(f"{OURS} / {name}" for name in others), "memory, GB/s"]]
    for found in summaries:
        speeds = [f"{found['tps'][name]['median']:.2f}" if name in found["tps"] else "-" for name in engines]
        ratios = [f"{found['ratios'][name]:.2f}" if name in found["ratios"] else "-" for name in others]
        memory = f"{statistics.median(gbps := found['memory_gbps']):.0f} ({min(gbps):.0f} to {max(gbps):.0f})"
        lines.append([found["test"], *speeds, *ratios, memory])
    return markdown(lines)


def main() -> int:
    """Measure all, print the table and the JSON."""
    args = _arguments()
    files = llama_files(args) if args.python_llama or args.llama_bench else {}
    tests = [Test("prefill", args.prompt_tokens, 0)]
    tests += [Test("decode", args.new_tokens, int(depth)) for depth in args.depths.split(",")]
    peers: list[Engine] = []
    try:
        peers = _start(args, files)
        summaries = [summary(test, measure(peers, test, args.rounds, _memory_gbps)) for test in tests]
        quality = fidelities(peers, *reference_of(args.model, args.quality)) if args.model and args.quality else {}
    finally:
        for peer in peers:
            peer.close()
    report = {
        "tests": summaries,
        "engines": {peer.name: peer.facts | ({"error": peer.error} if peer.error else {}) for peer in peers},
        "fidelity": {name: asdict(found) for name, found in quality.items()},
        "conditions": _conditions(args),
    }
    print(table(summaries))
    if quality:
        print(f"\n{fidelity_table(quality)}")
    for peer in peers:
        print(f"\n{peer.name}: {peer.error or json.dumps(peer.facts)}")
    print(f"\n{json.dumps(report['conditions'])}")
    if args.json:
        args.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0 if any(found["ratios"] for found in summaries) else 1


def _start(args: argparse.Namespace, files: Mapping[str, Path]) -> list[Engine]:
    common = {"threads": args.threads, "context_tokens": context_tokens(args)}
    target = {"model": str(args.model)} if args.model else {"shape": args.synthetic}
    peers: list[Engine] = [Peer(OURS, "llmdesk", sys.executable, {**common, **target, "precision": args.precision})]
    for name, file in files.items() if args.python_llama else ():
        peers.append(Peer(name, "llama", args.python_llama, {**common, "model": str(file)}))
    for given in args.llama_bench:
        bench, _, command = given.partition("=")
        for name, file in files.items():
            peers.append(LlamaBench(name.replace("llama.cpp", bench), shlex.split(command), file, args.threads))
    if args.python_openvino:
        file = args.model or next(iter(files.values()))
        peers.append(Peer("OpenVINO GenAI", "openvino", args.python_openvino, {**common, "model": str(file)}))
    for peer in peers:
        print(f"{peer.name}: {peer.error or 'ready'}", file=sys.stderr)
    return peers


def _memory_gbps() -> float:
    from llmdesk.services import machine

    return machine.read_bandwidth_gbps(machine.processor().physical_cores, 0.4)


def _conditions(args: argparse.Namespace) -> dict[str, Any]:
    from llmdesk.services import machine

    processor = machine.processor()
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": asdict(processor),
        "threads": args.threads,
        "rounds": args.rounds,
        "load_average": os.getloadavg()[0],
        "memory_gbps": round(_memory_gbps(), 1),
    }


def _arguments() -> argparse.Namespace:
    from llmdesk.engine.processor.threads import default_threads

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--model", type=Path, help="a GGUF file that all engines read")
    what.add_argument("--synthetic", help="a shape with random weights, see `llmdesk bench --synthetic`")
    parser.add_argument("--python-llama", help="interpreter of an environment with llama-cpp-python")
    parser.add_argument("--python-openvino", help="interpreter of an environment with openvino-genai")
    parser.add_argument(
        "--llama-bench", action="append", default=[], metavar="NAME=COMMAND",
        help="a llama-bench built elsewhere and its options; several are allowed",
    )  # fmt: skip
    parser.add_argument(
        "--quality", type=int, default=0, metavar="TOKENS",
        help="compare with float32, too, over that many tokens of each kind of text (needs --model)",
    )  # fmt: skip
    parser.add_argument("--cache", type=Path, help="folder for the GGUF files of a shape")
    parser.add_argument("--quantisations", default="Q4_K_M,Q4_0", help="llama.cpp's forms of a shape")
    parser.add_argument("--precision", default="int4", help="llmdesk's form")
    parser.add_argument("--threads", type=int, default=default_threads())
    parser.add_argument("--prompt-tokens", type=int, default=512)
    parser.add_argument("--new-tokens", type=int, default=64)
    parser.add_argument("--depths", default="128", help="tokens before the written ones; 128,4096 measures both")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write all figures and conditions there")
    args = parser.parse_args()
    if args.synthetic and (args.python_llama or args.llama_bench) and not args.cache:
        parser.error("--synthetic needs --cache, a folder for the GGUF files")
    if args.quality and not args.model:
        parser.error("--quality needs --model: random weights foretell nothing")
    return args


if __name__ == "__main__":
    sys.exit(main())
