"""The benchmark report: one HTML page with charts and conditions, and the same for printing (pure).

A page for browsers has its charts in it. Qt, which prints, draws no SVG inside of HTML: there each chart is an image of
a name, and whoever prints has the SVGs under these names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from llmdesk.services.axis_steps import axis_top
from llmdesk.services.bench.board import Board, BoardRow, DepthLine
from llmdesk.services.bench.export import HEAD, all_conditions, cells_of, fidelity_cells, name_of
from llmdesk.services.bench.report import speed_cells
from llmdesk.services.figure_text import counted

_WIDTH, _LINE = 720, 26
_MOST_LETTERS, _LETTER_PX = 46, 7.6  # of a bar's name, in the widest of the usual fonts
_CHART_PX = 150
_NAME_PX = 16
_PRINTED_PX = 640  # between the margins of A4 and of Letter
_PRINT_HEAD = [
    "model",
    "kernels, threads",
    "tokens",
    "reading, tok/s",
    "writing, tok/s",
    "of memory",
    "KL",
    "equal first",
]
_SVG = "http://www.w3.org/2000/svg"
_MOST_CHARTS = 3
_INKS = ("#0068B5", "#C2570C", "#18794E", "#7A3EB1")
_STYLE = """
:root { color-scheme: light dark; --ground: #F4F6F9; --surface: #FFFFFF; --text: #141920; --quiet: #556172;
  --line: #DAE0E8; }
@media (prefers-color-scheme: dark) { :root { --ground: #0F1216; --surface: #161A20; --text: #E8ECF2; --quiet: #9DA8B7;
  --line: #2B323C; } }
body { background: var(--ground); color: var(--text); margin: 2rem auto; max-width: 76rem; padding: 0 1rem;
  font: 15px/1.6 Inter, system-ui, "Segoe UI", sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 1.6rem; font-weight: 600; } h2 { font-size: 1.05rem; font-weight: 600; }
.quiet { color: var(--quiet); font-size: .85rem; margin: 0; }
svg { background: #FFFFFF; border: 1px solid var(--line); border-radius: 10px; width: 100%; height: auto; }
table { border-collapse: collapse; width: 100%; font-size: .84rem; }
th { color: var(--quiet); font-weight: 500; text-align: left; }
th, td { border-bottom: 1px solid var(--line); padding: 6px 12px 6px 0; }
th:last-child, td:last-child { padding-right: 0; }
td:nth-child(n+3):nth-child(-n+8) { white-space: nowrap; }
th:nth-child(n+6), td:nth-child(n+6) { text-align: right; }
div { overflow-x: auto; }
@media print { :root { --ground: #FFFFFF; font-size: 13px; }
  body { font-size: 12px; margin: 0; max-width: none; padding: 0; } div { overflow: visible; }
  svg, tr { break-inside: avoid; } h2, tr:first-child { break-after: avoid; } }
"""
_PRINT_STYLE = (
    "p { font-size: 7pt; } td, th { font-size: 6.5pt; } th { text-align: left; } "
    ".part { font-size: 10pt; font-weight: 600; }"
)
_HOW = (
    "As llama-bench measures: token ids in, logits out; mean ± standard deviation. KL and equal first choices: against "
    "the same model in float32."
)


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """HTML whose images are ``charts``: SVG by name, each with its width and height in pixels."""

    html: str
    charts: dict[str, tuple[str, int, int]]


def as_html(board: Board) -> str:
    """One page that loads nothing from elsewhere."""
    parts = [f"<h2>{escape(title)}</h2>\n{svg}" for title, svg, _ in _charts(board)]
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Benchmark – llmdesk</title><style>{_STYLE}</style></head>\n"
        f"<body>\n{_body(board, parts, HEAD, cells_of(board.rows))}</body>\n</html>\n"
    )


def for_print(board: Board) -> PrintedPage:
    """For ``ui/kit/pdf.py``."""
    charts: dict[str, tuple[str, int, int]] = {}
    parts = []
    for number, (title, svg, height) in enumerate(_charts(board)):
        whole = svg.replace("<svg ", f'<svg xmlns="{_SVG}" ', 1)  # inside of HTML it goes without saying
        printed_px = round(height * _PRINTED_PX / _WIDTH)
        charts[f"chart{number}"] = (whole, _PRINTED_PX, printed_px)
        size = f'width="{_PRINTED_PX}" height="{printed_px}"'
        parts.append(f'<h2>{escape(title)}</h2>\n<p><img src="chart{number}" {size}></p>')
    body = _body(board, parts, _PRINT_HEAD, [_print_cells(line) for line in board.rows])
    body = body.replace("<h2>", '<p class="part">').replace("</h2>", "</p>")  # Qt's headings have sizes of their own
    html = f"<html><head><style>{_PRINT_STYLE}</style></head><body>{body}</body></html>"
    return PrintedPage(html, charts)


def _print_cells(line: BoardRow) -> list[str]:
    """A line per test: paper is short."""
    row = line.row
    test = f"{row.prompt_tokens} + {row.new_tokens}"
    if row.context_tokens:
        test += f" after {row.context_tokens}"
    reading, writing = (speed_cells(speed)[0] for speed in (row.prefill_tps, row.decode_tps))
    where = f"{row.engine}, {row.threads}"
    end = fidelity_cells(line)
    return [f"{name_of(line)} {row.precision}", where, test, reading, writing, f"{row.bandwidth_share:.0%}", *end]


def _body(board: Board, charts: Sequence[str], names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    table = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>\n" for cells in rows)
    conditions = "<br>\n".join(escape(line) for line in all_conditions(board.rows))
    return (
        f'<h1>Benchmark</h1>\n<p class="quiet">{_HOW}</p>\n{charts[0]}\n'
        f"<div><table><tr>{head}</tr>\n{table}</table></div>\n"
        f"{''.join(charts[1:])}\n<h2>Conditions</h2>\n"
        f'<p class="quiet">{conditions}</p>\n'
    )


def _charts(board: Board) -> list[tuple[str, str, int]]:
    """(title, SVG, height): bars of all lines, then depths and pasts, where there are several points."""
    found = [("Tokens per second, writing", _bars(board.rows), len(board.rows) * _LINE + 8)]
    seen: set[str] = set()
    for number, line in enumerate(board.rows):
        title = f"{name_of(line)}: writing after a long context"
        lines = [each for each in board.depths(number) if len(each.points) > 1]
        if lines and title not in seen:
            seen.add(title)
            chart = _line_chart([(each.precision, each.points) for each in lines], "tokens")
            found.append((title + _ways(line, lines), chart, _CHART_PX))
    for line in sorted(board.rows, key=lambda each: -len(each.past)):
        if len(line.past) > 1:
            row = line.row
            title = f"{name_of(line)} {row.precision}, tg{row.new_tokens} @ d{row.context_tokens}: run after run"
            points = [(number + 1, tps) for number, (_, tps) in enumerate(line.past)]
            found.append((title, _line_chart([(row.precision, points)], ""), _CHART_PX))
    return found[: 1 + _MOST_CHARTS]


def _ways(line: BoardRow, lines: Sequence[DepthLine]) -> str:
    """Whose kernels and how many threads, where not all lines have the same."""
    own = (line.row.engine, line.row.threads)
    ways = {each.precision: each.other_way or own for each in lines}
    if len(set(ways.values())) < 2:
        return ""
    told = [f"{name}: {engine}, {counted(threads, 'thread')}" for name, (engine, threads) in ways.items()]
    return f" ({'; '.join(told)})"


def _bars(lines: Sequence[BoardRow]) -> str:
    most = max((line.row.decode_tps.mean for line in lines), default=0.0) or 1.0
    parts, names = [], [_bar_name(line) for line in lines]
    left = 20 + _LETTER_PX * max(map(len, names), default=0)
    for number, (line, name) in enumerate(zip(lines, names, strict=True)):
        y, tps = number * _LINE, line.row.decode_tps.mean
        width = (_WIDTH - left - 60) * tps / most
        parts.append(_text(10, y + 20, name))
        parts.append(f'<rect x="{left:.1f}" y="{y + 10}" width="{width:.1f}" height="11" rx="5" fill="{_INKS[0]}"/>')
        parts.append(_text(left + width + 8, y + 20, f"{tps:.1f}"))
    return _svg(parts, len(lines) * _LINE + 8)


def _bar_name(line: BoardRow) -> str:
    row = line.row
    depth = f", d{row.context_tokens}" if row.context_tokens else ""
    name = f"{name_of(line)} {row.precision}, {counted(row.threads, 'thread')}{depth}"
    return name if len(name) <= _MOST_LETTERS else f"{name[: _MOST_LETTERS - 1]}…"


def _line_chart(lines: Sequence[tuple[str, Sequence[tuple[int, float]]]], unit: str) -> str:
    """A line for each name over its points, from zero; the lowest and the highest of both axes in words."""
    xs = [x for _, points in lines for x, _ in points]
    top = axis_top(max(y for _, points in lines for _, y in points))
    left, right, upper, lower = 60, _WIDTH - 110, 14, _CHART_PX - 26
    scale = (right - left) / ((max(xs) - min(xs)) or 1)
    parts = [
        f'<line x1="{left}" y1="{y}" x2="{right}" y2="{y}" stroke="#DAE0E8"/>' for y in (upper, lower)
    ]  # fmt: skip
    parts += [_text(10, upper + 5, f"{top:g}"), _text(10, lower + 5, "0")]
    parts += [_text(left, _CHART_PX - 8, str(min(xs))), _text(right - 40, _CHART_PX - 8, f"{max(xs)} {unit}".strip())]
    free_y = 0.0
    for number, (name, points) in sorted(enumerate(lines), key=lambda each: -each[1][1][-1][1]):
        ink = _INKS[number % len(_INKS)]
        places = [(left + (x - min(xs)) * scale, lower - (lower - upper) * y / top) for x, y in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{ink}" stroke-width="2"/>')
        free_y = max(free_y, places[-1][1] + 4)
        parts.append(_text(right + 8, free_y, f"{name} {points[-1][1]:.1f}", ink))
        free_y += _NAME_PX
    return _svg(parts, _CHART_PX)


def _text(x: float, y: float, words: str, ink: str = "#141920") -> str:
    look = f'font-size="13" font-family="Inter, sans-serif" fill="{ink}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(words)}</text>'


def _svg(parts: Sequence[str], height: int) -> str:
    size = f'viewBox="0 0 {_WIDTH} {height}" role="img"'
    return f"<svg {size}>{''.join(parts)}</svg>"
