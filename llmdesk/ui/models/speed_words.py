"""A model's speed here and its fidelity, in the picker's words (GUI thread only). Definitions: docs/figures.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from llmdesk.engine.measuring.shape_files import shape_of
from llmdesk.models.survey import Entry
from llmdesk.services.bench.report import QualityRow
from llmdesk.services.bench.speeds import Estimate, Measured, SpeedBook
from llmdesk.ui.kit.numbers import digits
from llmdesk.ui.kit.wording import kl_text
from llmdesk.ui.kit.words import tr


@dataclass(frozen=True, slots=True)
class SpeedLine:
    """The line, its colour, what the tool tip says besides, and whether the model was measured here lately."""

    text: str = ""
    color: str = "secondary"
    explanation: str = ""
    is_measured: bool = False


def can_be_synthetic(entry: Entry) -> bool:
    """Whether random weights of its shape can stand for it."""
    spec = entry.spec
    is_ours = spec.source.kind != "server" and spec.purpose == "chat" and not spec.added_by_user
    return is_ours and shape_of(spec.id) is not None


def speed_line(entry: Entry, precision: str, book: SpeedBook | None) -> SpeedLine:
    """As "int4: measured 27 tok/s here · KL 0.0021"; empty where nothing runs here."""
    if entry.spec.source.kind == "server" or entry.spec.purpose != "chat" or book is None:
        return SpeedLine()
    speed = book.speed(entry.spec.id, precision)
    fidelity = fidelity_text(book.fidelity.get((entry.spec.id, precision)))
    if speed is None:
        words = tr("{precision}: speed not measured", precision=precision)
        return SpeedLine(f"{words}  ·  {fidelity}")
    if isinstance(speed, Estimate):
        words = tr("{precision}: about {low} to {high} tok/s here, estimated", precision=precision, **_band(speed))
        return SpeedLine(f"{words}  ·  {fidelity}", explanation=_estimate_words(speed))
    parts: dict[str, Any] = {"precision": precision, "speed": speed_figure(speed.decode_tps)}
    words = tr("{precision}: measured {speed} tok/s here", **parts)
    if speed.is_stale:
        words = tr("{precision}: measured {speed} tok/s here, with older kernels", **parts)
    elif speed.source == "synthetic":
        words = tr("{precision}: measured {speed} tok/s here, with random weights", **parts)
    color = "warning" if speed.is_stale else "secondary"
    return SpeedLine(f"{words}  ·  {fidelity}", color, _measured_words(speed), not speed.is_stale)


def figures_text(book: SpeedBook | None, model_id: str, precision: str) -> str:
    """In few characters, for a menu: "27 tok/s, KL 0.0021"."""
    speed = book.speed(model_id, precision) if book is not None else None
    if book is None or speed is None:
        return ""
    if isinstance(speed, Estimate):
        words = tr("{low}–{high} tok/s", **_band(speed))
    else:
        words = tr("{speed} tok/s", speed=speed_figure(speed.decode_tps))
    found = book.fidelity.get((model_id, precision))
    return f"{words}, {fidelity_text(found)}" if found is not None else words


def fidelity_text(found: QualityRow | None) -> str:
    """Mean divergence from float32."""
    return tr("fidelity not measured") if found is None else tr("KL {kl}", kl=kl_text(found.mean_kl))


def speed_figure(tps: float) -> str:
    """27, or 4.3."""
    return digits(tps, ".0f" if tps >= 10 else ".1f")


def _band(speed: Estimate) -> dict[str, Any]:
    return {"low": speed_figure(speed.low_tps), "high": speed_figure(speed.high_tps)}


def _estimate_words(speed: Estimate) -> str:
    how = tr(
        "Estimated: the memory's measured speed by the bytes that a token reads, times the share of it that models "
        "reach here."
    )
    if speed.based_on:
        return f"{how}\n{tr('Calibrated by %n measurement(s) on this machine.', n=speed.based_on)}"
    return f"{how}\n{tr('Nothing was measured here yet: 40 to 90 % are assumed.')}"


def _measured_words(speed: Measured) -> str:
    sources = {
        "benchmark": tr("Measured by a benchmark: writing, nothing before it."),
        "chats": tr("Measured in chats: the median of the newest answers."),
        "synthetic": tr("Measured with random weights of its shape: speed does not depend on what they are."),
    }
    threads = tr("%n thread(s)", n=speed.threads)
    kernels = f"{speed.engine} {speed.version}".strip()
    facts = " · ".join(filter(None, (threads, kernels, speed.date[:10], speed.machine)))
    lines = [sources[speed.source], facts]
    if speed.is_stale:
        lines.append(tr("The kernels are others by now: measure it again."))
    lines.append(tr("KL: mean divergence from the same model in float32, in nats."))
    return "\n".join(lines)
