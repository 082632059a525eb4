"""The PIN of stand mode: only its hash is kept, wrong tries have to wait, and a restart does not help."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llmdesk.errors import SettingsError
from llmdesk.services.stand.pin import FREE_TRIES, LONGEST_WAIT_S, Pin, PinAnswer


class Clock:
    """Seconds that the test turns."""

    def __init__(self) -> None:
        self.s = 1_000_000.0

    def __call__(self) -> float:
        return self.s


def test_only_the_right_one_is_right_and_it_is_not_in_the_file(tmp_path: Path) -> None:
    pin = Pin(tmp_path / "pin.json")
    assert not pin.is_chosen
    pin.choose("24681357")
    assert pin.is_chosen
    assert "24681357" not in pin.file.read_text()
    assert pin.file.stat().st_mode & 0o077 == 0
    assert Pin(pin.file).check("24681357").is_right
    assert not Pin(pin.file).check("24681358").is_right
    salt = json.loads(pin.file.read_text())["salt"]
    pin.choose("24681357")
    assert json.loads(pin.file.read_text())["salt"] != salt


@pytest.mark.parametrize("digits", ["", "123", "1234567890123", "12a4", "²²²²", "-123"])
def test_what_is_no_pin_is_refused(tmp_path: Path, digits: str) -> None:
    pin = Pin(tmp_path / "pin.json")
    with pytest.raises(SettingsError, match="4 to 12 digits"):
        pin.choose(digits)
    assert not pin.is_chosen


def test_wrong_tries_wait_longer_and_longer_also_after_a_restart(tmp_path: Path) -> None:
    clock = Clock()
    pin = Pin(tmp_path / "pin.json", clock)
    pin.choose("1234")
    answers = [pin.check("9999") for _ in range(FREE_TRIES)]
    assert [answer.wait_s for answer in answers] == [0.0, 0.0, 5.0]
    restarted = Pin(pin.file, clock)
    assert restarted.check("1234") == PinAnswer(False, 5.0)  # not even looked at
    clock.s += 5
    assert restarted.check("9999").wait_s == 10.0
    clock.s -= 500  # somebody puts the clock back
    assert restarted.wait_s() == 10.0
    clock.s += 510
    for _ in range(8):
        clock.s += LONGEST_WAIT_S
        last = restarted.check("0000")
    assert last.wait_s == LONGEST_WAIT_S
    clock.s += LONGEST_WAIT_S
    assert restarted.check("1234").is_right
    assert restarted.check("9999").wait_s == 0.0


def test_without_its_file_there_is_none_and_a_damaged_one_opens_nothing(tmp_path: Path) -> None:
    pin = Pin(tmp_path / "pin.json")
    pin.choose("1234")
    pin.file.write_text("{}")
    with pytest.raises(SettingsError, match="cannot be read"):
        pin.check("1234")
    pin.file.unlink()
    assert pin.check("whatever").is_right
