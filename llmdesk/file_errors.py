"""What a library says of a model's file, or the system of one that is written, becomes an error (any thread)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from llmdesk.error_values import is_disk_full, is_out_of_memory
from llmdesk.errors import LlmdeskError, ModelDamaged, ModelError, NotEnoughDisk
from llmdesk.words import say

_LONGEST_WORDS = 300


@contextmanager
def said_of_a_file(what: str, kind: type[ModelError] = ModelDamaged, hint: str | None = None) -> Iterator[None]:
    """Whatever a library raises over a model's file is said of that file; it is no bug of ours.

    That includes what is no ``Exception``: a panic of a library written in Rust comes as a BaseException.

    Args:
        what: begins the sentence and names the file, as "tokenizer.json cannot be read".
        kind, hint: of the error that is raised instead.
    """
    try:
        yield
    except (LlmdeskError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        if is_out_of_memory(error):
            raise
        raise kind(say("{what}: {reason}.", what=what, reason=in_words(error)), hint) from error


@contextmanager
def said_of_writing(target: Path, kind: type[LlmdeskError]) -> Iterator[None]:
    """What the system says of a file that cannot be written; a full disk has an error of its own.

    Raises NotEnoughDisk, or ``kind`` for any other OSError of the block.
    """
    try:
        yield
    except OSError as error:
        if is_disk_full(error):
            raise NotEnoughDisk(say("The disk is full: {name} was not written.", name=target.name)) from error
        reason = error.strerror or str(error)
        text = say("{name} cannot be written: {reason}.", name=target.name, reason=reason)
        raise kind(text, say("Choose another place.")) from error


@contextmanager
def advising(damaged_hint: str) -> Iterator[None]:
    """Whoever finds a file damaged mostly does not know where it came from, and so what helps; here it is added."""
    try:
        yield
    except ModelDamaged as error:
        if damaged_hint and error.hint == ModelDamaged.default_hint:
            error.hint = damaged_hint
        raise


def in_words(error: BaseException) -> str:
    """What an exception of a library says, on one line and not at length."""
    if isinstance(error, RecursionError):
        return say("it is nested too deeply")
    text = " ".join(str(error).split()).rstrip(".")
    if isinstance(error, KeyError):
        text = say("{text} is missing", text=text)
    text = text or type(error).__name__
    return text if len(text) <= _LONGEST_WORDS else f"{text[:_LONGEST_WORDS]} ..."
