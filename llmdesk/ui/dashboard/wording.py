"""Figures and sentences of the dashboard as text. Units always; an en dash where nothing was measured."""

from __future__ import annotations

from llmdesk.datatypes.model import ResourceSample
from llmdesk.services.live.live_data import Phase
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.words import tr

NOTHING = "–"


def phase_text(phase: Phase) -> str:
    """What the engine is doing."""
    return {
        "nothing": "",
        "prompt": tr("Waiting for the first token"),
        "decoding": tr("Answering"),
        "ended": tr("Last answer"),
        "kept": tr("Last measured"),
    }[phase]


def speed(tps: float | None) -> str:
    """Tokens per second without the unit: 8.4, 27.4, 123, 1204."""
    if tps is None:
        return NOTHING
    return digits(tps, ".1f") if tps < 99.95 else digits(tps, ".0f")


def count(value: float | None) -> str:
    """A whole number with separators."""
    return NOTHING if value is None else digits(value, ",.0f")


def duration(seconds: float | None) -> str:
    """8.4 ms, 112 ms, 1.24 s, 12.4 s."""
    if seconds is None:
        return NOTHING
    if seconds < 0.00995:
        return tr("{ms} ms", ms=digits(1000 * seconds, ".1f"))
    if seconds < 0.9995:
        return tr("{ms} ms", ms=digits(1000 * seconds, ".0f"))
    return tr("{seconds} s", seconds=digits(seconds, ".2f" if seconds < 9.995 else ".1f"))


def gigabytes(value_bytes: float) -> str:
    """Gigabytes without the unit: 0.41, 1.6, 14.9, 132."""
    value = value_bytes / 1e9
    if value < 0.995:
        return digits(value, ".2f")
    return digits(value, ".1f") if value < 99.95 else digits(value, ".0f")


def widest_gigabytes(total_bytes: int) -> str:
    """As wide as any number of gigabytes of this memory."""
    return digits(88.8, ".1f") if total_bytes < 1e12 else "8888"


def gigabytes_text(figure: str) -> str:
    """With the unit."""
    return tr("{figure} GB", figure=figure)


def total_text(total_bytes: float) -> str:
    """What the memory taken is a part of."""
    return tr("of {total} GB", total=digits(total_bytes / 1e9, ".0f"))


def percent(value: float) -> str:
    """A whole percentage."""
    return tr("{figure} %", figure=digits(value, ".0f"))


def processor_sentence(process_percent: float, system_percent: float, processors: int, plain_cores: bool) -> str:
    """What the processor figures (means of the last seconds) say in plain words; empty if they say nothing.

    ``plain_cores``: ``processors`` counts cores; else the threads of cores that run two.
    """
    others_percent = system_percent - process_percent
    if process_percent >= 90:
        return tr("llmdesk uses all processor cores.")
    if system_percent >= 90 and others_percent >= 20:
        return tr("Other programs take {share}, so answers come slower.", share=percent(others_percent))
    used = process_percent / 100 * processors
    if used < 0.75 or processors == 1:
        return ""
    if plain_cores:
        return tr("llmdesk uses about {used} of %n core(s).", n=processors, used=digits(used, ".0f"))
    return tr("llmdesk uses about {used} of %n processor thread(s).", n=processors, used=digits(used, ".0f"))


def processor_sentences(processors: int, plain_cores: bool) -> tuple[str, ...]:
    """One of each kind that ``processor_sentence`` gives on this machine, none shorter than others of its kind."""
    figures = ((100, 100), (0, 100), (89, 89))
    return tuple(processor_sentence(process, system, processors, plain_cores) for process, system in figures)


def memory_sentence(sample: ResourceSample) -> str:
    """A warning when memory runs out, else nothing."""
    free_bytes = sample.system_total_bytes - sample.system_used_bytes
    return "" if free_bytes >= 0.08 * sample.system_total_bytes else memory_warning(free_bytes)


def memory_warning(free_bytes: float) -> str:
    """That memory runs out."""
    return tr("Memory is nearly full: {free} GB are free.", free=gigabytes(free_bytes))


def painted_sentence(painted_tps: float, engine_tps: float, behind_ms: float) -> str:
    """How closely the window follows the engine; both speeds are of the same seconds."""
    words = tr("Painted {painted} of {came} tok/s, {behind} ms behind the engine")
    return words.format(painted=speed(painted_tps), came=speed(engine_tps), behind=digits(behind_ms, ".0f"))


def span(seconds: float) -> str:
    """How far a graph reaches back."""
    return tr("{seconds} s", seconds=digits(seconds, ".0f"))


def ago(seconds: float) -> str:
    """A moment in the past."""
    return tr("now") if seconds < 0.5 else tr("{seconds} s ago", seconds=digits(seconds, ".0f"))
