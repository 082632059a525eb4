"""Speeds and shares are written by one rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from llmdesk.services.figure_text import counted, share_text, tps_text
from llmdesk.services.race.comparing import equal_share

ROOT = Path(__file__).parents[2]
OWN_SPEC = re.compile(r"""(decode_tps|equal_first)\s*(:[,.\d]+[f%]|,\s*["'],?\.\df)""")


@pytest.mark.parametrize(
    ("share", "words"),
    [(1, "100.0"), (0.99999, "99.9"), (0.9995, "99.9"), (0.986, "98.6"), (0.0001, "0.1"), (0, "0.0")],
)
def test_a_share_is_whole_or_nothing_only_where_it_is(share: float, words: str) -> None:
    assert share_text(share) == words


@pytest.mark.parametrize(
    ("tps", "words"), [(8.42, "8.4"), (99.94, "99.9"), (99.95, "100"), (182.7, "183"), (1204.4, "1204")]
)
def test_speeds_have_one_decimal_below_a_hundred(tps: float, words: str) -> None:
    assert tps_text(tps) == words


@pytest.mark.parametrize(("count", "words"), [(0, "0 tokens"), (1, "1 token"), (1204, "1,204 tokens")])
def test_one_is_no_plural(count: int, words: str) -> None:
    assert counted(count, "token") == words


def test_a_near_tie_is_no_equal_choice() -> None:
    """It wrote another token, whatever it foretells when it reads the answer in one go."""
    assert equal_share(1.0, 128, 46) == 127 / 128
    assert share_text(equal_share(1.0, 100_000, 46)) == "99.9"
    assert equal_share(0.9, 100, 46) == 0.9  # that position is among those that differ
    assert equal_share(1.0, 128, None) == 1.0
    assert equal_share(1.0, 128, 129) == 1.0  # beyond what was compared


def test_nothing_writes_them_by_a_rule_of_its_own() -> None:
    """Means of benchmarks stand with their deviation, and are ``decode_tps.mean``."""
    files = [path for path in (ROOT / "llmdesk").rglob("*.py") if path.name != "figure_text.py"]
    assert len(files) > 100
    found = [f"{path.name}: {match[0]}" for path in files for match in OWN_SPEC.finditer(path.read_text("utf-8"))]
    assert not found


def test_the_page_for_phones_follows_it() -> None:
    assert "tps < 99.95 ? 1 : 0" in (ROOT / "assets" / "web" / "speed.js").read_text("utf-8")
