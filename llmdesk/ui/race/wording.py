"""A race's figures and verdict in the window's language (GUI thread only)."""

from __future__ import annotations

from datetime import datetime

from llmdesk.services.race.race import Lane, LaneRun, Race
from llmdesk.services.race.result import running_order, verdict
from llmdesk.ui.kit.numbers import day, digits, time_of_day
from llmdesk.ui.kit.wording import NOTHING, kl_text, share_text, size_text, tps_text
from llmdesk.ui.kit.words import tr

COLORS = ("tokens", "processor", "time", "memory")
"""Of the lanes, in their order."""
_HOST_LETTERS = 24


def form_words(lane: Lane) -> str:
    """Precision and kernels; a server has none."""
    return lane.form


def name_and_form(lane: Lane) -> tuple[str, str]:
    """What stands in two labels: model and form, or model and server, so that a long name does not hide the server."""
    return lane.title, lane.server or form_words(lane)


def lane_words(lane: Lane) -> str:
    """Model and form."""
    return lane.name


def short_words(race: Race, number: int) -> str:
    """Only the form, where all lanes are of one model."""
    lanes = race.plan.lanes
    is_one = len({lane.model_id for lane in lanes}) == 1 and len({form_words(lane) for lane in lanes}) == len(lanes)
    return form_words(lanes[number]) if is_one else lane_words(lanes[number])


def where_words(run: LaneRun) -> str:
    """Here, or on which server."""
    if not run.lane.is_remote:
        return tr("this machine")
    host = run.lane.server or tr("server")
    return host if len(host) <= _HOST_LETTERS else f"{host[: _HOST_LETTERS - 1]}…"


def engine_words(run: LaneRun) -> str:
    """Whose products ran, and on how many threads; empty: not known."""
    model = run.answer.model
    if model is None or model.is_remote or not model.threads:
        return ""
    return tr("{kernels}, %n thread(s)", n=model.threads, kernels=model.kernels or model.backend)


def server_words(run: LaneRun) -> str:
    """What the figures of a server must be read with; empty for what was computed here."""
    if not run.lane.is_remote or run.has_failed:
        return ""
    known, of = run.known_before
    parts = [tr("Timed as its pieces arrived here. Its probabilities are not known, so nothing is compared.")]
    if not run.is_count_known:
        parts.append(tr("It told no tokens: its pieces are counted."))
    if known:
        parts.append(tr("It knew {known:,} of the prompt's %n token(s) before.", n=of, known=known))
    return " ".join(parts)


def count_words(run: LaneRun, tokens: int) -> str:
    """So many tokens, or pieces, where nobody knows how many tokens they are."""
    return tr("%n token(s)", n=tokens) if run.is_count_known else tr("%n piece(s)", n=tokens)


def tps_words(tps: float | None) -> str:
    """31.4, 183, or a dash."""
    return tps_text(tps) if tps else NOTHING


def first_token_words(run: LaneRun) -> str:
    """412 ms, 1.2 s, or a dash."""
    if 0 < run.ttft_s < 1:
        return tr("{ms} ms", ms=digits(run.ttft_s * 1000, ".0f"))
    return tr("{seconds} s", seconds=digits(run.ttft_s, ".1f")) if run.ttft_s else NOTHING


def finish_words(run: LaneRun) -> str:
    """12.3 s, or a dash."""
    return tr("{seconds} s", seconds=digits(run.finish_s, ".1f")) if run.finish_s else NOTHING


def memory_words(run: LaneRun) -> str:
    """2.1 GB, or a dash."""
    return size_text(run.memory_bytes) if run.memory_bytes else NOTHING


def kl_words(run: LaneRun) -> str:
    """0.0021, or why there is none."""
    if run.has_failed:
        return NOTHING
    if run.quality is not None:
        return kl_text(run.quality.mean_kl)
    return {
        "reference": tr("reference"),
        "other_vocabulary": tr("not comparable"),
        "server": tr("not comparable"),
        "alone": tr("nothing to compare"),
    }.get(run.standing, tr("not measured"))


def equal_words(run: LaneRun) -> str:
    """98.6 %, or a dash."""
    return tr("{figure} %", figure=share_text(run.quality.equal_first)) if run.quality is not None else NOTHING


def equal_or_why_words(run: LaneRun) -> str:
    """The same, where there is room: why there are none."""
    is_other = run.standing in ("server", "other_vocabulary") and not run.has_failed
    return tr("not comparable") if is_other else equal_words(run)


def difference_words(race: Race, run: LaneRun) -> str:
    """Where its text leaves the reference's."""
    if run.quality is None or race.plan.seed is not None:
        return NOTHING
    if run.quality.differs_at is None:
        return tr("none")
    return tr("token {number:,}", number=run.quality.differs_at)


def verdict_words(race: Race) -> str:
    """Who wrote fastest, in a sentence."""
    found = verdict(race)
    if found.winner is None or found.slowest is None:
        return tr("No verdict: fewer than two lanes have a speed.")
    winner, slowest = short_words(race, found.winner), short_words(race, found.slowest)
    if found.is_draw:
        return tr("A draw: {winner} and {slowest} write equally fast.", winner=winner, slowest=slowest)
    factor = digits(found.factor, ".1f")
    return tr("{winner} writes {factor} times as fast as {slowest}.", winner=winner, factor=factor, slowest=slowest)


def quality_words(race: Race) -> str:
    """The price of the speed, in a sentence; empty where nothing was compared, or the winner is the reference."""
    found = verdict(race)
    run = race.runs[found.winner] if found.winner is not None else None
    if run is None or run.quality is None:
        return ""
    reference = short_words(race, run.quality.reference)
    return tr(
        "{share} equal first choices with {reference}, KL {kl}.",
        share=equal_words(run), reference=reference, kl=kl_words(run),
    )  # fmt: skip


def order_words(race: Race) -> str:
    """How it was run."""
    order = ", ".join(short_words(race, race.runs.index(run)) for run in running_order(race))
    plan = race.plan
    how = tr("greedy") if plan.seed is None else tr("sampled with seed {seed}", seed=plan.seed)
    return tr(
        "Each lane ran alone, in this order: {order}; loaded and warmed up, what runs here did not know the prompt "
        "before; {how}, %n token(s) at most.",
        n=plan.max_tokens, order=order, how=how,
    )  # fmt: skip


def condition_words(race: Race) -> str:
    """What it was run on, and when, with the kernels and threads of each lane."""
    found = [(number, engine_words(run)) for number, run in enumerate(race.runs)]
    engines = [f"{short_words(race, number)}: {words}" for number, words in found if words]
    return "; ".join([machine_words(race), *engines])


def server_lines(race: Race) -> list[str]:
    """For the card: a sentence or two for each server."""
    found = [(number, server_words(run)) for number, run in enumerate(race.runs)]
    return [f"{short_words(race, number)}: {words}" for number, words in found if words]


def machine_words(race: Race) -> str:
    """What it was run on, and when."""
    found = race.conditions
    try:
        moment = datetime.fromisoformat(found.recorded_at)
        when = f"{day(moment.date())} {time_of_day(moment)}"
    except ValueError:
        when = found.recorded_at[:40]
    cores = tr("%n core(s)", n=found.physical_cores)
    parts = [found.processor, cores, size_text(found.memory_bytes), found.system, found.program, when]
    if race.load_average is not None:
        parts.append(tr("load average {load} before", load=digits(race.load_average, ".1f")))
    return ", ".join(parts)
