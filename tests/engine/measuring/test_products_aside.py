"""The figure that needs torch comes from a process of its own, which gives way."""

from __future__ import annotations

import sys

import psutil
import pytest

from llmdesk.engine.measuring import products_aside


class Enough(Exception):
    pass


@pytest.fixture(autouse=True)
def no_torch_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "torch", raising=False)


def test_it_ends_at_once_when_others_want_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products_aside, "_PROGRAM", "import time; time.sleep(100)")
    before, asked = psutil.Process().children(), 0

    def check() -> None:
        nonlocal asked
        asked += 1
        if asked == 3:
            raise Enough

    with pytest.raises(Enough):
        products_aside.product_flops_aside(1, 1.0, check)
    assert psutil.Process().children() == before


def test_what_it_prints_is_the_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products_aside, "_PROGRAM", "print(2.5e9)")
    assert products_aside.product_flops_aside(1, 1.0, lambda: None) == 2.5e9
    monkeypatch.setattr(products_aside, "_PROGRAM", "raise SystemExit(3)")
    with pytest.raises(RuntimeError, match="3"):
        products_aside.product_flops_aside(1, 1.0, lambda: None)
