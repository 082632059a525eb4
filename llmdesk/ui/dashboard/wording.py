"""Figures and sentences of the dashboard as text. Units always; an en dash where nothing was measured."""

from __future__ import annotations

from llmdesk.datatypes.model import ResourceSample
from llmdesk.services.live.live_data import Phase

NOTHING = "–"
PHASE_WORDS: dict[Phase, str] = {
    "nothing": "",
    "prompt": "Waiting for the first token",
    "decoding": "Answering",
    "ended": "Last answer",
}


def speed(tps: float | None) -> str:
    """Tokens per second without the unit: 8.4, 27.4, 123, 1204."""
    if tps is None:
        return NOTHING
    return f"{tps:.1f}" if tps < 99.95 else f"{tps:.0f}"


def count(value: float | None) -> str:
    """A whole number with separators."""
    return NOTHING if value is None else f"{value:,.0f}"


def duration(seconds: float | None) -> str:
    """8.4 ms, 112 ms, 1.24 s, 12.4 s."""
    if seconds is None:
        return NOTHING
    if seconds < 0.00995:
        return f"{1000 * seconds:.1f} ms"
    if seconds < 0.9995:
        return f"{1000 * seconds:.0f} ms"
    return f"{seconds:.2f} s" if seconds < 9.995 else f"{seconds:.1f} s"


def gigabytes(value_bytes: float) -> str:
    """Gigabytes without the unit: 0.41, 1.6, 14.9, 132."""
    value = value_bytes / 1e9
    if value < 0.995:
        return f"{value:.2f}"
    return f"{value:.1f}" if value < 99.95 else f"{value:.0f}"


def widest_gigabytes(total_bytes: int) -> str:
    """As wide as any number of gigabytes of this memory."""
    return "88.8" if total_bytes < 1e12 else "8888"


def percent(value: float) -> str:
    """A whole percentage."""
    return f"{value:.0f} %"


def processor_sentence(process_percent: float, system_percent: float, processors: int, unit: str) -> str:
    """What the processor figures (means of the last seconds) say in plain words; empty if they say nothing.

    ``unit`` is what ``processors`` counts: "cores", or "processor threads" where a core runs two.
    """
    others_percent = system_percent - process_percent
    if process_percent >= 90:
        return "llmdesk uses all processor cores."
    if system_percent >= 90 and others_percent >= 20:
        return f"Other programs take {others_percent:.0f} %, so answers come slower."
    used = process_percent / 100 * processors
    if used >= 0.75 and processors > 1:
        return f"llmdesk uses about {used:.0f} of {processors} {unit}."
    return ""


def processor_sentences(processors: int, unit: str) -> tuple[str, ...]:
    """One of each kind that ``processor_sentence`` gives on this machine, none shorter than others of its kind."""
    figures = ((100, 100), (0, 100), (89, 89))
    return tuple(processor_sentence(process, system, processors, unit) for process, system in figures)


def memory_sentence(sample: ResourceSample) -> str:
    """A warning when memory runs out, else nothing."""
    free_bytes = sample.system_total_bytes - sample.system_used_bytes
    return "" if free_bytes >= 0.08 * sample.system_total_bytes else memory_warning(free_bytes)


def memory_warning(free_bytes: float) -> str:
    """That memory runs out."""
    return f"Memory is nearly full: {gigabytes(free_bytes)} GB are free."


def painted_sentence(painted_tps: float, engine_tps: float, behind_ms: float) -> str:
    """How closely the window follows the engine; both speeds are of the same seconds."""
    return f"Painted {speed(painted_tps)} of {speed(engine_tps)} tok/s, {behind_ms:.0f} ms behind the engine"


def ago(seconds: float) -> str:
    """A moment in the past."""
    return "now" if seconds < 0.5 else f"{seconds:.0f} s ago"
