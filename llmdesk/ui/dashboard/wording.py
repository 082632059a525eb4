"""Figures and sentences of the dashboard as text. Units always; an en dash where nothing was measured."""

from __future__ import annotations

from llmdesk.datatypes.resources import ResourceSample
from llmdesk.services.live.live_data import Phase
from llmdesk.services.live.roofline import Share
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.wording import NOTHING, tps_text
from llmdesk.ui.kit.words import tr


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
    return tps_text(tps)


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


def others_compute(process_percent: float, system_percent: float) -> bool:
    """Whether other programs take so much of the processor that answers come slower."""
    return system_percent >= 90 and system_percent - process_percent >= 20


def processor_sentence(process_percent: float, system_percent: float, processors: int, plain_cores: bool) -> str:
    """What the processor figures (means of the last seconds) say in plain words; empty if they say nothing.

    ``plain_cores``: ``processors`` counts cores; else the threads of cores that run two.
    """
    others_percent = system_percent - process_percent
    if process_percent >= 90:
        return tr("llmdesk uses all processor cores.")
    if others_compute(process_percent, system_percent):
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


def painted_meaning() -> str:
    """The definition of ``painted_sentence``, for its tool tip."""
    return tr(
        "Tokens on the screen, and tokens that came from the engine, per second over the last two seconds; and the "
        "time from a token's end in the engine to the painting that shows it, the median of the tokens painted then."
    )


def span(seconds: float) -> str:
    """How far a graph reaches back."""
    if seconds < 300:
        return tr("{seconds} s", seconds=digits(seconds, ".0f"))
    return tr("{minutes} min", minutes=digits(seconds / 60, ".0f"))


def ago(seconds: float) -> str:
    """A moment in the past."""
    if seconds < 0.5:
        return tr("now")
    if seconds < 120:
        return tr("{seconds} s ago", seconds=digits(seconds, ".0f"))
    return tr("{minutes} min ago", minutes=digits(seconds / 60, ".0f"))


def share_percent(share: Share | None) -> str:
    """A share of the roofline without what it is a share of."""
    return NOTHING if share is None else percent(100 * share.fraction)


def bandwidth_of(share: Share | None) -> str:
    """What the memory's share is of."""
    return "" if share is None else tr("of {speed}", speed=gigabytes_per_s(share.ceiling_per_s))


def gigabytes_per_s(per_s: float) -> str:
    """A memory's speed: 8.4 GB/s, 29 GB/s."""
    value = per_s / 1e9
    return tr("{speed} GB/s", speed=digits(value, ".1f") if value < 9.95 else digits(value, ".0f"))


def compute_of(share: Share | None) -> str:
    """What the prompt's share is of."""
    if share is None:
        return ""
    if share.ceiling_per_s < 1e12:
        return tr("of {speed} GFLOP/s", speed=count(share.ceiling_per_s / 1e9))
    return tr("of {speed} TFLOP/s", speed=speed(share.ceiling_per_s / 1e12))


def measured_ago(share: Share) -> str:
    """How old the measurement is."""
    return tr("Measured {ago}.", ago=ago(share.age_s))


def bandwidth_meaning() -> str:
    """The definition of the memory's share, for its tool tip."""
    return tr(
        "Bytes of the loaded weights and of the keys and values that each token reads, times steps per second, as a "
        "share of the memory's speed: the fastest reading of the last 15 minutes, by a probe that runs while nothing "
        "else does, or by the model itself."
    )


def compute_meaning() -> str:
    """The definition of the prompt's share, for its tool tip."""
    return tr(
        "Operations of the prompt that was read last (two for each weight of the layers, and attention), per second, "
        "as a share of the processor's speed in matrix products, measured while nothing else runs."
    )


def power(watts: float | None) -> str:
    """Watts: 8.4 W, 28 W."""
    if watts is None or watts != watts:
        return NOTHING
    return tr("{watts} W", watts=digits(watts, ".1f") if watts < 9.95 else digits(watts, ".0f"))


def power_meaning(source: str) -> str:
    """The definition of power and energy per token, for their tool tip; ``source`` says what is measured."""
    return tr(
        "Power of the {source} over the last half second. Per token: its mean over the last two seconds, by the tokens "
        "per second of the last one.",
        source=source,
    )


def energy(joules: float | None) -> str:
    """Energy per token."""
    return (
        NOTHING
        if joules is None
        else tr("{joules} J", joules=digits(joules, ".2f") if joules < 9.995 else digits(joules, ".0f"))
    )


def frequency(mhz: float) -> str:
    """A clock in gigahertz."""
    return tr("{ghz} GHz", ghz=digits(mhz / 1000, ".1f"))


def memory_parts(model_bytes: int | None, cache_bytes: int | None, free_bytes: int) -> str:
    """What is in memory: the model, what it keeps of texts, and what is free."""
    free = tr("free {figure} GB", figure=gigabytes(free_bytes))
    if model_bytes is None:
        return free
    model = tr("model {figure} GB", figure=gigabytes(model_bytes))
    cache = tr("cache {figure} GB", figure=gigabytes(cache_bytes or 0))
    return f"{model}, {cache}, {free}"


def prompt_read(fraction: float | None) -> str:
    """How far the prompt is."""
    return "" if fraction is None else tr("Prompt {percent} read", percent=percent(100 * fraction))
