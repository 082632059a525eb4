"""What was measured on this machine before: one line of JSON per benchmark, in the data folder (no torch, any thread).

Lines are only ever added, so a damaged one costs that one alone and stays in the file for who wants to mend it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from llmdesk import paths
from llmdesk.services import machine
from llmdesk.services.bench.report import BenchRow, QualityRow
from llmdesk.words import say

VERSION = 1


@dataclass(frozen=True, slots=True)
class PastRun:
    """One benchmark: its rows and what all of them depend on (see runs.measured_conditions).

    Where fidelity was measured, ``rows`` is empty, and ``quality`` is that of ``model``.
    """

    version: int
    rows: tuple[BenchRow, ...]
    conditions: dict[str, Any]
    quality: tuple[QualityRow, ...] = ()
    model: str = ""

    @property
    def machine(self) -> str:
        """Where it was measured; see ``machine_of``."""
        return machine_of(self.conditions.get("processor"))

    @property
    def date(self) -> str:
        """ISO 8601."""
        return str(self.conditions.get("date", ""))


@dataclass(frozen=True, slots=True)
class History:
    """What could be read, oldest first, and a sentence if some could not be (else empty)."""

    runs: tuple[PastRun, ...]
    notice: str = ""


def history_file() -> Path:
    """Where the lines are; may not exist."""
    return paths.data_dir() / "benchmarks.jsonl"


def add_run(rows: Sequence[BenchRow], conditions: dict[str, Any]) -> None:
    """Keep a benchmark. Raises OSError; then what was there is still there."""
    _add(PastRun(VERSION, tuple(rows), conditions))


def add_quality(model: str, rows: Sequence[QualityRow], conditions: dict[str, Any]) -> None:
    """Keep how close a model's precisions came to float32. Raises OSError, as ``add_run``."""
    _add(PastRun(VERSION, (), conditions, tuple(rows), model))


def _add(run: PastRun) -> None:
    line = _adapter().dump_json(run)
    with history_file().open("a+b") as file:
        if file.tell() > 0:
            file.seek(-1, 2)
            if file.read(1) != b"\n":  # a writer was cut short: its half line must not take ours with it
                line = b"\n" + line
        file.write(line + b"\n")


def read_history() -> History:
    """All benchmarks that were kept. Raises OSError if the file is there and cannot be opened."""
    file = history_file()
    if not file.exists():
        return History(())
    runs: list[PastRun] = []
    unread: list[int] = []
    for number, line in enumerate(file.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        run = _run(line)
        if run is None:
            unread.append(number)
        else:
            runs.append(run)
    if not unread:
        return History(tuple(runs))
    notice = say("Some benchmarks in {file} cannot be read (lines {lines}); they were left as they are.")
    return History(tuple(runs), notice.format(file=file, lines=", ".join(map(str, unread))))


def machine_of(processor: Any) -> str:
    """A machine by its processor and cores, as conditions tell them; a data folder may have moved to another one."""
    if not isinstance(processor, dict) or not processor.get("name"):
        return ""
    return f"{processor['name']}, {processor.get('physical_cores')} cores"


def here() -> str:
    """This machine, as ``machine_of`` names it."""
    return machine_of(asdict(machine.processor()))


def _run(line: bytes) -> PastRun | None:
    """None if it is damaged or of a later llmdesk."""
    try:
        values = json.loads(line)
        if not isinstance(values, dict) or values.get("version") != VERSION:
            return None
        return _adapter().validate_python(values)
    except (ValueError, ValidationError, RecursionError):
        return None


@cache
def _adapter() -> TypeAdapter[PastRun]:
    return TypeAdapter(PastRun)
