"""The fuzzer: spoiled files through the public commands, each case in a process of its own.

    python -m tests.fuzz.run --cases 3000 [--first 0] [--kinds gguf,config]

A worker imports everything once and forks for each case, so a case costs a fraction of a second. A case fails by a
signal, more than 10 s of processor time (or 60 s in all), more than 2 GB, a traceback, or what llmdesk itself calls a
bug. A damaged cache must heal: there the answer must come.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

import psutil

from tests.fuzz import bases as base_models
from tests.fuzz.mutate import KINDS, make, spoil_cache

CPU_LIMIT_S, WALL_LIMIT_S, MEMORY_LIMIT_BYTES = 10, 90, 2_000_000_000
PROMPT = "Hello \u00e9\u4e16 <|end|> 1 + 1\n\n  x"
WEIGHTS = {"config": 6, "gguf": 6, "safetensors": 4, "tokenizer": 4, "template": 3, "toml": 3, "cache": 4}
CACHED = [
    ("ggufs/llama.gguf", "int4"),
    ("ggufs/phi3.gguf", "int8"),
    ("folders/llama", "int4"),
    ("folders/bitnet", "int8"),
]


def kind_of(number: int, kinds: list[str]) -> str:
    """Which kind of files case ``number`` spoils."""
    return random.Random(number).choices(kinds, [WEIGHTS[kind] for kind in kinds])[0]


# -- in the child that is a case --------------------------------------------------------------------------------------


def llmdesk(*arguments: str) -> int:
    """A command of llmdesk's own, in this process."""
    from llmdesk.cli import main

    sys.argv = ["llmdesk", *arguments]
    try:
        return int(main() or 0)
    except SystemExit as ended:
        return int(ended.code or 0) if not isinstance(ended.code, str) else 1


def run_case(kind: str, number: int, bases: Path, place: Path) -> None:
    """Raises AssertionError for what is wrong beyond what the outside sees."""
    os.environ["LLMDESK_HOME"] = str(place / "home")
    precision = random.Random(number).choice(["bf16", "int8", "int4"])
    if random.Random(number).random() < 0.3:
        os.environ["LLMDESK_KERNELS"] = "off"
    if kind == "cache":
        heal(number, bases, place)
        return
    path = make(kind, number, bases, place / "files")
    if kind == "toml":
        config = place / "home" / "config"
        config.mkdir(parents=True)
        shutil.copyfile(path / "models.toml", config / "models.toml")
        assert llmdesk("models", "list") == 0, "one entry breaks the list"
        llmdesk("models", "list", "--json")
        llmdesk("models", "add", str(bases / "folders" / "llama"))
        llmdesk("ask", "Hi", "--model", "odd", "--max-tokens", "2")
        llmdesk("models", "remove", "odd")
        return
    if llmdesk("models", "add", str(path)) == 0:
        assert llmdesk("models", "list") == 0, "one entry breaks the list"
        ask(path.stem.lower(), precision)


def ask(model_id: str, precision: str) -> int:
    """A short greedy answer."""
    return llmdesk(
        "ask", PROMPT, "--model", model_id, "--max-tokens", "3", "--temperature", "0", "--precision", precision
    )


def heal(number: int, bases: Path, place: Path) -> None:
    """A conversion that was good, spoiled."""
    generator = random.Random(f"cache {number}")
    os.environ.pop("LLMDESK_KERNELS", None)
    name, precision = generator.choice(CACHED)
    shutil.copytree(bases / "cached" / Path(name).stem / Path(name).parent, place / "home")
    print(name, precision, spoil_cache(generator, place / "home" / "cache" / "converted"), file=sys.stderr)
    assert ask(Path(name).stem, precision) == 0, "the cache did not heal"


def fill_cache(bases: Path) -> None:
    """Convert the models of CACHED."""
    for name, precision in CACHED:
        home = bases / "cached" / Path(name).stem / Path(name).parent
        os.environ["LLMDESK_HOME"] = str(home)
        assert llmdesk("models", "add", str(bases / name)) == 0
        assert ask(Path(name).stem, precision) == 0


# -- the worker ---------------------------------------------------------------------------------------------------------


def forked(work: Any, out: Path) -> tuple[int, float, int, str]:
    """(status, processor time, most memory in bytes, why it was ended) of ``work()`` in a fork, its words in a file."""
    pid = os.fork()
    if pid == 0:
        code = 70
        with contextlib.suppress(BaseException):
            become(out)
            try:
                work()
                code = 0
            except BaseException:
                traceback.print_exc()
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
    return watched(pid)


def become(out: Path) -> None:
    """Words into a file, no core files, an end by SIGXCPU; logs go to nobody."""
    import logging

    file = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(file, 1)
    os.dup2(file, 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT_S, CPU_LIMIT_S + 5))
    logging.getLogger().addHandler(logging.NullHandler())
    gc.unfreeze = lambda: None  # looking for garbage among what the forks share would copy it: half of a case's time


def watched(pid: int) -> tuple[int, float, int, str]:
    """Wait for a process; end it where it goes beyond a limit."""
    deadline_s, ended, most_bytes = time.monotonic() + WALL_LIMIT_S, "", 0
    while True:
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if done:
            return status, usage.ru_utime + usage.ru_stime, most_bytes, ended
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            memory = sum(p.memory_info().rss for p in [process, *process.children()])
            most_bytes = max(most_bytes, memory)
        if not ended and (most_bytes > MEMORY_LIMIT_BYTES or time.monotonic() > deadline_s):
            ended = "memory" if most_bytes > MEMORY_LIMIT_BYTES else "hang"
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)


