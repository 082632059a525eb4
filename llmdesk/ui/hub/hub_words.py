"""What the window says of repositories (GUI thread only)."""

from __future__ import annotations

import datetime

from llmdesk.memory_need import GB, Fit
from llmdesk.models.hub_data import Found, RemoteChoice
from llmdesk.models.hub_entries import licence_title
from llmdesk.ui.kit.numbers import day, digits
from llmdesk.ui.kit.wording import size_text
from llmdesk.ui.kit.words import tr

FIT_COLORS = {"fits": "secondary", "tight": "warning", "too_large": "bad", "": "secondary"}


def facts_text(found: Found) -> str:
    """One line: size, files, licence, how often it is fetched, when it changed."""
    formats = [name for name, has in (("GGUF", found.has_gguf), ("safetensors", found.has_safetensors)) if has]
    parts = [weights_text(found.weights), ", ".join(formats), licence_title(found.licence)]
    if found.gated:
        parts.append(tr("needs a login"))
    if found.downloads:
        parts.append(tr("fetched {count} times", count=count_text(found.downloads)))
    if found.updated:
        parts.append(day(datetime.date.fromisoformat(found.updated)))
    return "  ·  ".join(filter(None, parts))


def weights_text(weights: int) -> str:
    """As "4.0 billion weights"; empty if it is not known, or less than half a million."""
    if weights < 500_000:
        return ""
    if weights >= 1e9:
        return tr("{figure} billion weights", figure=digits(weights / 1e9, ".1f"))
    return tr("{figure} million weights", figure=digits(weights / 1e6, ".0f"))


def count_text(count: int) -> str:
    """1,234 or 1.2 million."""
    return tr("{figure} million", figure=digits(count / 1e6, ".1f")) if count >= 1_000_000 else digits(count)


def problem_text(found: Found) -> str:
    """Why nothing of it can be used here; empty if nothing is known against it."""
    match found.problem:
        case "architecture":
            name = found.architecture or tr("unknown")
            return tr("Its architecture ({name}) is not run here yet", name=name)
        case "task":
            return tr("It was made for something else than writing")
        case "packed":
            return tr("Its weights are packed in a form that is not read here")
        case "format":
            return tr("It has neither safetensors nor GGUF files")
        case _:
            return ""


def fit_text(fit: Fit | str, memory_bytes: int) -> str:
    """How something fits that takes about so much; empty if it is not known."""
    takes = digits(memory_bytes / GB, ".1f")
    words = {
        "fits": tr("Fits: takes about {takes} GB", takes=takes),
        "tight": tr("Tight: takes about {takes} GB; close other programs first", takes=takes),
        "too_large": tr("Does not fit: takes about {takes} GB", takes=takes),
    }
    return words.get(fit, "")


def choice_text(choice: RemoteChoice) -> str:
    """What a way to fetch a repository is called."""
    if not choice.filename:
        return tr("safetensors, the publisher's own weights")
    return choice.label or choice.filename


def choice_facts(choice: RemoteChoice) -> str:
    """One line about it."""
    parts = [size_text(choice.size_bytes)]
    if choice.files > 1:
        parts.append(tr("%n file(s)", n=choice.files))
    parts.append(tr("held as {precision}", precision=choice.precision))
    return "  ·  ".join(parts)
