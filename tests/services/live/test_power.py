"""Power from trees of system files: counters, batteries, and the reasons where there is nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmdesk.services.live.power import PowerMeter
from tests.services.live.system_files import write

RAPL = "class/powercap/intel-rapl"


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def rapl(root: Path, *joules: float, top_uj: int = 262_143_328_850) -> Path:
    """A package for each, with a core below it that must not be counted twice."""
    for number, value in enumerate(joules):
        write(
            root,
            {
                f"{RAPL}:{number}/name": f"package-{number}",
                f"{RAPL}:{number}/energy_uj": round(value * 1e6),
                f"{RAPL}:{number}/max_energy_range_uj": top_uj,
                f"{RAPL}:{number}:0/name": "core",
                f"{RAPL}:{number}:0/energy_uj": 123,
            },
        )
    write(root, {f"{RAPL}-mmio:0/name": "package-0", f"{RAPL}-mmio:0/energy_uj": 5, f"{RAPL}:9/name": "psys"})
    return root


def test_power_is_energy_by_time_over_all_packages(tmp_path: Path) -> None:
    clock = Clock()
    meter = PowerMeter(rapl(tmp_path, 100.0, 50.0), clock)
    assert meter.read().watts is None  # the first reading has nothing to compare with
    clock.now_s = 2.0
    rapl(tmp_path, 130.0, 60.0)
    reading = meter.read()
    assert (reading.watts, reading.source, reading.reason) == (20.0, "processor", "")


def test_a_counter_that_starts_again_is_no_negative_power(tmp_path: Path) -> None:
    clock = Clock()
    meter = PowerMeter(rapl(tmp_path, 9.0, top_uj=10_000_000), clock)
    meter.read()
    clock.now_s = 1.0
    rapl(tmp_path, 4.0, top_uj=10_000_000)
    assert meter.read().watts == pytest.approx(5.0)


def test_a_counter_for_the_administrator_only_says_what_to_do(tmp_path: Path) -> None:
    root = rapl(tmp_path, 1.0)
    (root / f"{RAPL}:0/energy_uj").unlink()
    (root / f"{RAPL}:0/energy_uj").mkdir()  # cannot be read as a file, whoever runs the test
    reading = PowerMeter(root).read()
    assert reading.watts is None
    assert "chmod" in reading.reason


def test_a_machine_without_a_counter_shows_a_reason_and_never_0(tmp_path: Path) -> None:
    reading = PowerMeter(tmp_path).read()
    assert reading.watts is None
    assert "virtual machines" in reading.reason


def test_sockets_of_amd_energy(tmp_path: Path) -> None:
    hwmon = "class/hwmon/hwmon3"
    files = {f"{hwmon}/name": "amd_energy", f"{hwmon}/energy1_label": "Ecore000", f"{hwmon}/energy1_input": 7}
    write(tmp_path, files | {f"{hwmon}/energy2_label": "Esocket0", f"{hwmon}/energy2_input": 1_000_000})
    clock = Clock()
    meter = PowerMeter(tmp_path, clock)
    meter.read()
    clock.now_s = 0.5
    write(tmp_path, {f"{hwmon}/energy2_input": 6_000_000})
    assert meter.read().watts == 10.0


@pytest.mark.parametrize(
    ("files", "watts"),
    [
        ({"status": "Discharging", "power_now": 12_500_000}, 12.5),
        ({"status": "Discharging", "current_now": 1_500_000, "voltage_now": 12_000_000}, 18.0),
        ({"status": "Charging", "power_now": 12_500_000}, None),
    ],
)
def test_a_battery_tells_the_power_of_the_whole_machine_while_it_is_used(
    tmp_path: Path, files: dict[str, object], watts: float | None
) -> None:
    battery = "class/power_supply/BAT0"
    write(tmp_path, {f"{battery}/type": "Battery"} | {f"{battery}/{name}": value for name, value in files.items()})
    write(tmp_path, {"class/power_supply/mouse/type": "Battery", "class/power_supply/mouse/scope": "Device"})
    meter = PowerMeter(tmp_path)
    reading = meter.read()
    assert reading.watts == watts
    assert bool(reading.reason) == (watts is None)
    assert meter.is_on_battery == (watts is not None)
    assert PowerMeter(tmp_path / "nothing").is_on_battery is None
