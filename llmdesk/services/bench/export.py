"""The benchmark page's figures for others: Markdown as llama-bench writes it, CSV, JSON, one HTML page (pure)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from typing import Any

from llmdesk.services.bench.board import BoardRow
from llmdesk.services.bench.report import conditions_text, flat, markdown, speed_cells

_HEAD = ["model", "backend", "precision", "threads", "test", "tok/s", "median", "of bandwidth", "KL", "equal first"]
_NOT_MEASURED = "not measured"
_WIDTH, _LINE, _LABEL = 720, 26, 250
_STYLE = """
:root { color-scheme: light dark; --ground: #F4F6F9; --surface: #FFFFFF; --text: #141920; --quiet: #556172;
  --line: #DAE0E8; --tokens: #0068B5; }
@media (prefers-color-scheme: dark) { :root { --ground: #0F1216; --surface: #161A20; --text: #E8ECF2; --quiet: #9DA8B7;
  --line: #2B323C; --tokens: #4DA3FF; } }
body { background: var(--ground); color: var(--text); margin: 2rem auto; max-width: 60rem; padding: 0 1rem;
  font: 15px/1.6 Inter, system-ui, "Segoe UI", sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 1.6rem; font-weight: 600; } h2 { font-size: 1.05rem; font-weight: 600; }
.quiet { color: var(--quiet); font-size: .85rem; margin: 0; }
svg { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; width: 100%; }
svg text { fill: var(--text); font-size: 13px; }
table { border-collapse: collapse; width: 100%; } th { color: var(--quiet); font-weight: 500; text-align: left; }
th, td { border-bottom: 1px solid var(--line); padding: 6px 8px 6px 0; }
@media print { body { max-width: none; } }
"""


def as_markdown(lines: Sequence[BoardRow]) -> str:
    """Two lines per test, reading (pp) and writing (tg), and the conditions below."""
    return "\n".join([markdown([_HEAD, *_cells(lines)]), "", *_all_conditions(lines)]) + "\n"


def as_csv(lines: Sequence[BoardRow]) -> str:
    """A line per test; empty where nothing was measured."""
    values = [flat(_values(line)) for line in lines]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(name for each in values for name in each)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(values)
    return out.getvalue()


def as_json(lines: Sequence[BoardRow]) -> str:
    """A list of objects; ``null`` where nothing was measured."""
    return json.dumps([_values(line) for line in lines], indent=2) + "\n"


def as_html(lines: Sequence[BoardRow]) -> str:
    """One page that loads nothing from elsewhere."""
    head = "".join(f"<th>{escape(name)}</th>" for name in _HEAD)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>" for cells in _cells(lines))
    conditions = "".join(f'<p class="quiet">{escape(line)}</p>' for line in _all_conditions(lines))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Benchmark – llmdesk</title><style>{_STYLE}</style></head>\n<body>\n<h1>Benchmark</h1>\n"
        '<p class="quiet">As llama-bench measures: token ids in, logits out. KL and equal first choices: against the '
        "same model in float32.</p>\n<h2>Tokens per second, writing</h2>\n"
        f"{_bars(lines)}\n<table><tr>{head}</tr>{body}</table>\n<h2>Conditions</h2>\n{conditions}\n</body>\n</html>\n"
    )


def _cells(lines: Sequence[BoardRow]) -> list[list[str]]:
    cells: list[list[str]] = []
    for line in lines:
        row, found = line.row, line.fidelity
        depth = f" @ d{row.context_tokens}" if row.context_tokens else ""
        start = [row.model, row.backend, row.precision, str(row.threads)]
        end = [f"{found.mean_kl:.5f}", f"{found.equal_first:.1%}"] if found else [_NOT_MEASURED, _NOT_MEASURED]
        cells.append([*start, f"pp{row.prompt_tokens}{depth}", *speed_cells(row.prefill_tps), "", *end])
        share = f"{row.bandwidth_share:.0%}"
        cells.append([*start, f"tg{row.new_tokens}{depth}", *speed_cells(row.decode_tps), share, *end])
    return cells


def _values(line: BoardRow) -> dict[str, Any]:
    found = line.fidelity
    return {
        **asdict(line.row),
        "mean_kl": found.mean_kl if found else None,
        "equal_first": found.equal_first if found else None,
        "conditions": line.conditions,
    }


def _all_conditions(lines: Sequence[BoardRow]) -> list[str]:
    return list(dict.fromkeys(text for line in lines for text in conditions_text(line.conditions)))


def _bars(lines: Sequence[BoardRow]) -> str:
    most = max((line.row.decode_tps.mean for line in lines), default=0.0) or 1.0
    parts = []
    for number, line in enumerate(lines):
        y, row = number * _LINE, line.row
        width = (_WIDTH - _LABEL - 90) * row.decode_tps.mean / most
        name = escape(f"{row.model} {row.precision}, {row.threads} threads")
        parts.append(f'<text x="10" y="{y + 18}">{name}</text>')
        parts.append(f'<rect x="{_LABEL}" y="{y + 8}" width="{width:.1f}" height="11" rx="5" fill="var(--tokens)"/>')
        parts.append(f'<text x="{_LABEL + width + 8:.1f}" y="{y + 18}">{row.decode_tps.mean:.1f}</text>')
    return f'<svg viewBox="0 0 {_WIDTH} {len(lines) * _LINE + 4}" role="img">{"".join(parts)}</svg>'
