"""A recording as one HTML page with charts, which loads nothing from elsewhere (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape

from llmdesk.datatypes.chat import GenerationStats
from llmdesk.services.axis_steps import axis_top
from llmdesk.services.figure_text import tps_text
from llmdesk.services.race import report as race_report
from llmdesk.services.race.race import Race
from llmdesk.services.recording.recording import RecordedAnswer, Recording

_WIDTH, _HEIGHT = 720.0, 150.0
_WINDOW_S = 1.0
_POINTS_PER_S = 4
_ENDS = {
    "length": "Ended at its most tokens.",
    "context_full": "Ended as the context was full.",
    "cancelled": "Stopped.",
}
_STYLE = """
:root { color-scheme: light dark; --ground: #F4F6F9; --surface: #FFFFFF; --text: #141920; --quiet: #556172;
  --line: #DAE0E8; --tokens: #0068B5; --processor: #C2570C; --memory: #18794E; --bubble: #E1EEFA; }
@media (prefers-color-scheme: dark) { :root { --ground: #0F1216; --surface: #161A20; --text: #E8ECF2; --quiet: #9DA8B7;
  --line: #2B323C; --tokens: #4DA3FF; --processor: #FF9E64; --memory: #3FD08F; --bubble: #1B2F47; } }
* { box-sizing: border-box; }
body { background: var(--ground); color: var(--text); margin: 2rem auto; max-width: 52rem; padding: 0 1rem;
  font: 15px/1.6 Inter, system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; font-weight: 600; margin: 0; }
h2 { font-size: 1.05rem; font-weight: 600; margin: 2rem 0 .4rem; }
.quiet { color: var(--quiet); font-size: .85rem; margin: 0; }
.tiles { display: flex; flex-wrap: wrap; gap: 12px; margin: 1.5rem 0; }
.tile { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; flex: 1 1 9rem;
  padding: 12px 16px; }
.tile b { display: block; font-size: 1.9rem; font-weight: 600; line-height: 1.2; }
b, td, .tile { font-variant-numeric: tabular-nums; }
svg { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; display: block; width: 100%; }
svg text { fill: var(--quiet); font-size: 11px; }
table { border-collapse: collapse; width: 100%; } th { color: var(--quiet); font-weight: 500; text-align: left; }
th, td { border-bottom: 1px solid var(--line); padding: 6px 8px 6px 0; }
td.n, th.n { text-align: right; white-space: nowrap; }
.wide { overflow-x: auto; }
table + .quiet, .wide + .quiet { margin-top: .8rem; }
.prompt { background: var(--bubble); border-radius: 14px; padding: 8px 14px; width: fit-content; }
.answer { white-space: pre-wrap; }
@media print { :root { --ground: #FFFFFF; font-size: 13px; }
  body { font-size: 12px; margin: 0; max-width: none; padding: 0; } .wide { overflow: visible; }
  svg, tr, .tile { break-inside: avoid; } h2, tr:first-child { break-after: avoid; } .quiet { break-before: avoid; } }
"""


def html_report(recording: Recording, notes: Sequence[str] = (), races: Sequence[Race] = ()) -> str:
    """The whole page. ``notes``: further sentences of what was measured; ``races``: what was raced meanwhile."""
    found = recording.conditions
    memory = f"{found.memory_bytes / 1e9:.1f} GB"
    where = f"{found.processor}, {found.physical_cores} cores, {memory} of memory, {found.system}, {found.program}"
    title, when = recording.title or "A session", _when(found.recorded_at)
    asked_s = [answer.asked_s for answer in recording.answers]
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="quiet">Measured {escape(when)} on {escape(where)}. Nothing was sent anywhere.</p>',
        _tiles(recording),
        "<h2>Tokens per second</h2>",
        _chart([speed_curve(recording)], ["tokens"], recording.duration_s, "tok/s", asked_s=asked_s),
        "<h2>Processor, percent of all cores: llmdesk in colour, the system behind it</h2>",
        _chart(
            [
                [(sample.t_s, sample.system_cpu_percent) for sample in recording.samples],
                [(sample.t_s, sample.process_cpu_percent) for sample in recording.samples],
            ],
            ["quiet", "processor"],
            recording.duration_s,
            "%",
            top=100.0,
        ),
        "<h2>Memory of llmdesk</h2>",
        _chart(
            [[(sample.t_s, sample.process_rss_bytes / 1e9) for sample in recording.samples]],
            ["memory"],
            recording.duration_s,
            "GB",
        ),
        "<h2>Answers</h2>",
        _table(recording),
        *(f'<p class="quiet">{escape(note)}</p>' for note in notes),
        *(_race(race) for race in races),
        *(_words(number, answer) for number, answer in enumerate(recording.answers, start=1)),
    ]
    policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    head = f'<meta charset="utf-8">{policy}<meta name="viewport" content="width=device-width, initial-scale=1">'
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>{head}<title>{escape(title)} – llmdesk</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def speed_curve(recording: Recording) -> list[tuple[float, float]]:
    """(seconds, tokens per second), a mean over the second before each point; 0 where nothing was written."""
    points: list[tuple[float, float]] = [(0.0, 0.0)]
    for answer in recording.answers:
        times = [piece.t_s for piece in answer.pieces]
        if len(times) < 2:
            continue
        points.append((times[0], 0.0))
        begin = 0
        step_s, next_s = 1 / _POINTS_PER_S, times[0]
        for end in range(1, len(times)):
            while times[end] - times[begin] > _WINDOW_S and begin < end - 1:
                begin += 1
            if times[end] >= next_s and times[end] > times[begin]:
                points.append((times[end], (end - begin) / (times[end] - times[begin])))
                next_s = times[end] + step_s
        points.append((times[-1], 0.0))
    points.append((recording.duration_s, 0.0))
    return points


def _tiles(recording: Recording) -> str:
    stats = [answer.stats for answer in recording.answers if answer.stats is not None]
    tps, is_best = speed_of(
        (answer.model and (answer.model.id, answer.model.precision), answer.stats)
        for answer in recording.answers
        if answer.stats is not None
    )
    speed_words = "tokens per second, at best" if is_best else "tokens per second"
    first = [each.ttft_s for each in stats if each.ttft_s]
    most = max((sample.process_rss_bytes for sample in recording.samples), default=0)
    shown = [
        (tps_text(tps) if tps else "–", speed_words),
        (_duration(min(first)) if first else "–", "first token, at best"),
        (str(sum(each.new_tokens for each in stats)), "tokens written"),
        (f"{most / 1e9:.1f} GB" if most else "–", "memory at most"),
    ]
    return '<div class="tiles">' + "".join(f'<div class="tile"><b>{a}</b>{b}</div>' for a, b in shown) + "</div>"


def speed_of(answers: Iterable[tuple[object, GenerationStats]]) -> tuple[float, bool]:
    """Tokens per second of answers with what gave each of them, or None: of all together, by their weight.

    Of several models or precisions, whose mean says nothing, that of the fastest answer, and True. 0: not measured.
    """
    forms, timed = set[object](), list[GenerationStats]()
    for form, stats in answers:
        forms |= {form} if form is not None else set()
        timed += [stats] if stats.decode_tps else []
    if len(forms) > 1:
        return max((each.decode_tps for each in timed), default=0.0), True
    seconds = sum(each.decode_s for each in timed)
    tokens = sum(each.new_tokens - each.untimed_tokens for each in timed)
    return tokens / seconds if seconds else 0.0, False


def _chart(
    curves: Sequence[Sequence[tuple[float, float]]],
    colors: Sequence[str],
    end_s: float,
    unit: str,
    top: float = 0.0,
    asked_s: Sequence[float] = (),
) -> str:
    """Lines with areas over one time axis; says its top value and its span once. ``asked_s``: numbered dotted lines."""
    values = [value for curve in curves for _, value in curve]
    if not values or end_s <= 0:
        return '<p class="quiet">Nothing was measured.</p>'
    top = top or axis_top(max(values))
    lines = [f'<path d="M0 {_HEIGHT * share:.1f}H{_WIDTH}" stroke="var(--line)"/>' for share in (0.15, 0.43, 0.72)]
    low, high = _HEIGHT - 1, 0.15 * _HEIGHT
    for curve, color in zip(curves, colors, strict=True):
        if not curve:
            continue
        points = [(_WIDTH * t_s / end_s, low - (low - high) * min(1.0, value / top)) for t_s, value in curve]
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        area = f"{path}L{points[-1][0]:.1f} {low}L{points[0][0]:.1f} {low}Z"
        lines.append(f'<path d="{area}" fill="var(--{color})" fill-opacity=".13"/>')
        lines.append(f'<path d="{path}" fill="none" stroke="var(--{color})" stroke-width="2"/>')
    for number, t_s in enumerate(asked_s, start=1):
        x = _WIDTH * t_s / end_s
        lines.append(f'<path d="M{x:.1f} 22V{low}" stroke="var(--quiet)" stroke-dasharray="1 3"/>')
        lines.append(f'<text x="{x:.1f}" y="15">{number}</text>')
    legend = f'<text x="{_WIDTH - 8}" y="15" text-anchor="end">{top:g} {unit} · {end_s:.0f} s</text>'
    return (
        f'<svg viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img" aria-label="{unit} over {end_s:.0f} seconds">'
        f"{''.join(lines)}{legend}</svg>"
    )


def _duration(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


def _when(recorded_at: str) -> str:
    """Day and minute; as it stands there, if it is none."""
    try:
        return datetime.fromisoformat(recorded_at).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return recorded_at


def _table(recording: Recording) -> str:
    rows = ""
    for number, answer in enumerate(recording.answers, start=1):
        model, stats = _form(answer) or "–", answer.stats
        cells = ["–"] * 4
        if stats is not None:
            cells = [
                str(stats.prompt_tokens),
                str(stats.new_tokens),
                _duration(stats.ttft_s) if stats.ttft_s else "–",
                tps_text(stats.decode_tps) if stats.decode_tps else "–",
            ]
        figures = "".join(f'<td class="n">{cell}</td>' for cell in cells)
        rows += f"<tr><td>{number}. {escape(_short(answer.prompt))}</td><td>{escape(model)}</td>{figures}</tr>"
    names = "".join(f'<th class="n">{name}</th>' for name in ("prompt", "answer", "first token", "tok/s"))
    return f"<table><tr><th>Prompt</th><th>Model</th>{names}</tr>{rows}</table>"


def _race(race: Race) -> str:
    """Who wrote fastest, a row per lane, and how it was run."""
    (_, *names), *rows = race_report.as_cells(race)
    head = "<th></th>" + "".join(f'<th class="n">{escape(name)}</th>' for name in names)
    body = ""
    for lane, *cells in rows:
        figures = "".join(f'<td class="n">{escape(cell)}</td>' for cell in cells)
        body += f"<tr><td>{escape(lane)}</td>{figures}</tr>"
    notes = "".join(f'<p class="quiet">{escape(note)}</p>' for note in race_report.notes(race))
    return (
        f"<h2>Race: {escape(race_report.verdict_text(race))}</h2>"
        f'<p class="quiet">Prompt: {escape(_short(race.plan.prompt))}</p>'
        f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>{notes}'
    )


def _words(number: int, answer: RecordedAnswer) -> str:
    ended = answer.error or _ENDS.get(answer.reason, answer.reason)
    notes = [_form(answer), "" if answer.reason == "stop" else ended]
    below = "".join(f'<p class="quiet">{escape(note)}</p>' for note in notes if note)
    heading = f'<h2 class="prompt">{number}. {escape(answer.prompt)}</h2>'
    return f'{heading}<div class="answer">{escape(answer.text)}</div>{below}'


def _form(answer: RecordedAnswer) -> str:
    """The model that gave it, and its precision; empty: not known."""
    return f"{answer.model.title} {answer.model.precision or ''}".strip() if answer.model else ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
