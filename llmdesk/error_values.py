"""Errors as values that can cross threads and processes, and as exceptions again for the edge that reports them.

Kind, status, choices and detail stay what they were.
"""

from __future__ import annotations

import errno
import traceback
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from llmdesk.datatypes.model import ErrorInfo
from llmdesk.errors import Bug, LlmdeskError, NotEnoughDisk, NotEnoughMemory
from llmdesk.words import say


def error_info(error: BaseException) -> ErrorInfo:
    """Any exception as a value: a LlmdeskError speaks for itself, no memory or disk gets a text, the rest is a bug."""
    detail = "".join(traceback.format_exception(error))
    if isinstance(error, LlmdeskError):
        info = error.info()
        return replace(info, detail=info.detail or detail)
    if is_out_of_memory(error):
        return replace(NotEnoughMemory(say("There is not enough free memory for this.")).info(), detail=detail)
    if is_disk_full(error):
        return replace(NotEnoughDisk(say("The disk is full.")).info(), detail=detail)
    words = say("Something went wrong inside llmdesk: {kind}: {reason}", kind=type(error).__name__, reason=str(error))
    return Bug(words, detail=detail).info()


def json_object(info: ErrorInfo) -> dict[str, Any]:
    """For programs that read stdout: what ``error`` is there."""
    told: dict[str, Any] = {"kind": info.kind, "message": info.user_message, "hint": info.hint}
    told["http_status"] = info.http_status
    if info.choices:
        told["choices"] = [asdict(choice) for choice in info.choices]
    return told


def from_info(info: ErrorInfo) -> LlmdeskError:
    """The way back, to be raised: an exception of the class that ``info.kind`` names, whose ``info()`` is ``info``."""
    kind = next((kind for kind in _kinds(LlmdeskError) if kind.__name__ == info.kind), LlmdeskError)
    error = kind(info.user_message, info.hint, info.detail)
    error.told, error.http_status = info, info.http_status
    if isinstance(error, NotEnoughMemory):
        error.choices = info.choices
    return error


def _kinds(base: type[LlmdeskError]) -> Iterator[type[LlmdeskError]]:
    yield base
    for kind in base.__subclasses__():
        yield from _kinds(kind)


def is_disk_full(error: BaseException) -> bool:
    """True where the system has no room left, or none for this user."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def is_out_of_memory(error: BaseException) -> bool:
    """True for Python's and torch's ways of saying that an allocation failed (torch must not be imported here)."""
    is_device = type(error).__name__ == "OutOfMemoryError"  # torch.OutOfMemoryError: a GPU
    return is_device or isinstance(error, MemoryError) or "can't allocate memory" in str(error)
