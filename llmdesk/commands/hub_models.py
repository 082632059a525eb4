"""``llmdesk models search | show | login | logout | update``: what is on the hub."""

from __future__ import annotations

import argparse
import dataclasses
import getpass
from collections.abc import Callable
from typing import TYPE_CHECKING

from llmdesk.commands.model_words import say_result, size_text, table

if TYPE_CHECKING:
    from llmdesk.core import Core
    from llmdesk.datatypes.model import ModelSpec
    from llmdesk.models.catalogue import Catalogue
    from llmdesk.models.hub_data import Found, RemoteChoice, Repository

_PROBLEMS = {
    "architecture": "of an architecture that is not run here",
    "task": "made for something else than writing",
    "packed": "packed in a form that is not read here",
    "format": "neither safetensors nor GGUF",
}


def add_search_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``search`` takes."""
    parser.add_argument("words", metavar="WORDS", nargs="+", help="parts of a model's name, or its address")
    parser.add_argument("--format", choices=("any", "gguf", "safetensors"), default="any", help="only such files")
    parser.add_argument("--licence", default="", metavar="NAME", help="only under this licence, such as apache-2.0")
    parser.add_argument("--fits", action="store_true", help="only what fits into this machine's memory")
    parser.add_argument("--limit", type=int, default=20, metavar="N", help="so many at most (20)")


def search(args: argparse.Namespace) -> int:
    """Print repositories, the most fetched first. Raises LlmdeskError."""
    from llmdesk.models.fetch_control import FetchControl
    from llmdesk.models.hub_data import Query
    from llmdesk.models.hub_search import search

    found = search(Query(" ".join(args.words), args.format, args.licence.lower(), max(1, args.limit)), FetchControl())
    rows = [(each, _fit(each)) for each in found]
    rows = [(each, fit) for each, fit in rows if not args.fits or fit in ("fits", "tight")]
    lines = [("REPOSITORY", "WEIGHTS", "FILES", "MEMORY", "LICENCE", "FETCHED")]
    lines += [_line(each, fit) for each, fit in rows]
    text = table(lines) if rows else "Nothing was found. Try fewer words."
    return say_result(args, text, {"found": [dataclasses.asdict(each) | {"memory_fit": fit} for each, fit in rows]})


def show(args: argparse.Namespace) -> int:
    """Print the ways to fetch a repository and which is recommended; ``--card``: its card. Raises LlmdeskError."""
    from llmdesk.models.hub_choices import choices_of

    repository = _look(args.target)
    choices, best = choices_of(repository), _recommended(repository)
    lines = [("FILE", "FORM", "SIZE", "MEMORY", "")]
    for each in choices:
        name = each.filename or "all safetensors, with configuration and tokenizer"
        mark = "recommended here" if each == best else ""
        lines.append(
            (name, each.label or "-", size_text(each.size_bytes), f"about {size_text(each.memory_bytes)}", mark)
        )
    text = _about(repository) + "\n" + (table(lines) if choices else "It has nothing that llmdesk reads.")
    if args.card and repository.card:
        text += f"\n\n{repository.card}"
    data = dataclasses.asdict(repository) | {"choices": [dataclasses.asdict(each) for each in choices]}
    return say_result(args, text, data | {"recommended": dataclasses.asdict(best) if best else None})


def add(repository_name: str, filename: str, catalogue: Catalogue) -> ModelSpec:
    """An entry for a repository: the file that is named, else what is recommended here. Raises LlmdeskError."""
    from llmdesk.errors import UnsupportedModel
    from llmdesk.models.hub_choices import choices_of
    from llmdesk.models.hub_entries import entry_of

    repository = _look(repository_name)
    choices = choices_of(repository)
    named = next((each for each in choices if filename and each.filename == filename), None)
    choice = named if filename else _recommended(repository)
    if choice is None:
        what = f"no file {filename}" if filename else "nothing that fits into this machine's memory"
        if problem := repository.found.problem:
            what = f"nothing that llmdesk runs ({_PROBLEMS[problem]})"
        raise UnsupportedModel(
            f"{repository_name} has {what}.", f"`llmdesk models show {repository_name}` lists what it has."
        )
    return catalogue.add_remote(entry_of(repository, choice))


def login(args: argparse.Namespace, core: Core) -> int:
    """Keep a token in the keyring. Raises SetupError."""
    from llmdesk.models import hub_access

    hub_access.keep_token(getpass.getpass("Token (https://huggingface.co/settings/tokens): "))
    core.settings.set("hub.token_in_keyring", True)
    text = f"The token is in the keyring; it is sent to {hub_access.endpoint()} only."
    return say_result(args, text, {"endpoint": hub_access.endpoint(), "kept": True})


def logout(args: argparse.Namespace, core: Core) -> int:
    """Take it out again."""
    from llmdesk.models import hub_access

    hub_access.forget_token()
    core.settings.set("hub.token_in_keyring", False)
    return say_result(args, "The token is forgotten.", {"endpoint": hub_access.endpoint(), "kept": False})


def _look(name: str) -> Repository:
    from llmdesk.models.fetch_control import FetchControl
    from llmdesk.models.hub_search import look

    return look(name, FetchControl())


def _recommended(repository: Repository) -> RemoteChoice | None:
    import psutil

    from llmdesk.memory_need import limit_bytes
    from llmdesk.models.hub_choices import choices_of, recommended

    if repository.found.problem:
        return None
    limit = limit_bytes(psutil.virtual_memory().total)
    return recommended(choices_of(repository), repository.found.weights, limit)


def _fit(found: Found) -> str:
    import psutil

    from llmdesk.models.hub_choices import fit_of_found

    memory = psutil.virtual_memory()
    return fit_of_found(found, memory.available, memory.total)


def _about(repository: Repository) -> str:
    found = repository.found
    parts = [found.repository, found.licence or "no licence stated"]
    if found.weights:
        parts.append(_weights(found.weights))
    if found.gated:
        parts.append("asks for consent first: accept its licence on its page, then `llmdesk models login`")
    if found.problem:
        parts.append(_PROBLEMS[found.problem])
    return " · ".join(parts)


def _line(found: Found, fit: str) -> tuple[str, str, str, str, str, str]:
    formats = ", ".join(name for name, has in (("GGUF", found.has_gguf), ("safetensors", found.has_safetensors)) if has)
    memory = {"fits": "fits", "tight": "tight", "too_large": "too large here"}.get(fit, "-")
    licence = (found.licence or "-") + (" (login)" if found.gated else "")
    files = _PROBLEMS[found.problem] if found.problem else formats
    return found.repository, _weights(found.weights), files, memory, licence, f"{found.downloads:,}"


def _weights(weights: int) -> str:
    if not weights:
        return "-"
    return f"{weights / 1e9:.1f} billion" if weights >= 1e9 else f"{weights / 1e6:.0f} million"


def answers(args: argparse.Namespace, core: Core) -> dict[str, Callable[[], int]]:
    """What each action does."""
    return {
        "search": lambda: search(args),
        "show": lambda: show(args),
        "login": lambda: login(args, core),
        "logout": lambda: logout(args, core),
    }
