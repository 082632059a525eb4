"""What a library says of a model's file becomes an error of that file (any thread)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from llmdesk.error_values import is_out_of_memory
from llmdesk.errors import LlmdeskError, ModelDamaged, ModelError
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
