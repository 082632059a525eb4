"""The frame of what tries a finished package: it says what was seen, how long all took, and whether it passed."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from double_click import QUESTION
from environment import ROOT, SetupFailed
from fresh_root import HOME, USER, FreshRoot, link_or_copy

sys.path.insert(0, str(ROOT))

from llmdesk.engine.networks.fused.systems import ISAS

KERNELS = (
    "from pathlib import Path; from llmdesk.engine.networks.fused import library, ready_made; "
    'why = library.obstacle(); file = Path("" if why else library.best()._name); '
    "print(why or (library.best_isa() if file.parent == ready_made.FOLDER else file))"
)
"""Python that prints the instruction set of the kernels that came along, if those are the ones in use; else, why not,
or the library that is used instead."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One of them, by the name of its make target."""

    name: str

    def say(self, text: str) -> None:
        """What was seen."""
        print(f"{self.name}: {text}", flush=True)

    def run(self, work: Callable[[], None], end: str = "") -> int:
        """Carry it out; returns the exit code."""
        started_s = time.monotonic()
        try:
            work()
        except (SetupFailed, AssertionError) as failure:
            print(f"{self.name}: FAILED: {failure}", file=sys.stderr)
            return 1
        self.say(f"passed in {time.monotonic() - started_s:.0f} s{end}")
        return 0

    def run_in_fresh_root(self, file: Path, work: Callable[[FreshRoot, Path], None]) -> int:
        """The same as root, in a root made anew, which is deleted if all went well.

        Args:
            file: what is tried.
            work: is given the root and the folder for pictures, which the command line may name.
        """
        place = ROOT / "build" / self.name
        parser = argparse.ArgumentParser()
        parser.add_argument("--pictures", type=Path, default=place)
        pictures = parser.parse_args().pictures

        def whole() -> None:
            if os.geteuid() != 0:
                raise SetupFailed("a fresh root needs root's rights.")
            if not file.exists():
                raise SetupFailed(
                    f"there is no {file.name} in dist: run `make {self.name.removesuffix('-test')}` first."
                )
            for folder in (place, pictures):
                folder.mkdir(parents=True, exist_ok=True)
            root = FreshRoot(place / "root")
            work(root, pictures)
            root.remove()

        return self.run(whole, f"; pictures in {pictures}")


def put_in(root: FreshRoot, file: Path, place: str = "/tmp") -> str:
    """The file's path inside; a link where there can be one, so that nothing is copied."""
    root.run(f"mkdir -p '{place}'")
    inside = root.folder / place.lstrip("/") / file.name
    link_or_copy(file, inside)
    return f"{place}/{file.name}"


def first_answer(root: FreshRoot, program: str) -> str:
    """What a program's first start says to a question, without network, and after how long.

    Raises:
        SetupFailed: it fails, or there is no answer (the figures, on standard error, are none).
    """
    started_s = time.monotonic()
    ask = f"cd /; '{program}' ask --max-tokens 16 '{QUESTION}' 2>{HOME}/said"
    text = root.run(f"{ask} || {{ cat {HOME}/said; exit 1; }}; rm {HOME}/said", USER, network=False).strip()
    if not text:
        raise SetupFailed("llmdesk ask said nothing.")
    return f"`llmdesk ask` after {time.monotonic() - started_s:.1f} s: {text!r}"


def kernels_in_use(root: FreshRoot, programs: str) -> str:
    """The instruction set of the kernels that came along, for the Python in that folder; see ``ready_made_isa``."""
    return ready_made_isa(root.run(f"cd /; '{programs}'/python3.* -s -P -c '{KERNELS}'", USER, network=False))


def ready_made_isa(said: str) -> str:
    """The instruction set that ``KERNELS`` has printed.

    Raises:
        SetupFailed: the kernels that came along are not in use there.
    """
    if said.strip() not in ISAS:
        raise SetupFailed(f"the kernels that came along are not used: {said.strip()}")
    return said.strip()
