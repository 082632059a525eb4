"""Errors as exceptions and as values: nothing is lost on the way there and back."""

from __future__ import annotations

import inspect
from dataclasses import replace

import pytest

from llmdesk import errors
from llmdesk.datatypes.model import LoadChoice
from llmdesk.error_values import error_info, from_info
from llmdesk.errors import BadValue, ContextOverflow, EngineBusy, LlmdeskError, ModelDamaged, NotEnoughMemory

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, LlmdeskError)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_comes_back_as_it_was(kind: type[LlmdeskError]) -> None:
    info = error_info(kind("What happened.", "What to do.", "Where."))
    again = from_info(info)
    assert type(again).__name__ == info.kind
    assert again.info() == error_info(again) == info
    assert str(again) == info.user_message
    assert info.kind == kind.__name__ or kind in (BadValue, ContextOverflow)  # a damaged model, a prompt to all others


def test_choices_and_a_status_of_its_own_are_kept() -> None:
    choices = (LoadChoice("int4", 2048, 10**9),)
    info = replace(NotEnoughMemory("Too big.", choices=choices).info(), http_status=413)
    again = from_info(info)
    assert isinstance(again, NotEnoughMemory)
    assert again.choices == choices
    assert again.http_status == 413
    assert again.info() == info
    assert NotEnoughMemory("Another one.").http_status == 503


def test_a_bug_stays_a_bug() -> None:
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError as error:
        info = error_info(error)
    again = from_info(info)
    assert again.info() == info
    assert info.kind == "Bug"
    assert "ZeroDivisionError" in again.detail


def test_a_kind_that_is_not_known_here_keeps_its_name() -> None:
    """From another version, over a wire."""
    info = replace(EngineBusy("Full.").info(), kind="SomethingNew", http_status=429)
    assert from_info(info).info() == info


def test_the_kinds_of_other_modules_are_found_too() -> None:
    class OfItsOwn(ModelDamaged):
        http_status = 422

    assert type(from_info(OfItsOwn("Odd.").info())) is OfItsOwn