def verdict(result: tuple[int, float, int, str], words: str) -> str:
    """Empty if all is well."""
    status, cpu_s, _, ended = result
    if ended:
        return ended
    if os.WIFSIGNALED(status):
        return "hang" if os.WTERMSIG(status) == signal.SIGXCPU else f"signal {signal.Signals(os.WTERMSIG(status)).name}"
    if cpu_s > CPU_LIMIT_S:
        return "hang"
    if "Something went wrong inside llmdesk" in words:
        return "bug"
    if "Traceback (most recent call last)" in words or os.WEXITSTATUS(status) == 70:
        return "traceback"
    return ""


def work(bases: Path) -> None:
    """Read numbers and kinds of cases, a line each; write what came of them."""
    import llmdesk.commands.ask
    import llmdesk.commands.models
    import llmdesk.engine.backends.choice  # noqa: F401

    preload()
    is_warm = False
    for line in sys.stdin:
        kind, number = line.split()
        if not is_warm and kind != "prepare":
            warm_up(bases)
            is_warm = True
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            place, out = Path(folder) / "case", Path(folder) / "words"
            place.mkdir()
            if kind == "prepare":
                result = forked(lambda: (base_models.write(bases), fill_cache(bases)), out)
            else:
                result = forked(lambda: run_case(kind, int(number), bases, place), out)  # noqa: B023
            words = out.read_text(errors="replace")
        print(json.dumps([kind, int(number), verdict(result, words), words[-3000:], result[1], result[2]]), flush=True)


def preload() -> None:
    """What every case imports. Nothing is computed here: threads of libraries do not live on in a fork."""
    import torch
    import transformers
    from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast  # noqa: F401
    from transformers.models.auto import modeling_auto, tokenization_auto  # noqa: F401

    from llmdesk.engine.backends.choice import choose_backend_name

    if choose_backend_name()[0] == "ipex":
        from llmdesk.engine.backends.ipex import load_operators

        load_operators()
    import llmdesk.engine.backends.native
    import llmdesk.engine.backends.torch_model
    import llmdesk.engine.weights.loading  # noqa: F401

    transformers.logging.set_verbosity_error()
    assert torch is not None


def warm_up(bases: Path) -> None:
    """What libraries import at the first file of a kind, seconds in all."""
    from llmdesk.engine.weights.gguf_config import read_config, read_tokenizer
    from llmdesk.engine.weights.gguf_file import GgufFile
    from llmdesk.engine.weights.model_files import open_config, open_tokenizer

    for folder in sorted((bases / "folders").iterdir()):
        open_config(folder)
        open_tokenizer(folder)
    for file in sorted((bases / "ggufs").iterdir()):
        read_config(GgufFile(file), read_tokenizer(GgufFile(file)))
    gc.collect()
    gc.freeze()  # a collection would write to all that the forks share


# -- outside --------------------------------------------------------------------------------------------------------------


class Worker:
    """A process that runs cases; ``ask`` waits for one."""

    def __init__(self, bases: Path) -> None:
        environment = os.environ | {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.run", "--work", str(bases)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip

    def begin(self, kind: str, number: int) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{kind} {number}\n")
        self._process.stdin.flush()

    def result(self) -> list[Any]:
        assert self._process.stdout
        found: list[Any] = json.loads(self._process.stdout.readline())
        return found

    def close(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()


def fuzz(
    bases: Path, cases: range, kinds: list[str], workers: int, show: Any = lambda done, found: None
) -> list[list[Any]]:
    """The cases that failed: kind, number, verdict, words, processor time, memory."""
    team = [Worker(bases) for _ in range(workers)]
    failed: list[list[Any]] = []
    try:
        if not (bases / "cached").exists():
            team[0].begin("prepare", 0)
            found = team[0].result()
            assert not found[2], f"the models could not be made: {found[3]}"
        waiting, running = iter(cases), list[Worker]()
        for worker in team:
            _next(worker, waiting, kinds, running)
        done = 0
        while running:
            worker = running.pop(0)
            found, done = worker.result(), done + 1
            failed += [found] if found[2] else []
            show(done, found)
            _next(worker, waiting, kinds, running)
    finally:
        for worker in team:
            worker.close()
    return failed


def _next(worker: Worker, waiting: Any, kinds: list[str], running: list[Worker]) -> None:
    number = next(waiting, None)
    if number is not None:
        worker.begin(kind_of(number, kinds), number)
        running.append(worker)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=3000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--kinds", default=",".join([*KINDS, "cache"]))
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--bases", type=Path)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.work:
        work(arguments.work)
        return 0

    def show(done: int, found: list[Any]) -> None:
        if found[2]:
            print(
                f"{found[0]} {found[1]}: {found[2]} ({found[4]:.1f} s, {found[5] / 1e6:.0f} MB)\n{found[3]}\n",
                flush=True,
            )
        elif done % 100 == 0:
            print(f"{done} cases", flush=True)

    with tempfile.TemporaryDirectory(prefix="fuzz-bases-") as folder:
        numbers = range(arguments.first, arguments.first + arguments.cases)
        bases = arguments.bases or Path(folder)
        failed = fuzz(bases, numbers, arguments.kinds.split(","), arguments.workers, show)
    print(f"{len(failed)} of {arguments.cases} cases failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
