"""Numbers as people of other countries write them."""

from __future__ import annotations

import pytest

from llmdesk.numerals import could_become_number, decimal_number, plain_number, whole_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5", 0.5),
        ("0,5", 0.5),
        (",5", 0.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("  0,70 ", 0.7),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1 234,5", 1234.5),
        ("1\u202f234,5", 1234.5),  # French
        ("1\u00a0234,5", 1234.5),
        ("1'234.5", 1234.5),  # Swiss
        ("1’234.5", 1234.5),
        ("12,34,567.5", 1234567.5),  # Indian
        ("1,234,567", 1234567.0),
        ("1.234.567", 1234567.0),
        ("٠٫٥", 0.5),  # Egyptian
        ("١٬٢٣٤٫٥", 1234.5),
        ("०.५", 0.5),  # Hindi
        ("-0,5", -0.5),
        ("−0,5", -0.5),
        ("+0,5", 0.5),
        ("5e-1", 0.5),
        ("5E-1", 0.5),
        ("0,5e0", 0.5),
        ("\u200e0,5\u200f", 0.5),  # with marks of direction, as copied from right-to-left text
        ("1,000", 1.0),  # alone it is decimal
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, value: float) -> None:
    assert decimal_number(text) == pytest.approx(value)


@pytest.mark.parametrize(
    "text", ["", " ", ".", ",", "-", "e5", "abc", "1,2,3", "1.2.3", "1,,5", "0..5", "1,23.4,5", "5 g", "5d", "1e999",
             "nan", "inf", "0x10", "1 2", "١٬٢٫٣٫٤"],
)  # fmt: skip
def test_what_is_no_number_is_none(text: str) -> None:
    assert decimal_number(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4096", 4096),
        ("4,096", 4096),
        ("4.096", 4096),
        ("4 096", 4096),
        ("4\u202f096", 4096),
        ("4'096", 4096),
        ("٤٠٩٦", 4096),
        ("٤٬٠٩٦", 4096),
        ("४०९६", 4096),
        ("1,00,000", 100_000),
        ("100.000", 100_000),
        ("4096.0", 4096),
        ("1e3", 1000),
        ("4,096 tokens", 4096),
        ("4096tokens", 4096),
        ("9223372036854775807", 2**63 - 1),
        ("9,223,372,036,854,775,807", 2**63 - 1),
    ],
)
def test_a_whole_number_knows_thousands(text: str, value: int) -> None:
    assert whole_number(text, unit="tokens") == value


@pytest.mark.parametrize("text", ["0,5", "2.5", "40,96", "abc", "4,0960", "1e-1", "", "4" * 5000])
def test_what_is_not_whole_is_none(text: str) -> None:
    assert whole_number(text) is None


def test_units_and_percent() -> None:
    assert decimal_number("95 %", unit="%") == pytest.approx(0.95)
    assert decimal_number("0,95", unit="%") == pytest.approx(0.95)
    assert decimal_number("95 %") is None
    assert plain_number("12,5") == "12.5"


@pytest.mark.parametrize("text", ["", "-", "0,", "1.", "1e", "1e-", "4,0", "1 ", "12 tok"])
def test_what_is_being_typed_may_become_a_number(text: str) -> None:
    assert could_become_number(text, "tokens")


@pytest.mark.parametrize("text", ["x", "0,5x", "1 tokenz"])
def test_what_cannot_become_one_is_told(text: str) -> None:
    assert not could_become_number(text, "tokens")
