"""What was measured on this machine before: one line of JSON per benchmark, in the data folder (no torch, any thread).

Lines are only ever added, so a damaged one costs that one alone and stays in the file for who wants to mend it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from llmdesk import paths
from llmdesk.services import machine
from llmdesk.services.bench.report import BenchRow, QualityRow
from llmdesk.services.plain_json import is_negative, read_json
from llmdesk.words import say

VERSION = 1
MOST_BYTES = 32 << 20
"""Of the file, from its end: some ten thousand benchmarks. What is older is left where it is."""
_SHOWN_LINES = 8


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
    paths.made(paths.data_dir())
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
    skipped, lines = _newest_lines(file)
    for number, line in enumerate(lines, start=skipped + 1):
        if not line.strip():
            continue
        run = _run(line)
        if run is None:
            unread.append(number)
        else:
            runs.append(run)
    if not unread:
        return History(tuple(runs))
    shown = ", ".join(map(str, unread[:_SHOWN_LINES])) + (" …" if len(unread) > _SHOWN_LINES else "")
    notice = say("Some benchmarks in {file} cannot be read (lines {lines}); they were left as they are.")
    return History(tuple(runs), notice.format(file=file, lines=shown))


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
        values = read_json(line)
        if not isinstance(values, dict) or values.get("version") != VERSION:
            return None
        run = _adapter().validate_python(values)
        _Conditions.model_validate(run.conditions)
    except (ValueError, ValidationError, RecursionError):
        return None
    return None if any(map(is_negative, run.rows)) else run


def _newest_lines(file: Path) -> tuple[int, list[bytes]]:
    """(lines that were left out, the others) of a file that may have grown beyond all measure."""
    with file.open("rb") as opened:
        size = opened.seek(0, 2)
        opened.seek(max(0, size - MOST_BYTES))
        content = opened.read(MOST_BYTES)
        if size <= MOST_BYTES:
            return 0, content.split(b"\n")
        opened.seek(0)
        left, skipped = size - MOST_BYTES, 0
        while left > 0 and (part := opened.read(min(left, 1 << 20))):
            left, skipped = left - len(part), skipped + part.count(b"\n")
    return skipped + 1, content.split(b"\n")[1:]


class _Processor(BaseModel):
    name: str = ""
    physical_cores: int = 0
    features: list[str] = []


class _Conditions(BaseModel):
    """What the page and exports take from conditions; there may be more, or less."""

    date: str = ""
    processor: _Processor = _Processor()
    packages: dict[str, str | None] = {}
    read_bandwidth_gbps: float = 0.0
    load_average: float | None = None
    warnings: list[str] = []


@cache
def _adapter() -> TypeAdapter[PastRun]:
    return TypeAdapter(PastRun)
