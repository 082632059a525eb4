"""The newest figures of each thing that was measured, with its fidelity and its past (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from llmdesk.services.bench.history import PastRun
from llmdesk.services.bench.report import BenchRow, QualityRow
from llmdesk.services.bench.versions import kernels_version

_NO_LOAD_S = 5.0


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A line of the benchmark page.

    Attributes:
        fidelity: as answers are written, over all kinds of text; None: not measured.
        past: (ISO 8601 date, decode_tps) of this and all earlier runs of the same test, oldest first.
        machine: where it was measured, if that was not here; else empty.
        is_stale: the kernels are others by now.
    """

    row: BenchRow
    conditions: dict[str, Any]
    fidelity: QualityRow | None
    past: tuple[tuple[str, float], ...]
    machine: str = ""
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class DepthLine:
    """How fast a precision writes after longer and longer contexts.

    Attributes:
        points: (depth in tokens, decode_tps), shortest first.
        other_way: (engine, threads), where it ran in another way than the row it stands beside; None: in the same.
    """

    precision: str
    points: tuple[tuple[int, float], ...]
    other_way: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Board:
    """All lines, this machine's first, by model and the faster one first; ``notice``: what could not be read."""

    rows: tuple[BoardRow, ...] = ()
    notice: str = ""

    def depths(self, number: int) -> tuple[DepthLine, ...]:
        """A line for each precision of the same model, machine and answer as a row's.

        Of a precision that other kernels or numbers of threads ran, too: as in that row, else the fastest.
        """
        chosen = self.rows[number]
        kin = [line for line in self.rows if _place(line) == _place(chosen)]
        ways = {line.row.precision: _way(line) for line in reversed(kin)}  # the fastest stands first
        ways |= {line.row.precision: _way(line) for line in kin if _way(line) == _way(chosen)}
        found: dict[str, dict[int, float]] = {}
        for line in kin:
            if _way(line) == ways[line.row.precision]:
                points = found.setdefault(line.row.precision, {})
                points.setdefault(line.row.context_tokens, line.row.decode_tps.mean)
        own_way = _way(chosen)
        return tuple(
            DepthLine(name, tuple(sorted(points.items())), None if ways[name] == own_way else ways[name])
            for name, points in found.items()
        )


def board_of(runs: Sequence[PastRun], here: str, notice: str = "") -> Board:
    """From the history, oldest first. Fidelity depends on no machine, so it counts wherever it was measured."""
    newest: dict[tuple[Any, ...], tuple[BenchRow, PastRun]] = {}
    past: dict[tuple[Any, ...], list[tuple[str, float]]] = {}
    for run in runs:
        for row in run.rows:
            test = (run.machine, *_test(row))
            newest[test] = (row, run)
            past.setdefault(test, []).append((run.date, row.decode_tps.mean))
    fidelity = fidelity_of(runs)
    lines = [
        BoardRow(
            replace(row, bandwidth_share=min(1.0, row.bandwidth_share)),
            run.conditions,
            None if row.is_synthetic else fidelity.get((row.model, row.precision)),
            tuple(past[test]),
            "" if run.machine == here else run.machine,
            run.machine == here and is_stale(row),
        )
        for test, (row, run) in newest.items()
    ]
    lines.sort(key=lambda line: (line.machine, line.row.model, -line.row.decode_tps.mean))
    return Board(tuple(lines), notice)


def fidelity_of(runs: Sequence[PastRun]) -> dict[tuple[str, str], QualityRow]:
    """The newest by (model, precision)."""
    return {
        (run.model, found.precision): found
        for run in runs
        for found in run.quality
        if (found.path, found.text) == ("token", "all")
    }


def is_stale(row: BenchRow) -> bool:
    """Whether other kernels would run by now; of what was measured before their version was kept nobody knows."""
    return row.kernels_version != kernels_version(row.engine)


def expected_s(
    board: Board, model: str, precision: str, prompt_tokens: Sequence[int], new_tokens: Sequence[int], runs: int
) -> float | None:
    """How long so many runs of each length take, by what was measured here; None: this model was not."""
    known = [
        line.row
        for line in board.rows
        if not line.machine and (line.row.model, line.row.precision) == (model, precision)
    ]
    if not known or not (known[0].prefill_tps.mean and known[0].decode_tps.mean):
        return None
    row = known[0]
    once_s = sum(prompt_tokens) / row.prefill_tps.mean + sum(new_tokens) / row.decode_tps.mean
    return (row.load_s or _NO_LOAD_S) + runs * once_s


def _test(row: BenchRow) -> tuple[Any, ...]:
    return (
        row.model, row.engine, row.precision, row.threads, row.prompt_tokens, row.new_tokens, row.context_tokens,
        row.is_synthetic,
    )  # fmt: skip


def _place(line: BoardRow) -> tuple[Any, ...]:
    row = line.row
    return (line.machine, row.model, row.new_tokens, row.is_synthetic)


def _way(line: BoardRow) -> tuple[str, int]:
    return (line.row.engine, line.row.threads)
