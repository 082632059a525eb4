"""The benchmark page's figures for others: Markdown as llama-bench writes it, CSV, JSON (pure)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from llmdesk.services.bench.board import BoardRow
from llmdesk.services.bench.report import KL_DECIMALS, conditions_text, flat, markdown, speed_cells
from llmdesk.services.figure_text import share_text
from llmdesk.services.kl_text import kl_text

HEAD = ["model", "backend", "precision", "threads", "test", "tok/s", "median", "of bandwidth", "KL", "equal first"]
NOT_MEASURED = "not measured"
SYNTHETIC = "random weights"


def as_markdown(lines: Sequence[BoardRow]) -> str:
    """Two lines per test, reading (pp) and writing (tg), and the conditions below."""
    return "\n".join([markdown([HEAD, *cells_of(lines)]), "", *all_conditions(lines)]) + "\n"


def as_csv(lines: Sequence[BoardRow]) -> str:
    """A line per test; empty where nothing was measured."""
    values = [flat(_values(line)) for line in lines]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(name for each in values for name in each)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(values)
    return out.getvalue()


def as_json(lines: Sequence[BoardRow]) -> str:
    """A list of objects; ``null`` where nothing was measured, and for the machine that wrote them."""
    return json.dumps([_values(line) for line in lines], indent=2) + "\n"


def cells_of(lines: Sequence[BoardRow]) -> list[list[str]]:
    """Under HEAD, two lines per test."""
    cells: list[list[str]] = []
    for line in lines:
        row = line.row
        depth = f" @ d{row.context_tokens}" if row.context_tokens else ""
        start = [name_of(line), row.engine, row.precision, str(row.threads)]
        end = fidelity_cells(line)
        cells.append([*start, f"pp{row.prompt_tokens}{depth}", *speed_cells(row.prefill_tps), "", *end])
        share = f"{row.bandwidth_share:.0%}"
        cells.append([*start, f"tg{row.new_tokens}{depth}", *speed_cells(row.decode_tps), share, *end])
    return cells


def name_of(line: BoardRow) -> str:
    """The model, with what must be known to compare it: another machine, other kernels."""
    notes = [line.machine, "older kernels" if line.is_stale else ""]
    words = ", ".join(filter(None, notes))
    return f"{line.row.model} ({words})" if words else line.row.model


def fidelity_cells(line: BoardRow) -> list[str]:
    """KL and equal first choices, or why there are none."""
    if line.fidelity is not None:
        return [kl_text(line.fidelity.mean_kl, KL_DECIMALS), f"{share_text(line.fidelity.equal_first)} %"]
    return 2 * [SYNTHETIC if line.row.is_synthetic else NOT_MEASURED]


def all_conditions(lines: Sequence[BoardRow]) -> list[str]:
    """Each once."""
    return list(dict.fromkeys(text for line in lines for text in conditions_text(line.conditions)))


def _values(line: BoardRow) -> dict[str, Any]:
    found = line.fidelity
    return {
        **asdict(line.row),
        "mean_kl": found.mean_kl if found else None,
        "equal_first": found.equal_first if found else None,
        "is_stale": line.is_stale,
        "other_machine": line.machine or None,
        "conditions": line.conditions,
    }
